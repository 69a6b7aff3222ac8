use axum::http::StatusCode;
use model::{AnswerStatus, Day, OrganisationRole, Tlp};
use store::{Mandate, QueueKind};
use testkit::{RegisterBuilder, Report};

use crate::testing::{Browser, TestSite};

/// An organisation with two contacts that was mailed about three open ports, one of them critical; another one about one.
pub(crate) fn site() -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .organisation("florist")
        .asset("florist", "prefix", "198.51.100.0/24")
        .organisation("supplier");
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

pub(crate) fn seen(places: &[(&str, &str)]) -> Report {
    places
        .iter()
        .fold(Report::new("scan_rdp"), |report, (address, severity)| {
            report.row(&[
                ("ip", address),
                ("port", "3389"),
                ("protocol", "tcp"),
                ("severity", severity),
            ])
        })
}

fn member(site: &TestSite, reference: &str, role: OrganisationRole) -> i64 {
    let person = site.person(&format!("{role}@{reference}.example"));
    site.join(person, reference, role);
    person
}

fn home(site: &TestSite, reference: &str) -> String {
    let party_no = site
        .store()
        .read(|tx| tx.party_no(reference))
        .unwrap()
        .unwrap();
    let id = site.site.id(model::IdKind::Party, party_no);
    format!("/organisations/{id}/findings")
}

/// The address of the finding about this place, from the list.
fn finding_at(browser: &mut Browser<'_>, home: &str, place: &str) -> String {
    let list = browser
        .get(&format!("{home}?status=all"))
        .body
        .replace("&#x2f;", "/");
    let row = list.split("<tr>").find(|row| row.contains(place)).unwrap();
    let from = row.find(&format!("{home}/")).unwrap();
    row[from..].split('"').next().unwrap().to_owned()
}

pub(crate) fn status_of(site: &TestSite, reference: &str, place: &str) -> AnswerStatus {
    let party_no = site
        .store()
        .read(|tx| tx.party_no(reference))
        .unwrap()
        .unwrap();
    let found = site.store().read(|tx| {
        let query = store::InboxQuery::whole(party_no, Tlp::Red, testkit::now().day());
        tx.inbox(&query, 100)
    });
    let found = found.unwrap();
    let row = found
        .rows
        .iter()
        .find(|row| super::shown::place(row).contains(place));
    row.unwrap().status
}

#[test]
fn an_inbox_shows_what_was_mailed_and_nothing_of_others() {
    let site = site();
    let reader = member(&site, "bakery", OrganisationRole::Reader);
    let mut browser = site.signed_in(reader);
    let home = home(&site, "bakery");
    let list = browser.get(&home);
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    let mails: String = site
        .desk
        .mails()
        .iter()
        .map(|mail| mail.body.clone())
        .collect();
    for place in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        assert!(
            list.body.contains(place) && mails.contains(place),
            "{place}"
        );
    }
    assert!(!list.body.contains("198.51.100.1"));
    for (filter, want) in [
        ("?severity=critical", 1),
        ("?severity=high&order=severity", 2),
        ("?order=seen", 3),
        ("?role=victim", 0),
        ("?assigned=me", 0),
        ("?threat=open-rdp", 3),
        ("?threat=unknown", 0),
        ("?status=solved", 0),
    ] {
        let shown = browser.get(&format!("{home}{filter}")).body;
        assert_eq!(shown.matches("<td>192.0.2.").count(), want, "{filter}");
    }
    assert_eq!(
        browser.get(&format!("{home}?status=x")).status,
        StatusCode::BAD_REQUEST
    );
    assert!(
        browser
            .get(&format!("{home}/threats"))
            .body
            .contains("?threat=open-rdp")
    );
}

#[test]
fn one_finding_says_where_why_and_what_to_do() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::SecurityContact);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let finding = finding_at(&mut browser, &home, "192.0.2.1");
    let page = browser.get(&finding).body;
    for part in [
        "192.0.2.1",
        "is in the registered range 192.0.2.0",
        "Remote Desktop",
        "TLP:AMBER",
        "2026-11-18T11:00:00Z",
        "(1 hour later)",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    let reader = |reader: &str, browser: &mut Browser<'_>| {
        browser.get(&format!("{finding}?reader={reader}")).body
    };
    assert_ne!(
        reader("soc", &mut browser),
        reader("entrepreneur", &mut browser)
    );
}

#[test]
fn opening_a_finding_makes_it_seen_for_who_may_answer_and_not_for_a_reader() {
    let site = site();
    let home = home(&site, "bakery");
    let reader = member(&site, "bakery", OrganisationRole::Reader);
    let mut browser = site.signed_in(reader);
    let finding = finding_at(&mut browser, &home, "192.0.2.1");
    browser.get(&finding);
    let contact = member(&site, "bakery", OrganisationRole::SecurityContact);
    let other = finding_at(&mut browser, &home, "192.0.2.2");
    site.signed_in(contact).get(&other);
    // It is noted without waiting.
    for _ in 0..100 {
        if status_of(&site, "bakery", "192.0.2.2") == AnswerStatus::Seen {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(status_of(&site, "bakery", "192.0.2.2"), AnswerStatus::Seen);
    assert_eq!(status_of(&site, "bakery", "192.0.2.1"), AnswerStatus::New);
}

#[test]
fn an_answer_is_kept_shown_and_put_before_the_desk() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::Administrator);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let finding = finding_at(&mut browser, &home, "192.0.2.1");
    let wrong = browser.post(
        &finding,
        &[("status", "risk-accepted"), ("until", "2026-11-01")],
    );
    assert!(wrong.body.contains("Give a date after today"));
    let fields = [
        ("status", "not-ours"),
        ("comment", "It is <b>the florist's</b>"),
    ];
    let answered = browser.post(&finding, &fields);
    assert_eq!(answered.location(), format!("{finding}?done=answered"));
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.1"),
        AnswerStatus::NotOurs
    );
    let page = browser.get(&format!("{finding}?done=answered")).body;
    assert!(page.contains("It is &lt;b&gt;the florist"));
    assert_eq!(site.desk.queued()[&QueueKind::NotOurs], 1);
    let open = browser.get(&home).body;
    assert!(!open.contains("<td>192.0.2.1"), "it is not open any more");
}

#[test]
fn what_was_critical_and_is_solved_is_asked_about_the_past() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::SecurityContact);
    let mut browser = site.signed_in(person);
    let finding = finding_at(&mut browser, &home(&site, "bakery"), "192.0.2.3");
    let asked = browser.post(&finding, &[("status", "solved")]);
    assert!(asked.body.contains("When was it solved?"), "{}", asked.body);
    let fields = [
        ("status", "solved"),
        ("patched", "2026-11-18"),
        ("exposed", "unknown"),
    ];
    let answered = browser.post(&finding, &fields);
    assert_eq!(answered.location(), format!("{finding}?done=compromised"));
    let page = browser.get(answered.location()).body;
    assert!(page.contains("Assume that somebody has been in"));
    let status = status_of(&site, "bakery", "192.0.2.3");
    assert_eq!(status, AnswerStatus::SolvedPossiblyCompromised);
}

#[test]
fn many_findings_get_one_answer_but_critical_ones_are_not_called_solved_in_passing() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::SecurityContact);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let ids: Vec<String> = ["192.0.2.1", "192.0.2.3"]
        .map(|place| finding_at(&mut browser, &home, place))
        .iter()
        .map(|address| address.rsplit('/').next().unwrap().to_owned())
        .collect();
    let bulk = format!("{home}/bulk");
    let fields = |deal: &'static str| {
        [
            ("finding", ids[0].as_str()),
            ("finding", &ids[1]),
            ("deal", deal),
            ("back", "?severity=high"),
        ]
    };
    // One is critical: what is asked about that is asked on a page, as of all that the list shows, and nothing is done yet.
    let asked = browser.post(&bulk, &fields("solved"));
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    assert!(asked.body.contains("name=\"patched\""), "{}", asked.body);
    assert_eq!(status_of(&site, "bakery", "192.0.2.1"), AnswerStatus::New);
    let mark = mark_of(&asked.body);
    let apply = format!("{home}/bulk/apply");
    let mut plain = fields("solved").to_vec();
    plain.push(("mark", &mark));
    let done = browser.post(&apply, &plain);
    assert_eq!(
        done.location(),
        format!("{home}?severity=high&done=bulk-but-critical")
    );
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.1"),
        AnswerStatus::Solved
    );
    assert_eq!(status_of(&site, "bakery", "192.0.2.3"), AnswerStatus::New);
    // Where nothing is asked, ticks are enough.
    let [plain, _, deal, back] = fields("solved");
    let done = browser.post(&bulk, &[plain, deal, back]);
    assert_eq!(done.location(), format!("{home}?severity=high&done=bulk"));
    assert_eq!(
        browser.post(&bulk, &fields("take-over")).status,
        StatusCode::SEE_OTHER
    );
    let mine = browser.get(&format!("{home}?status=all&assigned=me")).body;
    assert_eq!(mine.matches("<td>192.0.2.").count(), 2);
    assert_eq!(
        browser.post(&bulk, &fields("forwarded")).status,
        StatusCode::BAD_REQUEST
    );
    // What silences or wants a day is asked on a page of its own, which changes nothing yet.
    let asked = browser.post(&bulk, &fields("not-ours"));
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.body.contains("2 findings"), "{}", asked.body);
    assert_eq!(status_of(&site, "bakery", "192.0.2.3"), AnswerStatus::Seen);
}

/// What the page of a bulk answer showed.
fn mark_of(page: &str) -> String {
    let mark = page.split("name=\"mark\" value=\"").nth(1);
    let mark = mark.unwrap_or_else(|| panic!("{page}"));
    mark.split('"').next().unwrap().to_owned()
}

#[test]
fn one_answer_goes_to_all_that_a_list_shows_after_the_page_said_how_many() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::SecurityContact);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let order = [
        ("all", "yes"),
        ("deal", "risk-accepted"),
        ("back", "?severity=high"),
    ];
    let asked = browser.post(&format!("{home}/bulk"), &order).body;
    assert!(asked.contains("2 findings"), "{asked}");
    let mark = mark_of(&asked);
    let apply = format!("{home}/bulk/apply");
    let with = |more: &[(&'static str, &str)], mark: &str| {
        let mut fields = order.to_vec();
        fields.push(("mark", mark));
        fields.extend_from_slice(more);
        site.signed_in(person).post(&apply, &fields)
    };
    let wrong = with(&[], &mark);
    assert!(
        wrong.body.contains("href=\"#until\"") && wrong.body.contains("error-summary"),
        "{}",
        wrong.body
    );
    let other = with(&[("until", "2026-12-01")], "0");
    assert!(
        other.body.contains("changed in the meantime"),
        "{}",
        other.body
    );
    assert_eq!(status_of(&site, "bakery", "192.0.2.1"), AnswerStatus::New);
    let done = with(&[("until", "2026-12-01"), ("comment", "Wacht.")], &mark);
    assert_eq!(
        done.location(),
        format!("{home}?severity=high&done=bulk"),
        "{}",
        done.body
    );
    for (place, status) in [
        ("192.0.2.1", AnswerStatus::RiskAccepted),
        ("192.0.2.2", AnswerStatus::RiskAccepted),
        ("192.0.2.3", AnswerStatus::New),
    ] {
        assert_eq!(status_of(&site, "bakery", place), status, "{place}");
    }
    // They are not open any more, so the same form is about others.
    let again = with(&[("until", "2026-12-01")], &mark);
    assert_eq!(again.status, StatusCode::OK);
}

#[test]
fn what_is_asked_about_severe_findings_is_asked_once_for_all_of_them() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::SecurityContact);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let order = [("all", "yes"), ("deal", "solved"), ("back", "?status=all")];
    let apply = format!("{home}/bulk/apply");
    let mut answered = |more: &[(&'static str, &'static str)]| {
        let asked = browser.post(&format!("{home}/bulk"), &order).body;
        assert!(asked.contains("name=\"patched\""), "{asked}");
        let mark = mark_of(&asked);
        let mut fields = order.to_vec();
        fields.push(("mark", &mark));
        fields.extend_from_slice(more);
        let done = browser.post(&apply, &fields);
        let place = done.headers.get("location");
        let place = place.map(|place| place.to_str().unwrap().to_owned());
        (place.unwrap_or_default(), done.body)
    };
    let (place, _) = answered(&[]);
    assert!(place.ends_with("done=bulk-but-critical"), "{place}");
    assert_eq!(status_of(&site, "bakery", "192.0.2.3"), AnswerStatus::New);
    let (_, page) = answered(&[("patched", "2027-01-01"), ("exposed", "no")]);
    assert!(page.contains("href=\"#patched\""), "{page}");
    let (place, _) = answered(&[("patched", "2026-11-17"), ("exposed", "unknown")]);
    assert!(place.ends_with("done=bulk"), "{place}");
    assert_eq!(
        status_of(&site, "bakery", "192.0.2.3"),
        AnswerStatus::SolvedPossiblyCompromised
    );
}

#[test]
fn of_more_findings_than_are_answered_at_once_the_newest_thousand_are_and_the_page_says_so() {
    let site = TestSite::new();
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    let report = (1..=1_001).fold(Report::new("scan_rdp"), |report, port: u16| {
        let port = port.to_string();
        let severity = ("severity", "high");
        report.row(&[
            ("ip", "192.0.2.1"),
            ("port", &port),
            ("protocol", "tcp"),
            severity,
        ])
    });
    site.desk.report(&report);
    site.desk.work();
    let person = member(&site, "bakery", OrganisationRole::Administrator);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let order = [("all", "yes"), ("deal", "not-ours"), ("back", "")];
    let asked = browser.post(&format!("{home}/bulk"), &order).body;
    assert!(
        asked.contains("1000 findings") && asked.contains("at most 1,000"),
        "{asked}"
    );
    let mark = mark_of(&asked);
    let mut fields = order.to_vec();
    fields.push(("mark", &mark));
    let done = browser.post(&format!("{home}/bulk/apply"), &fields);
    assert_eq!(done.location(), format!("{home}?done=bulk"));
    let left = browser.get(&home).body;
    assert!(left.contains("1 finding"), "{left}");
}

#[test]
fn findings_are_looked_for_by_address_or_name_and_no_address_of_a_page_says_which() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::Reader);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let mut search = |text: &str| {
        let found = browser.post(&format!("{home}/search"), &[("text", text)]);
        assert_eq!(found.status, StatusCode::OK, "{text}");
        found.body
    };
    let found = search(" 192.0.2.2 ");
    assert_eq!(found.matches("<td>192.0.2.").count(), 1, "{found}");
    assert!(found.contains("<td>192.0.2.2"), "{found}");
    let hrefs = found.split("href=\"").skip(1);
    assert!(
        hrefs
            .filter_map(|rest| rest.split('"').next())
            .all(|href| !href.contains("192.0.2"))
    );
    for (text, said) in [
        ("198.51.100.1", "We told you nothing about this"),
        ("www.bakery.example", "We told you nothing about this"),
        ("", "Fill in an IP address or a domain name"),
        ("two words", "Fill in an IP address or a domain name"),
    ] {
        let page = search(text);
        assert!(page.contains(said), "{text}: {page}");
    }
}

#[test]
fn an_export_has_the_inbox_and_runs_nothing() {
    let site = site();
    let person = member(&site, "bakery", OrganisationRole::Reader);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let csv = browser.get(&format!("{home}/export.csv?severity=high"));
    assert_eq!(csv.body.lines().count(), 3, "{}", csv.body);
    assert!(csv.body.starts_with("finding,reference,"));
    let json = browser.get(&format!("{home}/export.json")).body;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["status"], "new");
}

#[test]
fn an_export_of_several_pages_has_each_finding_once() {
    let site = TestSite::new();
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "198.18.0.0/20");
    site.desk.import(&register);
    let places: Vec<String> = (0..super::FINDINGS_AT_ONCE * 2 + 1)
        .map(|number| format!("198.18.{}.{}", number / 250, number % 250 + 1))
        .collect();
    let places: Vec<(&str, &str)> = places.iter().map(|place| (&place[..], "high")).collect();
    site.desk.report(&seen(&places));
    site.desk.work();
    let person = member(&site, "bakery", OrganisationRole::Reader);
    let mut browser = site.signed_in(person);
    let home = home(&site, "bakery");
    let csv = browser.get(&format!("{home}/export.csv")).body;
    let mut found: Vec<&str> = csv
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(4))
        .collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(
        (csv.lines().count(), found.len()),
        (places.len() + 1, places.len())
    );
    let json = browser.get(&format!("{home}/export.json")).body;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.len(), places.len());
}

#[test]
fn a_preview_with_the_choices_that_hold_is_what_arrived() {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .contact_for("bakery", "urgent@bakery.example", "critical", None, None)
        .contact_for(
            "bakery",
            "soc@bakery.example",
            "",
            Some(model::Language::En),
            Some(model::Reader::Soc),
        )
        .asset("bakery", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    site.desk.report(&seen(&[
        ("192.0.2.1", "high"),
        ("192.0.2.3", "critical"),
        ("192.0.2.4", "low"),
    ]));
    site.desk.work();
    let person = member(&site, "bakery", OrganisationRole::Administrator);
    let mut browser = site.signed_in(person);
    let page = browser
        .get(&format!("{}/preview", home(&site, "bakery")))
        .body;
    for (address, want) in [
        ("security@bakery.example", 3),
        ("urgent@bakery.example", 1),
        ("soc@bakery.example", 3),
    ] {
        let mails = site.desk.mails();
        let arrived = mails.iter().filter(|mail| mail.to == address).count();
        assert_eq!(arrived, want, "{address}");
        let section = page
            .split("<section>")
            .find(|part| part.contains(address))
            .unwrap();
        let text = format!("{want} message");
        assert!(section.contains(&text), "{address}: {section}");
    }
    let other = browser.post(
        &format!("{}/preview", home(&site, "bakery")),
        &[("contact-0", "low"), ("contact-0", "high")],
    );
    let sections: Vec<_> = other.body.split("<section>").skip(1).collect();
    assert!(sections[0].contains("2 messages"), "{}", sections[0]);
    assert!(
        sections[1].contains("3 messages"),
        "no tick is all of them, as where it is saved"
    );
}

/// Every route of the area: method, end of the address, whether it needs the right to answer.
fn routes(finding: &str) -> Vec<(&'static str, String, bool)> {
    vec![
        ("GET", String::new(), false),
        ("GET", "/threats".into(), false),
        ("GET", "/export.csv".into(), false),
        ("GET", "/export.json".into(), false),
        ("GET", "/preview".into(), false),
        ("GET", format!("/{finding}"), false),
        ("POST", "/bulk".into(), true),
        ("POST", "/bulk/apply".into(), true),
        ("POST", "/search".into(), false),
        ("POST", format!("/{finding}"), true),
        ("POST", format!("/{finding}/assign"), true),
        ("POST", format!("/{finding}/forward"), true),
    ]
}

#[test]
fn strangers_find_nothing_and_readers_change_nothing() {
    let site = site();
    let home = home(&site, "bakery");
    let administrator = member(&site, "bakery", OrganisationRole::Administrator);
    let address = finding_at(&mut site.signed_in(administrator), &home, "192.0.2.1");
    let finding = address.rsplit('/').next().unwrap();
    let person_id = site
        .site
        .id(model::IdKind::Person, administrator)
        .to_string();
    let fields = [
        ("finding", finding),
        ("deal", "in-progress"),
        ("status", "in-progress"),
        ("person", person_id.as_str()),
        ("email", "it@supplier.example"),
    ];
    let stranger = member(&site, "florist", OrganisationRole::Administrator);
    let reader = member(&site, "bakery", OrganisationRole::Reader);
    let contact = member(&site, "bakery", OrganisationRole::SecurityContact);
    for (method, end, answers) in routes(finding) {
        let path = format!("{home}{end}");
        let ask = |browser: &mut Browser<'_>| match method {
            "GET" => browser.get(&path).status,
            _ => browser.post(&path, &fields).status,
        };
        let visitor = ask(&mut site.browser());
        assert_eq!(
            visitor,
            StatusCode::SEE_OTHER,
            "{method} {end}, not signed in"
        );
        assert_eq!(
            ask(&mut site.signed_in(stranger)),
            StatusCode::NOT_FOUND,
            "{method} {end}"
        );
        let read = ask(&mut site.signed_in(reader));
        let want = if answers {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::OK
        };
        assert_eq!(read, want, "{method} {end}, a reader");
        let is_page = ["/bulk/apply", "/search"].contains(&&*end);
        let done = if method == "GET" || is_page {
            StatusCode::OK
        } else {
            StatusCode::SEE_OTHER
        };
        for person in [contact, administrator] {
            assert_eq!(ask(&mut site.signed_in(person)), done, "{method} {end}");
        }
    }
    // A finding of somebody else is not found in the own inbox either.
    let own = super::tests::home(&site, "florist");
    let elsewhere = site.signed_in(stranger).get(&format!("{own}/{finding}"));
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_mandate_shows_up_to_its_marking_and_answers_only_where_it_says_so() {
    let site = site();
    let home = home(&site, "bakery");
    let supplier = member(&site, "supplier", OrganisationRole::SecurityContact);
    let give = |tlp_max: Tlp, may_answer: bool, group: Option<&str>| {
        let given = site.store().write(|tx| {
            let party_no = tx.party_no("bakery")?.unwrap();
            let holder_no = tx.party_no("supplier")?.unwrap();
            let group_no = group
                .map(|name| tx.ensure_asset_group(party_no, name))
                .transpose()?;
            let mandate = Mandate {
                mandate_no: 0,
                party_no,
                party_name: String::new(),
                holder_no,
                holder_name: String::new(),
                group_no,
                tlp_max,
                may_answer,
                valid_until: None::<Day>,
                given_at: testkit::now(),
            };
            tx.add_mandate(&mandate, "test", testkit::now())
        });
        given.unwrap()
    };
    let mut browser = site.signed_in(supplier);
    let green = give(Tlp::Green, true, None);
    assert_eq!(browser.get(&home).body.matches("<td>192.0.2.").count(), 0);
    let party_no = site
        .store()
        .read(|tx| tx.party_no("bakery"))
        .unwrap()
        .unwrap();
    let revoke = |mandate_no: i64| {
        let revoked = site
            .store()
            .write(|tx| tx.revoke_mandate(party_no, mandate_no, "test", testkit::now()));
        assert!(revoked.unwrap());
    };
    revoke(green);
    assert_eq!(browser.get(&home).status, StatusCode::NOT_FOUND);
    let shops = give(Tlp::Amber, true, Some("shops"));
    assert_eq!(
        browser.get(&home).body.matches("<td>192.0.2.").count(),
        0,
        "no asset is in the group"
    );
    revoke(shops);
    give(Tlp::Amber, false, None);
    let finding = finding_at(&mut browser, &home, "192.0.2.1");
    assert_eq!(browser.get(&finding).status, StatusCode::OK);
    let answered = browser.post(&finding, &[("status", "solved")]);
    assert_eq!(answered.status, StatusCode::FORBIDDEN);
    assert_eq!(
        browser.get(&format!("{home}/preview")).status,
        StatusCode::FORBIDDEN
    );
}
