use axum::http::StatusCode;
use model::{AssetValue, Endpoint, IdKind, StaffRole};
use store::{AssetFilter, QueueItem, QueueKind};
use testkit::Report;

use super::{at_work, audited, busy_site};
use crate::testing::{Browser, TestSite};

fn party_id(site: &TestSite, reference: &str) -> String {
    let number = site.store().read(|tx| tx.party_no(reference)).unwrap();
    site.site.id(IdKind::Party, number.unwrap()).to_string()
}

fn waiting_finding(site: &TestSite) -> String {
    let kind = store::QueueKind::Unresolved;
    let item = site.store().read(|tx| tx.open_queue_items(kind, 0, 1));
    let number = item.unwrap()[0].finding_no;
    format!("/desk/findings/{}", site.site.id(IdKind::Finding, number))
}

#[test]
fn a_finding_shows_who_was_told_why_and_who_saw_it() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let search = [("what", "192.0.2.1"), ("reason", "a question by phone")];
    let page = analyst.post("/desk/search", &search).body;
    let address = page
        .split('"')
        .find(|part| part.starts_with("/desk/findings/"));
    let page = analyst.get(address.unwrap()).body;
    for want in ["NTF-2026-000001", "bakery (name)", "valt in", "scan_rdp"] {
        let english = want.replace("valt in", "is in");
        assert!(
            page.contains(want) || page.contains(&english),
            "{want}: {page}"
        );
    }
    assert_eq!(audited(&site)[0].0, "read");
}

#[test]
fn a_finding_that_waits_is_taken_told_and_withheld() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let address = waiting_finding(&site);
    assert!(analyst.get("/desk/queues").body.contains(&address));
    let mut decide = |fields: &[(&str, &str)]| {
        let answer = analyst.post(&format!("{address}/decide"), fields);
        answer.location().rsplit('=').next().unwrap().to_owned()
    };
    let reason = ("reason", "known from a phone call");
    assert_eq!(decide(&[("act", "take")]), "taken");
    assert_eq!(decide(&[("act", "tell"), ("to", "bakery")]), "no-reason");
    assert_eq!(
        decide(&[("act", "tell"), ("to", "nobody"), reason]),
        "no-organisation"
    );
    assert_eq!(decide(&[("act", "tell"), ("to", "bakery"), reason]), "told");
    assert_eq!(decide(&[("act", "withhold"), reason]), "not-waiting");
    site.desk.status();
}

#[test]
fn an_organisation_is_shown_for_a_reason_that_stands_with_every_read() {
    let site = busy_site();
    let mut officer = at_work(&site, StaffRole::PrivacyOfficer);
    let address = format!("/desk/organisations/{}", party_id(&site, "bakery"));
    let asked = officer.get(&address).body;
    assert!(
        asked.contains("Why do you look") && !asked.contains("bakery (name)"),
        "{asked}"
    );
    officer.post(&address, &[("reason", "no")]);
    assert!(!officer.get(&address).body.contains("bakery (name)"));
    officer.post(&address, &[("reason", "request of the owner")]);
    for _ in 0..2 {
        assert!(officer.get(&address).body.contains("bakery (name)"));
    }
    let reads = audited(&site).into_iter().filter(|row| row.0 == "read");
    let reads: Vec<String> = reads.map(|row| row.2).collect();
    assert_eq!(reads, ["request of the owner", "request of the owner"]);
    // Another session gives a reason of its own.
    let other = site.person("other@csirt.example");
    site.employ(other, StaffRole::PrivacyOfficer);
    assert!(
        site.signed_in(other)
            .get(&address)
            .body
            .contains("Why do you look")
    );
    let mut director = at_work(&site, StaffRole::Director);
    assert_eq!(director.get(&address).status, StatusCode::FORBIDDEN);
}

/// Has the bakery answer its first finding; gives the finding's page at the desk.
fn answered(site: &TestSite, status: &str) -> String {
    let number = site
        .store()
        .read(|tx| tx.party_no("bakery"))
        .unwrap()
        .unwrap();
    let told = site
        .store()
        .read(|tx| tx.messages_since(number, testkit::now().plus_seconds(-86_400), 10))
        .unwrap();
    let message = told[0].notification_no;
    let finding = site
        .store()
        .read(|tx| tx.lines_after(message, 0, 1))
        .unwrap()[0]
        .finding_no;
    let id = site.site.id(IdKind::Finding, finding);
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", model::OrganisationRole::Administrator);
    let page = format!("/organisations/{}/findings/{id}", site.party_id("bakery"));
    let answer = [("status", status), ("comment", "look again")];
    site.signed_in(owner).post(&page, &answer);
    format!("/desk/findings/{id}")
}

fn approved_site() -> TestSite {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let id = site.site.id(IdKind::Notification, 1);
    analyst.post(
        &format!("/desk/messages/{id}/decide"),
        &[("act", "approve")],
    );
    site.desk.work();
    site
}

/// A browser of the analyst who is there already.
fn at_desk(site: &TestSite) -> Browser<'_> {
    let staff = site.store().read(|tx| tx.staff_after(0, 1));
    site.signed_in(staff.unwrap()[0].person_no)
}

fn decided(site: &TestSite, finding: &str, fields: &[(&str, &str)]) -> String {
    let reason = ("reason", "after a call with both");
    let fields: Vec<_> = fields.iter().copied().chain([reason]).collect();
    let answer = at_desk(site).post(&format!("{finding}/decide"), &fields);
    answer.location().rsplit('=').next().unwrap().to_owned()
}

#[test]
fn what_is_not_theirs_gets_its_right_owner_from_then_on() {
    let site = approved_site();
    let finding = answered(&site, "not-ours");
    let own = |to| [("act", "own"), ("to", to)];
    assert_eq!(decided(&site, &finding, &own("nobody")), "no-organisation");
    assert_eq!(decided(&site, &finding, &own("school")), "owned");
    assert_eq!(decided(&site, &finding, &own("school")), "not-waiting");
    site.desk.work();
    site.desk.status();
    let page = at_desk(&site).get(&finding).body;
    assert!(page.contains("school (name)"), "{page}");
}

#[test]
fn leaked_accounts_go_to_whose_mailboxes_they_are_and_those_of_a_mail_provider_to_nobody() {
    let site = approved_site();
    let report = Report::new("compromised_account")
        .row(&[("email", "sam@gmail.com")])
        .row(&[("email", "sam@post.example")]);
    site.desk.report(&report);
    site.desk.work();
    let unresolved = QueueKind::Unresolved;
    let waiting = site
        .store()
        .read(|tx| tx.open_queue_items(unresolved, 0, 10));
    let page_of = |domain: &str| {
        let found = waiting.as_ref().unwrap().iter().find(|item| {
            let found = site.store().read(|tx| tx.finding(item.finding_no));
            let (key, _) = found.unwrap().unwrap();
            let domain = Endpoint::EmailDomain(domain.parse().unwrap());
            Endpoint::from_key(&key.endpoint) == Some(domain)
        });
        let item = QueueItem {
            kind: QueueKind::NotOurs,
            ..found.unwrap().clone()
        };
        let opened = site.store().write(|tx| tx.open_queue_item(&item));
        opened.unwrap();
        let id = site.site.id(IdKind::Finding, item.finding_no);
        format!("/desk/findings/{id}")
    };
    let own = [("act", "own"), ("to", "school")];
    let (mail, provider) = (page_of("post.example"), page_of("gmail.com"));
    assert_eq!(decided(&site, &provider, &own), "free-mail");
    let page = at_desk(&site).get(&format!("{provider}?done=free-mail"));
    assert!(page.body.contains("Everybody can get an e-mail address"));
    assert_eq!(
        decided(&site, &provider, &own),
        "free-mail",
        "it still waits"
    );
    assert_eq!(decided(&site, &mail, &own), "owned");
    let school = site.store().read(|tx| {
        let party_no = tx.party_no("school")?.unwrap();
        tx.own_assets(party_no, &AssetFilter::default(), None, 10)
    });
    let values: Vec<AssetValue> = school.unwrap().into_iter().map(|it| it.row.value).collect();
    let post = "post.example".parse().unwrap();
    assert_eq!(
        values,
        [AssetValue::EmailDomain(post)],
        "and not the domain"
    );
}

#[test]
fn a_confirmed_false_alarm_is_counted_for_its_source() {
    let site = approved_site();
    let finding = answered(&site, "false-alarm");
    let mut analyst = at_desk(&site);
    let page = analyst.get(&finding).body;
    assert!(page.contains("It was a false alarm") && !page.contains("They were helped"));
    assert_eq!(
        decided(&site, &finding, &[("act", "helped")]),
        "not-waiting"
    );
    assert_eq!(decided(&site, &finding, &[("act", "confirm")]), "confirmed");
    let source = analyst.get("/desk/sources").body.replace("&#x2f;", "/");
    let source = source
        .split('"')
        .find(|part| part.starts_with("/desk/sources/"));
    let page = analyst.get(source.unwrap()).body;
    assert!(
        page.contains("Tell the source") && page.contains("open-rdp"),
        "{page}"
    );
    assert!(!page.contains("bakery"));
    site.desk.status();
}

#[test]
fn what_waits_is_given_to_somebody_and_taken_back() {
    let site = approved_site();
    let finding = answered(&site, "help-requested");
    let mut analyst = at_desk(&site);
    let page = analyst.get(&finding).body;
    let mut choices = page.split("<option value=\"").skip(1);
    let choice = choices.find(|part| part.contains("Sam Voorbeeld"));
    let person = choice.unwrap().split('"').next().unwrap();
    let mut assigned = |person: &str| {
        let answer = analyst.post(&format!("{finding}/assign"), &[("person", person)]);
        assert!(answer.location().ends_with("done=assigned"), "{answer:?}");
        let number = site
            .store()
            .read(|tx| tx.open_queue_items(store::QueueKind::HelpRequested, 0, 1));
        number.unwrap()[0].owner.clone()
    };
    assert_eq!(assigned(person), "Sam Voorbeeld");
    assert_eq!(assigned(""), "desk");
    assert_eq!(decided(&site, &finding, &[("act", "helped")]), "helped");
    let editor = site.person("editor@csirt.example");
    site.employ(editor, StaffRole::Editor);
    let id = site.site.id(IdKind::Person, editor).to_string();
    let refused = analyst.post(&format!("{finding}/assign"), &[("person", &id)]);
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}
