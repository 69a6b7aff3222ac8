//! Sends service mails: about an account or an organisation, never with anything of a finding.
//!
//! They go out while distribution is paused too: a pause is about what the desk warns of, and whoever is to end it may
//! have to sign in first. A mail has one Message-ID for all of its attempts.

use std::time::Duration;

use message::{Letter, Mail, MessageError};
use model::IdKind;
use rules::message::{ServiceContext, ServiceKind, render_service};
use store::{Desk, ServiceMail, ServiceMailEnd, StoreError};

use super::in_one_line;
use super::transport::Handed;
use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;

/// Mails that one worker takes at once.
const TAKEN_MAX: i64 = 50;

/// Seconds to wait after each attempt that did not succeed. After the last the mail is given up: by then a code has long
/// ended, and whoever waits for an invitation has asked again.
const WAIT_SECS: [i64; 6] = [60, 300, 900, 3_600, 14_400, 43_200];

/// Sends what is due, a group at a time; says how many were handed over.
///
/// # Errors
/// When the store fails, or the outbox cannot be synced.
pub(crate) fn send_due(flow: &Flow, stop: &dyn Fn() -> bool) -> Result<u64, FlowError> {
    let mut sent = 0;
    // Longer than the transport may take for a group, so that nobody sends the same mail beside this worker.
    let lease = flow
        .lease
        .max(Duration::from_secs(120))
        .min(store::LEASE_MAX);
    while !stop() {
        let now = flow.clock.now();
        let Some(desk) = flow.store.read(|tx| tx.desk_named(None))? else {
            break;
        };
        if desk.sender.is_none() || desk.reply_to.is_none() {
            break;
        }
        // Looked for by a read first: a worker that is idle writes nothing.
        if !flow.store.read(|tx| tx.has_service_mail(now))? {
            break;
        }
        let together = TAKEN_MAX.min(flow.transport.together() as i64);
        let taken = flow
            .store
            .write(|tx| tx.take_service_mails(together, lease, now))?;
        if taken.is_empty() {
            break;
        }
        sent += send(flow, &desk, taken)?;
    }
    Ok(sent)
}

fn send(flow: &Flow, desk: &Desk, taken: Vec<ServiceMail>) -> Result<u64, FlowError> {
    let id_key = flow.store.read(|tx| tx.installation())?.id_key;
    let mut ends = Vec::new();
    let mut written = Vec::new();
    for mail in taken {
        let id = id_key.public_id(IdKind::ServiceMail, mail.mail_no as u64);
        match write(desk, &mail, &id.to_string()) {
            Ok(letter) => written.push((mail, letter)),
            Err(error) => ends.push((mail, ServiceMailEnd::Failed, in_one_line(&error))),
        }
    }
    let letters: Vec<&Mail> = written.iter().map(|(_, letter)| letter).collect();
    let handed = flow.transport.hand_over(&letters)?;
    let now = flow.clock.now();
    ends.extend(written.into_iter().zip(handed).map(|((mail, _), handed)| {
        let (end, outcome) = match handed {
            Handed::Over(answer) => (ServiceMailEnd::Sent, answer),
            Handed::Refused(why) => (ServiceMailEnd::Failed, why),
            Handed::Later(why) | Handed::Unsure(why) => {
                let wait = WAIT_SECS.get(mail.attempts as usize - 1);
                let end = wait.map_or(ServiceMailEnd::Failed, |wait| {
                    ServiceMailEnd::Later(now.plus_seconds(*wait))
                });
                (end, why)
            }
        };
        // A relay repeats the address in its answers, and that is to be forgotten.
        let outcome = outcome.replace(mail.to.as_str(), "(address)");
        (mail, end, outcome)
    }));
    flow.store.write(|tx| {
        for (mail, end, outcome) in &ends {
            tx.end_service_mail(mail, *end, outcome, now)?;
        }
        Ok::<_, StoreError>(())
    })?;
    for (mail, end, outcome) in &ends {
        if *end != ServiceMailEnd::Sent {
            events::service_mail_not_sent(mail.mail_no, &mail.kind, *end, outcome);
        }
    }
    let is_sent =
        |(_, end, _): &&(ServiceMail, ServiceMailEnd, String)| *end == ServiceMailEnd::Sent;
    Ok(ends.iter().filter(is_sent).count() as u64)
}

fn write(desk: &Desk, mail: &ServiceMail, id: &str) -> Result<Mail, MessageError> {
    let broken =
        |what: String| MessageError::Broken(format!("service mail {}: {what}", mail.mail_no));
    let kind: ServiceKind = mail.kind.parse().map_err(|_| {
        broken(format!(
            "there is no text for `{}`",
            model::shown(&mail.kind)
        ))
    })?;
    let text = render_service(&ServiceContext {
        kind,
        language: mail.language,
        desk: &desk.name,
        facts: &mail.facts,
    })
    .map_err(|error| broken(in_one_line(&error)))?;
    let sender = desk.sender.as_ref();
    let domain = sender.map_or("invalid", |sender| sender.domain().as_str());
    Mail::letter(
        &text,
        desk,
        &Letter {
            name: &format!("service-{id}"),
            to: &mail.to,
            message_id: &format!("<service.{id}@{domain}>"),
            references: None,
            date: mail.created_at,
        },
    )
}
