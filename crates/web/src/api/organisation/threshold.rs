//! From which severity on the caller's organisation is mailed. One document, put as a whole.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Role, Scope, Severity, Threshold, Thresholds};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, replacement};
use crate::api::parameters::no_parameters;
use crate::api::shown::{must_match, shown};
use crate::asset::GROUPS_MAX;
use crate::organisation::threshold_change::put;
use crate::site::Site;

/// The routes of thresholds.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_thresholds, put_thresholds))
}

/// From which severity on the organisation is mailed. What is below is among its findings all the same, with `notMailed`. What is
/// critical is always mailed, and so is a `victim` of severity `high`.
#[derive(Serialize, ToSchema)]
#[schema(as = Thresholds)]
struct ThresholdsView {
    /// For systems that could be attacked; `info`: everything is mailed.
    #[schema(example = "medium")]
    target: &'static str,
    /// For systems that were attacked or are abused; not above `high`.
    #[schema(example = "info")]
    victim: &'static str,
    /// Groups of assets that have a threshold of their own, each once.
    #[schema(max_items = 500)]
    groups: Vec<GroupView>,
}

/// From which severity on it is mailed about a group of assets.
#[derive(Serialize, ToSchema)]
#[schema(as = GroupThreshold)]
struct GroupView {
    group: Uuid,
    #[schema(example = "critical")]
    target: &'static str,
    #[schema(example = "high")]
    victim: &'static str,
}

fn view(site: &Site, thresholds: &Thresholds) -> ThresholdsView {
    let group = |(group_no, own): &(i64, Threshold)| GroupView {
        group: site.id(IdKind::AssetGroup, *group_no),
        target: own.of(Role::Target).as_str(),
        victim: own.of(Role::Victim).as_str(),
    };
    ThresholdsView {
        target: thresholds.usual.of(Role::Target).as_str(),
        victim: thresholds.usual.of(Role::Victim).as_str(),
        groups: thresholds.groups.iter().map(group).collect(),
    }
}

fn read_threshold(fields: &mut Fields<'_, '_>) -> Option<Threshold> {
    let (target, victim) = (
        fields.required::<Severity>("target"),
        fields.required::<Severity>("victim"),
    );
    let threshold = Threshold::new(target?, victim?);
    if threshold.is_none() {
        let why = format!("not above `{}`", Threshold::VICTIM_MAX);
        fields.mistake("victim", "too-high", why);
    }
    threshold
}

fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Thresholds> {
    fields.needs("groups");
    let usual = read_threshold(fields);
    let groups = fields.each("groups", GROUPS_MAX, |fields| {
        fields.needs("group");
        let group_no = fields.id(site, IdKind::AssetGroup, "group");
        let own = read_threshold(fields);
        Some((group_no??, own?))
    });
    Some(Thresholds {
        usual: usual?,
        groups: groups?,
    })
}

/// From which severity on the organisation is mailed.
#[utoipa::path(
    get, path = "/organisations/{organisation}/thresholds", tag = "organisations", operation_id = "getThresholds",
    responses((status = 200, description = "The thresholds; `info` where nothing was said", body = ThresholdsView)),
)]
async fn get_thresholds(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let thresholds = site.read(move |tx| Ok(tx.thresholds(own.party_no)?));
    Ok(shown(&parts.headers, &view(&site, &thresholds.await?)))
}

/// Says anew from which severity on the organisation is mailed: the whole of it. It holds for what is told from now on; what was told
/// without a mail stays so.
#[utoipa::path(
    put, path = "/organisations/{organisation}/thresholds", tag = "organisations", operation_id = "putThresholds",
    request_body = ThresholdsView,
    responses((status = 200, description = "As it is now", body = ThresholdsView)),
)]
async fn put_thresholds(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let (thresholds, parts) = replacement(request, |fields| read(&site, fields)).await?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    let view = site.change(move |tx| {
        let party_no = acting.party_no;
        tx.hold_party(party_no)?;
        must_match(&parts.headers, &view(&shown_by, &tx.thresholds(party_no)?))?;
        let known = tx.asset_groups(party_no)?;
        let mut mistakes = Vec::new();
        for (index, (group_no, _)) in thresholds.groups.iter().enumerate() {
            let place = || format!("/groups/{index}/group");
            let before = &thresholds.groups[..index];
            if !known.iter().any(|group| group.group_no == *group_no) {
                let why = "the organisation has no such group";
                mistakes.push(Mistake::at(place(), "unknown", why));
            } else if before.iter().any(|(no, _)| no == group_no) {
                mistakes.push(Mistake::at(place(), "twice", "this group is there already"));
            }
        }
        if !mistakes.is_empty() {
            return Err(ApiError::Invalid(mistakes));
        }
        put(tx, &acting, &thresholds, now)?;
        Ok(view(&shown_by, &tx.thresholds(party_no)?))
    });
    Ok(shown(&HeaderMap::new(), &view.await?))
}
