//! A form that was sent after the session of its sender ended, or too long after the sender showed a strong factor: it comes back with
//! what was typed, and only the same person can send it again (requirement AC-08).

use std::borrow::Cow;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Serialize;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Visitor, session_cookie};

/// Bytes of a form that comes back to who was signed out while filling it in. Longer ones have a file in them.
const KEPT_FORM_BYTES_MAX: usize = 64 * 1024;

/// Between a form that is sent again and the mark of who filled it in, which is its last field.
const SENT_BY: &str = "&sent_by=";

/// Characters of that mark.
const MARK_CHARS: usize = 32;

/// Fields that say nothing to people: marks of what a page showed, and where one goes on.
const MARKS: [&str; 7] = [
    "seen",
    "mark",
    "back",
    "next",
    "digest",
    "fingerprint",
    "credential",
];

/// Fields whose value is never given back: it is typed once more.
const SECRETS: [&str; 2] = ["code", "password"];

/// The mark of who filled in a form that is sent again. Whoever recognises the visitor refuses it for another person.
#[derive(Clone)]
pub(crate) struct SentBy(pub(crate) String);

/// The mark of a person in a form that comes back: it tells nothing of the person.
pub(crate) fn sender_mark(site: &Site, person_no: i64) -> String {
    let key = site.id_key().form_key();
    let digest = blake3::keyed_hash(&key, &person_no.to_be_bytes());
    digest.to_hex()[..MARK_CHARS].to_owned()
}

/// A form that was sent, as it can be sent again.
pub(super) struct SentForm {
    action: String,
    fields: Bytes,
    /// Where it is sent again already.
    sent_by: Option<String>,
}

/// The same with the mark of who filled it in.
const SENT_BYTES_MAX: usize = KEPT_FORM_BYTES_MAX + SENT_BY.len() + MARK_CHARS;

/// Whether a form is kept while it is handled: one of somebody with a session, perhaps one that has ended, and nothing of what one
/// types to sign in or to change that.
fn is_kept(site: &Site, request: &Request) -> bool {
    let headers = request.headers();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_form = header(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let is_short = length.is_some_and(|length: usize| (1..=SENT_BYTES_MAX).contains(&length));
    let has_session = CookieJar::from_headers(headers)
        .get(session_cookie(site))
        .is_some();
    let is_own = request.uri().path().starts_with("/account");
    request.method() == Method::POST && is_form && is_short && has_session && !is_own
}

/// Takes the mark of who filled in a form off its end, where there is one.
fn without_mark(mut fields: Bytes) -> (Bytes, Option<String>) {
    let end = std::str::from_utf8(&fields).ok();
    let found = end.and_then(|fields| fields.rsplit_once(SENT_BY));
    let Some((own, mark)) = found else {
        return (fields, None);
    };
    let (length, mark) = (own.len(), mark.to_owned());
    fields.truncate(length);
    (fields, Some(mark))
}

/// What a form sends that may have to be sent again, and the request as it was without the mark of who filled it in.
pub(super) async fn sent_form(
    site: &Site,
    request: Request,
) -> Result<(Option<SentForm>, Request), Refusal> {
    if !is_kept(site, &request) {
        return Ok((None, request));
    }
    let (mut parts, body) = request.into_parts();
    let fields = to_bytes(body, SENT_BYTES_MAX).await;
    let (fields, sent_by) = without_mark(fields.map_err(|_| Refusal::Bad)?);
    if let Some(mark) = &sent_by {
        parts.extensions.insert(SentBy(mark.clone()));
        let length = HeaderValue::from(fields.len());
        parts.headers.insert(header::CONTENT_LENGTH, length);
    }
    if fields.len() > KEPT_FORM_BYTES_MAX {
        return Ok((None, Request::from_parts(parts, Body::from(fields))));
    }
    let action = parts.uri.path_and_query().map(ToString::to_string);
    let form = SentForm {
        action: action.unwrap_or_default(),
        fields: fields.clone(),
        sent_by,
    };
    Ok((Some(form), Request::from_parts(parts, Body::from(fields))))
}

/// Name and value.
type Field<'f> = (Cow<'f, str>, Cow<'f, str>);

#[derive(Serialize)]
struct AgainView<'f> {
    action: &'f str,
    /// Begin of the keys of its texts.
    texts: &'static str,
    /// Page below `/account` where its sender does first what is asked.
    first: &'static str,
    /// Key of the text that leads there.
    go: &'static str,
    /// Name and value of each field.
    fields: Vec<Field<'f>>,
    /// Those that say something to people.
    shown: Vec<Field<'f>>,
    /// Names of those that were filled in and are typed once more.
    secrets: Vec<Cow<'f, str>>,
    /// Mark of who filled it in; nothing where that is not known, and then it cannot be sent again.
    sent_by: Option<String>,
    /// Where one goes on after that.
    next: &'f str,
}

/// What the sender of a form does before the form is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// Signs in: the session had ended.
    SignIn,
    /// Shows a strong factor: that was too long ago.
    Prove,
}

impl First {
    /// What must be done first after this refusal; nothing where that does not help.
    pub(super) fn after(refusal: &Refusal) -> Option<Self> {
        match refusal {
            Refusal::SignIn => Some(Self::SignIn),
            Refusal::Prove => Some(Self::Prove),
            _ => None,
        }
    }

    /// The page where it is done: the end of its address, below `/account`.
    pub(super) fn page(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Prove => "prove",
        }
    }

    fn texts(self) -> &'static str {
        match self {
            Self::SignIn => "again",
            Self::Prove => "again-prove",
        }
    }

    fn go(self) -> &'static str {
        match self {
            Self::SignIn => "again-sign-in",
            Self::Prove => "again-prove-go",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Prove => StatusCode::FORBIDDEN,
        }
    }
}

fn is_secret(field: &Field<'_>) -> bool {
    SECRETS.contains(&&field.0[..])
}

impl SentForm {
    fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        url::form_urlencoded::parse(&self.fields)
    }

    /// Whether anything in it says something to people. A form of a button alone is pressed again on its page.
    pub(super) fn says_something(&self) -> bool {
        self.fields().any(|field| says_something(&field))
    }
}

fn says_something((name, value): &Field<'_>) -> bool {
    !value.trim().is_empty() && !MARKS.contains(&&name[..])
}

/// The form as it was sent, to be sent again once its sender has signed in or shown a strong factor: what was typed is not lost (WCAG
/// 2.2.5). Where nobody knows whose session it was, what was typed is shown alone. Codes and passwords are typed again.
pub(super) fn form_again(
    site: &Site,
    visitor: &Visitor,
    form: &SentForm,
    first: First,
    next: &str,
) -> Response {
    let (secrets, fields): (Vec<_>, Vec<_>) = form.fields().partition(is_secret);
    let present = visitor.signed_in.as_ref().map(|who| who.person.person_no);
    let known = || Some(sender_mark(site, present.or(visitor.formerly)?));
    let view = AgainView {
        action: &form.action,
        texts: first.texts(),
        first: first.page(),
        go: first.go(),
        shown: fields
            .iter()
            .filter(|it| says_something(it))
            .cloned()
            .collect(),
        fields,
        secrets: secrets
            .into_iter()
            .filter(says_something)
            .map(|(name, _)| name)
            .collect(),
        sent_by: form.sent_by.clone().or_else(known),
        next,
    };
    let mut page = match site.page(visitor, "public/again.html", &view) {
        Ok(page) => page,
        Err(failed) => return failed.into_response(),
    };
    *page.status_mut() = first.status();
    page
}
