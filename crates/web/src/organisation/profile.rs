//! `/organisations/{organisation}/profile`: what is known of the organisation, and how it is told.

use std::str::FromStr;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use model::{Language, Reader, Timestamp};
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
    /// Empty: no choice.
    #[serde(default)]
    reader: String,
}

#[derive(Serialize)]
struct ProfileView {
    name: String,
    kvk: String,
    sector: String,
    language: String,
    reader: String,
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
        reader: party
            .reader
            .map(|reader| reader.to_string())
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
    let (language, reader) = (chosen(&form.language)?, chosen(&form.reader)?);
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| Ok(set_usual(tx, &acting, (language, reader), now)?))
        .await?;
    Ok(done(&member, "profile", "saved"))
}

/// What was chosen, if anything was.
fn chosen<T: FromStr>(word: &str) -> Result<Option<T>, Refusal> {
    match word {
        "" => Ok(None),
        word => word.parse().map(Some).map_err(|_| Refusal::Bad),
    }
}

/// Sets language and reader for contacts that did not choose; without them the language is that of the desk, and the reader an
/// entrepreneur.
pub(crate) fn set_usual(
    tx: &mut Tx<'_>,
    acting: &Acting,
    (language, reader): (Option<Language>, Option<Reader>),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.set_usual(acting.party_no, language, reader)?;
    announce(tx, now)?;
    acting.record(tx, "change-profile", "language and reader", now)
}
