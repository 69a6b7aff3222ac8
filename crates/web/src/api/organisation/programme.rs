//! Programmes that the caller's organisation takes part in: how far that is, and the agreement to read. Signing, reporting changes
//! and leaving are for people, who declare something in the name of the organisation.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope, Timestamp};
use rules::enrol::draw::commitment;
use serde::Serialize;
use store::{Agreement, Signature, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::AfterProgramme;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{BothLanguages, short_page, shown};
use crate::enrol::{Declarations, unmet};
use crate::organisation::participation::Taking;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of programmes.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_programmes))
        .routes(routes!(get_programme))
}

/// A programme that the organisation takes part in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Participation)]
struct Programme {
    id: Uuid,
    name: BothLanguages,
    /// How far it is: `selected`: the agreement is to be signed; `taken`: it takes part; `released`, `left` or `finished`: it takes
    /// part no longer.
    #[schema(example = "taken")]
    state: &'static str,
    #[schema(format = Date, example = "2026-12-01")]
    begins_on: String,
    #[schema(format = Date, example = "2027-12-01")]
    ends_on: String,
    /// When the programme was ended; `null`: it goes on.
    #[schema(format = DateTime, example = "2027-12-01T10:00:00Z")]
    ended_at: Option<String>,
    /// When a code was answered in the mailbox for findings; `null`: not yet, see the portal.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    mailbox_proved_at: Option<String>,
}

page_schema! {
    /// A page of programmes.
    ParticipationPage, Programme
}

/// A programme with what is to be signed.
#[derive(Serialize, ToSchema)]
#[schema(as = ParticipationDetail)]
struct Detail {
    #[serde(flatten)]
    programme: Programme,
    /// The criteria that are not met today, by what was declared.
    #[schema(example = json!(["no-relay"]))]
    unmet: Vec<&'static str>,
    /// The newest version of the agreement; `null`: there is none yet.
    agreement: Option<AgreementView>,
}

/// A version of an agreement. People sign it in the portal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Agreement)]
struct AgreementView {
    #[schema(example = 1)]
    version: i64,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    published_at: String,
    /// Last day on which it is to be signed; `null`: there is none.
    #[schema(format = Date, example = "2026-12-18")]
    sign_by: Option<String>,
    text: BothLanguages,
    /// SHA-256 of each text: a signature names the one that was read.
    digest: BothLanguages,
    /// When the organisation signed this version; `null`: it did not.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    signed_at: Option<String>,
}

impl AgreementView {
    /// The newest version, and what the organisation signed.
    fn new(newest: &Agreement, signed: &[(i64, Signature)]) -> Self {
        let signed = signed
            .iter()
            .find(|(version, _)| *version == newest.version);
        let [nl, en] = &newest.text;
        Self {
            version: newest.version,
            published_at: newest.published_at.to_string(),
            sign_by: newest.sign_by.map(|day| day.to_string()),
            text: BothLanguages::from(&newest.text),
            digest: BothLanguages {
                nl: commitment(nl),
                en: commitment(en),
            },
            signed_at: signed.map(|(_, one)| one.signed_at.to_string()),
        }
    }
}

fn programme(site: &Site, taking: &Taking) -> Programme {
    let terms = &taking.programme.terms;
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    Programme {
        id: site.id(IdKind::Programme, taking.programme.programme_no),
        name: BothLanguages::from(&terms.name),
        state: taking.place.state.as_str(),
        begins_on: terms.begins_on.to_string(),
        ends_on: terms.ends_on.to_string(),
        ended_at: moment(taking.programme.ended_at),
        mailbox_proved_at: moment(taking.participant.mailbox_proved_at),
    }
}

/// Programmes that the organisation takes part in, or took part in.
#[utoipa::path(
    get, path = "/organisations/{organisation}/programmes", tag = "organisations", operation_id = "listParticipations",
    params(PageQuery),
    responses((status = 200, description = "A page", body = ParticipationPage)),
)]
async fn list_programmes(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterProgramme>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Taking::all(tx, own.party_no));
    let views = (
        |taking: &Taking| taking.programme.programme_no,
        |taking: Taking| programme(&site, &taking),
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// One programme that the organisation takes part in, with the agreement.
#[utoipa::path(
    get, path = "/organisations/{organisation}/programmes/{programme}", tag = "organisations",
    operation_id = "getParticipation",
    responses((status = 200, description = "The programme", body = Detail)),
)]
async fn get_programme(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let programme_no = own.number(&site, IdKind::Programme, "programme")?;
    let (shown_by, today) = (site.clone(), site.now().day());
    let detail = site.read(move |tx: &mut Tx<'_>| {
        let taking = Taking::of(tx, own.party_no, programme_no)?;
        let changes = tx.participant_changes(taking.participant.application_no)?;
        let declared = Declarations::of(tx, &taking.participant, &taking.programme, &changes)?;
        let newest = tx.newest_agreement(programme_no)?;
        let signed = tx.signatures_of(programme_no, own.party_no)?;
        Ok::<_, Refusal>(Detail {
            unmet: unmet(&declared.criteria_on(today)),
            agreement: newest
                .as_ref()
                .map(|newest| AgreementView::new(newest, &signed)),
            programme: programme(&shown_by, &taking),
        })
    });
    Ok(shown(&parts.headers, &detail.await?))
}
