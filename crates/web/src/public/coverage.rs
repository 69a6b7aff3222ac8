//! What this desk can see and what not, as its deliveries show it: `GET /coverage` for everybody, and for the people of an
//! organisation `GET /organisations/{organisation}/coverage`, with what holds for its own systems.
//!
//! Nothing here is a claim that somebody wrote down: what was not delivered lately does not count as seen.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::Response;
use formats::shadowserver::ReportType;
use formats::shadowserver::types::ALL;
use model::{AssetKind, AssetState, Language, RsitType, Timestamp};
use rules::access::Deed;
use serde::Serialize;
use store::{AssetFilter, CoverageSource, Tx};

use crate::finding::shown::{advice_about, title};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, Visitor};

/// A report that did not come for this long does not count: most come daily, some weekly.
const RECENT_DAYS: i64 = 8;

/// Systems of one kind are counted this far.
const COUNTED_MAX: i64 = 1_000;

/// What the type of a report of the desk's own tables begins with.
const OWN_TABLE: &str = "mapping:";

#[derive(Serialize)]
struct CoverageView {
    sources: Vec<SourceView>,
    /// Threats that recent reports are about.
    seen: Vec<SeenView>,
    /// Titles of threats that we know reports about, and get none.
    unseen: Vec<String>,
    /// Tables of the desk's own that were delivered lately.
    own_tables: usize,
    recent_days: i64,
    /// What holds for the systems of an organisation; nothing on the page for everybody.
    own: Option<OwnView>,
}

#[derive(Serialize)]
struct SourceView {
    /// Empty: it may not be told.
    name: String,
    /// Of any of its reports; empty: none ever came.
    last_at: Option<String>,
    /// Types of report that came lately.
    types: usize,
}

#[derive(Serialize)]
struct SeenView {
    title: String,
    /// Whether what is reported is abused already.
    is_victim: bool,
    last_at: String,
}

#[derive(Default, Serialize)]
struct OwnView {
    home: String,
    /// Kind and how many of it are verified.
    kinds: Vec<(&'static str, i64)>,
    has_addresses: bool,
    has_names: bool,
    /// Sites on a server, or e-mail addresses at a name: what is seen of the rest of that name is not told.
    has_parts_of_names: bool,
    /// Systems that are not proved: nothing is matched against them.
    claimed: i64,
}

/// `GET /coverage`.
pub(super) async fn everybody(
    State(site): State<Site>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    let (now, language) = (site.now(), visitor.language);
    let view = site.read(move |tx| coverage(tx, language, now)).await?;
    site.page(&visitor, "public/coverage.html", &view)
}

/// `GET /organisations/{organisation}/coverage`.
pub(super) async fn own(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let (now, language) = (site.now(), member.visitor.language);
    let (party_no, home) = (member.party_no, member.home());
    let view = site
        .read(move |tx| {
            let own = own_systems(tx, party_no, home.clone())?;
            Ok(CoverageView {
                own: Some(own),
                ..coverage(tx, language, now)?
            })
        })
        .await?;
    site.page(&member, "public/coverage.html", &view)
}

fn coverage(tx: &mut Tx<'_>, language: Language, now: Timestamp) -> Result<CoverageView, Refusal> {
    let sources = tx.coverage_sources()?;
    let since = now.plus_seconds(-RECENT_DAYS * 86_400);
    let recent = recent_types(&sources, since);
    let own_tables = recent.keys().filter(|name| name.starts_with(OWN_TABLE));
    let own_tables = own_tables.count();
    let seen = threats_of(ALL.iter().filter(|kind| recent.contains_key(kind.name)));
    let all = threats_of(ALL.iter());
    let advice = advice_about(tx, all.keys().copied())?;
    let title_of = |slug: &str| title(slug, RsitType::Undetermined, &advice, language);
    let last_of = |kinds: &[&ReportType]| {
        let times = kinds.iter().filter_map(|kind| recent.get(kind.name));
        times.max().map(ToString::to_string).unwrap_or_default()
    };
    let mut shown: Vec<SeenView> = seen
        .iter()
        .map(|(slug, (is_victim, kinds))| SeenView {
            title: title_of(slug),
            is_victim: *is_victim,
            last_at: last_of(kinds),
        })
        .collect();
    shown
        .sort_by(|left, right| (left.is_victim, &left.title).cmp(&(right.is_victim, &right.title)));
    let unseen = all.keys().filter(|slug| !seen.contains_key(*slug));
    // Two threats may have one title.
    let unseen: BTreeSet<String> = unseen.map(|slug| title_of(slug)).collect();
    Ok(CoverageView {
        sources: sources
            .into_iter()
            .map(|source| SourceView::new(source, since))
            .collect(),
        seen: shown,
        unseen: unseen.into_iter().collect(),
        own_tables,
        recent_days: RECENT_DAYS,
        own: None,
    })
}

/// The types of reports that came lately, each with its last delivery.
fn recent_types(sources: &[CoverageSource], since: Timestamp) -> BTreeMap<&str, Timestamp> {
    let mut recent: BTreeMap<&str, Timestamp> = BTreeMap::new();
    let types = sources.iter().flat_map(|source| &source.types);
    for delivered in types.filter(|delivered| delivered.last_at >= since) {
        let last = recent
            .entry(&delivered.report_type)
            .or_insert(delivered.last_at);
        *last = (*last).max(delivered.last_at);
    }
    recent
}

/// What these reports are about: whether it is abused already, and which reports say so.
fn threats_of<'t>(
    types: impl Iterator<Item = &'t ReportType>,
) -> BTreeMap<&'t str, (bool, Vec<&'t ReportType>)> {
    let mut threats: BTreeMap<&str, (bool, Vec<&ReportType>)> = BTreeMap::new();
    for kind in types {
        for side in kind.sides {
            let is_victim = side.role == model::Role::Victim;
            let known = threats
                .entry(side.threat)
                .or_insert((is_victim, Vec::new()));
            known.1.push(kind);
        }
    }
    threats
}

impl SourceView {
    fn new(source: CoverageSource, since: Timestamp) -> Self {
        let times = source.types.iter().map(|delivered| delivered.last_at);
        Self {
            last_at: times.clone().max().map(|at| at.to_string()),
            types: times.filter(|at| *at >= since).count(),
            name: source.name.unwrap_or_default(),
        }
    }
}

fn own_systems(tx: &mut Tx<'_>, party_no: i64, home: String) -> Result<OwnView, Refusal> {
    let mut view = OwnView {
        home,
        ..OwnView::default()
    };
    for kind in AssetKind::ALL.iter().copied() {
        let filter = AssetFilter {
            kind: Some(kind),
            ..AssetFilter::default()
        };
        let count = tx.count_own_assets(party_no, &filter, COUNTED_MAX)?;
        let filter = AssetFilter {
            state: Some(AssetState::Claimed),
            ..filter
        };
        let claimed = tx.count_own_assets(party_no, &filter, COUNTED_MAX)?;
        let verified = (count - claimed).max(0);
        view.claimed += claimed;
        if verified > 0 {
            view.kinds.push((kind.as_str(), verified));
            match kind {
                AssetKind::Domain | AssetKind::Host => view.has_names = true,
                AssetKind::Url | AssetKind::EmailDomain => view.has_parts_of_names = true,
                AssetKind::Address | AssetKind::Prefix | AssetKind::Range | AssetKind::Asn => {
                    view.has_addresses = true;
                }
            }
        }
    }
    Ok(view)
}

#[cfg(test)]
mod tests;
