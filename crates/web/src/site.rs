//! What every page can ask: the store, ids, the time, and how texts and templates become pages.

use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::Arc;

use model::{IdKey, IdKind, LinkKey, Prefix, Timestamp, Zone};
use store::{Store, Tx};
use tokio::sync::Semaphore;
use url::Url;
use uuid::Uuid;

use crate::api::{ApiError, ApiMemory, Intake};
use crate::desk::Tally;
use crate::limiter::{Limiter, Limits};
use crate::page::Pages;
use crate::provider::Providers;
use crate::refusal::Refusal;

/// Transactions of pages at a time. More would wait for processors, and hold connections while they do.
const TRANSACTIONS_MAX: usize = 16;

/// What the program gives the pages.
#[derive(Clone)]
pub struct SiteOptions {
    /// Where everything is kept.
    pub store: Store,
    /// The secret behind public ids.
    pub id_key: IdKey,
    /// What time it is.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Proxies of ours, which say for whom they ask.
    pub trusted_proxies: Vec<Prefix>,
    /// Where the pages are reached from outside: scheme, host and port, as links in mails say it.
    pub origin: Url,
    /// A style sheet of the desk, laid over the theme; at most [`crate::SKIN_BYTES_MAX`] bytes.
    pub skin: Option<String>,
    /// Takes deliveries in.
    pub intake: Arc<dyn Intake>,
    /// Servers that are asked for records that prove ownership; none: those of the machine.
    pub dns_servers: Vec<SocketAddr>,
    /// Providers of identities, by which people may sign in.
    pub providers: Providers,
}

/// What every page can ask. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    shared: Arc<Shared>,
}

struct Shared {
    options: SiteOptions,
    pages: Pages,
    api: ApiMemory,
    transactions: Semaphore,
    limits: Limits,
    tally: Tally,
}

impl Site {
    /// Makes the pages ready. Costs milliseconds: templates and texts are read.
    ///
    /// # Panics
    /// When a text of this program is not well formed, which a test sees before anybody else.
    #[must_use]
    pub fn new(options: SiteOptions) -> Self {
        let shared = Shared {
            options,
            pages: Pages::new(),
            api: ApiMemory::default(),
            transactions: Semaphore::new(TRANSACTIONS_MAX),
            limits: Limits::new(),
            tally: Tally::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Runs `work` in a transaction that reads, on a thread that may wait.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.wait(move |store| store.read(work)).await
    }

    /// Runs `work` in a transaction that may change things, on a thread that may wait. It may run several times.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.wait(move |store| store.write(work)).await
    }

    /// [`Site::write`] for the API, which has errors of its own.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.wait(move |store| store.write(work)).await
    }

    async fn wait<T: Send + 'static, E: From<Refusal> + Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let permit = self.shared.transactions.acquire().await;
        let _permit = permit.expect("nobody closes it");
        let store = self.shared.options.store.clone();
        tokio::task::spawn_blocking(move || work(&store))
            .await
            .unwrap_or_else(|_| Err(Refusal::Panicked.into()))
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.options.now)()
    }

    /// Where the pages are reached from outside.
    pub(crate) fn origin(&self) -> &Url {
        &self.shared.options.origin
    }

    /// Proxies of ours, which say for whom they ask.
    pub(crate) fn trusted_proxies(&self) -> &[Prefix] {
        &self.shared.options.trusted_proxies
    }

    /// A page of ours as mails and other people name it.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin().as_str().trim_end_matches('/'))
    }

    /// Counts one request against a limit, or refuses it. `key` says whose: an address of the network, an account.
    pub(crate) fn limit(&self, limiter: &Limiter, key: impl Hash) -> Result<(), Refusal> {
        self.shared.limits.take(limiter, key)
    }

    /// Servers that are asked for records that prove ownership; none: those of the machine.
    pub(crate) fn dns_servers(&self) -> &[SocketAddr] {
        &self.shared.options.dns_servers
    }

    /// Providers of identities, by which people may sign in.
    pub(crate) fn providers(&self) -> &Providers {
        &self.shared.options.providers
    }

    /// The style sheet of the desk.
    pub(crate) fn skin(&self) -> Option<&str> {
        self.shared.options.skin.as_deref()
    }

    /// Whether browsers reach the pages encrypted, so that cookies can be kept to that.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.origin().scheme() == "https"
    }

    /// The public id of an internal number.
    pub(crate) fn id(&self, kind: IdKind, number: i64) -> Uuid {
        self.shared.options.id_key.public_id(kind, number as u64)
    }

    /// The key of links and codes in messages.
    pub(crate) fn link_key(&self) -> LinkKey {
        self.shared.options.id_key.link_key()
    }

    /// The internal number behind a public id; one that this installation did not make is "not found".
    pub(crate) fn number(&self, kind: IdKind, id: &Uuid) -> Result<i64, Refusal> {
        let number = self.shared.options.id_key.number_of(kind, id);
        number
            .and_then(|number| i64::try_from(number).ok())
            .ok_or(Refusal::NotFound)
    }

    /// The digest under which the store remembers that somebody looked for this.
    pub(crate) fn search_digest(&self, text: &str) -> [u8; 32] {
        let key = self.shared.options.id_key.search_key();
        *blake3::keyed_hash(&key, text.as_bytes()).as_bytes()
    }

    /// The last count of everything.
    pub(crate) fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    /// What the API remembers between requests.
    pub(crate) fn api(&self) -> &ApiMemory {
        &self.shared.api
    }

    /// The way in for deliveries.
    pub(crate) fn intake(&self) -> &Arc<dyn Intake> {
        &self.shared.options.intake
    }

    pub(crate) fn pages(&self) -> &Pages {
        &self.shared.pages
    }
}

/// The zone in which pages show times: that of the desk.
pub(crate) fn zone_of(desks: &[store::Desk]) -> Zone {
    let zone = desks.first().and_then(|desk| desk.time_zone.clone());
    zone.unwrap_or(Zone::UTC)
}
