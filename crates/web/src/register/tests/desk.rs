//! What the desk does with registrations.

use axum::http::StatusCode;
use model::{IdKind, RegistrationRule, RegistrationState, StaffRole};

use super::{KVK, MAILBOX, OWNER, Registering, answer, begin, fill_in, has_mistake};

#[test]
fn the_desk_looks_first_and_admits_or_refuses_with_a_reason() {
    let registering = Registering::by(RegistrationRule::Hold);
    registering.registered(&mut registering.site.browser(), KVK);
    registering.registered(&mut registering.site.browser(), "90000025");
    assert!(
        registering.mails().is_empty(),
        "nobody is invited before the desk looked"
    );
    let mut analyst = registering.analyst();
    let home = analyst.get("/desk").body;
    assert!(home.contains("/desk/registrations"), "{home}");
    let list = analyst.get("/desk/registrations").body;
    assert!(
        list.contains("Bakery Example") && list.contains("Nobody yet"),
        "{list}"
    );

    let page = registering.desk_page(1);
    let taken = analyst.post(&page, &[("act", "take")]);
    assert_eq!(taken.location(), format!("{page}?done=taken"));
    let shown = analyst.get(&page).body;
    for text in [KVK, OWNER, "203.0.113.24", MAILBOX, "Sam Voorbeeld"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let short = analyst.post(&page, &[("act", "admit"), ("reason", "ok")]);
    assert!(has_mistake(&short, "reason"), "{}", short.body);
    let act = [("act", "admit"), ("reason", "the owner called us back")];
    let decided = analyst.post(&page, &act);
    assert_eq!(decided.location(), "/desk/registrations?done=admitted");
    let mails = registering.mails();
    assert_eq!((mails.len(), &mails[0].0[..]), (1, OWNER));
    let party_no = registering.party_no();
    let vouched = registering
        .site
        .store()
        .read(|tx| tx.is_vouched_for(party_no));
    assert!(vouched.unwrap(), "a person looked");
    assert_eq!(registering.one(1).email, None, "nobody needs it any more");
    assert_eq!(
        analyst.get(&page).status,
        StatusCode::NOT_FOUND,
        "it is decided"
    );

    let page = registering.desk_page(2);
    let act = [
        ("act", "refuse"),
        ("reason", "the number is of somebody else"),
    ];
    let decided = analyst.post(&page, &act);
    assert_eq!(decided.location(), "/desk/registrations?done=refused");
    let mails = registering.mails();
    assert_eq!(mails[0].1["reason"], "the number is of somebody else");
    assert_eq!(registering.one(2).state, RegistrationState::Refused);
    let token = registering.site.site.link_key().registration_token(2);
    let page = registering
        .site
        .browser()
        .get(&format!("/register/{token}"));
    assert!(page.body.contains("ging niet door"), "{}", page.body);
    let acts = registering.acts();
    for act in [
        "take-registration",
        "read-registration",
        "admit-registration",
        "refuse-registration",
    ] {
        assert!(acts.iter().any(|done| done == act), "{act}: {acts:?}");
    }
}

#[test]
fn who_may_not_decide_reads_at_most() {
    let registering = Registering::by(RegistrationRule::Hold);
    registering.registered(&mut registering.site.browser(), KVK);
    let page = registering.desk_page(1);
    let act = [("act", "admit"), ("reason", "the owner called us back")];
    for (role, reads) in [
        (StaffRole::PrivacyOfficer, StatusCode::OK),
        (StaffRole::Editor, StatusCode::FORBIDDEN),
        (StaffRole::Director, StatusCode::FORBIDDEN),
        (StaffRole::Administrator, StatusCode::FORBIDDEN),
    ] {
        let person = registering.site.person(&format!("{role}@desk.example"));
        registering.site.employ(person, role);
        let mut browser = registering.site.signed_in(person);
        assert_eq!(browser.get(&page).status, reads, "{role}");
        assert_eq!(
            browser.post(&page, &act).status,
            StatusCode::FORBIDDEN,
            "{role}"
        );
    }
    // An analyst who showed who it is long ago proves it first.
    let person = registering.site.person("analyst@desk.example");
    registering.site.employ(person, StaffRole::Analyst);
    let before = testkit::now().plus_seconds(-1_800);
    let decided = registering
        .site
        .signed_in_at(person, before)
        .post(&page, &act);
    assert!(decided.is_given_back_to_prove(), "{decided:?}");
}

#[test]
fn the_desk_ends_what_came_in_by_itself_and_was_somebody_else() {
    let registering = Registering::by(RegistrationRule::Open);
    registering.registered(&mut registering.site.browser(), KVK);
    let party_no = registering.party_no();
    registering.mails();
    let mut analyst = registering.analyst();
    let act = [
        ("act", "refuse"),
        ("reason", "the bakery knows nothing of it"),
    ];
    analyst.post(&registering.desk_page(1), &act);
    let is_open = registering
        .site
        .store()
        .read(|tx| tx.party_is_open(party_no));
    assert!(!is_open.unwrap());
    assert_eq!(registering.one(1).state, RegistrationState::Refused);
    let mails = registering.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        (&mails[0].0[..], &mails[0].1["what"]),
        (OWNER, &"refused".into())
    );
    // The right one can register now.
    let mut owner = registering.site.browser();
    let home = begin(&mut owner, KVK, "chef@bakery.example");
    fill_in(&mut owner, &home, "Bakery Example", "bread.example", "");
    let code = registering.code();
    answer(&mut owner, &home, &code);
    assert_eq!(registering.one(2).state, RegistrationState::Admitted);
}

#[test]
fn who_reads_an_organisation_by_its_registration_stands_in_its_log() {
    let registering = Registering::by(RegistrationRule::Open);
    registering.registered(&mut registering.site.browser(), KVK);
    let id = registering
        .site
        .site
        .id(IdKind::Party, registering.party_no());
    let reads = || {
        let log = registering.log().into_iter();
        let own = log.filter(|row| row.action == "read" && row.subject == format!("party {id}"));
        own.map(|row| row.detail).collect::<Vec<_>>()
    };
    let mut analyst = registering.analyst();
    analyst.get("/desk/registrations");
    assert_eq!(reads(), [""; 0]);
    analyst.get(&registering.desk_page(1));
    assert_eq!(reads(), ["work at the desk"]);
}
