//! `GET /organisations/{id}/findings/{finding}`: one finding, with all that the organisation may know of it.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{AnswerDoor, AnswerStatus, IdKind, Reader};
use rules::access::{Deed, Standing};
use rules::answer::{asks_about_the_past, choices_of};
use rules::message::evidence_values;
use serde::{Deserialize, Serialize};
use store::{CustomerReport, InboxRow, Judgement, ToldSighting, Tx};
use uuid::Uuid;

use super::answering::{AnswerForm, Read, Said, Sayer, write};
use super::filter::one;
use super::forward::must_be_forwardable;
use super::history::{Happened, What, history, word_of};
use super::links::{LinkView, MessageLinkView, links_of, message_links_of};
use super::list::home;
use super::remember::{ActingView, own_care};
use super::shown::{AdviceView, FindingView, advice_about};
use crate::feedback::useful::{self, UsefulForm, UsefulView};
use crate::form::{self, Errors};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Organisation and finding of the path.
pub(super) type Ids = Path<(Uuid, Uuid)>;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    /// For which reader the advice is written; that of the message unless it says otherwise.
    reader: String,
    /// What was done just now: end of the key of a text.
    done: String,
}

/// What was done just now that this page has a text for.
const DONE: [&str; 10] = [
    "answered",
    "compromised",
    "commented",
    "assigned",
    "forwarded",
    "not-forwarded",
    "link-ended",
    "message-link-ended",
    "remembered",
    "useful",
];

#[derive(Serialize)]
struct DetailView {
    finding: FindingView,
    here: String,
    home: String,
    why: String,
    relation: &'static str,
    is_again: bool,
    sightings: Vec<SightingView>,
    advice: Option<AdviceView>,
    reader: &'static str,
    readers: Vec<&'static str>,
    history: Vec<HistoryView>,
    may_answer: bool,
    may_forward: bool,
    /// Who can take it: public id and name.
    members: Vec<(String, String)>,
    assigned_to: String,
    choices: Vec<&'static str>,
    form: AnswerForm,
    errors: Errors,
    asks_about_the_past: bool,
    useful: UsefulView,
    useful_action: String,
    /// Links by which it was forwarded and that still work, for those who may end them.
    links: Vec<LinkView>,
    /// Links of the messages that told of it, for those who may end them.
    message_links: Vec<MessageLinkView>,
    acting: ActingView,
    own_reference: String,
    /// What was done for the customer, and when that was said.
    customer: Option<(&'static str, String)>,
    /// Products that the organisation said it uses, and that the source names.
    in_use: String,
    done: &'static str,
}

/// A sighting as far as its marking allows.
#[derive(Serialize)]
pub(crate) struct SightingView {
    observed_at: String,
    received_at: String,
    /// Whole hours between the two.
    delay_hours: i64,
    tlp: &'static str,
    evidence: Vec<(String, String)>,
}

impl SightingView {
    pub(crate) fn new(sighting: &ToldSighting) -> Self {
        let delay = sighting.received_at.seconds_since(sighting.observed_at);
        Self {
            observed_at: sighting.observed_at.to_string(),
            received_at: sighting.received_at.to_string(),
            delay_hours: delay.max(0) / 3_600,
            tlp: sighting.tlp.as_str(),
            evidence: evidence_values(&sighting.evidence),
        }
    }
}

/// Something that happened.
#[derive(Default, Serialize)]
struct HistoryView {
    at: String,
    /// End of the key of its text.
    what: &'static str,
    /// Who, where that may be shown.
    who: String,
    /// Through which door; empty where nobody said anything.
    door: &'static str,
    /// A day that belongs to it: until when, since when.
    day: String,
    comment: String,
}

/// Everything that the page shows, from one snapshot.
struct Known {
    row: InboxRow,
    line: Option<rules::message::MessageLine>,
    advice: message::Advice,
    sightings: Vec<ToldSighting>,
    history: Vec<HistoryView>,
    members: Vec<(i64, String)>,
    judgement: Option<Judgement>,
    links: Vec<LinkView>,
    message_links: Vec<MessageLinkView>,
    acting: ActingView,
    customer: Option<CustomerReport>,
    in_use: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, finding)): Ids,
    Query(choice): Query<Choice>,
) -> Result<Response, Refusal> {
    let (page, row) = page(
        &site,
        &member,
        finding,
        &choice,
        AnswerForm::default(),
        None,
    )
    .await?;
    if row.status == AnswerStatus::New && member.standing.may(Deed::AnswerFindings) {
        note_seen(&site, &member, row);
    }
    Ok(page)
}

fn note_seen(site: &Site, member: &Member, row: InboxRow) {
    let (asked, sayer, now) = (site.clone(), sayer_of(site, member), site.now());
    let seen = Said {
        status: Some(AnswerStatus::Seen),
        ..Said::default()
    };
    site.note("that a finding was seen", move |tx| {
        match write(&asked, tx, &sayer, &row, &seen, now) {
            // Somebody answered since the page was read.
            Err(Refusal::Conflict) => Ok(()),
            written => written,
        }
    });
}

/// `POST /organisations/{id}/findings/{finding}`: an answer or a comment.
pub(super) async fn answer(
    State(site): State<Site>,
    member: Member,
    Path((_, finding)): Ids,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let (asked, who) = (site.clone(), member.clone());
    let row = site.read(move |tx| one(&asked, &who, &finding, tx)).await?;
    let choices = choices_of(row.relation);
    let said = match form.read((row.role, row.place.severity), choices, site.now().day()) {
        Read::Said(said) => said,
        Read::AskAboutThePast => {
            let (page, _) = page(&site, &member, finding, &Choice::default(), form, None).await?;
            return Ok(page);
        }
        Read::Wrong(errors) => {
            let choice = Choice::default();
            let (page, _) = page(&site, &member, finding, &choice, form, Some(errors)).await?;
            return Ok(page);
        }
    };
    let done = match said.status {
        Some(AnswerStatus::SolvedPossiblyCompromised) => "compromised",
        Some(_) => "answered",
        None => "commented",
    };
    say(&site, &member, finding, said).await?;
    let home = home(&member);
    Ok(Redirect::to(&format!("{home}/{finding}?done={done}")).into_response())
}

#[derive(Deserialize)]
pub(super) struct Assignment {
    /// Public id of a person.
    person: Uuid,
}

/// `POST /organisations/{id}/findings/{finding}/assign`: gives the work to a member, or to whoever asks.
pub(super) async fn assign(
    State(site): State<Site>,
    member: Member,
    Path((_, finding)): Ids,
    Form(form): Form<Assignment>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let person_no = site.number(IdKind::Person, &form.person)?;
    let party_no = member.party_no;
    if person_no != member.who.person.person_no {
        let members = site.read(move |tx| Ok(tx.members_of(party_no)?)).await?;
        if !members.iter().any(|member| member.person_no == person_no) {
            return Err(Refusal::NotFound);
        }
    }
    let said = Said {
        assigned_to: Some(person_no),
        ..Said::default()
    };
    say(&site, &member, finding, said).await?;
    Ok(Redirect::to(&format!(
        "{}/{finding}?done=assigned",
        home(&member)
    )))
}

/// `POST /organisations/{id}/findings/{finding}/useful`: whether the message about it was useful.
pub(super) async fn judge(
    State(site): State<Site>,
    member: Member,
    Path((_, finding)): Ids,
    Form(form): Form<UsefulForm>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let said = useful::read(&form)?;
    let (asked, who, now) = (site.clone(), member.clone(), site.now());
    site.write(move |tx| {
        let row = one(&asked, &who, &finding, tx)?;
        let message = tx.notification(row.place.notification_no)?;
        useful::judge(tx, &message.ok_or(Refusal::NotFound)?, &said, now)
    })
    .await?;
    let home = home(&member);
    Ok(Redirect::to(&format!("{home}/{finding}?done=useful")))
}

/// Writes what a member says of a finding as it is now.
async fn say(site: &Site, member: &Member, finding: Uuid, said: Said) -> Result<(), Refusal> {
    let (asked, who, now) = (site.clone(), member.clone(), site.now());
    let sayer = sayer_of(site, member);
    site.write(move |tx| {
        let row = one(&asked, &who, &finding, tx)?;
        write(&asked, tx, &sayer, &row, &said, now)
    })
    .await
}

/// Who says it when a member does.
pub(super) fn sayer_of(site: &Site, member: &Member) -> Sayer {
    Sayer {
        party_no: member.party_no,
        party_name: member.party_name.clone(),
        door: match member.standing {
            Standing::Member(_) => AnswerDoor::Portal,
            Standing::Mandate { .. } => AnswerDoor::Mandate,
        },
        actor: member.who.actor(site),
        person_no: Some(member.who.person.person_no),
    }
}

async fn page(
    site: &Site,
    member: &Member,
    finding: Uuid,
    choice: &Choice,
    form: AnswerForm,
    errors: Option<Errors>,
) -> Result<(Response, InboxRow), Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    let (asked, who) = (site.clone(), member.clone());
    let known = site
        .read(move |tx| known_of(&asked, &who, &finding, tx))
        .await?;
    let (row, language) = (&known.row, member.visitor.language);
    let reader = match choice.reader.as_str() {
        "" => row.reader,
        reader => reader.parse().map_err(|_| Refusal::Bad)?,
    };
    let line = known.line.as_ref();
    let may_answer = member.standing.may(Deed::AnswerFindings);
    let home = home(member);
    let id = |person_no: i64| site.id(IdKind::Person, person_no).to_string();
    let view = DetailView {
        finding: FindingView::new(site, row, &known.advice, language),
        here: format!("{home}/{finding}"),
        useful: UsefulView::of(known.judgement),
        useful_action: format!("{home}/{finding}/useful"),
        home,
        why: line.map(|line| line.reason.clone()).unwrap_or_default(),
        own_reference: line
            .map(|line| line.own_reference.clone())
            .unwrap_or_default(),
        links: known.links,
        message_links: known.message_links,
        acting: known.acting,
        customer: known
            .customer
            .map(|it| (it.outcome.as_str(), it.reported_at.to_string())),
        in_use: known.in_use,
        relation: row.relation.as_str(),
        is_again: line.is_some_and(|line| line.again),
        sightings: known.sightings.iter().map(SightingView::new).collect(),
        advice: line.and_then(|line| AdviceView::new(row, &known.advice, line, (language, reader))),
        reader: reader.as_str(),
        readers: Reader::ALL.iter().map(|reader| reader.as_str()).collect(),
        history: known.history,
        may_answer,
        may_forward: may_answer && must_be_forwardable(row).is_ok(),
        members: known
            .members
            .into_iter()
            .map(|(person_no, name)| (id(person_no), name))
            .collect(),
        assigned_to: row.assigned_to.map(id).unwrap_or_default(),
        choices: choices_of(row.relation)
            .iter()
            .map(|status| status.as_str())
            .collect(),
        asks_about_the_past: (form.status.parse().ok())
            .is_some_and(|to| asks_about_the_past(row.role, row.place.severity, to)),
        form,
        errors: errors.unwrap_or_default(),
        done: form::known(&DONE, &choice.done),
    };
    let page = site.page(member, "finding/detail.html", &view)?;
    Ok((page, known.row))
}

fn known_of(
    site: &Site,
    member: &Member,
    finding: &Uuid,
    tx: &mut Tx<'_>,
) -> Result<Known, Refusal> {
    let row = one(site, member, finding, tx)?;
    let message = tx.notification(row.place.notification_no)?;
    let message = message.ok_or(Refusal::NotFound)?;
    let finding_no = row.place.finding_no;
    // Who works there is for those who may know who the people are.
    let mut people = HashMap::new();
    if member.standing.may(Deed::ReadPeople) {
        let known = tx.people_of(member.party_no)?.into_iter();
        people.extend(known.map(|(person, _)| (person.person_no, person.name)));
    }
    let me = &member.who.person;
    people.insert(me.person_no, me.name.clone());
    let language = member.visitor.language;
    let mut members: Vec<_> = people.clone().into_iter().collect();
    members.sort_by(|(_, left), (_, right)| left.cmp(right));
    let history = history(tx, member.party_no, finding_no, row.tlp)?;
    let line = message::Sources::line_of(tx, &message, finding_no, language)?;
    let care = own_care(tx, member, &row)?;
    Ok(Known {
        links: links_of(site, tx, member, finding_no)?,
        message_links: message_links_of(site, tx, member, finding_no)?,
        acting: ActingView::of(tx, member, &row, care.as_ref())?,
        in_use: in_use(tx, member, line.as_ref())?,
        line,
        advice: advice_about(tx, [row.threat.as_str()])?,
        // What the message does not say, the page does not say.
        sightings: tx.told_sightings(member.party_no, finding_no, row.tlp)?,
        history: history
            .iter()
            .map(|happened| HistoryView::new(happened, &people))
            .collect(),
        members,
        judgement: tx.judgement(message.notification_no)?,
        customer: tx
            .customer_report(member.party_no, finding_no)?
            .filter(|it| it.episode == row.episode),
        row,
    })
}

/// Products that the organisation said it uses, and that the source names; for those who may read how it works.
fn in_use(
    tx: &mut Tx<'_>,
    member: &Member,
    line: Option<&rules::message::MessageLine>,
) -> Result<String, Refusal> {
    if !member.standing.may(Deed::ReadPeople) {
        return Ok(String::new());
    }
    let products = tx.profile(member.party_no)?.products;
    let named = message::named_by(&products, line.map_or(&[], std::slice::from_ref));
    let names = named.iter().map(|it| format!("{} {}", it.vendor, it.name));
    let names: Vec<String> = names.map(|name| name.trim().to_owned()).collect();
    Ok(names.join(", "))
}

impl HistoryView {
    fn new(happened: &Happened, people: &HashMap<i64, String>) -> Self {
        let at = happened.at.to_string();
        match &happened.what {
            What::Told(reference) => Self {
                at,
                what: "told",
                who: reference.clone(),
                ..Self::default()
            },
            What::AllClear(reference) => Self {
                at,
                what: "all-clear",
                who: reference.clone(),
                ..Self::default()
            },
            What::Back => Self {
                at,
                what: "back",
                ..Self::default()
            },
            What::Said(event) => {
                let name = event.person_no.and_then(|person_no| people.get(&person_no));
                let day = event.until.or(event.patched);
                Self {
                    at,
                    what: word_of(event),
                    who: name.cloned().unwrap_or_default(),
                    door: event.door.as_str(),
                    day: day.map(|day| day.to_string()).unwrap_or_default(),
                    comment: event.comment.clone(),
                }
            }
        }
    }
}
