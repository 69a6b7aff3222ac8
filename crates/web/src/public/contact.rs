//! How the desk is reached: `GET /contact` for people, `GET /.well-known/security.txt` (RFC 9116) for whoever found a
//! weakness in these pages.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::Language;
use serde::Serialize;
use store::Desk;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// How long what security.txt says may be believed. It is written anew for each request, so it only runs out where
/// somebody keeps a copy.
const VALID_SECS: i64 = 90 * 24 * 60 * 60;

#[derive(Default, Serialize)]
struct View {
    mail: Option<String>,
    phone: Option<String>,
    /// Privacy text of the desk in the language of the visitor.
    privacy: Option<String>,
}

pub(super) async fn contact(
    State(site): State<Site>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    let view = first_desk(&site).await?.map(|desk| View {
        mail: desk.reply_to.map(|mail| mail.to_string()),
        phone: desk.phone,
        privacy: match visitor.language {
            Language::Nl => desk.privacy_nl,
            Language::En => desk.privacy_en,
        },
    });
    site.page(&visitor, "public/contact.html", &view.unwrap_or_default())
}

/// Not there while the desk has no address that people read.
pub(super) async fn security_txt(State(site): State<Site>) -> Result<Response, Refusal> {
    let desk = first_desk(&site).await?;
    let mail = desk
        .and_then(|desk| desk.reply_to)
        .ok_or(Refusal::NotFound)?;
    let text = format!(
        "Contact: mailto:{mail}\n\
         Expires: {}\n\
         Preferred-Languages: nl, en\n\
         Canonical: {}.well-known/security.txt\n",
        site.now().plus_seconds(VALID_SECS),
        site.origin(),
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// The desk of the pages: the one that was made at installation.
pub(super) async fn first_desk(site: &Site) -> Result<Option<Desk>, Refusal> {
    let desks = site.read(|tx| Ok(tx.desks()?)).await?;
    Ok(desks.into_iter().next())
}
