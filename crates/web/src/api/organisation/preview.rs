//! What contacts would have received lately, with the severities that they take or with others.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Request, State};
use axum::response::Response;
use model::{IdKind, Scope, SeveritySet};
use rules::route::ContactChoice;
use serde::Serialize;
use store::OwnContact;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::register::severities;
use crate::api::caller::Own;
use crate::api::error::ApiError;
use crate::api::fields::{Fields, asked};
use crate::api::shown::found_page;
use crate::finding::lately::{DAYS, Lately};
use crate::site::Site;

/// Contacts for which other severities are tried.
const TRIED_MAX: usize = 100;

/// The route of the preview.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(preview_contacts))
}

/// Which severities are tried.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `Tried::read` reads")]
struct PreviewChoice {
    /// Contacts that would take others; each that is not named takes what it takes.
    #[schema(max_items = 100)]
    items: Option<Vec<TriedChoice>>,
}

/// Severities that are tried for a contact.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `Tried::read` reads")]
struct TriedChoice {
    contact: Uuid,
    /// Left out: all.
    #[schema(example = json!(["critical", "high"]))]
    severities: Option<Vec<String>>,
}

/// What contacts would have received.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Preview {
    /// How many days back it looks.
    #[schema(example = 30)]
    days: i64,
    /// Whether it looks at the newest messages alone: 1,000, or fewer where there are thresholds of groups.
    cut: bool,
    not_mailed: Unmailed,
    items: Vec<Received>,
}

/// Findings that would have been told without a mail.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PreviewNotMailed)]
struct Unmailed {
    /// Below the thresholds of the organisation.
    below_threshold: i64,
    /// Of a severity that no contact takes.
    not_wanted: i64,
}

/// What a contact would have received.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Received {
    contact_id: Uuid,
    messages: usize,
    /// How many times mail would have come, by the rhythm and the office hours of the contact.
    times: usize,
    findings: i64,
    threats: Vec<ReceivedThreat>,
}

/// Messages about a threat.
#[derive(Serialize, ToSchema)]
struct ReceivedThreat {
    #[schema(example = "open-rdp")]
    threat: String,
    messages: usize,
}

struct Tried {
    contact_no: i64,
    severities: SeveritySet,
}

impl Tried {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.needs("contact");
        let contact_no = fields.id(site, IdKind::Contact, "contact");
        let severities = severities(fields);
        Some(Self {
            contact_no: contact_no??,
            severities: severities?,
        })
    }
}

/// Says what the contacts would have received in the last 30 days.
#[utoipa::path(
    post, path = "/organisations/{organisation}/contacts/_preview", tag = "organisations", operation_id = "previewContacts",
    request_body = PreviewChoice,
    responses((status = 200, description = "What each would have received", body = Preview)),
)]
async fn preview_contacts(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    own.caller.must(Scope::FindingsRead)?;
    let tried = asked(request, |fields| {
        fields.each("items", TRIED_MAX, |fields| Tried::read(&site, fields))
    })
    .await?;
    let now = site.now();
    let read = site.read(move |tx| {
        let contacts = tx.own_contacts(own.party_no)?;
        Ok((contacts, Lately::read(tx, own.party_no, now)?))
    });
    let (contacts, lately) = read.await?;
    let tried = tried.iter().map(|one| (one.contact_no, one.severities));
    let tried: HashMap<i64, SeveritySet> = tried.collect();
    let told = contacts.iter().filter(|contact| contact.is_answered);
    let choice = |contact: &OwnContact| ContactChoice {
        severities: *tried
            .get(&contact.contact_no)
            .unwrap_or(&contact.severities),
        language: contact.language,
        reader: contact.reader,
    };
    let chosen: Vec<_> = told.map(|contact| (contact, choice(contact))).collect();
    let unmailed = lately.unmailed(chosen.iter().map(|(_, choice)| choice));
    let preview = Preview {
        days: DAYS,
        cut: lately.is_cut(),
        not_mailed: Unmailed {
            below_threshold: unmailed.below_threshold,
            not_wanted: unmailed.not_wanted,
        },
        items: chosen
            .iter()
            .map(|(contact, choice)| received(&site, contact, choice, &lately))
            .collect(),
    };
    Ok(found_page(&preview))
}

fn received(
    site: &Site,
    contact: &OwnContact,
    choice: &ContactChoice,
    lately: &Lately,
) -> Received {
    let got = lately.received(choice);
    let slug_of: HashMap<i64, &str> = lately
        .threats
        .iter()
        .map(|(number, slug)| (*number, slug.as_str()))
        .collect();
    let mut threats: BTreeMap<&str, usize> = BTreeMap::new();
    for (message, _) in &got {
        let slug = slug_of.get(&message.key.threat_no);
        *threats
            .entry(slug.copied().unwrap_or_default())
            .or_default() += 1;
    }
    let threat = |(slug, messages): (&str, usize)| ReceivedThreat {
        threat: slug.to_owned(),
        messages,
    };
    Received {
        contact_id: site.id(IdKind::Contact, contact.contact_no),
        messages: got.len(),
        times: lately.times(&got, &contact.timing),
        findings: got.iter().map(|(_, findings)| findings).sum(),
        threats: threats.into_iter().map(threat).collect(),
    }
}
