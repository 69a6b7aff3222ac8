//! What every page can ask: the store, ids, the time, and how texts and templates become pages.

use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::Arc;

use model::{IdKey, IdKind, LinkKey, Prefix, Timestamp, Zone};
use outgoing::{StandIn, Way};
use store::{Desks, Store, Tx};
use tokio::sync::Semaphore;
use trade::TradeRegister;
use url::Url;
use uuid::Uuid;

use crate::api::{ApiError, ApiMemory, Intake};
use crate::desk::Tally;
use crate::limiter::{Limiter, Limits};
use crate::page::Pages;
use crate::provider::Providers;
use crate::refusal::Refusal;

/// Transactions that read at a time. More would wait for processors, and hold connections while they do.
const READS_MAX: usize = 16;

/// Transactions that write at a time. Apart from those that read: the embedded store has one writer, and while a report is
/// processed everybody who writes waits for it.
const WRITES_MAX: usize = 8;

/// Notes that are written at a time. Further ones are left out, so that they do not queue up behind a busy writer.
const NOTES_MAX: usize = 4;

/// Computations at a time. A list of assets may have 40 MiB when it is unpacked.
const COMPUTING_MAX: usize = 2;

tokio::task_local! {
    /// Of which desks the request that is answered sees what belongs to a desk.
    static SEEN: Desks;
}

/// Answers a request that sees what belongs to these desks alone: every transaction of [`Site`] within is theirs, so that no page
/// and no route has to think of it. Outside of it all is seen.
pub(crate) async fn seeing<T>(desks: Desks, answering: impl Future<Output = T>) -> T {
    SEEN.scope(desks, answering).await
}

/// Of which desks something is seen here.
pub(crate) fn seen() -> Desks {
    SEEN.try_with(Clone::clone).unwrap_or_default()
}

/// Kinds of things that belong to one desk.
const OF_A_DESK: [IdKind; 6] = [
    IdKind::Batch,
    IdKind::Finding,
    IdKind::Notification,
    IdKind::Reply,
    IdKind::JointApproval,
    IdKind::Complaint,
];

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
    /// Where the websites are that prove ownership; `None`: where their names lead.
    pub website_stand_in: Option<StandIn>,
    /// Providers of identities, by which people may sign in.
    pub providers: Providers,
    /// The trade register that is asked about applicants; `None`: they type their names.
    pub trade_register: Option<TradeRegister>,
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
    reads: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    notes: Arc<Semaphore>,
    computing: Semaphore,
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
            reads: Arc::new(Semaphore::new(READS_MAX)),
            writes: Arc::new(Semaphore::new(WRITES_MAX)),
            notes: Arc::new(Semaphore::new(NOTES_MAX)),
            computing: Semaphore::new(COMPUTING_MAX),
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
        let reads = &self.shared.reads;
        self.wait(reads, move |store| store.read(work)).await
    }

    /// Runs `work` in a transaction that may change things, on a thread that may wait. It may run several times.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let writes = &self.shared.writes;
        self.wait(writes, move |store| store.write(work)).await
    }

    /// Writes beside the answer something that may be left out, and is where many are being written already: nobody waits
    /// for it. `what` says in the log what could not be noted.
    pub(crate) fn note(
        &self,
        what: &'static str,
        work: impl FnMut(&mut Tx<'_>) -> Result<(), Refusal> + Send + 'static,
    ) {
        let Ok(permit) = self.shared.notes.clone().try_acquire_owned() else {
            return;
        };
        let site = self.clone();
        tokio::spawn(async move {
            let noted = site.run(move |store| store.write(work)).await;
            drop(permit);
            if let Err(error) = noted {
                tracing::warn!(%error, "cannot note {what}");
            }
        });
    }

    /// [`Site::write`] for the API, which has errors of its own.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let writes = &self.shared.writes;
        self.wait(writes, move |store| store.write(work)).await
    }

    async fn wait<T: Send + 'static, E: From<Refusal> + Send + 'static>(
        &self,
        permits: &Arc<Semaphore>,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let permit = permits.clone().acquire_owned().await;
        let permit = permit.expect("nobody closes it");
        // It is kept by the work and not by who asked: whoever does not wait any longer does not end it.
        let work = move |store: &Store| {
            let _permit = permit;
            work(store)
        };
        self.run(work).await
    }

    async fn run<T: Send + 'static, E: From<Refusal> + Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let store = self.shared.options.store.within(seen());
        tokio::task::spawn_blocking(move || work(&store))
            .await
            .unwrap_or_else(|_| Err(Refusal::Panicked.into()))
    }

    /// Computes something that takes a while on a thread of its own, so that nobody who waits for the store or a network is
    /// held up. Few do at a time: each has a processor and its memory.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let permit = self.shared.computing.acquire().await;
        let _permit = permit.expect("nobody closes it");
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Refusal::Panicked)
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

    /// The trade register that is asked about applicants.
    pub(crate) fn trade_register(&self) -> Option<&TradeRegister> {
        self.shared.options.trade_register.as_ref()
    }

    /// A page of ours as mails and other people name it.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin().as_str().trim_end_matches('/'))
    }

    /// Counts one request against a limit, or refuses it. `key` says whose: an address of the network, an account.
    pub(crate) fn limit(&self, limiter: &Limiter, key: impl Hash) -> Result<(), Refusal> {
        self.shared.limits.take(limiter, key)
    }

    /// By which way servers of others are found.
    pub(crate) fn way(&self) -> Way<'_> {
        let options = &self.shared.options;
        Way {
            dns_servers: &options.dns_servers,
            stand_in: options.website_stand_in.as_ref(),
        }
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

    /// The key of public ids.
    pub(crate) fn id_key(&self) -> &IdKey {
        &self.shared.options.id_key
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

    /// Refuses a path that names something of a desk that is not seen here, whatever would be done with it.
    pub(crate) async fn must_see(&self, path: &str) -> Result<(), Refusal> {
        if seen().is_all() {
            return Ok(());
        }
        let ids = path.split('/').filter_map(|part| part.parse().ok());
        let of_a_desk = |id: Uuid| {
            let numbers = OF_A_DESK.map(|kind| Some((kind, self.number(kind, &id).ok()?)));
            numbers.into_iter().flatten()
        };
        let named: Vec<(IdKind, i64)> = ids.flat_map(of_a_desk).collect();
        self.read(move |tx| {
            for (kind, number) in &named {
                if !tx.sees(*kind, *number)? {
                    return Err(Refusal::NotFound);
                }
            }
            Ok(())
        })
        .await
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::TestSite;

    #[test]
    fn whoever_waits_for_the_writer_keeps_nobody_from_reading() {
        let test = TestSite::new();
        let writer = test.busy_writer();
        let site = test.site.clone();
        test.block_on(async {
            for _ in 0..2 * READS_MAX {
                let site = site.clone();
                tokio::spawn(async move { site.write(|_| Ok(())).await });
                tokio::task::yield_now().await;
            }
            for _ in 0..2 * NOTES_MAX {
                site.note("nothing", |_| Ok(()));
            }
            assert_eq!(site.shared.notes.available_permits(), 0);
            let read = site.read(|tx| Ok(tx.desks()?.len()));
            let read = tokio::time::timeout(Duration::from_secs(2), read).await;
            assert_eq!(read.expect("nothing is in its way").unwrap(), 1);
        });
        drop(writer);
    }

    #[test]
    fn a_read_for_which_nobody_waits_any_more_keeps_its_permit_until_it_ends() {
        let test = TestSite::new();
        let site = test.site.clone();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        test.block_on(async {
            let reading = site.read(move |_| {
                ended.recv().expect("the test says when");
                Ok(())
            });
            let waited = tokio::time::timeout(Duration::from_millis(50), reading).await;
            assert!(waited.is_err(), "it reads until the test says so");
            assert_eq!(site.shared.reads.available_permits(), READS_MAX - 1);
            end.send(()).expect("it reads");
            let free = site.shared.reads.acquire_many(READS_MAX as u32);
            let free = tokio::time::timeout(Duration::from_secs(10), free).await;
            assert!(free.is_ok(), "it has ended");
        });
    }
}
