//! `GET /organisations/{id}/findings`: the inbox, and how many findings there are of each threat.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use message::Advice;
use model::{AnswerStatus, Language, Role, RsitType, Severity};
use rules::access::{Deed, Standing};
use rules::answer::CHOICES;
use serde::{Deserialize, Serialize};
use store::{InboxCount, InboxPage};

use super::filter::{Filter, ranges_of};
use super::shown::{FindingView, advice_about, title};
use crate::api::{AfterTold, Place};
use crate::asset::group_choices;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Findings on a page.
pub(super) const PAGE_ROWS: usize = 50;

/// Findings that are counted; there may be more.
const COUNTED_MAX: usize = 1_000;

#[derive(Serialize)]
struct ListView {
    findings: Vec<FindingView>,
    filter: Filter,
    /// End of the address of this list without a place in it.
    choices: String,
    /// Address of the next page; empty on the last one.
    next: String,
    /// Address of the first page; empty on that one.
    first: String,
    total: i64,
    has_more: bool,
    may_answer: bool,
    /// The preview names people, which not everybody who sees findings may see.
    may_preview: bool,
    statuses: Vec<&'static str>,
    severities: Vec<&'static str>,
    roles: Vec<&'static str>,
    /// Groups of assets: public id and name.
    groups: Vec<(String, String)>,
    /// What a person may choose for ticked findings.
    bulk_statuses: Vec<&'static str>,
    /// Title of the threat that the list is narrowed to; empty without.
    threat_title: String,
    /// Begin of the addresses of findings.
    home: String,
    /// Address of this list.
    here: String,
    /// What is wrong with what is looked for.
    errors: Errors,
    /// What is looked for, as it was typed.
    typed: String,
    /// Place of the next page of what is looked for; empty on the last one.
    next_place: String,
    /// Who sees this by mandate; empty: whoever looks.
    seen_by: String,
    /// Public id of that mandate.
    mandate: String,
}

/// What a list is shown with.
#[derive(Default)]
pub(crate) struct Around {
    /// Address of the list.
    pub(crate) here: String,
    pub(crate) seen_by: Option<SeenBy>,
    /// What is wrong with what is looked for.
    pub(crate) errors: Errors,
    /// What is looked for, as it was typed.
    pub(crate) typed: String,
}

/// An inbox as the holder of a mandate sees it, shown to the organisation that gave it.
pub(crate) struct SeenBy {
    pub(crate) holder_name: String,
    /// Public id.
    pub(crate) mandate: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    let here = home(&member);
    let standing = member.standing;
    let around = Around {
        here,
        ..Around::default()
    };
    show(&site, &member, standing, filter, around).await
}

/// What a person looks for.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Search {
    text: String,
    /// The line after which the page begins.
    after: String,
}

/// `POST /organisations/{id}/findings/search`: what was seen at an address or a name, whatever was answered. What is looked for
/// stands in a form, as addresses of pages are logged on their way.
pub(super) async fn search(
    State(site): State<Site>,
    member: Member,
    Form(search): Form<Search>,
) -> Result<Response, Refusal> {
    let (text, mut errors) = (search.text.trim(), Errors::default());
    let filter = if ranges_of(text).is_some() {
        Filter {
            text: text.to_owned(),
            status: "all".to_owned(),
            after: search.after,
            ..Filter::default()
        }
    } else {
        errors.add("text", "finding-search-error");
        Filter::default()
    };
    let around = Around {
        here: home(&member),
        seen_by: None,
        errors,
        typed: text.to_owned(),
    };
    show(&site, &member, member.standing, filter, around).await
}

/// A page of the findings that this right shows, of the organisation of the member.
pub(crate) async fn show(
    site: &Site,
    member: &Member,
    standing: Standing,
    filter: Filter,
    around: Around,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    let Around {
        here,
        seen_by,
        errors,
        typed,
    } = around;
    let who = Member {
        standing,
        ..member.clone()
    };
    let (asked, choices) = (site.clone(), filter.clone());
    let (page, count, groups, advice) = site
        .read(move |tx| {
            let groups = match who.standing {
                Standing::Member(_) => tx.asset_groups(who.party_no)?,
                // Whoever acts for it sees one group or does not know of groups.
                Standing::Mandate { .. } => Vec::new(),
            };
            let Some(query) = choices.query(&asked, &who, tx)? else {
                // Nobody ever reported that threat.
                let nothing = (InboxPage::default(), InboxCount::default());
                return Ok((nothing.0, nothing.1, groups, Advice::default()));
            };
            let (page, count) = tx.counted_inbox(&query, PAGE_ROWS, COUNTED_MAX)?;
            let slugs = page.rows.iter().map(|row| row.threat.as_str());
            let advice = advice_about(tx, slugs.chain([choices.threat.as_str()]))?;
            Ok((page, count, groups, advice))
        })
        .await?;
    let home = home(member);
    let after = page.next.map(|place| AfterTold::from(&place).write(site));
    let (next, next_place) = match (after, filter.text.is_empty()) {
        (Some(after), true) => (
            format!("{here}{}", filter.address(Some(after))),
            String::new(),
        ),
        (after, _) => (String::new(), after.unwrap_or_default()),
    };
    let language = member.visitor.language;
    let view = ListView {
        findings: page
            .rows
            .iter()
            .map(|row| FindingView::new(site, row, &advice, language))
            .collect(),
        choices: filter.address(None),
        next,
        next_place,
        errors,
        typed,
        first: match filter.after.is_empty() {
            true => String::new(),
            false => format!("{here}{}", filter.address(None)),
        },
        total: count.findings,
        has_more: count.has_more,
        may_answer: seen_by.is_none() && standing.may(Deed::AnswerFindings),
        may_preview: standing.may(Deed::ReadPeople),
        statuses: AnswerStatus::ALL.iter().map(|it| it.as_str()).collect(),
        severities: Severity::ALL.iter().rev().map(|it| it.as_str()).collect(),
        roles: Role::ALL.iter().map(|it| it.as_str()).collect(),
        groups: group_choices(site, &groups),
        bulk_statuses: CHOICES.iter().map(|it| it.as_str()).collect(),
        threat_title: threat_title(&filter.threat, &advice, language),
        mandate: seen_by
            .as_ref()
            .map(|seen| seen.mandate.clone())
            .unwrap_or_default(),
        seen_by: seen_by.map(|seen| seen.holder_name).unwrap_or_default(),
        home,
        here,
        filter,
    };
    site.page(member, "finding/list.html", &view)
}

#[derive(Serialize)]
struct ThreatsView {
    threats: Vec<ThreatView>,
    home: String,
}

#[derive(Serialize)]
struct ThreatView {
    slug: String,
    title: String,
    findings: i64,
}

/// `GET /organisations/{id}/findings/threats`: how many open findings are about what.
pub(super) async fn threats(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    let (asked, who) = (site.clone(), member.clone());
    let (counts, advice) = site
        .read(move |tx| {
            let counts = match Filter::default().query(&asked, &who, tx)? {
                Some(query) => tx.inbox_threats(&query)?,
                None => Vec::new(),
            };
            let advice = advice_about(tx, counts.iter().map(|(slug, _)| slug.as_str()))?;
            Ok((counts, advice))
        })
        .await?;
    let language = member.visitor.language;
    let threats = counts.into_iter().map(|(slug, findings)| ThreatView {
        title: threat_title(&slug, &advice, language),
        slug,
        findings,
    });
    let view = ThreatsView {
        threats: threats.collect(),
        home: home(&member),
    };
    site.page(&member, "finding/threats.html", &view)
}

/// What a threat is, in a few words; empty where no threat is named.
pub(super) fn threat_title(slug: &str, advice: &Advice, language: Language) -> String {
    match slug {
        "" => String::new(),
        slug => title(slug, RsitType::Undetermined, advice, language),
    }
}

/// Begin of the addresses of an inbox.
pub(super) fn home(member: &Member) -> String {
    format!("/organisations/{}/findings", member.party_id)
}
