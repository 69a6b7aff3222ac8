//! Looks for the records and files that prove names (requirement PO-04): those of checks that organisations began, and of proofs
//! that end soon.
//!
//! Looks are made a turn at a time: some are taken, made, and noted in one transaction with what they prove. A worker that ends
//! in a turn loses that turn only; another one makes its looks when the lease is over. What follows from the proofs of a check
//! is done once, with its last look.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::{IdKey, IdKind, ProofOutcome, ProofPlace, Timestamp};
use outgoing::Way;
use proof::{look, prove, record_text, settle};
use store::{ProofCheck, StoreError, TakenLook, Tx};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;

/// Registered names that are looked at at the same time. All names below one are looked at one after the other: they often
/// have one server.
const AT_ONCE: usize = 8;

/// Looks of one turn.
const LOOKS_MAX: i64 = 64;

/// No look is begun after this time in one turn. With the longest look it stays below [`LEASE`].
const TURN: Duration = Duration::from_secs(20);

/// How long a worker has a look.
const LEASE: Duration = Duration::from_secs(120);

/// How long it waits before it looks again for something to do.
const IDLE_WAIT: Duration = Duration::from_secs(1);

/// Makes looks until `stop` is set. On a thread of its own: a name server that does not answer holds up nothing else.
pub fn run(flow: &Flow, stop: &AtomicBool) {
    let is_stopped = || stop.load(Ordering::Relaxed);
    while !is_stopped() {
        if let Err(error) = look_due(flow, &is_stopped) {
            events::proofs_not_looked_for(&error);
        }
        flow.store.wait_for_work(IDLE_WAIT);
    }
}

/// Makes all looks that wait; says how many it made.
///
/// Safe to run beside others: a look is with one worker at a time.
///
/// # Errors
/// When the store fails. What was made in that turn is made again.
pub fn look_due(flow: &Flow, stop: &(dyn Fn() -> bool + Sync)) -> Result<usize, FlowError> {
    let mut looks = 0;
    while !stop() {
        // Looked for by a read first: an idle worker writes nothing.
        if !flow.store.read(|tx| tx.has_proof_look())? {
            break;
        }
        let taken = flow
            .store
            .write(|tx| tx.take_proof_looks(LOOKS_MAX, LEASE))?;
        if taken.is_empty() {
            break;
        }
        looks += turn(flow, &taken, stop)?;
    }
    if looks > 0 {
        events::proofs_looked_for(looks);
    }
    Ok(looks)
}

/// Makes the looks that were taken, as far as there is time for them, and gives back the rest; says how many it made.
fn turn(
    flow: &Flow,
    taken: &[TakenLook],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<usize, FlowError> {
    let id_key = flow.store.read(|tx| tx.installation())?.id_key;
    let made = make(flow, &id_key, taken, stop)?;
    let now = flow.clock.now();
    flow.store.write(|tx| {
        for (look, outcome) in taken.iter().zip(&made) {
            if outcome.is_none() {
                tx.give_back_proof_look(look)?;
            }
        }
        let looked = taken.iter().zip(&made);
        let looked = looked.filter_map(|(look, outcome)| Some((look, (*outcome)?)));
        note(tx, &id_key, looked, now)
    })?;
    Ok(made.iter().flatten().count())
}

/// What each look came to; nothing where there was no time for it.
fn make(
    flow: &Flow,
    id_key: &IdKey,
    taken: &[TakenLook],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Option<ProofOutcome>>, FlowError> {
    let mut together: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, look) in taken.iter().enumerate() {
        let name = look.value.name();
        let registered = name.map(|name| name.registrable().unwrap_or_else(|| name.clone()));
        together.entry(registered).or_default().push(place);
    }
    let began = Instant::now();
    let is_over = || stop() || began.elapsed() > TURN;
    let way = Way {
        dns_servers: &flow.dns_servers,
        stand_in: flow.stand_in.as_ref(),
    };
    let waiting = Mutex::new(together.into_values());
    let made = Mutex::new(vec![None; taken.len()]);
    let work = || {
        let next = || {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.next()
        };
        while let Some(places) = next() {
            for place in places.into_iter().take_while(|_| !is_over()) {
                let taken = &taken[place];
                let text = record_text(id_key, taken.party_no);
                let outcome = look(way, taken.place, &taken.value, &text);
                made.lock().unwrap_or_else(PoisonError::into_inner)[place] = Some(outcome);
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let mut joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        let panicked = |_| FlowError::Broken("looking for a proof panicked".into());
        joined.try_for_each(|joined| joined.map_err(panicked))
    })?;
    Ok(made.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Notes what looks came to, and what they prove; and with the last look of a check what follows from it.
fn note<'t>(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    looked: impl Iterator<Item = (&'t TakenLook, ProofOutcome)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut counts: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for (look, outcome) in looked {
        let asset = tx.own_asset(look.party_no, look.asset_no)?;
        let outcome = match (outcome, look.place) {
            _ if asset.is_none() => ProofOutcome::Gone,
            (ProofOutcome::Proved, ProofPlace::WellKnown) if tx.is_disputed(look.asset_no)? => {
                ProofOutcome::Disputed
            }
            (outcome, _) => outcome,
        };
        if !tx.note_proof_look(look, outcome, now)? {
            continue;
        }
        let (noted, proved) = counts.entry(look.check_no).or_default();
        *noted += 1;
        if outcome == ProofOutcome::Proved {
            let of = (look.party_no, look.asset_no);
            prove(tx, of, (look.place, &look.value), now)?;
            let claim = asset.and_then(|asset| asset.claim);
            *proved += i64::from(claim.is_some_and(|claim| claim.method.is_none()));
        }
    }
    for (check_no, counted) in counts {
        if let Some(check) = tx.count_proof_looks(check_no, counted, now)? {
            follow(tx, id_key, &check, now)?;
        }
    }
    Ok(())
}

/// What follows from a check that has ended.
fn follow(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    check: &ProofCheck,
    now: Timestamp,
) -> Result<(), StoreError> {
    let proved = settle(tx, check.party_no, now)? + check.proved as u64;
    if proved > 0 {
        tx.announce_register(now)?;
        let party = id_key.public_id(IdKind::Party, check.party_no as u64);
        let (subject, detail) = (format!("party {party}"), format!("{proved} proved"));
        tx.record(now, &check.asked_by, "prove-assets", &subject, &detail)?;
    }
    Ok(())
}
