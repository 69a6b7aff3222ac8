//! What pages show of a finding: words and values, made from what the store holds.

use message::{Advice, NOW};
use model::{AnswerStatus, Endpoint, IdKind, Language, MessageKind, Reader, RsitType, ThreatSlug};
use rules::catalogue::Threat;
use rules::message::{AdviceText, MessageLine, advice_text};
use serde::Serialize;
use store::{InboxRow, StoreError, Tx};
use uuid::Uuid;

use crate::site::Site;

/// A finding in a list, and at the head of its own page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FindingView {
    pub(crate) id: Uuid,
    /// What it is, in a few words.
    pub(crate) title: String,
    pub(crate) threat: String,
    /// Where it is.
    pub(crate) place: String,
    pub(crate) identifier: String,
    pub(crate) severity: &'static str,
    pub(crate) role: &'static str,
    pub(crate) tlp: &'static str,
    pub(crate) status: &'static str,
    /// Until when a risk is accepted; empty where none is.
    pub(crate) until: String,
    pub(crate) last_seen: String,
    pub(crate) told_at: String,
    pub(crate) reference: String,
    pub(crate) is_assigned: bool,
    /// Why nobody was mailed about it; empty where somebody was.
    pub(crate) unmailed: &'static str,
}

impl FindingView {
    pub(crate) fn new(site: &Site, row: &InboxRow, advice: &Advice, language: Language) -> Self {
        Self {
            id: site.id(IdKind::Finding, row.place.finding_no),
            title: title(&row.threat, row.rsit, advice, language),
            threat: row.threat.clone(),
            place: place(row),
            identifier: row.identifier.clone(),
            severity: row.place.severity.as_str(),
            role: row.role.as_str(),
            tlp: row.tlp.as_str(),
            status: row.status.as_str(),
            until: match row.status {
                AnswerStatus::RiskAccepted => {
                    row.until.map(|day| day.to_string()).unwrap_or_default()
                }
                _ => String::new(),
            },
            last_seen: row.last_seen().to_string(),
            told_at: row.told_at.to_string(),
            reference: store::Notification::reference_of(row.place.notification_no, row.made_at),
            is_assigned: row.assigned_to.is_some(),
            unmailed: why_unmailed(row.kind).unwrap_or_default(),
        }
    }
}

/// Why nobody is mailed a message of this kind; nothing where contacts are.
pub(crate) fn why_unmailed(kind: MessageKind) -> Option<&'static str> {
    (!kind.is_mailed()).then_some(kind.as_str())
}

/// Where it is: an address with its port, a name, a page.
pub(crate) fn place(row: &InboxRow) -> String {
    Endpoint::from_key(&row.endpoint).map_or_else(String::new, |endpoint| endpoint.to_string())
}

/// The texts about these threats that are in use now.
pub(crate) fn advice_about<'a>(
    tx: &mut Tx<'_>,
    slugs: impl IntoIterator<Item = &'a str>,
) -> Result<Advice, StoreError> {
    Advice::load(tx, slugs.into_iter().map(|slug| (slug, NOW)))
}

fn threat<'a>(slug: &str, rsit: RsitType, advice: &'a Advice) -> Option<&'a Threat> {
    let slug: ThreatSlug = slug.parse().ok()?;
    Some(advice.text_for(&slug, rsit, NOW))
}

/// What a threat is, in a few words; the slug itself where it is none.
pub(crate) fn title(slug: &str, rsit: RsitType, advice: &Advice, language: Language) -> String {
    threat(slug, rsit, advice).map_or_else(
        || slug.to_owned(),
        |threat| threat.advice(language, Reader::Administrator).title.clone(),
    )
}

/// What to do first, to be read out: the first step that names nothing of a single finding. `None`: each does.
pub(crate) fn first_step(
    slug: &str,
    rsit: RsitType,
    advice: &Advice,
    (language, reader): (Language, Reader),
) -> Option<String> {
    let threat = threat(slug, rsit, advice)?;
    let steps = &threat.advice(language, reader).steps;
    let step = steps.iter().find(|step| !step.contains('{'))?;
    Some(step.replace('`', ""))
}

/// What to know and do, with commands told apart so that they can be shown as such.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdviceView {
    what: Vec<Piece>,
    consequence: Vec<Piece>,
    steps: Vec<Vec<Piece>>,
    check: Vec<Piece>,
    cannot_fix: Vec<Piece>,
    pub(crate) compromise: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Piece {
    is_command: bool,
    text: String,
}

impl AdviceView {
    /// The advice about a finding, for a reader in a language.
    pub(crate) fn new(
        row: &InboxRow,
        advice: &Advice,
        line: &MessageLine,
        (language, reader): (Language, Reader),
    ) -> Option<Self> {
        let threat = threat(&row.threat, row.rsit, advice)?;
        let advice: AdviceText = advice_text(line, threat, language, reader);
        Some(Self {
            what: pieces(&advice.what),
            consequence: pieces(&advice.consequence),
            steps: advice.steps.iter().map(|step| pieces(step)).collect(),
            check: pieces(&advice.check),
            cannot_fix: pieces(&advice.cannot_fix),
            compromise: pieces(&advice.compromise),
        })
    }
}

/// Text between backticks is a command.
fn pieces(text: &str) -> Vec<Piece> {
    let pieces = text.split('`').enumerate();
    let pieces = pieces.map(|(index, text)| Piece {
        is_command: index % 2 == 1,
        text: text.to_owned(),
    });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}
