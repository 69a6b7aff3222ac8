//! Keys of contacts end: people hear of it in time, and once more when it has happened.

use message::{KeyNews, tell_of_key};
use rules::upkeep::next_key_reminder;
use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Keys in one transaction.
const KEYS_MAX: i64 = 100;

/// Tells of the ends of keys that it is time to tell of; gives how many keys that were.
///
/// Safe to run twice, and by two workers at once: what was told of is not due any more.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn remind(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let mut reminded = 0;
    loop {
        let told = flow.store.write(|tx| {
            let keys = tx.keys_to_remind(now, KEYS_MAX)?;
            for key in &keys {
                let next = key.ends_at.and_then(|end| next_key_reminder(end, now));
                let news = if next.is_some() {
                    KeyNews::Ending
                } else {
                    KeyNews::Ended
                };
                let about = (key.party_no, &key.email);
                tell_of_key(tx, about, news, (&key.fingerprint, key.ends_at), now)?;
                tx.remind_of_key_at(key.party_no, &key.email, next)?;
            }
            Ok::<_, StoreError>(keys.len())
        })?;
        if told == 0 {
            return Ok(reminded);
        }
        reminded += told;
    }
}
