//! Participants as their coordinator sees them: verdicts that go on, changes on their day, signing again, and who is there.

use axum::http::StatusCode;
use model::register::OrganisationRow;
use model::{
    Criterion, IdKind, Language, LegalClass, OrganisationRole, Sector, StaffRole, Verdict,
};
use store::{Judged, NewRegistration, RegisterChange, StoreError};

use super::super::at_work;
use super::ending::admitted;
use super::taking_part::{administrator, participation, prove_mailbox, sign};
use super::{again, agreement, apply, drawn};
use crate::enrol::tests::Enrolling;
use crate::testing::{Answer, Browser};

fn judge(enrolling: &Enrolling, application_no: i64, criterion: Criterion, verdict: Verdict) {
    let judged = Judged {
        application_no,
        criterion,
        verdict,
        evidence: "looked up in the list".to_owned(),
    };
    let store = enrolling.site.store();
    store.write(|tx| tx.judge(&judged, testkit::now())).unwrap();
}

/// Reports what changed; the rest stays as it is for everybody who applies in these tests.
fn report(
    browser: &mut Browser<'_>,
    home: &str,
    (class, relay, from): (&str, &str, &str),
) -> Answer {
    let change = [
        ("form", "private-law"),
        ("is_dutch", "yes"),
        ("does_business", "yes"),
        ("legal_class", class),
        ("relay", relay),
        ("contact", "present"),
        ("holds_from", from),
    ];
    browser.post(&format!("{home}/change"), &change)
}

/// Address of the page of a participant at the desk.
fn participant(enrolling: &Enrolling, here: &str, application_no: i64) -> String {
    let id = enrolling.site.site.id(IdKind::Application, application_no);
    format!("{here}/participants/{id}")
}

#[test]
fn a_verdict_goes_on_until_its_field_changes_and_a_change_counts_from_its_day() {
    let enrolling = Enrolling::new();
    apply(&enrolling, (Sector::Ict, 3), |form| {
        form.legal_class = "unknown".to_owned();
    });
    judge(&enrolling, 1, Criterion::NotVital, Verdict::Met);
    let (mut coordinator, here) = admitted(&enrolling);
    let mut member = administrator(&enrolling);
    sign(&enrolling, &mut member, 1);
    let home = participation(&enrolling, 1);
    let list = format!("{here}/participants");
    assert!(!coordinator.get(&list).body.contains("Not met"));

    for from in ["0001-01-01", "1800-01-01", "9999-12-31", "yesterday"] {
        let refused = report(&mut member, &home, ("unknown", "", from));
        assert!(refused.body.contains("href=\"#holds_from\""), "{from}");
    }
    let reported = report(&mut member, &home, ("vital", "", "2027-06-01"));
    assert_eq!(reported.location(), format!("{home}?done=reported"));
    assert!(!coordinator.get(&list).body.contains("Not met"), "not yet");
    let end = format!("{}/end", participant(&enrolling, &here, 1));
    let early = coordinator.post(&end, &[("reason", "became a vital provider")]);
    assert_eq!(early.status, StatusCode::CONFLICT);
    for page in [
        coordinator.get(&participant(&enrolling, &here, 1)).body,
        member.get(&home).body,
    ] {
        let day = ["June 2027", "juni 2027"];
        assert!(day.iter().any(|text| page.contains(text)), "{page}");
        let told = [
            "Not met: You are no vital",
            "Voldoet niet: U bent geen vitale",
        ];
        assert!(told.iter().any(|text| page.contains(text)), "{page}");
    }
    let home_of_desk = coordinator.get("/desk").body;
    assert!(home_of_desk.contains("No longer meets"), "{home_of_desk}");
    enrolling.at_day(200);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    assert!(coordinator.get(&list).body.contains("Not met"), "its day");
    coordinator.post(&end, &[("reason", "became a vital provider")]);
    let mails = enrolling.mails();
    let told = mails.iter().find(|facts| facts["what"] == "ended");
    assert_eq!(told.unwrap()["reason"], "became a vital provider");
}

#[test]
fn a_new_agreement_is_told_and_who_does_not_sign_in_time_can_be_ended() {
    let enrolling = Enrolling::new();
    for index in 0..2 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    let (mut coordinator, here) = admitted(&enrolling);
    let mut member = administrator(&enrolling);
    let home = participation(&enrolling, 1);
    let organisation = home.split("/programmes").next().unwrap();
    let todo = "Teken de overeenkomst van Proef met waarschuwingen";
    assert!(member.get(organisation).body.contains(todo));
    sign(&enrolling, &mut member, 1);
    assert!(!member.get(organisation).body.contains(todo));

    let day = testkit::days_later(40).day().to_string();
    let publish = |browser: &mut Browser<'_>, sign_by: &str| {
        let mut fields = agreement("Two.").to_vec();
        fields.push(("sign_by", sign_by));
        browser.post(&format!("{here}/agreement"), &fields)
    };
    let past = publish(&mut coordinator, "2020-01-01");
    assert!(past.body.contains("href=\"#sign_by\""), "{}", past.body);
    publish(&mut coordinator, &day);
    let mails = enrolling.mails();
    for what in ["sign", "sign-again"] {
        let told = mails.iter().filter(|facts| facts["what"] == what);
        let days: Vec<_> = told.map(|facts| facts["sign_by"].clone()).collect();
        assert_eq!(days, [day.as_str()], "{what}");
    }
    assert!(member.get(organisation).body.contains(todo));
    let list = coordinator.get(&format!("{here}/participants")).body;
    assert!(list.contains("2 participants have not signed"), "{list}");

    // What was signed before can still be read.
    let shown = member.get(&home).body;
    assert!(shown.contains("/agreements/1"), "{shown}");
    let copy = member.get(&format!("{home}/agreements/1"));
    assert_eq!(copy.header("content-type"), "application/pdf");
    let unsigned = member.get(&format!("{home}/agreements/2"));
    assert_eq!(unsigned.status, StatusCode::NOT_FOUND);
    let page = participant(&enrolling, &here, 1);
    let copy = coordinator.get(&format!("{page}/agreement.pdf?version=1"));
    assert_eq!(copy.header("content-type"), "application/pdf");

    let end = |browser: &mut Browser<'_>, page: &str| {
        let ended = browser.post(
            &format!("{page}/end"),
            &[("reason", "did not sign in time")],
        );
        ended.status
    };
    assert_eq!(
        end(&mut coordinator, &page),
        StatusCode::CONFLICT,
        "there is time"
    );
    enrolling.at_day(41);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let elsewhere = page.replace(
        &here,
        &format!(
            "/desk/programmes/{}",
            enrolling.site.site.id(IdKind::Programme, 99)
        ),
    );
    assert_eq!(end(&mut coordinator, &elsewhere), StatusCode::NOT_FOUND);
    assert_eq!(end(&mut coordinator, &page), StatusCode::SEE_OTHER);
}

#[test]
fn an_organisation_of_the_register_is_told_that_somebody_applied_with_its_number() {
    let enrolling = Enrolling::new();
    let row = OrganisationRow {
        organisation: "school".to_owned(),
        name: "school".to_owned(),
        kvk: Some("90000033".parse().unwrap()),
        sector: None,
        legal_class: LegalClass::Unknown,
        legal_class_from: None,
        language: None,
    };
    let store = enrolling.site.store();
    let added = store.write(|tx| tx.import(testkit::now()).organisation(&row));
    added.unwrap();
    let teacher = enrolling.site.person("teacher@school.example");
    enrolling
        .site
        .join(teacher, "school", OrganisationRole::Administrator);
    apply(&enrolling, (Sector::Ict, 3), |form| {
        form.kvk = "90000033".to_owned()
    });
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(&enrolling, &mut coordinator);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let id = enrolling.site.site.id(IdKind::Application, 1);
    for page in [here.clone(), format!("{here}/applications/{id}")] {
        let shown = coordinator.get(&page).body;
        assert!(shown.contains("in the register already: school"), "{shown}");
    }
    coordinator.post(&format!("{here}/draw"), &[]);
    coordinator.post(&format!("{here}/admit"), &[]);
    let told = enrolling.mails();
    let known = told.iter().filter(|facts| facts["what"] == "known");
    assert_eq!(known.count(), 1);
    let is_invitation = |facts: &serde_json::Value| facts["days"] == 7;
    assert!(!told.iter().any(is_invitation), "nobody is invited");
    let token = enrolling.site.site.link_key().application_token(1, 0);
    let own = enrolling
        .site
        .browser()
        .get(&format!("/applications/{token}"));
    assert!(own.body.contains("hier al bekend"), "{}", own.body);
    let page = participant(&enrolling, &here, 1);
    let invited = coordinator.post(&format!("{page}/invite"), &[]);
    assert_eq!(
        invited.status,
        StatusCode::CONFLICT,
        "it has an administrator"
    );
}

#[test]
fn a_place_waits_until_the_desk_vouches_for_who_registered_itself_under_its_number() {
    let enrolling = Enrolling::new();
    let store = enrolling.site.store();
    let row = OrganisationRow {
        organisation: "registration-1".to_owned(),
        name: "Business 1".to_owned(),
        kvk: Some("90000033".parse().unwrap()),
        sector: None,
        legal_class: LegalClass::Unknown,
        legal_class_from: None,
        language: None,
    };
    let registered = store.write(|tx| {
        let new = NewRegistration {
            kvk: "90000033".parse().unwrap(),
            email: &"stranger@elsewhere.example".parse().unwrap(),
            language: Language::Nl,
            trade: None,
        };
        let registration_no = tx.add_registration(&new, testkit::now())?;
        let added = tx.import(testkit::now()).organisation(&row)?;
        let RegisterChange::Added(party_no) = added else {
            panic!("{added:?}");
        };
        tx.admit_registration((registration_no, party_no), None, testkit::now())?;
        Ok::<_, StoreError>(registration_no)
    });
    let registration_no = registered.unwrap();
    apply(&enrolling, (Sector::Ict, 3), |form| {
        form.kvk = "90000033".to_owned()
    });
    let (mut coordinator, here) = admitted(&enrolling);
    let participants = || {
        let all = store.read(|tx| tx.participants_of(enrolling.programme_no));
        all.unwrap().len()
    };
    assert_eq!(participants(), 0);
    let vouched = store.write(|tx| tx.vouch(registration_no, testkit::now()));
    assert!(vouched.unwrap());
    coordinator.post(&format!("{here}/admit"), &[]);
    assert_eq!(participants(), 1);
}

#[test]
fn a_contact_whose_invitation_lapsed_is_invited_anew_and_hears_of_the_end() {
    let enrolling = Enrolling::new();
    apply(&enrolling, (Sector::Ict, 3), |_| {});
    let (_, here) = admitted(&enrolling);
    enrolling.at_day(40);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let page = participant(&enrolling, &here, 1);
    assert!(coordinator.get(&page).body.contains("has lapsed"));
    let invited = coordinator.post(&format!("{page}/invite"), &[]);
    assert_eq!(
        invited.location(),
        format!("{page}?done=invited"),
        "{invited:?}"
    );
    assert!(coordinator.get(&page).body.contains("no account yet"));
    coordinator.post(&format!("{here}/end"), &[("reason", "the year is over")]);
    let mails = enrolling.mails();
    let told = mails.iter().filter(|facts| facts["what"] == "ended");
    assert_eq!(told.count(), 1, "nobody there has an account");
}

#[test]
fn an_applicant_reads_the_verdict_and_why_after_the_draw() {
    let enrolling = Enrolling::new();
    for _ in 0..2 {
        apply(&enrolling, (Sector::Ict, 3), |_| {});
    }
    judge(&enrolling, 1, Criterion::NoRelay, Verdict::NotMet);
    let read = |application_no| {
        let token = enrolling.site.site.link_key();
        let token = token.application_token(application_no, 0);
        let page = format!("/applications/{token}");
        enrolling.site.browser().get(&page).body
    };
    assert!(
        !read(1).contains("looked up in the list"),
        "not before the draw"
    );
    admitted(&enrolling);
    let told = read(1);
    for text in ["voldoet niet aan alle voorwaarden", "looked up in the list"] {
        assert!(told.contains(text), "{text}: {told}");
    }
    assert!(read(2).contains("Uw aanmelding voldoet aan de voorwaarden"));
}

#[test]
fn a_mailbox_that_works_goes_on_until_another_is_proved_and_ends_with_its_contact() {
    let enrolling = Enrolling::new();
    apply(&enrolling, (Sector::Ict, 3), |_| {});
    let (mut coordinator, here) = admitted(&enrolling);
    let mut member = administrator(&enrolling);
    sign(&enrolling, &mut member, 1);
    let home = participation(&enrolling, 1);
    prove_mailbox(&enrolling, &mut member, &home);
    member.post(&format!("{home}/mailbox"), &[("domain", "b1.example")]);
    let watched = || {
        let store = enrolling.site.store();
        let watched = store.read(|tx| tx.mailboxes_of(enrolling.programme_no));
        watched.unwrap().len()
    };
    assert_eq!(watched(), 1, "it is looked at as before");
    let shown = member.get(&home).body;
    assert!(shown.contains("blijven waarschuwingen"), "{shown}");
    let list = format!("{here}/participants");
    let listed = coordinator.get(&list).body;
    assert!(
        listed.contains("1 of 1 participants can be reached"),
        "{listed}"
    );

    let closed = enrolling.site.store().write(|tx| {
        let party_no = tx.participants_of(enrolling.programme_no)?[0].party_no;
        let contact_no = tx.own_contacts(party_no)?[0].contact_no;
        tx.close_own_contact(party_no, contact_no, testkit::now())
    });
    assert!(closed.unwrap());
    assert_eq!(watched(), 0, "no warning goes there any more");
    assert!(member.get(&home).body.contains("Nog niet getest"));
    let listed = coordinator.get(&list).body;
    assert!(
        listed.contains("0 of 1 participants can be reached"),
        "{listed}"
    );
}
