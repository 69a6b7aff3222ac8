use model::Timestamp;
use store::{AssetFilter, SecurityTxtLook};
use testkit::{RegisterBuilder, TestStore, both_engines, days_later};

use crate::builders::{now, read, write};

fn the_last_look_at_a_domain_is_kept_and_one_that_ends_is_counted(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .asset("hospital", "domain", "hospital.example")
        .asset("hospital", "domain", "ward.example");
    testkit::Desk::of(test).import(&register);
    let store = &test.store;
    let party_no = read(store, |tx| tx.party_no("hospital")).unwrap();
    let assets = read(store, |tx| {
        tx.own_assets(party_no, &AssetFilter::default(), None, 9)
    });
    let asset_nos: Vec<i64> = assets.iter().map(|asset| asset.asset_no).collect();
    let look = |at: usize, expires_at: Option<Timestamp>| SecurityTxtLook {
        asset_no: asset_nos[at],
        looked_at: now(),
        place: "https://hospital.example/.well-known/security.txt".into(),
        expires_at,
        issues: "0:not_signed".into(),
    };
    let put = |look: &SecurityTxtLook| write(store, |tx| tx.put_security_txt(party_no, look));
    put(&look(0, Some(days_later(300))));
    put(&look(1, None));
    let ending = |days: i64| {
        let until = days_later(days);
        read(store, |tx| tx.security_txts_ending(party_no, until, 9))
    };
    assert_eq!((ending(299), ending(300)), (0, 1));
    let again = SecurityTxtLook {
        looked_at: days_later(1),
        ..look(0, Some(days_later(20)))
    };
    put(&again);
    assert_eq!(ending(20), 1);
    let kept = |party_no| read(store, |tx| tx.security_txts(party_no, &asset_nos[..1]));
    assert_eq!(kept(party_no), [again]);
    assert_eq!(kept(party_no + 1), []);
    write(store, |tx| tx.leave(party_no, "test", now()));
    assert_eq!(kept(party_no), []);
}

both_engines!(the_last_look_at_a_domain_is_kept_and_one_that_ends_is_counted);
