//! `GET /desk/keys`: organisations whose mails wait, because the key of a contact cannot be used.

use axum::extract::State;
use axum::response::Response;
use model::IdKind;
use rules::access::DeskDeed;
use serde::Serialize;
use uuid::Uuid;

use super::note_read;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Keys on the page, those first for which mails wait longest. With more, something else is wrong.
const KEYS_MAX: i64 = 100;

#[derive(Serialize)]
struct View {
    keys: Vec<KeyView>,
}

#[derive(Serialize)]
struct KeyView {
    organisation: Uuid,
    name: String,
    problem: String,
    since: String,
}

pub(super) async fn list(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    note_read(&site, &staff, "keys".to_owned(), "a list of organisations").await?;
    let inner = site.clone();
    let keys = site
        .read(move |tx| {
            let mut keys = Vec::new();
            for key in tx.keys_that_hold_up(KEYS_MAX)? {
                let party = tx.party(key.party_no)?.ok_or(Refusal::NotFound)?;
                let since = key.waits_since.map(|since| since.to_string());
                keys.push(KeyView {
                    organisation: inner.id(IdKind::Party, key.party_no),
                    name: party.name,
                    problem: key.problem,
                    since: since.unwrap_or_default(),
                });
            }
            Ok(keys)
        })
        .await?;
    site.page(&staff, "desk/keys.html", &View { keys })
}
