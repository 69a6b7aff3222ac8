//! Accounts: joining, signing in, and what a person can see and change of itself.
//!
//! Somebody signs in with a passkey, with a password and a code together, or by a provider of identities. Read [`sign_in`] first; [`passkey`], [`totp`],
//! [`password`], [`recovery`] and [`provider`] know one way each.

mod change;
mod codes;
mod invitation;
mod join;
mod own;
mod passkey;
mod password;
mod prove;
mod provider;
mod recover;
mod recovery;
mod session;
mod sign_in;
mod totp;

use axum::Router;
use axum::routing::{get, post};

use crate::site::Site;

pub use invitation::InvitationLink;
pub(crate) use invitation::{invitation_end, invitation_mail};
pub(crate) use join::{NAME_CHARACTERS_MAX, is_name};

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/account", get(own::page).post(own::change))
        .route(
            "/account/sign-in",
            get(sign_in::page).post(sign_in::with_password),
        )
        .route("/account/sign-in/passkey", post(sign_in::with_passkey))
        .route("/account/challenge", post(sign_in::challenge))
        .route("/account/sign-out", post(sign_in::out))
        .route("/account/stay", post(session::stay))
        .route(
            "/account/provider/{provider}/sign-in",
            post(provider::sign_in),
        )
        .route("/account/provider/{provider}/prove", post(provider::prove))
        .route("/account/provider/{provider}/link", post(provider::link))
        .route(
            "/account/provider/{provider}/return",
            get(provider::come_back),
        )
        .route(
            "/account/provider/{provider}/logout",
            post(provider::logout),
        )
        .route("/account/identities/{id}/remove", post(provider::remove))
        .route("/account/prove", get(prove::page).post(prove::with_code))
        .route("/account/prove/passkey", post(prove::with_passkey))
        .route(
            "/account/join/{token}",
            get(join::page).post(join::with_password),
        )
        .route("/account/join/{token}/challenge", post(join::challenge))
        .route("/account/join/{token}/passkey", post(join::with_passkey))
        .route("/account/join/{token}/accept", post(join::accept))
        .route("/account/recover", get(recover::page).post(recover::send))
        .route(
            "/account/recover/{token}",
            get(recover::choose_page).post(recover::choose),
        )
        .route("/account/sessions/end-others", post(own::end_others))
        .route("/account/sessions/{id}/end", post(own::end_session))
        .route("/account/passkeys", post(change::add_passkey))
        .route("/account/passkeys/challenge", post(change::challenge))
        .route("/account/passkeys/{id}/remove", post(own::remove_passkey))
        .route(
            "/account/password",
            get(change::password_page).post(change::change_password),
        )
        .route("/account/codes", get(codes::page).post(codes::connect))
        .route(
            "/account/recovery-codes",
            get(change::recovery_page).post(change::make_recovery_codes),
        )
}

#[cfg(test)]
mod tests;
