//! What contacts would have received lately, with choices that hold or with others: the same for pages and the API.

use std::collections::{HashMap, HashSet};

use message::usual_of;
use model::{Language, Reader, Thresholds, Timestamp, Timing, Zone};
use rules::hours::goes_out_at;
use rules::preview::{Received, ToldMessage, received};
use rules::route::{ContactChoice, Usual};
use store::{Notification, NotificationKey, StoreError, Tx};

/// How far back it looks.
pub(crate) const DAYS: i64 = 30;

/// Messages that it looks at, the newest.
const MESSAGES_MAX: i64 = 1_000;

/// Findings in them that it looks at where groups have thresholds of their own: each is of a group.
const FINDINGS_MAX: i64 = 100_000;

/// Findings that would have been told without a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unmailed {
    pub(crate) below_threshold: i64,
    /// No contact takes their severity.
    pub(crate) not_wanted: i64,
}

/// What an organisation was told lately.
pub(crate) struct Lately {
    told: Vec<Notification>,
    messages: Vec<ToldMessage>,
    /// Of each message the findings that are not below the thresholds of the organisation.
    mailed: Vec<i64>,
    is_cut: bool,
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
        let thresholds = tx.thresholds(party_no)?;
        let mut told = tx.messages_since(party_no, since, MESSAGES_MAX)?;
        let mut is_cut = told.len() as i64 == MESSAGES_MAX;
        if !thresholds.groups.is_empty() {
            is_cut |= cut(&mut told);
        }
        let mailed = mailed(tx, &thresholds, &told)?;
        let numbers: Vec<i64> = told.iter().map(|message| message.key.threat_no).collect();
        let usual = tx.party(party_no)?.as_ref().map(usual_of);
        let desks = tx.desks()?;
        let zone = desks.first().and_then(|desk| desk.time_zone.clone());
        let message = |((message, telling), mailed): ((&Notification, usize), &i64)| ToldMessage {
            telling,
            severity: message.key.severity,
            is_mailed: *mailed > 0,
        };
        let messages = told.iter().zip(tellings(&told)).zip(&mailed);
        Ok(Self {
            messages: messages.map(message).collect(),
            mailed,
            is_cut,
            threats: tx.threat_slugs(&numbers)?,
            told,
            usual: usual.unwrap_or_default(),
            zone: zone.unwrap_or(Zone::UTC),
            desk: desks.first().map_or(Language::Nl, |desk| desk.language),
        })
    }

    /// The messages that somebody with these choices would have received, and how many findings would have been in each.
    pub(crate) fn received(&self, choice: &ContactChoice) -> Vec<(&Notification, i64)> {
        let got = received(choice, self.usual, self.desk, &self.messages);
        let message = |one: &Received| (&self.told[one.telling], self.mailed[one.telling]);
        got.iter().map(message).collect()
    }

    /// How many findings would have been told without a mail: below the thresholds, and of a severity that none of these
    /// contacts takes.
    pub(crate) fn unmailed<'c>(
        &self,
        choices: impl Iterator<Item = &'c ContactChoice> + Clone,
    ) -> Unmailed {
        let mut unmailed = Unmailed::default();
        for (place, message) in self.messages.iter().enumerate() {
            // The others differ in language and reader alone. What is not seen any more was counted when it was told.
            let kind = self.told[place].key.kind;
            if message.telling != place || !kind.tells_of_sighting() {
                continue;
            }
            let mailed = self.mailed[place];
            unmailed.below_threshold += self.told[place].lines - mailed;
            let takes = |choice: &ContactChoice| choice.severities.contains(message.severity);
            if !choices.clone().any(takes) {
                unmailed.not_wanted += mailed;
            }
        }
        unmailed
    }

    /// When a message would have gone out to an address with this timing, if it was not held meanwhile.
    pub(crate) fn out_at(&self, message: &Notification, timing: &Timing) -> Timestamp {
        let about = (message.key.kind, message.key.severity);
        goes_out_at(timing, about, message.created_at, &self.zone)
    }

    /// How many times mail would have come with these messages.
    pub(crate) fn times(&self, got: &[(&Notification, i64)], timing: &Timing) -> usize {
        let times = got.iter().map(|(one, _)| self.out_at(one, timing));
        times.collect::<HashSet<Timestamp>>().len()
    }

    /// Whether there were more messages than it looks at.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }
}

/// Leaves the newest messages that together have so many findings as are looked at; says whether there were more.
fn cut(told: &mut Vec<Notification>) -> bool {
    let mut findings = 0;
    let fit = told.iter().take_while(|message| {
        findings += message.lines;
        findings <= FINDINGS_MAX
    });
    let fit = fit.count();
    let is_cut = fit < told.len();
    told.truncate(fit);
    is_cut
}

/// Of each message the findings that are not below these thresholds, with the systems in the groups in which they are now.
fn mailed(
    tx: &mut Tx<'_>,
    thresholds: &Thresholds,
    told: &[Notification],
) -> Result<Vec<i64>, StoreError> {
    let mails = |message: &Notification, group_no| {
        let threshold = thresholds.of_group(group_no);
        threshold.mails(message.key.role, message.key.severity)
    };
    if thresholds.groups.is_empty() {
        let all = told.iter().map(|message| match mails(message, None) {
            true => message.lines,
            false => 0,
        });
        return Ok(all.collect());
    }
    let numbers: Vec<i64> = told.iter().map(|one| one.notification_no).collect();
    let mut by_group: HashMap<i64, Vec<(Option<i64>, i64)>> = HashMap::new();
    for (number, group_no, lines) in tx.lines_by_group(&numbers)? {
        by_group.entry(number).or_default().push((group_no, lines));
    }
    let mailed = told.iter().map(|message| {
        let groups = by_group.get(&message.notification_no).into_iter().flatten();
        let mailed = groups.filter(|(group_no, _)| mails(message, *group_no));
        mailed.map(|(_, lines)| lines).sum()
    });
    Ok(mailed.collect())
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
