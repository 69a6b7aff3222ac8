//! The accounts at providers by which a person signs in, on the page of the account.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Language};
use serde::Serialize;
use store::Identity;
use uuid::Uuid;

use crate::account::session;
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
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let identity_no = site.number(IdKind::Identity, &id)?;
    let (asked, person) = (site.clone(), somebody.who.person.clone());
    let removed = site
        .write(move |tx| {
            tx.hold_person(person.person_no)?;
            if tx.ways_of(person.person_no)?.count() <= 1 {
                return Ok(false);
            }
            if !tx.remove_identity(person.person_no, identity_no, now)? {
                return Err(Refusal::NotFound);
            }
            session::tell_change(tx, &asked, &person, "identity-removed", now)?;
            Ok(true)
        })
        .await?;
    let next = match removed {
        true => "done=unlinked",
        false => "failed=last",
    };
    Ok(Redirect::to(&format!("/account?{next}")).into_response())
}
