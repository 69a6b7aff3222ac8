//! The security.txt of a domain: what was seen last, and looking now.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::proof::held;
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::once::bare;
use crate::api::parameters::no_parameters;
use crate::api::shown::{found_page, shown};
use crate::refusal::Refusal;
use crate::security_txt::look::{LookView, look, proved_domain};
use crate::site::Site;

/// The routes of files.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_security_txt))
        .routes(routes!(check_security_txt))
}

/// What was seen of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SecurityTxt {
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    checked_at: String,
    /// Where it was found; `null`: nowhere.
    #[schema(example = "https://hospital.example/.well-known/security.txt")]
    address: Option<String>,
    /// Until when it holds; `null`: it does not say.
    #[schema(format = DateTime, example = "2027-01-31T00:00:00Z")]
    expires_at: Option<String>,
    /// It breaks no rule of RFC 9116.
    valid: bool,
    /// What is wrong, and what could be better; at most 100.
    issues: Vec<SecurityTxtIssue>,
}

/// One thing that is wrong with a file, or could be better.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SecurityTxtIssue {
    /// On which line; `null`: about the whole.
    #[schema(example = 3)]
    line: Option<u32>,
    #[schema(example = "no_https")]
    problem: &'static str,
    /// `error`: it breaks a rule; `advice`: the rules advise otherwise; `notice`.
    #[schema(example = "error")]
    weight: &'static str,
}

impl From<LookView> for SecurityTxt {
    fn from(view: LookView) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let issues = view.issues.into_iter();
        Self {
            checked_at: view.looked_at,
            address: some(view.place),
            expires_at: some(view.expires_at),
            valid: view.is_right,
            issues: issues
                .map(|issue| SecurityTxtIssue {
                    line: issue.line,
                    problem: issue.problem,
                    weight: issue.weight,
                })
                .collect(),
        }
    }
}

/// What was seen last of the security.txt of a domain; "not found" where nobody looked yet.
#[utoipa::path(
    get, path = "/organisations/{organisation}/assets/{asset}/security-txt", tag = "assets", operation_id = "getSecurityTxt",
    responses((status = 200, description = "What was seen", body = SecurityTxt)),
)]
async fn get_security_txt(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    no_parameters(&parts)?;
    let (party_no, asset_no) = (own.party_no, own.number(&site, IdKind::Asset, "asset")?);
    let look = site.read(move |tx| {
        let look = tx.security_txts(party_no, &[asset_no])?.pop();
        look.ok_or(Refusal::NotFound)
    });
    let view = LookView::new(&look.await?, site.now());
    Ok(shown(&parts.headers, &SecurityTxt::from(view)))
}

/// Looks at the security.txt of a domain that is proved; 422 with code `refused` for any other asset. An organisation looks 60
/// times an hour at most.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/{asset}/_check-security-txt", tag = "assets",
    operation_id = "checkSecurityTxt",
    responses((status = 200, description = "What was seen", body = SecurityTxt)),
)]
async fn check_security_txt(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    bare(&own.caller, &parts)?;
    let asset = held(&site, &own).await?;
    if proved_domain(&asset).is_none() {
        let why = "only a domain has the file, and it is looked at once the domain is proved";
        return Err(ApiError::Refused(vec![Mistake::of(
            "asset",
            "no-proved-domain",
            why,
        )]));
    }
    let seen = look(&site, own.acting(&site), &asset).await?;
    let view = LookView::new(&seen, site.now());
    Ok(found_page(&SecurityTxt::from(view)))
}
