//! `POST /desk/organisations/{party}/legal-class`: the legal class of an organisation from a day on, with how it is known.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind, LegalClass, Timestamp};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{ClassEntry, StoreError, Tx};
use uuid::Uuid;

use super::organisation::{Typed, page};
use super::reason::read_reason;
use crate::acting::Acting;
use crate::asset::announce;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// An entry of the history, as the page shows it.
#[derive(Serialize)]
pub(super) struct ClassView {
    from: String,
    class: &'static str,
    evidence: String,
    entered_by: String,
    entered_at: Option<String>,
}

impl From<ClassEntry> for ClassView {
    fn from(entry: ClassEntry) -> Self {
        Self {
            from: entry.from.to_string(),
            class: entry.class.as_str(),
            evidence: entry.evidence,
            entered_by: entry.entered_by,
            entered_at: entry.entered_at.map(|at| at.to_string()),
        }
    }
}

/// What is typed about a class.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ClassForm {
    class: String,
    from: String,
    /// How it is known.
    reason: String,
}

impl ClassForm {
    fn read(&self, errors: &mut Errors) -> Option<((Day, LegalClass), String)> {
        let class = errors.take("class", self.class.parse(), "enrol-error-choice");
        let from = errors.take("from", self.from.parse(), "participation-error-day");
        let evidence = read_reason(errors, &self.reason);
        Some(((from?, class?), evidence?))
    }
}

pub(super) async fn enter(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<ClassForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    staff.must_be_allowed(DeskDeed::ChangeOrganisations)?;
    let mut errors = Errors::default();
    let Some((change, evidence)) = form.read(&mut errors) else {
        let typed = Typed {
            class: form,
            errors,
            ..Typed::default()
        };
        return page(&site, &staff, id, typed).await;
    };
    let party_no = site.number(IdKind::Party, &id)?;
    let access = (staff.who.session.session_no, party_no);
    let (acting, now) = (
        Acting {
            party_no,
            actor: staff.who.actor(&site),
            subject: format!("party {id}"),
        },
        site.now(),
    );
    let is_entered = site
        .write(move |tx| {
            let has_reason = tx.staff_access(access, now)?.is_some();
            if has_reason {
                enter_class(tx, &acting, change, &evidence, now)?;
            }
            Ok(has_reason)
        })
        .await?;
    let done = if is_entered { "?done=class" } else { "" };
    Ok(Redirect::to(&format!("/desk/organisations/{id}{done}")).into_response())
}

/// Enters a class from a day on. What is open is routed again where another one holds now; what was told stays as it is.
pub(crate) fn enter_class(
    tx: &mut Tx<'_>,
    acting: &Acting,
    change: (Day, LegalClass),
    evidence: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (from, class) = change;
    let before = tx.legal_class_on(acting.party_no, from)?;
    let source = (evidence, acting.actor.as_str());
    if tx.enter_legal_class(acting.party_no, change, source, now)? {
        announce(tx, now)?;
    }
    let detail = format!("{class} from {from}, {before} before");
    acting.record(tx, "enter-legal-class", &detail, now)
}
