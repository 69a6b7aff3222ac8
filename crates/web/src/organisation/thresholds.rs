//! `/organisations/{organisation}/thresholds`: from which severity on it is mailed, for all systems and for groups.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use model::{Role, Severity, Threshold, Thresholds};
use rules::access::Deed;
use serde::Serialize;
use store::AssetGroup;

use super::{Before, done, threshold_change};
use crate::asset::group_choices;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// What stands in the form for whatever has no threshold of its own.
const USUAL: &str = "usual";

#[derive(Serialize)]
struct ThresholdsView {
    rows: Vec<RowView>,
    targets: Vec<&'static str>,
    victims: Vec<&'static str>,
    may_change: bool,
    errors: Errors,
    done: String,
}

/// A line of the form.
#[derive(Serialize)]
struct RowView {
    /// What the form calls it.
    id: String,
    /// Name of the group; empty: all systems.
    group: String,
    /// Words of severities; empty: as for all systems.
    target: String,
    victim: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let (thresholds, groups) = site
        .read(move |tx| Ok((tx.thresholds(party_no)?, tx.asset_groups(party_no)?)))
        .await?;
    let rows = places(&site, &groups).map(|(group_no, id, group)| {
        let own = match group_no {
            None => Some(thresholds.usual),
            Some(_) => thresholds.own(group_no),
        };
        let word = |role| own.map_or_else(String::new, |own| own.of(role).to_string());
        RowView {
            id,
            group,
            target: word(Role::Target),
            victim: word(Role::Victim),
        }
    });
    let done = before.known(&["saved"]);
    page(&site, &member, rows.collect(), Errors::default(), done)
}

fn page(
    site: &Site,
    member: &Member,
    rows: Vec<RowView>,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    let words = |up_to: Severity| {
        let severities = Severity::ALL.iter().filter(move |it| **it <= up_to);
        severities.map(|it| it.as_str()).collect()
    };
    let view = ThresholdsView {
        rows,
        targets: words(Severity::Critical),
        victims: words(Threshold::VICTIM_MAX),
        may_change: member.standing.may(Deed::ChangePeople),
        errors,
        done,
    };
    site.page(member, "organisation/thresholds.html", &view)
}

/// All systems, and the groups: number, what forms call it, and name.
fn places<'g>(
    site: &Site,
    groups: &'g [AssetGroup],
) -> impl Iterator<Item = (Option<i64>, String, String)> + 'g {
    let all = (None, USUAL.to_owned(), String::new());
    let named = groups.iter().zip(group_choices(site, groups));
    let named = named.map(|(group, (id, name))| (Some(group.group_no), id, name));
    std::iter::once(all).chain(named)
}

/// All thresholds at once: two fields for each line.
pub(super) async fn change(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let party_no = member.party_no;
    let groups = site.read(move |tx| Ok(tx.asset_groups(party_no)?)).await?;
    let fields: HashMap<_, _> = url::form_urlencoded::parse(&form).collect();
    let field = |role: Role, id: &str| {
        let typed = fields.get(format!("{role}-{id}").as_str());
        typed.map(|word| word.to_string()).unwrap_or_default()
    };
    let mut thresholds = Thresholds::default();
    let mut rows = Vec::new();
    let mut errors = Errors::default();
    for (group_no, id, group) in places(&site, &groups) {
        let row = RowView {
            target: field(Role::Target, &id),
            victim: field(Role::Victim, &id),
            id,
            group,
        };
        match (group_no, typed(&row)?) {
            (None, Some(threshold)) => thresholds.usual = threshold,
            (Some(group_no), Some(threshold)) => thresholds.groups.push((group_no, threshold)),
            (Some(_), None) if row.target.is_empty() && row.victim.is_empty() => {}
            (_, None) => errors.add("thresholds", "threshold-error-both"),
        }
        rows.push(row);
    }
    if !errors.is_empty() {
        return page(&site, &member, rows, errors, String::new());
    }
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| {
        tx.hold_party(acting.party_no)?;
        Ok(threshold_change::put(tx, &acting, &thresholds, now)?)
    })
    .await?;
    Ok(done(&member, "thresholds", "saved").into_response())
}

/// The threshold of a line, where both fields have a word.
fn typed(row: &RowView) -> Result<Option<Threshold>, Refusal> {
    let word = |word: &str| match word {
        "" => Ok(None),
        word => word.parse().map(Some).map_err(|_| Refusal::Bad),
    };
    match (word(&row.target)?, word(&row.victim)?) {
        (Some(target), Some(victim)) => match Threshold::new(target, victim) {
            Some(threshold) => Ok(Some(threshold)),
            None => Err(Refusal::Bad),
        },
        _ => Ok(None),
    }
}
