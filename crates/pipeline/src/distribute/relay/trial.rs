//! A relay is tried with the settings as they stand, and each step is told.

use std::net::SocketAddr;

use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::Rset;
use message::Mail;
use model::EmailAddress;

use super::access::Access;
use super::step::{self, MailStep, Stopped, said};
use super::{SmtpRelay, address, leave};

/// What a trial asks of a relay.
pub struct Trial<'a> {
    /// Who sends.
    pub from: &'a EmailAddress,
    /// Whether the relay takes mails to this address.
    pub to: &'a EmailAddress,
    /// Handed over in the end. Without one the dialogue ends when the recipient was taken, and nobody gets anything.
    pub mail: Option<&'a Mail>,
}

impl SmtpRelay {
    /// Goes the way of a mail on a connection of its own. `done` hears of each step that succeeded, with what there is to say.
    ///
    /// # Errors
    /// At the first step that fails.
    pub fn try_out(
        &self,
        trial: &Trial<'_>,
        done: &mut dyn FnMut(MailStep, String),
    ) -> Result<(), Stopped> {
        let addresses = self.access.addresses()?;
        done(MailStep::Name, listed(&addresses));
        let mut connection = connected(&self.access, &addresses, done)?;
        let tried = self.try_mail(trial, &mut connection, done);
        leave(connection);
        tried
    }

    fn try_mail(
        &self,
        trial: &Trial<'_>,
        connection: &mut SmtpConnection,
        done: &mut dyn FnMut(MailStep, String),
    ) -> Result<(), Stopped> {
        let answer = self.access.log_in(connection)?;
        let answer = answer.as_ref().map(said);
        done(MailStep::Login, answer.unwrap_or("no login is set".into()));
        let of_mail = |step, email| {
            let why = "not an address of mail";
            address(email).ok_or_else(|| Stopped::here(step, why.into()))
        };
        let bytes = trial.mail.map_or(&[][..], |mail| &mail.bytes);
        let answer = step::sender(connection, of_mail(MailStep::Sender, trial.from)?, bytes)?;
        done(MailStep::Sender, said(&answer));
        let answer = step::recipient(connection, of_mail(MailStep::Recipient, trial.to)?)?;
        done(MailStep::Recipient, said(&answer));
        match trial.mail {
            Some(mail) => done(
                MailStep::Mail,
                said(&step::content(connection, &mail.bytes)?),
            ),
            // What it says to that changes nothing any more.
            None => drop(connection.command(Rset)),
        }
        Ok(())
    }
}

/// Connects with the newest encryption, else as mails are handed over.
fn connected(
    access: &Access,
    addresses: &[SocketAddr],
    done: &mut dyn FnMut(MailStep, String),
) -> Result<SmtpConnection, Stopped> {
    let port = format!("port {} answers", access.port);
    let mut version = "TLS 1.3";
    let connection = match access.connect(addresses, &access.tls_newest) {
        Err(stopped) if stopped.step == MailStep::Encryption => {
            done(MailStep::Connection, port);
            version = "TLS 1.2";
            access.connect(addresses, &access.tls)?
        }
        connected => {
            let connection = connected?;
            done(MailStep::Connection, port);
            connection
        }
    };
    let encryption = match connection.is_encrypted() {
        true => format!("{version}, with a certificate for {}", access.host),
        false => "none: the relay is this machine itself".into(),
    };
    done(MailStep::Encryption, encryption);
    let name = connection.server_info().name();
    done(MailStep::Greeting, format!("it calls itself {name}"));
    Ok(connection)
}

fn listed(addresses: &[SocketAddr]) -> String {
    let mut addresses: Vec<String> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    addresses.dedup();
    addresses.join(", ")
}
