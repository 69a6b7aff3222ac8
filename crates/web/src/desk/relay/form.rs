//! What is typed about an agreement with a relay, and about an organisation of which it gets copies.

use model::{Day, RsitClass, RsitClassSet, Severity};
use serde::{Deserialize, Serialize};
use store::RelayTerms;

use crate::desk::read_reason;
use crate::feedback::written;
use crate::form::Errors;
use crate::organisation::profile_change::is_line;

/// Characters of what is said about feedback.
const FEEDBACK_CHARS_MAX: usize = 1_000;

/// Classes that a form offers: no report about a test is copied by a choice of its own.
pub(super) fn offered() -> impl Iterator<Item = RsitClass> {
    let all = RsitClass::ALL.iter().copied();
    all.filter(|class| *class != RsitClass::Test)
}

/// What is typed about an agreement.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct TermsForm {
    /// Of a new one alone: the key by which files name the relay.
    pub(super) reference: String,
    document: String,
    from: String,
    /// A day, or nothing.
    until: String,
    review: String,
    /// None: all.
    class: Vec<String>,
    severity: String,
    /// `yes`: it may pass copies on.
    forward: String,
    feedback: String,
    /// Mark of what the page showed.
    #[serde(skip_serializing)]
    pub(super) seen: String,
}

impl TermsForm {
    /// What a new agreement begins with.
    pub(super) fn begin(today: Day) -> Self {
        Self {
            from: today.to_string(),
            severity: Severity::Info.to_string(),
            ..Self::default()
        }
    }

    /// What is agreed, as a form shows it.
    pub(super) fn of(terms: &RelayTerms) -> Self {
        Self {
            reference: String::new(),
            document: terms.document.clone(),
            from: terms.from.to_string(),
            until: terms.until.map(|day| day.to_string()).unwrap_or_default(),
            review: terms.review_on.to_string(),
            class: match terms.classes == RsitClassSet::ALL {
                true => Vec::new(),
                false => terms.classes.iter().map(|it| it.to_string()).collect(),
            },
            severity: terms.severity_min.to_string(),
            forward: if terms.may_forward { "yes" } else { "" }.to_owned(),
            feedback: terms.feedback.clone(),
            seen: String::new(),
        }
    }

    /// What is agreed, or notes in `errors` what is wrong with it.
    pub(super) fn read(&self, errors: &mut Errors) -> Option<RelayTerms> {
        let document = Some(self.document.trim()).filter(|text| is_line(text));
        let document = errors.take("document", document.ok_or(()), "desk-relay-error-document");
        let from = errors.take("from", self.from.parse::<Day>(), "participation-error-day");
        let until = match self.until.trim() {
            "" => Ok(None),
            day => day.parse::<Day>().map(Some).map_err(|_| ()),
        };
        let until = until.and_then(|until| match (from, until) {
            (Some(from), Some(until)) if until < from => Err(()),
            _ => Ok(until),
        });
        let until = errors.take("until", until, "desk-relay-error-until");
        let review = self.review.parse::<Day>().ok();
        let review = review.filter(|day| from.is_none_or(|from| *day > from));
        let review = errors.take("review", review.ok_or(()), "desk-relay-error-review");
        let classes: Result<Vec<RsitClass>, _> =
            self.class.iter().map(|word| word.parse()).collect();
        let classes = errors.take("class", classes, "enrol-error-choice");
        let severity = self.severity.parse::<Severity>();
        let severity = errors.take("severity", severity, "enrol-error-choice");
        let chars = (1, FEEDBACK_CHARS_MAX);
        let feedback = written(
            errors,
            "feedback",
            &self.feedback,
            chars,
            "desk-relay-error-feedback",
        );
        errors.is_empty().then_some(())?;
        Some(RelayTerms {
            document: document?.to_owned(),
            from: from?,
            until: until?,
            review_on: review?,
            classes: RsitClassSet::from_iter(classes?),
            severity_min: severity?,
            may_forward: self.forward == "yes",
            feedback,
        })
    }
}

/// What is typed about an organisation that agrees that a relay gets copies.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct LinkForm {
    /// Key by which files name the organisation.
    pub(super) organisation: String,
    agreed: String,
    /// How it is known that it agreed.
    reason: String,
}

impl LinkForm {
    /// The day on which it agreed and how that is known, or notes in `errors` what is wrong with it.
    pub(super) fn read(&self, today: Day, errors: &mut Errors) -> Option<(Day, String)> {
        let agreed = self.agreed.parse::<Day>().ok().filter(|day| *day <= today);
        let agreed = errors.take("agreed", agreed.ok_or(()), "desk-relay-error-agreed");
        let ground = read_reason(errors, &self.reason);
        Some((agreed?, ground?))
    }
}
