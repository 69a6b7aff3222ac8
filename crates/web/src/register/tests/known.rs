//! A number that somebody has already.

use model::{OrganisationRole, RegistrationRule, RegistrationState};
use store::StoreError;
use testkit::RegisterBuilder;

use super::{KVK, Registering, answer, begin, fill_in, has_mistake};
use crate::testing::Answer;

/// The bakery as the desk's own list has it, under the number that somebody types.
fn known_bakery(registering: &Registering) -> i64 {
    let mut register = RegisterBuilder::new().organisation("bakery");
    register.organisations[0].kvk = Some(KVK.parse().unwrap());
    registering.site.desk.import(&register);
    let party_no = registering.site.store().read(|tx| tx.party_no("bakery"));
    party_no.unwrap().unwrap()
}

#[test]
fn a_number_that_is_known_tells_its_administrators_and_the_pages_tell_nobody() {
    let registering = Registering::by(RegistrationRule::Open);
    let unknown = registering.registered(&mut registering.site.browser(), "90000025");
    registering.mails();
    let party_no = known_bakery(&registering);
    let person = registering.site.person("chef@bakery.example");
    registering
        .site
        .join(person, "bakery", OrganisationRole::Administrator);

    let mut browser = registering.site.browser();
    let home = begin(&mut browser, KVK, "stranger@elsewhere.example");
    fill_in(
        &mut browser,
        &home,
        "Bakery Example",
        "elsewhere.example",
        "",
    );
    let code = registering.code();
    answer(&mut browser, &home, &code);
    let known = browser.get(&home);
    let told = |page: &Answer| {
        let (_, from) = page.body.split_once("<main").unwrap();
        from.split_once("</main").unwrap().0.to_owned()
    };
    assert_eq!(told(&known), told(&unknown));

    let mails = registering.mails();
    assert_eq!(mails.len(), 1, "nobody is invited: {mails:?}");
    assert_eq!(mails[0].0, "chef@bakery.example");
    assert_eq!(mails[0].1["newcomer"], "stranger@elsewhere.example");
    assert!(mails[0].1["link"].as_str().unwrap().ends_with("/members"));
    assert_eq!(registering.one(2).state, RegistrationState::Known);
    let (members, invited) = registering
        .site
        .store()
        .read(|tx| {
            let kvk = KVK.parse().unwrap();
            assert_eq!(tx.organisations_with_kvk(&kvk)?, [party_no]);
            let invited = tx.invitations_of(party_no, testkit::now())?;
            Ok::<_, StoreError>((tx.members_of(party_no)?, invited))
        })
        .unwrap();
    assert_eq!((members.len(), invited.len()), (1, 0));
}

#[test]
fn a_number_for_which_nobody_works_or_that_registered_itself_waits_for_the_desk() {
    let registering = Registering::by(RegistrationRule::Open);
    known_bakery(&registering);
    registering.registered(&mut registering.site.browser(), KVK);
    assert_eq!(registering.one(1).state, RegistrationState::Waiting);
    // Twice the same number by an open door: the second waits.
    registering.registered(&mut registering.site.browser(), "90000025");
    let mut second = registering.site.browser();
    second.address = [192, 0, 2, 77];
    let home = begin(&mut second, "90000025", "other@bread.example");
    fill_in(&mut second, &home, "Bakery Example", "bread.example", "");
    let code = registering.code();
    answer(&mut second, &home, &code);
    assert_eq!(registering.one(2).state, RegistrationState::Admitted);
    assert_eq!(registering.one(3).state, RegistrationState::Waiting);

    let mut analyst = registering.analyst();
    let page = registering.desk_page(3);
    let shown = analyst.get(&page).body;
    assert!(
        shown.contains("This number is in the register already"),
        "{shown}"
    );
    let act = [("act", "admit"), ("reason", "the owner called us back")];
    let decided = analyst.post(&page, &act);
    assert!(has_mistake(&decided, "reason"), "{}", decided.body);
    assert_eq!(registering.one(3).state, RegistrationState::Waiting);
}

#[test]
fn whoever_types_a_known_number_again_and_again_mails_its_administrators_three_times_a_week() {
    let registering = Registering::by(RegistrationRule::Open);
    known_bakery(&registering);
    let person = registering.site.person("chef@bakery.example");
    registering
        .site
        .join(person, "bakery", OrganisationRole::Administrator);
    let told = |newcomer: &str, day: i64| {
        registering.at_day(day);
        let mut browser = registering.site.browser();
        let home = begin(&mut browser, KVK, &format!("{newcomer}@elsewhere.example"));
        let domain = format!("{newcomer}.example");
        fill_in(&mut browser, &home, "Bakery Example", &domain, "");
        let code = registering.code();
        answer(&mut browser, &home, &code);
        let mails = registering.mails().into_iter();
        mails.map(|(to, _)| to).collect::<Vec<_>>()
    };
    let chef = ["chef@bakery.example"];
    for newcomer in ["first", "second", "third"] {
        assert_eq!(told(newcomer, 0), chef);
    }
    assert_eq!(told("fourth", 0), [""; 0]);
    assert_eq!(told("fifth", 6), [""; 0]);
    // Those of whom nobody heard do not put it off.
    assert_eq!(told("sixth", 8), chef);
    for registration_no in 1..=6 {
        let state = registering.one(registration_no).state;
        assert_eq!(state, RegistrationState::Known, "{registration_no}");
    }
    let acts = registering.acts();
    let count = |wanted: &str| acts.iter().filter(|act| *act == wanted).count();
    assert_eq!(
        (count("tell-of-registration"), count("note-registration")),
        (4, 2)
    );
}
