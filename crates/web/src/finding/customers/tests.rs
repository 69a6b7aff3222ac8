//! Lists of what was done for customers, as a provider sends them.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use formats::customer_list::CustomerList;
use model::{CustomerOutcome, OrganisationRole, StaffRole, Tlp};
use store::{AuditFilter, InboxQuery};
use testkit::{RegisterBuilder, Report};

use crate::acting::Acting;
use crate::finding::customer_list::begin;
use crate::testing::{Answer, Browser, TestSite};

/// A provider with an AS, in which so many systems of customers were seen; and a bakery with one system.
fn site(customers: u32) -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("provider")
        .asset("provider", "asn", "AS64501")
        .announced("2001:db8::/32", 64501)
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    let seen = |report: Report, address: &str| {
        report.row(&[("ip", address), ("port", "3389"), ("protocol", "tcp")])
    };
    let report = (0..customers).fold(Report::new("scan_rdp"), |report, customer| {
        seen(report, &format!("2001:db8::{customer:x}"))
    });
    site.desk.report(&seen(report, "192.0.2.1"));
    site.desk.work();
    site
}

fn page(site: &TestSite, reference: &str) -> String {
    let id = site.party_id(reference);
    format!("/organisations/{id}/findings/customers")
}

fn member(site: &TestSite, reference: &str, role: OrganisationRole) -> i64 {
    let person = site.person(&format!("{role}@{reference}.example"));
    site.join(person, reference, role);
    person
}

/// Public ids of what an organisation was told.
fn told(site: &TestSite, reference: &str) -> Vec<String> {
    let numbers = site.store().read(|tx| {
        let party_no = tx.party_no(reference)?.expect("it is in the register");
        let mut query = InboxQuery::whole(party_no, Tlp::Red, testkit::now().day());
        let mut numbers = Vec::new();
        loop {
            let found = tx.inbox(&query, 1_000)?;
            numbers.extend(found.rows.iter().map(|row| row.place.finding_no));
            match found.rows.last() {
                Some(last) => query.after = Some(last.place),
                None => return Ok::<_, store::StoreError>(numbers),
            }
        }
    });
    let id = |finding_no| site.site.id(model::IdKind::Finding, finding_no).to_string();
    numbers.unwrap().into_iter().map(id).collect()
}

fn send(browser: &mut Browser<'_>, page: &str, list: &str) -> Answer {
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n{list}\r\n--x--\r\n"
    );
    let request = Request::post(page)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin");
    browser.ask(request.body(Body::from(body)).unwrap())
}

/// What stands in the cells of a table below its head, by its caption.
fn cells(body: &str, caption: &str) -> Vec<Vec<String>> {
    let Some((_, table)) = body.split_once(&format!("{caption}</caption>")) else {
        return Vec::new();
    };
    let table = table.split("</table>").next().unwrap();
    let text = |cell: &str| {
        let (_, text) = cell.split_once('>').unwrap();
        text.split('<').next().unwrap().to_owned()
    };
    let rows = table.split("<tr>").skip(2);
    rows.map(|row| {
        let row = row.replace("<th scope=\"row\"", "<td");
        row.split("<td").skip(1).map(text).collect()
    })
    .collect()
}

#[test]
fn a_day_of_a_provider_is_counted_by_what_was_done() {
    let site = site(3_412);
    let told = told(&site, "provider");
    assert_eq!(told.len(), 3_412);
    let outcomes = [
        ("customer-informed", 2_310),
        ("quarantined", 402),
        ("not-traceable", 188),
        ("forwarded", 512),
    ];
    let words = outcomes
        .iter()
        .flat_map(|(word, rows)| std::iter::repeat_n(word, *rows));
    let mut list = "finding,outcome\n".to_owned();
    for (finding, word) in told.iter().zip(words) {
        writeln!(list, "{finding},{word}").unwrap();
    }
    let person = member(&site, "provider", OrganisationRole::SecurityContact);
    let mut browser = site.signed_in(person);
    let page = page(&site, "provider");
    let answer = send(&mut browser, &page, &list);
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(
        answer.body.contains("Rows taken: 3,412. Not taken: 0."),
        "{}",
        answer.body
    );
    let counts = [
        ["Forwarded", "512"],
        ["Customer informed", "2,310"],
        ["Quarantined", "402"],
        ["Refused to act", "0"],
        ["Not traceable", "188"],
    ];
    assert_eq!(cells(&answer.body, "What was in your list"), counts);
    // The list stays on the page for whoever comes later, with what was not taken at the end.
    let later = cells(&browser.get(&page).body, "Lists so far");
    assert_eq!(later[0][1..], ["512", "2,310", "402", "0", "188", "0"]);
}

#[test]
fn a_row_with_a_customers_name_is_refused_with_line_field_and_reason_and_the_name_is_kept_nowhere()
{
    let site = site(2);
    let told = told(&site, "provider");
    let person = member(&site, "provider", OrganisationRole::Administrator);
    let mut browser = site.signed_in(person);
    let list = format!(
        "finding;outcome;customer\n{};quarantined;\n{};forwarded;Baker Example\n",
        told[0], told[1]
    );
    let answer = send(&mut browser, &page(&site, "provider"), &list);
    let issues = cells(&answer.body, "Rows that are not taken");
    assert_eq!(issues.len(), 1, "{}", answer.body);
    assert_eq!(issues[0][..2], ["3", "customer"]);
    assert!(issues[0][2].contains("leave out who the customer is"));
    browser.post("/language", &[("choice", "nl"), ("back", "/")]);
    let dutch = send(&mut browser, &page(&site, "provider"), &list);
    let issues = cells(&dutch.body, "Regels die niet zijn verwerkt");
    assert!(
        issues[0][2].contains("zet er niet in wie de klant is"),
        "{}",
        dutch.body
    );
    browser.post("/language", &[("choice", "en"), ("back", "/")]);
    assert!(!answer.body.contains("Baker"));
    let said = |finding: &str| {
        let finding = finding.parse().unwrap();
        let finding_no = site.site.number(model::IdKind::Finding, &finding).unwrap();
        let read = site.store().read(|tx| {
            let party_no = tx.party_no("provider")?.expect("it is in the register");
            tx.customer_report(party_no, finding_no)
        });
        read.unwrap().map(|report| report.outcome.as_str())
    };
    assert_eq!(
        [0, 1].map(|at| said(&told[at])),
        [Some("quarantined"), None]
    );
}

#[test]
fn a_list_that_breaks_off_between_two_steps_has_what_was_taken_in_the_audit_log() {
    let site = site(501);
    let rows = told(&site, "provider").into_iter().zip(2..).map(|it| {
        let (finding, line) = it;
        (line, finding.parse().unwrap(), CustomerOutcome::Forwarded)
    });
    let list = CustomerList {
        rows: rows.collect(),
        issues: Vec::new(),
    };
    let party_no = site.store().read(|tx| tx.party_no("provider")).unwrap();
    let acting = Acting {
        party_no: party_no.unwrap(),
        actor: "test".to_owned(),
        subject: "party of the test".to_owned(),
    };
    let query = InboxQuery::whole(acting.party_no, Tlp::Red, testkit::now().day());
    let details = || {
        let filter = AuditFilter {
            subject: Some(acting.subject.clone()),
            ..AuditFilter::default()
        };
        let page = site.store().read(|tx| tx.audit_page(&filter, i64::MAX, 10));
        let rows = page.unwrap().rows.into_iter();
        rows.map(|row| row.detail).collect::<Vec<_>>()
    };
    let begun = site.block_on(begin(&site.site, &acting, &query, list));
    let Ok(begun) = begun else {
        panic!("the first step is taken");
    };
    let first = "500 rows of a longer list, 0 refused";
    assert_eq!(details(), [first], "here it could have been killed");
    let ended = site.store().write(|tx| begun.end(tx, testkit::now()));
    let Ok((_, taken)) = ended else {
        panic!("the last step is taken");
    };
    assert_eq!(taken.list.counts, [501, 0, 0, 0, 0]);
    assert_eq!(details(), ["501 rows, 0 refused", first]);
}

#[test]
fn a_finding_of_somebody_else_is_refused_like_one_that_is_not_there() {
    let site = site(1);
    let (own, others) = (told(&site, "provider"), told(&site, "bakery"));
    let person = member(&site, "provider", OrganisationRole::Administrator);
    let list = format!(
        "finding,outcome\n{},forwarded\n00000000-0000-8000-8000-000000000000,forwarded\n{},refused\n",
        others[0], own[0]
    );
    let page = page(&site, "provider");
    let answer = send(&mut site.signed_in(person), &page, &list);
    let issues = cells(&answer.body, "Rows that are not taken");
    assert_eq!(issues.len(), 2, "{}", answer.body);
    assert_eq!(issues[0][1..], issues[1][1..]);
}

#[test]
fn a_reader_sees_the_lists_and_sends_none_and_a_stranger_sees_nothing() {
    let site = site(1);
    let page = page(&site, "provider");
    let list = "finding,outcome\n";
    let reader = member(&site, "provider", OrganisationRole::Reader);
    let mut reader = site.signed_in(reader);
    assert!(!reader.get(&page).body.contains("multipart"));
    assert_eq!(send(&mut reader, &page, list).status, StatusCode::FORBIDDEN);
    let stranger = member(&site, "bakery", OrganisationRole::Administrator);
    let mut stranger = site.signed_in(stranger);
    assert_eq!(stranger.get(&page).status, StatusCode::NOT_FOUND);
    assert_eq!(
        send(&mut stranger, &page, list).status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn what_was_done_stands_on_the_page_of_the_finding_and_at_the_desk_for_a_reason() {
    let site = site(2);
    let told = told(&site, "provider");
    let person = member(&site, "provider", OrganisationRole::Administrator);
    let mut browser = site.signed_in(person);
    let list = format!("finding,outcome\n{},quarantined\n", told[0]);
    send(&mut browser, &page(&site, "provider"), &list);
    let findings = format!("/organisations/{}/findings", site.party_id("provider"));
    for (finding, is_there) in [(&told[0], true), (&told[1], false)] {
        let shown = browser.get(&format!("{findings}/{finding}")).body;
        assert_eq!(shown.contains("Done for the customer"), is_there, "{shown}");
    }
    let analyst = site.person("analyst@csirt.example");
    site.employ(analyst, StaffRole::Analyst);
    let mut desk = site.signed_in(analyst);
    let shown = desk.get(&format!("/desk/findings/{}", told[0])).body;
    assert!(shown.contains("Quarantined, <time"), "{shown}");
    let party = format!("/desk/organisations/{}", site.party_id("provider"));
    assert!(
        !desk.get(&party).body.contains("Lists so far"),
        "nobody said why"
    );
    desk.post(&party, &[("reason", "they asked on the phone")]);
    let lists = cells(&desk.get(&party).body, "Lists so far");
    assert_eq!(lists[0][1..], ["0", "0", "1", "0", "0", "0"]);
}

#[test]
fn what_is_no_list_is_said_at_the_field() {
    let site = site(1);
    let person = member(&site, "provider", OrganisationRole::Administrator);
    let page = page(&site, "provider");
    for list in ["", "name\nBaker Example\n"] {
        let answer = send(&mut site.signed_in(person), &page, list);
        assert!(
            answer.body.contains("href=\"#file\""),
            "{list}: {}",
            answer.body
        );
        assert!(!answer.body.contains("Baker"));
    }
}
