//! What programs of the desk do of its daily work: queues, deliveries, sources, texts, and reading who did what.

use axum::http::StatusCode;
use model::{IdKind, Scope, StaffRole};
use serde_json::{Value, json};
use store::{AuditFilter, AuditRow, KeyOwner, NotificationState};
use testkit::{Desk, Report, TestStore, both_engines};

use super::{ALL, NOTHING, check_problem, site, tell};
use crate::testing::TestSite;

/// The newest rows of the audit log with this action.
pub(super) fn recorded(site: &TestSite, action: &str) -> Vec<AuditRow> {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        ..AuditFilter::default()
    };
    let page = site
        .store()
        .read(|tx| tx.audit_page(&filter, i64::MAX, 100));
    page.unwrap().rows
}

/// The finding that waits for somebody.
fn waiting(site: &TestSite, key: &str) -> String {
    let listed = site.api(key, "GET", "/queue-items", &NOTHING).json();
    listed["items"][0]["findingId"].as_str().unwrap().to_owned()
}

#[test]
fn a_program_says_who_looks_after_what_waits_and_settles_it_without_seeing_the_place() {
    let site = site();
    tell(&site, &["203.0.113.9"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let finding = waiting(&site, &key);
    let place = format!("/queue-items/{finding}");
    let shown = site.api(&key, "GET", &place, &NOTHING);
    assert_eq!(shown.json()["items"][0]["queue"], "unresolved", "{shown:?}");
    assert_eq!(shown.json()["threat"], "open-rdp");
    assert!(!shown.body.contains("203.0.113"), "{}", shown.body);
    assert_eq!(
        recorded(&site, "read")[0].subject,
        format!("finding {finding}")
    );

    let assign = |person: Value| {
        let body = json!({ "person": person });
        site.api(&key, "POST", &format!("{place}/_assign"), &body)
    };
    let stranger = site.person("stranger@school.example");
    let stranger = site.site.id(IdKind::Person, stranger);
    let refused = assign(json!(stranger));
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/person");
    let analyst = site.person("analyst@desk.example");
    site.employ(analyst, StaffRole::Analyst);
    let assigned = assign(json!(site.site.id(IdKind::Person, analyst)));
    assert_eq!(
        assigned.json()["items"][0]["owner"],
        "Sam Voorbeeld",
        "{assigned:?}"
    );
    assert_eq!(assign(Value::Null).json()["items"][0]["owner"], "desk");

    let decide = |body: Value| site.api(&key, "POST", &format!("{place}/_decide"), &body);
    let wrong = decide(json!({ "decision": "tell" }));
    check_problem(&wrong, 400, "invalid-input");
    let errors = wrong.json()["errors"].as_array().unwrap().clone();
    let mut pointers: Vec<_> = errors
        .iter()
        .map(|it| it["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/decision", "/reason"]);
    let of_decision =
        |decision: &str| json!({ "decision": decision, "reason": "a test of our own" });
    // No recipient said so, and none asked.
    check_problem(&decide(of_decision("confirm-false-alarm")), 409, "exists");
    check_problem(&decide(of_decision("helped")), 409, "exists");
    let settled = decide(of_decision("withhold"));
    assert_eq!(
        settled.json()["items"][0]["state"],
        "withheld",
        "{settled:?}"
    );
    check_problem(&decide(of_decision("withhold")), 409, "exists");
    check_problem(&assign(Value::Null), 409, "exists");
    let kept = &recorded(&site, "withhold")[0];
    assert!(kept.actor.starts_with("key "), "{kept:?}");
    assert_eq!(kept.detail, "a test of our own");
}

#[test]
fn a_program_has_rows_read_once_more_and_no_delivery_that_did_not_fail() {
    let site = site();
    let row = |ip| [("ip", ip), ("port", "3389")];
    let report = Report::new("scan_rdp")
        .row(&row("192.0.2.300"))
        .row(&row("192.0.2.3"));
    site.desk.report(&report);
    let key = site.key(KeyOwner::Desk, ALL);
    let batch = site.site.id(IdKind::Batch, 1);
    let act = |act: &str| site.api(&key, "POST", &format!("/batches/{batch}/{act}"), &NOTHING);
    check_problem(&act("_replay"), 409, "exists");
    site.desk.work();
    let replayed = act("_replay");
    assert_eq!(replayed.json()["counts"]["quarantined"], 1, "{replayed:?}");
    assert_eq!(replayed.json()["id"], batch.to_string());
    check_problem(&act("_retry"), 409, "exists");
    site.desk.work();
    let rows = recorded(&site, "replay");
    assert_eq!(
        (rows.len(), &rows[0].subject[..]),
        (1, &*format!("batch {batch}"))
    );
    let reading = site.key(KeyOwner::Desk, &[Scope::BatchesRead]);
    let path = format!("/batches/{batch}/_replay");
    check_problem(
        &site.api(&reading, "POST", &path, &NOTHING),
        403,
        "not-allowed",
    );
}

#[test]
fn a_source_is_read_with_its_health_and_named_for_everybody() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let place = format!("/sources/{}", site.party_id("shadowserver"));
    let shown = site.api(&key, "GET", &place, &NOTHING);
    assert_eq!(
        (&shown.json()["rows"], &shown.json()["named"]),
        (&json!(1), &json!(false)),
        "{shown:?}"
    );
    let name = |named: bool, tag: &str| {
        let kind = ("content-type", "application/merge-patch+json");
        let headers = [kind, ("if-match", tag)];
        site.api_with(&key, "PATCH", &place, &json!({ "named": named }), &headers)
    };
    let named = name(true, shown.header("etag"));
    assert_eq!(named.json()["named"], true, "{named:?}");
    check_problem(&name(false, shown.header("etag")), 412, "changed");
    let kind = ("content-type", "application/merge-patch+json");
    let emptied = json!({ "named": null });
    let emptied = site.api_with(&key, "PATCH", &place, &emptied, &[kind, ("if-match", "*")]);
    check_problem(&emptied, 400, "invalid-input");
    assert_eq!(emptied.json()["errors"][0]["pointer"], "/named");
    assert_eq!(name(true, named.header("etag")).json()["named"], true);
    let rows = recorded(&site, "name-source");
    assert_eq!((rows.len(), &rows[0].detail[..]), (1, "named"));
    // An organisation is no source.
    let other = format!("/sources/{}", site.party_id("hospital"));
    check_problem(&site.api(&key, "GET", &other, &NOTHING), 404, "not-found");
}

#[test]
fn a_program_proposes_a_source_and_stops_it_and_a_person_vets_it() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let new = json!({
        "reference": "researcher", "name": "Researcher", "mandate": "its own sensors", "lawfulBasis": "public task",
        "grade": "B2", "reportTypes": ["scan_vnc", "scan_rdp"],
    });
    let made = site.api(&key, "POST", "/sources", &new);
    assert_eq!(
        (made.status.as_u16(), &made.json()["state"]),
        (201, &json!("proposed")),
        "{made:?}"
    );
    assert_eq!(made.json()["reportTypes"], json!(["scan_rdp", "scan_vnc"]));
    assert_eq!(
        (&made.json()["tlp"], &made.json()["grade"]),
        (&json!("TLP:AMBER"), &json!("B2"))
    );
    check_problem(&site.api(&key, "POST", "/sources", &new), 409, "exists");
    check_problem(
        &site.api(&key, "POST", "/sources", &json!({})),
        400,
        "invalid-input",
    );
    let place = format!("/sources/{}", made.json()["id"].as_str().unwrap());
    let kind = ("content-type", "application/merge-patch+json");
    let change =
        |body: Value| site.api_with(&key, "PATCH", &place, &body, &[kind, ("if-match", "*")]);
    let changed = change(json!({ "agreementUntil": "2026-11-30", "tlp": "GREEN" })).json();
    assert_eq!(
        (&changed["agreement"], &changed["tlp"], &changed["grade"]),
        (&json!("ending"), &json!("TLP:GREEN"), &json!("B2"))
    );
    let emptied = change(json!({ "agreementUntil": null, "reportTypes": [] })).json();
    assert_eq!(
        (&emptied["agreementUntil"], &emptied["reportTypes"]),
        (&Value::Null, &json!([]))
    );
    check_problem(&change(json!({ "mandate": null })), 400, "invalid-input");
    let act = |act: &str| {
        let reason = json!({ "reason": "no answer to our letters" });
        site.api(&key, "POST", &format!("{place}/{act}"), &reason)
    };
    check_problem(&act("_propose"), 409, "exists");
    assert_eq!(act("_stop").json()["reason"], "no answer to our letters");
    check_problem(&act("_stop"), 409, "exists");
    assert_eq!(act("_propose").json()["state"], "proposed");
    let counts =
        ["propose-source", "change-source", "stop-source"].map(|one| recorded(&site, one).len());
    assert_eq!(counts, [2, 2, 1]);
}

#[test]
fn what_became_of_the_reports_of_a_source_is_read_by_months() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let place = format!("/sources/{}/quality", site.party_id("shadowserver"));
    let shown = site.api(&key, "GET", &place, &NOTHING).json();
    let (from, until) = (shown["from"].as_str(), shown["until"].as_str());
    assert!(
        from < until && shown["total"]["reportType"] == "",
        "{shown}"
    );
    let earlier = site.api(&key, "GET", &format!("{place}?until=2026-01"), &NOTHING);
    assert_eq!(earlier.json()["from"], "2026-01", "{earlier:?}");
    for wrong in [
        "from=2026-13",
        "until=1999-01",
        "from=2026-11&until=2026-10",
    ] {
        let refused = site.api(&key, "GET", &format!("{place}?{wrong}"), &NOTHING);
        check_problem(&refused, 400, "invalid-input");
    }
}

#[test]
fn attempts_to_hand_a_message_over_are_told_without_addresses() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let message = site.site.id(IdKind::Notification, 1);
    let path = format!("/messages/{message}/deliveries");
    let attempts = site.api(&key, "GET", &path, &NOTHING);
    assert_eq!(attempts.json()["items"][0]["attempt"], 1, "{attempts:?}");
    assert!(!attempts.body.contains('@'), "{}", attempts.body);
}

#[test]
fn the_audit_log_is_searched_and_verified_by_a_key_that_is_made_for_it() {
    let site = site();
    let key = site.key(KeyOwner::Desk, &[Scope::AuditRead, Scope::DeskRead]);
    site.api(&key, "GET", "/organisations", &NOTHING);
    let search = |body: Value| site.api(&key, "POST", "/audit/_search", &body);
    let found = search(json!({ "action": "read", "subject": "organisations" })).json();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{found}");
    assert!(items[0]["actor"].as_str().unwrap().starts_with("key "));
    // That the log was read is in it.
    assert_eq!(recorded(&site, "read")[0].subject, "audit log");
    let day = testkit::now().day();
    let days =
        json!({ "from": day.plus_days(1).to_string(), "until": day.plus_days(2).to_string() });
    assert_eq!(search(days).json()["items"], json!([]));
    let page = search(json!({ "limit": 1 })).json();
    let next = search(json!({ "limit": 1, "cursor": page["nextCursor"] })).json();
    let number = |page: &Value| page["items"][0]["number"].as_i64().unwrap();
    assert!(number(&next) < number(&page), "{page} {next}");
    check_problem(
        &search(json!({ "from": "soon", "actr": "x" })),
        400,
        "invalid-input",
    );

    let verify = || site.api(&key, "POST", "/audit/_verify", &NOTHING);
    let verified = verify().json();
    assert_eq!(
        (&verified["intact"], &verified["brokenNumber"]),
        (&json!(true), &NOTHING)
    );
    let last = recorded(&site, "read")[0].audit_no;
    assert_eq!(verified["lastNumber"], last);
    let mark = site.store().read(|tx| tx.audit_mark()).unwrap().unwrap();
    assert_eq!((mark.last.0, mark.whole_at), (last, Some(testkit::now())));
    while verify().status == 200 {}
    check_problem(&verify(), 429, "too-often");
    let other = site.key(KeyOwner::Desk, &[Scope::DeskRead]);
    check_problem(
        &site.api(&other, "POST", "/audit/_search", &json!({})),
        403,
        "not-allowed",
    );
}

#[test]
fn who_works_at_the_desk_is_listed_and_changed_by_no_program() {
    let site = site();
    for (email, role) in [
        ("one@desk.example", StaffRole::Analyst),
        ("two@desk.example", StaffRole::Editor),
    ] {
        let person = site.person(email);
        site.employ(person, role);
    }
    let key = site.key(KeyOwner::Desk, ALL);
    let first = site.api(&key, "GET", "/staff?limit=1", &NOTHING).json();
    assert_eq!(first["items"][0]["email"], "one@desk.example", "{first}");
    assert_eq!(first["items"][0]["roles"], json!(["analyst"]));
    let next = first["next"]
        .as_str()
        .unwrap()
        .strip_prefix("/api/v1")
        .unwrap();
    let second = site.api(&key, "GET", next, &NOTHING).json();
    assert_eq!(second["items"][0]["state"], "invited", "{second}");
    assert_eq!(second["nextCursor"], NOTHING);
    assert_eq!(recorded(&site, "read")[0].subject, "people of the desk");
    check_problem(
        &site.api(&key, "POST", "/staff", &json!({})),
        405,
        "method-not-allowed",
    );
    let reading = site.key(KeyOwner::Desk, &[Scope::DeskRead]);
    check_problem(
        &site.api(&reading, "GET", "/staff", &NOTHING),
        403,
        "not-allowed",
    );
}

#[test]
fn texts_about_threats_are_read_with_the_one_in_use() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let all = site.api(&key, "GET", "/catalogue", &NOTHING).json();
    let entries = all["items"].as_array().unwrap();
    let rdp = entries
        .iter()
        .find(|it| it["threat"] == "open-rdp")
        .unwrap();
    assert_eq!(
        (&rdp["own"], &rdp["openVersionId"]),
        (&json!(false), &NOTHING)
    );
    let entry = site
        .api(&key, "GET", "/catalogue/open-rdp", &NOTHING)
        .json();
    assert_eq!(entry["texts"].as_array().unwrap().len(), 6, "{entry}");
    assert_eq!(entry["version"], rdp["version"]);
    check_problem(
        &site.api(&key, "GET", "/catalogue/nothing", &NOTHING),
        404,
        "not-found",
    );
    let versions = site.api(&key, "GET", "/catalogue/open-rdp/versions", &NOTHING);
    assert_eq!(versions.json()["items"], json!([]), "{versions:?}");

    let editor = site.person("editor@desk.example");
    site.employ(editor, StaffRole::Editor);
    let mut browser = site.signed_in(editor);
    browser.post("/desk/catalogue/open-rdp/drafts", &[]);
    let versions = site
        .api(&key, "GET", "/catalogue/open-rdp/versions", &NOTHING)
        .json();
    let version = &versions["items"][0];
    assert_eq!(version["state"], "draft", "{versions}");
    assert_eq!(
        version["writtenBy"],
        site.site.id(IdKind::Person, editor).to_string()
    );
    let path = format!("/advice/{}", version["id"].as_str().unwrap());
    let shown = site.api(&key, "GET", &path, &NOTHING).json();
    assert_eq!(
        (&shown["texts"], &shown["version"]),
        (&entry["texts"], &version["version"])
    );
}

both_engines![a_draft_of_a_program_comes_into_use_by_two_people_and_not_by_the_program];

fn a_draft_of_a_program_comes_into_use_by_two_people_and_not_by_the_program(test: &TestStore) {
    let site = TestSite::over(Desk::of(test));
    let key = site.key(KeyOwner::Desk, ALL);
    let drafts = "/catalogue/open-rdp/drafts";
    let begun = site.api(&key, "POST", drafts, &json!({}));
    assert_eq!(begun.status, 201, "{begun:?}");
    check_problem(&site.api(&key, "POST", drafts, &json!({})), 409, "exists");
    let place = begun.location().strip_prefix("/api/v1").unwrap().to_owned();
    let shown = site.api(&key, "GET", &place, &NOTHING);
    assert_eq!(
        (&shown.json()["writtenBy"], &shown.json()["state"]),
        (&NOTHING, &json!("draft"))
    );
    let mut texts = shown.json()["texts"].clone();
    texts[0]["title"] = json!("Iemand kan uw computer besturen");
    let put = |tag: &str, texts: &Value| {
        let body = json!({
            "severity": "critical", "expires": shown.json()["expires"], "note": "plainer words",
            "sources": shown.json()["sources"], "texts": texts,
        });
        site.api_with(&key, "PUT", &place, &body, &[("if-match", tag)])
    };
    let mut twice = texts.clone();
    twice[1] = twice[0].clone();
    twice[2]["steps"] = json!([7]);
    let refused = put("*", &twice);
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/texts/2/steps/0");
    let written = put(shown.header("etag"), &texts);
    assert_eq!(written.json()["texts"], texts, "{written:?}");
    assert_eq!(
        (&written.json()["severity"], &written.json()["mistakes"]),
        (&json!("critical"), &json!([]))
    );
    check_problem(&put(shown.header("etag"), &texts), 412, "changed");
    assert!(
        recorded(&site, "change-advice")[0]
            .actor
            .starts_with("key ")
    );

    let page = format!("/desk{place}");
    let person = |email: &str| {
        let person = site.person(email);
        site.employ(person, StaffRole::Editor);
        person
    };
    let (one, other) = (person("one@desk.example"), person("two@desk.example"));
    let act = |person_no: i64, act: &str| {
        let answer = site
            .signed_in(person_no)
            .post(&format!("{page}/decide"), &[("act", act)]);
        match answer.location().rsplit_once('=') {
            Some((_, done)) => done.to_owned(),
            None => answer.status.to_string(),
        }
    };
    // Nobody answers for it yet.
    assert_eq!(act(one, "ask"), "403 Forbidden");
    let shown_to_one = site.signed_in(one).get(&page).body;
    assert!(
        shown_to_one.contains("Take this draft over"),
        "{shown_to_one}"
    );
    assert_eq!(act(one, "take"), "taken");
    assert_eq!(act(other, "take"), "409 Conflict");
    check_problem(&put("*", &texts), 409, "exists");
    assert_eq!(act(one, "ask"), "asked");
    assert_eq!(act(one, "approve"), "403 Forbidden");
    assert_eq!(act(other, "approve"), "approved");
    let entry = site
        .api(&key, "GET", "/catalogue/open-rdp", &NOTHING)
        .json();
    assert_eq!((&entry["own"], &entry["texts"]), (&json!(true), &texts));
    let back = json!({ "from": place.rsplit('/').next().unwrap() });
    let again = site.api(&key, "POST", drafts, &back);
    assert_eq!(again.status, 201, "{again:?}");
}

#[test]
fn programmes_are_read_with_their_report_and_without_who_applied() {
    let site = site();
    let terms = store::ProgrammeTerms {
        slug: "pilot".to_owned(),
        name: ["Proef".to_owned(), "Pilot".to_owned()],
        text: ["Over de proef".to_owned(), "About the pilot".to_owned()],
        evidence: Default::default(),
        contact: Default::default(),
        sectors: vec![model::Sector::ALL[0]],
        places: 4,
        per_sector: 2,
        opens_at: testkit::now(),
        closes_at: testkit::days_later(7),
        begins_on: testkit::now().day().plus_days(20),
        ends_on: testkit::now().day().plus_days(200),
    };
    let added = site
        .store()
        .write(|tx| tx.add_programme(&terms, testkit::now()));
    let id = site.site.id(IdKind::Programme, added.unwrap().unwrap());
    let key = site.key(KeyOwner::Desk, ALL);
    let listed = site.api(&key, "GET", "/programmes", &NOTHING).json();
    assert_eq!(listed["items"][0]["id"], id.to_string(), "{listed}");
    let place = format!("/programmes/{id}");
    let shown = site.api(&key, "GET", &place, &NOTHING).json();
    assert_eq!(
        (&shown["name"]["en"], &shown["publishedAt"]),
        (&json!("Pilot"), &NOTHING)
    );
    for (part, member) in [
        ("places", "items"),
        ("measures", "items"),
        ("report", "surveys"),
    ] {
        let read = site
            .api(&key, "GET", &format!("{place}/{part}"), &NOTHING)
            .json();
        assert_eq!(read[member], json!([]), "{part}: {read}");
    }
    let report = site
        .api(&key, "GET", &format!("{place}/report"), &NOTHING)
        .json();
    assert_eq!(report["total"]["applied"], 0, "{report}");
    let all = site.api(&key, "GET", "/measures", &NOTHING);
    assert_eq!(all.status, 200, "{all:?}");
    let other = site.key(KeyOwner::Desk, &[Scope::DeskRead]);
    check_problem(
        &site.api(&other, "GET", &place, &NOTHING),
        403,
        "not-allowed",
    );
}

#[test]
fn all_that_was_done_about_a_finding_is_found_by_its_id() {
    let site = site();
    tell(&site, &["203.0.113.9"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let finding = waiting(&site, &key);
    let place = format!("/queue-items/{finding}");
    let nobody = json!({ "person": null });
    site.api(&key, "POST", &format!("{place}/_assign"), &nobody);
    let decision = json!({ "decision": "withhold", "reason": "a test of our own" });
    site.api(&key, "POST", &format!("{place}/_decide"), &decision);
    let about = json!({ "subject": format!("finding {finding}") });
    let found = site.api(&key, "POST", "/audit/_search", &about).json();
    let items = found["items"].as_array().unwrap();
    let acts: Vec<_> = items.iter().map(|item| item["action"].clone()).collect();
    assert_eq!(acts, ["withhold", "assign"], "{found}");
}

#[test]
fn a_program_of_the_desk_reads_whom_to_call_without_a_number_and_notes_what_came_of_it() {
    let site = site();
    tell(&site, &["192.0.2.3"]);
    let failed = site.store().write(|tx| {
        let (delivered, failed) = (NotificationState::Delivered, NotificationState::Failed);
        let decided = (testkit::now(), "test");
        tx.move_notification(1, &[delivered], failed, "no such mailbox", decided)
    });
    assert!(failed.unwrap());
    let analyst = site.person("analyst@desk.example");
    site.employ(analyst, StaffRole::Analyst);
    let colleague = site.person("colleague@desk.example");
    site.employ(colleague, StaffRole::Analyst);
    let stranger = site.person("stranger@desk.example");
    let [analyst, colleague, stranger] =
        [analyst, colleague, stranger].map(|it| site.site.id(IdKind::Person, it).to_string());
    let key = site.key(KeyOwner::Desk, ALL);
    let listed = site.api(&key, "GET", "/calls?limit=1", &NOTHING).json();
    let call = &listed["items"][0];
    assert_eq!(
        (&call["why"], &call["hasNumber"]),
        (&json!("failed"), &json!(false))
    );
    assert_eq!(call["recipientId"], site.party_id("hospital").to_string());
    assert_eq!(
        (&listed["next"], &call["overdue"]),
        (&NOTHING, &json!(false))
    );
    let path = format!("/calls/{}", call["messageId"].as_str().unwrap());
    assert_eq!(site.api(&key, "GET", &path, &NOTHING).json(), *call);
    let post = |end: &str, body: &Value| site.api(&key, "POST", &format!("{path}/{end}"), body);

    check_problem(&post("_assign", &json!({})), 400, "invalid-input");
    let refused = post("_assign", &json!({ "person": stranger }));
    check_problem(&refused, 400, "invalid-input");
    let taken = post("_assign", &json!({ "person": analyst })).json();
    assert_eq!(taken["assignedTo"], analyst);
    let other = post("_assign", &json!({ "person": colleague }));
    check_problem(&other, 409, "exists");
    check_problem(
        &post("attempts", &json!({ "outcome": "no-answer" })),
        409,
        "exists",
    );
    check_problem(&post("attempts", &json!({})), 400, "invalid-input");
    let noted = post(
        "attempts",
        &json!({ "outcome": "no-answer", "person": analyst, "note": "a shop", "again": "soon" }),
    );
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.body);
    let attempts = format!("{path}/attempts");
    let read = site.api(&key, "GET", &attempts, &NOTHING).json();
    assert_eq!(read["items"], noted.json()["items"]);
    assert_eq!(read["items"][0]["personId"], analyst);
    assert!(!read.to_string().contains("a shop"), "{read}");
    let waits = site.api(&key, "GET", &path, &NOTHING).json();
    assert_eq!(
        (&waits["assignedTo"], waits["from"].is_string()),
        (&NOTHING, true)
    );
    post("attempts", &json!({ "outcome": "refuses" }));
    check_problem(&site.api(&key, "GET", &path, &NOTHING), 404, "not-found");
    let empty = site.api(&key, "GET", "/calls", &NOTHING).json();
    assert_eq!(empty["items"], json!([]));
    for wrong in ["/calls?cursor=nonsense", "/calls?limit=0"] {
        check_problem(
            &site.api(&key, "GET", wrong, &NOTHING),
            400,
            "invalid-input",
        );
    }
}
