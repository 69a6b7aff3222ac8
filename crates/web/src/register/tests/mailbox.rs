//! The code and the mailbox to which it goes.

use model::{EmailAddress, RegistrationRule, RegistrationState};
use store::DeskChange;

use super::{KVK, MAILBOX, OWNER, Registering, answer, begin, fill_in, has_mistake};
use crate::refusal::Refusal;
use crate::register::mailbox::send_again;

#[test]
fn no_code_goes_to_a_mailbox_of_ours() {
    let registering = Registering::by(RegistrationRule::Open);
    let set = registering.site.store().write(|tx| {
        let desk = tx.desk_named(None)?.expect("there is a desk");
        let change = DeskChange {
            reply_to: Some("abuse@csirt.example".parse().unwrap()),
            ..DeskChange::default()
        };
        tx.change_desk(desk, &change)
    });
    set.unwrap();
    let mut browser = registering.site.browser();
    let home = begin(&mut browser, KVK, OWNER);
    let sent = fill_in(&mut browser, &home, "Bakery", "csirt.example", "");
    assert!(has_mistake(&sent, "domain"), "{}", sent.body);
    assert!(registering.mails().is_empty());
}

#[test]
fn a_code_is_worth_three_guesses_and_seven_days_and_there_are_three() {
    let registering = Registering::by(RegistrationRule::Open);
    let mut browser = registering.site.browser();
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    let code = registering.code();
    for wrong in ["", "000 00", "abcdef"] {
        let tried = answer(&mut browser, &home, wrong);
        assert!(has_mistake(&tried, "code"), "{wrong}: {}", tried.body);
    }
    let tried = answer(&mut browser, &home, &code);
    assert!(tried.body.contains("werkt niet meer"), "{}", tried.body);

    let again = [("act", "again")];
    let page = format!("{home}/mailbox");
    registering.wait();
    browser.post(&page, &again);
    let second = registering.code();
    assert_ne!(second, code);
    let tried = answer(&mut browser, &home, &code);
    assert!(has_mistake(&tried, "code"), "an older code: {}", tried.body);
    registering.at_day(8);
    let tried = answer(&mut browser, &home, &second);
    assert!(tried.body.contains("werkt niet meer"), "{}", tried.body);

    browser.post(&page, &again);
    let third = registering.code();
    browser.post(&page, &again);
    assert!(registering.mails().is_empty(), "a fourth mail");
    assert!(browser.get(&page).body.contains("geen code meer"));
    let other = fill_in(&mut browser, &home, "Bakery", "bread.example", "");
    assert!(has_mistake(&other, "domain"), "{}", other.body);
    answer(&mut browser, &home, &third);
    assert_eq!(registering.one(1).state, RegistrationState::Admitted);
    let twice = answer(&mut browser, &home, &third);
    assert_eq!(twice.location(), home, "{}", twice.body);
    assert!(
        registering
            .site
            .store()
            .read(|tx| tx.registration(2))
            .unwrap()
            .is_none()
    );
}

#[test]
fn what_is_corrected_sends_no_second_code_but_another_domain_does() {
    let registering = Registering::by(RegistrationRule::Open);
    let mut browser = registering.site.browser();
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    let first = registering.code();
    registering.wait();
    fill_in(
        &mut browser,
        &home,
        "Bakery and Daughter",
        "bakery.example",
        "",
    );
    assert!(registering.mails().is_empty(), "the mailbox has its code");
    fill_in(
        &mut browser,
        &home,
        "Bakery and Daughter",
        "bread.example",
        "",
    );
    let mails = registering.mails();
    assert_eq!(mails[0].0, "abuse@bread.example");
    let tried = answer(&mut browser, &home, &first);
    assert!(
        has_mistake(&tried, "code"),
        "it went to another mailbox: {}",
        tried.body
    );
}

#[test]
fn a_code_that_is_asked_again_goes_to_the_mailbox_of_now_or_to_none() {
    let registering = Registering::by(RegistrationRule::Open);
    let mut browser = registering.site.browser();
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    registering.mails();
    // Another window fills in another domain, after this one was counted for the mailbox of the first.
    fill_in(&mut browser, &home, "Bakery", "bread.example", "");
    registering.mails();
    registering.wait();
    let token = home.strip_prefix("/register/").unwrap();
    let again = |paid: &str| {
        let paid: EmailAddress = paid.parse().unwrap();
        let site = &registering.site.site;
        let store = registering.site.store();
        store.write(|tx| send_again(site, tx, token, &paid))
    };
    let late = again(MAILBOX);
    assert!(matches!(late, Err(Refusal::Conflict)), "{late:?}");
    assert!(registering.mails().is_empty());
    again("abuse@bread.example").unwrap();
    assert_eq!(registering.mails()[0].0, "abuse@bread.example");
}
