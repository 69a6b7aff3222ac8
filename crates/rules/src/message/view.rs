//! What a template may show: every value made harmless, every choice made.

use std::collections::BTreeSet;

use model::{Endpoint, Language, Reader, Role, Severity, Tlp};
use serde::Serialize;

use crate::catalogue::{Advice, Threat};

use super::attachment;
use super::clean;
use super::context::{MessageContext, MessageLine, Relation};
use super::evidence;
use super::listing;
use super::moment::{self, Precision};
use super::words::Words;

/// Reasons that stand in the body at most when the lines are in attachments.
const REASONS_OF_SUMMARY_MAX: usize = 10;

/// The values of the templates of a message.
#[derive(Serialize)]
pub(super) struct MessageView {
    desk: String,
    phone: String,
    reply_to: String,
    /// Words of a reply that a program reads.
    reply_words: String,
    privacy: String,
    recipient: String,
    reference: String,
    systems: String,
    is_one: bool,
    is_email: bool,
    is_web: bool,
    is_victim: bool,
    is_indication: bool,
    is_informative: bool,
    is_entrepreneur: bool,
    relation: &'static str,
    /// The organisation of whose message this is a copy; empty unless it is a copy, and of one organisation.
    owner: String,
    role: String,
    severity: String,
    urgency: String,
    classification: String,
    tlp: &'static str,
    tlp_meaning: String,
    is_red: bool,
    may_forward: bool,
    advice: AdviceText,
    customer: AdviceText,
    listing: String,
    customer_listing: String,
    evidence: String,
    reasons: Vec<String>,
    reasons_left: usize,
    source: String,
    lawful_basis: String,
    received_at: String,
    decided_at: String,
    zone: String,
    check_code: String,
    /// Empty where the desk has no pages.
    check_page: String,
    /// Empty where the desk has no pages.
    answer_page: String,
    files: Vec<String>,
    all_again: bool,
    any_again: bool,
    all_repeated: bool,
    any_repeated: bool,
    has_url: bool,
    has_source_port: bool,
    /// Empty where nobody else looks after the systems.
    supplier_name: String,
    supplier_email: String,
    in_use: String,
    /// When the recipient said that it is solved, and of which days the reports are that lack it; empty unless the message is
    /// an all-clear.
    solved_from: String,
    solved_until: String,
    report_earlier: String,
    report_later: String,
}

/// An advice with the values of the finding filled in. What the fields mean: [`Advice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "they are those of `Advice`")]
pub struct AdviceText {
    pub title: String,
    pub what: String,
    pub consequence: String,
    pub steps: Vec<String>,
    pub check: String,
    pub cannot_fix: String,
    pub compromise: String,
}

/// What to do about one finding, with its values filled in.
#[must_use]
pub fn advice_text(
    line: &MessageLine,
    threat: &Threat,
    language: Language,
    reader: Reader,
) -> AdviceText {
    let advice = threat.advice(language, reader);
    AdviceText::new(advice, std::slice::from_ref(line), Words::of(language))
}

impl MessageView {
    /// Collects what the templates may show.
    pub(super) fn new(context: &MessageContext<'_>, threat: &Threat) -> Self {
        let words = Words::of(context.language);
        let lines = context.lines;
        let advice = threat.advice(context.language, super::describing_reader(context));
        let customer = threat.advice(context.language, Reader::Entrepreneur);
        let may_forward = context.may_forward && context.tlp.may_forward();
        let count = systems(lines);
        let is_email = lines
            .iter()
            .all(|line| matches!(line.endpoint, Endpoint::EmailDomain(_)));
        let noun = if is_email {
            &words.email_domain
        } else {
            &words.system
        };
        let (reasons, reasons_left) = reasons(lines);
        let at = |time| moment::in_words(time, &context.desk.time_zone, words, Precision::Minute);
        let day = |day| moment::day_in_words(day, context.language);
        let [solved_from, solved_until] = context
            .all_clear
            .map_or_else(Default::default, |clear| clear.solved_on.map(day));
        let [report_earlier, report_later] = context
            .all_clear
            .map_or_else(Default::default, |clear| clear.reports_on.map(day));
        Self {
            desk: clean::line(&context.desk.name),
            phone: clean::line(&context.desk.phone),
            reply_to: clean::line(context.desk.reply_to.as_str()),
            reply_words: crate::reply::words(context.language, context.relation),
            privacy: clean::paragraph(match context.language {
                Language::Nl => &context.desk.privacy_nl,
                Language::En => &context.desk.privacy_en,
            }),
            recipient: clean::line(context.recipient_name),
            reference: clean::line(context.reference),
            systems: noun.of(count),
            is_one: count == 1,
            is_email,
            is_web: lines
                .iter()
                .all(|line| matches!(line.endpoint, Endpoint::Host(_) | Endpoint::Url(_))),
            is_victim: context.role == Role::Victim,
            is_indication: threat.is_indication,
            is_informative: context.severity == Severity::Info,
            is_entrepreneur: context.reader == Reader::Entrepreneur,
            relation: context.relation.as_str(),
            owner: only_owner(lines),
            role: words.role(context.role).to_owned(),
            severity: words.severity(context.severity).to_owned(),
            urgency: words.urgency(context.severity).to_owned(),
            classification: format!("{} ({})", context.rsit, context.threat),
            tlp: context.tlp.as_str(),
            tlp_meaning: words.marking(context.tlp, may_forward),
            is_red: context.tlp == Tlp::Red,
            may_forward,
            advice: AdviceText::new(advice, lines, words),
            customer: AdviceText::new(customer, lines, words),
            listing: listing::listing(context, words),
            customer_listing: if context.relation != Relation::Owner && lines.len() <= 2 {
                listing::blocks(context, words)
            } else {
                String::new()
            },
            evidence: evidence::evidence(context, words),
            reasons,
            reasons_left,
            source: context
                .source_name
                .map_or_else(|| words.source_category.clone(), clean::line),
            lawful_basis: clean::line(context.lawful_basis),
            received_at: at(context.received_at),
            decided_at: at(context.decided_at),
            zone: context.desk.time_zone.to_string(),
            check_code: clean::line(context.check_code),
            check_page: context
                .links
                .map_or_else(String::new, |links| clean::line(&links.check)),
            answer_page: context
                .links
                .map_or_else(String::new, |links| clean::line(&links.answer)),
            files: if lines.len() > super::LINES_IN_BODY_MAX {
                attachment::file_names(context.reference).to_vec()
            } else {
                Vec::new()
            },
            all_again: lines.iter().all(|line| line.again),
            any_again: lines.iter().any(|line| line.again),
            all_repeated: lines.iter().all(|line| line.repeated && !line.again),
            any_repeated: lines.iter().any(|line| line.repeated && !line.again),
            has_url: lines
                .iter()
                .any(|line| matches!(line.endpoint, Endpoint::Url(_))),
            has_source_port: context.role == Role::Victim
                && lines.iter().any(|line| {
                    line.port.is_some() && matches!(line.endpoint, Endpoint::Address(_))
                }),
            supplier_name: context
                .supplier
                .map_or_else(String::new, |supplier| clean::line(&supplier.name)),
            supplier_email: context
                .supplier
                .map_or_else(String::new, |it| clean::line(it.email.as_str())),
            in_use: in_use(context),
            solved_from,
            solved_until,
            report_earlier,
            report_later,
        }
    }
}

impl AdviceText {
    fn new(advice: &Advice, lines: &[MessageLine], words: &Words) -> Self {
        let fill = |text: &String| filled(text, lines, words);
        Self {
            title: advice.title.clone(),
            what: fill(&advice.what),
            consequence: fill(&advice.consequence),
            steps: advice.steps.iter().map(fill).collect(),
            check: fill(&advice.check),
            cannot_fix: fill(&advice.cannot_fix),
            compromise: fill(&advice.compromise),
        }
    }
}

/// Fills in the values of the finding, so that a command can be copied. With several lines it says what to fill in.
///
/// Addresses, ports and domain names are nouns and hold nothing that a shell reads as more than a word.
fn filled(text: &str, lines: &[MessageLine], words: &Words) -> String {
    let only = match lines {
        [line] => Some(line),
        _ => None,
    };
    let or_else =
        |value: Option<String>, placeholder: &str| value.unwrap_or_else(|| placeholder.to_owned());
    let address = only.and_then(listing::address_of);
    let port = only
        .and_then(|line| line.endpoint.port().or(line.port))
        .map(|it| it.get().to_string());
    let name = only
        .and_then(|line| line.endpoint.name().or(line.host.as_ref()))
        .map(|it| it.to_string());
    let peer = only
        .and_then(|line| line.peer_address)
        .map(|it| it.to_string());
    text.replace("{address}", &or_else(address, &words.placeholder.address))
        .replace("{port}", &or_else(port, &words.placeholder.port))
        .replace("{name}", &or_else(name, &words.placeholder.name))
        .replace("{peer}", &or_else(peer, &words.placeholder.peer))
}

/// How many systems the lines are about: several findings on one address or name are one system.
pub(super) fn systems(lines: &[MessageLine]) -> usize {
    let system = |line: &MessageLine| match (line.endpoint.address(), line.endpoint.name()) {
        (Some(address), _) => address.to_string(),
        (None, Some(name)) => name.to_string(),
        (None, None) => line.endpoint.to_string(),
    };
    lines.iter().map(system).collect::<BTreeSet<String>>().len()
}

/// The organisation that all lines belong to, where they say so.
fn only_owner(lines: &[MessageLine]) -> String {
    let first = lines.first().map_or("", |line| &line.owner);
    let is_only = lines.iter().all(|line| line.owner == first);
    if is_only {
        clean::line(first)
    } else {
        String::new()
    }
}

/// The products that the recipient uses, with their makers.
fn in_use(context: &MessageContext<'_>) -> String {
    let names = context.in_use.iter().map(|product| {
        let name = format!("{} {}", product.vendor, product.name);
        clean::line(name.trim())
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Each reason once, in the order of the lines, and how many are left out because attachments hold them.
fn reasons(lines: &[MessageLine]) -> (Vec<String>, usize) {
    let mut seen = BTreeSet::new();
    let mut reasons: Vec<String> = lines
        .iter()
        .map(|line| clean::value(&line.reason))
        .filter(|reason| seen.insert(reason.clone()))
        .collect();
    let shown = if lines.len() > super::LINES_IN_BODY_MAX {
        REASONS_OF_SUMMARY_MAX
    } else {
        reasons.len()
    };
    let left = reasons.len().saturating_sub(shown);
    reasons.truncate(shown);
    (reasons, left)
}
