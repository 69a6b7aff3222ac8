//! Every route of the API, asked with a key of one desk where something belongs to another one (requirement SE-06).

use store::{Desks, KeyOwner, MessageFilter};
use testkit::{GatherOptions, Report, another_desk};

use super::{ALL, NOTHING, check_problem, routes, site};
use crate::testing::TestSite;
use model::IdKind;

const SECOND: &str = "Second desk";

/// A site whose first delivery, finding and message are of one desk, and a key of the other one.
fn of_two_desks(is_of_second: bool) -> (TestSite, String, String) {
    let site = site();
    let second = another_desk(site.store(), SECOND);
    let first = site.store().read(|tx| tx.desk_nos()).unwrap()[0];
    let report = Report::new("scan_rdp")
        .row(&[("ip", "192.0.2.3"), ("port", "3389")])
        .row(&[("ip", "203.0.113.3"), ("port", "3389")]);
    let options = GatherOptions {
        desk: is_of_second.then(|| SECOND.to_owned()),
        ..GatherOptions::default()
    };
    site.desk.report_as(&report, &options);
    site.desk.work();
    let [own, other] = match is_of_second {
        true => [second, first],
        false => [first, second],
    };
    let [own, other] = [own, other].map(|desk_no| {
        let key = site.key(KeyOwner::Desk, ALL);
        let keys = site.store().read(|tx| tx.api_keys_of_desk()).unwrap();
        let set = site
            .store()
            .write(|tx| tx.set_desks_of_key(keys[0].key_no, &[desk_no]));
        set.unwrap();
        key
    });
    (site, own, other)
}

#[test]
fn no_route_tells_or_does_anything_of_another_desk() {
    for is_of_second in [false, true] {
        let (site, own, other) = of_two_desks(is_of_second);
        let things = [
            (IdKind::Batch, 1),
            (IdKind::Notification, 1),
            (IdKind::Finding, 1),
            (IdKind::Finding, 2),
        ];
        let mut secrets = things
            .map(|(kind, number)| site.site.id(kind, number).to_string())
            .to_vec();
        let message = site
            .store()
            .read(|tx| tx.message_page(&MessageFilter::default(), i64::MAX, 1))
            .unwrap();
        secrets.push(message.messages[0].reference());
        secrets.extend(["192.0.2.3".to_owned(), "203.0.113.3".to_owned()]);
        let mut shown = 0;
        for (method, path, body) in routes(&site) {
            // Those of organisations refuse every key of the desk, and tell nothing in any case.
            let is_own = secrets.iter().any(|secret| path.contains(secret.as_str()));
            let answer = site.api(&other, method, &path, &body);
            if is_own && !path.starts_with("/organisations/") {
                check_problem(&answer, 404, "not-found");
            }
            assert!(answer.status.as_u16() < 500, "{method} {path}: {answer:?}");
            for secret in secrets.iter().filter(|it| !path.contains(it.as_str())) {
                assert!(
                    !answer.body.contains(secret),
                    "{method} {path} tells {secret}: {}",
                    answer.body
                );
            }
        }
        for path in ["/messages", "/batches", "/queue-items"] {
            let has_any = |key: &str| {
                let answer = site.api(key, "GET", path, &NOTHING).body;
                secrets.iter().any(|secret| answer.contains(secret))
            };
            assert!(!has_any(&other), "{path}");
            shown += usize::from(has_any(&own));
        }
        assert!(shown >= 2, "only {shown} lists show what they are for");
    }
}

#[test]
fn what_was_counted_or_written_for_all_desks_needs_a_key_of_each() {
    let (site, own, _) = of_two_desks(false);
    let source = site.site.id(IdKind::Party, 3);
    for (method, path) in [
        ("POST", "/audit/_search".to_owned()),
        ("POST", "/audit/_verify".to_owned()),
        ("GET", "/measures".to_owned()),
        ("GET", format!("/sources/{source}/quality")),
    ] {
        let refused = site.api(&own, method, &path, &NOTHING);
        check_problem(&refused, 403, "not-allowed");
    }
    let desks = site.store().read(|tx| tx.desk_nos()).unwrap();
    let keys = site.store().read(|tx| tx.api_keys_of_desk()).unwrap();
    for key in keys {
        let set = site
            .store()
            .write(|tx| tx.set_desks_of_key(key.key_no, &desks));
        set.unwrap();
    }
    let read = site.api(&own, "GET", "/measures", &NOTHING);
    assert_eq!(read.status.as_u16(), 200);
    assert!(Desks::of(desks.iter().copied().collect(), &desks).is_all());
}
