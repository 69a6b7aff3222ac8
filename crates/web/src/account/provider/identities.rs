//! The accounts at providers by which a person signs in, on the page of the account.

use axum::extract::{Path, State};
use axum::response::Response;
use model::{IdKind, Language};
use serde::Serialize;
use store::Identity;
use uuid::Uuid;

use crate::account::own::remove_way;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Somebody;

/// An account at a provider, as the page shows it.
#[derive(Serialize)]
pub(in crate::account) struct IdentityView {
    id: String,
    /// What people know the provider as; its address where it is set up no more.
    label: String,
    added_at: String,
    used_at: Option<String>,
}

impl IdentityView {
    pub(in crate::account) fn new(site: &Site, identity: Identity, language: Language) -> Self {
        let mut providers = site.providers().iter();
        let provider = providers.find(|provider| provider.issuer == identity.issuer);
        let label = provider.map(|provider| provider.label(language).to_owned());
        Self {
            id: site.id(IdKind::Identity, identity.identity_no).to_string(),
            label: label.unwrap_or(identity.issuer),
            added_at: identity.added_at.to_string(),
            used_at: identity.used_at.map(|at| at.to_string()),
        }
    }
}

/// `POST /account/identities/{id}/remove`: one way to sign in must remain. Sessions that began by it end.
pub(in crate::account) async fn remove(
    State(site): State<Site>,
    somebody: Somebody,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let identity_no = site.number(IdKind::Identity, &id)?;
    let (what, now) = (("identity-removed", "unlinked"), site.now());
    remove_way(&site, &somebody, what, move |tx, person_no| {
        tx.remove_identity(person_no, identity_no, now)
    })
    .await
}
