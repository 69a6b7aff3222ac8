//! A form that was sent after the session of its sender ended: it comes back with what was typed (requirement AC-08).

use std::borrow::Cow;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Serialize;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Visitor, session_cookie};

/// Bytes of a form that comes back to who was signed out while filling it in. Longer ones have a file in them.
const KEPT_FORM_BYTES_MAX: usize = 64 * 1024;

/// A form that was sent, as it can be sent again.
pub(super) struct SentForm {
    action: String,
    fields: Bytes,
}

/// Whether a form is kept while it is handled: one of somebody with a session, perhaps one that has ended, and nothing of what one
/// types to sign in or to change that.
fn is_kept(site: &Site, request: &Request) -> bool {
    let headers = request.headers();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_form = header(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let is_short = length.is_some_and(|length: usize| (1..=KEPT_FORM_BYTES_MAX).contains(&length));
    let has_session = CookieJar::from_headers(headers)
        .get(session_cookie(site))
        .is_some();
    let is_own = request.uri().path().starts_with("/account");
    request.method() == Method::POST && is_form && is_short && has_session && !is_own
}

/// What a form sends that may have to be sent again, and the request as it was.
pub(super) async fn sent_form(
    site: &Site,
    request: Request,
) -> Result<(Option<SentForm>, Request), Refusal> {
    if !is_kept(site, &request) {
        return Ok((None, request));
    }
    let (parts, body) = request.into_parts();
    let fields = to_bytes(body, KEPT_FORM_BYTES_MAX).await;
    let fields = fields.map_err(|_| Refusal::Bad)?;
    let action = parts.uri.path_and_query().map(ToString::to_string);
    let form = SentForm {
        action: action.unwrap_or_default(),
        fields: fields.clone(),
    };
    Ok((Some(form), Request::from_parts(parts, Body::from(fields))))
}

#[derive(Serialize)]
struct AgainView<'f> {
    action: &'f str,
    /// Name and value of each field.
    fields: Vec<(Cow<'f, str>, Cow<'f, str>)>,
    /// Where one goes on after signing in.
    next: &'f str,
}

/// The form as it was sent, to be sent again once its sender has signed in: what was typed is not lost (WCAG 2.2.5).
pub(super) fn form_again(site: &Site, visitor: &Visitor, form: &SentForm, next: &str) -> Response {
    let view = AgainView {
        action: &form.action,
        fields: url::form_urlencoded::parse(&form.fields).collect(),
        next,
    };
    let mut page = match site.page(visitor, "public/again.html", &view) {
        Ok(page) => page,
        Err(failed) => return failed.into_response(),
    };
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    page
}
