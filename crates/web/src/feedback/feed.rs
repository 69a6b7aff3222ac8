//! `/changes/nl.atom` and `/changes/en.atom`: the newest changes for programs (RFC 4287).

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use model::Language;
use serde::Serialize;

use super::changes::{ChangeView, published};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

#[derive(Serialize)]
struct View {
    /// Address of the feed, and of the page for people.
    own: String,
    page: String,
    /// When the newest change was published; now where there is none.
    updated: String,
    rows: Vec<ChangeView>,
}

pub(super) async fn dutch(site: State<Site>) -> Result<Response, Refusal> {
    feed(site, Language::Nl).await
}

pub(super) async fn english(site: State<Site>) -> Result<Response, Refusal> {
    feed(site, Language::En).await
}

async fn feed(State(site): State<Site>, language: Language) -> Result<Response, Refusal> {
    let (desks, stories) = site
        .read(|tx| Ok((tx.desks()?, published(tx, None)?)))
        .await?;
    let rows = stories.into_iter();
    let rows: Vec<ChangeView> = rows
        .map(|story| ChangeView::new(&site, language, story))
        .collect();
    let newest = rows.first().map(|row| row.published_at.clone());
    let view = View {
        own: site.link(&format!("/changes/{language}.atom")),
        page: site.link("/changes"),
        updated: newest.unwrap_or_else(|| site.now().to_string()),
        rows,
    };
    // The language is that of the address, whoever asks.
    let reader = Visitor {
        language,
        desk_name: desks
            .into_iter()
            .next()
            .map(|it| it.name)
            .unwrap_or_default(),
        ..Visitor::unknown()
    };
    let mut page = site.page(&reader, "feedback/feed.xml", &view)?;
    let kind = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    page.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(page)
}
