//! What contacts would have received lately, with choices that hold or with others: the same for pages and the API.

use std::collections::HashMap;

use model::{Language, Reader, Timestamp};
use rules::preview::{ToldMessage, received};
use rules::route::ContactChoice;
use store::{Notification, NotificationKey, StoreError, Tx};

/// How far back it looks.
pub(crate) const DAYS: i64 = 30;

/// Messages that it looks at, the newest.
const MESSAGES_MAX: i64 = 1_000;

/// What an organisation was told lately.
pub(crate) struct Lately {
    told: Vec<Notification>,
    messages: Vec<ToldMessage>,
    /// Language of the organisation.
    pub(crate) own: Option<Language>,
    /// Language of the desk.
    pub(crate) desk: Language,
    /// Slug of each threat, by its number.
    pub(crate) threats: Vec<(i64, String)>,
}

impl Lately {
    pub(crate) fn read(tx: &mut Tx<'_>, party_no: i64, now: Timestamp) -> Result<Self, StoreError> {
        let since = now.plus_seconds(-DAYS * 86_400);
        let told = tx.messages_since(party_no, since, MESSAGES_MAX)?;
        let numbers: Vec<i64> = told.iter().map(|message| message.key.threat_no).collect();
        let own = tx.party(party_no)?.and_then(|party| party.language);
        let desks = tx.desks()?;
        let message = |(message, telling): (&Notification, usize)| ToldMessage {
            telling,
            severity: message.key.severity,
        };
        Ok(Self {
            messages: told.iter().zip(tellings(&told)).map(message).collect(),
            threats: tx.threat_slugs(&numbers)?,
            told,
            own,
            desk: desks.first().map_or(Language::Nl, |desk| desk.language),
        })
    }

    /// The messages that somebody with these choices would have received.
    pub(crate) fn received(&self, choice: &ContactChoice) -> Vec<&Notification> {
        let got = received(choice, self.own, self.desk, &self.messages);
        got.iter().map(|one| &self.told[one.telling]).collect()
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
