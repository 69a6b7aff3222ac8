//! `POST /language` and `POST /theme`: kept in a cookie, and the language of somebody who signed in with the person.

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use model::Language;
use serde::Deserialize;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// A choice, and the page on which it was made.
#[derive(Deserialize)]
pub(super) struct Choice {
    choice: String,
    back: String,
}

pub(super) async fn language(
    State(site): State<Site>,
    visitor: Visitor,
    jar: CookieJar,
    Form(form): Form<Choice>,
) -> Result<(CookieJar, Redirect), Refusal> {
    let language: Language = form.choice.parse().map_err(|_| Refusal::Bad)?;
    if let Some(who) = visitor.signed_in {
        site.write(move |tx| {
            Ok(tx.change_person(who.person.person_no, &who.person.name, Some(language))?)
        })
        .await?;
    }
    Ok((
        jar.add(kept(&site, "language", language.as_str())),
        back(&form.back),
    ))
}

pub(super) async fn theme(
    State(site): State<Site>,
    jar: CookieJar,
    Form(form): Form<Choice>,
) -> Result<(CookieJar, Redirect), Refusal> {
    let theme = match form.choice.as_str() {
        "light" => "light",
        "dark" => "dark",
        "" => "",
        _ => return Err(Refusal::Bad),
    };
    Ok((jar.add(kept(&site, "theme", theme)), back(&form.back)))
}

fn kept(site: &Site, name: &'static str, value: &'static str) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(site.is_encrypted())
        .same_site(SameSite::Lax)
        .permanent()
        .build()
}

/// To a page of ours, wherever the form says that it came from.
pub(crate) fn back(to: &str) -> Redirect {
    let is_ours = to.starts_with('/')
        && !to.starts_with("//")
        && to
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    Redirect::to(if is_ours { to } else { "/" })
}
