//! Giving and revoking mandates, the same for pages and the API.

use model::{IdKind, Timestamp};
use store::{Mandate, Tx};

use super::told::tell_of_mandate;
use crate::acting::Acting;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;

/// Each attempt to give one tells whether an organisation is served here.
pub(crate) const ATTEMPTS: Limiter = Limiter::new("mandates", Rate::per_hour(20));

/// Why a mandate was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotGiven {
    /// There is no such organisation, or several have the number.
    NoHolder,
    /// It is the organisation itself.
    Itself,
    /// The other one has a mandate already.
    Twice,
}

/// Gives a mandate to the organisation with exactly this reference or number in the trade register; its number, or why not.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    (holder, mandate): (&str, &Mandate),
    now: Timestamp,
) -> Result<Result<i64, NotGiven>, Refusal> {
    let party_no = acting.party_no;
    let Some(holder_no) = tx.party_named(holder)? else {
        return Ok(Err(NotGiven::NoHolder));
    };
    if holder_no == party_no {
        return Ok(Err(NotGiven::Itself));
    }
    // Whoever registered itself under this number may be somebody else than is meant.
    if !tx.is_vouched_for(holder_no)? {
        return Ok(Err(NotGiven::NoHolder));
    }
    tx.hold_party(party_no)?;
    let groups = tx.asset_groups(party_no)?;
    let is_own = |no: i64| groups.iter().any(|group| group.group_no == no);
    if mandate.group_no.is_some_and(|no| !is_own(no)) {
        return Err(Refusal::NotFound);
    }
    // One between two organisations: with several, nobody could say what the holder may do.
    for held in tx.mandates_given(party_no)? {
        match held.holder_no == holder_no {
            true if held.holds_at(now) => return Ok(Err(NotGiven::Twice)),
            true => {
                tx.revoke_mandate(party_no, held.mandate_no, &acting.actor, now)?;
            }
            false => {}
        }
    }
    let mandate = Mandate {
        party_no,
        holder_no,
        ..mandate.clone()
    };
    let mandate_no = tx.add_mandate(&mandate, &acting.actor, now)?;
    tell_of_mandate(tx, site, party_no, holder_no, "given", now)?;
    let holder_id = site.id(IdKind::Party, holder_no);
    acting.record(tx, "give-mandate", &format!("to party {holder_id}"), now)?;
    Ok(Ok(mandate_no))
}

/// Revokes a mandate: from this moment on its holder sees nothing.
pub(crate) fn revoke(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    mandate_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    let party_no = acting.party_no;
    let given = tx.mandates_given(party_no)?;
    let mandate = given.iter().find(|given| given.mandate_no == mandate_no);
    let holder_no = mandate.ok_or(Refusal::NotFound)?.holder_no;
    tx.revoke_mandate(party_no, mandate_no, &acting.actor, now)?;
    tell_of_mandate(tx, site, party_no, holder_no, "revoked", now)?;
    let id = site.id(IdKind::Mandate, mandate_no);
    Ok(acting.record(tx, "revoke-mandate", &format!("mandate {id}"), now)?)
}
