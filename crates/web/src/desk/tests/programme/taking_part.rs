//! Those with a place take part: they sign, prove their mailbox, and report what changes.

use axum::http::StatusCode;
use model::{
    IdKind, Language, LegalClass, MailboxState, OrganisationRole, PlaceState, Sector, StaffRole,
};
use rules::enrol::agreement::compose;
use rules::enrol::draw::commitment;
use store::WatchedMailbox;

use super::super::at_work;
use super::{again, agreement, apply, drawn, places};
use crate::enrol::tests::Enrolling;
use crate::testing::{Answer, Browser};

/// The fourth of ICT does not sign; the fifth takes the place.
pub(super) fn sign_34_and_replace_1(
    enrolling: &Enrolling,
    coordinator: &mut Browser<'_>,
    here: &str,
) {
    coordinator.post(&format!("{here}/agreement"), &agreement("We agree."));
    coordinator.post(&format!("{here}/admit"), &[]);
    let ict = |rank: usize| {
        let places = places(enrolling);
        let mut of_sector = places.iter().filter(|place| place.sector == Sector::Ict);
        of_sector.nth(rank - 1).unwrap().application_no
    };
    let (fourth, fifth) = (ict(4), ict(5));
    let mut signatory = administrator(enrolling);
    let selected = places(enrolling)
        .into_iter()
        .filter(|place| place.state == PlaceState::Selected);
    for place in selected.filter(|place| place.application_no != fourth) {
        let signed = sign(enrolling, &mut signatory, place.application_no);
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    }
    let taken = || {
        let places = places(enrolling).into_iter();
        places
            .filter(|place| place.state == PlaceState::Taken)
            .count()
    };
    assert_eq!(taken(), 34);
    let id = enrolling.site.site.id(IdKind::Application, fourth);
    coordinator.post(
        &format!("{here}/places/{id}"),
        &[("act", "release"), ("reason", "they do not sign")],
    );
    coordinator.post(&format!("{here}/admit"), &[]);
    let mut signatory = administrator(enrolling);
    sign(enrolling, &mut signatory, fifth);
    assert_eq!(taken(), 35);
}

/// Everybody answers the code that was mailed; then the daily look finds no way for mail to two of them, until that is fixed.
pub(super) fn prove_35_mailboxes_of_which_2_fail_until_they_are_fixed(
    enrolling: &Enrolling,
    coordinator: &mut Browser<'_>,
    here: &str,
) {
    let mut member = administrator(enrolling);
    let taken = places(enrolling).into_iter();
    let taken: Vec<i64> = taken
        .filter(|place| place.state == PlaceState::Taken)
        .map(|place| place.application_no)
        .collect();
    let mut reached = |want: &str| {
        let shown = coordinator.get(&format!("{here}/participants")).body;
        let want = format!("{want} of 35 participants can be reached");
        assert!(shown.contains(&want), "{want}: {shown}");
    };
    reached("0");
    enrolling.mails();
    for application_no in &taken {
        let home = participation(enrolling, *application_no);
        // The one with nothing but IPv6 did not get a place, so everybody has a domain.
        let domain = format!("b{application_no}.example");
        let sent = member.post(&format!("{home}/mailbox"), &[("domain", &domain)]);
        assert_eq!(sent.location(), format!("{home}?done=sent"), "{sent:?}");
    }
    let mails = enrolling.mails();
    for (number, application_no) in (1..).zip(&taken) {
        let mailbox = format!("abuse@b{application_no}.example");
        let mail = mails.iter().find(|facts| facts["mailbox"] == *mailbox);
        let code = mail.unwrap()["code"].as_str().unwrap();
        let home = participation(enrolling, *application_no);
        // Two type it wrong at first.
        if number <= 2 {
            let wrong = member.post(&format!("{home}/mailbox/code"), &[("code", "AAAA-AAAA")]);
            assert!(wrong.body.contains("href=\"#code\""), "{}", wrong.body);
            continue;
        }
        let right = member.post(&format!("{home}/mailbox/code"), &[("code", code)]);
        assert_eq!(right.location(), format!("{home}?done=proved"), "{right:?}");
    }
    reached("33");
    for application_no in &taken[..2] {
        let mailbox = format!("abuse@b{application_no}.example");
        let mail = mails.iter().find(|facts| facts["mailbox"] == *mailbox);
        let code = mail.unwrap()["code"].as_str().unwrap();
        let home = participation(enrolling, *application_no);
        member.post(&format!("{home}/mailbox/code"), &[("code", code)]);
    }
    reached("35");

    let watched = || {
        let store = enrolling.site.store();
        store
            .read(|tx| tx.mailboxes_of(enrolling.programme_no))
            .unwrap()
    };
    for mailbox in &watched()[..2] {
        mailbox_is(enrolling, mailbox, MailboxState::Dead);
    }
    reached("33");
    for mailbox in watched()
        .iter()
        .filter(|one| one.state == MailboxState::Dead)
    {
        mailbox_is(enrolling, mailbox, MailboxState::Alive);
    }
    reached("35");
}

/// Signs the agreement as the administrator of the organisation that an application became.
pub(super) fn sign(
    enrolling: &Enrolling,
    administrator: &mut Browser<'_>,
    application_no: i64,
) -> Answer {
    let home = participation(enrolling, application_no);
    let shown = administrator.get(&home).body;
    let digest = shown.split("name=\"digest\" value=\"").nth(1);
    let digest = digest.unwrap_or_else(|| panic!("{shown}"));
    let fields = [
        ("digest", &digest[..64]),
        ("signatory", "Sam Voorbeeld"),
        ("agreed", "yes"),
    ];
    administrator.post(&format!("{home}/agreement"), &fields)
}

/// Page of the programme for the organisation that an application became.
pub(super) fn participation(enrolling: &Enrolling, application_no: i64) -> String {
    let participants = enrolling
        .site
        .store()
        .read(|tx| tx.participants_of(enrolling.programme_no));
    let participants = participants.unwrap();
    let own = participants
        .iter()
        .find(|one| one.application_no == application_no);
    let site = &enrolling.site.site;
    format!(
        "/organisations/{}/programmes/{}",
        site.id(IdKind::Party, own.unwrap().party_no),
        site.id(IdKind::Programme, enrolling.programme_no)
    )
}

/// Somebody who is administrator of every participant, signed in now.
pub(super) fn administrator(enrolling: &Enrolling) -> Browser<'_> {
    let store = enrolling.site.store();
    let email = "sam@bakery.example".parse().unwrap();
    let person_no = store
        .write(|tx| {
            let person = tx.person_with_email(&email)?.expect("admission invited it");
            for one in tx.participants_of(enrolling.programme_no)? {
                let role = OrganisationRole::Administrator;
                tx.put_membership(person.person_no, one.party_no, role, "test", testkit::now())?;
            }
            Ok::<_, store::StoreError>(person.person_no)
        })
        .unwrap();
    let now = enrolling.site.site.now();
    enrolling.site.signed_in_at(person_no, now)
}

#[test]
fn those_with_a_place_sign_prove_their_mailbox_and_report_what_changes() {
    let enrolling = Enrolling::new();
    for index in 0..6 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(&enrolling, &mut coordinator);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    coordinator.post(&format!("{here}/draw"), &[]);
    let agree = |browser: &mut Browser<'_>, text: &str| {
        let page = format!("{here}/agreement");
        browser.post(&page, &agreement(text)).status
    };
    assert_eq!(agree(&mut coordinator, " "), StatusCode::OK, "it is empty");
    assert_eq!(agree(&mut coordinator, "First."), StatusCode::SEE_OTHER);
    let admitted = coordinator.post(&format!("{here}/admit"), &[]);
    assert_eq!(admitted.status, StatusCode::SEE_OTHER, "{admitted:?}");
    let mails = enrolling.mails();
    let invited = mails
        .iter()
        .filter(|facts| facts["organisation"] != serde_json::Value::Null);
    assert_eq!(invited.count(), 4);

    // Three sign; the fourth gives its place up, and the next one is admitted and signs.
    let mut signatory = administrator(&enrolling);
    for application_no in 1..=3 {
        let signed = sign(&enrolling, &mut signatory, application_no);
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    }
    let site = &enrolling.site.site;
    let fourth = site.id(IdKind::Application, 4);
    coordinator.post(
        &format!("{here}/places/{fourth}"),
        &[("act", "release"), ("reason", "they do not sign")],
    );
    coordinator.post(&format!("{here}/admit"), &[]);
    let mut signatory = administrator(&enrolling);
    sign(&enrolling, &mut signatory, 5);
    let taken = || {
        let places = places(&enrolling).into_iter();
        let taken = places.filter(|place| place.state == PlaceState::Taken);
        taken.map(|place| place.application_no).collect::<Vec<_>>()
    };
    assert_eq!(taken(), [1, 2, 3, 5]);

    // A new version in the middle of the programme is signed anew; the old text is not signed any more.
    let first = participation(&enrolling, 1);
    agree(&mut coordinator, "Second.");
    let shown = signatory.get(&first).body;
    assert!(shown.contains("Er is een nieuwe versie"), "{shown}");
    let first_text = [(); 5].map(|()| "First.".to_owned());
    let old = [
        (
            "digest",
            &commitment(&compose(Language::Nl, &first_text))[..],
        ),
        ("signatory", "Sam Voorbeeld"),
        ("agreed", "yes"),
    ];
    let refused = signatory.post(&format!("{first}/agreement"), &old);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(
        sign(&enrolling, &mut signatory, 1).status,
        StatusCode::SEE_OTHER
    );

    let copy = signatory.get(&format!("{first}/agreement.pdf"));
    assert_eq!(copy.header("content-type"), "application/pdf");
    let signed = format!(
        "{here}/participants/{}/agreement.pdf",
        site.id(IdKind::Application, 1)
    );
    for page in [signed, format!("{here}/agreement.pdf")] {
        let copy = coordinator.get(&page);
        assert_eq!(copy.header("content-type"), "application/pdf", "{page}");
    }

    prove_mailbox(&enrolling, &mut signatory, &first);
    let watched = || {
        let store = enrolling.site.store();
        store
            .read(|tx| tx.mailboxes_of(enrolling.programme_no))
            .unwrap()
    };
    assert_eq!(watched().len(), 1, "it is looked at from now on");
    mailbox_is(&enrolling, &watched()[0], MailboxState::Dead);
    let shown = signatory.get(&first).body;
    assert!(shown.contains("komt geen mail meer aan"), "{shown}");
    let shown = coordinator.get(&format!("{here}/participants")).body;
    assert!(shown.contains("Does not work"), "{shown}");

    // One becomes a vital provider: it is flagged at once, and the coordinator ends it.
    let change = [
        ("form", "private-law"),
        ("is_dutch", "yes"),
        ("does_business", "yes"),
        ("legal_class", "vital"),
        ("contact", "present"),
        ("holds_from", "2026-11-18"),
    ];
    let reported = signatory.post(&format!("{first}/change"), &change);
    assert_eq!(
        reported.location(),
        format!("{first}?done=reported"),
        "{reported:?}"
    );
    assert!(
        signatory
            .get(&first)
            .body
            .contains("niet meer aan de voorwaarden")
    );
    let participants = coordinator.get(&format!("{here}/participants")).body;
    assert!(participants.contains("Not met"), "{participants}");
    let class = enrolling.site.store().read(|tx| {
        let one = tx.participants_of(enrolling.programme_no)?.remove(0);
        tx.legal_class_on(one.party_no, testkit::days_later(30).day())
    });
    assert_eq!(class.unwrap(), LegalClass::Vital, "the register knows");

    let today = enrolling.site.site.now().day();
    // The desk knows better since; a report about something else does not put the old class back.
    let class = enrolling.site.store().write(|tx| {
        let party_no = tx.participants_of(enrolling.programme_no)?[0].party_no;
        let change = (today, LegalClass::Essential);
        tx.enter_legal_class(party_no, change, ("a letter", "test"), testkit::now())?;
        Ok::<_, store::StoreError>(party_no)
    });
    let party_no = class.unwrap();
    signatory.post(&format!("{first}/change"), &change);
    let read = enrolling
        .site
        .store()
        .read(|tx| tx.legal_class_on(party_no, testkit::days_later(30).day()));
    assert_eq!(read.unwrap(), LegalClass::Essential);
    let end = format!(
        "{here}/participants/{}/end",
        site.id(IdKind::Application, 1)
    );
    coordinator.post(&end, &[("reason", "became a vital provider")]);
    signatory.post(&format!("{}/leave", participation(&enrolling, 2)), &[]);
    assert_eq!(taken(), [3, 5]);
    // The sixth is the last that waited; the place of the second stays free.
    let states: Vec<_> = places(&enrolling).iter().map(|place| place.state).collect();
    use PlaceState::{Left, Released, Selected, Taken};
    assert_eq!(states, [Left, Left, Taken, Released, Taken, Selected]);
    let told = enrolling.mails().into_iter().rev();
    let news = told.filter_map(|facts| Some(facts["what"].as_str()?.to_owned()));
    assert_eq!(news.take(1).collect::<Vec<_>>(), ["selected"]);
    assert_eq!(watched(), [], "nobody looks at the mailbox of who left");
    let left = signatory.get(&first);
    assert_eq!(left.status, StatusCode::OK, "{}", left.body);
    let second = site.id(IdKind::Application, 2);
    let left = coordinator.get(&format!("{here}/participants/{second}"));
    let why = "The organisation stopped taking part itself.";
    assert!(left.body.contains(why), "{}", left.body);

    // A class that the desk knows to begin later counts from its day on.
    let entered = enrolling.site.store().write(|tx| {
        let third = tx.participants_of(enrolling.programme_no)?[2].party_no;
        let change = (testkit::days_later(40).day(), LegalClass::Essential);
        tx.enter_legal_class(third, change, ("a letter", "test"), testkit::days_later(30))
    });
    assert!(!entered.unwrap());
    for (day, flagged) in [(39, 1), (40, 2)] {
        enrolling.at_day(day);
        let mut coordinator = again(&enrolling, "analyst@csirt.example");
        let shown = coordinator.get(&format!("{here}/participants")).body;
        assert_eq!(shown.matches("Not met").count(), flagged, "day {day}");
    }
}

/// As upkeep notes it.
fn mailbox_is(enrolling: &Enrolling, watched: &WatchedMailbox, state: MailboxState) {
    let found = WatchedMailbox {
        state,
        ..watched.clone()
    };
    let noted = enrolling
        .site
        .store()
        .write(|tx| tx.note_mailbox(watched.due_at, &found));
    assert!(noted.unwrap());
}

/// Asks for a code, answers a wrong one and the right one, and looks whether findings go there.
pub(super) fn prove_mailbox(enrolling: &Enrolling, administrator: &mut Browser<'_>, home: &str) {
    let strange = administrator.post(&format!("{home}/mailbox"), &[("domain", "b2.example")]);
    assert!(
        strange.body.contains("href=\"#domain\""),
        "{}",
        strange.body
    );
    let sent = administrator.post(&format!("{home}/mailbox"), &[("domain", "b1.example")]);
    assert_eq!(sent.location(), format!("{home}?done=sent"), "{sent:?}");
    let mails = enrolling.mails();
    let mail = mails
        .iter()
        .find(|facts| facts["mailbox"] == "abuse@b1.example");
    let code = mail.unwrap()["code"].as_str().unwrap().to_owned();
    let answer = |browser: &mut Browser<'_>, code: &str| {
        browser.post(&format!("{home}/mailbox/code"), &[("code", code)])
    };
    let wrong = answer(administrator, "AAAA-AAAA");
    assert!(wrong.body.contains("href=\"#code\""), "{}", wrong.body);
    let right = answer(administrator, &code);
    assert_eq!(right.location(), format!("{home}?done=proved"), "{right:?}");
    let contacts = enrolling.site.store().read(|tx| {
        let one = tx.participants_of(enrolling.programme_no)?.remove(0);
        tx.contacts(one.party_no)
    });
    let contacts = contacts.unwrap();
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].email.as_str(), "abuse@b1.example");
}

#[test]
fn a_program_reads_how_far_a_programme_is_and_what_is_to_be_signed() {
    let enrolling = Enrolling::new();
    apply(&enrolling, (Sector::Ict, 9), |_| {});
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(&enrolling, &mut coordinator);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    coordinator.post(&format!("{here}/draw"), &[]);
    coordinator.post(&format!("{here}/agreement"), &agreement("We agree."));
    coordinator.post(&format!("{here}/admit"), &[]);
    let site = &enrolling.site;
    let own = site.store().read(|tx| tx.participant(1)).unwrap().unwrap();
    // The days of a programme go by faster than a key of tests lasts.
    let key_of = |owner: store::KeyOwner| {
        let fresh = crate::api::FreshKey::default();
        let new = store::NewApiKey {
            digest: fresh.digest(),
            owner,
            name: "test",
            scopes: &[model::Scope::OrganisationRead],
            expires_at: site.site.now().plus_seconds(86_400),
        };
        let key_no = site
            .store()
            .write(|tx| tx.add_api_key(&new, "test", site.site.now()));
        fresh.text(site.site.id(IdKind::ApiKey, key_no.unwrap()))
    };
    let key = key_of(store::KeyOwner::Organisation(own.party_no));
    let ask = |path: &str| site.api(&key, "GET", path, &serde_json::Value::Null).json();
    let path = participation(&enrolling, 1);
    let listed = ask(path.rsplit_once('/').unwrap().0);
    assert_eq!(listed["items"][0]["state"], "selected", "{listed}");
    let shown = ask(&path);
    let [dutch, english] = [Language::Nl, Language::En].map(|language| {
        let parts = [(); 5].map(|()| "We agree.".to_owned());
        compose(language, &parts)
    });
    assert_eq!(shown["agreement"]["text"]["en"], english, "{shown}");
    assert_eq!(shown["agreement"]["digest"]["nl"], commitment(&dutch));
    assert!(shown["agreement"]["signedAt"].is_null());
    sign(&enrolling, &mut administrator(&enrolling), 1);
    let shown = ask(&path);
    assert_eq!(shown["state"], "taken", "{shown}");
    assert!(shown["agreement"]["signedAt"].is_string());
    let stranger = site.store().write(|tx| {
        let role = model::PartyRole::Recipient;
        tx.ensure_party("stranger", "Stranger", role, testkit::now())
    });
    let other = key_of(store::KeyOwner::Organisation(stranger.unwrap()));
    let refused = site.api(&other, "GET", &path, &serde_json::Value::Null);
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}
