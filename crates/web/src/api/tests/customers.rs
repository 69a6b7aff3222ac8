//! Lists of what was done for customers, as programs send them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{ALL, NOTHING, check_problem, home, site, tell};
use crate::testing::TestSite;

/// Ids of what the hospital was told, and of nothing.
fn findings(site: &TestSite, key: &str) -> [String; 3] {
    let listed = site.api(
        key,
        "GET",
        &format!("{}/findings", home(site, "hospital")),
        &NOTHING,
    );
    let listed = listed.json();
    let id = |at: usize| listed["items"][at]["id"].as_str().unwrap().to_owned();
    [
        id(0),
        id(1),
        "00000000-0000-8000-8000-000000000000".to_owned(),
    ]
}

#[test]
fn a_list_is_taken_row_by_row_and_read_again_with_what_was_not_taken() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4"]);
    let key = site.organisation_key("hospital", ALL);
    let lists = format!("{}/customer-lists", home(&site, "hospital"));
    let [first, second, nothing] = findings(&site, &key);
    let row = |finding: &str, outcome: &str| json!({ "finding": finding, "outcome": outcome });
    let rows = json!({ "rows": [
        row(&first, "quarantined"),
        row(&first, "forwarded"),
        row(&nothing, "forwarded"),
    ] });
    let answer = site.api(&key, "POST", &lists, &rows);
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let taken = answer.json();
    assert_eq!(
        (&taken["quarantined"], &taken["notTaken"]),
        (&json!(1), &json!(2))
    );
    let place = answer
        .header("location")
        .strip_prefix("/api/v1")
        .unwrap()
        .to_owned();
    assert_eq!(site.api(&key, "GET", &place, &NOTHING).json(), taken);
    let listed = site.api(&key, "GET", &lists, &NOTHING).json();
    assert_eq!(listed["items"], json!([taken]));
    let wrong = site.api(&key, "GET", &format!("{place}/not-taken?limit=1"), &NOTHING);
    let of = |page: &Value| -> Vec<(i64, String)> {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                let code = item["code"].as_str().unwrap().to_owned();
                (item["line"].as_i64().unwrap(), code)
            })
            .collect()
    };
    let wrong = wrong.json();
    assert_eq!(of(&wrong), [(2, "repeated".to_owned())]);
    let cursor = wrong["nextCursor"].as_str().unwrap();
    let rest = format!("{place}/not-taken?cursor={cursor}");
    let rest = site.api(&key, "GET", &rest, &NOTHING).json();
    assert_eq!(of(&rest), [(3, "unknown".to_owned())]);
    assert_eq!(
        rest["items"][0]["reason"],
        "Your organisation was not told of this finding."
    );
    let stranger = site.organisation_key("school", ALL);
    assert_eq!(
        site.api(&stranger, "GET", &place, &NOTHING).status,
        StatusCode::NOT_FOUND
    );
    for wrong in [
        json!({}),
        json!({ "rows": [] }),
        json!({ "rows": [7] }),
        json!({ "rows": [row("x", "forwarded")] }),
        json!({ "rows": [row(&second, "lost")] }),
        json!({ "rows": [{ "finding": second, "outcome": "refused", "customer": "Baker Example" }] }),
    ] {
        let answer = site.api(&key, "POST", &lists, &wrong);
        check_problem(&answer, 400, "invalid-input");
        assert!(!answer.body.contains("Baker"));
    }
}

#[test]
fn a_list_that_is_sent_twice_counts_once_and_undoes_no_newer_one() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4"]);
    let key = site.organisation_key("hospital", ALL);
    let [finding, ..] = findings(&site, &key);
    let path = format!("/api/v1{}/customer-lists", home(&site, "hospital"));
    let send = |name: &str, outcome: &str| {
        let body = json!({ "rows": [{ "finding": finding, "outcome": outcome }] });
        let request = Request::post(&path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", name)
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = site.block_on(site.pages().oneshot(request)).unwrap();
        let location = answer.headers()[header::LOCATION].clone();
        (answer.status(), location)
    };
    let first = send("a", "forwarded");
    let second = send("b", "quarantined");
    assert_ne!(first.1, second.1);
    assert_eq!(send("a", "forwarded"), first);
    let said = site.store().read(|tx| {
        let party_no = tx.party_no("hospital")?.expect("it is in the register");
        let lists = tx.customer_lists(party_no, i64::MAX, 10)?.len();
        let number = site
            .site
            .number(model::IdKind::Finding, &finding.parse().unwrap());
        let report = tx.customer_report(party_no, number.unwrap())?;
        Ok::<_, store::StoreError>((lists, report.map(|report| report.outcome.as_str())))
    });
    assert_eq!(said.unwrap(), (2, Some("quarantined")));
}
