//! `/organisations/{organisation}/sub-organisations`: the parts of an organisation; making one, and moving systems to it.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Timestamp};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use super::{Before, done};
use crate::acting::Acting;
use crate::asset::{Holding, announce};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Longest name, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 100;

/// Most parts of an organisation.
const PARTS_MAX: usize = 500;

#[derive(Clone, Default, Deserialize, Serialize)]
pub(super) struct PartForm {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct MoveForm {
    group: Uuid,
    part: Uuid,
}

#[derive(Serialize)]
struct PartsView {
    /// Id and name. Not `parts`: so templates call what all pages are made of.
    sub_organisations: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    /// A part has no parts of its own.
    may_have_parts: bool,
    form: PartForm,
    errors: Errors,
    done: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&["made", "moved"]);
    show(&site, &member, PartForm::default(), Errors::default(), done).await
}

async fn show(
    site: &Site,
    member: &Member,
    form: PartForm,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let (party_no, own) = (member.party_no, site.clone());
    let (parts, groups, whole) = site
        .read(move |tx| {
            let parts = tx.sub_organisations(party_no)?.into_iter();
            let parts: Vec<_> = parts
                .map(|(part_no, name)| (own.id(IdKind::Party, part_no).to_string(), name))
                .collect();
            let groups = tx.asset_groups(party_no)?.into_iter();
            let groups: Vec<_> = groups
                .map(|group| {
                    let id = own.id(IdKind::AssetGroup, group.group_no);
                    (id.to_string(), group.name)
                })
                .collect();
            Ok((parts, groups, tx.whole_of(party_no)?))
        })
        .await?;
    let view = PartsView {
        sub_organisations: parts,
        groups,
        may_have_parts: whole.is_none(),
        form,
        errors,
        done,
    };
    site.page(member, "organisation/parts.html", &view)
}

pub(super) async fn make(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<PartForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    member.who.must_have_proved(site.now())?;
    let name = form.name.trim().to_owned();
    let mut errors = Errors::default();
    if !is_part_name(&name) {
        errors.add("name", "organisation-error-name");
        return show(&site, &member, form, errors, String::new()).await;
    }
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    site.write(move |tx| match add_part(tx, &own, &acting, &name, now)? {
        Some(_) => Ok(()),
        // No page of ours asks a part for parts.
        None => Err(Refusal::Bad),
    })
    .await?;
    Ok(done(&member, "sub-organisations", "made").into_response())
}

pub(super) async fn give(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<MoveForm>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let group_no = site.number(IdKind::AssetGroup, &form.group)?;
    let part_no = site.number(IdKind::Party, &form.part)?;
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    site.write(move |tx| move_group(tx, &own, &acting, (group_no, part_no), now))
        .await?;
    Ok(done(&member, "sub-organisations", "moved"))
}

fn is_part_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// Makes a part of an organisation; gives its number. None where it is a part itself, and [`Refusal::Full`] where there are
/// enough.
pub(crate) fn add_part(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    name: &str,
    now: Timestamp,
) -> Result<Option<i64>, Refusal> {
    let party_no = acting.party_no;
    if tx.whole_of(party_no)?.is_some() {
        return Ok(None);
    }
    if tx.sub_organisations(party_no)?.len() >= PARTS_MAX {
        return Err(Refusal::Full);
    }
    let part_no = tx.add_sub_organisation(party_no, name, &acting.actor, now)?;
    announce(tx, now)?;
    let part = site.id(IdKind::Party, part_no);
    let detail = format!("party {part}");
    acting.record(tx, "make-sub-organisation", &detail, now)?;
    Ok(Some(part_no))
}

/// Moves the assets of a group to a part, with their proofs; says how many.
pub(crate) fn move_group(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    (group_no, part_no): (i64, i64),
    now: Timestamp,
) -> Result<u64, Refusal> {
    let party_no = acting.party_no;
    // What somebody is changing of them now goes along; and the part does not leave meanwhile.
    Holding::keep_both(tx, [party_no, part_no])?;
    let parts = tx.sub_organisations(party_no)?;
    if !parts.iter().any(|(known, _)| *known == part_no) {
        return Err(Refusal::NotFound);
    }
    let moved = tx.move_group(party_no, group_no, part_no)?;
    if moved > 0 {
        announce(tx, now)?;
    }
    let part = site.id(IdKind::Party, part_no);
    let detail = format!("{moved} to organisation {part}");
    acting.record(tx, "move-assets", &detail, now)?;
    Ok(moved)
}
