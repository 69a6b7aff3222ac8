//! Organisations as their own people look after them: members, contacts, mandates, profile, history.
//!
//! Every page is within the organisation of its address; a name of another one is looked up in one place only, exactly and
//! seldom ([`mandate_change`]).

pub(crate) mod contact_change;
pub(crate) mod contact_code;
pub(crate) mod contact_key;
mod contacts;
mod copies;
mod customers;
mod first_steps;
mod history;
pub(crate) mod leave;
pub(crate) mod mandate_change;
mod mandate_view;
mod mandates;
pub(crate) mod member_change;
mod members;
mod overview;
pub(crate) mod participation;
pub(crate) mod parts;
pub(crate) mod profile;
pub(crate) mod profile_change;
mod suppliers;
mod takeout;
pub(crate) mod threshold_change;
mod thresholds;
mod told;
pub(crate) mod webhook_change;
mod webhooks;

pub(crate) use copies::CopyView;
pub(crate) use history::detail_for_members;
pub(crate) use overview::must_be_confirmed;
pub(crate) use told::tell_of_administrator;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{get, post};
use message::openpgp::KEY_BYTES_MAX;

use crate::form::known;
use crate::site::Site;
use crate::visitor::Member;

/// A key with what a browser writes around it.
const KEY_FORM_BYTES_MAX: usize = KEY_BYTES_MAX + (8 << 10);

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    let at = |end: &str| format!("/organisations/{{organisation}}{end}");
    let key = get(contact_key::show)
        .post(contact_key::put)
        .layer(DefaultBodyLimit::max(KEY_FORM_BYTES_MAX));
    Router::new()
        .route(&at(""), get(overview::overview))
        .route(&at("/first-steps"), get(first_steps::show))
        .route(&at("/members"), get(members::list).post(members::invite))
        .route(&at("/members/{person}"), post(members::change))
        .route(
            &at("/invitations/{invitation}/withdraw"),
            post(members::withdraw),
        )
        .route(&at("/contacts"), get(contacts::list).post(contacts::put))
        .route(&at("/contacts/confirm"), post(contacts::confirm))
        .route(&at("/contacts/{contact}/remove"), post(contacts::remove))
        .route(&at("/contacts/code"), post(contact_code::fill_in))
        .route(&at("/contacts/{contact}/key"), key)
        .route(
            &at("/contacts/{contact}/key/remove"),
            post(contact_key::remove),
        )
        .route(&at("/mandates"), get(mandates::list).post(mandates::give))
        .route(&at("/mandates/{mandate}/revoke"), post(mandates::revoke))
        .route(&at("/mandates/{mandate}/view"), get(mandate_view::show))
        .route(&at("/customers"), get(customers::list))
        .route(&at("/copies"), get(copies::show))
        .route(
            &at("/sub-organisations"),
            get(parts::list).post(parts::make),
        )
        .route(&at("/sub-organisations/move"), post(parts::give))
        .merge(suppliers::routes())
        .route(&at("/webhooks"), get(webhooks::list).post(webhooks::add))
        .route(
            &at("/webhooks/{webhook}"),
            get(webhooks::detail).post(webhooks::act),
        )
        .route(&at("/history"), get(history::list))
        .route(&at("/profile"), get(profile::show).post(profile::change))
        .route(
            &at("/thresholds"),
            get(thresholds::show).post(thresholds::change),
        )
        .merge(participation::routes())
        .route(&at("/profile/leave"), post(leave::leave))
        .route(&at("/profile/export.zip"), get(takeout::export))
}

/// To a page of the organisation, which says what was done.
fn done(member: &Member, page: &str, what: &str) -> Redirect {
    Redirect::to(&format!("{}/{page}?done={what}", member.home()))
}

/// What was done on the page before.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Before {
    done: String,
}

impl Before {
    /// The word, if the page has a text for it.
    fn known(self, words: &[&str]) -> String {
        known(words, &self.done).to_owned()
    }
}

#[cfg(test)]
mod tests;
