//! `/meetings/{token}`: a meeting as a guest sees it, and whether the guest comes. Looking changes nothing.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use serde::{Deserialize, Serialize};
use store::{Meeting, MeetingGuest, Tx};

use crate::form::known;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

#[derive(Serialize)]
struct View {
    here: String,
    name: String,
    starts_at: String,
    place: String,
    /// Whether the place is an address of a page.
    is_link: bool,
    agenda: String,
    is_over: bool,
    /// `yes`, `no`, or nothing.
    is_coming: &'static str,
    done: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Before {
    #[serde(default)]
    done: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let (inner, own) = (site.clone(), token.clone());
    let (meeting, guest) = site.read(move |tx| of_link(&inner, tx, &own)).await?;
    let text = meeting.text;
    let view = View {
        here: format!("/meetings/{token}"),
        name: text.name,
        is_over: text.starts_at <= site.now(),
        starts_at: text.starts_at.to_string(),
        is_link: text.place.starts_with("https://"),
        place: text.place,
        agenda: text.agenda,
        is_coming: match guest.is_coming {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        },
        done: known(&["said"], &before.done),
    };
    site.page(&visitor, "feedback/meeting.html", &view)
}

#[derive(Deserialize)]
pub(super) struct Coming {
    coming: String,
}

pub(super) async fn say(
    State(site): State<Site>,
    Path(token): Path<String>,
    Form(form): Form<Coming>,
) -> Result<Redirect, Refusal> {
    let is_coming = match form.coming.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::Bad),
    };
    let (inner, own) = (site.clone(), token.clone());
    site.write(move |tx| {
        let (meeting, guest) = of_link(&inner, tx, &own)?;
        if meeting.text.starts_at <= inner.now() {
            return Err(Refusal::Conflict);
        }
        Ok(tx.say_coming_to_meeting(guest.guest_no, is_coming)?)
    })
    .await?;
    Ok(Redirect::to(&format!("/meetings/{token}?done=said")))
}

/// The meeting of a guest that was invited.
fn of_link(site: &Site, tx: &mut Tx<'_>, token: &str) -> Result<(Meeting, MeetingGuest), Refusal> {
    let guest_no = site.link_key().meeting_guest_of(token);
    let guest = tx.meeting_guest(guest_no.ok_or(Refusal::NotFound)?)?;
    let guest = guest.filter(|guest| guest.invited_at.is_some());
    let guest = guest.ok_or(Refusal::NotFound)?;
    let meeting = tx.meeting(guest.meeting_no)?.ok_or(Refusal::NotFound)?;
    Ok((meeting, guest))
}
