use std::time::Duration;

use model::{ProofOutcome, ProofPlace};
use store::{AssetFilter, NewProofCheck, Store};
use testkit::{RegisterBuilder, TestStore, both_engines, days_later};

use crate::builders::{now, read, write};

const LEASE: Duration = Duration::from_secs(60);

/// A check of all that an organisation holds.
fn begin(store: &Store, reference: &str) -> i64 {
    let party_no = read(store, |tx| tx.party_no(reference)).unwrap();
    let held = read(store, |tx| {
        tx.own_assets(party_no, &AssetFilter::default(), None, 99)
    });
    let asset_nos: Vec<i64> = held.iter().map(|asset| asset.asset_no).collect();
    let check = NewProofCheck {
        party_no,
        place: ProofPlace::Dns,
        is_renewal: false,
        asked_by: "test",
        asset_nos: &asset_nos,
    };
    write(store, |tx| tx.begin_proof_check(&check, now())).unwrap()
}

fn looks_are_taken_by_turns_noted_once_and_forgotten_with_their_organisation(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("bakery")
        .asset("hospital", "domain", "a.example")
        .asset("hospital", "domain", "b.example")
        .asset("hospital", "prefix", "192.0.2.0/24")
        .asset("bakery", "domain", "c.example");
    testkit::Desk::of(test).import(&register);
    let store = &test.store;
    let (long, short) = (begin(store, "hospital"), begin(store, "bakery"));
    let taken = write(store, |tx| tx.take_proof_looks(2, LEASE));
    let names: Vec<String> = taken.iter().map(|look| look.value.to_string()).collect();
    assert_eq!(
        names,
        ["a.example", "c.example"],
        "the short one waits for no long one"
    );
    let rest = write(store, |tx| tx.take_proof_looks(9, LEASE));
    assert_eq!(
        rest.len(),
        1,
        "nobody else has them, and a prefix has no record"
    );
    write(store, |tx| tx.give_back_proof_look(&rest[0]));
    let again = write(store, |tx| tx.take_proof_looks(9, LEASE));
    assert_eq!(again[0].value.to_string(), "b.example");
    assert!(
        !read(store, |tx| tx.has_proof_look()),
        "all are with a worker"
    );
    write(store, |tx| tx.give_back_proof_look(&again[0]));

    let note = |at: usize| {
        write(store, |tx| {
            tx.note_proof_look(&taken[at], ProofOutcome::Missing, now())
        })
    };
    assert_eq!(
        [note(0), note(0), note(1)],
        [true, false, true],
        "each once"
    );
    let ended = |check_no| write(store, |tx| tx.count_proof_looks(check_no, (1, 0), now()));
    assert!(ended(long).is_none());
    let short = ended(short).unwrap();
    assert_eq!((short.waiting, short.ended_at), (0, Some(now())));
    let outcomes = read(store, |tx| tx.proof_outcomes(long));
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.contains(&(Some(ProofOutcome::Missing), 1)));

    for (day, removed) in [(29, 0), (30, 2)] {
        let old = write(store, |tx| tx.remove_leftovers(days_later(day)));
        assert_eq!(old, removed, "a check with its looks, day {day}");
    }
    assert!(read(store, |tx| tx.has_proof_look()));
    write(store, |tx| tx.leave(1, "test", now()));
    assert!(!read(store, |tx| tx.has_proof_look()));
}

both_engines!(looks_are_taken_by_turns_noted_once_and_forgotten_with_their_organisation);
