//! Forwarding: somebody outside the organisation gets a link that answers one finding, and a mail that says so.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{AnswerStatus, EmailAddress, Language, Relation, Timestamp};
use rules::access::Deed;
use serde::Deserialize;
use store::{AnswerLink, InboxRow, NewServiceMail, Tx};

use super::answering::{Said, Sayer, write};
use super::detail::{Ids, sayer_of};
use super::filter::one;
use super::list::home;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, fresh_token, token_digest};

/// Days for which the link of a forwarded finding works.
pub(crate) const FORWARD_DAYS: i64 = 30;

/// Mails that an organisation makes us send to addresses of its choice.
const FORWARDS: Limiter = Limiter::new("forward", Rate::per_hour(30));

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ForwardForm {
    /// To whom.
    email: String,
}

/// `POST /organisations/{id}/findings/{finding}/forward`.
pub(super) async fn forward(
    State(site): State<Site>,
    member: Member,
    Path((_, finding)): Ids,
    Form(form): Form<ForwardForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let (asked, who, sayer) = (site.clone(), member.clone(), sayer_of(&site, &member));
    let find = move |tx: &mut Tx<'_>| Ok((sayer.clone(), one(&asked, &who, &finding, tx)?));
    let language = member.visitor.language;
    let done = send(&site, member.party_no, &form, language, find).await?;
    let home = home(&member);
    Ok(Redirect::to(&format!("{home}/{finding}?done={done}")).into_response())
}

/// Makes the link, leaves the mail, and remembers who acts; says what was done. `find` gives the finding as it is then.
pub(crate) async fn send(
    site: &Site,
    party_no: i64,
    form: &ForwardForm,
    language: Language,
    mut find: impl FnMut(&mut Tx<'_>) -> Result<(Sayer, InboxRow), Refusal> + Send + 'static,
) -> Result<&'static str, Refusal> {
    let to = form.email.parse::<EmailAddress>().ok();
    if to.is_some() {
        limit(site, party_no)?;
    }
    let (asked, now) = (site.clone(), site.now());
    site.write(move |tx| {
        let (sayer, row) = find(tx)?;
        must_be_forwardable(&row)?;
        let Some(to) = &to else {
            return Ok("not-forwarded");
        };
        forward_to(&asked, tx, &sayer, &row, (to, language), now)?;
        Ok("forwarded")
    })
    .await
}

/// Counts a mail that an organisation makes us send.
pub(crate) fn limit(site: &Site, party_no: i64) -> Result<(), Refusal> {
    site.limit(&FORWARDS, party_no)
}

/// Refuses what its marking keeps within the organisation, and a copy: whoever gets one runs no system, so nobody solves it there.
pub(crate) fn must_be_forwardable(row: &InboxRow) -> Result<(), Refusal> {
    match row.tlp.may_forward() && row.relation != Relation::Relay {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

/// Forwards a finding: notes it as an answer, makes the link, and leaves the mail.
pub(crate) fn forward_to(
    site: &Site,
    tx: &mut Tx<'_>,
    sayer: &Sayer,
    row: &InboxRow,
    (to, language): (&EmailAddress, Language),
    now: Timestamp,
) -> Result<(), Refusal> {
    let said = Said {
        status: Some(AnswerStatus::Forwarded),
        comment: to.to_string(),
        ..Said::default()
    };
    write(site, tx, sayer, row, &said, now)?;
    add_link(site, tx, sayer, row, (to, language), now)
}

fn add_link(
    site: &Site,
    tx: &mut Tx<'_>,
    sayer: &Sayer,
    row: &InboxRow,
    (to, language): (&EmailAddress, Language),
    now: Timestamp,
) -> Result<(), Refusal> {
    let token = fresh_token();
    let link = AnswerLink {
        notification_no: row.place.notification_no,
        finding_no: row.place.finding_no,
        created_by: sayer.actor.clone(),
        address: to.to_string(),
        expires_at: now.plus_seconds(FORWARD_DAYS * 86_400),
    };
    tx.add_answer_link(&token_digest(&token), &link, now)?;
    let facts = serde_json::json!({
        "organisation": sayer.party_name,
        "link": site.link(&format!("/answer/{token}")),
        "days": FORWARD_DAYS,
    });
    let mail = NewServiceMail {
        kind: "forward",
        to,
        language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, now)?;
    Ok(())
}
