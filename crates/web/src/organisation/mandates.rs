//! `/organisations/{organisation}/mandates`: who may act for it, for what, how far, until when; revoking at once.
//!
//! Whoever is to act is named by number in the trade register or by reference, exactly. There is no search over names: a
//! list of who is served would tell strangers who is not.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind, Tlp};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::Mandate;
use uuid::Uuid;

use super::mandate_change::{self, ATTEMPTS, NotGiven};
use super::{Before, done};
use crate::asset::group_choices;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct MandateForm {
    holder: String,
    /// Public id; empty for all assets.
    group: String,
    tlp: String,
    may_answer: String,
    valid_until: String,
}

#[derive(Serialize)]
struct MandatesView {
    mandates: Vec<MandateView>,
    groups: Vec<(String, String)>,
    form: MandateForm,
    errors: Errors,
    done: String,
}

/// A mandate, for who gives it and for who has it.
#[derive(Serialize)]
pub(super) struct MandateView {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// Empty: all assets.
    pub(super) group: String,
    pub(super) tlp: String,
    pub(super) may_answer: bool,
    /// A day, or empty.
    pub(super) valid_until: String,
    pub(super) has_ended: bool,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&["given", "revoked"]);
    show(
        &site,
        &member,
        MandateForm::default(),
        Errors::default(),
        done,
    )
    .await
}

async fn show(
    site: &Site,
    member: &Member,
    form: MandateForm,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::GiveMandates)?;
    let (party_no, now) = (member.party_no, site.now());
    let (given, groups) = site
        .read(move |tx| Ok((tx.mandates_given(party_no)?, tx.asset_groups(party_no)?)))
        .await?;
    let group_name = |mandate: &Mandate| {
        let group = groups
            .iter()
            .find(|group| Some(group.group_no) == mandate.group_no);
        group.map(|group| group.name.clone()).unwrap_or_default()
    };
    let shown = |mandate: &Mandate| MandateView {
        id: site.id(IdKind::Mandate, mandate.mandate_no),
        name: mandate.holder_name.clone(),
        group: group_name(mandate),
        tlp: mandate.tlp_max.to_string(),
        may_answer: mandate.may_answer,
        valid_until: mandate
            .valid_until
            .map(|day| day.to_string())
            .unwrap_or_default(),
        has_ended: !mandate.holds_at(now),
    };
    let view = MandatesView {
        mandates: given.iter().map(shown).collect(),
        groups: group_choices(site, &groups),
        form,
        errors,
        done,
    };
    site.page(member, "organisation/mandates.html", &view)
}

pub(super) async fn give(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<MandateForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::GiveMandates)?;
    member.who.must_have_proved(site.now())?;
    site.limit(&ATTEMPTS, member.who.person.person_no)?;
    let mut errors = Errors::default();
    let Some(mandate) = form.mandate(&site, &member, &mut errors) else {
        return show(&site, &member, form, errors, String::new()).await;
    };
    let holder = form.holder.trim().to_owned();
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    let given = site
        .write(move |tx| mandate_change::give(tx, &own, &acting, (&holder, &mandate), now))
        .await?;
    if let Err(why) = given {
        let text = match why {
            NotGiven::NoHolder => "organisation-error-holder",
            NotGiven::Itself => "organisation-error-holder-self",
            NotGiven::Twice => "organisation-error-mandate-twice",
        };
        errors.add("holder", text);
        return show(&site, &member, form, errors, String::new()).await;
    }
    Ok(done(&member, "mandates", "given").into_response())
}

pub(super) async fn revoke(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    // No second factor is asked for: taking back must never be harder than giving.
    member.must_be_allowed(Deed::GiveMandates)?;
    let mandate_no = site.number(IdKind::Mandate, &id)?;
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    site.write(move |tx| mandate_change::revoke(tx, &own, &acting, mandate_no, now))
        .await?;
    Ok(done(&member, "mandates", "revoked"))
}

impl MandateForm {
    fn mandate(&self, site: &Site, member: &Member, errors: &mut Errors) -> Option<Mandate> {
        if self.holder.trim().is_empty() {
            errors.add("holder", "organisation-error-holder");
        }
        let tlp = errors.take("tlp", self.tlp.parse::<Tlp>(), "organisation-error-choice");
        let group_no = match &self.group[..] {
            "" => Some(None),
            id => {
                let id = id.parse::<Uuid>().map_err(|_| Refusal::NotFound);
                let number = id.and_then(|id| site.number(IdKind::AssetGroup, &id));
                errors.take("group", number.map(Some), "organisation-error-choice")
            }
        };
        let valid_until = match self.valid_until.trim() {
            "" => Some(None),
            text => {
                let is_ahead = |day: &Day| *day > site.now().day();
                let day = text.parse::<Day>().ok().filter(is_ahead).ok_or(());
                errors.take("valid_until", day.map(Some), "organisation-error-day")
            }
        };
        let mandate = Mandate {
            mandate_no: 0,
            party_no: member.party_no,
            party_name: String::new(),
            holder_no: 0,
            holder_name: String::new(),
            group_no: group_no?,
            tlp_max: tlp?.min(Tlp::Amber),
            may_answer: self.may_answer == "yes",
            valid_until: valid_until?,
            given_at: site.now(),
        };
        errors.is_empty().then_some(mandate)
    }
}
