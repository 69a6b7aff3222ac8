//! Programmes as their coordinator runs them: making one, looking at applications, the draw, and the places.
//!
//! What decides stands in `rules::enrol`; every act is in the audit log. Read [`applicant`] first.

mod address;
mod admission;
mod agreement;
mod alternatives;
mod applicant;
mod application;
mod count;
mod detail;
mod draw;
mod edit;
mod evaluation;
mod list;
mod measures;
mod participant;
mod participants;
mod places;
mod report;
mod standing;
mod terms;
mod work;

pub(super) use work::{Work, open_work};

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use model::{IdKind, Timestamp};
use rules::access::DeskDeed;
use store::Tx;
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

pub(crate) use measures::month as measured_month;
pub(crate) use standing::report as programme_report;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/programmes", get(list::list).post(list::add))
        .route("/desk/programmes/{programme}", get(detail::show))
        .route(
            "/desk/programmes/{programme}/edit",
            get(edit::show).post(edit::change),
        )
        .route(
            "/desk/programmes/{programme}/closing",
            post(edit::move_closing),
        )
        .route("/desk/programmes/{programme}/extend", post(edit::extend))
        .route(
            "/desk/programmes/{programme}/contact",
            post(edit::correct_contact),
        )
        .route(
            "/desk/programmes/{programme}/alternatives",
            get(alternatives::list).post(alternatives::add),
        )
        .route(
            "/desk/programmes/{programme}/alternatives/{alternative}",
            get(alternatives::show).post(alternatives::change),
        )
        .route(
            "/desk/programmes/{programme}/alternatives/{alternative}/remove",
            post(alternatives::remove),
        )
        .route("/desk/programmes/{programme}/publish", post(draw::publish))
        .route("/desk/programmes/{programme}/commit", post(draw::commit))
        .route("/desk/programmes/{programme}/draw", post(draw::draw))
        .route(
            "/desk/programmes/{programme}/applications/{application}",
            get(application::show).post(application::judge),
        )
        .route(
            "/desk/programmes/{programme}/applications/{application}/count",
            get(count::show).post(count::ask),
        )
        .route(
            "/desk/programmes/{programme}/corrections/{correction}",
            post(count::end),
        )
        .route(
            "/desk/programmes/{programme}/applications/{application}/address",
            get(address::show).post(address::correct),
        )
        .route("/desk/programmes/{programme}/places", get(places::list))
        .route("/desk/programmes/{programme}/report", get(report::show))
        .route("/desk/programmes/{programme}/report.csv", get(report::csv))
        .route(
            "/desk/programmes/{programme}/report.json",
            get(report::json),
        )
        .route("/desk/programmes/{programme}/report.pdf", get(report::pdf))
        .route("/desk/programmes/{programme}/end", post(report::end))
        .route(
            "/desk/measures",
            get(measures::of_desk).post(measures::note_for_desk),
        )
        .route("/desk/measures.csv", get(measures::csv_of_desk))
        .route(
            "/desk/programmes/{programme}/measures",
            get(measures::of_programme).post(measures::note_for_programme),
        )
        .route(
            "/desk/programmes/{programme}/measures.csv",
            get(measures::csv_of_programme),
        )
        .route(
            "/desk/programmes/{programme}/places/{application}",
            post(places::change),
        )
        .route(
            "/desk/programmes/{programme}/overrides/{override}",
            post(places::end_override),
        )
        .route(
            "/desk/programmes/{programme}/participants",
            get(participants::list),
        )
        .route(
            "/desk/programmes/{programme}/admit",
            post(participants::admit),
        )
        .route(
            "/desk/programmes/{programme}/agreement",
            post(agreement::publish),
        )
        .route(
            "/desk/programmes/{programme}/agreement.pdf",
            get(agreement::blank),
        )
        .route(
            "/desk/programmes/{programme}/participants/{application}/agreement.pdf",
            get(agreement::signed),
        )
        .route(
            "/desk/programmes/{programme}/participants/{application}",
            get(participant::show),
        )
        .route(
            "/desk/programmes/{programme}/participants/{application}/end",
            post(participant::end),
        )
        .route(
            "/desk/programmes/{programme}/participants/{application}/invite",
            post(participant::invite),
        )
        .merge(evaluation::routes())
}

/// Holds a programme that goes on: what was reported at its end does not change.
fn hold_running(tx: &mut Tx<'_>, programme_no: i64) -> Result<(), Refusal> {
    tx.hold_programme(programme_no)?;
    match tx.programme_end(programme_no)? {
        Some(_) => Err(Refusal::Conflict),
        None => Ok(()),
    }
}

/// For acts that others are told of: whoever may run programmes proved just now who it is. Gives the time.
fn coordinator_must_have_proved(site: &Site, staff: &Staff) -> Result<Timestamp, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let now = site.now();
    staff.who.must_have_proved(now)?;
    Ok(now)
}

/// A programme as the audit log names it.
fn subject(site: &Site, programme_no: i64) -> String {
    format!("programme {}", site.id(IdKind::Programme, programme_no))
}

/// To a page of a programme, which says what was done.
fn done(id: &Uuid, page: &str, what: &str) -> Redirect {
    Redirect::to(&format!("/desk/programmes/{id}{page}?done={what}"))
}
