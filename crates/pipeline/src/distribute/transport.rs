//! Where messages go: a folder, or a mail relay.

use std::error::Error as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{SmtpTransport, Transport as _};

use message::Mail;

use super::in_one_line;
use crate::error::FlowError;

/// Seconds that a relay may take to answer unless the settings say otherwise.
pub const SMTP_TIMEOUT_SECS: u64 = 60;

/// Mails that are begun together when the outbox is a folder, where none can arrive twice.
const FOLDER_TOGETHER: usize = 250;

/// Files that are written at once: the disk syncs several in about the time of one.
const FOLDER_THREADS: usize = 8;

/// Connections to a relay unless the settings say otherwise.
pub const CONNECTIONS: usize = 4;

/// Most connections that may be set. More help no relay, and each is a thread.
pub const CONNECTIONS_MAX: usize = 32;

/// Where messages go.
pub enum Transport {
    /// Each becomes a file. The default: a fresh installation mails nobody.
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// Handed to a mail relay.
    Smtp(Box<SmtpRelay>),
}

/// A mail relay, with its connections.
pub struct SmtpRelay {
    transport: SmtpTransport,
    connections: usize,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is with the other side, in its words.
    Over(String),
    /// Not now, and it did not arrive.
    Later(String),
    /// The connection broke: it may have arrived.
    Unsure(String),
    /// Not ever.
    Refused(String),
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
        if url.contains('@') {
            // Not shown: what stands before the `@` may be a password.
            let text =
                "the mail relay is given as host and port only; the password goes into a file";
            return Err(FlowError::Broken(text.into()));
        }
        let broken =
            |why: String| FlowError::Broken(format!("mail relay `{}`: {why}", url.escape_debug()));
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| broken("the URL has no scheme".into()))?;
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host,
                Some(
                    port.parse::<u16>()
                        .map_err(|_| broken("the port is not a number".into()))?,
                ),
            ),
            _ => (rest, None),
        };
        let host = host.trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(broken("the URL has no host".into()));
        }
        let mut tls = TlsParameters::builder(host.to_owned());
        if let Some(pem) = ca {
            let certificate =
                Certificate::from_pem(pem).map_err(|error| broken(in_one_line(&error)))?;
            tls = tls.add_root_certificate(certificate);
        }
        let tls = tls.build().map_err(|error| broken(in_one_line(&error)))?;
        let local = host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback());
        let (tls, default_port) = match scheme {
            "smtps" => (Tls::Wrapper(tls), 465),
            "smtp" if local && ca.is_none() => (Tls::Opportunistic(tls), 25),
            "smtp" => (Tls::Required(tls), 587),
            _ => return Err(broken("the scheme must be smtp or smtps".into())),
        };
        let mut builder = SmtpTransport::builder_dangerous(host)
            .port(port.unwrap_or(default_port))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS_MAX as u32))
            .tls(tls)
            .timeout(Some(timeout));
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            connections: CONNECTIONS,
        })
    }

    /// Uses so many connections at a time, from 1 to [`CONNECTIONS_MAX`].
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.clamp(1, CONNECTIONS_MAX);
        self
    }

    fn send(&self, mail: &Mail) -> Handed {
        let address = |text: &model::EmailAddress| text.as_str().parse().ok();
        let envelope =
            address(&mail.to).and_then(|to| Envelope::new(address(&mail.from), vec![to]).ok());
        let Some(envelope) = envelope else {
            return Handed::Refused("an address is not one of mail".into());
        };
        match self.transport.send_raw(&envelope, &mail.bytes) {
            Ok(answer) => Handed::Over(answer.message().collect::<Vec<_>>().join(" ")),
            Err(error) if error.is_permanent() => Handed::Refused(in_one_line(&error)),
            Err(error) if error.is_transient() || was_never_reached(&error) => {
                Handed::Later(in_one_line(&error))
            }
            Err(error) => Handed::Unsure(in_one_line(&error)),
        }
    }
}

impl Transport {
    /// A folder, made if there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(path: &Path) -> Result<Self, FlowError> {
        fs::create_dir_all(path).map_err(|source| FlowError::Io {
            what: format!("make the folder `{}`", path.display()),
            source,
        })?;
        Ok(Self::Folder {
            path: path.to_owned(),
        })
    }

    /// Mails that are begun together, and whose outcomes are written down together. Over SMTP no more than are on their
    /// way at once: a crash leaves open whether those arrived.
    pub(crate) fn together(&self) -> usize {
        match self {
            Self::Folder { .. } => FOLDER_TOGETHER,
            Self::Smtp(relay) => relay.connections,
        }
    }

    /// Makes one attempt for each mail, several at a time; gives what came of them, in their order. What was handed over
    /// survives loss of power.
    ///
    /// # Errors
    /// When the folder cannot be synced: nobody knows then what is in it.
    pub(crate) fn hand_over(&self, mails: &[&Mail]) -> Result<Vec<Handed>, FlowError> {
        match self {
            Self::Smtp(relay) => Ok(several_at_a_time(relay.connections, mails, |mail| {
                relay.send(mail)
            })),
            Self::Folder { path } => {
                let handed =
                    several_at_a_time(FOLDER_THREADS, mails, |mail| into_folder(path, mail));
                let synced = File::open(path).and_then(|folder| folder.sync_all());
                synced.map_err(|source| FlowError::Io {
                    what: format!("sync the folder `{}`", path.display()),
                    source,
                })?;
                Ok(handed)
            }
        }
    }
}

/// Whether the relay cannot have got anything. Where that is not certain, the mail may have arrived.
fn was_never_reached(error: &lettre::transport::smtp::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let refused = [ConnectionRefused, HostUnreachable, NetworkUnreachable];
    error.is_tls() || cause.is_some_and(|cause| refused.contains(&cause.kind()))
}

/// Does `attempt` for each mail with so many threads; outcomes stand in the order of the mails.
fn several_at_a_time(
    threads: usize,
    mails: &[&Mail],
    attempt: impl Fn(&Mail) -> Handed + Sync,
) -> Vec<Handed> {
    if mails.len() <= 1 {
        return mails.iter().map(|mail| attempt(mail)).collect();
    }
    let share = mails.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let attempt = &attempt;
        let shares: Vec<_> = mails
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(|mail| attempt(mail)).collect()))
            .collect();
        let done = shares.into_iter().flat_map(|share| -> Vec<Handed> {
            share
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.collect()
    })
}

fn into_folder(folder: &Path, mail: &Mail) -> Handed {
    match write_file(folder, mail) {
        Ok(name) => Handed::Over(format!("written as {name}")),
        Err(error) => Handed::Later(format!(
            "cannot write into the outbox: {}",
            in_one_line(&error)
        )),
    }
}

/// A message is in the folder wholly or not at all: it is written beside its place and renamed. Its name is its own, so
/// an attempt that is repeated after a crash replaces the file with the same bytes.
fn write_file(folder: &Path, mail: &Mail) -> io::Result<String> {
    let name = format!("{}.eml", mail.file_stem);
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = File::create(&unfinished)?;
    file.write_all(&mail.bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(&name))?;
    Ok(name)
}
