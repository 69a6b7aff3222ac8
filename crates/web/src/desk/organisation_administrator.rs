//! `POST /desk/organisations/{party}/administrator`: invites the first administrator of an organisation, who then looks after the
//! rest.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, IdKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::organisation::{Typed, page};
use crate::account::is_name;
use crate::acting::Acting;
use crate::form::Errors;
use crate::organisation::member_change::{INVITATIONS, invite_first};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Who is invited.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AdministratorForm {
    email: String,
    name: String,
}

pub(super) async fn invite(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<AdministratorForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    staff.must_be_allowed(DeskDeed::ChangeOrganisations)?;
    staff.who.must_have_proved(site.now())?;
    let mut errors = Errors::default();
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "organisation-error-email");
    let name = form.name.trim().to_owned();
    if !is_name(&name) {
        errors.add("name", "organisation-error-name");
    }
    let (Some(email), true) = (email, errors.is_empty()) else {
        let typed = Typed {
            administrator: form,
            errors,
            ..Typed::default()
        };
        return page(&site, &staff, id, typed).await;
    };
    site.limit(&INVITATIONS, staff.who.person.person_no)?;
    let (inner, now) = (site.clone(), site.now());
    let acting = Acting {
        party_no: site.number(IdKind::Party, &id)?,
        actor: staff.who.actor(&site),
        subject: format!("party {id}"),
    };
    let access = (staff.who.session.session_no, acting.party_no);
    let done = site
        .write(move |tx| {
            if tx.staff_access(access, now)?.is_none() {
                return Ok("");
            }
            let is_invited = invite_first(tx, &inner, &acting, (&email, &name), now)?;
            Ok(if is_invited {
                "?done=invited"
            } else {
                "?done=not-invited"
            })
        })
        .await?;
    Ok(Redirect::to(&format!("/desk/organisations/{id}{done}")).into_response())
}
