//! Mails about an account or an organisation: an invitation, a code, a reminder. Of findings they say at most that there
//! is something at what an organisation only claims.
//!
//! A text is one file per language in `messages/service/<kind>/`: the subject, an empty line, the body. Every mail ends
//! with how to find out whether it is real. Values come as facts, a JSON object: what stands under `link` is a page of
//! ours and stays as it is, everything else may have been written by strangers and is made harmless.

use std::sync::LazyLock;

use minijinja::{Environment, Error, ErrorKind, State};
use model::Language;
use serde_json::{Map, Value};

use super::clean;
use super::context::{RenderError, Rendered};
use super::moment::day_in_words;
use super::templates;

model::vocabulary! {
    /// What a service mail is for. Beside each the facts that its text needs.
    pub enum ServiceKind: "kind of service mail" {
        /// Somebody may make an account: `link`, `organisation` (empty: none), `days`.
        Invitation = 0 => "invitation",
        /// How somebody signs in was changed: `what`, one of [`SIGN_IN_CHANGES`], and `at`, a time for people.
        SignInChanged = 1 => "sign-in-changed",
        /// Somebody wants to sign in again: `link`, `minutes`.
        PasswordReset = 2 => "password-reset",
        /// Whether an address can be reached: `code`, `minutes`.
        AddressCode = 3 => "address-code",
        /// Whether an asset belongs to an organisation: `asset`, `organisation`, `code`, `days`.
        ProofCode = 4 => "proof-code",
        /// An organisation asks its IT supplier for help with a finding: `organisation`, `link`, `days`.
        Forward = 5 => "forward",
        /// Whether all that is known is still right: `organisation`, `link`.
        UpkeepReminder = 6 => "upkeep-reminder",
        /// What another organisation may do changed: `organisation`, `holder`, `what` (`given`, `changed`, `revoked`,
        /// `ended`),
        /// `link`.
        MandateChanged = 7 => "mandate-changed",
        /// Something was seen at what an organisation only claims: `organisation`, `link`, `systems` (a list of `asset` and
        /// `problem`, an RSIT class), `more`, how many others there are.
        ExistenceNotice = 8 => "existence-notice",
        /// Somebody became an administrator or is none any more: `organisation`, `person`, `what` (`added`, `removed`),
        /// `link`.
        AdministratorChanged = 9 => "administrator-changed",
        /// How an application for a programme stands: `programme`, `what`, one of [`APPLICATION_NEWS`], `days` (in
        /// which it is still kept after the programme), `link`.
        Application = 10 => "application",
        /// Whether the mailbox of a participant is read: `mailbox`, `organisation`, `code`, `link`.
        MailboxCode = 11 => "mailbox-code",
        /// An organisation is about to leave, or stays after all: `organisation`, `person`, `what` (`asked`, `stopped`),
        /// `days`, `link`; to those of a part of it also `part`, its name, which is empty for the others.
        Leaving = 12 => "leaving",
        /// What happened to the key of a contact: `organisation`, `address`, `what` (`given`, `removed`, `ending`, `ended`,
        /// `waiting`), `fingerprint`, `ends` (a day, or empty), `link`.
        ContactKey = 13 => "contact-key",
        /// What happens with a complaint: `number`, `what`, one of [`COMPLAINT_NEWS`], `acknowledge_on` and `answer_on`, days,
        /// `paragraphs`, what the desk wrote, `link`.
        Complaint = 20 => "complaint",
        /// What came of a suggestion: `what`, one of [`SUGGESTION_NEWS`], `title`, `paragraphs`, what the desk wrote, `link`.
        Suggestion = 21 => "suggestion",
        /// Warnings no longer arrive in the mailbox of a participant: `organisation`, `mailbox`, `state` (`dead`,
        /// `doubtful`), `link`.
        MailboxDead = 30 => "mailbox-dead",
        /// An address of an organisation is told no more what happens: `organisation`, `host`, `link`.
        WebhookPaused = 40 => "webhook-paused",
        /// Somebody with a link gave an answer that silences a finding: `organisation`, `status` (`risk-accepted`,
        /// `not-ours`, `false-alarm`), `until` (a day, or empty), `link`.
        AnswerByLink = 42 => "answer-by-link",
        /// What happens with the registration of an organisation: `organisation`, `what`, one of [`REGISTRATION_NEWS`], `mailbox`,
        /// `code` and `days` (of a code), `newcomer` (an address, of one whose number is known), `reason` (of a refusal),
        /// `link`.
        Registration = 150 => "registration",
        /// Whether mails of the desk arrive; no facts.
        RelayTest = 41 => "relay-test",
        /// A programme has ended in which an organisation took part: `organisation`, `programme`, `link`.
        ProgrammeEnded = 31 => "programme-ended",
        /// What a participant of a programme must do, or what became of its part: `organisation`, `programme`, a name by
        /// language, `what`, one of [`PARTICIPATION_NEWS`], `sign_by`, a day or empty, `ends_on`, the last day, `reason` (of
        /// `extended` by language), `link`.
        Participation = 32 => "participation",
        /// An evaluation of a programme: `programme` and `evaluation`, names by language, `what`, one of
        /// [`EVALUATION_NEWS`], `held_on` and `answer_until`, days, `reason`, `link`.
        Evaluation = 22 => "evaluation",
        /// An invitation to a meeting with stakeholders: `name`, `guest`, `starts_at`, a local time, `place`, `paragraphs`, the
        /// agenda, `link`.
        Meeting = 23 => "meeting",
    }
}

/// What can change in how somebody signs in.
pub const SIGN_IN_CHANGES: [&str; 8] = [
    "passkey-added",
    "passkey-removed",
    "password-changed",
    "code-app-changed",
    "recovery-codes-made",
    "recovery-code-used",
    "identity-added",
    "identity-removed",
];

/// What an applicant is told.
pub const APPLICATION_NEWS: [&str; 10] = [
    "begun",
    "moved",
    "submitted",
    "counted",
    "selected",
    "waiting",
    "ineligible",
    "released",
    "ended",
    "cancelled",
];

/// What a participant of a programme is told: to sign the agreement, or a new version; that somebody applied with its KvK
/// number; that the desk ended its part; that it did so because the law makes something else of the organisation; that the
/// programme lasts longer.
pub const PARTICIPATION_NEWS: [&str; 6] =
    ["sign", "sign-again", "known", "ended", "moved", "extended"];

/// What participants are told of an evaluation: that it is there, that they have not answered, what changed by it, that it is
/// held otherwise, that it is not held.
pub const EVALUATION_NEWS: [&str; 5] = ["invited", "reminded", "changed", "moved", "cancelled"];

/// What is told of the registration of an organisation: a code, to its mailbox; that somebody registers under their number, to
/// the administrators of who has it; that the desk refused it, or that nobody took it in time, to whoever asked.
pub const REGISTRATION_NEWS: [&str; 4] = ["code", "known", "refused", "unseen"];

/// What somebody who complained is told.
pub const COMPLAINT_NEWS: [&str; 4] = ["received", "acknowledged", "answered", "withdrawn"];

/// What somebody who suggested something is told.
pub const SUGGESTION_NEWS: [&str; 3] = ["received", "done", "declined"];

/// The fact that the desk wrote, a list: it may be longer than what strangers write.
const PARAGRAPHS: &str = "paragraphs";

/// The fact that is an address of ours and must stay whole.
const LINK: &str = "link";

/// Everything that a service mail says.
#[derive(Clone, Copy, Debug)]
pub struct ServiceContext<'a> {
    /// What it is for.
    pub kind: ServiceKind,
    /// In which language.
    pub language: Language,
    /// Name of the desk.
    pub desk: &'a str,
    /// What the text says beside its fixed words: a JSON object.
    pub facts: &'a str,
}

/// Makes the whole mail. The same context gives the same bytes.
///
/// # Errors
/// When the facts are no JSON object, or lack one that the text needs.
pub fn render_service(context: &ServiceContext<'_>) -> Result<Rendered, RenderError> {
    let name = format!("{}/{}.txt", context.kind, context.language);
    let failed = |source| RenderError::Template {
        template: format!("service/{name}"),
        source,
    };
    let values = values(context).map_err(failed)?;
    let text = rendered(&name, &values).map_err(failed)?;
    let (subject, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let footer = rendered(&format!("footer/{}.txt", context.language), &values).map_err(failed)?;
    let headers = [
        ("X-Seinpost-Kind", context.kind.as_str()),
        ("Content-Language", context.language.as_str()),
        ("Auto-Submitted", "auto-generated"),
    ];
    Ok(Rendered {
        subject: clean::paragraph(subject),
        body: templates::tidied(&format!("{body}\n\n{footer}")),
        attachments: Vec::new(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    })
}

fn values(context: &ServiceContext<'_>) -> Result<Map<String, Value>, Error> {
    let facts: Map<String, Value> = serde_json::from_str(context.facts)
        .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    let mut values: Map<String, Value> = facts
        .into_iter()
        .map(|(name, fact)| {
            let fact = match fact {
                Value::String(text) if name == LINK => Value::String(clean::unbounded(&text)),
                other if name == PARAGRAPHS => harmless(other, clean::own_words),
                other => harmless(other, clean::value),
            };
            (name, fact)
        })
        .collect();
    values.insert("desk".into(), clean::line(context.desk).into());
    values.insert("language".into(), context.language.as_str().into());
    Ok(values)
}

/// Every text in a fact, made harmless.
fn harmless(fact: Value, clean: fn(&str) -> String) -> Value {
    match fact {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(facts) => {
            let facts = facts.into_iter().map(|fact| harmless(fact, clean));
            Value::Array(facts.collect())
        }
        Value::Object(facts) => {
            let facts = facts
                .into_iter()
                .map(|(name, fact)| (name, harmless(fact, clean)));
            Value::Object(facts.collect())
        }
        other => other,
    }
}

fn rendered(name: &str, values: &Map<String, Value>) -> Result<String, Error> {
    static TEXTS_READY: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut environment = templates::environment(TEXTS);
        environment.add_filter("day", day);
        environment
    });
    let template = TEXTS_READY.get_template(name)?;
    template.render(minijinja::value::Serde(values))
}

/// A day of the facts in the words of the mail's language.
fn day(state: &State<'_, '_>, day: &str) -> Result<String, Error> {
    let broken = |what: &str| Error::new(ErrorKind::InvalidOperation, what.to_owned());
    let language = state.lookup("language");
    let language = language.as_ref().and_then(|it| it.as_str()?.parse().ok());
    let language = language.ok_or_else(|| broken("the mail has no language"))?;
    let day = day
        .parse()
        .map_err(|_| broken(&format!("`{}` is no day", model::shown(day))))?;
    Ok(day_in_words(day, language))
}

/// Embeds the texts of these folders in both languages.
macro_rules! texts {
    ($($folder:literal),+ $(,)?) => {
        &[$(
            (concat!($folder, "/nl.txt"), include_str!(concat!("../../messages/service/", $folder, "/nl.txt"))),
            (concat!($folder, "/en.txt"), include_str!(concat!("../../messages/service/", $folder, "/en.txt"))),
        )+]
    };
}

const TEXTS: &[(&str, &str)] = texts!(
    "invitation",
    "sign-in-changed",
    "password-reset",
    "address-code",
    "proof-code",
    "forward",
    "upkeep-reminder",
    "mandate-changed",
    "existence-notice",
    "administrator-changed",
    "application",
    "mailbox-code",
    "leaving",
    "contact-key",
    "complaint",
    "suggestion",
    "mailbox-dead",
    "webhook-paused",
    "answer-by-link",
    "relay-test",
    "programme-ended",
    "participation",
    "evaluation",
    "meeting",
    "registration",
    "footer",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::wrap::WIDTH_MAX;

    const LINK_OF_OURS: &str = "https://warnings.example/account/join/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// Facts of each kind, every case of its text.
    fn samples(kind: ServiceKind) -> Vec<Value> {
        use serde_json::json;
        let organisation = "Bakery Example";
        match kind {
            ServiceKind::Invitation => vec![
                json!({ "link": LINK_OF_OURS, "organisation": organisation, "days": 7 }),
                json!({ "link": LINK_OF_OURS, "organisation": "", "days": 7 }),
            ],
            ServiceKind::SignInChanged => SIGN_IN_CHANGES
                .iter()
                .map(|what| json!({ "what": what, "at": "18 November 2026 at 10:00 (09:00 UTC)" }))
                .collect(),
            ServiceKind::PasswordReset => vec![json!({ "link": LINK_OF_OURS, "minutes": 30 })],
            ServiceKind::AddressCode => vec![json!({ "code": "012345", "minutes": 30 })],
            ServiceKind::ProofCode => vec![
                json!({ "asset": "bakery.example", "organisation": organisation, "code": "012345", "days": 7 }),
            ],
            ServiceKind::Forward => {
                vec![json!({ "organisation": organisation, "link": LINK_OF_OURS, "days": 30 })]
            }
            ServiceKind::UpkeepReminder => {
                let unproved = [["bakery.example", "_seinpost-challenge.bakery.example"]];
                vec![
                    json!({ "organisation": organisation, "link": LINK_OF_OURS, "unproved": [] }),
                    json!({ "organisation": organisation, "link": LINK_OF_OURS, "unproved": unproved }),
                ]
            }
            ServiceKind::AdministratorChanged => ["added", "removed"]
                .iter()
                .map(|what| {
                    json!({ "organisation": organisation, "person": "Sam Voorbeeld", "what": what,
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::Leaving => [("asked", ""), ("stopped", ""), ("asked", "Bakery Oven"), ("stopped", "Bakery Oven")]
                .iter()
                .map(|(what, part)| {
                    json!({ "organisation": organisation, "person": "Sam Voorbeeld", "what": what, "days": 7,
                        "part": part, "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::ContactKey => ["given", "removed", "ending", "ended", "waiting"]
                .iter()
                .map(|what| {
                    json!({ "organisation": organisation, "address": "security@bakery.example", "what": what,
                        "fingerprint": "0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567", "ends": "2026-12-01",
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::AnswerByLink => ["risk-accepted", "not-ours", "false-alarm"]
                .iter()
                .map(|status| {
                    json!({ "organisation": organisation, "status": status, "until": "2027-01-01",
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::MandateChanged => ["given", "changed", "revoked", "ended"]
                .iter()
                .map(|what| {
                    json!({ "organisation": organisation, "holder": "Supplier Example", "what": what,
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::ExistenceNotice => {
                let problems = model::RsitClass::ALL.iter();
                let problems = problems.filter(|class| **class != model::RsitClass::Test);
                let systems: Vec<Value> = problems
                    .map(|class| json!({ "asset": "192.0.2.0/24", "problem": class.as_str() }))
                    .collect();
                vec![
                    json!({ "organisation": organisation, "link": LINK_OF_OURS, "systems": systems, "more": 3 }),
                    json!({ "organisation": organisation, "link": LINK_OF_OURS, "systems": systems[..1], "more": 0 }),
                ]
            }
            ServiceKind::Complaint => COMPLAINT_NEWS
                .iter()
                .map(|what| {
                    json!({ "number": "CMP-2026-000042", "what": what, "acknowledge_on": "2026-11-25",
                        "answer_on": "2026-12-30", "paragraphs": ["We looked.", "It was our mistake."],
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::Suggestion => SUGGESTION_NEWS
                .iter()
                .map(|what| {
                    json!({ "what": what, "title": "A shorter subject", "paragraphs": ["Subjects are shorter."],
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::Evaluation => EVALUATION_NEWS
                .iter()
                .map(|what| {
                    json!({ "programme": { "nl": "Proef met berichten", "en": "Pilot of warnings" },
                        "evaluation": { "nl": "Halverwege", "en": "Half-way" }, "what": what,
                        "held_on": "2027-01-12", "answer_until": "2027-01-26", "reason": "the building is closed that day", "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::Meeting => vec![
                json!({ "name": "Half a year of warnings", "guest": "Sam Voorbeeld", "starts_at": "10 December 2026 at 14:00 (13:00 UTC)",
                    "place": "Utrecht", "paragraphs": ["What goes well?", "What could be better?"],
                    "link": LINK_OF_OURS }),
            ],
            ServiceKind::MailboxCode => vec![
                json!({ "mailbox": "abuse@bakery.example", "organisation": organisation, "code": "K7QF-3MNP",
                    "link": LINK_OF_OURS }),
            ],
            ServiceKind::MailboxDead => ["dead", "doubtful"]
                .iter()
                .map(|state| {
                    json!({ "organisation": organisation, "mailbox": "abuse@bakery.example", "state": state,
                        "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::WebhookPaused => vec![
                json!({ "organisation": organisation, "host": "hooks.bakery.example", "link": LINK_OF_OURS }),
            ],
            ServiceKind::Registration => REGISTRATION_NEWS
                .iter()
                .map(|what| {
                    json!({ "organisation": organisation, "what": what, "mailbox": "abuse@bakery.example",
                        "code": "012345", "days": 7, "newcomer": "sam@bakery.example",
                        "reason": "the number is of somebody else", "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::RelayTest => vec![json!({})],
            ServiceKind::ProgrammeEnded => vec![
                json!({ "organisation": organisation, "programme": "Pilot of warnings", "link": LINK_OF_OURS }),
            ],
            ServiceKind::Participation => PARTICIPATION_NEWS
                .iter()
                .map(|what| {
                    let reason = match *what {
                        "extended" => json!({ "nl": "er is meer tijd nodig", "en": "more time is needed" }),
                        _ => json!("became a vital provider"),
                    };
                    json!({ "organisation": organisation,
                        "programme": { "nl": "Proef met berichten", "en": "Pilot of warnings" }, "what": what,
                        "sign_by": if *what == "sign" { "" } else { "2027-01-12" },
                        "ends_on": "2028-03-31", "reason": reason, "link": LINK_OF_OURS })
                })
                .collect(),
            ServiceKind::Application => APPLICATION_NEWS
                .iter()
                .map(|what| json!({ "programme": "Pilot of warnings", "what": what, "days": 90, "link": LINK_OF_OURS }))
                .collect(),
        }
    }

    fn mail(kind: ServiceKind, language: Language, facts: &str) -> Result<Rendered, RenderError> {
        render_service(&ServiceContext {
            kind,
            language,
            desk: "CSIRT Example",
            facts,
        })
    }

    #[test]
    fn every_text_is_rendered_in_both_languages_and_fits_a_mail() {
        for kind in ServiceKind::ALL {
            for language in [Language::Nl, Language::En] {
                let mut all = String::new();
                for facts in samples(*kind) {
                    let mail = mail(*kind, language, &facts.to_string()).unwrap();
                    assert!(!mail.subject.is_empty() && mail.subject.chars().count() < 100);
                    let greeting = match language {
                        Language::Nl => "Goedendag",
                        Language::En => "Hello",
                    };
                    let first = mail.body.lines().next().unwrap();
                    assert!(
                        first.starts_with(greeting) && first.ends_with(','),
                        "{first}"
                    );
                    for line in mail.body.lines().filter(|line| !line.contains("://")) {
                        assert!(line.chars().count() <= WIDTH_MAX, "{line}");
                    }
                    if let Some(link) = facts["link"].as_str() {
                        assert!(mail.body.lines().any(|line| line == link), "{}", mail.body);
                    }
                    all.push_str(&format!("{}\n\n{}\n=====\n", mail.subject, mail.body));
                }
                insta::assert_snapshot!(format!("{kind}-{language}"), all);
            }
        }
    }

    #[test]
    fn what_strangers_write_is_no_link_and_breaks_no_line() {
        let facts = serde_json::json!({
            "organisation": "Win\r\nBcc: all@victim.example https://evil.example {{ desk }}",
            "link": "https://warnings.example/x",
            "days": 30,
        });
        let mail = mail(ServiceKind::Forward, Language::En, &facts.to_string()).unwrap();
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
        assert!(!mail.body.contains("https://evil"), "{}", mail.body);
        assert!(mail.body.contains("hxxps://evil.example"), "{}", mail.body);
        assert!(mail.body.contains("{{ desk }}"), "{}", mail.body);
        assert!(mail.body.lines().all(|line| !line.starts_with("Bcc")));
    }

    #[test]
    fn a_mail_whose_facts_do_not_fit_is_not_written() {
        for facts in ["", "[]", "{}", "{\"link\": \"https://warnings.example\"}"] {
            assert!(
                mail(ServiceKind::Forward, Language::Nl, facts).is_err(),
                "{facts}"
            );
        }
    }
}
