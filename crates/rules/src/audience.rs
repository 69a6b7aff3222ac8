//! Who may know: the one function that every exit asks about a marking.

use model::{Relation, Tlp};

/// Why a recipient may not be told by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// TLP:RED is for the ears of named people, never in a mail (requirement DI-19).
    RedByMail,
    /// TLP:AMBER+STRICT stays within the organisation that it concerns; a relay would pass it on.
    StrictToRelay,
}

impl Restriction {
    /// The reason, for the queue of the desk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RedByMail => "TLP:RED is not sent by mail; tell the recipient in person",
            Self::StrictToRelay => {
                "TLP:AMBER+STRICT may not go through a relay; tell the organisation itself"
            }
        }
    }
}

/// Whether a recipient in this relation may get a mail with this marking. TLP 2.0; nothing widens a marking.
///
/// # Errors
/// The restriction that forbids it.
pub fn may_mail(tlp: Tlp, relation: Relation) -> Result<(), Restriction> {
    match (tlp, relation) {
        (Tlp::Red, _) => Err(Restriction::RedByMail),
        (Tlp::AmberStrict, Relation::Relay) => Err(Restriction::StrictToRelay),
        // A provider is told about its own network; what it may pass on is `Tlp::may_forward`.
        (Tlp::AmberStrict, Relation::Owner | Relation::Provider)
        | (Tlp::Clear | Tlp::Green | Tlp::Amber, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stricter_marking_never_reaches_more_recipients() {
        for relation in Relation::ALL {
            let allowed: Vec<_> = Tlp::ALL
                .iter()
                .map(|tlp| may_mail(*tlp, *relation).is_ok())
                .collect();
            assert!(
                allowed.is_sorted_by(|wider, stricter| wider >= stricter),
                "{relation}: {allowed:?}"
            );
        }
    }
}
