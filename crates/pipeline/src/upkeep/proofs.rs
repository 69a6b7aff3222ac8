//! Proofs of ownership end: what can be proved again without anybody's hand is, before people are asked; what is not proved
//! again in time becomes a claim, and nothing is matched against it.

use proof::settle;
use rules::upkeep::{renewal_due_before, renewed_until};
use store::{NewProofCheck, StoreError};

use crate::error::FlowError;
use crate::flow::Flow;

/// Organisations whose proofs end in one transaction.
const PARTIES_MAX: i64 = 200;

/// Names in one run. With a run each hour that is 48,000 a day.
const RENEWALS_MAX: i64 = 2_000;

/// Has a worker look for the records and files of proofs that end soon; gives how many. Who is not found is looked for again a
/// week later.
///
/// Safe to run twice, and by two workers at once: what waits for a look is not due any more.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn renew(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let (until, looked_before) = (renewed_until(now), renewal_due_before(now));
    let due = flow.store.write(|tx| {
        let due = tx.proofs_to_renew(until, looked_before, RENEWALS_MAX)?;
        let together = due.chunk_by(|a, b| (a.party_no, a.place) == (b.party_no, b.place));
        for proofs in together {
            let asset_nos: Vec<i64> = proofs.iter().map(|proof| proof.asset_no).collect();
            let check = NewProofCheck {
                party_no: proofs[0].party_no,
                place: proofs[0].place,
                is_renewal: true,
                asked_by: "upkeep",
                asset_nos: &asset_nos,
            };
            tx.begin_proof_check(&check, now)?;
        }
        Ok::<_, StoreError>(due.len())
    })?;
    Ok(due)
}

/// Ends the proofs whose last day has come, but for what something known still proves; gives how many organisations that
/// concerns.
///
/// Safe to run twice, and by two workers at once.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn end(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let mut concerned = 0;
    loop {
        let parties = flow.store.write(|tx| {
            let parties = tx.end_proofs(now.day(), PARTIES_MAX)?;
            for party_no in &parties {
                settle(tx, *party_no, now)?;
            }
            if !parties.is_empty() {
                tx.announce_register(now)?;
                let detail = format!("of {} organisations", parties.len());
                tx.record(now, "upkeep", "end-proofs", "assets", &detail)?;
            }
            Ok::<_, StoreError>(parties.len())
        })?;
        concerned += parties;
        if parties == 0 {
            return Ok(concerned);
        }
    }
}
