//! What a programme came to, counted: for the desk as it is, for everybody without small numbers (requirement PI-13).

use serde::{Deserialize, Serialize};

/// Days after the end of a programme in which applications of those that did not take part are kept: time to ask why.
pub const APPLICATIONS_KEPT_DAYS: i64 = 90;

/// Days after closing in which an application is kept that was never sent in.
pub const BEGUN_KEPT_DAYS: i64 = 30;

/// Fewer than that are not told to everybody: somebody could be recognised.
pub const PUBLIC_MIN: u64 = 10;

/// What a programme came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// All together.
    pub total: Counts,
    /// By the word of each sector.
    pub sectors: Vec<(String, Counts)>,
    /// By the word of each size.
    pub sizes: Vec<(String, Counts)>,
    /// What those that took part were told.
    pub findings: Findings,
}

/// Applications, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Sent in and not taken back.
    pub applied: u64,
    /// Of these, those that met the criteria.
    pub eligible: u64,
    /// Of these, those that had a place at some time.
    pub selected: u64,
    /// Of these, those that signed.
    pub signed: u64,
    /// Had a place and lost it before signing: another one of the sector was next.
    pub replaced: u64,
    /// Signed and left before the end.
    pub left: u64,
}

/// What those that took part were told while they did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Findings in messages that were handed over, once for each organisation.
    pub told: u64,
    /// Of these, those of which more was said than that somebody had seen them.
    pub answered: u64,
    /// Of these, those that are solved.
    pub solved: u64,
}

impl Counts {
    /// Words for the counts, in the order of [`Self::values`].
    pub const WORDS: [&str; 6] = [
        "applied", "eligible", "selected", "signed", "replaced", "left",
    ];

    /// The counts.
    #[must_use]
    pub fn values(&self) -> [u64; 6] {
        [
            self.applied,
            self.eligible,
            self.selected,
            self.signed,
            self.replaced,
            self.left,
        ]
    }
}

impl Findings {
    /// Words for the counts, in the order of [`Self::values`].
    pub const WORDS: [&str; 3] = ["told", "answered", "solved"];

    /// The counts.
    #[must_use]
    pub fn values(&self) -> [u64; 3] {
        [self.told, self.answered, self.solved]
    }
}

/// What everybody may see of one number that stands alone: nothing of fewer than [`PUBLIC_MIN`].
#[must_use]
pub fn public(count: u64) -> Option<u64> {
    (count >= PUBLIC_MIN).then_some(count)
}

/// What everybody may see of the parts of a whole that is shown too. Where only one part is too small, the smallest other one
/// goes with it: it could be computed from the rest.
#[must_use]
pub fn public_parts(parts: &[u64]) -> Vec<Option<u64>> {
    let mut shown: Vec<Option<u64>> = parts.iter().map(|part| public(*part)).collect();
    if shown.iter().filter(|part| part.is_none()).count() == 1 {
        let smallest = shown.iter_mut().filter(|part| part.is_some()).min();
        if let Some(smallest) = smallest {
            *smallest = None;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_not_public_and_cannot_be_computed_from_the_others() {
        assert_eq!([public(9), public(10)], [None, Some(10)]);
        for (parts, want) in [
            (&[14, 11, 10][..], &[Some(14), Some(11), Some(10)][..]),
            (&[14, 11, 9], &[Some(14), None, None]),
            (&[14, 3, 9], &[Some(14), None, None]),
            (&[0, 12, 12], &[None, None, Some(12)]),
            (&[3], &[None]),
            (&[], &[]),
        ] {
            assert_eq!(public_parts(parts), want, "{parts:?}");
        }
    }
}
