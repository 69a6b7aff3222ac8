//! A mail relay, with its connections.

mod access;
mod step;
#[cfg(test)]
mod tests;
mod trial;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::Rset;
use message::Mail;
use model::EmailAddress;

use super::transport::Handed;
use crate::error::FlowError;
use access::Access;
pub use step::{MailStep, Stopped};
pub use trial::Trial;

/// Seconds that a relay may take to answer unless the settings say otherwise.
pub const SMTP_TIMEOUT_SECS: u64 = 60;

/// Connections to a relay unless the settings say otherwise.
pub const CONNECTIONS: usize = 4;

/// Most connections that may be set. More help no relay, and each is a thread.
pub const CONNECTIONS_MAX: usize = 32;

/// How long a connection is kept for the next mail. Relays close them soon after.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// How long the answer to a goodbye is waited for.
const GOODBYE_WAIT: Duration = Duration::from_secs(1);

/// A mail relay.
pub struct SmtpRelay {
    access: Access,
    connections: usize,
    kept: Kept,
}

impl SmtpRelay {
    /// A relay at `url`: `smtps://host:465` for TLS from the start, `smtp://host:587` for STARTTLS, which is then
    /// required. A relay on this machine itself may be spoken to without TLS. `ca` is a certificate (PEM) to trust
    /// beside the common ones. An answer that takes longer than `timeout` counts as none.
    ///
    /// # Errors
    /// When the URL, the certificate or the credentials cannot be used.
    pub fn new(
        url: &str,
        login: Option<(String, String)>,
        ca: Option<&[u8]>,
        timeout: Duration,
    ) -> Result<Self, FlowError> {
        Ok(Self {
            access: Access::new(url, login, ca, timeout)?,
            connections: CONNECTIONS,
            kept: Kept::default(),
        })
    }

    /// Uses so many connections at a time, from 1 to [`CONNECTIONS_MAX`].
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.clamp(1, CONNECTIONS_MAX);
        self
    }

    /// Connections that are used at a time.
    pub(super) fn connections(&self) -> usize {
        self.connections
    }

    /// Makes one attempt.
    pub(super) fn send(&self, mail: &Mail) -> Handed {
        let (Some(from), Some(to)) = (address(&mail.from), address(&mail.to)) else {
            return Handed::Refused("an address is not one of mail".into());
        };
        let sent = self.sent(from, to, &mail.bytes);
        sent.map_or_else(|stopped| stopped.handed(), Handed::Over)
    }

    /// What the relay said when it had the mail.
    fn sent(&self, from: Address, to: Address, bytes: &[u8]) -> Result<String, Stopped> {
        let mut connection = self.connection(from, bytes)?;
        let sent = step::recipient(&mut connection, to)
            .and_then(|_| step::content(&mut connection, bytes));
        let is_usable = match &sent {
            Ok(_) => true,
            Err(stopped) => stopped.is_answer && connection.command(Rset).is_ok(),
        };
        match is_usable {
            true => self.kept.put(connection),
            false => leave(connection),
        }
        sent.map(|answer| step::said(&answer))
    }

    /// A connection on which the relay took the sender of a mail.
    ///
    /// One that was kept, the latest first, may have ended, or had all the mails that a relay wants on one: where it does not
    /// take the sender, another one decides. After one that says nothing that is a new one: each would be waited for as long.
    fn connection(&self, from: Address, bytes: &[u8]) -> Result<SmtpConnection, Stopped> {
        while let Some(mut connection) = self.kept.take() {
            match step::sender(&mut connection, from.clone(), bytes) {
                Ok(_) => return Ok(connection),
                Err(stopped) => {
                    leave(connection);
                    if !stopped.is_answer {
                        self.kept.clear();
                    }
                }
            }
        }
        let mut connection = self.access.open()?;
        match step::sender(&mut connection, from, bytes) {
            Ok(_) => Ok(connection),
            Err(stopped) => {
                leave(connection);
                Err(stopped)
            }
        }
    }
}

fn address(email: &EmailAddress) -> Option<Address> {
    email.as_str().parse().ok()
}

/// Says goodbye, as is due (RFC 5321, 4.1.1.10), and does not wait for the answer as for that to a mail.
fn leave(mut connection: SmtpConnection) {
    if connection.set_timeout(Some(GOODBYE_WAIT)).is_ok() {
        connection.abort();
    }
}

/// Connections on which nothing is on its way, and since when.
#[derive(Default)]
struct Kept(Mutex<Vec<(SmtpConnection, Instant)>>);

impl Kept {
    fn put(&self, connection: SmtpConnection) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((connection, Instant::now()));
    }

    /// Closes all.
    fn clear(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clear();
    }

    /// The one that was used last; older ones are closed when it is too old.
    fn take(&self) -> Option<SmtpConnection> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, since) = kept.pop()?;
        if since.elapsed() < IDLE_MAX {
            return Some(connection);
        }
        // The relay closed them, or is about to.
        kept.clear();
        None
    }
}
