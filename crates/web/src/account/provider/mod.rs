//! Signing in by a provider of identities: from the button to the session.
//!
//! The browser goes to the provider by a page of ours ([`leave`]) and comes back to [`come_back`]; between the two a step waits
//! in the store, and the browser holds its token. What the provider said is checked in [`crate::provider`]; [`admit`] decides
//! whom it lets in.

mod admit;
mod come_back;
mod identities;
mod leave;
mod logout;

use axum::response::{IntoResponse, Redirect, Response};
use model::Language;
use serde::{Deserialize, Serialize};
use store::Identity;
use url::form_urlencoded::Serializer;

use crate::limiter::{Limiter, Rate};
use crate::provider::Asking;
use crate::site::Site;

pub(super) use come_back::come_back;
pub(super) use identities::{IdentityView, remove};
pub(super) use leave::{link, prove, sign_in};
pub(super) use logout::{address_to_sign_out, logout};

/// What one network asks of providers.
const OF_NETWORK: Limiter = Limiter::new("providers", Rate::per_minute(60));

/// The kind of step that waits for the browser.
const KIND: &str = "provider";

/// Texts about what went wrong; what stands in an address is what comes behind [`FAILED`].
const FAILURES: [&str; 6] = [
    "account-failed-provider-silent",
    "account-failed-provider-stopped",
    "account-failed-provider-unclear",
    "account-failed-provider-weak",
    "account-failed-provider-other",
    "account-failed-provider-taken",
];

const FAILED: &str = "account-failed-";

/// Why somebody comes back without having got what it wanted.
#[derive(Clone, Copy)]
enum Failure {
    /// The provider gives no answer that can be used.
    Silent,
    /// The person or the provider broke off.
    Stopped,
    /// The answer is not to be believed.
    Unclear,
    /// Two factors were not shown.
    Weak,
    /// Somebody else than expected signed in.
    Other,
    /// The account at the provider is another person's.
    Taken,
}

/// What somebody wants of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Purpose {
    /// To sign in.
    SignIn,
    /// To show again who it is.
    Prove,
    /// To sign in by this provider from now on.
    Link,
}

/// What waits for the browser to come back.
#[derive(Serialize, Deserialize)]
struct Begun {
    provider: String,
    purpose: Purpose,
    next: String,
    began_at: i64,
    asking: Asking,
}

/// A provider as a button shows it.
#[derive(Serialize)]
pub(super) struct ProviderView {
    name: String,
    label: String,
}

impl ProviderView {
    /// All providers, in the words of a language.
    pub(super) fn all(site: &Site, language: Language) -> Vec<Self> {
        let shown = site.providers().iter().map(|provider| Self {
            name: provider.name.clone(),
            label: provider.label(language).to_owned(),
        });
        shown.collect()
    }

    /// Those of which a person has an account.
    pub(super) fn of(site: &Site, identities: &[Identity], language: Language) -> Vec<Self> {
        let mut all = Self::all(site, language);
        all.retain(|view| {
            let known = site.providers().named(&view.name);
            known.is_some_and(|known| {
                let issuer = &known.provider.issuer;
                identities.iter().any(|identity| identity.issuer == *issuer)
            })
        });
        all
    }
}

/// Key of the text that says what went wrong with a provider, from an address.
pub(super) fn failure_text(failed: &str) -> Option<&'static str> {
    let mut keys = FAILURES.into_iter();
    keys.find(|key| key.strip_prefix(FAILED) == Some(failed))
}

/// Notes that a provider cannot be asked.
fn silent(provider: &str, error: &(dyn std::error::Error + 'static)) -> Failure {
    tracing::warn!(provider, error, "a provider cannot be asked");
    Failure::Silent
}

/// Back to the page where it began, which says what went wrong and has the other ways.
fn failed(failure: Failure, purpose: Purpose, next: &str) -> Response {
    let page = match purpose {
        Purpose::SignIn => "/account/sign-in",
        Purpose::Prove => "/account/prove",
        Purpose::Link => "/account",
    };
    let key = FAILURES[failure as usize];
    let query = Serializer::new(String::new())
        .append_pair("failed", key.strip_prefix(FAILED).unwrap_or(key))
        .append_pair("next", next)
        .finish();
    Redirect::to(&format!("{page}?{query}")).into_response()
}

/// The name of the cookie that holds the token of the step.
fn cookie_name(site: &Site) -> &'static str {
    if site.is_encrypted() {
        "__Host-provider"
    } else {
        "provider"
    }
}
