//! What a programme came to, counted: for the desk as it is, for everybody by the rule of ten (requirement PI-13).

mod public;

use serde::{Deserialize, Serialize};

use super::measure::Month;

pub(crate) use public::told;
pub use public::{PUBLIC_MIN, PublicReport};

/// Days after the end of a programme in which applications of those that did not take part are kept: time to ask why.
pub const APPLICATIONS_KEPT_DAYS: i64 = 90;

/// Days after closing in which an application is kept that was never sent in.
pub const BEGUN_KEPT_DAYS: i64 = 30;

/// What a programme came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// All together.
    pub total: Counts,
    /// By the word of each sector.
    pub sectors: Vec<(String, Counts)>,
    /// By the word of each size; `unknown` where an organisation left the service.
    pub sizes: Vec<(String, Counts)>,
    /// What those that took part were told.
    pub findings: Findings,
    /// What was measured, month by month, the oldest first. Reports of earlier versions have none.
    #[serde(default)]
    pub months: Vec<Month>,
    /// What those that took part answered. Reports of earlier versions have none.
    #[serde(default)]
    pub surveys: Vec<Survey>,
}

/// What came of a survey. Texts are in Dutch and in English; what was answered in words is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// What it is called.
    pub name: [String; 2],
    /// Who was asked.
    pub invited: u64,
    /// Of these, those that answered.
    pub answered: u64,
    /// Questions that enough have answered ([`crate::feedback::may_show`]).
    pub questions: Vec<SurveyQuestion>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SurveyQuestion {
    /// What was asked.
    pub text: [String; 2],
    /// What could be answered, and how often it was.
    pub answers: Vec<([String; 2], u64)>,
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
