use axum::http::StatusCode;
use model::{Care, IdKind, OrganisationRole, Profile, Scope};
use serde_json::{Value, json};

use super::{ALL, NOTHING, check_problem, home, site, tell};

#[test]
fn findings_are_looked_for_by_what_stands_in_the_body_and_in_pages() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4", "192.0.2.5"]);
    let key = site.organisation_key("hospital", ALL);
    let findings = format!("{}/findings", home(&site, "hospital"));
    let search = |body: Value| site.api(&key, "POST", &format!("{findings}/_search"), &body);
    let addresses = |body: Value| -> Vec<String> {
        let found = search(body).json();
        let items = found["items"].as_array().unwrap();
        let address = |item: &Value| item["endpoint"]["address"].as_str().unwrap().to_owned();
        items.iter().map(address).collect()
    };
    let all = ["192.0.2.5", "192.0.2.4", "192.0.2.3"];
    assert_eq!(addresses(json!({})), all);
    assert_eq!(addresses(json!({ "status": "open" })), all);
    assert_eq!(
        addresses(json!({ "order": "severity", "role": "target" })),
        all
    );
    assert_eq!(addresses(json!({ "address": "192.0.2.4" })), ["192.0.2.4"]);
    for nothing in [
        json!({ "address": "192.0.2.40" }),
        json!({ "name": "www.hospital.example" }),
        json!({ "name": "www.hospital.example", "address": "192.0.2.4" }),
        json!({ "severity": "critical" }),
        json!({ "status": "solved" }),
        json!({ "threat": "nobody-saw-this" }),
    ] {
        assert!(addresses(nothing.clone()).is_empty(), "{nothing}");
    }
    let first = search(json!({ "limit": 2 })).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let rest = search(json!({ "limit": 2, "cursor": first["nextCursor"] })).json();
    assert_eq!(rest["items"][0]["endpoint"]["address"], "192.0.2.3");
    assert_eq!(rest["nextCursor"], NOTHING);
    let wrong = search(
        json!({ "status": "odd", "limit": 0, "cursor": "x", "order": "best", "adress": "192.0.2.4" }),
    );
    check_problem(&wrong, 400, "invalid-input");
    assert_eq!(wrong.json()["errors"].as_array().unwrap().len(), 5);
}

#[test]
fn an_export_has_a_finding_in_each_line() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4"]);
    let key = site.organisation_key("hospital", ALL);
    let path = format!("{}/findings/_export", home(&site, "hospital"));
    let export = |body: Value| site.api(&key, "POST", &path, &body);
    let all = export(json!({}));
    assert_eq!(all.header("content-type"), "application/x-ndjson");
    let lines = all
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["status"], "new");
    assert_eq!(export(json!({ "status": "solved" })).body, "");
    check_problem(&export(json!({ "limit": 1 })), 400, "invalid-input");
}

#[test]
fn work_is_given_to_members_and_the_history_says_what_was_done() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.organisation_key("hospital", ALL);
    let findings = format!("{}/findings", home(&site, "hospital"));
    let member = site.person("sam@hospital.example");
    site.join(member, "hospital", OrganisationRole::SecurityContact);
    let stranger = site.person("robin@school.example");
    let listed = site.api(&key, "GET", &findings, &NOTHING).json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let assign = |person_no: i64| {
        let person = site.site.id(IdKind::Person, person_no);
        let body = json!({ "findings": [id], "assignTo": person });
        site.api(&key, "POST", &format!("{findings}/_answer"), &body)
    };
    let refused = assign(stranger);
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/assignTo");
    assert_eq!(assign(member).json(), json!({ "answered": 1 }));
    let found = json!({ "assignedTo": site.site.id(IdKind::Person, member) });
    let found = site.api(&key, "POST", &format!("{findings}/_search"), &found);
    assert_eq!(found.json()["items"][0]["id"], id);
    let history = site.api(&key, "GET", &format!("{findings}/{id}/history"), &NOTHING);
    let items = history.json()["items"].as_array().unwrap().clone();
    let what: Vec<_> = items.iter().map(|item| item["what"].clone()).collect();
    assert_eq!(what, ["told", "assigned"]);
    assert_eq!(items[1]["door"], "api");
    assert!(items[0]["reference"].as_str().unwrap().starts_with("NTF-"));
}

#[test]
fn a_finding_is_forwarded_to_somebody_outside_who_gets_a_link() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.organisation_key("hospital", ALL);
    let findings = format!("{}/findings", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &findings, &NOTHING).json();
    let place = format!("{findings}/{}", listed["items"][0]["id"].as_str().unwrap());
    let forward = |body: Value| site.api(&key, "POST", &format!("{place}/_forward"), &body);
    check_problem(&forward(json!({ "email": "nobody" })), 400, "invalid-input");
    let to = json!({ "email": "helpdesk@supplier.example", "language": "en" });
    assert_eq!(forward(to).status, StatusCode::NO_CONTENT);
    let (kind, to, facts) = site.mails().pop().unwrap();
    assert_eq!((&*kind, &*to), ("forward", "helpdesk@supplier.example"));
    assert!(facts["link"].as_str().unwrap().contains("/answer/"));
    let shown = site.api(&key, "GET", &place, &NOTHING).json();
    assert_eq!(shown["status"], "forwarded");
}

#[test]
fn a_finding_says_what_the_organisation_calls_the_system() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let reference = Care {
        group_no: None,
        supplier: None,
        reference: "CMDB-0042".into(),
    };
    let profile = Profile {
        care: vec![reference],
        ..Profile::default()
    };
    let put = site.store().write(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        tx.put_profile(party_no, &profile)
    });
    put.unwrap();
    let key = site.organisation_key("hospital", ALL);
    let findings = format!("{}/findings", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &findings, &NOTHING).json();
    let item = &listed["items"][0];
    assert_eq!(item["ownReference"], "CMDB-0042");
    let one = format!("{findings}/{}", item["id"].as_str().unwrap());
    let one = site.api(&key, "GET", &one, &NOTHING).json();
    assert_eq!(one["ownReference"], "CMDB-0042");
    let export = site.api(&key, "POST", &format!("{findings}/_export"), &json!({}));
    assert!(export.body.contains("CMDB-0042"), "{}", export.body);
}

#[test]
fn a_message_is_judged_and_the_last_word_counts() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    let listed = site
        .api(&key, "GET", &format!("{home}/messages"), &NOTHING)
        .json();
    let message = format!(
        "{home}/messages/{}",
        listed["items"][0]["id"].as_str().unwrap()
    );
    let read = || site.api(&key, "GET", &format!("{message}/judgement"), &NOTHING);
    check_problem(&read(), 404, "not-found");
    let judge = |body: Value| site.api(&key, "POST", &format!("{message}/_judge"), &body);
    check_problem(&judge(json!({ "verdict": "maybe" })), 400, "invalid-input");
    let said = judge(json!({ "verdict": "no", "why": "We knew." }));
    // Nothing of it is kept with the key of who said it.
    assert_eq!((said.status, &*said.body), (StatusCode::NO_CONTENT, ""));
    assert_eq!(read().json()["why"], "We knew.");
    judge(json!({ "verdict": "partly" }));
    assert_eq!(
        (&read().json()["verdict"], &read().json()["why"]),
        (&json!("partly"), &NOTHING)
    );
}

#[test]
fn who_only_reads_findings_does_not_learn_to_whom_they_were_forwarded() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let finding = site.site.id(IdKind::Finding, 1);
    let path = format!("{}/findings/{finding}/links", home(&site, "hospital"));
    let reader = site.organisation_key("hospital", &[Scope::FindingsRead]);
    check_problem(
        &site.api(&reader, "GET", &path, &NOTHING),
        403,
        "not-allowed",
    );
    let writer = site.organisation_key("hospital", &[Scope::FindingsWrite]);
    assert_eq!(
        site.api(&writer, "GET", &path, &NOTHING).status,
        StatusCode::OK
    );
}
