//! `/organisations/{id}/findings/preview`: what contacts would have received lately, with their choices or with others.

use std::collections::{BTreeMap, HashMap};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use model::{Severity, SeveritySet};
use rules::access::Deed;
use rules::route::ContactChoice;
use serde::Serialize;
use store::{Notification, OwnContact};

use super::lately::{DAYS, Lately};
use super::list::{home, threat_title};
use super::shown::advice_about;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Messages that are listed for a contact. All are counted.
const LISTED_MAX: usize = 20;

#[derive(Serialize)]
struct PreviewView {
    contacts: Vec<ContactView>,
    /// Findings below the thresholds of the organisation, and those that no contact takes.
    below_threshold: i64,
    not_wanted: i64,
    severities: Vec<&'static str>,
    days: i64,
    is_cut: bool,
    home: String,
}

#[derive(Serialize)]
struct ContactView {
    /// Name of its field in the form.
    field: String,
    email: String,
    language: &'static str,
    reader: &'static str,
    /// Which severities it takes.
    chosen: Vec<&'static str>,
    messages: usize,
    /// How many times mail would have come.
    times: usize,
    findings: i64,
    threats: Vec<(String, usize)>,
    listed: Vec<MessageView>,
}

#[derive(Serialize)]
struct MessageView {
    reference: String,
    at: String,
    /// When it would have gone out.
    out_at: String,
    title: String,
    severity: &'static str,
    findings: i64,
}

/// With the choices that hold.
pub(super) async fn show(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    page(&site, &member, |_, contact| contact.severities).await
}

/// With other severities: a field per contact, named by its place in the list, with each severity that it would take.
pub(super) async fn with_choices(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Response, Refusal> {
    let mut chosen: HashMap<String, Vec<Severity>> = HashMap::new();
    for (field, value) in url::form_urlencoded::parse(&form) {
        let severity = value.parse().map_err(|_| Refusal::Bad)?;
        chosen.entry(field.into_owned()).or_default().push(severity);
    }
    // Without a tick all are taken, as where the choice is saved.
    page(&site, &member, |field, _| {
        let severities = chosen.get(field).into_iter().flatten();
        severities.copied().collect()
    })
    .await
}

async fn page(
    site: &Site,
    member: &Member,
    severities: impl Fn(&str, &OwnContact) -> SeveritySet,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    member.must_be_allowed(Deed::ReadPeople)?;
    let (party_no, now, language) = (member.party_no, site.now(), member.visitor.language);
    let (contacts, lately, titles) = site
        .read(move |tx| {
            let lately = Lately::read(tx, party_no, now)?;
            let threats = &lately.threats;
            let advice = advice_about(tx, threats.iter().map(|(_, slug)| slug.as_str()))?;
            let titles = threats
                .iter()
                .map(|(number, slug)| (*number, threat_title(slug, &advice, language)));
            let titles: HashMap<i64, String> = titles.collect();
            let mut contacts = tx.own_contacts(party_no)?;
            contacts.retain(|contact| contact.is_answered);
            Ok((contacts, lately, titles))
        })
        .await?;
    let choice_of = |(place, contact): (usize, &OwnContact)| ContactChoice {
        severities: severities(&field_of(place), contact),
        language: contact.language,
        reader: contact.reader,
    };
    let choices: Vec<ContactChoice> = contacts.iter().enumerate().map(choice_of).collect();
    let unmailed = lately.unmailed(choices.iter());
    let view_of = |(place, (contact, choice)): (usize, (&OwnContact, &ContactChoice))| {
        let (chosen, timing) = (choice.severities, &contact.timing);
        let got = lately.received(choice);
        let mut by_threat: BTreeMap<String, usize> = BTreeMap::new();
        for (message, _) in &got {
            *by_threat.entry(title(message, &titles)).or_default() += 1;
        }
        let taken = |severity: &&Severity| chosen.contains(**severity);
        ContactView {
            field: field_of(place),
            email: contact.email.to_string(),
            language: choice
                .language
                .or(lately.usual.language)
                .unwrap_or(lately.desk)
                .as_str(),
            reader: choice
                .reader
                .or(lately.usual.reader)
                .unwrap_or(model::Reader::Entrepreneur)
                .as_str(),
            chosen: Severity::ALL
                .iter()
                .filter(taken)
                .map(|it| it.as_str())
                .collect(),
            messages: got.len(),
            times: lately.times(&got, timing),
            findings: got.iter().map(|(_, findings)| findings).sum(),
            threats: by_threat.into_iter().collect(),
            listed: got
                .iter()
                .take(LISTED_MAX)
                .map(|(message, findings)| MessageView {
                    reference: message.reference(),
                    at: message.created_at.to_string(),
                    out_at: lately.out_at(message, timing).to_string(),
                    title: title(message, &titles),
                    severity: message.key.severity.as_str(),
                    findings: *findings,
                })
                .collect(),
        }
    };
    let view = PreviewView {
        contacts: contacts
            .iter()
            .zip(&choices)
            .enumerate()
            .map(view_of)
            .collect(),
        below_threshold: unmailed.below_threshold,
        not_wanted: unmailed.not_wanted,
        severities: Severity::ALL.iter().rev().map(|it| it.as_str()).collect(),
        days: DAYS,
        is_cut: lately.is_cut(),
        home: home(member),
    };
    site.page(member, "finding/preview.html", &view)
}

/// The field of a contact in the form.
fn field_of(place: usize) -> String {
    format!("contact-{place}")
}

fn title(message: &Notification, titles: &HashMap<i64, String>) -> String {
    let title = titles.get(&message.key.threat_no);
    title.cloned().unwrap_or_default()
}
