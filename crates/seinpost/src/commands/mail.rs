//! `seinpost mail`: the mail relay, tried before anybody waits for a warning.

use std::io::Write;

use clap::Subcommand;
use message::{Letter, Mail as Written};
use model::{EmailAddress, Timestamp};
use pipeline::distribute::{MailStep, Transport, Trial};
use rules::message::{ServiceContext, ServiceKind, render_service};
use serde::Serialize;
use store::Desk;

use crate::lifecycle::{Missing, transport};
use crate::output::{Table, harmless};
use crate::problem::wrong;
use crate::session::{Answer, Session, desk_named};
use crate::settings::MailTransport;

const EXAMPLES: &str = "\
Examples:
  seinpost mail test you@csirt.example            as far as the relay takes the recipient
  seinpost mail test you@csirt.example --send     a short mail is really sent
  seinpost mail test you@csirt.example --json

Tries the relay with the settings as they stand, step by step: name, connection, encryption,
greeting, login, sender, recipient. The sender is that of the desk. Without --send nobody gets
anything. Exit code 0 when the relay takes it; 1 when a step fails: the hint says what to do.";

/// Try the mail relay
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mail {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Try the relay with the settings as they stand, and say how far a mail comes
    #[command(after_help = EXAMPLES)]
    Test(Test),
}

#[derive(clap::Args)]
struct Test {
    /// Whether the relay takes mails to this address: your own, say
    address: EmailAddress,
    /// Really send a short mail
    #[arg(long)]
    send: bool,
    /// With the sender of this desk [default: the desk made at installation]
    #[arg(long, value_name = "NAME")]
    desk: Option<String>,
}

#[derive(Serialize)]
struct TrialView {
    relay: String,
    from: String,
    to: String,
    /// Whether the relay took all that was tried.
    is_taken: bool,
    is_sent: bool,
    steps: Vec<StepView>,
    hint: Option<&'static str>,
}

#[derive(Serialize)]
struct StepView {
    step: &'static str,
    is_done: bool,
    /// In the words of the relay where it said something.
    said: String,
}

impl Mail {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::Test(test) => test.run(session),
        }
    }
}

impl Test {
    fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let MailTransport::Smtp { url, .. } = &session.settings.mail else {
            return Err(wrong("no mail relay is set: mails go into a folder")
                .hint("set `mail.transport` to `smtp` and `mail.url` to the relay; see `seinpost config`")
                .into());
        };
        let url = url.clone();
        let desk = desk_named(&session.open_store(Missing::Refuse)?, self.desk.as_deref())?;
        let Some(from) = desk.sender.clone() else {
            return Err(wrong(format!("desk `{}` has no sender yet", desk.name))
                .hint("set it with `seinpost desk set --sender ADDRESS`")
                .into());
        };
        let Transport::Smtp(relay) = transport(&session.settings)? else {
            unreachable!("the settings name a relay");
        };
        let now = session.now();
        let mail = self.send.then(|| short_mail(&desk, &self.address, now));
        let mail = mail.transpose()?;
        let trial = Trial {
            from: &from,
            to: &self.address,
            mail: mail.as_ref(),
        };
        let mut steps = Vec::new();
        let tried = relay.try_out(&trial, &mut |step, said| {
            steps.push(StepView::new(step, true, said))
        });
        let stopped = tried.err();
        steps.extend(
            stopped
                .iter()
                .map(|stopped| StepView::new(stopped.step, false, stopped.why.clone())),
        );
        let view = TrialView {
            relay: url,
            from: from.to_string(),
            to: self.address.to_string(),
            is_taken: stopped.is_none(),
            is_sent: stopped.is_none() && self.send,
            steps,
            hint: stopped.map(|stopped| next_step(stopped.step)),
        };
        show(session, &view)
    }
}

impl StepView {
    fn new(step: MailStep, is_done: bool, said: String) -> Self {
        Self {
            step: step.as_str(),
            is_done,
            said,
        }
    }
}

fn show(session: &mut Session, view: &TrialView) -> anyhow::Result<Answer> {
    if session.json {
        session.out.json(view)?;
        return Ok(Answer::done_if(view.is_taken));
    }
    let mut table = Table::new(["step", "", "what was said"]);
    for step in &view.steps {
        let word = if step.is_done { "ok" } else { "failed" };
        table.row([step.step.into(), word.into(), harmless(&step.said)]);
    }
    table.write_body(&mut session.out, "")?;
    match (view.steps.last(), view.hint) {
        (Some(last), Some(hint)) => {
            let text = format!(
                "the mail relay `{}` takes no mail: the step `{}` failed",
                view.relay, last.step
            );
            Err(wrong(text).hint(hint).into())
        }
        _ => {
            let end = match view.is_sent {
                true => "sent; look whether it arrives, and not among the unwanted ones",
                false => "the relay would take it; nothing was sent",
            };
            writeln!(session.out, "{end}")?;
            Ok(Answer::Done)
        }
    }
}

/// What to do where this step fails.
fn next_step(step: MailStep) -> &'static str {
    match step {
        MailStep::Name => "check the host in `mail.url`, and the DNS of this machine",
        MailStep::Connection => {
            "check host and port in `mail.url`, and whether a firewall lets this machine out; port 465 wants `smtps://`, \
             port 587 `smtp://`"
        }
        MailStep::Encryption => {
            "`mail.url` names the relay as its certificate does; an authority of your own goes into `mail.ca-file`; port 465 \
             wants `smtps://`, port 587 `smtp://`"
        }
        MailStep::Greeting => "ask whoever runs the relay whether this machine may use it",
        MailStep::Login => "check `mail.user` and the file in `mail.password-file`",
        MailStep::Sender => {
            "the relay must take mails from the sender of the desk: log in with `mail.user`, have it allowed there, or set \
             another one with `seinpost desk set --sender`"
        }
        MailStep::Recipient => {
            "try another address; where all are refused, the relay passes nothing on for us: log in with `mail.user`, or have \
             this machine allowed there"
        }
        MailStep::Data | MailStep::Mail => "what the relay said tells why; ask whoever runs it",
    }
}

fn short_mail(desk: &Desk, to: &EmailAddress, now: Timestamp) -> anyhow::Result<Written> {
    let text = render_service(&ServiceContext {
        kind: ServiceKind::RelayTest,
        language: desk.language,
        desk: &desk.name,
        facts: "{}",
    })?;
    let domain = desk
        .sender
        .as_ref()
        .map_or("invalid", |sender| sender.domain().as_str());
    let letter = Letter {
        name: "relay-test",
        to,
        message_id: &format!("<relay-test.{}@{domain}>", now.micros()),
        references: None,
        date: now,
    };
    Ok(Written::letter(&text, desk, &letter)?)
}
