//! What programs of the desk see of its work, and what they do of it. What lets messages out is for people: somebody answers for it,
//! and many at once take two. So is what shows where something was seen.

mod audit;
mod call;
mod catalogue;
mod claim;
mod dispute;
mod distribution;
mod message;
mod programme;
mod queue;
mod source;
mod staff;

use utoipa_axum::router::OpenApiRouter;

use super::caller::Caller;
use super::error::ApiError;
use super::fields::Fields;
use crate::desk::read_reason;
use crate::form::Errors;
use crate::site::Site;

/// The routes of the desk.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(message::routes())
        .merge(distribution::routes())
        .merge(queue::routes())
        .merge(call::routes())
        .merge(dispute::routes())
        .merge(claim::routes())
        .merge(source::routes())
        .merge(catalogue::routes())
        .merge(staff::routes())
        .merge(programme::routes())
        .merge(audit::routes())
}

/// Why something is done.
#[derive(utoipa::ToSchema)]
struct NewReason {
    /// Two words or more, with 8 letters or more.
    #[schema(max_length = 500, min_length = 8, example = "wrong advice about RDP")]
    reason: String,
}

impl NewReason {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.needs("reason");
        let text = fields.text("reason")??;
        let reason = read_reason(&mut Errors::default(), text);
        if reason.is_none() {
            let why =
                "two words or more are expected, of 8 letters or more and at most 500 characters";
            fields.mistake("reason", "bad-value", why);
        }
        Some(Self { reason: reason? })
    }
}

/// Notes that a program of the desk reads what names organisations, before it is answered.
pub(super) async fn note_read(
    site: &Site,
    caller: &Caller,
    subject: String,
) -> Result<(), ApiError> {
    let (actor, now) = (caller.actor(site), site.now());
    site.change(move |tx| Ok(tx.record(now, &actor, "read", &subject, "by a program")?))
        .await
}

/// Refuses all but a key of the desk with this scope.
fn must(caller: &Caller, scope: model::Scope) -> Result<(), ApiError> {
    caller.must_be_desk()?;
    caller.must(scope)
}
