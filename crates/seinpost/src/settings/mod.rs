//! What holds for this run, and where each value came from: a flag, else the environment, else the file, else a default.
//!
//! [`keys`] lists every setting once; the file, the environment and the `config` command all follow that list, so that
//! an unknown key is an error everywhere. [`Settings::load`] then turns texts into types: nonsense does not get past it.

mod blobs;
mod file;
mod keys;
mod layers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use formats::container::Limits;
use model::{Prefix, Timestamp};
use pipeline::distribute::CONNECTIONS_MAX;
use pipeline::{Intake, Profile};
use store::LEASE_MAX;
use url::Url;

use crate::problem::{Problem, wrong};
pub(crate) use blobs::ObjectStorage;
pub(crate) use keys::{Key, env_name};
pub(crate) use layers::{Flags, Given, Layers, Origin};

model::vocabulary! {
    /// How the log is written.
    pub(crate) enum LogFormat: "log format" {
        /// Lines for people.
        Text = 0 => "text",
        /// One JSON object a line.
        Json = 1 => "json",
    }
}

/// Everything that can be set, with its type.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Folder of the installation.
    pub(crate) data: PathBuf,
    /// Where the state is.
    pub(crate) store: StorePlace,
    /// Whether the installation is for real.
    pub(crate) profile: Profile,
    /// A clock that stands still; in the test profile only.
    pub(crate) now: Option<Timestamp>,
    /// Where `serve` listens.
    pub(crate) listen: SocketAddr,
    /// Where people reach the pages, if not where `serve` listens.
    pub(crate) origin: Option<Url>,
    /// Style sheet of the desk, for the pages.
    pub(crate) skin_file: Option<PathBuf>,
    /// Proxies that are believed when they say for whom they ask.
    pub(crate) trusted_proxies: Vec<Prefix>,
    /// File that says by which providers of identities people sign in.
    pub(crate) providers_file: Option<PathBuf>,
    /// Servers that are asked for records that prove ownership; none: those of the machine.
    pub(crate) dns_servers: Vec<SocketAddr>,
    /// The trade register that is asked about applicants.
    pub(crate) trade_register: Option<TradePlace>,
    /// What is logged, as a filter of `tracing`.
    pub(crate) log: Option<String>,
    /// How it is logged.
    pub(crate) log_format: LogFormat,
    /// Where metrics and health are offered to the operator's machines.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Object storage for raw deliveries; without it they are in the data folder.
    pub(crate) blobs: Option<ObjectStorage>,
    /// Raw deliveries that no batch names are removed when they are older, in hours.
    pub(crate) orphan_hours: u32,
    /// Where messages go.
    pub(crate) mail: MailTransport,
    /// What a delivery may grow to when it is unpacked.
    pub(crate) container: Limits,
    /// Rows that are read and written in one transaction.
    pub(crate) chunk_rows: u32,
    /// Rows observed longer ago are quarantined, in days.
    pub(crate) max_age_days: u32,
    /// Days without a sighting after which a problem counts as gone.
    pub(crate) gap_days: u16,
    /// What may wait, and how much of the disk stays free.
    pub(crate) intake: Intake,
    /// How long a worker holds something without a sign of life.
    pub(crate) lease: Duration,
    /// Observations received longer ago are removed, in days; `None` keeps them.
    pub(crate) observation_days: Option<u32>,
    /// Maildir with mails in reply to messages, which the stage `upkeep` reads.
    pub(crate) replies_folder: Option<PathBuf>,
    /// Every value as it was given, for the `config` command.
    pub(crate) given: Vec<(&'static Key, Given)>,
}

/// Where the state is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StorePlace {
    /// A file in the data folder.
    Embedded(PathBuf),
    /// A PostgreSQL database. The URL may hold a password: it is never printed as it is.
    Postgres {
        /// `postgres://user@host/database`.
        url: String,
        /// File that holds the password and nothing else.
        password_file: Option<PathBuf>,
        /// Certificate (PEM) that the server's must come from.
        ca_file: Option<PathBuf>,
    },
}

/// Where the trade register is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TradePlace {
    /// Before `/v1/basisprofielen/`.
    pub(crate) url: Url,
    /// File that holds the key and nothing else.
    pub(crate) key_file: PathBuf,
    /// Certificate (PEM) that the server's must come from.
    pub(crate) ca_file: Option<PathBuf>,
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailTransport {
    /// Writes each mail to a folder. The default: a fresh installation mails nobody.
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// Hands mails to a relay. The password is in a file: a command line or a log would show it.
    Smtp {
        /// `smtps://host:465` or `smtp://host:587`.
        url: String,
        /// Name to log in with.
        user: Option<String>,
        /// File that holds the password and nothing else.
        password_file: Option<PathBuf>,
        /// Certificate (PEM) to trust beside the common ones.
        ca_file: Option<PathBuf>,
        /// Connections at a time.
        connections: usize,
        /// How long it may take to answer.
        timeout: Duration,
    },
}

impl Settings {
    /// Where people reach the pages, when `serve` listens where the settings say.
    pub(crate) fn reached_at(&self) -> Url {
        self.reached_by(self.listen.port())
    }

    /// Where people reach the pages, when `serve` listens on this port: `localhost` unless the settings say otherwise.
    pub(crate) fn reached_by(&self, port: u16) -> Url {
        let here = || Url::parse(&format!("http://localhost:{port}")).expect("a port makes a URL");
        self.origin.clone().unwrap_or_else(here)
    }

    /// Reads all layers and turns them into types.
    ///
    /// # Errors
    /// When a name is unknown, a value is not what it must be, or values do not go together.
    pub(crate) fn load(flags: Flags, environment: &[(String, String)]) -> anyhow::Result<Self> {
        let layers = Layers::read(flags, environment)?;
        let data = PathBuf::from(&layers.value("data").text);
        let profile: Profile = layers.parsed("profile")?;
        Ok(Self {
            store: store_place(&layers, &data)?,
            now: now(&layers, profile)?,
            listen: layers.parsed("listen")?,
            origin: origin(&layers)?,
            trusted_proxies: trusted_proxies(&layers)?,
            skin_file: layers
                .optional("skin-file")
                .map(|given| PathBuf::from(&given.text)),
            providers_file: layers
                .optional("providers-file")
                .map(|given| PathBuf::from(&given.text)),
            dns_servers: dns_servers(&layers)?,
            trade_register: trade_register(&layers)?,
            log: layers.optional("log").map(|given| given.text.clone()),
            log_format: layers.parsed("log-format")?,
            metrics_listen: layers
                .optional("metrics-listen")
                .map(|_| layers.parsed("metrics-listen"))
                .transpose()?,
            blobs: blobs::object_storage(&layers)?,
            orphan_hours: layers.positive("blobs.orphan-hours")?,
            mail: mail(&layers, &data)?,
            container: Limits {
                bytes_max: layers.positive("limits.input-bytes-max")?,
                ratio_max: layers.positive("limits.input-ratio-max")?,
                ..Limits::default()
            },
            chunk_rows: layers.within("limits.chunk-rows", 1..=u64::from(pipeline::CHUNK_ROWS))?
                as u32,
            max_age_days: layers.positive("limits.max-age-days")?,
            gap_days: layers.positive("limits.episode-gap-days")?,
            intake: Intake {
                deliveries_max: layers.positive("limits.waiting-deliveries-max")?,
                bytes_max: layers.positive("limits.waiting-bytes-max")?,
                free_bytes_min: layers.parsed("limits.free-bytes-min")?,
            },
            lease: Duration::from_secs(
                layers.within("workers.lease-secs", 2..=LEASE_MAX.as_secs())?,
            ),
            observation_days: layers
                .optional("retention.observation-days")
                .map(|_| layers.positive("retention.observation-days"))
                .transpose()?,
            replies_folder: layers
                .optional("replies-folder")
                .map(|given| PathBuf::from(&given.text)),
            given: layers.into_given(&data),
            profile,
            data,
        })
    }
}

fn store_place(layers: &Layers, data: &Path) -> Result<StorePlace, Problem> {
    let files = ["store-password-file", "store-ca-file"];
    let Some(given) = layers.optional("store") else {
        layers.refuse_beside(&files, "counts only when `store` is a PostgreSQL URL")?;
        return Ok(StorePlace::Embedded(data.join("seinpost.db")));
    };
    if given.text.starts_with("postgres://") || given.text.starts_with("postgresql://") {
        let [password_file, ca_file] =
            files.map(|key| layers.optional(key).map(|given| PathBuf::from(&given.text)));
        return Ok(StorePlace::Postgres {
            url: given.text.clone(),
            password_file,
            ca_file,
        });
    }
    // The value is not shown: it may be a URL with a password and a mistyped scheme.
    let text = format!(
        "{}: the store is a URL that begins with `postgres://`",
        given.origin.of("store")
    );
    Err(wrong(text).hint("leave `store` out for the file in the data folder"))
}

fn trade_register(layers: &Layers) -> anyhow::Result<Option<TradePlace>> {
    let [url, key, ca] = [
        "trade-register-url",
        "trade-register-key-file",
        "trade-register-ca-file",
    ];
    if layers.optional(url).is_none() {
        layers.refuse_beside(&[key, ca], "counts only beside `trade-register-url`")?;
        return Ok(None);
    }
    let Some(key_file) = layers.optional(key) else {
        let text = "`trade-register-url` is given, and no `trade-register-key-file`";
        return Err(wrong(text.to_owned())
            .hint("write the key into a file of its own and name that file")
            .into());
    };
    Ok(Some(TradePlace {
        url: layers.parsed(url)?,
        key_file: PathBuf::from(&key_file.text),
        ca_file: layers.optional(ca).map(|given| PathBuf::from(&given.text)),
    }))
}

fn dns_servers(layers: &Layers) -> Result<Vec<SocketAddr>, Problem> {
    let Some(given) = layers.optional("dns-servers") else {
        return Ok(Vec::new());
    };
    let addresses = given.text.split(',').map(|address| address.trim().parse());
    addresses.collect::<Result<_, _>>().map_err(|error| {
        wrong(format!("{}: {error}", given.origin.of("dns-servers")))
            .hint("write addresses with their ports, such as `192.0.2.53:53,[2001:db8::53]:53`")
    })
}

/// Where people reach the pages: links are made by adding a path to it.
fn origin(layers: &Layers) -> anyhow::Result<Option<Url>> {
    let Some(given) = layers.optional("origin") else {
        return Ok(None);
    };
    let url: Url = layers.parsed("origin")?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.username().is_empty();
    if !is_origin {
        let text = format!(
            "`origin` in {}: `{}` is more or less than scheme, host and port",
            given.origin,
            model::shown(&given.text)
        );
        return Err(wrong(text)
            .hint("write it as `https://warnings.example`")
            .into());
    }
    Ok(Some(url))
}

/// Networks with commas between them; an address is a network of one.
fn trusted_proxies(layers: &Layers) -> Result<Vec<Prefix>, Problem> {
    let Some(given) = layers.optional("trusted-proxies") else {
        return Ok(Vec::new());
    };
    let texts = given.text.split(',').map(str::trim);
    let read = texts.map(|text| {
        let address = text.parse().map(Prefix::of_address);
        address.or_else(|_| text.parse()).map_err(|_| {
            let text = format!(
                "`trusted-proxies` in {}: `{}` is no network",
                given.origin,
                model::shown(text)
            );
            wrong(text).hint("write networks as `192.0.2.0/28, 2001:db8::/64`")
        })
    });
    read.collect()
}

fn now(layers: &Layers, profile: Profile) -> Result<Option<Timestamp>, Problem> {
    let Some(given) = layers.optional("now") else {
        return Ok(None);
    };
    let now: Timestamp = layers.parsed("now")?;
    match profile {
        Profile::Test => Ok(Some(now)),
        Profile::Production => {
            let text = format!(
                "{}: the clock can be set in the test profile only",
                given.origin.of("now")
            );
            Err(wrong(text).hint("add `--profile test`, or leave the clock alone"))
        }
    }
}

fn mail(layers: &Layers, data: &Path) -> Result<MailTransport, Problem> {
    let text = |key| layers.optional(key).map(|given| given.text.clone());
    let path = |key| text(key).map(PathBuf::from);
    match layers.value("mail.transport").text.as_str() {
        "folder" => {
            layers.refuse_beside(
                &[
                    "mail.url",
                    "mail.user",
                    "mail.password-file",
                    "mail.ca-file",
                ],
                "counts only when `mail.transport` is `smtp`",
            )?;
            Ok(MailTransport::Folder {
                path: path("mail.path").unwrap_or_else(|| data.join("outbox")),
            })
        }
        "smtp" => {
            layers.refuse_beside(
                &["mail.path"],
                "counts only when `mail.transport` is `folder`",
            )?;
            let url = text("mail.url").ok_or_else(|| {
                wrong("`mail.transport` is `smtp`, and `mail.url` is not set")
                    .hint("set `mail.url` to the relay, such as `smtps://mail.example:465`")
            })?;
            let (user, password_file) = (text("mail.user"), path("mail.password-file"));
            if user.is_some() != password_file.is_some() {
                return Err(wrong(
                    "`mail.user` and `mail.password-file` go together, and one of them is not set",
                ));
            }
            Ok(MailTransport::Smtp {
                url,
                user,
                password_file,
                ca_file: path("mail.ca-file"),
                connections: layers.within("mail.connections", 1..=CONNECTIONS_MAX as u64)?
                    as usize,
                timeout: Duration::from_secs(layers.positive("mail.timeout-seconds")?),
            })
        }
        other => {
            let origin = layers.value("mail.transport").origin.of("mail.transport");
            Err(wrong(format!(
                "{origin}: `folder` or `smtp` is expected, not `{}`",
                model::shown(other)
            )))
        }
    }
}

#[cfg(test)]
mod tests;
