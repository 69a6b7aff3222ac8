//! What every stage works with: store, blobs, clock and rules of this installation.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use formats::container::Limits;
use outgoing::StandIn;
use store::{Blobs, Store};
use trade::TradeRegister;

use crate::clock::Clock;
use crate::distribute::Transport;
use crate::error::FlowError;
use crate::events;
use crate::intake::Intake;
use crate::meter::{Meter, RegisterLoad, Step};
use crate::register::Register;

model::vocabulary! {
    /// Whether the installation is for real.
    pub enum Profile: "profile" {
        /// For real.
        Production = 0 => "production",
        /// For trying out: documentation addresses are accepted, and the clock may be set.
        Test = 1 => "test",
    }
}

/// Rows in one transaction unless the settings say otherwise: about a second of work.
pub const CHUNK_ROWS: u32 = 50_000;

/// An installation at work. Cheap to clone.
#[derive(Clone)]
pub struct Flow {
    /// State.
    pub store: Store,
    /// Raw deliveries.
    pub blobs: Blobs,
    /// What time it is.
    pub clock: Clock,
    /// Whether the installation is for real.
    pub profile: Profile,
    /// What a delivery may grow to.
    pub limits: Limits,
    /// Folder of the installation, whose disk is watched; no disk is when there is none.
    pub folder: Option<PathBuf>,
    /// What may wait to be read, and how much of the disk stays free.
    pub intake: Intake,
    /// Rows observed longer ago are quarantined, in days.
    pub max_age_days: u32,
    /// Days without a sighting after which a problem counts as gone.
    pub gap_days: u16,
    /// Blobs that no batch names are removed when they are older.
    pub orphan_age: Duration,
    /// How long a worker holds a job or a message without a sign of life.
    pub lease: Duration,
    /// Observations received longer ago are removed, in days; `None` keeps them.
    pub observation_days: Option<u32>,
    /// Maildir with mails in reply to messages; `None`: none are read from a folder.
    pub replies_folder: Option<PathBuf>,
    /// Which servers of the DNS are asked; those of the machine where there are none.
    pub dns_servers: Vec<SocketAddr>,
    /// The trade register that is asked about applicants; `None`: nobody asks.
    pub trade_register: Option<TradeRegister>,
    /// Where addresses are that are told what happens; `None`: where their names lead.
    pub stand_in: Option<StandIn>,
    /// Rows of a delivery, or findings that are matched again, in one transaction.
    pub chunk_rows: i64,
    /// Where messages go.
    pub transport: Arc<Transport>,
    /// What the steps did in this process.
    pub meter: Arc<Meter>,
    register: Arc<Mutex<Option<Arc<Register>>>>,
}

impl Flow {
    /// An installation with the limits that hold unless the settings say otherwise.
    pub fn new(
        store: Store,
        blobs: Blobs,
        clock: Clock,
        profile: Profile,
        transport: Transport,
    ) -> Self {
        Self {
            store,
            blobs,
            clock,
            profile,
            limits: Limits::default(),
            folder: None,
            intake: Intake::default(),
            max_age_days: 30,
            gap_days: rules::identity::GAP_DAYS,
            orphan_age: Duration::from_secs(24 * 3600),
            lease: store::LEASE,
            observation_days: None,
            replies_folder: None,
            dns_servers: Vec::new(),
            trade_register: None,
            stand_in: None,
            chunk_rows: CHUNK_ROWS.into(),
            transport: Arc::new(transport),
            meter: Arc::default(),
            register: Arc::default(),
        }
    }

    /// The register as it is now, built when its version changed since the last call.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn register(&self) -> Result<Arc<Register>, FlowError> {
        let mut kept = self.register.lock().unwrap_or_else(PoisonError::into_inner);
        let version = self.store.read(|tx| tx.installation())?.register_version;
        if let Some(register) = kept.as_ref().filter(|register| register.version == version) {
            return Ok(Arc::clone(register));
        }
        let began = Instant::now();
        // Out before in: every write checks the version, so the old one is of no use, and two would double the memory.
        *kept = None;
        let register = Arc::new(Register::load(&self.store, self.clock.now().day())?);
        let load = RegisterLoad {
            version: register.version,
            time: began.elapsed(),
        };
        self.meter.note_register(load);
        events::register_loaded(&load);
        *kept = Some(Arc::clone(&register));
        self.meter
            .add(Step::Register, register.assets.len() as u64, began);
        Ok(register)
    }
}
