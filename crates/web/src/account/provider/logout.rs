//! The end of a session at a provider: by the person, and by the provider.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::client::Client;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;

/// What one network says of sign-outs: a provider is one network, and tells of everybody.
const SIGN_OUTS: Limiter = Limiter::new("provider sign-outs", Rate::per_minute(600));

/// Where somebody whose session began at a provider ends the session there too (OpenID Connect RP-Initiated Logout 1.0).
/// `None`: it began elsewhere, or the provider has no such page.
pub(in crate::account) async fn address_to_sign_out(
    site: &Site,
    session_no: i64,
) -> Result<Option<Url>, Refusal> {
    let provider = site
        .read(move |tx| Ok(tx.provider_of_session(session_no)?))
        .await?;
    let known = provider.and_then(|name| site.providers().named(&name));
    let Some(known) = known else {
        return Ok(None);
    };
    // Nobody is kept from signing out here because a provider does not answer.
    let metadata = known.metadata().await.ok();
    Ok(metadata.and_then(|metadata| known.address_to_sign_out(&metadata, &site.link("/"))))
}

/// What a provider sends.
#[derive(Deserialize)]
pub(in crate::account) struct Told {
    logout_token: String,
}

/// `POST /account/provider/{provider}/logout`: the provider says that somebody signed out there (OpenID Connect Back-Channel
/// Logout 1.0). The sessions here that began by it end.
pub(in crate::account) async fn logout(
    State(site): State<Site>,
    client: Client,
    Path(name): Path<String>,
    Form(told): Form<Told>,
) -> Result<StatusCode, Refusal> {
    site.limit(&SIGN_OUTS, client)?;
    let known = site.providers().named(&name).ok_or(Refusal::NotFound)?;
    let now = site.now();
    let signed_out = known.signed_out(&told.logout_token, now).await;
    let signed_out = signed_out.map_err(|error| {
        tracing::warn!(
            provider = name,
            error = &error as &dyn std::error::Error,
            "a sign-out is not believed"
        );
        Refusal::Bad
    })?;
    let issuer = known.provider.issuer.clone();
    site.write(move |tx| {
        let (subject, sid) = (signed_out.subject.as_deref(), signed_out.sid.as_deref());
        Ok(tx.end_provider_sessions(&issuer, subject, sid, now)?)
    })
    .await?;
    Ok(StatusCode::OK)
}
