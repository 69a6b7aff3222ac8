//! `/register`: an organisation registers itself, without an account (PO-02): its number and an address, what it has, and a code
//! that shows that its mailbox is read. Three pages; whoever left comes back by a link (ADR 0013).
//!
//! What the pages say is the same whether the number is known or not, until the mail that follows. Nobody is let into an
//! organisation that is there already: see [`admission`]. It is for people, so the API has no such door (ADR 0014).

mod admission;
mod details;
mod mailbox;
mod start;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use model::{EmailAddress, IdKind, RegistrationRule};
use store::{Registration, Tx};

pub(crate) use admission::{admit, holder_of, tell_refused};

use crate::refusal::Refusal;
use crate::site::Site;

/// A form with the longest list of addresses, each character written in three.
const FORM_BYTES_MAX: usize = 64 << 10;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/register", get(start::form).post(start::begin))
        .route("/register/{token}", get(mailbox::outcome))
        .route(
            "/register/{token}/organisation",
            get(details::form).post(details::save),
        )
        .route(
            "/register/{token}/mailbox",
            get(mailbox::form).post(mailbox::act),
        )
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// What the desk says about organisations that register themselves: the first one that lets them in at all. The register is that of
/// all desks.
pub(crate) fn rule(tx: &mut Tx<'_>) -> Result<RegistrationRule, Refusal> {
    let mut rules = tx.desks()?.into_iter().map(|desk| desk.registration);
    let open = rules.find(|rule| *rule != RegistrationRule::Closed);
    Ok(open.unwrap_or(RegistrationRule::Closed))
}

/// What a token opens. One that we did not make is "not found".
fn own(site: &Site, token: &str, tx: &mut Tx<'_>) -> Result<Registration, Refusal> {
    let registration_no = site.link_key().registration_of(token);
    let registration = tx.registration(registration_no.ok_or(Refusal::NotFound)?)?;
    registration.ok_or(Refusal::NotFound)
}

/// The same, which nobody else changes until the transaction ends.
fn held(site: &Site, token: &str, tx: &mut Tx<'_>) -> Result<Registration, Refusal> {
    let registration_no = site.link_key().registration_of(token);
    let registration = tx.hold_registration(registration_no.ok_or(Refusal::NotFound)?)?;
    registration.ok_or(Refusal::NotFound)
}

/// Address of a registration for whoever has its link.
fn home(site: &Site, registration_no: i64) -> String {
    let token = site.link_key().registration_token(registration_no);
    format!("/register/{token}")
}

/// A registration as the audit log names it; it is also who acts while there is no account.
pub(crate) fn subject(site: &Site, registration_no: i64) -> String {
    let id = site.id(IdKind::Registration, registration_no);
    format!("registration {id}")
}

/// Whether an address is that of a desk. A mail from us to us would be answered by us.
fn is_ours(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<bool, Refusal> {
    let desks = tx.desks()?.into_iter();
    let mut ours = desks
        .flat_map(|desk| [desk.sender, desk.reply_to])
        .flatten();
    Ok(ours.any(|own| own.compared() == address.compared()))
}

#[cfg(test)]
mod tests;
