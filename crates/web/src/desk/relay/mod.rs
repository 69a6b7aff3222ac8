//! Agreements with relays: who gets a copy of what whom is told (requirement DI-10). `/desk/relays` lists them, `/desk/relays/{relay}`
//! has one with the organisations that agreed.
//!
//! Whatever makes that more is told to somebody takes two people: one writes it, another confirms what the page shows. What makes it
//! less takes one, and holds at once.

mod form;
mod paper;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::Form;
use model::{Day, IdKind, Language, RsitClassSet, Severity};
use rules::access::DeskDeed;
use rules::four_eyes::may_release;
use serde::{Deserialize, Serialize};
use store::{RELAY_LINKS_MAX, RELAYS_MAX, RelayAgreement, RelayLink, RelayTerms, Tx};
use uuid::Uuid;

use self::form::{LinkForm, TermsForm, offered};
use self::paper::AgreementPaper;
use super::{Done, note_read};
use crate::asset::announce;
use crate::enrol::pdf_file;
use crate::form::{Errors, mark_again, mark_of};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/relays", get(list).post(add))
        .route("/desk/relays/new", get(new))
        .route("/desk/relays/{relay}", get(detail).post(add_link))
        .route("/desk/relays/{relay}/terms", get(show).post(change))
        .route("/desk/relays/{relay}/decide", post(decide))
        .route("/desk/relays/{relay}/{document}", get(document))
}

/// May see who gets copies of what.
fn may_read(staff: &Staff) -> Result<(), Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)
}

/// May write and confirm it.
fn may_change(staff: &Staff) -> Result<(), Refusal> {
    may_read(staff)?;
    staff.must_be_allowed(DeskDeed::ChangeOrganisations)
}

#[derive(Serialize)]
struct ListView {
    relays: Vec<AgreementView>,
    may_change: bool,
    /// There may be more than are shown.
    is_full: bool,
}

/// An agreement, as pages show it.
#[derive(Serialize)]
pub(crate) struct AgreementView {
    id: Uuid,
    name: String,
    /// End of the key of a text: `waits`, `ahead`, `runs`, `over` or `ended`.
    state: &'static str,
    document: String,
    from: String,
    until: String,
    review_on: String,
    /// The day for looking at it again has come.
    is_review_due: bool,
    /// Empty: all.
    classes: Vec<&'static str>,
    severity_min: &'static str,
    may_forward: bool,
    feedback: String,
    changed_at: String,
    confirmed_at: Option<String>,
    ended_at: Option<String>,
}

impl AgreementView {
    /// As it stands on a day.
    pub(crate) fn new(site: &Site, agreement: &RelayAgreement, today: Day) -> Self {
        let terms = &agreement.terms;
        let state = if agreement.ended_at.is_some() {
            "ended"
        } else if agreement.confirmed_at.is_none() {
            "waits"
        } else if terms.from > today {
            "ahead"
        } else if agreement.runs_on(today) {
            "runs"
        } else {
            "over"
        };
        Self {
            id: site.id(IdKind::Party, agreement.relay_no),
            name: agreement.name.clone(),
            state,
            document: terms.document.clone(),
            from: terms.from.to_string(),
            until: terms.until.map(|day| day.to_string()).unwrap_or_default(),
            review_on: terms.review_on.to_string(),
            is_review_due: agreement.ended_at.is_none() && terms.review_on <= today,
            classes: match terms.classes == RsitClassSet::ALL {
                true => Vec::new(),
                false => terms.classes.iter().map(|class| class.as_str()).collect(),
            },
            severity_min: terms.severity_min.as_str(),
            may_forward: terms.may_forward,
            feedback: terms.feedback.clone(),
            changed_at: agreement.changed_at.to_string(),
            confirmed_at: agreement.confirmed_at.map(|at| at.to_string()),
            ended_at: agreement.ended_at.map(|at| at.to_string()),
        }
    }
}

/// An organisation of which a relay gets copies.
#[derive(Serialize)]
struct LinkView {
    id: Uuid,
    name: String,
    agreed_on: String,
    ground: String,
    /// End of the key of a text: `waits`, `holds` or `ended`.
    state: &'static str,
    /// Since when, where it holds.
    since: Option<String>,
}

impl LinkView {
    fn new(site: &Site, link: &RelayLink) -> Self {
        Self {
            id: site.id(IdKind::Party, link.party_no),
            name: link.name.clone(),
            agreed_on: link.agreed_on.to_string(),
            ground: link.ground.clone(),
            state: match (link.ended_at, link.confirmed_at) {
                (Some(_), _) => "ended",
                (None, None) => "waits",
                (None, Some(_)) => "holds",
            },
            since: link.confirmed_at.map(|at| at.to_string()),
        }
    }
}

async fn list(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    may_read(&staff)?;
    note_read(&site, &staff, "relay agreements".to_owned(), "").await?;
    let found = site.read(|tx| Ok(tx.relay_agreements()?)).await?;
    let today = site.now().day();
    let view = ListView {
        may_change: may_change(&staff).is_ok(),
        is_full: found.len() as i64 == RELAYS_MAX,
        relays: found
            .iter()
            .map(|agreement| AgreementView::new(&site, agreement, today))
            .collect(),
    };
    site.page(&staff, "desk/relay/list.html", &view)
}

#[derive(Serialize)]
struct FormView {
    /// Nothing for a new one.
    id: Option<Uuid>,
    name: String,
    form: TermsForm,
    /// What somebody saved since the page was opened.
    kept: Option<TermsForm>,
    seen: String,
    classes: Vec<&'static str>,
    severities: Vec<&'static str>,
    errors: Errors,
}

impl FormView {
    fn new(form: TermsForm, errors: Errors) -> Self {
        Self {
            id: None,
            name: String::new(),
            form,
            kept: None,
            seen: String::new(),
            classes: offered().map(|class| class.as_str()).collect(),
            severities: Severity::ALL.iter().map(|it| it.as_str()).collect(),
            errors,
        }
    }
}

async fn new(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    may_change(&staff)?;
    let form = TermsForm::begin(site.now().day());
    let view = FormView::new(form, Errors::default());
    site.page(&staff, "desk/relay/terms.html", &view)
}

/// `POST /desk/relays`: writes an agreement with an organisation that has none, or one that was ended.
async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<TermsForm>,
) -> Result<Response, Refusal> {
    may_change(&staff)?;
    let mut errors = Errors::default();
    let reference = form.reference.trim().to_owned();
    if reference.is_empty() {
        errors.add("reference", "desk-relay-error-organisation");
    }
    let Some(terms) = form.read(&mut errors) else {
        let view = FormView::new(form, errors);
        return site.page(&staff, "desk/relay/terms.html", &view);
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    let (person_no, inner) = (staff.who.person.person_no, site.clone());
    let added = site
        .write(move |tx| {
            let Some(relay_no) = open_party(tx, &reference)? else {
                return Ok(Err("desk-relay-error-organisation"));
            };
            let before = tx.relay_agreement(relay_no)?;
            if before.is_some_and(|agreement| agreement.ended_at.is_none()) {
                return Ok(Err("desk-relay-error-known"));
            }
            let id = inner.id(IdKind::Party, relay_no);
            tx.put_relay_terms(relay_no, &terms, person_no, now)?;
            let subject = format!("party {id}");
            tx.record(
                now,
                &actor,
                "change-relay-agreement",
                &subject,
                &detail_of(&terms),
            )?;
            Ok(Ok(id))
        })
        .await?;
    match added {
        Ok(id) => Ok(Redirect::to(&format!("/desk/relays/{id}?done=written")).into_response()),
        Err(wrong) => {
            errors.add("reference", wrong);
            let view = FormView::new(form, errors);
            site.page(&staff, "desk/relay/terms.html", &view)
        }
    }
}

/// The organisation that files name so, while it is open.
fn open_party(tx: &mut Tx<'_>, reference: &str) -> Result<Option<i64>, Refusal> {
    let Some(party_no) = tx.party_no(reference)? else {
        return Ok(None);
    };
    Ok(tx.party_is_open(party_no)?.then_some(party_no))
}

/// What is agreed, for the audit log.
fn detail_of(terms: &RelayTerms) -> String {
    let until = terms.until.map(|day| day.to_string());
    format!(
        "{}, from {} until {}, {} and above, {} report classes",
        terms.document,
        terms.from,
        until.as_deref().unwrap_or("further notice"),
        terms.severity_min,
        terms.classes.iter().count()
    )
}

async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    terms_page(&site, &staff, id, None, Errors::default()).await
}

/// The page with what is agreed. `typed` is what was sent, and whether something else was saved since.
async fn terms_page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: Option<(TermsForm, bool)>,
    errors: Errors,
) -> Result<Response, Refusal> {
    may_change(staff)?;
    let agreement = agreement_of(site, id).await?;
    note_read(site, staff, format!("party {id}"), "a relay").await?;
    let kept = TermsForm::of(&agreement.terms);
    let sent = typed.as_ref().filter(|(_, is_overtaken)| !is_overtaken);
    let seen = mark_again(&kept, sent.map(|(form, _)| &form.seen[..]));
    let (form, is_overtaken) = typed.unwrap_or_else(|| (kept.clone(), false));
    let view = FormView {
        id: Some(id),
        name: agreement.name,
        kept: is_overtaken.then_some(kept),
        seen,
        ..FormView::new(form, errors)
    };
    site.page(staff, "desk/relay/terms.html", &view)
}

async fn agreement_of(site: &Site, id: Uuid) -> Result<RelayAgreement, Refusal> {
    let relay_no = site.number(IdKind::Party, &id)?;
    let found = site
        .read(move |tx| Ok(tx.relay_agreement(relay_no)?))
        .await?;
    found.ok_or(Refusal::NotFound)
}

/// `POST /desk/relays/{relay}/terms`: changes what is agreed. There are no copies until another person confirms it.
async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<TermsForm>,
) -> Result<Response, Refusal> {
    may_change(&staff)?;
    let relay_no = site.number(IdKind::Party, &id)?;
    agreement_of(&site, id).await?;
    let mut errors = Errors::default();
    let Some(terms) = form.read(&mut errors) else {
        return terms_page(&site, &staff, id, Some((form, false)), errors).await;
    };
    let (actor, now, seen) = (staff.who.actor(&site), site.now(), form.seen.clone());
    let person_no = staff.who.person.person_no;
    let is_changed = site
        .write(move |tx| {
            let kept = tx.relay_agreement(relay_no)?.ok_or(Refusal::NotFound)?;
            if kept.ended_at.is_some() {
                return Err(Refusal::Conflict);
            }
            if !seen.is_empty() && seen != mark_of(&TermsForm::of(&kept.terms)) {
                return Ok(false);
            }
            tx.put_relay_terms(relay_no, &terms, person_no, now)?;
            announce(tx, now)?;
            let subject = format!("party {id}");
            tx.record(
                now,
                &actor,
                "change-relay-agreement",
                &subject,
                &detail_of(&terms),
            )?;
            Ok(true)
        })
        .await?;
    if !is_changed {
        return terms_page(&site, &staff, id, Some((form, true)), errors).await;
    }
    Ok(Redirect::to(&format!("/desk/relays/{id}?done=written")).into_response())
}

#[derive(Serialize)]
struct View {
    relay: AgreementView,
    /// Who wrote it like this; empty where the name is not kept.
    changed_by: String,
    links: Vec<LinkView>,
    is_full: bool,
    /// No copy can arrive: the relay has no address for messages.
    has_no_contact: bool,
    /// Something waits to be confirmed.
    waits: bool,
    /// All that waits was written by the visitor.
    is_own: bool,
    may_change: bool,
    may_confirm: bool,
    seen: String,
    form: LinkForm,
    errors: Errors,
    done: Option<&'static str>,
    is_overtaken: bool,
}

/// What was typed and done on the page.
#[derive(Default)]
struct Typed {
    form: LinkForm,
    errors: Errors,
    done: Option<&'static str>,
    is_overtaken: bool,
}

async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let known = ["written", "added", "confirmed", "ended", "link-ended"];
    let typed = Typed {
        done: before.key(&known),
        ..Typed::default()
    };
    page(&site, &staff, id, typed).await
}

async fn page(site: &Site, staff: &Staff, id: Uuid, typed: Typed) -> Result<Response, Refusal> {
    may_read(staff)?;
    let agreement = agreement_of(site, id).await?;
    note_read(site, staff, format!("party {id}"), "a relay").await?;
    let (relay_no, changed_by) = (agreement.relay_no, agreement.changed_by);
    let (links, contacts, person) = site
        .read(move |tx| {
            let links = tx.relay_links(relay_no)?;
            Ok((links, tx.contacts(relay_no)?, tx.person(changed_by)?))
        })
        .await?;
    let person_no = staff.who.person.person_no;
    let waiting = Waiting::of(&agreement, &links);
    let may_change = may_change(staff).is_ok();
    let is_foreign = waiting.writers.iter().any(|no| may_release(*no, person_no));
    let view = View {
        relay: AgreementView::new(site, &agreement, site.now().day()),
        changed_by: person.map(|person| person.name).unwrap_or_default(),
        is_full: links.len() as i64 == RELAY_LINKS_MAX,
        has_no_contact: contacts.is_empty(),
        waits: !waiting.writers.is_empty(),
        is_own: !waiting.writers.is_empty() && !is_foreign,
        may_change: may_change && agreement.ended_at.is_none(),
        may_confirm: may_change && is_foreign,
        seen: waiting.mark(),
        links: links.iter().map(|link| LinkView::new(site, link)).collect(),
        form: typed.form,
        errors: typed.errors,
        done: typed.done,
        is_overtaken: typed.is_overtaken,
    };
    site.page(staff, "desk/relay/detail.html", &view)
}

/// What waits to be confirmed, for the mark of the page that shows it.
#[derive(Serialize)]
struct Waiting {
    terms: Option<TermsForm>,
    links: Vec<(i64, String, String)>,
    /// People who wrote it.
    #[serde(skip)]
    writers: Vec<i64>,
}

impl Waiting {
    fn of(agreement: &RelayAgreement, links: &[RelayLink]) -> Self {
        let mut writers = Vec::new();
        let waits = agreement.confirmed_at.is_none() && agreement.ended_at.is_none();
        if waits {
            writers.push(agreement.changed_by);
        }
        let links = links
            .iter()
            .filter(|link| link.confirmed_at.is_none() && link.ended_at.is_none());
        writers.extend(links.clone().map(|link| link.entered_by));
        Self {
            // Whoever confirms an organisation confirms it under what is agreed.
            terms: Some(TermsForm::of(&agreement.terms)),
            links: links
                .map(|link| {
                    (
                        link.party_no,
                        link.agreed_on.to_string(),
                        link.ground.clone(),
                    )
                })
                .collect(),
            writers,
        }
    }

    fn mark(&self) -> String {
        mark_of(self)
    }
}

/// `POST /desk/relays/{relay}`: notes that an organisation agrees that the relay gets copies.
async fn add_link(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<LinkForm>,
) -> Result<Response, Refusal> {
    may_change(&staff)?;
    let agreement = agreement_of(&site, id).await?;
    if agreement.ended_at.is_some() {
        return Err(Refusal::Conflict);
    }
    let mut errors = Errors::default();
    let organisation = form.organisation.trim().to_owned();
    if organisation.is_empty() {
        errors.add("organisation", "desk-relay-error-organisation");
    }
    let agreed = form.read(site.now().day(), &mut errors);
    let wrong = match agreed.filter(|_| errors.is_empty()) {
        None => None,
        Some((agreed_on, ground)) => {
            let (actor, now) = (staff.who.actor(&site), site.now());
            let (relay_no, person_no) = (agreement.relay_no, staff.who.person.person_no);
            let (inner, name) = (site.clone(), agreement.name);
            site.write(move |tx| {
                let party_no = open_party(tx, &organisation)?;
                let Some(party_no) = party_no.filter(|party_no| *party_no != relay_no) else {
                    return Ok(Some("desk-relay-error-organisation"));
                };
                let link = (relay_no, party_no);
                if !tx.add_relay_link(link, (agreed_on, &ground), person_no, now)? {
                    return Ok(Some("desk-relay-error-linked"));
                }
                let subject = format!("party {}", inner.id(IdKind::Party, party_no));
                let detail = format!("{name}, agreed on {agreed_on}: {ground}");
                tx.record(now, &actor, "add-relay-link", &subject, &detail)?;
                Ok(Some(""))
            })
            .await?
        }
    };
    if wrong == Some("") {
        return Ok(Redirect::to(&format!("/desk/relays/{id}?done=added")).into_response());
    }
    if let Some(wrong) = wrong {
        errors.add("organisation", wrong);
    }
    let typed = Typed {
        form,
        errors,
        ..Typed::default()
    };
    page(&site, &staff, id, typed).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Decision {
    /// `confirm`, `end` or `end-link`.
    act: String,
    /// The organisation, where it is about one.
    organisation: Option<Uuid>,
    /// Mark of what waits as the page showed it.
    seen: String,
}

/// `POST /desk/relays/{relay}/decide`: confirms what another person wrote, or ends the agreement or what is copied of one organisation.
async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    may_change(&staff)?;
    let agreement = agreement_of(&site, id).await?;
    let (actor, now, inner) = (staff.who.actor(&site), site.now(), site.clone());
    let (relay_no, person_no) = (agreement.relay_no, staff.who.person.person_no);
    let of_relay = format!("party {id}");
    let done = match &form.act[..] {
        "confirm" => {
            staff.who.must_have_proved(now)?;
            let seen = form.seen;
            let is_confirmed = site
                .write(move |tx| {
                    let kept = tx.relay_agreement(relay_no)?.ok_or(Refusal::NotFound)?;
                    let links = tx.relay_links(relay_no)?;
                    let waiting = Waiting::of(&kept, &links);
                    if !waiting.writers.iter().any(|no| may_release(*no, person_no)) {
                        return Err(Refusal::Conflict);
                    }
                    if seen != waiting.mark() {
                        return Ok(false);
                    }
                    if tx.confirm_relay_agreement(relay_no, person_no, now)? {
                        let detail = detail_of(&kept.terms);
                        tx.record(now, &actor, "confirm-relay-agreement", &of_relay, &detail)?;
                    }
                    for party_no in tx.confirm_relay_links(relay_no, person_no, now)? {
                        let subject = format!("party {}", inner.id(IdKind::Party, party_no));
                        tx.record(now, &actor, "confirm-relay-link", &subject, &kept.name)?;
                    }
                    announce(tx, now)?;
                    Ok(true)
                })
                .await?;
            if !is_confirmed {
                let typed = Typed {
                    is_overtaken: true,
                    ..Typed::default()
                };
                return page(&site, &staff, id, typed).await;
            }
            "confirmed"
        }
        "end" => {
            site.write(move |tx| {
                for link in tx.relay_links(relay_no)? {
                    if link.ended_at.is_none() {
                        let subject = format!("party {}", inner.id(IdKind::Party, link.party_no));
                        tx.record(now, &actor, "end-relay-link", &subject, &agreement.name)?;
                    }
                }
                if !tx.end_relay_agreement(relay_no, now)? {
                    return Err(Refusal::Conflict);
                }
                announce(tx, now)?;
                Ok(tx.record(now, &actor, "end-relay-agreement", &of_relay, "")?)
            })
            .await?;
            "ended"
        }
        "end-link" => {
            let organisation = form.organisation.ok_or(Refusal::Bad)?;
            let party_no = site.number(IdKind::Party, &organisation)?;
            site.write(move |tx| {
                if !tx.end_relay_link((relay_no, party_no), now)? {
                    return Err(Refusal::Conflict);
                }
                announce(tx, now)?;
                let subject = format!("party {organisation}");
                Ok(tx.record(now, &actor, "end-relay-link", &subject, &agreement.name)?)
            })
            .await?;
            "link-ended"
        }
        _ => return Err(Refusal::Bad),
    };
    Ok(Redirect::to(&format!("/desk/relays/{id}?done={done}")).into_response())
}

/// `GET /desk/relays/{relay}/agreement-en.pdf`: what is agreed, for people.
async fn document(
    State(site): State<Site>,
    staff: Staff,
    Path((id, name)): Path<(Uuid, String)>,
) -> Result<Response, Refusal> {
    may_read(&staff)?;
    let language = name
        .strip_prefix("agreement-")
        .and_then(|rest| rest.strip_suffix(".pdf"));
    let mut languages = Language::ALL.iter();
    let language = languages.find(|it| Some(it.as_str()) == language);
    let language = *language.ok_or(Refusal::NotFound)?;
    let agreement = agreement_of(&site, id).await?;
    note_read(&site, &staff, format!("party {id}"), "a relay").await?;
    let relay_no = agreement.relay_no;
    let links = site.read(move |tx| Ok(tx.relay_links(relay_no)?)).await?;
    let paper = AgreementPaper {
        agreement: &agreement,
        links: &links,
        language,
        made_on: site.now().day(),
    };
    let document = paper.document(&site, &staff.visitor.desk_name)?;
    pdf_file(&document, &name)
}
