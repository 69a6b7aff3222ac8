//! `POST .../assets/{asset}/document`: a document for the desk, as proof that something is one's own.

use axum::extract::{Multipart, Path, State};
use axum::response::Redirect;
use rules::access::Deed;
use rules::proof::document_ending;
use uuid::Uuid;

use super::detail::one;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Bytes of a document. A contract as a scan has some pages.
pub(super) const DOCUMENT_BYTES_MAX: usize = 5 << 20;

/// Longest name of a file that is kept, in characters.
const NAME_CHARS_MAX: usize = 100;

/// Keeps the document with the question that is open; a second one takes the place of the first.
pub(super) async fn send(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    mut form: Multipart,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let back = |done: &str| Redirect::to(&format!("{}/assets/{id}?done={done}", member.home()));
    let field = form.next_field().await.map_err(|_| Refusal::Bad)?;
    let field = field.ok_or(Refusal::Bad)?;
    let name = model::shown(field.file_name().unwrap_or_default());
    let name: String = name.to_string().chars().take(NAME_CHARS_MAX).collect();
    let Ok(content) = field.bytes().await else {
        return Ok(back("document-too-large"));
    };
    if content.is_empty() || document_ending(&name).is_none() {
        return Ok(back("document-kind"));
    }
    let (place, now) = ((member.party_no, asset.asset_no), site.now());
    let (actor, subject) = (member.who.actor(&site), member.subject());
    let is_kept = site
        .write(move |tx| {
            let is_kept = tx.put_proof_document(place, &name, &content, now)?;
            if is_kept {
                tx.record(now, &actor, "send-document", &subject, "")?;
            }
            Ok(is_kept)
        })
        .await?;
    Ok(back(if is_kept {
        "document-sent"
    } else {
        "document-late"
    }))
}
