//! `/desk/programmes/{programme}/participants/{application}`: one participant: what it signed and reported, which criterion it
//! does not meet, and whether anybody there can sign in. Ending its part, and inviting its contact anew.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind, LegalClass, PlaceState};
use rules::access::{DeskDeed, staff_may};
use rules::enrol::criteria::has_csirt_by_law;
use serde::{Deserialize, Serialize};
use store::{Application, Participant, Place, Programme, Signature, Tx};
use uuid::Uuid;

use super::participants::mailbox_word;
use super::places::PlaceReason;
use super::{admission, coordinator_must_have_proved, done, hold_running};
use crate::acting::Acting;
use crate::desk::Done;
use crate::desk::legal_class::enter_class;
use crate::desk::reason::read_reason;
use crate::enrol::{
    ChangeView, Declarations, form_of, in_language, pass_on, reference_of, tell_participant,
};
use crate::form::Errors;
use crate::organisation::member_change::has_administrator;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    here: String,
    programme_id: Uuid,
    programme: String,
    number: u32,
    name: String,
    state: &'static str,
    mailbox: Option<String>,
    mailbox_state: &'static str,
    /// What holds for each criterion today; empty: what was declared was deleted.
    criteria: Vec<(&'static str, &'static str)>,
    changes: Vec<ChangeView>,
    signatures: Vec<SignatureView>,
    must_sign: bool,
    sign_by: Option<String>,
    may_end: bool,
    /// It takes part, and the visitor may move it to those whom the law gives a CSIRT.
    may_move: bool,
    /// Why its part ended; `None`: it did not.
    ended_because: Option<PlaceReason>,
    /// What the law makes of it: class and first day, the newest first.
    classes: Vec<(&'static str, String)>,
    /// The classes to which it can be moved.
    class_words: Vec<&'static str>,
    account: Account,
    form: EndForm,
    errors: Errors,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct SignatureView {
    version: i64,
    signatory: String,
    signed_at: String,
    digest: String,
}

impl SignatureView {
    fn new((version, signature): (i64, Signature)) -> Self {
        Self {
            version,
            signed_at: signature.signed_at.to_string(),
            signatory: signature.signatory,
            digest: signature.digest,
        }
    }
}

/// Whether somebody of the organisation can sign in.
#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Account {
    /// It has an administrator.
    There,
    /// Its contact was invited, and can still say yes until then.
    Invited { until: String },
    /// Its contact can be invited anew.
    Lapsed,
    /// It was here before the application: nobody is let in on its word.
    Nobody,
}

/// A participant with everything that its page shows and its end depends on.
struct Found<'p> {
    participant: Participant,
    application: Application,
    place: Place,
    declared: Declarations<'p>,
    changes: Vec<ChangeView>,
    must_sign: bool,
    sign_by: Option<Day>,
}

impl<'p> Found<'p> {
    fn of(tx: &mut Tx<'_>, programme: &'p Programme, application_no: i64) -> Result<Self, Refusal> {
        let participant = tx.participant(application_no)?;
        let participant = participant
            .filter(|one| one.programme_no == programme.programme_no)
            .ok_or(Refusal::NotFound)?;
        let changes = tx.participant_changes(application_no)?;
        let declared = Declarations::of(tx, &participant, programme, &changes)?;
        let newest = tx.newest_agreement(programme.programme_no)?;
        let unsigned = tx.unsigned_of(programme.programme_no)?;
        Ok(Self {
            application: tx.application(application_no)?.ok_or(Refusal::NotFound)?,
            place: tx.place(application_no)?.ok_or(Refusal::NotFound)?,
            changes: declared.changes(&changes),
            declared,
            must_sign: unsigned.binary_search(&application_no).is_ok(),
            sign_by: newest.and_then(|agreement| agreement.sign_by),
            participant,
        })
    }

    /// Whether its part can be ended: it does not meet the criteria, or did not sign in time.
    fn may_end(&self, today: Day) -> bool {
        let is_late = self.must_sign && self.sign_by.is_some_and(|day| day < today);
        self.place.state == PlaceState::Taken && (is_late || !self.declared.are_met_on(today))
    }

    /// Enters the class of those among whom the organisation goes on, from today, where the register has another one. What is
    /// open is routed again with it. The history of the organisation says from which programme it came.
    fn move_to(
        &self,
        site: &Site,
        tx: &mut Tx<'_>,
        programme: &Programme,
        (class, reason): (LegalClass, &str),
        actor: &str,
    ) -> Result<(), Refusal> {
        let (party_no, now) = (self.participant.party_no, site.now());
        if tx.legal_class_on(party_no, now.day())? == class {
            return Ok(());
        }
        let acting = Acting {
            party_no,
            actor: actor.to_owned(),
            subject: format!("party {}", site.id(IdKind::Party, party_no)),
        };
        let number = self.application.number.unwrap_or_default();
        let slug = &programme.terms.slug;
        let evidence = format!("{reason} (application {number} of the programme {slug})");
        Ok(enter_class(
            tx,
            &acting,
            (now.day(), class),
            &evidence,
            now,
        )?)
    }

    /// Whether the organisation came into the register by this application.
    fn is_made_here(&self, tx: &mut Tx<'_>, programme: &Programme) -> Result<bool, Refusal> {
        let number = self.application.number.unwrap_or_default();
        let party = tx.party(self.participant.party_no)?;
        Ok(party.is_some_and(|party| party.reference == reference_of(programme, number)))
    }

    fn account(
        &self,
        site: &Site,
        tx: &mut Tx<'_>,
        programme: &Programme,
    ) -> Result<Account, Refusal> {
        let party_no = self.participant.party_no;
        if has_administrator(tx, party_no)? {
            return Ok(Account::There);
        }
        if !self.is_made_here(tx, programme)? || self.application.email.is_none() {
            return Ok(Account::Nobody);
        }
        let open = tx.invitations_of(party_no, site.now())?.into_iter().next();
        Ok(match open {
            Some((invitation, _)) => Account::Invited {
                until: invitation.expires_at.to_string(),
            },
            None => Account::Lapsed,
        })
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["ended", "moved", "invited"]);
    let form = EndForm::default();
    page(&site, &staff, ids, form, Errors::default(), done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    ids: (Uuid, Uuid),
    form: EndForm,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &ids.0)?;
    let application_no = site.number(IdKind::Application, &ids.1)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(site), site.now());
    let language = staff.visitor.language;
    let may_enter_class = staff_may(&staff.who.staff_roles, DeskDeed::ChangeOrganisations);
    let view = site
        .write(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let found = Found::of(tx, &programme, application_no)?;
            let account = found.account(&inner, tx, &programme)?;
            let signed = tx.signatures_of(programme_no, found.participant.party_no)?;
            let watched = tx.mailbox_watched(application_no)?.map(|one| one.state);
            // It is data of an organisation: who read it is known.
            let subject = format!("application {}", ids.1);
            tx.record(now, &actor, "read-participation", &subject, "")?;
            let criteria = found.declared.criteria_on(now.day()).into_iter();
            let classes = tx.legal_classes(found.participant.party_no)?.into_iter();
            Ok(View {
                here: address(ids),
                programme_id: ids.0,
                programme: in_language(language, &programme.terms.name),
                number: found.application.number.unwrap_or_default(),
                name: form_of(&found.application).organisation,
                state: found.place.state.as_str(),
                mailbox: found.participant.mailbox.as_ref().map(ToString::to_string),
                mailbox_state: mailbox_word(&found.participant, watched),
                criteria: criteria
                    .map(|(criterion, verdict)| (criterion.as_str(), verdict.as_str()))
                    .collect(),
                signatures: signed.into_iter().map(SignatureView::new).collect(),
                must_sign: found.must_sign,
                sign_by: found.sign_by.map(|day| day.to_string()),
                may_end: found.may_end(now.day()),
                may_move: found.place.state == PlaceState::Taken && may_enter_class,
                ended_because: match found.place.state {
                    PlaceState::Left | PlaceState::Released => PlaceReason::of(&found.place),
                    _ => None,
                },
                classes: classes
                    .map(|entry| (entry.class.as_str(), entry.from.to_string()))
                    .collect(),
                class_words: classes_by_law().map(LegalClass::as_str).collect(),
                changes: found.changes,
                account,
                form: form.clone(),
                errors: errors.clone(),
                done,
            })
        })
        .await?;
    site.page(staff, "desk/programme/participant.html", &view)
}

fn address((programme, application): (Uuid, Uuid)) -> String {
    format!("/desk/programmes/{programme}/participants/{application}")
}

/// The classes whom the law gives a CSIRT.
fn classes_by_law() -> impl Iterator<Item = LegalClass> {
    let classes = LegalClass::ALL.iter().copied();
    classes.filter(|class| has_csirt_by_law(*class))
}

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct EndForm {
    /// The class of those among whom the organisation goes on; empty: it stays in the ordinary service.
    class: String,
    reason: String,
}

impl EndForm {
    /// Where the organisation goes, and why its part ends.
    fn read(&self, errors: &mut Errors) -> Option<(Option<LegalClass>, String)> {
        let class = match self.class.as_str() {
            "" => Ok(None),
            word => classes_by_law()
                .find(|class| class.as_str() == word)
                .map(Some)
                .ok_or(()),
        };
        let class = errors.take("class", class, "enrol-error-choice");
        let reason = read_reason(errors, &self.reason);
        Some((class?, reason?))
    }
}

/// Ends taking part, for whoever no longer meets the criteria or did not sign in time. The organisation stays in the ordinary
/// service; or it goes on among those whom the law gives a CSIRT, with the lawful basis on which these are warned.
pub(super) async fn end(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<EndForm>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let Some((class, reason)) = form.read(&mut errors) else {
        return page(&site, &staff, ids, form, errors, None).await;
    };
    if class.is_some() {
        staff.must_be_allowed(DeskDeed::ChangeOrganisations)?;
    }
    let programme_no = site.number(IdKind::Programme, &ids.0)?;
    let application_no = site.number(IdKind::Application, &ids.1)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        if let Some(class) = class {
            // First: whoever was not flagged before is flagged by this.
            let found = Found::of(tx, &programme, application_no)?;
            found.move_to(&inner, tx, &programme, (class, &reason), &actor)?;
        }
        let found = Found::of(tx, &programme, application_no)?;
        let ended = (PlaceState::Taken, PlaceState::Left);
        if !found.may_end(now.day()) || !tx.change_place(application_no, ended, &reason, now)? {
            return Err(Refusal::Conflict);
        }
        let whom = (&programme, found.participant.party_no);
        let what = if class.is_some() { "moved" } else { "ended" };
        tell_participant(&inner, tx, whom, (what, &reason))?;
        let subject = format!("application {}", ids.1);
        tx.record(now, &actor, "end-participation", &subject, &reason)?;
        Ok(pass_on(&inner, tx, &actor)?)
    })
    .await?;
    let what = if class.is_some() { "moved" } else { "ended" };
    Ok(Redirect::to(&format!("{}?done={what}", address(ids))).into_response())
}

/// Invites the technical contact anew: an invitation is worth nothing after a week.
pub(super) async fn invite(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &ids.0)?;
    let application_no = site.number(IdKind::Application, &ids.1)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        let found = Found::of(tx, &programme, application_no)?;
        let account = found.account(&inner, tx, &programme)?;
        if !matches!(account, Account::Lapsed | Account::Invited { .. }) {
            return Err(Refusal::Conflict);
        }
        let read = form_of(&found.application).read(&programme.terms.sectors);
        let read = read.map_err(|_| Refusal::Conflict)?;
        let party_no = found.participant.party_no;
        admission::invite(&inner, tx, party_no, &found.application, &read, &actor)?;
        let subject = format!("application {}", ids.1);
        Ok(tx.record(now, &actor, "invite-participant", &subject, "")?)
    })
    .await?;
    let page = format!("/participants/{}", ids.1);
    Ok(done(&ids.0, &page, "invited"))
}
