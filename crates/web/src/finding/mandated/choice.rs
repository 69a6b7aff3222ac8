//! Which findings of customers are meant, for pages and programs.

use model::{Day, Severity, ThreatSlug, Timestamp};
use store::{Mandate, MandatedOrder, MandatedQuery, StatusChoice, StoreError, Tx};

use crate::api::AfterTold;
use crate::refusal::Refusal;

/// Customers whose findings are shown in one list: each costs a look at its messages. Of more of them, the first by name.
pub(crate) const CUSTOMERS_MAX: usize = 1_000;

/// Which of the findings of all customers: those that all of it fits. What is left out asks for nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct MandatedChoice {
    /// Of this customer.
    pub(crate) party_no: Option<i64>,
    pub(crate) status: StatusChoice,
    pub(crate) severity: Option<Severity>,
    pub(crate) severity_min: Option<Severity>,
    pub(crate) threat: Option<ThreatSlug>,
    pub(crate) order: MandatedOrder,
    /// Behind this line.
    pub(crate) after: Option<AfterTold>,
}

impl MandatedChoice {
    /// What the store is asked under these mandates; nothing where nobody ever reported the threat.
    ///
    /// # Errors
    /// "Not found" for a customer with no mandate among these.
    pub(crate) fn query(
        &self,
        tx: &mut Tx<'_>,
        held: &[Mandate],
        today: Day,
    ) -> Result<Option<MandatedQuery>, Refusal> {
        let of_choice = |mandate: &&Mandate| self.party_no.is_none_or(|no| no == mandate.party_no);
        let chosen = held.iter().filter(of_choice).take(CUSTOMERS_MAX);
        let mandates: Vec<i64> = chosen.map(|mandate| mandate.mandate_no).collect();
        if self.party_no.is_some() && mandates.is_empty() {
            return Err(Refusal::NotFound);
        }
        let threat_no = match &self.threat {
            None => None,
            Some(slug) => match tx.known_threat_no(slug.as_str())? {
                None => return Ok(None),
                known => known,
            },
        };
        let after = match self.after {
            None => None,
            Some(after) => Some(tx.mandated_place(after.line())?.ok_or(Refusal::NotFound)?),
        };
        Ok(Some(MandatedQuery {
            mandates,
            today,
            status: self.status,
            severity: self.severity,
            severity_min: self.severity_min,
            threat_no,
            order: self.order,
            after,
        }))
    }
}

/// Mandates of this organisation that hold now, by the name of the customer. Read in the transaction that shows or changes
/// something by them, so that one that was taken back shows nothing from then on.
pub(crate) fn held(
    tx: &mut Tx<'_>,
    holder_no: i64,
    now: Timestamp,
) -> Result<Vec<Mandate>, StoreError> {
    let mut held = tx.mandates_held(holder_no)?;
    held.retain(|mandate| mandate.holds_at(now));
    Ok(held)
}
