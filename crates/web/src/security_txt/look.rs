//! Looking at the file of one domain, and what was seen there last.

use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use formats::security_txt::{self, FILE_BYTES_MAX, Issue, Problem, Report};
use model::{AssetValue, DomainName, IdKind, Timestamp};
use rules::access::Deed;
use serde::Serialize;
use store::{OwnAsset, SecurityTxtLook};
use url::Url;
use uuid::Uuid;

use super::ending_until;
use crate::acting::Acting;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;
use crate::website;

/// Where the file belongs.
pub(super) const PATH: &str = "/.well-known/security.txt";

/// Where it stood before there was such a place.
const OLD_PATH: &str = "/security.txt";

/// A look asks a server of somebody else.
const LOOKS: Limiter = Limiter::new("security.txt", Rate::per_hour(60));

/// One that is too long for us is read to here, so that we can say so; a longer one counts as none.
const READ_BYTES_MAX: u64 = 2 * FILE_BYTES_MAX as u64;

/// The domain of an asset whose file may be looked at: one that is the organisation's own.
pub(crate) fn proved_domain(asset: &OwnAsset) -> Option<&DomainName> {
    let is_proved = asset
        .claim
        .as_ref()
        .is_none_or(|claim| claim.method.is_some());
    match &asset.row.value {
        AssetValue::Domain(name) if is_proved => Some(name),
        _ => None,
    }
}

/// Asks the website of a domain for its file, and keeps what was seen.
///
/// # Errors
/// "Conflict" where the asset is no domain, or is not proved; "not found" where it was given up while its server was asked.
pub(crate) async fn look(
    site: &Site,
    acting: Acting,
    asset: &OwnAsset,
) -> Result<SecurityTxtLook, Refusal> {
    let name = proved_domain(asset).ok_or(Refusal::Conflict)?;
    site.limit(&LOOKS, acting.party_no)?;
    let (place, report) = seen(site, name).await?;
    let look = SecurityTxtLook {
        asset_no: asset.asset_no,
        looked_at: site.now(),
        place,
        expires_at: report.expires,
        issues: written(&report.issues),
    };
    let (kept, name) = (look.clone(), name.clone());
    site.write(move |tx| {
        // Its server had its time to answer, and the asset may be another's by now.
        let asset = tx.own_asset(acting.party_no, kept.asset_no)?;
        let is_still_own = asset.is_some_and(|asset| proved_domain(&asset) == Some(&name));
        if !is_still_own {
            return Err(Refusal::NotFound);
        }
        tx.put_security_txt(acting.party_no, &kept)?;
        Ok(acting.record(tx, "check-security-txt", "", kept.looked_at)?)
    })
    .await?;
    Ok(look)
}

/// Where the file was found, if it was, and what it says.
async fn seen(site: &Site, name: &DomainName) -> Result<(String, Report), Refusal> {
    let mut about_place = None;
    let mut found = website::file(site, name, PATH, READ_BYTES_MAX).await;
    if found.is_none() {
        found = website::file(site, name, OLD_PATH, READ_BYTES_MAX).await;
        about_place = Some(match found {
            Some(_) => Problem::Location,
            None => Problem::Absent,
        });
    }
    let about = |problem| Issue {
        line: None,
        problem,
    };
    let Some(file) = found else {
        let report = Report {
            issues: about_place.into_iter().map(about).collect(),
            ..Report::default()
        };
        return Ok((String::new(), report));
    };
    let wrong_type = security_txt::check_content_type(file.content_type.as_deref());
    let mut places = vec![file.place.clone()];
    places.extend(Url::parse(&outgoing::file_address(name, PATH)));
    let now = site.now();
    let read = site.compute(move || security_txt::check(&file.bytes, &places, now));
    let mut report = read.await?;
    let about_file = about_place.into_iter().chain(wrong_type).map(about);
    report.issues.splice(0..0, about_file);
    Ok((file.place.to_string(), report))
}

/// Issues as the store keeps them.
fn written(issues: &[Issue]) -> String {
    let issues = issues
        .iter()
        .map(|issue| format!("{}:{}", issue.line.unwrap_or(0), issue.problem));
    issues.collect::<Vec<_>>().join(" ")
}

/// Issues as the store keeps them; one that a newer program knows is left out.
fn read(issues: &str) -> Vec<Issue> {
    let issues = issues.split(' ').filter_map(|issue| {
        let (line, problem) = issue.split_once(':')?;
        let line: u32 = line.parse().ok()?;
        Some(Issue {
            line: Some(line).filter(|line| *line > 0),
            problem: problem.parse().ok()?,
        })
    });
    issues.collect()
}

/// What was seen last, as pages and programs show it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LookView {
    pub(crate) looked_at: String,
    /// Where it was found; empty: nowhere.
    pub(crate) place: String,
    /// Until when it holds; empty where it does not say.
    pub(crate) expires_at: String,
    /// It ends soon, or has ended.
    pub(crate) is_ending: bool,
    /// It breaks no rule.
    pub(crate) is_right: bool,
    pub(crate) issues: Vec<IssueView>,
}

/// One thing that is wrong, or could be better.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct IssueView {
    /// On which line; `None`: about the whole.
    pub(crate) line: Option<u32>,
    pub(crate) problem: &'static str,
    pub(crate) weight: &'static str,
}

impl LookView {
    pub(crate) fn new(look: &SecurityTxtLook, now: Timestamp) -> Self {
        let report = Report {
            issues: read(&look.issues),
            ..Report::default()
        };
        let ends_at = look.expires_at;
        Self {
            looked_at: look.looked_at.to_string(),
            place: look.place.clone(),
            expires_at: ends_at.map(|at| at.to_string()).unwrap_or_default(),
            is_ending: ends_at.is_some_and(|at| at <= ending_until(now)),
            is_right: report.is_right(),
            issues: report
                .issues
                .iter()
                .map(|issue| IssueView {
                    line: issue.line,
                    problem: issue.problem.as_str(),
                    weight: issue.problem.weight().as_str(),
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct View {
    domain: String,
    /// Address of this page.
    here: String,
    /// Address of the list.
    list: String,
    look: Option<LookView>,
    may_check: bool,
}

/// `GET .../security-txt/{asset}`: what was seen last.
pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let (asset, look) = last(&site, member.party_no, &id).await?;
    let domain = proved_domain(&asset).ok_or(Refusal::NotFound)?;
    let list = format!("{}/security-txt", member.home());
    let view = View {
        domain: domain.to_string(),
        here: format!("{list}/{id}"),
        list,
        look: look.map(|look| LookView::new(&look, site.now())),
        may_check: member.standing.may(Deed::ChangeAssets),
    };
    site.page(&member, "security_txt/look.html", &view)
}

/// An asset of an organisation, and what was seen there last.
async fn last(
    site: &Site,
    party_no: i64,
    id: &Uuid,
) -> Result<(OwnAsset, Option<SecurityTxtLook>), Refusal> {
    let asset_no = site.number(IdKind::Asset, id)?;
    site.read(move |tx| {
        let asset = tx.own_asset(party_no, asset_no)?.ok_or(Refusal::NotFound)?;
        let look = tx.security_txts(party_no, &[asset_no])?.pop();
        Ok((asset, look))
    })
    .await
}

/// `POST .../security-txt/{asset}/check`: looks now.
pub(super) async fn check(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let (asset, _) = last(&site, member.party_no, &id).await?;
    look(&site, member.acting(&site), &asset).await?;
    Ok(Redirect::to(&format!(
        "{}/security-txt/{id}",
        member.home()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_are_kept_and_read_again() {
        let issues = [
            Issue {
                line: None,
                problem: Problem::NoContact,
            },
            Issue {
                line: Some(12),
                problem: Problem::NoHttps,
            },
        ];
        assert_eq!(written(&issues), "0:no_contact 12:no_https");
        assert_eq!(read(&written(&issues)), issues);
        assert_eq!(read("3:of_a_newer_program 0:no_contact"), issues[..1]);
        assert_eq!(read(&written(&[])), []);
    }
}
