//! "My supplier acts": what the organisation said of who looks after the system of a finding, and remembering to whom it
//! was forwarded. Only its own people say so: whoever has a link of a message cannot write into the next ones.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{AnswerStatus, EmailAddress, Profile, Supplier};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{AnswerEvent, AssetCare, AssetChange, InboxRow, Tx};

use super::detail::Ids;
use super::filter::one;
use super::list::home;
use crate::asset::Holding;
use crate::organisation::profile_change::{change, is_line};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// What a page says of who acts, and asks.
#[derive(Default, Serialize)]
pub(super) struct ActingView {
    /// Whose name stands in messages; empty: nobody's.
    supplier: String,
    /// Where findings are forwarded to; empty: nobody said.
    email: String,
    /// To whom it was forwarded, if that could be remembered; empty: it is known, or may not be changed.
    forwarded_to: String,
    /// The group for which it would be remembered; empty: the systems that are in none.
    group: String,
    /// The one system for which it would be remembered, where somebody else acts on it than on its group; empty: its group.
    system: String,
    /// What to suggest as the name.
    name: String,
}

impl ActingView {
    /// For a visitor who may read how the organisation works.
    pub(super) fn of(
        tx: &mut Tx<'_>,
        member: &Member,
        row: &InboxRow,
        care: Option<&AssetCare>,
    ) -> Result<Self, Refusal> {
        let Some(care) = care.filter(|_| member.standing.may(Deed::ReadPeople)) else {
            return Ok(Self::default());
        };
        let known = care.supplier.as_ref();
        let mut view = Self {
            supplier: known.map(|it| it.name.clone()).unwrap_or_default(),
            email: known.map(|it| it.email.to_string()).unwrap_or_default(),
            ..Self::default()
        };
        let events = tx.answer_events(member.party_no, row.place.finding_no)?;
        let Some(email) = forwarded_to(&events).filter(|_| may_remember(member)) else {
            return Ok(view);
        };
        if known.is_some_and(|supplier| supplier.email == email) {
            return Ok(view);
        }
        let groups = tx.asset_groups(member.party_no)?;
        let group = groups
            .into_iter()
            .find(|it| Some(it.group_no) == care.group_no);
        view.group = group.map(|group| group.name).unwrap_or_default();
        if care.has_own_supplier {
            let asset = tx.own_asset(care.party_no, care.asset_no)?;
            view.system = asset.map(|asset| asset.row.given).unwrap_or_default();
        }
        view.name = name_for(&tx.profile(member.party_no)?, &email);
        view.forwarded_to = email.to_string();
        Ok(view)
    }
}

fn may_remember(member: &Member) -> bool {
    member.standing.may(Deed::ChangeAssets)
}

/// To whom it was forwarded last.
fn forwarded_to(events: &[AnswerEvent]) -> Option<EmailAddress> {
    let mut latest_first = events.iter().rev();
    let event = latest_first.find(|event| event.status == Some(AnswerStatus::Forwarded))?;
    event.comment.parse().ok()
}

/// The name of the supplier with this address, or the name of its domain.
fn name_for(profile: &Profile, email: &EmailAddress) -> String {
    let known = profile.suppliers.iter().find(|it| it.email == *email);
    match (known, email.as_str().rsplit_once('@')) {
        (Some(supplier), _) => supplier.name.clone(),
        (None, Some((_, domain))) => domain.to_owned(),
        (None, None) => String::new(),
    }
}

#[derive(Deserialize)]
pub(super) struct RememberForm {
    name: String,
}

/// `POST /organisations/{id}/findings/{finding}/remember`: whom it was forwarded to looks after these systems.
pub(super) async fn remember(
    State(site): State<Site>,
    member: Member,
    Path((_, finding)): Ids,
    Form(form): Form<RememberForm>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let home = home(&member);
    let (asked, acting, now) = (site.clone(), member.acting(&site), site.now());
    site.write(move |tx| {
        // Kept before anything is read of them, as by everybody who changes assets.
        let holding = Holding::keep(tx, member.party_no)?;
        let row = one(&asked, &member, &finding, tx)?;
        let events = tx.answer_events(member.party_no, row.place.finding_no)?;
        let email = forwarded_to(&events).ok_or(Refusal::NotFound)?;
        let care = own_care(tx, &member, &row)?.ok_or(Refusal::NotFound)?;
        let name = match form.name.trim() {
            name if is_line(name) => name.to_owned(),
            _ => name_for(&Profile::default(), &email),
        };
        // What is said of the system itself goes before what is said of its group.
        if care.has_own_supplier {
            let to = AssetChange::Supplier(&name);
            let changed = holding.say(tx, &[care.asset_no], to, now)?;
            acting.record(tx, "change-assets", &format!("{changed} changed"), now)?;
        }
        change(tx, &acting, now, |profile| {
            let same = |known: &&mut Supplier| known.name == name;
            match profile.suppliers.iter_mut().find(same) {
                Some(known) => known.email = email.clone(),
                None => profile.suppliers.push(Supplier {
                    name: name.clone(),
                    email: email.clone(),
                }),
            }
            if !care.has_own_supplier {
                profile.let_act(care.group_no, &name);
            }
        })
    })
    .await?;
    Ok(Redirect::to(&format!("{home}/{finding}?done=remembered")))
}

/// What the organisation says of the system of a finding; nothing where it is not its own.
pub(super) fn own_care(
    tx: &mut Tx<'_>,
    member: &Member,
    row: &InboxRow,
) -> Result<Option<AssetCare>, Refusal> {
    let asset_nos: Vec<i64> = row.asset_no.into_iter().collect();
    let care = tx.care_of_assets(&asset_nos)?.pop();
    Ok(care.filter(|care| care.party_no == member.party_no))
}
