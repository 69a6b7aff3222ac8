use model::Language;
use store::{LEASE, NewServiceMail, ServiceMail, ServiceMailEnd, Store};
use testkit::{TestStore, both_engines};

use crate::builders::{now, write};

fn add(store: &Store, kind: &str) {
    let to = "sam@bakery.example".parse().unwrap();
    let mail = NewServiceMail {
        kind,
        to: &to,
        language: Language::Nl,
        facts: "{\"code\":\"012345\"}",
    };
    write(store, |tx| tx.add_service_mail(&mail, now()));
}

fn take(store: &Store, seconds: i64) -> Vec<ServiceMail> {
    let at = now().plus_seconds(seconds);
    write(store, |tx| tx.take_service_mails(10, LEASE, at))
}

fn end(store: &Store, mail: &ServiceMail, end: ServiceMailEnd) -> bool {
    write(store, |tx| tx.end_service_mail(mail, end, "said", now()))
}

fn a_mail_is_with_one_worker_until_its_lease_is_over_and_the_first_is_fenced(test: &TestStore) {
    add(&test.store, "invitation");
    add(&test.store, "address-code");
    let first = take(&test.store, 0);
    let kinds: Vec<_> = first.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(kinds, ["invitation", "address-code"]);
    assert!(take(&test.store, 0).is_empty());
    test.tamper("UPDATE service_mail SET taken_until = 1");
    let second = take(&test.store, 0);
    assert_eq!(second[0].attempts, 2);
    assert!(!end(&test.store, &first[0], ServiceMailEnd::Sent));
    assert!(end(&test.store, &second[0], ServiceMailEnd::Sent));
    assert!(
        !end(&test.store, &second[0], ServiceMailEnd::Failed),
        "it is done"
    );
}

fn a_mail_that_could_not_go_waits_and_one_that_is_done_forgets_what_it_said(test: &TestStore) {
    add(&test.store, "address-code");
    let mail = &take(&test.store, 0)[0];
    let later = now().plus_seconds(300);
    assert!(end(&test.store, mail, ServiceMailEnd::Later(later)));
    assert!(take(&test.store, 299).is_empty());
    let mail = &take(&test.store, 300)[0];
    assert_eq!(mail.facts, "{\"code\":\"012345\"}");
    assert!(end(&test.store, mail, ServiceMailEnd::Failed));
    test.tamper("UPDATE service_mail SET state = 0, taken_until = 0, address = 'x@y.example' WHERE address = ''");
    let mail = &take(&test.store, 300)[0];
    assert_eq!(mail.facts, "");
}

fn a_lease_from_before_the_clock_was_set_back_holds_nothing(test: &TestStore) {
    add(&test.store, "invitation");
    take(&test.store, 0);
    test.tamper("UPDATE service_mail SET taken_until = taken_until * 2");
    assert_eq!(take(&test.store, 0).len(), 1);
}

both_engines!(
    a_mail_is_with_one_worker_until_its_lease_is_over_and_the_first_is_fenced,
    a_mail_that_could_not_go_waits_and_one_that_is_done_forgets_what_it_said,
    a_lease_from_before_the_clock_was_set_back_holds_nothing,
);
