//! What contacts would have received lately, with choices that hold or with others: the same for pages and the API.

use std::collections::{HashMap, HashSet};

use message::usual_of;
use model::{Language, Reader, Timestamp, Timing, Zone};
use rules::hours::goes_out_at;
use rules::preview::{ToldMessage, received};
use rules::route::{ContactChoice, Usual};
use store::{Notification, NotificationKey, StoreError, Tx};

/// How far back it looks.
pub(crate) const DAYS: i64 = 30;

/// Messages that it looks at, the newest.
const MESSAGES_MAX: i64 = 1_000;

/// What an organisation was told lately.
pub(crate) struct Lately {
    told: Vec<Notification>,
    messages: Vec<ToldMessage>,
    /// What the organisation chose for contacts that did not.
    pub(crate) usual: Usual,
    /// Language of the desk.
    pub(crate) desk: Language,
    /// Zone of the desk.
    zone: Zone,
    /// Slug of each threat, by its number.
    pub(crate) threats: Vec<(i64, String)>,
}

impl Lately {
    pub(crate) fn read(tx: &mut Tx<'_>, party_no: i64, now: Timestamp) -> Result<Self, StoreError> {
        let since = now.plus_seconds(-DAYS * 86_400);
        let told = tx.messages_since(party_no, since, MESSAGES_MAX)?;
        let numbers: Vec<i64> = told.iter().map(|message| message.key.threat_no).collect();
        let usual = tx.party(party_no)?.as_ref().map(usual_of);
        let desks = tx.desks()?;
        let zone = desks.first().and_then(|desk| desk.time_zone.clone());
        let message = |(message, telling): (&Notification, usize)| ToldMessage {
            telling,
            severity: message.key.severity,
        };
        Ok(Self {
            messages: told.iter().zip(tellings(&told)).map(message).collect(),
            threats: tx.threat_slugs(&numbers)?,
            told,
            usual: usual.unwrap_or_default(),
            zone: zone.unwrap_or(Zone::UTC),
            desk: desks.first().map_or(Language::Nl, |desk| desk.language),
        })
    }

    /// The messages that somebody with these choices would have received.
    pub(crate) fn received(&self, choice: &ContactChoice) -> Vec<&Notification> {
        let got = received(choice, self.usual, self.desk, &self.messages);
        got.iter().map(|one| &self.told[one.telling]).collect()
    }

    /// When a message would have gone out to an address with this timing, if it was not held meanwhile.
    pub(crate) fn out_at(&self, message: &Notification, timing: &Timing) -> Timestamp {
        let about = (message.key.kind, message.key.severity);
        goes_out_at(timing, about, message.created_at, &self.zone)
    }

    /// How many times mail would have come with these messages.
    pub(crate) fn times(&self, got: &[&Notification], timing: &Timing) -> usize {
        let times: HashSet<Timestamp> = got.iter().map(|one| self.out_at(one, timing)).collect();
        times.len()
    }

    /// Whether there were more messages than it looks at.
    pub(crate) fn is_cut(&self) -> bool {
        self.told.len() as i64 == MESSAGES_MAX
    }
}

/// The place of the first message that told the same; they differ in language and reader alone.
fn tellings(told: &[Notification]) -> Vec<usize> {
    let mut firsts: HashMap<(NotificationKey, i32), usize> = HashMap::new();
    let told = told.iter().enumerate().map(|(place, message)| {
        let key = NotificationKey {
            language: Language::Nl,
            reader: Reader::Entrepreneur,
            ..message.key.clone()
        };
        *firsts.entry((key, message.part)).or_insert(place)
    });
    told.collect()
}

#[cfg(test)]
mod tests;
