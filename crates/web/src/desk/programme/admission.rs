//! How an application with a place becomes an organisation of the register: its assets are claims that it must prove, and
//! its technical contact is invited as administrator.

use model::register::{OrganisationRow, OwnAssetRow};
use model::{IdKind, KvkNumber, LegalClass, OrganisationRole, PlaceState};
use rules::enrol::form::Application as Read;
use store::{
    Application, NewInvitation, NewServiceMail, OwnAssetPut, Programme, RegisterChange, StoreError,
    Tx,
};

use crate::account::{invitation_end, invitation_mail};
use crate::asset::{Holding, plain_row};
use crate::enrol::{form_of, reference_of, tell_participant};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{fresh_token, token_digest};

/// Applications that have a place and are not in the register yet.
pub(super) fn waiting(tx: &mut Tx<'_>, programme_no: i64) -> Result<Vec<i64>, Refusal> {
    let admitted = tx.participants_of(programme_no)?;
    let is_admitted = |application_no| {
        admitted
            .iter()
            .any(|one| one.application_no == application_no)
    };
    let places = tx.places_of(programme_no)?.into_iter();
    let waiting = places
        .filter(|place| place.state == PlaceState::Selected && !is_admitted(place.application_no));
    Ok(waiting.map(|place| place.application_no).collect())
}

/// Who has the number of an application already.
enum Holder {
    Nobody,
    /// An organisation of the register.
    Known(i64),
    /// One that registered itself, and may be somebody else: the desk looks at that first.
    Unvouched,
}

fn holder(tx: &mut Tx<'_>, kvk: &KvkNumber) -> Result<Holder, Refusal> {
    Ok(match tx.party_named(kvk.as_str())? {
        None => Holder::Nobody,
        Some(party_no) if tx.is_vouched_for(party_no)? => Holder::Known(party_no),
        Some(_) => Holder::Unvouched,
    })
}

/// An application as it was sent, and what its form says.
fn sent(
    tx: &mut Tx<'_>,
    programme: &Programme,
    application_no: i64,
) -> Result<(Application, Read), Refusal> {
    let application = tx.application(application_no)?.ok_or(Refusal::NotFound)?;
    let read = form_of(&application).read(&programme.terms.sectors);
    let read = read.map_err(|_| Refusal::Conflict)?;
    Ok((application, read))
}

/// How many of these wait for the desk: under their number an organisation registered itself, and nobody vouched for it.
pub(super) fn unvouched(
    tx: &mut Tx<'_>,
    programme: &Programme,
    waiting: &[i64],
) -> Result<usize, Refusal> {
    let mut unvouched = 0;
    for application_no in waiting {
        let (_, read) = sent(tx, programme, *application_no)?;
        let is_unvouched = matches!(holder(tx, &read.kvk)?, Holder::Unvouched);
        unvouched += usize::from(is_unvouched);
    }
    Ok(unvouched)
}

/// What came of letting them in.
#[derive(Default)]
pub(super) struct Admitted {
    /// How many are in the register now.
    pub(super) admitted: usize,
    /// How many wait for the desk (see [`unvouched`]).
    pub(super) skipped: usize,
}

/// Lets them in. The caller holds newcomers ([`Tx::hold_newcomers`]) and then the programme.
pub(super) fn admit_all(
    site: &Site,
    tx: &mut Tx<'_>,
    programme: &Programme,
    actor: &str,
) -> Result<Admitted, Refusal> {
    let now = site.now();
    let mut came = Admitted::default();
    for application_no in &waiting(tx, programme.programme_no)? {
        let (application, read) = sent(tx, programme, *application_no)?;
        // Whoever gave the number of an organisation that is here already is not let into it: its own people sign.
        let party_no = match holder(tx, &read.kvk)? {
            Holder::Unvouched => {
                came.skipped += 1;
                continue;
            }
            Holder::Known(party_no) => {
                tell_participant(site, tx, (programme, party_no), ("known", ""))?;
                party_no
            }
            Holder::Nobody => add(site, tx, programme, &application, &read, actor)?,
        };
        let numbers = (*application_no, programme.programme_no, party_no);
        if !tx.admit(numbers, &application.form, now)? {
            return Err(Refusal::Conflict);
        }
        came.admitted += 1;
    }
    Ok(came)
}

fn add(
    site: &Site,
    tx: &mut Tx<'_>,
    programme: &Programme,
    application: &Application,
    read: &Read,
    actor: &str,
) -> Result<i64, Refusal> {
    let now = site.now();
    let number = application.number.unwrap_or_default();
    let row = OrganisationRow {
        organisation: reference_of(programme, number),
        name: read.organisation.clone(),
        kvk: Some(read.kvk),
        sector: Some(read.sector.to_string()),
        legal_class: LegalClass::Unknown,
        legal_class_from: None,
        language: Some(application.language),
    };
    if tx.party_no(&row.organisation)?.is_some() {
        return Err(Refusal::Conflict);
    }
    let RegisterChange::Added(party_no) = tx.import(now).organisation(&row)? else {
        return Err(StoreError::Conflict.into());
    };
    let class = (now.day(), read.declared.legal_class);
    let evidence = format!(
        "application {number} of the programme {}",
        programme.terms.slug
    );
    tx.enter_legal_class(party_no, class, (&evidence, actor), now)?;
    let rows: Vec<OwnAssetRow> = read.assets.iter().map(plain_row).collect();
    let puts: Vec<OwnAssetPut<'_>> = rows
        .iter()
        .map(|row| OwnAssetPut {
            row,
            is_claim: true,
        })
        .collect();
    Holding::keep(tx, party_no)?.change(tx, &puts, &[], now)?;
    let subject = format!("party {}", site.id(IdKind::Party, party_no));
    tx.record(now, actor, "add-organisation", &subject, &row.organisation)?;
    invite(site, tx, party_no, application, read, actor)?;
    Ok(party_no)
}

/// Invites the technical contact of an application as administrator of the organisation that it became. An earlier invitation
/// is worth nothing any more.
pub(super) fn invite(
    site: &Site,
    tx: &mut Tx<'_>,
    party_no: i64,
    application: &Application,
    read: &Read,
    actor: &str,
) -> Result<(), Refusal> {
    let now = site.now();
    let email = application.email.as_ref().ok_or(Refusal::Conflict)?;
    let person_no = match tx.person_with_email(email)? {
        Some(person) => person.person_no,
        None => tx.add_person(email, &read.contact_name, Some(application.language), now)?,
    };
    let token = fresh_token();
    let invitation = NewInvitation {
        person_no,
        party: Some((party_no, OrganisationRole::Administrator)),
        digest: token_digest(&token),
        by: actor,
        expires_at: invitation_end(now),
    };
    tx.invite(&invitation, now)?;
    let facts = invitation_mail(site, &token, Some(&read.organisation));
    let mail = NewServiceMail {
        kind: "invitation",
        to: email,
        language: application.language,
        facts: &facts,
    };
    tx.add_service_mail(&mail, now)?;
    Ok(())
}
