//! `POST /account/provider/{provider}/...`: the way to a provider.

use axum::extract::{Form, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use store::NewStep;

use super::{Begun, KIND, OF_NETWORK, Purpose, cookie_name, failed, silent};
use crate::account::session;
use crate::client::Client;
use crate::provider::Asking;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Somebody, Visitor, fresh_token, token_digest};

/// How long somebody may take at the provider.
const MINUTES: i64 = 15;

/// Where to go on afterwards.
#[derive(Deserialize)]
pub(in crate::account) struct To {
    #[serde(default)]
    next: String,
}

#[derive(Serialize)]
struct LeaveView<'a> {
    label: &'a str,
    address: &'a str,
}

/// `POST .../sign-in`.
pub(in crate::account) async fn sign_in(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    jar: CookieJar,
    Path(provider): Path<String>,
    Form(to): Form<To>,
) -> Result<(CookieJar, Response), Refusal> {
    site.limit(&OF_NETWORK, client)?;
    leave(&site, &visitor, jar, Purpose::SignIn, provider, to.next).await
}

/// `POST .../prove`: shows again who somebody is.
pub(in crate::account) async fn prove(
    State(site): State<Site>,
    somebody: Somebody,
    client: Client,
    jar: CookieJar,
    Path(provider): Path<String>,
    Form(to): Form<To>,
) -> Result<(CookieJar, Response), Refusal> {
    site.limit(&OF_NETWORK, client)?;
    leave(
        &site,
        &somebody.visitor,
        jar,
        Purpose::Prove,
        provider,
        to.next,
    )
    .await
}

/// `POST .../link`: makes an account at the provider a way to sign in. Who has a session of somebody else could otherwise
/// come in for ever.
pub(in crate::account) async fn link(
    State(site): State<Site>,
    somebody: Somebody,
    client: Client,
    jar: CookieJar,
    Path(provider): Path<String>,
) -> Result<(CookieJar, Response), Refusal> {
    site.limit(&OF_NETWORK, client)?;
    somebody.who.must_have_proved(site.now())?;
    leave(
        &site,
        &somebody.visitor,
        jar,
        Purpose::Link,
        provider,
        String::new(),
    )
    .await
}

async fn leave(
    site: &Site,
    visitor: &Visitor,
    jar: CookieJar,
    purpose: Purpose,
    name: String,
    next: String,
) -> Result<(CookieJar, Response), Refusal> {
    let known = site.providers().named(&name).ok_or(Refusal::NotFound)?;
    let metadata = match known.metadata().await {
        Ok(metadata) => metadata,
        Err(error) => {
            return Ok((jar, failed(silent(&name, &error), purpose, &next)));
        }
    };
    let now = site.now();
    let return_to = site.link(&format!("/account/provider/{name}/return"));
    let begun = Begun {
        provider: name,
        purpose,
        next,
        began_at: now.seconds(),
        asking: Asking::new(return_to, purpose == Purpose::Prove),
    };
    let address = known.address(&metadata, &begun.asking, visitor.language);
    let state = serde_json::to_string(&begun).expect("it has texts and numbers only");
    let person_no = visitor.signed_in.as_ref().map(|who| who.person.person_no);
    let token = fresh_token();
    let digest = token_digest(&token);
    site.write(move |tx| {
        let step = NewStep {
            digest,
            kind: KIND,
            person_no,
            state: &state,
            expires_at: now.plus_seconds(60 * MINUTES),
        };
        Ok(tx.begin_step(&step, now)?)
    })
    .await?;
    let view = LeaveView {
        label: known.provider.label(visitor.language),
        address: address.as_str(),
    };
    let mut page = site.page(visitor, "account/leave.html", &view)?;
    // By itself, and without a script. A redirect would not do: forms of ours lead nowhere else (`form-action`).
    let refresh = HeaderValue::try_from(format!("0; url={address}"));
    if let Ok(refresh) = refresh {
        page.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok((
        jar.add(session::cookie(site, cookie_name(site), token)),
        page,
    ))
}
