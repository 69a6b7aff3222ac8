//! Start and stop: opening an installation, the lock of its worker, signals and the log.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use pipeline::distribute::{SmtpRelay, Transport};
use pipeline::{Flow, Profile};
use store::{Blobs, Credentials, KeySource, S3Options, ServerAccess, Store, StoreError};
use tokio::signal::unix::{Signal, SignalKind, signal};
use trade::TradeRegister;

use crate::problem::{failed, wrong};
use crate::session::Session;
use crate::settings::{MailTransport, ObjectStorage, Settings, StorePlace};

/// Whether a command may make an installation where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It brings something in, so there must be a place for it.
    Make,
    /// It only asks: an empty answer about a mistyped folder would mislead.
    Refuse,
}

impl Session {
    /// Opens the store of the installation, with its tables as this program needs them.
    pub(crate) fn open_store(&mut self, missing: Missing) -> anyhow::Result<Store> {
        let data = self.settings.data.clone();
        if missing == Missing::Refuse && !data.is_dir() {
            let text = format!("there is no installation in `{}`", data.display());
            return Err(wrong(text)
                .hint("name its folder with --data, make one with `seinpost migrate`, or look around first: `seinpost demo`")
                .into());
        }
        make_folder(&data)?;
        check_rights(&data)?;
        if let StorePlace::Embedded(path) = &self.settings.store {
            check_not_lost(path, &data)?;
        }
        let store = open_place(&self.settings.store);
        let store = store.context("cannot open the store")?;
        let state = store
            .migrate()
            .context("cannot bring the tables up to date")?;
        if state.applied == 0 {
            self.note(&format!("made a new installation in {}", data.display()));
        } else if state.applied < state.known {
            tracing::info!(
                from = state.applied,
                to = state.known,
                "tables brought up to date"
            );
        }
        Ok(store)
    }

    /// Opens everything that the stages work with.
    pub(crate) fn open_flow(&mut self) -> anyhow::Result<Flow> {
        let store = self.open_store(Missing::Make)?;
        let transport = transport(&self.settings)?;
        self.flow_over(store, transport)
    }

    /// As [`Session::open_flow`], for commands that hand nothing over: what is wrong with the mail relay is not their
    /// problem.
    pub(crate) fn open_flow_without_mail(&mut self) -> anyhow::Result<Flow> {
        let store = self.open_store(Missing::Make)?;
        let unused = self.settings.data.join("outbox");
        self.flow_over(store, Transport::Folder { path: unused })
    }

    fn flow_over(&self, store: Store, transport: Transport) -> anyhow::Result<Flow> {
        let settings = &self.settings;
        let blobs = blobs(settings)?;
        let mut flow = Flow::new(store, blobs, self.clock(), settings.profile, transport);
        flow.limits = settings.container;
        flow.chunk_rows = settings.chunk_rows.into();
        flow.max_age_days = settings.max_age_days;
        flow.gap_days = settings.gap_days;
        flow.orphan_age = Duration::from_secs(u64::from(settings.orphan_hours) * 3600);
        flow.lease = settings.lease;
        flow.intake = settings.intake;
        flow.folder = Some(settings.data.clone());
        flow.observation_days = settings.observation_days;
        flow.replies_folder.clone_from(&settings.replies_folder);
        flow.dns_servers.clone_from(&settings.dns_servers);
        flow.trade_register = trade_register(settings)?;
        Ok(flow)
    }
}

/// Opens the state where it is, with the tables that it has.
pub(crate) fn open_place(place: &StorePlace) -> Result<Store, StoreError> {
    match place {
        StorePlace::Embedded(path) => Store::open_embedded(path),
        StorePlace::Postgres {
            url,
            password_file,
            ca_file,
        } => Store::open_server(&ServerAccess {
            url: url.clone(),
            password_file: password_file.clone(),
            ca_file: ca_file.clone(),
        }),
    }
}

/// The raw deliveries of the installation.
pub(crate) fn blobs(settings: &Settings) -> anyhow::Result<Blobs> {
    match &settings.blobs {
        None => blobs_in_folder(settings),
        Some(storage) => {
            let options = s3_options(storage)?;
            Ok(Blobs::in_s3(options, &settings.data.join("blobs"))?)
        }
    }
}

/// The raw deliveries in the data folder, also when the settings name object storage.
pub(crate) fn blobs_in_folder(settings: &Settings) -> anyhow::Result<Blobs> {
    Ok(Blobs::open(&settings.data.join("blobs"))?)
}

fn s3_options(storage: &ObjectStorage) -> anyhow::Result<S3Options> {
    let ca = storage.ca_file.as_deref();
    let key = match &storage.credentials_file {
        Some(file) => KeySource::File(file.clone()),
        None => KeySource::Given(credentials_of_environment()?),
    };
    Ok(S3Options {
        bucket: storage.bucket.clone(),
        endpoint: storage.endpoint.clone(),
        region: storage.region.clone(),
        addressing: storage.addressing,
        ca: ca
            .map(|path| read_file("blobs.ca-file", path))
            .transpose()?,
        key,
    })
}

/// The key to object storage, in the variables that all tools for it know.
fn credentials_of_environment() -> anyhow::Result<Credentials> {
    let optional = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    let needed = |name| {
        optional(name).ok_or_else(|| {
            wrong(format!(
                "`blobs.url` is set, and `{name}` is not in the environment"
            ))
            .hint("set it, or name a file with the key in `blobs.credentials-file`")
        })
    };
    Ok(Credentials {
        access_key: needed("AWS_ACCESS_KEY_ID")?,
        secret_key: needed("AWS_SECRET_ACCESS_KEY")?,
        session_token: optional("AWS_SESSION_TOKEN"),
    })
}

/// Where messages go, by the settings.
pub(crate) fn transport(settings: &Settings) -> anyhow::Result<Transport> {
    match &settings.mail {
        MailTransport::Folder { path } => Ok(Transport::folder(path)?),
        MailTransport::Smtp {
            url,
            user,
            password_file,
            ca_file,
            connections,
            timeout,
        } => {
            let login = match (user, password_file) {
                (Some(user), Some(file)) => Some((user.clone(), password_in(file)?)),
                _ => None,
            };
            let ca = ca_file
                .as_deref()
                .map(|path| read_file("mail.ca-file", path))
                .transpose()?;
            let relay = SmtpRelay::new(url, login, ca.as_deref(), *timeout);
            let relay =
                relay.map_err(|error| wrong(error.to_string()).hint("see `seinpost config`"))?;
            Ok(Transport::Smtp(Box::new(
                relay.with_connections(*connections),
            )))
        }
    }
}

/// The trade register, if there is one.
fn trade_register(settings: &Settings) -> anyhow::Result<Option<TradeRegister>> {
    let Some(place) = &settings.trade_register else {
        return Ok(None);
    };
    let key = read_file("trade-register-key-file", &place.key_file)?;
    let ca = place.ca_file.as_ref();
    let ca = ca
        .map(|path| read_file("trade-register-ca-file", path))
        .transpose()?;
    let allows_loopback = settings.profile == Profile::Test;
    let register = TradeRegister::new(
        &place.url,
        &String::from_utf8_lossy(&key),
        ca.as_deref(),
        allows_loopback,
    );
    let register = register.map_err(|error| {
        wrong(error.to_string()).hint("look at the settings that begin with `trade-register`")
    })?;
    Ok(Some(register))
}

fn password_in(path: &Path) -> anyhow::Result<String> {
    let bytes = read_file("mail.password-file", path)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong(format!("`{}` is not UTF-8", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn read_file(setting: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| {
        wrong(format!(
            "cannot read `{}`, which `{setting}` names",
            path.display()
        ))
    })
}

/// For the owner alone: what is in it is a list of targets.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.with_context(|| wrong(format!("cannot make the data folder `{}`", path.display())))
}

/// Refuses to work as root in the folder of another account, and says so when others can look into it.
fn check_rights(data: &Path) -> anyhow::Result<()> {
    let folder = fs::metadata(data)
        .with_context(|| format!("cannot look at the data folder `{}`", data.display()))?;
    let owner = folder.uid();
    if owner != 0 && rustix::process::geteuid().is_root() {
        let text = format!(
            "`{}` belongs to another account (number {owner}), which could not use what root makes there",
            data.display()
        );
        let hint = "run the command as that account: `runuser -u seinpost -- seinpost status`";
        return Err(wrong(text).hint(hint).into());
    }
    let mode = folder.mode() & 0o777;
    if mode & 0o077 != 0 {
        tracing::warn!(mode = format!("{mode:o}"), "data folder open to others");
    }
    Ok(())
}

/// A store that is not there is made, but not beside deliveries that somebody took in: theirs was moved or lost, and an
/// empty one in its place would tell everybody of everything again.
fn check_not_lost(store: &Path, data: &Path) -> anyhow::Result<()> {
    let Ok(blobs) = fs::read_dir(data.join("blobs")) else {
        return Ok(());
    };
    let has_deliveries = blobs
        .flatten()
        .any(|folder| folder.file_name() != "incoming");
    if store.exists() || !has_deliveries {
        return Ok(());
    }
    let text = format!(
        "there are deliveries in `{}`, and its store is not",
        data.display()
    );
    let hint = format!(
        "put `{}` back, or a backup of it; or name another folder with --data",
        store.display()
    );
    Err(wrong(text).hint(hint).into())
}

/// Proof that no other process works on the data folder. Given back when dropped, also by a crash.
pub(crate) struct WorkerLock(#[allow(dead_code, reason = "held, not read")] Option<File>);

/// Takes the workers' place. The embedded store has one process that works; PostgreSQL has as many as wanted.
pub(crate) fn lock_worker(settings: &Settings, store: &Store) -> anyhow::Result<WorkerLock> {
    let lock = hold_worker_lock(settings)?;
    if lock.0.is_some() {
        // Nobody else works here, so whatever is marked as under way was left by a process that is gone.
        store.write(|tx| tx.release_stale_work())?;
    }
    Ok(lock)
}

/// Keeps workers of the embedded store away, and leaves the store as it is.
pub(crate) fn hold_worker_lock(settings: &Settings) -> anyhow::Result<WorkerLock> {
    if let StorePlace::Postgres { .. } = settings.store {
        return Ok(WorkerLock(None));
    }
    let path = settings.data.join("worker.lock");
    let cannot = || format!("cannot open `{}`", path.display());
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let text = format!(
                "another seinpost works on `{}`, and an installation in a file has one process that works",
                settings.data.display()
            );
            let hint = "stop `seinpost serve`, `worker` or `work` there, or let it do this work; reading, importing and \
                gathering can go on beside it; several processes need PostgreSQL (`store`)";
            return Err(failed(text).hint(hint).into());
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
    }
    Ok(WorkerLock(Some(file)))
}

/// How somebody asks the program to stop: Ctrl-C, SIGTERM from a service manager, or SIGHUP from a terminal that is closed.
/// Settings are read at the start only, so SIGHUP does not read them again.
pub(crate) struct StopSignals([Signal; 3]);

impl StopSignals {
    /// Listens from now on, within a runtime. Before that a signal ends the program on the spot, so this comes before anybody
    /// is told that it is ready.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let on = |kind| signal(kind).context("cannot wait for signals");
        Ok(Self([
            on(SignalKind::interrupt())?,
            on(SignalKind::terminate())?,
            on(SignalKind::hangup())?,
        ]))
    }

    /// Waits for the first of them.
    pub(crate) async fn come(self) {
        let [mut interrupt, mut terminate, mut hangup] = self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

/// A mark that is set when somebody asks the program to stop; for work without requests.
pub(crate) fn stop_mark() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&stop);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot wait for signals")?;
    let signals = runtime.block_on(async { StopSignals::listen() })?;
    std::thread::spawn(move || {
        runtime.block_on(signals.come());
        mark.store(true, Ordering::Relaxed);
    });
    Ok(stop)
}
