//! What a person decides at the desk: approve, withhold, or tell somebody whom no rule found.
//!
//! Every decision is one transaction with its audit record. What may not be sent stays unsent, whoever asks: the
//! marking and the choices of the recipient's contacts hold here too.

use std::sync::Arc;

use model::{IdKind, Language, LegalClass, MessageKind, Reader, Relation, Timestamp, Tlp};
use rules::audience::{Restriction, may_mail};
use rules::source::Admission;
use rules::urgency;
use store::{
    BatchState, Collecting, Desk, FindingKey, FindingRow, Line, LineToTell, NotificationKey,
    NotificationState, QueueItem, QueueKind, QueueState, Result, Stage, StoreError, Tx,
};

use crate::held::admitted;
use crate::settle::{choice_of, settle_again, settle_approved, usual_of};

/// Who decides, and when.
#[derive(Clone, Copy, Debug)]
pub struct Decider<'a> {
    /// For the audit trail.
    pub name: &'a str,
    /// The moment of the decision.
    pub now: Timestamp,
}

/// What came of telling a chosen organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Released {
    /// Messages were made for it: held or ready to send, by the rule of the desk.
    Told {
        /// Their numbers.
        notifications: Vec<i64>,
    },
    /// Nothing of it waits for a person.
    NotWaiting,
    /// It has no contact, or none that takes this severity.
    NoContact,
    /// Its marking forbids a mail.
    Restricted(Restriction),
    /// The chosen party is a natural person, whom nobody writes to (requirement PR-14).
    NaturalPerson,
}

/// What came of having a delivery read again whose reading failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// The rest of it is read.
    Again,
    /// It did not fail.
    NotFailed,
    /// Its source may not deliver it as things stand: it is not vetted or was stopped, the agreement is over, or the type is not
    /// agreed.
    NotAgreed,
}

/// What came of sending a failed message again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentAgain {
    /// It goes out to those who are contacts now, in a text of now.
    Again,
    /// It did not fail, or somebody else was first.
    NotFailed,
    /// The recipient is closed or has no contact that takes it, or the desk is not complete.
    Nobody,
}

impl Decider<'_> {
    /// Lets a message that failed go out once more, settled anew.
    ///
    /// # Errors
    /// When the store fails.
    pub fn send_again(&self, tx: &mut Tx<'_>, notification_no: i64) -> Result<SentAgain> {
        let found = tx.notification(notification_no)?;
        let Some(failed) = found.filter(|found| found.state == NotificationState::Failed) else {
            return Ok(SentAgain::NotFailed);
        };
        if !settle_again(tx, &failed, self.now)? {
            return Ok(SentAgain::Nobody);
        }
        let (from, to) = (NotificationState::Failed, NotificationState::Approved);
        let decided = (self.now, self.name);
        if !tx.move_notification(notification_no, &[from], to, "", decided)? {
            // Nothing is written: what was planned above goes with it.
            return Err(StoreError::Conflict);
        }
        let subject = notification(notification_no);
        tx.record(self.now, self.name, "send-again", &subject, "")?;
        Ok(SentAgain::Again)
    }

    /// Lets a held notification go out, to those and in the words that were shown, or lets its recipient find it in its inbox;
    /// says whether it was held.
    ///
    /// # Errors
    /// When the store fails.
    pub fn approve(&self, tx: &mut Tx<'_>, notification_no: i64) -> Result<bool> {
        let decided = (self.now, self.name);
        let held = [NotificationState::Held];
        let found = tx.notification(notification_no)?;
        let to = found.map_or(NotificationState::Approved, |found| {
            NotificationState::when_approved(found.key.kind)
        });
        let moved = tx.move_notification(notification_no, &held, to, "", decided)?;
        if moved {
            settle_approved(tx, notification_no, self.now)?;
            tx.record(
                self.now,
                self.name,
                "approve",
                &notification(notification_no),
                "",
            )?;
        }
        Ok(moved)
    }

    /// Has an approved notification wait for approval again; says whether that was still possible. It keeps to whom it
    /// goes and what it says.
    ///
    /// # Errors
    /// When the store fails.
    pub fn hold(&self, tx: &mut Tx<'_>, notification_no: i64, reason: &str) -> Result<bool> {
        let is_held = tx.hold_back_message(notification_no, reason, (self.now, self.name))?;
        if is_held {
            tx.record(
                self.now,
                self.name,
                "hold",
                &notification(notification_no),
                reason,
            )?;
        }
        Ok(is_held)
    }

    /// Decides that a notification that has not gone out never does; says whether that was still possible.
    ///
    /// # Errors
    /// When the store fails.
    pub fn withhold_notification(
        &self,
        tx: &mut Tx<'_>,
        notification_no: i64,
        reason: &str,
    ) -> Result<bool> {
        // One that is approved may be on its way at this moment.
        let open = [NotificationState::Held, NotificationState::Failed];
        let decided = (self.now, self.name);
        let moved = tx.move_notification(
            notification_no,
            &open,
            NotificationState::Withheld,
            reason,
            decided,
        )?;
        if moved {
            tx.record(
                self.now,
                self.name,
                "withhold",
                &notification(notification_no),
                reason,
            )?;
        }
        Ok(moved)
    }

    /// Decides that nobody is told of a finding that waits; gives the items that this closes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn withhold_finding(
        &self,
        tx: &mut Tx<'_>,
        finding_no: i64,
        reason: &str,
    ) -> Result<Vec<QueueItem>> {
        let open = open_items(tx, finding_no)?;
        self.move_items(tx, &open, QueueState::Withheld, reason)?;
        if !open.is_empty() {
            let subject = tx.subject_of(IdKind::Finding, finding_no)?;
            tx.record(self.now, self.name, "withhold", &subject, reason)?;
        }
        Ok(open)
    }

    /// Ends what a recipient brought up about a finding; says whether it waited. `action` is what the audit trail calls it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_item(
        &self,
        tx: &mut Tx<'_>,
        (finding_no, kind): (i64, QueueKind),
        to: QueueState,
        action: &str,
        reason: &str,
    ) -> Result<bool> {
        let mut open = open_items(tx, finding_no)?;
        open.retain(|item| item.kind == kind);
        self.move_items(tx, &open, to, reason)?;
        if !open.is_empty() {
            let subject = tx.subject_of(IdKind::Finding, finding_no)?;
            tx.record(self.now, self.name, action, &subject, reason)?;
        }
        Ok(!open.is_empty())
    }

    /// Has the rest of a batch read whose reading failed, where its source may deliver such a one now (requirement GA-03).
    ///
    /// # Errors
    /// When the store fails.
    pub fn retry(&self, tx: &mut Tx<'_>, batch_no: i64) -> Result<Retried> {
        let failed = tx.batch(batch_no)?;
        if let Some(batch) = failed.filter(|batch| batch.state == BatchState::Failed) {
            let terms = tx.source_terms(batch.source_no)?;
            if admitted(&terms, &batch, self.now) != Admission::Read {
                return Ok(Retried::NotAgreed);
            }
            tx.mark_batch(batch_no, terms.agreement.tlp)?;
        }
        let failed_jobs = tx.drop_failed_jobs(Stage::Process, batch_no)?;
        if !tx.reopen_batch(batch_no, self.now)? && failed_jobs == 0 {
            return Ok(Retried::NotFailed);
        }
        tx.add_job(Stage::Process, batch_no, urgency::LEAST, self.now)?;
        let subject = tx.subject_of(IdKind::Batch, batch_no)?;
        tx.record(self.now, self.name, "retry", &subject, "")?;
        Ok(Retried::Again)
    }

    /// Tells the chosen organisation of a finding that waits.
    ///
    /// # Errors
    /// When the store fails.
    pub fn release_to(&self, tx: &mut Tx<'_>, finding_no: i64, party_no: i64) -> Result<Released> {
        let open = open_items(tx, finding_no)?;
        let Some((key, row)) = tx.finding(finding_no)?.filter(|_| !open.is_empty()) else {
            return Ok(Released::NotWaiting);
        };
        // The message cites the latest sighting, and is marked as that is.
        let tlp = tx.observation(row.last)?.map_or(Tlp::Red, |seen| seen.tlp);
        if let Err(restriction) = may_mail(tlp, Relation::Owner) {
            return Ok(Released::Restricted(restriction));
        }
        let class = tx.legal_class_on(party_no, self.now.day())?;
        if class == LegalClass::NaturalPerson {
            return Ok(Released::NaturalPerson);
        }
        let desk = tx
            .desks()?
            .into_iter()
            .find(|desk| desk.desk_no == key.desk_no)
            .ok_or(StoreError::Conflict)?;
        let readers = readers(tx, party_no, &desk, &row)?;
        if readers.is_empty() {
            return Ok(Released::NoContact);
        }
        let window_no = tx.open_window(self.now)?;
        let basis = basis_for(tx, &desk, class, self.now)?;
        let lines = readers.into_iter().map(|(language, reader)| LineToTell {
            key: message_key(&key, &row, window_no, party_no, tlp, (language, reader)),
            lawful_basis: basis.clone(),
            line: line(&row),
        });
        let lines: Vec<_> = lines.collect();
        tx.add_lines(&mut Collecting::default(), &lines, self.now)?;
        tx.close_window(window_no, self.now)?;
        self.move_items(
            tx,
            &open,
            QueueState::Resolved,
            "told to an organisation that the desk chose",
        )?;
        let told = tx.told(&[finding_no])?;
        let notifications: Vec<i64> = told
            .iter()
            .filter(|told| told.recipient_no == party_no && told.episode == row.episode)
            // Earlier ones may have been withheld, or may have failed.
            .filter(|told| {
                matches!(
                    told.state,
                    NotificationState::Approved | NotificationState::Held
                )
            })
            .map(|told| told.notification_no)
            .collect();
        for number in &notifications {
            settle_approved(tx, *number, self.now)?;
        }
        let subject = tx.subject_of(IdKind::Finding, finding_no)?;
        let detail = format!("to {}", tx.subject_of(IdKind::Party, party_no)?);
        tx.record(self.now, self.name, "release", &subject, &detail)?;
        Ok(Released::Told { notifications })
    }

    fn move_items(
        &self,
        tx: &mut Tx<'_>,
        items: &[QueueItem],
        to: QueueState,
        reason: &str,
    ) -> Result<()> {
        for item in items {
            let key = (item.finding_no, item.episode, item.kind);
            tx.move_queue_item(key, to, reason, (self.now, self.name))?;
        }
        Ok(())
    }
}

fn open_items(tx: &mut Tx<'_>, finding_no: i64) -> Result<Vec<QueueItem>> {
    let items = tx.queue_items_of(&[finding_no])?;
    Ok(items
        .into_iter()
        .filter(|item| item.state == QueueState::Open)
        .collect())
}

/// The basis for a recipient of this class.
fn basis_for(tx: &mut Tx<'_>, desk: &Desk, class: LegalClass, now: Timestamp) -> Result<Arc<str>> {
    let bases = tx.desk_bases(desk.desk_no, now.day())?;
    let own = bases.into_iter().find(|(known, _)| *known == class);
    let basis = own.map(|(_, basis)| basis).or(desk.lawful_basis.clone());
    Ok(basis.unwrap_or_default().into())
}

/// In which language and for which reader the organisation's contacts that take this severity are written to.
fn readers(
    tx: &mut Tx<'_>,
    party_no: i64,
    desk: &Desk,
    row: &FindingRow,
) -> Result<Vec<(Language, Reader)>> {
    let usual = tx.party(party_no)?.as_ref().map(usual_of);
    let usual = usual.unwrap_or_default();
    let contacts = tx.contacts(party_no)?;
    let mut readers: Vec<(Language, Reader)> = contacts
        .iter()
        .filter_map(|contact| choice_of(contact).wording(row.severity, usual, desk.language))
        .collect();
    readers.sort_unstable();
    readers.dedup();
    Ok(readers)
}

fn message_key(
    key: &FindingKey,
    row: &FindingRow,
    window_no: i64,
    recipient_no: i64,
    tlp: Tlp,
    (language, reader): (Language, Reader),
) -> NotificationKey {
    NotificationKey {
        window_no,
        recipient_no,
        threat_no: key.threat_no,
        severity: row.severity,
        tlp,
        relation: Relation::Owner,
        kind: MessageKind::Alert,
        role: row.role,
        rsit: row.rsit,
        language,
        reader,
        desk_no: key.desk_no,
    }
}

fn line(row: &FindingRow) -> Line {
    Line {
        finding_no: row.finding_no,
        episode: row.episode,
        repeated: false,
        asset_no: None,
        network_no: None,
        observation: row.last,
        withdrawn: None,
    }
}

fn notification(number: i64) -> String {
    format!("notification {number}")
}
