//! `POST /organisations/{id}/findings/bulk`: one status for many ticked findings, or all of them to one person.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Redirect;
use model::{AnswerStatus, Timestamp};
use rules::access::Deed;
use rules::answer::asks_about_the_past;
use serde::de::DeserializeOwned;
use store::{InboxRow, Tx};
use uuid::Uuid;

use super::answering::{Said, Sayer, write};
use super::detail::sayer_of;
use super::filter::{self, Filter};
use super::list::{PAGE_ROWS, home};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Statuses that need no more than a tick. What asks for a day or an explanation is answered one by one.
pub(super) const STATUSES: [AnswerStatus; 3] = [
    AnswerStatus::InProgress,
    AnswerStatus::Solved,
    AnswerStatus::HelpRequested,
];

/// What is done with the ticked findings.
#[derive(Clone, Copy)]
pub(super) enum Deal {
    Status(AnswerStatus),
    TakeOver,
}

impl Deal {
    /// Writes it for one finding; says whether it was done. What asks about the past is not: when it was solved and what
    /// happened before is asked finding by finding.
    pub(super) fn write(
        self,
        site: &Site,
        tx: &mut Tx<'_>,
        sayer: &Sayer,
        row: &InboxRow,
        person_no: i64,
        now: Timestamp,
    ) -> Result<bool, Refusal> {
        let said = match self {
            Self::Status(status) if asks_about_the_past(row.role, row.place.severity, status) => {
                return Ok(false);
            }
            Self::Status(status) => Said {
                status: Some(status),
                ..Said::default()
            },
            Self::TakeOver => Said {
                assigned_to: Some(person_no),
                ..Said::default()
            },
        };
        write(site, tx, sayer, row, &said, now)?;
        Ok(true)
    }
}

/// The form of a list in which findings are ticked.
pub(super) struct Ticked<I> {
    pub(super) deal: Deal,
    pub(super) ids: Vec<I>,
    /// The choices of the list, as the end of an address.
    pub(super) back: String,
}

impl<I> Ticked<I> {
    /// Reads a form of at most `ids_max` findings.
    pub(super) fn read(
        form: &[u8],
        ids_max: usize,
        id: impl Fn(&str) -> Option<I>,
    ) -> Result<Self, Refusal> {
        let (mut deal, mut ids, mut back) = (None, Vec::new(), String::new());
        for (name, value) in url::form_urlencoded::parse(form) {
            match &*name {
                "finding" => ids.push(id(&value).ok_or(Refusal::Bad)?),
                "deal" if value == "take-over" => deal = Some(Deal::TakeOver),
                "deal" => {
                    let status = value
                        .parse()
                        .ok()
                        .filter(|status| STATUSES.contains(status));
                    deal = Some(Deal::Status(status.ok_or(Refusal::Bad)?));
                }
                "back" => back = value.into_owned(),
                _ => {}
            }
        }
        if ids.len() > ids_max {
            return Err(Refusal::Bad);
        }
        let deal = deal.ok_or(Refusal::Bad)?;
        Ok(Self { deal, ids, back })
    }

    /// End of the key of the text that says what was done, where so many findings were left as they were.
    pub(super) fn done(is_none: bool, left: usize) -> &'static str {
        match (is_none, left) {
            (true, _) => "none",
            (false, 0) => "bulk",
            (false, _) => "bulk-but-critical",
        }
    }
}

pub(super) async fn bulk(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let ticked = Ticked::<Uuid>::read(&form, PAGE_ROWS, |text| text.parse().ok())?;
    // `back` was made by the list itself; only the choices that we know are taken over.
    let choices = choices_in::<Filter>(&ticked.back).address(None);
    let (home, now) = (home(&member), site.now());
    let (asked, is_none) = (site.clone(), ticked.ids.is_empty());
    let sayer = sayer_of(&site, &member);
    let left = site
        .write(move |tx| {
            let (mut left, person_no) = (0, member.who.person.person_no);
            for id in &ticked.ids {
                let row = filter::one(&asked, &member, id, tx)?;
                if !ticked
                    .deal
                    .write(&asked, tx, &sayer, &row, person_no, now)?
                {
                    left += 1;
                }
            }
            Ok(left)
        })
        .await?;
    let done = Ticked::<Uuid>::done(is_none, left);
    let joint = if choices.is_empty() { "?" } else { "&" };
    Ok(Redirect::to(&format!("{home}{choices}{joint}done={done}")))
}

/// The choices in the end of an address; those that cannot be read are the usual ones.
pub(super) fn choices_in<F: DeserializeOwned + Default>(address: &str) -> F {
    let uri = format!("/{address}").parse().unwrap_or_default();
    Query::try_from_uri(&uri)
        .map(|query: Query<F>| query.0)
        .unwrap_or_default()
}
