//! `GET` and `POST /desk/search`: a system, an organisation or a reference, for a reason.
//!
//! What is looked for is personal data: it stands in no address, no log and no audit row. A keyed digest of it does.

use std::collections::BTreeSet;
use std::net::IpAddr;

use axum::Form;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use model::{AssetValue, DomainName, Endpoint, IdKind, UrlHost, WebPlace, WebUrl, parse_address};
use rules::access::{DeskDeed, staff_may};
use rules::lookup::{
    ranges_of_address, ranges_of_addresses, ranges_of_name, ranges_of_site, values_around,
};
use serde::{Deserialize, Serialize};
use store::{HeldAsset, Notification, PartyRow, SearchNote, Tx};
use uuid::Uuid;

use super::of_desk::{Choice, Names, OfDesk};
use super::reason::read_reason;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Results of each kind. Nobody reads a register through a search.
const RESULTS_MAX: i64 = 50;

/// Letters of what is looked for: fewer would find everything.
const LETTERS_MIN: usize = 3;

/// Letters of what is looked for, and of the name of a case.
const LETTERS_MAX: usize = 200;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/desk/search", get(form).post(search))
}

#[derive(Default, Deserialize, Serialize)]
struct Asked {
    what: String,
    reason: String,
    #[serde(default)]
    case: String,
    /// Public id of a desk.
    #[serde(default)]
    desk: String,
}

impl Asked {
    fn of_desk(&self) -> OfDesk {
        OfDesk {
            desk: self.desk.clone(),
        }
    }
}

#[derive(Serialize)]
struct View {
    errors: Errors,
    asked: Asked,
    of_desk: Choice,
    found: Option<Found>,
}

/// What was found.
#[derive(Default, Serialize)]
struct Found {
    findings: Vec<FindingView>,
    assets: Vec<AssetView>,
    organisations: Vec<OrganisationView>,
    /// Reference, public id and name of the desk, as in a finding.
    message: Option<(String, Uuid, String)>,
    /// There may be more than is shown.
    is_cut: bool,
    /// Who looked for it before; for those who may read the audit log.
    earlier: Vec<EarlierView>,
}

impl Found {
    fn results(&self) -> usize {
        self.findings.len()
            + self.assets.len()
            + self.organisations.len()
            + usize::from(self.message.is_some())
    }
}

#[derive(Serialize)]
struct FindingView {
    id: Uuid,
    endpoint: String,
    identifier: String,
    threat: String,
    severity: &'static str,
    last_seen: String,
    owners: Vec<OrganisationView>,
    /// Name of the desk, where the visitor works at several.
    desk: String,
}

#[derive(Clone, Serialize)]
struct OrganisationView {
    id: Uuid,
    name: String,
    reference: String,
}

#[derive(Serialize)]
struct AssetView {
    value: String,
    owner: OrganisationView,
}

#[derive(Serialize)]
struct EarlierView {
    at: String,
    by: Uuid,
    reason: String,
    case: String,
}

async fn form(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Search)?;
    page(&site, &staff, Asked::default(), Errors::default()).await
}

/// The form, with nothing looked for yet.
async fn page(
    site: &Site,
    staff: &Staff,
    asked: Asked,
    errors: Errors,
) -> Result<Response, Refusal> {
    let (inner, of) = (site.clone(), asked.of_desk());
    let view = View {
        errors,
        asked,
        of_desk: site.read(move |tx| of.choose(&inner, tx)).await?,
        found: None,
    };
    site.page(staff, "desk/search.html", &view)
}

async fn search(
    State(site): State<Site>,
    staff: Staff,
    Form(asked): Form<Asked>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Search)?;
    let mut errors = Errors::default();
    let reason = read_reason(&mut errors, &asked.reason);
    let what = asked.what.trim();
    let letters = what.chars().count();
    if !(LETTERS_MIN..=LETTERS_MAX).contains(&letters) {
        errors.add("what", "desk-search-what-length");
    }
    if asked.case.chars().count() > LETTERS_MAX {
        errors.add("case", "desk-search-case-long");
    }
    let Some(reason) = reason.filter(|_| errors.is_empty()) else {
        return page(&site, &staff, asked, errors).await;
    };
    let sought = Sought::read(what);
    let note = SearchNote {
        at: site.now(),
        person_no: staff.who.person.person_no,
        reason,
        case_ref: asked.case.trim().to_owned(),
        kind: sought.kind().to_owned(),
        digest: site.search_digest(&sought.text()),
        results: 0,
    };
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    // Who of the same desks looked for it; the log itself has the acts of all.
    let may_audit = staff_may(&staff.who.staff_roles, DeskDeed::ReadAudit);
    let digest = note.digest;
    let of = asked.of_desk();
    let (found, of_desk) = site
        .read(move |tx| {
            let earlier = match may_audit {
                true => earlier(&inner, tx, &digest)?,
                false => Vec::new(),
            };
            let of_desk = of.choose(&inner, tx)?;
            let found = find(&inner, tx, &sought, &of_desk.names)?;
            Ok((Found { earlier, ..found }, of_desk))
        })
        .await?;
    let results = found.results() as i64;
    // Nothing is shown before it is written down. Apart, so that nobody waits for a search to write.
    site.write(move |tx| {
        tx.note_search(&SearchNote {
            results,
            ..note.clone()
        })?;
        // Enough of the digest to find the row of the log, not to try values against it elsewhere.
        let digest = blake3::Hash::from_bytes(note.digest).to_hex();
        let subject = format!("{} {}", note.kind, &digest[..16]);
        Ok(tx.record(note.at, &actor, "search", &subject, &note.reason)?)
    })
    .await?;
    let view = View {
        errors,
        asked,
        of_desk,
        found: Some(found),
    };
    site.page(&staff, "desk/search.html", &view)
}

/// What somebody looks for.
enum Sought {
    Address(IpAddr),
    /// Its mailboxes as well.
    Domain(DomainName),
    /// Another kind of system.
    System(AssetValue),
    Message(i64, String),
    Organisation(String),
}

impl Sought {
    fn read(text: &str) -> Self {
        if let Some(number) = Notification::number_in(text) {
            return Self::Message(number, text.to_owned());
        }
        if let Ok(address) = parse_address(text) {
            return Self::Address(address);
        }
        if let Ok(url) = text.parse::<WebUrl>() {
            return match (WebPlace::of(&url), url.host()) {
                (Some(site), _) => Self::System(AssetValue::Url(site)),
                (None, UrlHost::Name(name)) => Self::Domain(name.clone()),
                (None, UrlHost::Address(address)) => Self::Address(*address),
            };
        }
        let name = text.strip_prefix('@').unwrap_or(text);
        match (AssetValue::guess(text), name.parse::<DomainName>()) {
            (Ok(AssetValue::Domain(name)), _) => Self::Domain(name),
            (Ok(value), _) if value.name().is_none() => Self::System(value),
            // Of nobody alone, and findings are there all the same: a mail provider, a public suffix.
            (_, Ok(name)) if name.as_str().contains('.') => Self::Domain(name),
            _ => Self::Organisation(text.to_owned()),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Domain(_) => "domain",
            Self::System(value) => value.kind().as_str(),
            Self::Message(..) => "message",
            Self::Organisation(_) => "organisation",
        }
    }

    /// In one spelling, so that the same search has the same digest.
    fn text(&self) -> String {
        match self {
            Self::Address(address) => address.to_string(),
            Self::Domain(name) => name.to_string(),
            Self::System(value) => value.to_string(),
            Self::Message(_, reference) => reference.to_uppercase(),
            Self::Organisation(text) => text.to_lowercase(),
        }
    }
}

fn find(site: &Site, tx: &mut Tx<'_>, sought: &Sought, desks: &Names) -> Result<Found, Refusal> {
    let mut found = Found::default();
    match sought {
        Sought::Address(address) => {
            found.findings = findings(site, tx, &ranges_of_address(*address), desks)?;
            let values = values_around(*address);
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let held = tx.assets_with_values(&values, RESULTS_MAX)?;
            found.assets = assets(site, tx, &held)?;
        }
        Sought::Domain(name) => {
            found.findings = findings(site, tx, &ranges_of_name(name), desks)?;
            let values: Vec<&str> = std::iter::once(name.as_str())
                .chain(name.parents())
                .collect();
            // Of what is above it, a domain has the name in it, for mail or for all; a name by itself has not.
            let concerns = |value: &AssetValue| {
                matches!(value, AssetValue::Domain(_) | AssetValue::EmailDomain(_))
                    || value.to_string() == name.as_str()
            };
            let mut held = tx.assets_with_values(&values, RESULTS_MAX)?;
            held.retain(|asset| concerns(&asset.value));
            held.extend(tx.sites_on(name, RESULTS_MAX)?);
            held.truncate(RESULTS_MAX as usize);
            found.assets = assets(site, tx, &held)?;
            found.organisations = organisations(site, tx.parties_like(name.as_str(), RESULTS_MAX)?);
        }
        Sought::System(value) => {
            let ranges = match (value, value.bounds()) {
                (AssetValue::Url(place), _) => ranges_of_site(place),
                (_, Some((first, last))) => ranges_of_addresses(first, last),
                (_, None) => Vec::new(),
            };
            found.findings = findings(site, tx, &ranges, desks)?;
            let exactly = value.same_claims().into_iter().map(|(_, text)| text);
            let wider = value.wider().into_iter().map(|it| it.to_string());
            let values: Vec<String> = exactly.chain(wider).collect();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let mut held = tx.assets_with_values(&values, RESULTS_MAX)?;
            held.retain(|asset| asset.value.contains(value));
            found.assets = assets(site, tx, &held)?;
        }
        Sought::Message(number, reference) => {
            let message = tx.notification(*number)?;
            let message = message.filter(|message| message.reference() == reference.trim());
            found.message = message.map(|message| {
                let id = site.id(IdKind::Notification, *number);
                (reference.clone(), id, desks.name(message.key.desk_no))
            });
        }
        Sought::Organisation(text) => {
            found.organisations = organisations(site, tx.parties_like(text, RESULTS_MAX)?);
        }
    }
    let lengths = [
        found.findings.len(),
        found.assets.len(),
        found.organisations.len(),
    ];
    found.is_cut = lengths.iter().any(|length| *length as i64 >= RESULTS_MAX);
    Ok(found)
}

fn findings(
    site: &Site,
    tx: &mut Tx<'_>,
    ranges: &[(Vec<u8>, Vec<u8>)],
    desks: &Names,
) -> Result<Vec<FindingView>, Refusal> {
    let mut numbers = BTreeSet::new();
    for range in ranges {
        numbers.extend(tx.findings_at(range, RESULTS_MAX)?);
    }
    let numbers = numbers.into_iter().rev().take(RESULTS_MAX as usize);
    let mut views = Vec::new();
    for number in numbers {
        let Some((key, row)) = tx.finding(number)? else {
            continue;
        };
        let matches = tx.matches_of(number)?;
        let assets: Vec<i64> = matches.iter().map(|found| found.asset_no).collect();
        let owners: BTreeSet<i64> = tx
            .assets(&assets)?
            .iter()
            .map(|asset| asset.party_no)
            .collect();
        let owners: Vec<i64> = owners.into_iter().collect();
        let endpoint = Endpoint::from_key(&key.endpoint);
        views.push(FindingView {
            id: site.id(IdKind::Finding, number),
            endpoint: endpoint.map(|it| it.to_string()).unwrap_or_default(),
            identifier: key.identifier,
            threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
            severity: row.severity.as_str(),
            last_seen: row.last_seen.to_string(),
            owners: organisations(site, tx.parties(&owners)?),
            desk: desks.name(key.desk_no),
        });
    }
    Ok(views)
}

/// These assets, with whose they are.
fn assets(site: &Site, tx: &mut Tx<'_>, assets: &[HeldAsset]) -> Result<Vec<AssetView>, Refusal> {
    let owners: Vec<i64> = assets.iter().map(|asset| asset.party_no).collect();
    let owners = tx.parties(&owners)?;
    let view = |asset: &HeldAsset| {
        let owner = owners.iter().find(|it| it.party_no == asset.party_no)?;
        Some(AssetView {
            value: asset.value.to_string(),
            owner: organisation(site, owner),
        })
    };
    Ok(assets.iter().filter_map(view).collect())
}

fn organisations(site: &Site, parties: Vec<PartyRow>) -> Vec<OrganisationView> {
    parties
        .iter()
        .map(|party| organisation(site, party))
        .collect()
}

fn organisation(site: &Site, party: &PartyRow) -> OrganisationView {
    OrganisationView {
        id: site.id(IdKind::Party, party.party_no),
        name: party.name.clone(),
        reference: party.reference.clone(),
    }
}

fn earlier(site: &Site, tx: &mut Tx<'_>, digest: &[u8; 32]) -> Result<Vec<EarlierView>, Refusal> {
    let notes = tx.searches_for(digest, RESULTS_MAX)?.into_iter();
    Ok(notes
        .map(|note| EarlierView {
            at: note.at.to_string(),
            by: site.id(IdKind::Person, note.person_no),
            reason: note.reason,
            case: note.case_ref,
        })
        .collect())
}
