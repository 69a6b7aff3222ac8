//! The analysts' desk: where everything is, what waits for a person, and what that person decides.
//!
//! Every page asks for its [`rules::access::DeskDeed`]. Whoever has no role at the desk finds no page here.

mod audit;
mod batches;
mod calls;
pub(crate) mod catalogue;
mod claim;
mod feedback;
mod finding;
mod home;
mod keys;
mod legal_class;
mod meeting;
mod message;
mod of_desk;
mod organisation;
mod organisation_administrator;
mod organisations;
mod pause;
mod people;
mod programme;
mod queues;
mod reason;
mod registration;
mod relay;
mod reply;
mod rows;
mod search;
mod source_quality;
mod source_terms;
mod sources;
mod tally;
mod waiting;

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

pub(crate) use audit::verify_whole;
pub(crate) use calls::{
    ATTEMPTS_MAX, NewAttempt, Noted, give_back as give_call_back, note as note_call,
    place_of as place_of_call, take as take_call,
};
pub(crate) use claim::{ClaimView, dispute, review};
pub(crate) use legal_class::enter_class;
pub(crate) use pause::stop as pause;
pub(crate) use people::{PersonView, person_view};
pub(crate) use programme::{measured_month, programme_report};
pub(crate) use reason::{read_reason, reason_at};
pub(crate) use relay::AgreementView;
pub(crate) use rows::read_again;
pub(crate) use source_quality::{MONTHS, MONTHS_SHOWN, last_months, qualities};
pub(crate) use source_terms::{
    TEXT_CHARS_MAX, TYPE_CHARS_MAX, TYPES_MAX, add_source, change_agreement, propose_again,
    stop_source,
};
pub(crate) use sources::{SourceView, health, set_source_named, source_of};
pub(crate) use tally::Tally;
#[cfg(test)]
pub(crate) use tally::last_count;
pub(crate) use waiting::{Act, NOT_WAITING, Work, assign_to};

/// Rows of a page of a list.
const PAGE_ROWS: usize = 50;

/// Counts on pages stop here: "1,000+".
const COUNTED_MAX: i64 = 1_001;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk", get(home::home))
        .route("/desk/keys", get(keys::list))
        .route("/desk/pause", post(pause::pause))
        .route("/desk/resume", post(pause::resume))
        .merge(message::routes())
        .merge(calls::routes())
        .merge(programme::routes())
        .merge(batches::routes())
        .merge(sources::routes())
        .merge(relay::routes())
        .merge(source_quality::routes())
        .merge(search::routes())
        .merge(finding::routes())
        .merge(queues::routes())
        .merge(waiting::routes())
        .route("/desk/organisations", get(organisations::list))
        .merge(organisation::routes())
        .merge(claim::routes())
        .merge(feedback::routes())
        .merge(meeting::routes())
        .merge(registration::routes())
        .merge(reply::routes())
        .merge(people::routes())
        .merge(catalogue::routes())
        .merge(rows::routes())
        .merge(audit::routes())
}

/// What was done before the visitor came to this page: the end of the key of a text.
#[derive(Default, Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// The key, if it is one of `known`: what stands in an address chooses no other text.
    fn key(&self, known: &[&'static str]) -> Option<&'static str> {
        known.iter().find(|key| **key == self.done).copied()
    }
}

/// Notes that somebody of the desk reads a list that names organisations, before it is shown.
async fn note_read(
    site: &Site,
    staff: &Staff,
    subject: String,
    detail: &'static str,
) -> Result<(), Refusal> {
    let (actor, now) = (staff.who.actor(site), site.now());
    site.write(move |tx| Ok(tx.record(now, &actor, "read", &subject, detail)?))
        .await
}

#[cfg(test)]
mod tests;
