//! Mails to contacts that gave a key: encrypted before the first attempt, or put off with a reason. Never in clear.

use message::openpgp::{Certificate, KeyProblem};
use message::{KeyNews, Mail, MessageError, tell_of_key};
use model::Timestamp;
use rules::message::sealed_subject;
use store::{ContactKey, Delivery, DeliveryState, Notification, StoreError, Tx};

/// Seconds after which is looked whether there is a key that can be used.
const LOOK_SECS: i64 = 3_600;

/// Seconds after the decision until a mail that waits for a key is given up: who did not act on a mail about it in two weeks is
/// to be called by a person.
const WAIT_SECS_MAX: i64 = 14 * 86_400;

/// A mail that waits for a key.
pub(super) struct PutOff {
    /// Its place among the attempts.
    pub(super) attempt: usize,
    problem: KeyProblem,
}

/// What becomes of a mail that nobody tried to hand over yet.
pub(super) enum Sealing {
    /// It goes out as it is.
    Ready(Mail),
    /// It waits.
    PutOff(KeyProblem),
}

/// Encrypts a mail that nobody tried to hand over yet, where there is a key for it.
pub(super) fn sealed(
    mail: Mail,
    notification: &Notification,
    key: Option<&ContactKey>,
    now: Timestamp,
) -> Result<Sealing, MessageError> {
    let Some(key) = key else {
        return Ok(Sealing::Ready(mail));
    };
    let certificate = Certificate::read(&key.certificate, now).and_then(|certificate| {
        certificate.may_encrypt(now)?;
        Ok(certificate)
    });
    let certificate = match certificate {
        Ok(certificate) => certificate,
        Err(problem) => return Ok(Sealing::PutOff(problem)),
    };
    let parts = &notification.key;
    let subject = sealed_subject(parts.tlp, &notification.reference(), parts.language);
    // One key of one contact does not hold the others up.
    Ok(match certificate.seal(mail, &subject) {
        Ok(mail) => Sealing::Ready(mail),
        Err(_) => Sealing::PutOff(KeyProblem::WeakAlgorithm),
    })
}

/// The key of an address, among those of its party.
pub(super) fn key_of<'k>(
    keys: &'k [ContactKey],
    notification: &Notification,
    delivery: &Delivery,
) -> Option<&'k ContactKey> {
    let party_no = notification.key.recipient_no;
    keys.iter()
        .find(|key| key.party_no == party_no && key.email.compared() == delivery.address.compared())
}

impl PutOff {
    /// Notes on an attempt that it waits, or is given up.
    pub(super) fn new(
        (place, attempt): (usize, &mut Delivery),
        notification: &Notification,
        problem: KeyProblem,
        now: Timestamp,
    ) -> Self {
        let decided_at = notification.decided_at.unwrap_or(notification.created_at);
        if now.seconds_since(decided_at) >= WAIT_SECS_MAX {
            attempt.state = DeliveryState::Failed;
        }
        attempt.due_at = now.plus_seconds(LOOK_SECS);
        attempt.outcome = problem.reason().into();
        Self {
            attempt: place,
            problem,
        }
    }

    /// Writes down that it waits, and tells of it where none waited before.
    pub(super) fn write(
        &self,
        tx: &mut Tx<'_>,
        notification: &Notification,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        tx.put_off_delivery(delivery, now)?;
        let (party_no, address) = (notification.key.recipient_no, &delivery.address);
        let problem = self.problem.as_str();
        if tx.note_waiting_for_key(party_no, address, problem, now)?
            && let Some(key) = tx.contact_key(party_no, address)?
        {
            let about = (&*key.fingerprint, key.ends_at);
            tell_of_key(tx, (party_no, address), KeyNews::Waiting, about, now)?;
        }
        Ok(())
    }
}
