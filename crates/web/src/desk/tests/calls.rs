//! Recipients whom the desk calls.

use axum::http::StatusCode;
use model::{ContactPhone, IdKind, OrganisationRole, StaffRole, Timing};
use store::NotificationState;
use testkit::{RegisterBuilder, Report};

use super::{at_work, audited};
use crate::testing::{Browser, TestSite};

/// The bakery was told of something critical and can be called; the school was told of something high and cannot.
fn told_site() -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .organisation("school")
        .asset("school", "prefix", "198.51.100.0/24");
    site.desk.import(&register);
    give_phone(&site, "bakery", true);
    let row = |report: Report, ip, severity| {
        report.row(&[
            ("ip", ip),
            ("port", "3389"),
            ("protocol", "tcp"),
            ("severity", severity),
        ])
    };
    let report = row(Report::new("scan_rdp"), "192.0.2.1", "critical");
    site.desk.report(&row(report, "198.51.100.7", "high"));
    site.desk.work();
    site
}

/// The contact of an organisation that takes everything can be called.
fn give_phone(site: &TestSite, reference: &str, is_always: bool) {
    let phone = ContactPhone {
        number: "+31705550123".parse().unwrap(),
        is_always,
    };
    let given = site.store().write(|tx| {
        let party_no = tx.party_no(reference)?.expect("it is there");
        let own = tx.own_contacts(party_no)?.remove(0);
        let row = model::register::ContactRow {
            organisation: String::new(),
            role: own.role,
            email: own.email,
            severities: own.severities,
            language: own.language,
            reader: own.reader,
        };
        tx.put_own_contact(party_no, &row, &Timing::default(), testkit::now())?;
        tx.put_contact_phone((party_no, own.contact_no), Some(&phone))
    });
    given.unwrap();
}

/// Number of the message to an organisation.
fn message_to(site: &TestSite, reference: &str) -> i64 {
    let found = site.store().read(|tx| {
        let recipient_no = tx.party_no(reference)?;
        let filter = store::MessageFilter {
            recipient_no,
            ..store::MessageFilter::default()
        };
        tx.message_page(&filter, i64::MAX, 9)
    });
    found.unwrap().messages[0].notification_no
}

fn fail(site: &TestSite, number: i64) {
    let failed = site.store().write(|tx| {
        let delivered = [NotificationState::Delivered];
        let decided = (testkit::now(), "");
        tx.move_notification(
            number,
            &delivered,
            NotificationState::Failed,
            "no such mailbox",
            decided,
        )
    });
    assert!(failed.unwrap());
}

fn page_of(site: &TestSite, number: i64) -> String {
    format!("/desk/calls/{}", site.site.id(IdKind::Notification, number))
}

fn last_block(site: &TestSite, number: i64) -> String {
    let code = site.site.link_key().check_code(number);
    code.rsplit('-').next().unwrap().to_lowercase()
}

fn list(browser: &mut Browser<'_>) -> String {
    browser.get("/desk/calls").body
}

#[test]
fn whoever_does_not_answer_what_is_critical_is_called_and_shows_to_have_the_message() {
    let site = told_site();
    let number = message_to(&site, "bakery");
    let page = page_of(&site, number);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let listed = list(&mut analyst);
    assert!(listed.contains("Nobody yet"));
    assert!(listed.contains("bakery (name)") && listed.contains("no answer"));
    assert!(!listed.contains("school (name)"), "{listed}");
    assert!(!listed.contains("+31705550123"), "no number in a list");
    let home = analyst.get("/desk").body;
    let row = home.split("href=\"/desk/calls\">To call</a></th>").nth(1);
    assert!(row.is_some_and(|row| {
        row.starts_with("<td class=\"utrecht-table__cell--numeric-column\">1<")
    }));
    let shown = analyst.get(&page).body;
    for words in [
        "+31705550123",
        "Day and night",
        "I am calling",
        "Wij vragen u nooit om een wachtwoord",
        "De ernst is kritiek",
        "Doe eerst dit:",
        "lang=\"nl\"",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("192.0.2.1"), "no place is read out");
    let code = site.site.link_key().check_code(number);
    assert!(!shown.contains(&code), "nobody can read the code out");
    let read = audited(&site).remove(0);
    assert_eq!((read.0.as_str(), read.2.as_str()), ("read", "whom to call"));

    let taken = analyst.post(&page, &[("act", "take")]);
    assert_eq!(taken.location(), format!("{page}?done=taken"));
    assert!(!list(&mut analyst).contains("Nobody yet"));
    let nothing = analyst.post(&page, &[("act", "note")]).body;
    assert!(nothing.contains("href=\"#outcome\""), "{nothing}");
    let understood = |code: &str| {
        let fields = [("act", "note"), ("outcome", "understood"), ("code", code)];
        site.signed_in(site_analyst(&site)).post(&page, &fields)
    };
    let wrong = understood("AAAA").body;
    assert!(wrong.contains("href=\"#code\""), "{wrong}");
    assert!(list(&mut analyst).contains("bakery (name)"));
    let right = understood(&last_block(&site, number));
    assert_eq!(right.location(), "/desk/calls?done=ended");
    assert!(!list(&mut analyst).contains("bakery (name)"));
    let over = analyst.get(&page).body;
    assert!(over.contains("need not call anybody") && over.contains("Reached: understood"));
    assert!(!over.contains("+31705550123"), "{over}");
    let message = analyst.get(&page.replace("calls", "messages")).body;
    assert!(message.contains("Reached: understood"), "{message}");
    let again = understood(&last_block(&site, number));
    assert_eq!(again.location(), "/desk/calls?done=over");

    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", OrganisationRole::Administrator);
    let history = format!("/organisations/{}/history", site.party_id("bakery"));
    let history = site.signed_in(owner).get(&history).body;
    assert!(history.contains("Called") && history.contains(": understood"));
    assert!(!history.contains("analyst"), "{history}");
}

/// The analyst of [`at_work`].
fn site_analyst(site: &TestSite) -> i64 {
    let email = "analyst@csirt.example".parse().unwrap();
    let found = site.store().read(|tx| tx.person_with_email(&email));
    found.unwrap().expect("somebody is at work").person_no
}

#[test]
fn who_got_no_mail_is_called_too_and_hears_only_that_there_is_one() {
    let site = told_site();
    let number = message_to(&site, "school");
    let page = page_of(&site, number);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    assert_eq!(analyst.get(&page).status, StatusCode::NOT_FOUND);
    fail(&site, number);
    let listed = list(&mut analyst);
    assert!(listed.contains("No number known") && listed.contains("did not get the mail"));
    let [critical, high] = ["bakery (name)", "school (name)"].map(|name| listed.find(name));
    assert!(critical < high, "what is due first stands on top: {listed}");
    let shown = analyst.get(&page).body;
    assert!(shown.contains("trade register") && shown.contains("kwam niet aan"));
    assert!(!shown.contains("Doe eerst dit:") && !shown.contains("De ernst is"));
    give_phone(&site, "school", false);
    assert!(analyst.get(&page).body.contains("+31705550123"));
    assert!(!list(&mut analyst).contains("No number known"));
    let noted = analyst.post(
        &page,
        &[
            ("act", "note"),
            ("outcome", "wrong-number"),
            ("note", "a shop"),
            ("again", "soon"),
        ],
    );
    assert_eq!(noted.location(), "/desk/calls?done=noted");
    let listed = list(&mut analyst);
    assert!(listed.contains("Once more") && listed.contains("Call from"));
    assert!(analyst.get(&page).body.contains("a shop"));
    let long = "x".repeat(501);
    let fields = [("act", "note"), ("outcome", "no-answer"), ("note", &long)];
    let wrong = analyst.post(&page, &fields).body;
    assert!(wrong.contains("href=\"#note\""), "{wrong}");
    // There is no code to read out, so this is enough.
    let fields = [("act", "note"), ("outcome", "understood")];
    let done = analyst.post(&page, &fields);
    assert_eq!(done.location(), "/desk/calls?done=ended");
}

#[test]
fn two_do_not_call_at_once_and_an_answer_ends_a_call() {
    let site = told_site();
    let number = message_to(&site, "bakery");
    let page = page_of(&site, number);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    analyst.post(&page, &[("act", "take")]);
    let colleague = site.person("colleague@csirt.example");
    site.employ(colleague, StaffRole::Analyst);
    let mut colleague = site.signed_in(colleague);
    let other = format!("{page}?done=other");
    assert_eq!(colleague.post(&page, &[("act", "take")]).location(), other);
    let no_answer = [("act", "note"), ("outcome", "no-answer")];
    assert_eq!(colleague.post(&page, &no_answer).location(), other);
    let back = colleague.post(&page, &[("act", "back")]);
    assert_eq!(back.status, StatusCode::CONFLICT);
    let back = analyst.post(&page, &[("act", "back")]);
    assert_eq!(back.location(), format!("{page}?done=given"));
    let acts: Vec<String> = audited(&site).into_iter().map(|row| row.0).collect();
    assert_eq!(acts[..2], ["give-call-back", "take-call"]);
    let code = site.site.link_key().check_code(number);
    let answered = colleague.post(
        &format!("{}/call", page.replace("calls", "messages")),
        &[("code", &code), ("about", "all"), ("status", "in-progress")],
    );
    assert!(
        answered.location().ends_with("?done=call"),
        "{}",
        answered.body
    );
    assert!(list(&mut analyst).contains("Nobody to call"));
    assert_eq!(analyst.get(&page).status, StatusCode::NOT_FOUND);
}

#[test]
fn only_who_reads_organisations_reads_a_number_and_only_who_decides_calls() {
    let site = told_site();
    let page = page_of(&site, message_to(&site, "bakery"));
    for (role, lists, reads, calls) in [
        (StaffRole::Analyst, true, true, true),
        (StaffRole::PrivacyOfficer, true, true, false),
        (StaffRole::Director, true, false, false),
        (StaffRole::Editor, true, false, false),
    ] {
        let mut somebody = at_work(&site, role);
        let is_ok = |status: StatusCode| status == StatusCode::OK;
        assert_eq!(is_ok(somebody.get("/desk/calls").status), lists, "{role}");
        assert_eq!(is_ok(somebody.get(&page).status), reads, "{role}");
        let taken = somebody.post(&page, &[("act", "take")]);
        assert_eq!(taken.status == StatusCode::SEE_OTHER, calls, "{role}");
    }
}
