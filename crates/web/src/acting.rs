//! Who changes something of an organisation, the same for pages and the API.

use model::Timestamp;
use store::{StoreError, Tx};

/// Who acts for which organisation. Its members can read what is recorded by this.
#[derive(Clone, Debug)]
pub(crate) struct Acting {
    /// The organisation.
    pub(crate) party_no: i64,
    /// Who acts, as the audit log names it.
    pub(crate) actor: String,
    /// The organisation, as the audit log names it.
    pub(crate) subject: String,
}

impl Acting {
    /// Records what was done.
    pub(crate) fn record(
        &self,
        tx: &mut Tx<'_>,
        action: &str,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        tx.record(now, &self.actor, action, &self.subject, detail)
    }
}
