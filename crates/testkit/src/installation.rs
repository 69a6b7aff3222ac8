//! A whole installation in a folder: store, blobs, outbox, a desk that may send.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use model::{Language, Timestamp};
use pipeline::distribute::Transport;
use pipeline::gather::{GatherOptions, Outcome, Taken, gather};
use pipeline::worker::{Silent, Worked, Worker};
use pipeline::{Clock, Flow, Profile};
use store::{
    Blobs, DeskChange, NotificationState, QueueKind, QueueState, RegisterCounts, Status, Store,
};
use tempfile::TempDir;

use crate::mail::mails_in;
use crate::{Received, RegisterBuilder, Report, TestStore};

/// An installation of the test profile with a desk that may send, a fixed clock and a folder for mails.
///
/// Fields are open, so that a test changes what it is about: `desk.flow.clock`, `desk.flow.transport`.
pub struct Desk {
    /// The flow.
    pub flow: Flow,
    folder: PathBuf,
    /// Removes the folder when the test is over.
    _kept: Option<TempDir>,
}

impl Desk {
    /// An installation on `store`, whose blobs and mails go into `folder`. The store is migrated.
    ///
    /// # Panics
    /// When a folder cannot be made or the store fails.
    pub fn on(store: Store, folder: &Path) -> Self {
        store.migrate().expect("the store is migrated");
        complete_desk(&store);
        let blobs = Blobs::open(&folder.join("blobs")).expect("the blob folder is made");
        let transport = Transport::folder(&folder.join("outbox")).expect("the outbox is made");
        let flow = Flow::new(
            store,
            blobs,
            Clock::Fixed(crate::now()),
            Profile::Test,
            transport,
        );
        Self {
            flow,
            folder: folder.to_owned(),
            _kept: None,
        }
    }

    /// An installation on the embedded engine, in a temporary folder.
    ///
    /// # Panics
    /// When a folder cannot be made or the store fails.
    pub fn embedded() -> Self {
        let kept = tempfile::tempdir().expect("a temporary folder is made");
        let file = kept.path().join("seinpost.db");
        crate::template::copy_file(&file);
        let store = Store::open_embedded(&file).expect("the store is opened");
        let desk = Self::on(store, kept.path());
        Self {
            _kept: Some(kept),
            ..desk
        }
    }

    /// An installation on a store of a test, in its folder.
    ///
    /// # Panics
    /// When a folder cannot be made or the store fails.
    pub fn of(test: &TestStore) -> Self {
        Self::on(test.store.clone(), test.folder())
    }

    /// Another process on the same store and folders, with the same clock.
    ///
    /// # Panics
    /// When the store cannot be opened once more.
    pub fn beside(&self, test: &TestStore) -> Self {
        let mut flow = self.flow.clone();
        flow.store = test.opened_again();
        Self {
            flow,
            folder: self.folder.clone(),
            _kept: None,
        }
    }

    /// Imports rows of the register at the moment of the clock.
    ///
    /// # Panics
    /// When the store fails.
    pub fn import(&self, register: &RegisterBuilder) -> RegisterCounts {
        register.import(&self.flow.store, self.flow.clock.now())
    }

    /// Takes a report in.
    ///
    /// # Panics
    /// When the store fails, or the report is not taken in.
    pub fn report(&self, report: &Report) -> i64 {
        self.report_as(report, &GatherOptions::default())
    }

    /// Takes a report in, with what the person who delivers says about it; gives the number of its batch.
    ///
    /// # Panics
    /// When the store fails, or the report is not taken in.
    pub fn report_as(&self, report: &Report, options: &GatherOptions) -> i64 {
        let taken = self.gather_as(&report.file_name(), report.text(), options);
        match &taken[..] {
            [
                Taken {
                    outcome: Outcome::Batch { batch_no, .. },
                    ..
                },
            ] => *batch_no,
            other => panic!("the report was not taken in: {other:?}"),
        }
    }

    /// Mails that were handed over, by address.
    ///
    /// # Panics
    /// When the outbox cannot be read.
    pub fn mails(&self) -> Vec<Received> {
        mails_in(&self.folder.join("outbox"))
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stops the clock at another moment.
    pub fn at(&mut self, moment: Timestamp) {
        self.flow.clock = Clock::Fixed(moment);
    }

    /// Takes a file in.
    ///
    /// # Panics
    /// When the store fails.
    pub fn gather(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Taken> {
        self.gather_as(name, bytes, &GatherOptions::default())
    }

    /// Takes a file in, with what the person who delivers says about it.
    ///
    /// # Panics
    /// When the store fails.
    pub fn gather_as(
        &self,
        name: &str,
        bytes: impl Into<Vec<u8>>,
        options: &GatherOptions,
    ) -> Vec<Taken> {
        gather(&self.flow, name, Cursor::new(bytes.into()), options)
            .expect("the delivery is gathered")
    }

    /// Works until idle, hands over what is ready, and checks the balance.
    ///
    /// # Panics
    /// When the store or a job fails, or something was lost.
    pub fn work(&self) -> Worked {
        let worked = Worker::new(&self.flow, &Silent)
            .run_until_idle()
            .expect("the worker works");
        assert_eq!(worked.failures, Vec::<String>::new(), "a job failed");
        self.status();
        worked
    }

    /// Works until idle and leaves messages where they are, then checks the balance.
    ///
    /// # Panics
    /// When the store or a job fails, or something was lost.
    pub fn work_without_distribution(&self) -> Worked {
        let worker = Worker::new(&self.flow, &Silent).without_distribution();
        let worked = worker.run_until_idle().expect("the worker works");
        assert_eq!(worked.failures, Vec::<String>::new(), "a job failed");
        self.status();
        worked
    }

    /// Lines in messages that were not withheld, by reference of the party that is told.
    ///
    /// # Panics
    /// When the store fails.
    pub fn told(&self) -> BTreeMap<String, i64> {
        let mut lines: BTreeMap<i64, i64> = BTreeMap::new();
        let read = self.flow.store.read(|tx| {
            tx.each_notification(|found| {
                if found.state != NotificationState::Withheld {
                    *lines.entry(found.key.recipient_no).or_default() += found.lines;
                }
                Ok(())
            })?;
            let mut told = BTreeMap::new();
            tx.each_recipient(|party| {
                if let Some(lines) = lines.get(&party.party_no) {
                    told.insert(party.reference, *lines);
                }
            })?;
            Ok::<_, store::StoreError>(told)
        });
        read.expect("the notifications are read")
    }

    /// Findings that wait for a person, by queue.
    ///
    /// # Panics
    /// When the store fails, or something was lost.
    pub fn queued(&self) -> BTreeMap<QueueKind, i64> {
        let open = self
            .status()
            .queue
            .into_iter()
            .filter(|(_, state, _)| *state == QueueState::Open);
        open.map(|(kind, _, items)| (kind, items)).collect()
    }

    /// The counts now. Their balance is zero, always.
    ///
    /// # Panics
    /// When the store fails, or something was lost.
    pub fn status(&self) -> Status {
        let status = self
            .flow
            .store
            .read(|tx| tx.status())
            .expect("the status is read");
        assert_eq!(status.balance(), [0; 4], "something was lost: {status:?}");
        status
    }
}

/// Sets all that a desk needs before it may send.
///
/// # Panics
/// When the store fails.
pub fn complete_desk(store: &Store) {
    complete(store, None);
}

/// Makes another desk of this name that may send; gives its number. Nobody works there yet.
///
/// # Panics
/// When the store fails, or there is a desk of this name.
pub fn another_desk(store: &Store, name: &str) -> i64 {
    let added = store.write(|tx| tx.add_desk(name, Language::Nl));
    let desk_no = added.expect("the desk is made");
    complete(store, Some(name));
    desk_no
}

fn complete(store: &Store, name: Option<&str>) {
    let change = DeskChange {
        sender: Some("desk@csirt.example".parse().expect("an e-mail address")),
        reply_to: Some("answers@csirt.example".parse().expect("an e-mail address")),
        phone: Some("+31 70 555 01 23".into()),
        privacy_nl: Some("Wij bewaren dit bericht een jaar.".into()),
        privacy_en: Some("We keep this message for a year.".into()),
        lawful_basis: Some("public-task".into()),
        time_zone: Some("Europe/Amsterdam".parse().expect("a time zone")),
        ..DeskChange::default()
    };
    let done = store.write(|tx| {
        let desk = tx
            .desk_named(name)?
            .expect("one is made at installation, others are by name");
        tx.change_desk(desk, &change)
    });
    done.expect("the desk is completed");
}
