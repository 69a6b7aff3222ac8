//! The security.txt of a domain: what was seen last, looking now, and a file that follows the rules.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{Day, IdKind, Scope};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::proof::held;
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, asked};
use crate::api::once::bare;
use crate::api::parameters::no_parameters;
use crate::api::shown::{found_page, shown};
use crate::refusal::Refusal;
use crate::security_txt::look::{LookView, look, proved_domain};
use crate::security_txt::written::{FileForm, LINE_CHARS_MAX, LINES_MAX};
use crate::site::Site;

/// The routes of files.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_security_txt))
        .routes(routes!(check_security_txt))
        .routes(routes!(write_security_txt))
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

/// What a file is to say.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct NewSecurityTxt {
    /// Where a weakness is reported: e-mail addresses, and links with `https:` or `tel:`. The best one first.
    #[schema(max_items = 20, min_items = 1, example = json!(["security@hospital.example"]))]
    contacts: Vec<String>,
    /// Until when it holds: a day after today, at most 364 days ahead.
    #[schema(format = Date, example = "2027-10-01")]
    expires: String,
    /// Languages in which a report is read.
    #[schema(max_items = 20, example = json!(["nl", "en"]))]
    languages: Option<Vec<String>>,
    /// Link to the rules for who reports.
    #[schema(max_length = 500, min_length = 1)]
    policy: Option<String>,
    /// Links to keys with which a report is encrypted.
    #[schema(max_items = 20)]
    encryption: Option<Vec<String>>,
    /// Links where the file is put.
    #[schema(max_items = 20, example = json!(["https://hospital.example/.well-known/security.txt"]))]
    canonical: Option<Vec<String>>,
}

/// A file that follows the rules of RFC 9116.
#[derive(Serialize, ToSchema)]
struct WrittenSecurityTxt {
    /// The file, to be put at `/.well-known/security.txt`.
    text: String,
}

/// Reads a [`NewSecurityTxt`].
fn read(fields: &mut Fields<'_, '_>) -> Option<FileForm> {
    fields.needs("contacts");
    let mut lines = |name| fields.lines(name, LINES_MAX, LINE_CHARS_MAX);
    let (contacts, languages) = (lines("contacts"), lines("languages"));
    let (encryption, canonical) = (lines("encryption"), lines("canonical"));
    let expires: Option<Day> = fields.required("expires");
    let policy = fields.optional_line("policy", LINE_CHARS_MAX);
    Some(FileForm {
        contact: contacts?.join("\n"),
        expires: expires?.to_string(),
        languages: languages?.join(","),
        policy: policy?.unwrap_or_default(),
        encryption: encryption?.join("\n"),
        canonical: canonical?.join("\n"),
        ..FileForm::default()
    })
}

/// What is wrong with a field of the form, where a program said it.
fn mistake(field: &str) -> Mistake {
    let (pointer, why) = match field {
        "expires" => (
            "/expires",
            "a day after today is expected, at most 364 days ahead",
        ),
        "languages" => (
            "/languages",
            "tags of languages are expected, such as `nl`, of 500 characters together",
        ),
        "policy" => ("/policy", "a link with `https:` is expected"),
        "encryption" => (
            "/encryption",
            "links to keys are expected, with `https:`, `dns:` or `openpgp4fpr:`",
        ),
        "canonical" => ("/canonical", "links with `https:` are expected"),
        _ => (
            "/contacts",
            "an e-mail address, or a link with `https:` or `tel:`, is expected in each, and one at least",
        ),
    };
    Mistake::at(pointer, "bad-value", why)
}

/// Writes a security.txt that passes the same check as one that is looked at. Nothing is kept of it.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/_write-security-txt", tag = "assets", operation_id = "writeSecurityTxt",
    request_body = NewSecurityTxt,
    responses((status = 200, description = "The file", body = WrittenSecurityTxt)),
)]
async fn write_security_txt(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let form = asked(request, read).await?;
    let text = form.read(site.now()).map_err(|errors| {
        let mistakes = errors.fields().map(mistake);
        ApiError::Invalid(mistakes.collect())
    })?;
    Ok(found_page(&WrittenSecurityTxt { text }))
}
