mod assets;
mod contacts;
mod customers;
mod desk;
mod desk_claims;
mod desk_work;
mod desks_apart;
mod findings;
mod parity;
mod people;
mod profile;
mod routes;
mod thresholds;
mod webhooks;

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use model::{IdKind, OrganisationRole, Scope};
use proptest::prelude::*;
use serde_json::{Value, json};
use store::KeyOwner;
use testkit::{Desk, RegisterBuilder, Report};
use tower::ServiceExt;

use self::routes::routes;
use super::cursor::{AfterChange, AfterTold, Place};
use crate::testing::{Answer, TestSite};

const NOTHING: Value = Value::Null;
const ALL: &[Scope] = Scope::ALL;

/// Two organisations that were told nothing yet.
fn site() -> TestSite {
    let desk = Desk::embedded();
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .asset("hospital", "prefix", "192.0.2.0/29")
        .organisation("school")
        .asset("school", "prefix", "198.51.100.0/29");
    desk.import(&register);
    TestSite::over(desk)
}

/// The first organisation is told of a finding at each of these addresses.
fn tell(site: &TestSite, addresses: &[&str]) {
    let report = addresses
        .iter()
        .fold(Report::new("scan_rdp"), |report, address| {
            report.row(&[("ip", address), ("port", "3389")])
        });
    site.desk.report(&report);
    site.desk.work();
}

fn check_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.json()["code"].as_str().unwrap_or_default()
        ),
        (status, code),
        "{answer:?}"
    );
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["status"], status);
    assert_eq!(answer.header("api-version"), "1.0.0");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

/// Begin of the paths of the organisation with this reference.
fn home(site: &TestSite, reference: &str) -> String {
    format!("/organisations/{}", site.party_id(reference))
}

#[test]
fn no_route_is_open_without_a_key_that_works() {
    let site = site();
    let ended = site.key(KeyOwner::Desk, ALL);
    let number = site.store().read(|tx| tx.api_keys_of_desk()).unwrap()[0].key_no;
    site.store()
        .write(|tx| tx.end_api_key(None, number, "test", testkit::now()))
        .unwrap();
    let good = site.key(KeyOwner::Desk, ALL);
    let (start, last) = good.split_at(good.len() - 1);
    let wrong = format!("{start}{}", if last == "0" { '1' } else { '0' });
    for (method, path, body) in routes(&site) {
        for key in ["", "nonsense", "sp_x_y", &wrong, &ended] {
            let answer = site.api(key, method, &path, &body);
            check_problem(&answer, 401, "no-valid-key");
            assert!(
                answer.header("www-authenticate").starts_with("Bearer"),
                "{path}"
            );
        }
    }
}

#[test]
fn every_operation_of_the_document_is_in_the_list_of_routes_above() {
    let site = site();
    let document = site.api("", "GET", "/openapi.json", &NOTHING).json();
    let paths = document["paths"].as_object().unwrap();
    let operations: usize = paths
        .values()
        .map(|path| path.as_object().unwrap().len())
        .sum();
    assert_eq!(operations, routes(&site).len());
}

/// What the document says of a request.
fn operation_of<'d>(document: &'d Value, method: &str, path: &str) -> &'d Value {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let known = template.split('/');
        known.clone().count() == parts.len()
            && known
                .zip(&parts)
                .all(|(known, part)| known.starts_with('{') || known == *part)
    };
    let paths = document["paths"].as_object().unwrap().iter();
    let method = method.to_lowercase();
    let fitting = paths
        .filter(|(template, methods)| fits(template) && methods.get(&method).is_some())
        .min_by_key(|(template, _)| template.matches('{').count());
    &fitting.unwrap_or_else(|| panic!("{path}")).1[method]
}

#[test]
fn if_match_is_asked_for_and_etag_given_where_the_document_says_so() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let document = site.api("", "GET", "/openapi.json", &NOTHING).json();
    let own = site.organisation_key("hospital", ALL);
    let desk = site.key(KeyOwner::Desk, ALL);
    let mut read = 0;
    for (method, path, body) in routes(&site) {
        let operation = operation_of(&document, method, &path);
        let parameters = operation["parameters"].as_array().cloned();
        let mut parameters = parameters.unwrap_or_default().into_iter();
        let matched = parameters.find(|it| it["name"] == "If-Match");
        let is_needed = matched.is_some_and(|it| it["required"] == true);
        let key = match path.starts_with("/organisations/") {
            true => &own,
            false => &desk,
        };
        let kind = match (&body, method) {
            (Value::String(_), _) => "text/csv",
            (_, "PATCH") => "application/merge-patch+json",
            _ => "application/json",
        };
        let answer = site.api_with(key, method, &path, &body, &[("content-type", kind)]);
        assert_eq!(
            answer.status == StatusCode::PRECONDITION_REQUIRED,
            is_needed,
            "{method} {path}: {answer:?}"
        );
        let described = &operation["responses"]["412"];
        assert!(!is_needed || described.is_object(), "{method} {path}");
        if answer.status == StatusCode::OK {
            read += 1;
            let tag = &operation["responses"]["200"]["headers"]["ETag"];
            let has_tag = answer.headers.contains_key("etag");
            assert_eq!(has_tag, tag.is_object(), "{method} {path}");
        }
    }
    assert!(read > 30, "{read}");
}

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let served = site().api("", "GET", "/openapi.json", &NOTHING).body;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/openapi.json");
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == served,
        "run again with UPDATE_DOCUMENTS=1, and look at what changed"
    );
}

#[test]
fn a_stranger_finds_nothing_and_a_key_without_the_scope_is_told_which_one() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let stranger = site.organisation_key("school", ALL);
    let own = site.organisation_key("hospital", &[]);
    for (method, path, body) in routes(&site) {
        if path.contains(&site.party_id("hospital").to_string()) {
            check_problem(&site.api(&stranger, method, &path, &body), 404, "not-found");
            check_problem(&site.api(&own, method, &path, &body), 403, "not-allowed");
        } else if path.starts_with("/batches/") {
            check_problem(&site.api(&stranger, method, &path, &body), 404, "not-found");
            let other = site.source_key("another", ALL);
            check_problem(&site.api(&other, method, &path, &body), 404, "not-found");
            let source = site.source_key("shadowserver", &[]);
            check_problem(&site.api(&source, method, &path, &body), 403, "not-allowed");
        } else {
            let other = site.key(KeyOwner::Desk, &[]);
            for key in [&stranger, &other] {
                check_problem(&site.api(key, method, &path, &body), 403, "not-allowed");
            }
        }
    }
}

#[test]
fn whatever_goes_wrong_is_a_problem_document() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    let (assets, contacts) = (format!("{home}/assets"), format!("{home}/contacts"));
    for (method, path, body, status, code) in [
        ("GET", "/nowhere", NOTHING, 404, "not-found"),
        ("GET", "", NOTHING, 404, "not-found"),
        ("GET", "/organisations/1", NOTHING, 404, "not-found"),
        (
            "GET",
            "/organisations/%ff/assets",
            NOTHING,
            404,
            "not-found",
        ),
        ("PUT", &contacts, NOTHING, 405, "method-not-allowed"),
        ("POST", &assets, NOTHING, 415, "unsupported-media-type"),
        ("POST", &assets, json!("{"), 400, "invalid-input"),
        ("POST", &assets, json!("[]"), 400, "invalid-input"),
        (
            "POST",
            &assets,
            json!(" ".repeat(1 << 21)),
            413,
            "too-large",
        ),
        (
            "GET",
            &format!("{assets}?limt=3"),
            NOTHING,
            400,
            "invalid-input",
        ),
        (
            "GET",
            &format!("{assets}?limit=501"),
            NOTHING,
            400,
            "invalid-input",
        ),
        (
            "GET",
            &format!("{assets}?limit=1&limit=1"),
            NOTHING,
            400,
            "invalid-input",
        ),
        (
            "GET",
            &format!("{assets}?cursor=x"),
            NOTHING,
            400,
            "invalid-input",
        ),
    ] {
        let answer = site.api(&key, method, path, &body);
        check_problem(&answer, status, code);
        if status == 405 {
            assert_eq!(answer.header("allow"), "GET,HEAD,POST");
        }
    }
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let body = json!({ "items": [
        { "kind": "prefix", "value": "192.0.2.8/29" },
        { "kind": "prefix", "value": "10.0.0.0/8", "validFrom": "soon" },
        { "kind": "cloud", "valeu": "x" },
        { "kind": "prefix", "value": "192.0.2.8/29" },
        7,
    ], "dryRun": "no" });
    let path = format!("{}/assets/_import", home(&site, "hospital"));
    let answer = site.api(&key, "POST", &path, &body);
    check_problem(&answer, 400, "invalid-input");
    let mut places: Vec<_> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    places.sort();
    let want = [
        "/dryRun",
        "/items/1/validFrom",
        "/items/1/value",
        "/items/2/kind",
        "/items/2/valeu",
        "/items/2/value",
        "/items/4",
    ];
    assert_eq!(places, want);

    let answer = site.api(&key, "POST", &path, &json!({ "dryRun": true }));
    check_problem(&answer, 400, "invalid-input");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/items");
}

#[test]
fn assets_are_added_changed_and_closed_and_nobody_overwrites_what_another_changed() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let assets = format!("{}/assets", home(&site, "hospital"));
    let new = json!({ "kind": "domain", "value": "Hospital.example" });
    let added = site.api(&key, "POST", &assets, &new);
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    assert_eq!(added.json()["value"], "hospital.example");
    // Whoever has a key can say what he likes: it counts when it is proved.
    assert_eq!(added.json()["state"], "claimed");
    check_problem(&site.api(&key, "POST", &assets, &new), 409, "exists");
    let place = added.location().strip_prefix("/api/v1").unwrap().to_owned();
    let read = site.api(&key, "GET", &place, &NOTHING);
    let tag = read.header("etag").to_owned();
    let again = site.api_with(&key, "GET", &place, &NOTHING, &[("if-none-match", &tag)]);
    assert_eq!(
        (again.status, again.body.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );

    let change = json!({ "validUntil": "2027-01-01" });
    let patch = |tag: &[(&str, &str)]| {
        let kind = ("content-type", "application/merge-patch+json");
        site.api_with(&key, "PATCH", &place, &change, &[&[kind], tag].concat())
    };
    check_problem(&patch(&[]), 428, "if-match-needed");
    let changed = patch(&[("if-match", &tag)]);
    assert_eq!(changed.json()["validUntil"], "2027-01-01", "{changed:?}");
    check_problem(&patch(&[("if-match", &tag)]), 412, "changed");

    let close = |tag: &str| site.api_with(&key, "DELETE", &place, &NOTHING, &[("if-match", tag)]);
    check_problem(&close(&tag), 412, "changed");
    assert_eq!(close(changed.header("etag")).status, StatusCode::NO_CONTENT);
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
}

#[test]
fn an_answer_of_a_program_counts_as_one_of_a_person() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4"]);
    let key = site.organisation_key("hospital", ALL);
    let findings = format!("{}/findings", home(&site, "hospital"));
    let told = site.api(&key, "GET", &findings, &NOTHING).json();
    let ids: Vec<_> = [0, 1]
        .iter()
        .map(|index| told["items"][index]["id"].clone())
        .collect();
    let answer = |body: Value| site.api(&key, "POST", &format!("{findings}/_answer"), &body);

    let given =
        answer(json!({ "findings": ids, "status": "not-ours", "comment": "It is the museum's." }));
    assert_eq!(given.json(), json!({ "answered": 2 }));
    let stranger = site.site.id(IdKind::Finding, 77);
    for (body, places) in [
        (json!({}), vec!["/findings"]),
        (
            json!({ "findings": [], "status": "solved" }),
            vec!["/findings"],
        ),
        (
            json!({ "findings": [ids[0], ids[0], "x", 7], "status": "solved" }),
            vec!["/findings/1", "/findings/2", "/findings/3"],
        ),
        (
            json!({ "findings": [stranger], "status": "solved" }),
            vec!["/findings/0"],
        ),
        (json!({ "findings": [ids[0]] }), vec!["/status"]),
        (
            json!({ "findings": [ids[0]], "status": "seen", "until": 3 }),
            vec!["/until"],
        ),
        (
            json!({ "findings": [ids[0]], "status": "risk-accepted", "until": "2020-01-01" }),
            vec!["/until"],
        ),
    ] {
        let refused = answer(body.clone());
        check_problem(&refused, 400, "invalid-input");
        let errors = refused.json()["errors"].as_array().unwrap().clone();
        let pointers: Vec<_> = errors
            .iter()
            .map(|one| one["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(pointers, places, "{body}");
    }

    let history = format!("{findings}/{}/answers", ids[1].as_str().unwrap());
    let said = site.api(&key, "GET", &history, &NOTHING).json();
    let items = said["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(
        (&items[0]["door"], &items[0]["status"]),
        (&json!("api"), &json!("not-ours"))
    );
    assert_eq!(items[0]["comment"], "It is the museum's.");
    let other = site.organisation_key("school", ALL);
    let others = history.replace(
        &site.party_id("hospital").to_string(),
        &site.party_id("school").to_string(),
    );
    check_problem(
        &site.api(&other, "GET", &others, &NOTHING),
        404,
        "not-found",
    );
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let path = format!("{}/assets/_import", home(&site, "hospital"));
    let import = |dry_run: bool| {
        let body = json!({ "dryRun": dry_run, "items": [
            { "kind": "prefix", "value": "192.0.2.0/29" },
            { "kind": "host", "value": "www.hospital.example" },
        ] });
        site.api(&key, "POST", &path, &body).json()
    };
    let want = |dry_run: bool, added: i64| json!({ "added": added, "changed": 0, "unchanged": 2 - added, "dryRun": dry_run });
    assert_eq!(import(true), want(true, 1));
    assert_eq!(import(true), want(true, 1));
    assert_eq!(import(false), want(false, 1));
    assert_eq!(import(false), want(false, 0));
}

#[test]
fn the_same_request_twice_does_it_once_also_at_the_same_moment() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let add = |name: &str, reference: &str| {
        let request = Request::post("/api/v1/organisations")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", name);
        let body = json!({ "reference": reference, "name": "Museum" }).to_string();
        let pages = site.pages();
        async move {
            let answer = pages
                .oneshot(request.body(Body::from(body)).unwrap())
                .await
                .unwrap();
            let location = answer.headers().get(header::LOCATION).cloned();
            (answer.status().as_u16(), location)
        }
    };
    let (one, other) =
        site.block_on(async { tokio::join!(add("a", "museum"), add("a", "museum")) });
    assert_eq!((one.0, &one), (201, &other));
    assert_eq!(site.block_on(add("a", "museum")), one);
    assert_eq!(site.block_on(add("a", "theatre")).0, 422);
    assert_eq!(site.block_on(add("b", "museum")).0, 409);
}

#[test]
fn three_hundred_organisations_are_added_at_once_and_read_in_pages() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    for number in 0..300 {
        let body = json!({
            "reference": format!("org-{number}"), "name": "An organisation",
            "contacts": [{ "role": "security", "email": "security@one.example", "severities": ["high"] }],
        });
        let added = site.api(&key, "POST", "/organisations", &body);
        assert_eq!(added.status, StatusCode::CREATED, "{number}: {added:?}");
    }
    let (mut path, mut references) = ("/organisations?limit=77".to_owned(), Vec::new());
    loop {
        let answer = site.api(&key, "GET", &path, &NOTHING);
        let page = answer.json();
        for item in page["items"].as_array().unwrap() {
            references.push(item["reference"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        assert!(answer.header("link").contains("rel=\"next\"") || !next.is_empty());
        path = next.strip_prefix("/api/v1").unwrap().to_owned();
    }
    assert_eq!(references.len(), 302);
    assert_eq!(
        (references[0].as_str(), references[301].as_str()),
        ("hospital", "org-299")
    );
}

#[test]
fn an_organisation_reads_what_it_was_told_and_no_other() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4", "198.51.100.1"]);
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    let page = |path: &str| {
        site.api(&key, "GET", &format!("{home}/{path}"), &NOTHING)
            .json()
    };
    let first = page("findings?limit=1");
    let rest = page(&format!(
        "findings?cursor={}",
        first["nextCursor"].as_str().unwrap()
    ));
    let shown: Vec<_> = [&first["items"][0], &rest["items"][0]]
        .map(|item| item["endpoint"]["address"].as_str().unwrap().to_owned())
        .into();
    assert_eq!(shown, ["192.0.2.4", "192.0.2.3"]);
    assert_eq!(
        (&rest["nextCursor"], &rest["items"][1]),
        (&NOTHING, &NOTHING)
    );
    let id = first["items"][0]["id"].as_str().unwrap();
    assert!(page(&format!("findings/{id}"))["observation"]["observedAt"].is_string());
    assert_eq!(page("findings?severityMin=critical")["items"], json!([]));
    let messages = page("messages");
    assert_eq!(messages["items"][0]["findings"], 2);
    let changes = page("changes");
    assert_eq!(changes["items"][0]["messageId"], messages["items"][0]["id"]);
    let cursor = changes["items"][0]["cursor"].as_str().unwrap();
    assert_eq!(
        page(&format!("changes?cursor={cursor}"))["items"],
        json!([])
    );
}

#[test]
fn a_delivery_is_pushed_read_and_accounted_for_and_comes_once() {
    let site = site();
    let key = site.source_key("shadowserver", ALL);
    let report = Report::new("scan_rdp")
        .row(&[("ip", "192.0.2.3"), ("port", "3389")])
        .row(&[("ip", "nonsense"), ("port", "3389")]);
    let push = |text: &str, path: &str| {
        let kind = [("content-type", "application/octet-stream")];
        site.api_with(&key, "POST", path, &json!(text), &kind)
    };
    let path = "/batches?reportType=scan_rdp&tlp=GREEN&fileName=rdp.csv";
    let pushed = push(&report.text(), path);
    assert_eq!(pushed.status, StatusCode::ACCEPTED, "{pushed:?}");
    let place = pushed
        .location()
        .strip_prefix("/api/v1")
        .unwrap()
        .to_owned();
    let status = || site.api(&key, "GET", &place, &NOTHING).json();
    assert_eq!(status()["state"], "open");
    site.desk.work();
    let counts = &status()["counts"];
    assert_eq!(
        (&counts["accepted"], &counts["quarantined"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(counts["difference"], 0);
    let verdicts = site
        .api(&key, "GET", &format!("{place}/verdicts"), &NOTHING)
        .json();
    assert_eq!(verdicts["items"][0]["field"], "ip", "{verdicts}");
    let again = push(&report.text(), path);
    assert_eq!(again.location(), pushed.location());
    assert_eq!(again.json()["items"][0]["outcome"], "duplicate");
    check_problem(
        &push("a,b\n1,2\n", "/batches?reportType=nonsense"),
        422,
        "refused",
    );
}

#[test]
fn an_administrator_makes_a_key_which_is_shown_once_and_ends_it() {
    let site = site();
    let person = site.person("admin@hospital.example");
    site.join(person, "hospital", OrganisationRole::Administrator);
    let mut browser = site.signed_in(person);
    let page = format!("{}/keys", home(&site, "hospital"));
    assert!(browser.get(&page).body.contains("There are no keys yet"));
    let wrong = browser.post(
        &page,
        &[("name", ""), ("scope", "desk:write"), ("days", "9000")],
    );
    for text in [
        "Say in one line",
        "Choose at least one",
        "Choose for how long",
    ] {
        assert!(wrong.body.contains(text), "{text}: {}", wrong.body);
    }
    let made = browser.post(
        &page,
        &[
            ("name", "inventory"),
            ("scope", "assets:read"),
            ("days", "30"),
        ],
    );
    let key = made.body.split("<code id=\"fresh-key\">").nth(1).unwrap();
    let key = key.split('<').next().unwrap().to_owned();
    let assets = format!("{}/assets", home(&site, "hospital"));
    assert_eq!(
        site.api(&key, "GET", &assets, &NOTHING).status,
        StatusCode::OK
    );
    check_problem(
        &site.api(&key, "POST", &assets, &json!({})),
        403,
        "not-allowed",
    );
    let listed = browser.get(&page).body.replace("&#x2f;", "/");
    assert!(listed.contains("inventory") && !listed.contains(&key));
    let end = listed.split("action=\"").find_map(|rest| {
        let address = rest.split('"').next()?;
        address.ends_with("/end").then(|| address.to_owned())
    });
    assert!(
        browser
            .post(&end.unwrap(), &[])
            .location()
            .ends_with("?done=ended")
    );
    check_problem(
        &site.api(&key, "GET", &assets, &NOTHING),
        401,
        "no-valid-key",
    );
}

#[test]
fn keys_are_made_by_administrators_who_proved_who_they_are() {
    let site = site();
    let person = site.person("contact@hospital.example");
    site.join(person, "hospital", OrganisationRole::SecurityContact);
    let page = format!("{}/keys", home(&site, "hospital"));
    let answer = site.signed_in(person).get(&page);
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let other = format!("{}/keys", home(&site, "school"));
    assert_eq!(
        site.signed_in(person).get(&other).status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn a_stream_tells_what_happened_and_then_what_happens_and_goes_on_where_it_was() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.organisation_key("hospital", ALL);
    let path = format!("/api/v1{}/changes", home(&site, "hospital"));
    let ask = |last: &str| {
        let request = Request::get(&path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::ACCEPT, "text/event-stream")
            .header("last-event-id", last);
        let mut request = request.body(Body::empty()).unwrap();
        if last.is_empty() {
            request.headers_mut().remove("last-event-id");
        }
        site.block_on(site.pages().oneshot(request)).unwrap()
    };
    let event = |body: &mut Body| {
        let frame = site.block_on(body.frame()).unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    };
    let answer = ask("");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = answer.into_body();
    let first = event(&mut body);
    assert!(first.contains("event: told"), "{first}");
    tell(&site, &["192.0.2.4"]);
    let second = event(&mut body);
    let id = |event: &str| {
        let line = event.lines().find_map(|line| line.strip_prefix("id: "));
        line.unwrap().to_owned()
    };
    let mut body = ask(&id(&first)).into_body();
    assert_eq!(id(&event(&mut body)), id(&second));
    assert_eq!(ask("nonsense").status(), StatusCode::BAD_REQUEST);
}

#[test]
fn changes_come_as_lines_with_whole_findings_and_a_reader_who_stops_anywhere_misses_none() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let path = format!("/api/v1{}/changes", home(&site, "hospital"));
    let ask = |query: &str| -> Vec<Value> {
        let request = Request::get(format!("{path}{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::ACCEPT, "application/x-ndjson")
            .body(Body::empty());
        let answer = site
            .block_on(site.pages().oneshot(request.unwrap()))
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "application/x-ndjson"
        );
        let body = site.block_on(answer.into_body().collect()).unwrap();
        let text = String::from_utf8(body.to_bytes().to_vec()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    };
    assert_eq!(ask(""), Vec::<Value>::new());
    tell(&site, &["192.0.2.3", "192.0.2.4"]);
    tell(&site, &["192.0.2.5"]);
    let lines = ask("");
    let addresses = |lines: &[Value]| {
        let address = |line: &Value| line["finding"]["endpoint"]["address"].clone();
        lines.iter().map(address).collect::<Vec<_>>()
    };
    assert_eq!(addresses(&lines), ["192.0.2.4", "192.0.2.3", "192.0.2.5"]);
    for line in &lines {
        assert_eq!(
            (&line["kind"], &line["finding"]["tlp"]),
            (&json!("told"), &json!("TLP:AMBER"))
        );
        assert!(
            line["at"].is_string() && line["messageId"].is_string(),
            "{line}"
        );
    }
    // In the middle of a message it is read again from its beginning; behind it, from the next one on.
    for (read, rest) in [(1, 3), (2, 1), (3, 0)] {
        let cursor = lines[read - 1]["cursor"].as_str().unwrap();
        assert_eq!(
            ask(&format!("?cursor={cursor}")),
            lines[3 - rest..],
            "{read}"
        );
    }
    assert_eq!(ask("?limit=1"), lines[..2]);
}

proptest! {
    #[test]
    fn a_cursor_leads_back_to_its_place_and_no_other_text_leads_anywhere(
        notification_no in 0..i64::MAX, finding_no in 0..i64::MAX,
        begun in proptest::option::of((0..i64::MAX, 0..i64::MAX)), text in ".{0,130}", place in 0_usize..64,
    ) {
        thread_local!(static SITE: TestSite = TestSite::new());
        SITE.with(|site| {
            let site = &site.site;
            let told = AfterTold { notification_no, finding_no, begun };
            let cursor = told.write(site);
            prop_assert_eq!(AfterTold::read(site, &cursor), Some(told));
            prop_assert_eq!(AfterTold::read(site, &text), None);
            let mut changed = cursor.into_bytes();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(AfterTold::read(site, &changed), None);
            prop_assert_eq!(AfterChange::read(site, &changed), None);
            Ok(())
        })?;
    }
}
