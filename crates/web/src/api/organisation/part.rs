//! Parts of the caller's organisation: making one, and moving assets to it.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::AfterParty;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{short_page, shown};
use crate::organisation::parts::{NAME_CHARS_MAX, add_part, move_group};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of parts.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_parts, add_sub_organisation))
        .routes(routes!(get_part))
        .routes(routes!(move_assets))
}

/// An organisation that is a part of this one. It has keys of its own.
#[derive(Serialize, ToSchema)]
struct Part {
    id: Uuid,
    #[schema(example = "Example Hospital, laboratory")]
    name: String,
}

page_schema! {
    /// A page of parts.
    PartPage, Part
}

/// A part to be made.
#[derive(ToSchema)]
struct NewPart {
    #[schema(
        max_length = 100,
        min_length = 1,
        example = "Example Hospital, laboratory"
    )]
    name: String,
}

/// Which assets are moved to a part.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `group` reads")]
struct NewMove {
    /// Group of assets.
    group: Uuid,
}

/// What was moved.
#[derive(Serialize, ToSchema)]
struct Moved {
    /// Assets. Those that the desk entered stay.
    moved: u64,
}

impl NewPart {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let name = fields.line("name", NAME_CHARS_MAX)?;
        Some(Self { name })
    }
}

/// Reads a [`NewMove`].
fn group(site: &Site, fields: &mut Fields<'_, '_>) -> Option<i64> {
    fields.needs("group");
    fields.id(site, IdKind::AssetGroup, "group")?
}

fn part(site: &Site, (part_no, name): (i64, String)) -> Part {
    Part {
        id: site.id(IdKind::Party, part_no),
        name,
    }
}

/// The parts of the organisation.
#[utoipa::path(
    get, path = "/organisations/{organisation}/sub-organisations", tag = "organisations", operation_id = "listParts",
    params(PageQuery),
    responses((status = 200, description = "A page", body = PartPage)),
)]
async fn list_parts(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterParty>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.sub_organisations(own.party_no)?));
    let views = (
        |(part_no, _): &(i64, String)| *part_no,
        |row| part(&site, row),
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// One part.
#[utoipa::path(
    get, path = "/organisations/{organisation}/sub-organisations/{part}", tag = "organisations", operation_id = "getPart",
    responses((status = 200, description = "The part", body = Part)),
)]
async fn get_part(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let part_no = own.number(&site, IdKind::Party, "part")?;
    let held = site.read(move |tx| {
        let mut held = tx.sub_organisations(own.party_no)?.into_iter();
        held.find(|(known, _)| *known == part_no)
            .ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &part(&site, held.await?)))
}

/// Makes a part. It begins with the contacts, administrators and language of the whole; a part has no parts of its own: 409.
#[utoipa::path(
    post, path = "/organisations/{organisation}/sub-organisations", tag = "organisations", operation_id = "addPart",
    request_body = NewPart,
    responses((status = 201, description = "It was made", body = Part)),
)]
async fn add_sub_organisation(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let (new, wanted) = sent(&own.caller, request, NewPart::read).await?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let part_no = add_part(tx, &shown_by, &acting, &new.name, now)?;
        let part_no = part_no.ok_or(ApiError::Exists("a whole of which this is a part"))?;
        let view = part(&shown_by, (part_no, new.name.clone()));
        let path = format!("{}/sub-organisations/{}", own.home(), view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

/// Moves the assets of a group to a part, with what is known of them and their proofs.
#[utoipa::path(
    post, path = "/organisations/{organisation}/sub-organisations/{part}/_move", tag = "organisations",
    operation_id = "moveAssets",
    request_body = NewMove,
    responses((status = 200, description = "They were moved", body = Moved)),
)]
async fn move_assets(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let part_no = own.number(&site, IdKind::Party, "part")?;
    let (group_no, wanted) = sent(&own.caller, request, |fields| group(&site, fields)).await?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let groups = tx.asset_groups(acting.party_no)?;
        if !groups.iter().any(|group| group.group_no == group_no) {
            let why = "the organisation has no such group";
            return Err(ApiError::Invalid(vec![Mistake::at(
                "/group", "unknown", why,
            )]));
        }
        let moved = move_group(tx, &shown_by, &acting, (group_no, part_no), now)?;
        Ok(Made::done(&Moved { moved }))
    })
    .await
}
