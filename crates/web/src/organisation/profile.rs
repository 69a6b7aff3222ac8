//! `/organisations/{organisation}/profile`: what is known of the organisation, and its language.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use model::{Language, Timestamp};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

use super::leave::LeavingView;
use super::{Before, done};
use crate::acting::Acting;
use crate::asset::announce;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Deserialize)]
pub(super) struct ProfileForm {
    /// Empty: no choice.
    language: String,
}

#[derive(Serialize)]
struct ProfileView {
    name: String,
    kvk: String,
    sector: String,
    language: String,
    may_change: bool,
    leaving: Option<LeavingView>,
    done: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let (party_no, visitor_no) = (member.party_no, member.who.person.person_no);
    let (party, leaving) = site
        .read(move |tx| {
            let leaving = LeavingView::of(tx, party_no, visitor_no)?;
            Ok((tx.own_party(party_no)?, leaving))
        })
        .await?;
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
        leaving,
        done: before.known(&["saved", "name-differs", "leaving", "staying"]),
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
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| Ok(set_language(tx, &acting, language, now)?))
        .await?;
    Ok(done(&member, "profile", "saved"))
}

/// Sets the language in which an organisation is told; without one it is that of the desk.
pub(crate) fn set_language(
    tx: &mut Tx<'_>,
    acting: &Acting,
    language: Option<Language>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.set_party_language(acting.party_no, language)?;
    announce(tx, now)?;
    acting.record(tx, "change-profile", "language", now)
}
