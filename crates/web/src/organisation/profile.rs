//! `/organisations/{organisation}/profile`: what is known of the organisation, its language, and leaving.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::Language;
use rules::access::Deed;
use serde::{Deserialize, Serialize};

use super::{Before, done};
use crate::asset::announce;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Deserialize)]
pub(super) struct ProfileForm {
    /// Empty: no choice.
    language: String,
}

#[derive(Deserialize)]
pub(super) struct LeaveForm {
    /// Name of the organisation, typed again: nobody does this by mistake.
    name: String,
}

#[derive(Serialize)]
struct ProfileView {
    name: String,
    kvk: String,
    sector: String,
    language: String,
    may_change: bool,
    done: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let party = site.read(move |tx| Ok(tx.own_party(party_no)?)).await?;
    let party = party.ok_or(Refusal::NotFound)?;
    let view = ProfileView {
        name: party.name,
        kvk: party.kvk.map(|kvk| kvk.to_string()).unwrap_or_default(),
        sector: party.sector.unwrap_or_default(),
        language: party
            .language
            .map(|language| language.to_string())
            .unwrap_or_default(),
        may_change: member.standing.may(Deed::ChangePeople),
        done: before.known(&["saved", "name-differs"]),
    };
    site.page(&member, "organisation/profile.html", &view)
}

pub(super) async fn change(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<ProfileForm>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let language: Option<Language> = match &form.language[..] {
        "" => None,
        word => Some(word.parse().map_err(|_| Refusal::Bad)?),
    };
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let subject = member.subject();
    site.write(move |tx| {
        tx.set_party_language(party_no, language)?;
        announce(tx, now)?;
        Ok(tx.record(now, &actor, "change-profile", &subject, "language")?)
    })
    .await?;
    Ok(done(&member, "profile", "saved"))
}

pub(super) async fn leave(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    member.who.must_have_proved(site.now())?;
    if form.name.trim() != member.party_name {
        return Ok(done(&member, "profile", "name-differs").into_response());
    }
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let subject = member.subject();
    site.write(move |tx| {
        tx.close_party(party_no, &actor, now)?;
        announce(tx, now)?;
        Ok(tx.record(now, &actor, "leave", &subject, "")?)
    })
    .await?;
    Ok(Redirect::to("/").into_response())
}
