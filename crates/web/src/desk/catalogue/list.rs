//! `GET /desk/catalogue`: every entry, whose text is in use, and what must be looked at again.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use message::{Advice, NOW};
use model::Reader;
use rules::access::DeskDeed;
use rules::catalogue::Catalogue;
use serde::Serialize;
use store::AdviceState;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    slug: String,
    title: String,
    version: u32,
    /// The text in use is the desk's.
    is_own: bool,
    reviewed: String,
    expires: String,
    is_expired: bool,
    /// State of a version that is not decided yet, or nothing.
    open: Option<&'static str>,
}

pub(super) async fn list(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let builtin = Catalogue::builtin();
    // The catalogue is part of the program: some hundred entries, which do not grow with the installation.
    let (advice, open) = site
        .read(move |tx| {
            let entries = builtin.all().chain(builtin.fallbacks());
            let advice = Advice::load(tx, entries.map(|entry| (entry.slug.as_str(), NOW)))?;
            let newest = tx.newest_advice()?.into_iter();
            let open = newest
                .filter(|version| matches!(version.state, AdviceState::Draft | AdviceState::Asked));
            let open: HashMap<String, &'static str> = open
                .map(|version| (version.slug, version.state.as_str()))
                .collect();
            Ok((advice, open))
        })
        .await?;
    let (language, today) = (staff.visitor.language, site.now().day());
    let row = |entry: &rules::catalogue::Threat| {
        let text = advice.entry(entry.slug.as_str(), NOW).unwrap_or(entry);
        Row {
            slug: entry.slug.to_string(),
            title: text.advice(language, Reader::Administrator).title.clone(),
            version: text.version,
            is_own: text != entry,
            reviewed: text.reviewed.to_string(),
            expires: text.expires.to_string(),
            is_expired: text.is_expired(today),
            open: open.get(entry.slug.as_str()).copied(),
        }
    };
    let view = View {
        rows: builtin.all().chain(builtin.fallbacks()).map(row).collect(),
    };
    site.page(&staff, "desk/catalogue/list.html", &view)
}
