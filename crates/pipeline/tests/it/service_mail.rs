use model::Language;
use pipeline::distribute::{SmtpRelay, Transport};
use store::NewServiceMail;
use testkit::smtp::{Behaviour, MailServer};
use testkit::{Desk, Engine, TestStore, now};

fn add(desk: &Desk, kind: &str, facts: &str) {
    let to = "sam@bakery.example".parse().unwrap();
    let mail = NewServiceMail {
        kind,
        to: &to,
        language: Language::En,
        facts,
    };
    let store = &desk.flow.store;
    store.write(|tx| tx.add_service_mail(&mail, now())).unwrap();
}

const CODE: &str = "{\"code\":\"012345\",\"minutes\":30}";

fn over_smtp(desk: &mut Desk, server: &MailServer) {
    let relay =
        SmtpRelay::new(&server.url(), None, None, std::time::Duration::from_secs(5)).unwrap();
    desk.flow.transport = std::sync::Arc::new(Transport::Smtp(Box::new(relay)));
}

#[test]
fn a_service_mail_goes_out_once_and_also_while_distribution_is_paused() {
    let desk = Desk::embedded();
    let pause = |tx: &mut store::Tx<'_>| tx.set_paused(Some((now(), "a test")));
    desk.flow.store.write(pause).unwrap();
    add(&desk, "address-code", CODE);
    desk.work();
    desk.work();
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.to, "sam@bakery.example");
    assert_eq!(mail.subject, "Your code is 012345");
    assert!(
        mail.message_id.starts_with("service."),
        "{}",
        mail.message_id
    );
    assert!(mail.body.contains("IS THIS MESSAGE REAL?"));
}

#[test]
fn a_service_mail_that_is_tried_again_has_the_same_bytes() {
    let mut desk = Desk::embedded();
    let server = MailServer::start();
    server.next(&[Behaviour::DropAfterData, Behaviour::Defer]);
    over_smtp(&mut desk, &server);
    add(&desk, "address-code", CODE);
    for minutes in [0, 1, 6] {
        desk.at(now().plus_seconds(60 * minutes));
        desk.work();
    }
    let taken = server.taken();
    assert_eq!(
        taken.len(),
        2,
        "one was lost after it was taken, one was deferred"
    );
    assert_eq!(taken[0].bytes, taken[1].bytes);
    assert_eq!(taken[0].to, ["sam@bakery.example"]);
}

#[test]
fn a_service_mail_that_cannot_be_written_or_is_refused_is_given_up_and_holds_up_nothing() {
    let test = TestStore::new(Engine::Embedded);
    let mut desk = Desk::of(&test);
    let server = MailServer::start();
    server.next(&[Behaviour::Refuse]);
    over_smtp(&mut desk, &server);
    add(&desk, "address-code", CODE);
    add(&desk, "address-code", "{}");
    add(&desk, "unknown", CODE);
    add(
        &desk,
        "password-reset",
        "{\"link\":\"https://warnings.example/x\",\"minutes\":30}",
    );
    desk.work();
    desk.at(now().plus_seconds(24 * 60 * 60));
    desk.work();
    assert_eq!(server.count(), 1, "one of the two that can be written");
    let ended = "SELECT COUNT(*) FROM service_mail WHERE state = 2 AND address = '' AND facts = ''";
    assert_eq!(test.count(ended), 3);
}

#[test]
fn service_mails_wait_for_a_desk_that_can_be_answered() {
    let test = TestStore::new(Engine::Embedded);
    let desk = Desk::of(&test);
    test.tamper("UPDATE desk SET reply_to = NULL");
    add(&desk, "address-code", CODE);
    desk.work();
    assert!(desk.mails().is_empty());
    testkit::complete_desk(&desk.flow.store);
    desk.work();
    assert_eq!(desk.mails().len(), 1);
}
