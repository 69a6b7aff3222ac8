use axum::http::StatusCode;
use model::{AnswerStatus, OrganisationRole, Scope};
use testkit::{Desk, RegisterBuilder, Report, days_later};

use crate::finding::tests::{seen, status_of};
use crate::testing::{Browser, TestSite};

const ORIGIN: &str = "http://localhost:8080";

/// An organisation that was mailed, with links, about two open ports in one message and a critical one in another.
fn site() -> TestSite {
    let desk = Desk::embedded();
    let named = desk
        .flow
        .store
        .write(|tx| tx.set_public_origin(Some(ORIGIN)));
    named.unwrap();
    let site = TestSite::over(desk);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .organisation("florist")
        .asset("florist", "prefix", "198.51.100.0/24");
    site.desk.import(&register);
    site.desk.report(&seen(&[
        ("192.0.2.1", "high"),
        ("192.0.2.2", "high"),
        ("192.0.2.3", "critical"),
        ("198.51.100.1", "high"),
    ]));
    site.desk.work();
    site
}

/// The mail that says this.
fn mail(site: &TestSite, part: &str) -> testkit::Received {
    let mails = site.desk.mails();
    mails
        .into_iter()
        .find(|mail| mail.body.contains(part))
        .unwrap()
}

/// The path of the answer link in the mail that says this.
fn link(site: &TestSite, part: &str) -> String {
    let body = mail(site, part).body;
    let from = body.find("/answer/").unwrap();
    body[from..].split_whitespace().next().unwrap().to_owned()
}

/// The address of the finding about this place, from the page of a message.
fn finding_at(browser: &mut Browser<'_>, link: &str, place: &str) -> String {
    let page = browser.get(link).body.replace("&#x2f;", "/");
    let row = page.split("<tr>").find(|row| row.contains(place)).unwrap();
    let from = row.find(&format!("{link}/")).unwrap();
    row[from..].split('"').next().unwrap().to_owned()
}

/// The number of rows that answering would add to.
fn said(site: &TestSite) -> usize {
    let events = site.store().read(|tx| {
        let mut events = 0;
        for party in ["bakery", "florist"] {
            let party_no = tx.party_no(party)?.unwrap();
            for finding_no in 1..=4 {
                events += tx.answer_events(party_no, finding_no)?.len();
            }
        }
        Ok::<_, store::StoreError>(events)
    });
    events.unwrap()
}

#[test]
fn a_link_shows_the_findings_of_its_message_and_no_others() {
    let site = site();
    let florist = link(&site, "198.51.100.1");
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let page = browser.get(&link);
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for (place, want) in [
        ("192.0.2.1", true),
        ("192.0.2.2", true),
        ("192.0.2.3", false),
        ("198.51.100.1", false),
    ] {
        assert_eq!(page.body.contains(place), want, "{place}");
    }
    let other = finding_at(&mut browser, &link, "192.0.2.2");
    let finding = other.rsplit('/').next().unwrap();
    assert_eq!(
        browser.get(&format!("{florist}/{finding}")).status,
        StatusCode::NOT_FOUND
    );
    let answered = browser.post(&format!("{florist}/{finding}"), &[("status", "solved")]);
    assert_eq!(answered.status, StatusCode::NOT_FOUND);
}

#[test]
fn looking_changes_nothing_and_answering_does() {
    let site = site();
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let finding = finding_at(&mut browser, &link, "192.0.2.1");
    for _ in 0..3 {
        browser.get(&link);
        browser.get(&finding);
        browser.get(&format!("{finding}?status=solved&done=answered"));
    }
    assert_eq!(
        browser.get(&format!("{finding}/forward")).status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(said(&site), 0);
    let answered = browser.post(&finding, &[("status", "solved"), ("comment", "patched")]);
    assert_eq!(answered.location(), format!("{finding}?done=answered"));
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.1"),
        AnswerStatus::Solved
    );
    let all = browser.post(&link, &[("status", "in-progress")]);
    assert_eq!(all.status, StatusCode::SEE_OTHER);
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.2"),
        AnswerStatus::InProgress
    );
    assert_eq!(status_of(&site, "bakery", "192.0.2.3"), AnswerStatus::New);
}

#[test]
fn a_forwarded_link_answers_one_finding_and_cannot_be_forwarded() {
    let site = site();
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let finding = finding_at(&mut browser, &link, "192.0.2.1");
    let none = browser.post(&format!("{finding}/forward"), &[("email", "nobody")]);
    assert_eq!(none.location(), format!("{finding}?done=not-forwarded"));
    let long = "x".repeat(100_000);
    let done = browser.post(
        &format!("{finding}/forward"),
        &[("email", "it@supplier.example"), ("comment", &long)],
    );
    assert_eq!(done.location(), format!("{finding}?done=forwarded"));
    let said = site.store().read(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        tx.answer_events(party_no, 1)
    });
    assert_eq!(said.unwrap()[0].comment, "it@supplier.example");
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.1"),
        AnswerStatus::Forwarded
    );

    // The token of a mail is kept nowhere but in the mail, so the test makes a link of its own.
    let (token, digest) = (
        "t".repeat(64),
        crate::visitor::token_digest(&"t".repeat(64)),
    );
    let made = site.store().write(|tx| {
        let link = store::AnswerLink {
            notification_no: number_of(&link, &site),
            finding_no: 1,
            created_by: "test".into(),
            address: String::new(),
            expires_at: testkit::days_later(1),
        };
        tx.add_answer_link(&digest, &link, testkit::now())
    });
    made.unwrap();
    let narrow = format!("/answer/{token}");
    let page = browser.get(&narrow).body;
    assert!(page.contains("192.0.2.1") && !page.contains("192.0.2.2"));
    assert!(!page.contains("name=\"email\""), "it cannot be forwarded");
    let own = finding.rsplit('/').next().unwrap();
    let other = finding_at(&mut browser, &link, "192.0.2.2");
    let other = other.rsplit('/').next().unwrap();
    let solved = [("status", "solved")];
    assert_eq!(
        browser.post(&format!("{narrow}/{own}"), &solved).status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        browser.post(&format!("{narrow}/{other}"), &solved).status,
        StatusCode::NOT_FOUND
    );
    let forward = browser.post(
        &format!("{narrow}/{own}/forward"),
        &[("email", "it@supplier.example")],
    );
    assert_eq!(forward.status, StatusCode::FORBIDDEN);
}

fn number_of(link: &str, site: &TestSite) -> i64 {
    let token = link.rsplit('/').next().unwrap();
    site.site.link_key().claimed_message(token).unwrap()
}

#[test]
fn a_link_that_is_changed_made_up_or_too_old_opens_nothing() {
    let site = site();
    let link = link(&site, "192.0.2.1");
    let mut changed = link.clone();
    let last = changed.pop().unwrap();
    changed.insert(changed.len() - 5, last);
    for path in [
        changed.as_str(),
        "/answer/x",
        "/answer/",
        "/answer/000000000000000000000000000000000000000",
    ] {
        assert_eq!(
            site.browser().get(path).status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for (days, want) in [(89, true), (91, false)] {
        let token = link.rsplit('/').next().unwrap();
        let opened = site.store().read(|tx| {
            let scope = super::link::Scope::of(&site.site, token, testkit::days_later(days), tx);
            Ok::<_, store::StoreError>(scope.is_ok())
        });
        assert_eq!(opened.unwrap(), want, "after {days} days");
    }
    let left = site.store().write(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        tx.leave(party_no, "test", testkit::now())
    });
    left.unwrap();
    assert_eq!(
        site.browser().get(&link).status,
        StatusCode::NOT_FOUND,
        "whoever left has no links"
    );
}

#[test]
fn a_link_cannot_be_used_without_end() {
    let site = site();
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let statuses: Vec<_> = (0..40)
        .map(|_| browser.post(&link, &[("status", "in-progress")]).status)
        .collect();
    assert_eq!(statuses[0], StatusCode::SEE_OTHER);
    assert_eq!(statuses[39], StatusCode::TOO_MANY_REQUESTS);
}

/// What stands after this word in a text.
fn after<'t>(text: &'t str, word: &str) -> &'t str {
    let from = text.find(word).unwrap() + word.len();
    let rest = text[from..].trim_start();
    rest.split(|letter: char| letter.is_whitespace() || letter == '.')
        .next()
        .unwrap()
}

#[test]
fn a_message_is_known_by_its_code_and_nothing_is_told_of_what_it_says() {
    let site = site();
    let body = mail(&site, "192.0.2.1").body;
    let (reference, code) = (
        after(&body, "Nummer van dit bericht:"),
        after(&body, "controlecode"),
    );
    let mut browser = site.browser();
    assert_eq!(browser.get("/check").status, StatusCode::OK);
    let mut ask = |reference: &str, code: &str| {
        browser
            .post("/check", &[("reference", reference), ("code", code)])
            .body
    };
    let known = ask(
        &reference.to_lowercase(),
        &code.replace('-', "").to_lowercase(),
    );
    for part in ["desk@csirt.example", "b*****y.example", "2026-11-18"] {
        assert!(known.contains(part), "{part}: {known}");
    }
    for part in ["192.0.2.", "Remote Desktop", "rdp", "bakery"] {
        assert!(!known.contains(part), "{part}");
    }
    let wrong = ask(reference, "2222-2222").replace(reference, "");
    let unknown = ask("NTF-2026-999999", "2222-2222").replace("NTF-2026-999999", "");
    assert_eq!(wrong, unknown, "which of the two was wrong is not told");
    let statuses: Vec<_> = (0..40)
        .map(|_| {
            browser
                .post("/check", &[("reference", reference), ("code", "x")])
                .status
        })
        .collect();
    assert_eq!(statuses[39], StatusCode::TOO_MANY_REQUESTS);
    let mut elsewhere = site.browser();
    elsewhere.address = [198, 51, 100, 1];
    let known = elsewhere.post("/check", &[("reference", reference), ("code", code)]);
    assert!(
        known.body.contains("desk@csirt.example"),
        "whoever guesses keeps nobody else from asking"
    );
}

/// A forwarded link to the finding about 192.0.2.1, made by the page of the finding and read from its mail.
fn forwarded(site: &TestSite, browser: &mut Browser<'_>) -> String {
    let link = link(site, "192.0.2.1");
    let finding = finding_at(browser, &link, "192.0.2.1");
    let to = [("email", "it@supplier.example")];
    browser.post(&format!("{finding}/forward"), &to);
    let (_, _, facts) = site.mails().pop().unwrap();
    let link = facts["link"].as_str().unwrap();
    link[link.find("/answer/").unwrap()..].to_owned()
}

#[test]
fn whoever_helps_says_how_the_work_goes_and_silences_nothing() {
    let site = site();
    let mut browser = site.browser();
    let narrow = forwarded(&site, &mut browser);
    let page = browser.get(&narrow).body;
    for (status, want) in [
        ("solved-possibly-compromised", true),
        ("help-requested", true),
        ("risk-accepted", false),
        ("not-ours", false),
        ("false-alarm", false),
    ] {
        let is_offered = page.contains(&format!("value=\"{status}\""));
        assert_eq!(is_offered, want, "{status}");
        let finding = site.site.id(model::IdKind::Finding, 1);
        let form = [("status", status), ("until", "2027-11-01")];
        let answer = browser.post(&format!("{narrow}/{finding}"), &form);
        let is_taken = answer.status == StatusCode::SEE_OTHER;
        assert_eq!(is_taken, want, "{status}: {}", answer.body);
    }
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.1"),
        AnswerStatus::HelpRequested
    );
}

#[test]
fn an_answer_by_link_that_silences_is_told_to_the_organisation() {
    let site = site();
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", model::OrganisationRole::Administrator);
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let finding = finding_at(&mut browser, &link, "192.0.2.1");
    let told = || {
        let mails = site.mails().into_iter();
        let news = mails.filter(|(kind, _, _)| kind == "answer-by-link");
        news.map(|(_, to, facts)| (to, facts["status"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    browser.post(&finding, &[("status", "solved")]);
    assert!(told().is_empty());
    browser.post(
        &finding,
        &[("status", "risk-accepted"), ("until", "2027-11-01")],
    );
    let told = told();
    let to = |address: &str| told.contains(&(address.to_owned(), "risk-accepted".to_owned()));
    assert!(to("owner@bakery.example") && told.len() == 2, "{told:?}");
    let home = format!("/organisations/{}", site.party_id("bakery"));
    let history = site.signed_in(owner).get(&format!("{home}/history")).body;
    assert!(history.contains("Somebody with a link"));
}

#[test]
fn a_link_that_was_given_is_listed_and_ended_by_people_and_programs() {
    let site = site();
    let mut browser = site.browser();
    let (first, second) = (
        forwarded(&site, &mut browser),
        forwarded(&site, &mut browser),
    );
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", model::OrganisationRole::Administrator);
    let reader = site.person("reader@bakery.example");
    site.join(reader, "bakery", model::OrganisationRole::Reader);
    let finding = site.site.id(model::IdKind::Finding, 1);
    let page = format!(
        "/organisations/{}/findings/{finding}",
        site.party_id("bakery")
    );
    let shown = site.signed_in(owner).get(&page).body.replace("&#x2f;", "/");
    let links = format!("{page}/links/");
    let ends = shown.split('"').filter(|part| part.starts_with(&links));
    let ends: Vec<&str> = ends.collect();
    assert_eq!(ends.len(), 2, "{shown}");
    assert!(shown.contains("it@supplier.example"));
    let mut reader = site.signed_in(reader);
    assert!(!reader.get(&page).body.contains("/links/"));
    assert!(!reader.get(&page).body.contains("&#x2f;links&#x2f;"));
    assert_eq!(reader.post(ends[0], &[]).status, StatusCode::FORBIDDEN);
    let ended = site.signed_in(owner).post(ends[0], &[]);
    assert_eq!(ended.location(), format!("{page}?done=link-ended"));
    assert_eq!(browser.get(&second).status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&first).status, StatusCode::OK);

    let key = site.organisation_key("bakery", model::Scope::ALL);
    let ask = |method: &str, path: &str| site.api(&key, method, path, &serde_json::Value::Null);
    let listed = ask("GET", &format!("{page}/links")).json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{listed}");
    let one = format!("{page}/links/{}", items[0]["id"].as_str().unwrap());
    assert_eq!(ask("DELETE", &one).status, StatusCode::NO_CONTENT);
    assert_eq!(ask("DELETE", &one).status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&first).status, StatusCode::NOT_FOUND);
}

#[test]
fn what_is_solved_stays_so_when_it_is_forwarded() {
    let site = site();
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let finding = finding_at(&mut browser, &link, "192.0.2.1");
    browser.post(&finding, &[("status", "solved")]);
    forwarded(&site, &mut browser);
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.1"),
        AnswerStatus::Solved
    );
    let said = site.store().read(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        tx.answer_events(party_no, 1)
    });
    let last = said.unwrap().pop().unwrap();
    assert_eq!(last.status, Some(AnswerStatus::Forwarded));
    assert_eq!(last.comment, "it@supplier.example");
}

#[test]
fn an_administrator_ends_the_link_of_a_message_and_then_it_opens_nothing_for_anybody() {
    let site = site();
    let (ours, other) = (link(&site, "192.0.2.1"), link(&site, "192.0.2.3"));
    let florist = link(&site, "198.51.100.1");
    let member = |role: OrganisationRole| {
        let person = site.person(&format!("{role}@bakery.example"));
        site.join(person, "bakery", role);
        person
    };
    let contact = member(OrganisationRole::SecurityContact);
    let administrator = member(OrganisationRole::Administrator);
    let home = format!("/organisations/{}/findings", site.party_id("bakery"));
    let of_link = finding_at(&mut site.browser(), &ours, "192.0.2.1");
    let finding = format!("{home}/{}", of_link.rsplit('/').next().unwrap());
    let button = |person| {
        let page = site.signed_in(person).get(&finding).body;
        let page = page.replace("&#x2f;", "/");
        let from = page.find(&format!("{finding}/message-links/"));
        from.map(|from| page[from..].split('"').next().unwrap().to_owned())
    };
    assert_eq!(button(contact), None, "it is for administrators");
    let end = button(administrator).unwrap();
    let refused = site.signed_in(contact).post(&end, &[]);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(site.browser().get(&ours).status, StatusCode::OK);
    let ended = site.signed_in(administrator).post(&end, &[]);
    assert_eq!(
        ended.location(),
        format!("{finding}?done=message-link-ended")
    );
    for path in [&ours, &of_link] {
        assert_eq!(
            site.browser().get(path).status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    // Whoever looked in the portal has seen it; nobody says more by the link.
    let before = said(&site);
    let answered = site.browser().post(&of_link, &[("status", "solved")]);
    assert_eq!(answered.status, StatusCode::NOT_FOUND);
    assert_eq!(said(&site), before);
    for path in [&other, &florist] {
        assert_eq!(site.browser().get(path).status, StatusCode::OK, "{path}");
    }
    assert_eq!(button(administrator), None, "it is ended");
    let again = site.signed_in(administrator).post(&end, &[]);
    assert_eq!(again.status, StatusCode::SEE_OTHER, "ended already");
}

#[test]
fn a_program_sees_until_when_the_link_of_a_message_works_and_ends_it() {
    let site = site();
    let key = site.organisation_key("bakery", Scope::ALL);
    let home = format!("/organisations/{}/messages", site.party_id("bakery"));
    let list = || {
        site.api(&key, "GET", &home, &serde_json::Value::Null)
            .json()
    };
    let items = list()["items"].as_array().unwrap().clone();
    assert!(
        items.iter().all(|item| item["linkEndsAt"].is_string()),
        "{items:?}"
    );
    let place = format!("{home}/{}/link", items[0]["id"].as_str().unwrap());
    let end = |key: &str| site.api(key, "DELETE", &place, &serde_json::Value::Null);
    let reader = site.organisation_key("bakery", &[Scope::FindingsRead]);
    assert_eq!(end(&reader).status, StatusCode::FORBIDDEN);
    let writer = site.organisation_key("bakery", &[Scope::FindingsWrite]);
    assert_eq!(end(&writer).status, StatusCode::FORBIDDEN, "as on the page");
    let florist = site.organisation_key("florist", Scope::ALL);
    assert_eq!(end(&florist).status, StatusCode::NOT_FOUND);
    assert_eq!(end(&key).status, StatusCode::NO_CONTENT);
    assert_eq!(end(&key).status, StatusCode::NOT_FOUND, "it is ended");
    let items = list()["items"].as_array().unwrap().clone();
    let works = items.iter().filter(|item| item["linkEndsAt"].is_string());
    assert_eq!(works.count(), items.len() - 1);
}

#[test]
fn a_message_without_a_mail_has_no_link_to_end() {
    let site = site();
    let key = site.organisation_key("bakery", Scope::ALL);
    let home = format!("/organisations/{}", site.party_id("bakery"));
    let most = serde_json::json!({ "target": "critical", "victim": "high", "groups": [] });
    let path = format!("{home}/thresholds");
    let put = site.api_with(&key, "PUT", &path, &most, &[("if-match", "*")]);
    assert_eq!(put.status, StatusCode::OK, "{put:?}");
    site.desk.report(&seen(&[("192.0.2.9", "high")]));
    site.desk.work();
    let path = format!("{home}/messages");
    let newest = site.api(&key, "GET", &path, &serde_json::Value::Null);
    let newest = newest.json()["items"][0].clone();
    assert_eq!(newest["notMailed"], "below-threshold", "{newest}");
    assert!(newest["linkEndsAt"].is_null(), "{newest}");
    let place = format!("{path}/{}/link", newest["id"].as_str().unwrap());
    let ended = site.api(&key, "DELETE", &place, &serde_json::Value::Null);
    assert_eq!(ended.status, StatusCode::NOT_FOUND);
    // Nothing is kept of what did not happen.
    let ended = site
        .store()
        .read(|tx| tx.ended_message_links(&[1, 2, 3, 4, 5]));
    assert_eq!(ended.unwrap(), Vec::<i64>::new());
}

#[test]
fn that_something_is_gone_stands_in_its_history_and_is_known_by_its_code() {
    let mut site = site();
    let link = link(&site, "192.0.2.1");
    let mut browser = site.browser();
    let finding = finding_at(&mut browser, &link, "192.0.2.1");
    browser.post(&finding, &[("status", "solved")]);
    drop(browser);
    for day in 1..3 {
        site.desk.at(days_later(day));
        let time = format!("2026-11-{} 11:00:00", 18 + day);
        let row = [
            ("timestamp", &*time),
            ("ip", "203.0.113.9"),
            ("port", "3389"),
        ];
        site.desk.report(&Report::new("scan_rdp").row(&row));
        site.desk.work();
    }
    let mut mails = site.desk.mails().into_iter();
    let mail = mails.find(|mail| mail.subject.contains("Niet meer gezien"));
    let body = mail.unwrap().body;
    assert!(!body.contains("/answer/"), "{body}");

    let key = site.organisation_key("bakery", Scope::ALL);
    let home = format!("/organisations/{}", site.party_id("bakery"));
    let get = |path: &str| site.api(&key, "GET", path, &serde_json::Value::Null).json();
    let message = get(&format!("{home}/messages"))["items"][0].clone();
    assert_eq!(message["kind"], "all-clear", "{message}");
    assert!(message["linkEndsAt"].is_null() && message["notMailed"].is_null());
    let solved = get(&format!("{home}/findings?status=solved"));
    assert_eq!(solved["items"].as_array().unwrap().len(), 1, "{solved}");
    let id = solved["items"][0]["id"].as_str().unwrap();
    let history = get(&format!("{home}/findings/{id}/history"));
    let items = history["items"].as_array().unwrap();
    let what: Vec<_> = items
        .iter()
        .map(|item| item["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["told", "solved", "all-clear"]);
    assert_eq!(items[2]["reference"], message["reference"]);

    let member = site.person("sam@bakery.example");
    site.join(member, "bakery", OrganisationRole::Administrator);
    let page = site.signed_in(member).get(&format!("{home}/findings/{id}"));
    let words = "You heard that it is not seen any more";
    assert!(page.body.contains(words), "{}", page.body);
    let asked = [
        ("reference", after(&body, "Nummer van dit bericht:")),
        ("code", after(&body, "controlecode")),
    ];
    let known = site.browser().post("/check", &asked).body;
    assert!(known.contains("Niet meer gezien"), "{known}");
    assert!(!known.contains("192.0.2."), "{known}");
}
