//! `POST /organisations/{id}/findings/bulk`: one status for many ticked findings, or all of them to one person.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Redirect;
use model::AnswerStatus;
use rules::access::Deed;
use rules::answer::asks_about_the_past;
use uuid::Uuid;

use super::answering::{Said, write};
use super::detail::sayer_of;
use super::filter;
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
enum Deal {
    Status(AnswerStatus),
    TakeOver,
}

pub(super) async fn bulk(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let (mut deal, mut ids, mut back) = (None, Vec::new(), String::new());
    for (name, value) in url::form_urlencoded::parse(&form) {
        match &*name {
            "finding" => ids.push(value.parse::<Uuid>().map_err(|_| Refusal::Bad)?),
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
    let deal = deal.ok_or(Refusal::Bad)?;
    if ids.len() > PAGE_ROWS {
        return Err(Refusal::Bad);
    }
    let (home, now) = (home(&member), site.now());
    let (asked, is_none) = (site.clone(), ids.is_empty());
    let sayer = sayer_of(&site, &member);
    let left = site
        .write(move |tx| {
            let mut left = 0;
            for id in &ids {
                let row = filter::one(&asked, &member, id, tx)?;
                let said = match deal {
                    // When it was solved and what happened before is asked finding by finding.
                    Deal::Status(status) if asks_about_the_past(row.place.severity, status) => {
                        left += 1;
                        continue;
                    }
                    Deal::Status(status) => Said {
                        status: Some(status),
                        ..Said::default()
                    },
                    Deal::TakeOver => Said {
                        assigned_to: Some(member.who.person.person_no),
                        ..Said::default()
                    },
                };
                write(&asked, tx, &sayer, &row, &said, now)?;
            }
            Ok(left)
        })
        .await?;
    let done = match (is_none, left) {
        (true, _) => "none",
        (false, 0) => "bulk",
        (false, _) => "bulk-but-critical",
    };
    // `back` is the choices of the list, made by the list itself; only those that we know are taken over.
    let choices = choices_in(&back).address(None);
    let joint = if choices.is_empty() { "?" } else { "&" };
    Ok(Redirect::to(&format!("{home}{choices}{joint}done={done}")))
}

/// The choices in the end of an address; those that cannot be read are the usual ones.
fn choices_in(address: &str) -> filter::Filter {
    let uri = format!("/{address}").parse().unwrap_or_default();
    axum::extract::Query::try_from_uri(&uri)
        .map(|query: axum::extract::Query<filter::Filter>| query.0)
        .unwrap_or_default()
}
