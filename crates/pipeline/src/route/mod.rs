//! From a decision to rows: which lines are added to messages, which are taken out, what goes to a queue.
//!
//! Both new sightings and a changed register end here. A recipient is told once per episode of a finding, and again only
//! when the time of silence is over; a recipient who no longer owns the asset loses a line that has not been approved.
//! Beside that, whoever only claims the place hears that something is there ([`existence`]), and whoever called something
//! solved hears that it is not seen any more ([`clear`]).

pub(crate) mod clear;
mod existence;

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use model::{
    Day, Language, LegalClass, MessageKind, Relation, Role, RsitType, Severity, Timestamp, Tlp,
};
use rules::answer::{Answered, Reminder, reminder};
use rules::matching::Match;
use rules::route::{Directory, Obstacle, Route, Subject, Telling, route};
use rules::suppression::tell_again_at;
use store::{
    Collecting, Desk, FindingKey, FindingRow, Line, LineToTell, NotificationKey, NotificationState,
    ObservationKey, QueueItem, QueueKind, QueueState, StoreError, Told, Tx,
};

use crate::register::Register;
use existence::Claimants;

/// What a desk decides for all of its findings.
pub(crate) struct DeskRules {
    pub(crate) desk_no: i64,
    language: Language,
    lawful_basis: Arc<str>,
    bases: Vec<(LegalClass, Arc<str>)>,
}

impl DeskRules {
    pub(crate) fn load(tx: &mut Tx<'_>, desk: &Desk, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            desk_no: desk.desk_no,
            language: desk.language,
            lawful_basis: desk.lawful_basis.as_deref().unwrap_or_default().into(),
            bases: tx
                .desk_bases(desk.desk_no, now.day())?
                .into_iter()
                .map(|(class, basis)| (class, basis.into()))
                .collect(),
        })
    }

    /// The basis for a recipient of this class.
    pub(crate) fn basis_for(&self, class: LegalClass) -> &Arc<str> {
        let own = self.bases.iter().find(|(known, _)| *known == class);
        own.map_or(&self.lawful_basis, |(_, basis)| basis)
    }
}

/// Who is told of a new finding, decided while its rows were read. It holds for the matches and the register that it was
/// decided from.
pub(crate) struct Decided {
    address: Option<IpAddr>,
    severity: Severity,
    role: Role,
    rsit: RsitType,
    tlp: Tlp,
    language: Language,
    day: Day,
    route: Route,
}

impl Decided {
    pub(crate) fn of(subject: Subject<'_>, directory: &Directory) -> Self {
        Self {
            address: subject.address,
            severity: subject.severity,
            role: subject.role,
            rsit: subject.rsit,
            tlp: subject.tlp,
            language: subject.language,
            day: subject.day,
            route: route(subject, directory),
        }
    }

    /// What was decided, if it was about this subject.
    fn about(&self, subject: &Subject<'_>) -> Option<&Route> {
        let is_same = self.address == subject.address
            && self.severity == subject.severity
            && self.role == subject.role
            && self.rsit == subject.rsit
            && self.tlp == subject.tlp
            && self.language == subject.language
            && self.day == subject.day;
        is_same.then_some(&self.route)
    }
}

/// A finding to be routed.
pub(crate) struct ToRoute<'m> {
    /// With `row`: all that is known of where it is.
    pub(crate) key: &'m FindingKey,
    pub(crate) row: &'m FindingRow,
    pub(crate) finding_no: i64,
    pub(crate) threat_no: i64,
    pub(crate) episode: i32,
    pub(crate) role: Role,
    pub(crate) rsit: RsitType,
    pub(crate) severity: Severity,
    pub(crate) tlp: Tlp,
    pub(crate) address: Option<IpAddr>,
    pub(crate) matches: &'m [Match],
    /// What was decided from the matches already.
    pub(crate) decided: Option<&'m Decided>,
    /// The observation that lines cite.
    pub(crate) observation: ObservationKey,
    /// The time of silence is over for some recipient: who was told may be told again.
    pub(crate) tell_again: bool,
    /// Nothing was decided for this episode yet, so there is nothing to compare with.
    pub(crate) is_new: bool,
    /// Time of the latest sighting.
    pub(crate) last_seen: Timestamp,
    pub(crate) window_no: i64,
}

/// Collects what routing many findings changes, and writes it at once.
pub(crate) struct Router<'r> {
    desk: &'r DeskRules,
    directory: &'r Directory,
    claimants: Claimants<'r>,
    now: Timestamp,
    told: HashMap<i64, Vec<Told>>,
    queued: HashMap<i64, Vec<QueueItem>>,
    /// By finding and recipient.
    answered: HashMap<(i64, i64), Answered>,
    lines: Vec<LineToTell>,
    items: Vec<QueueItem>,
    /// Message, finding, and why.
    withdrawn: Vec<(i64, i64, &'static str)>,
    moved: Vec<((i64, i32, QueueKind), QueueState, String)>,
}

impl<'r> Router<'r> {
    /// A router that knows what was decided and answered before about `known` findings; give it those that are not new.
    pub(crate) fn new(
        tx: &mut Tx<'_>,
        desk: &'r DeskRules,
        register: &'r Register,
        known: &[i64],
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut router = Self {
            desk,
            directory: &register.directory,
            claimants: Claimants::of(&register.claims),
            now,
            told: HashMap::new(),
            queued: HashMap::new(),
            answered: HashMap::new(),
            lines: Vec::new(),
            items: Vec::new(),
            withdrawn: Vec::new(),
            moved: Vec::new(),
        };
        if !known.is_empty() {
            for told in tx.told(known)? {
                router.told.entry(told.finding_no).or_default().push(told);
            }
            for item in tx.queue_items_of(known)? {
                router.queued.entry(item.finding_no).or_default().push(item);
            }
            for answer in tx.silencing_answers(known)? {
                let answered = Answered {
                    status: answer.status,
                    episode: answer.episode,
                    until: answer.until,
                    at: answer.answered_at,
                };
                let key = (answer.finding_no, answer.party_no);
                router.answered.insert(key, answered);
            }
        }
        Ok(router)
    }

    /// Decides one finding. Says from when on a sighting is told again to the first of its recipients.
    pub(crate) fn route(&mut self, finding: &ToRoute<'_>) -> Option<Timestamp> {
        let subject = Subject {
            matches: finding.matches,
            address: finding.address,
            severity: finding.severity,
            role: finding.role,
            rsit: finding.rsit,
            tlp: finding.tlp,
            language: self.desk.language,
            day: self.now.day(),
        };
        let decided = finding.decided.and_then(|decided| decided.about(&subject));
        let decided = match decided {
            Some(route) => Cow::Borrowed(route),
            None => Cow::Owned(route(subject, self.directory)),
        };
        let told = self.told_in_episode(finding);
        let mut next_due = None;
        let mut left_in_peace = Vec::new();
        let is_copy = |telling: &&Telling| telling.recipient.copy_of.is_some();
        let first_line = self.lines.len();
        for telling in decided.tellings.iter().filter(|it| !is_copy(it)) {
            let due = self.tell(finding, telling, &told, &mut left_in_peace);
            next_due = Some(next_due.map_or(due, |next: Timestamp| next.min(due)));
        }
        let owners_end = self.lines.len();
        for telling in decided.tellings.iter().filter(is_copy) {
            // When it is told again follows from when the owner is; where it stays away, nothing waits for it.
            if self.is_copied(finding, telling, &told, first_line..owners_end) {
                self.tell(finding, telling, &told, &mut Vec::new());
            }
        }
        // A marking that keeps this sighting from a recipient takes back nothing that it was told before.
        let still_told = |party_no: i64| {
            decided
                .tellings
                .iter()
                .any(|telling| telling.recipient.party_no == party_no)
                || decided.obstacles.iter().any(|obstacle| {
                    matches!(obstacle, Obstacle::Restricted(party, _) if *party == party_no)
                })
        };
        for told in told.iter().filter(|told| !still_told(told.recipient_no)) {
            // What a person decided stands, whatever the register says.
            if is_changeable(told.state) && !told.by_hand {
                let why = match told.relation {
                    Relation::Owner | Relation::Provider => {
                        "the owner changed before the message was approved"
                    }
                    Relation::Relay => "no copy was due any more before the message was approved",
                };
                self.withdrawn
                    .push((told.notification_no, finding.finding_no, why));
            }
        }
        self.withdraw_all_clears(finding);
        let decided_by_hand = told.iter().any(|told| told.by_hand);
        let obstacles = decided.obstacles.iter().chain(&left_in_peace);
        self.queue(finding, obstacles, decided_by_hand);
        self.claimants.note(finding);
        next_due
    }

    /// Nobody hears that a finding is not seen any more when it was seen before that was approved.
    fn withdraw_all_clears(&mut self, finding: &ToRoute<'_>) {
        let told = self.told.get(&finding.finding_no).into_iter().flatten();
        let waiting = told
            .filter(|told| told.kind == MessageKind::AllClear && is_changeable(told.state))
            .filter(|told| {
                let key = (finding.finding_no, told.recipient_no);
                let answer = self.answered.get(&key);
                answer.is_none_or(|answer| {
                    finding.episode != told.episode || finding.last_seen > answer.at
                })
            });
        let why = "it was seen again before the message was approved";
        let withdrawn = waiting.map(|told| (told.notification_no, finding.finding_no, why));
        self.withdrawn.extend(withdrawn.collect::<Vec<_>>());
    }

    fn told_in_episode(&self, finding: &ToRoute<'_>) -> Vec<Told> {
        if finding.is_new {
            return Vec::new();
        }
        let told = self.told.get(&finding.finding_no).into_iter().flatten();
        told.filter(|told| told.episode == finding.episode)
            .copied()
            .collect()
    }

    /// Whether a copy goes with what its owner is told: it is told now, or was mailed before and is not left in peace, and the relay
    /// has none yet. `now` are the lines that owners get now.
    fn is_copied(
        &self,
        finding: &ToRoute<'_>,
        copy: &Telling,
        told: &[Told],
        now: std::ops::Range<usize>,
    ) -> bool {
        let Some(owner_no) = copy.recipient.copy_of else {
            return false;
        };
        let is_now = |line: &LineToTell| {
            line.key.recipient_no == owner_no && line.key.relation == Relation::Owner
        };
        if self.lines[now].iter().any(is_now) {
            return true;
        }
        let mut of_owner = told.iter().filter(|told| told.recipient_no == owner_no);
        let was_mailed =
            of_owner.any(|told| told.kind == MessageKind::Alert && reached(told.state));
        let relay_no = copy.recipient.party_no;
        let mut of_relay = told.iter().filter(|told| told.recipient_no == relay_no);
        let is_silent = || {
            let reminder = self.reminder(finding, owner_no, Some(self.now));
            matches!(reminder, Reminder::Silent(_))
        };
        was_mailed && of_relay.all(|told| is_taken_back(told.state)) && !is_silent()
    }

    /// Tells a recipient, unless it was told and its silence is not over, or its answer keeps it from being told; says from
    /// when on it is told again. The silence is that of the recipient: one that was told later than others is left in peace
    /// longer.
    fn tell(
        &mut self,
        finding: &ToRoute<'_>,
        telling: &Telling,
        told: &[Told],
        left_in_peace: &mut Vec<Obstacle>,
    ) -> Timestamp {
        let recipient_no = telling.recipient.party_no;
        // What was told without a mail silences no mail about something worse.
        let silences = |told: &&Told| {
            let is_worse = finding.severity > told.severity;
            // Nor does a copy silence what concerns the recipient itself.
            if told.relation == Relation::Relay && telling.recipient.relation != Relation::Relay {
                return false;
            }
            let is_enough = told.kind.is_mailed() || !telling.kind.is_mailed() || !is_worse;
            told.kind.tells_of_sighting() && is_enough
        };
        let to_recipient = told.iter().filter(|told| told.recipient_no == recipient_no);
        let before = to_recipient.filter(silences);
        let last_told_at = before.clone().map(|told| told.decided_at).max();
        // What nobody got is not told again but for the first time; it silences all the same.
        let mut repeated = before.clone().any(|told| reached(told.state));
        let reminder = self.reminder(finding, recipient_no, last_told_at);
        if let Reminder::Silent(due) = reminder {
            if last_told_at.is_none() {
                left_in_peace.push(Obstacle::Answered(recipient_no));
            }
            return due;
        }
        if let Some(last_told_at) = last_told_at {
            let due = tell_again_at(last_told_at, finding.severity);
            let under_way = before.clone().any(|told| is_under_way(told.state));
            let is_again = reminder == Reminder::VisibleAgain;
            if under_way || !is_again && (!finding.tell_again || self.now < due) {
                return due;
            }
            repeated &= !is_again;
        }
        let mut line = line_to_tell((self.desk, self.directory), finding, telling, self.now);
        line.line.repeated = repeated;
        self.lines.push(line);
        tell_again_at(self.now, finding.severity)
    }

    /// What the recipient's answer says about telling it again.
    fn reminder(
        &self,
        finding: &ToRoute<'_>,
        recipient_no: i64,
        last_told_at: Option<Timestamp>,
    ) -> Reminder {
        let answer = self.answered.get(&(finding.finding_no, recipient_no));
        answer.map_or(Reminder::Usual, |answer| {
            let (episode, severity) = (finding.episode, finding.severity);
            reminder(
                answer,
                episode,
                severity,
                finding.last_seen,
                last_told_at,
                self.now,
            )
        })
    }

    /// Opens what stands in the way now, and resolves what stood in the way before and does not any more. What a person
    /// resolved by choosing a recipient stays resolved.
    fn queue<'o>(
        &mut self,
        finding: &ToRoute<'_>,
        obstacles: impl Iterator<Item = &'o Obstacle>,
        decided_by_hand: bool,
    ) {
        let mut wanted: Vec<(QueueKind, String)> = Vec::new();
        for obstacle in obstacles {
            let (kind, reason) = self.in_words(obstacle);
            match wanted.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, reasons)) => *reasons = format!("{reasons}; {reason}"),
                None => wanted.push((kind, reason)),
            }
        }
        let known: Vec<QueueItem> = match finding.is_new {
            true => Vec::new(),
            false => self
                .queued
                .get(&finding.finding_no)
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
        };
        let known = known
            .iter()
            .filter(|item| item.episode == finding.episode && !item.kind.is_of_recipient());
        for item in known.clone() {
            let key = (item.finding_no, item.episode, item.kind);
            match (
                item.state,
                wanted.iter().find(|(kind, _)| *kind == item.kind),
            ) {
                (QueueState::Open, None) => {
                    self.moved.push((
                        key,
                        QueueState::Resolved,
                        "it does not stand in the way any more".into(),
                    ));
                }
                (QueueState::Resolved, Some((kind, reason))) if !decided_by_hand => {
                    self.moved.push((key, first_state(*kind), reason.clone()));
                }
                _ => {}
            }
        }
        for (kind, reason) in wanted {
            if !known.clone().any(|item| item.kind == kind) {
                self.items.push(QueueItem {
                    finding_no: finding.finding_no,
                    episode: finding.episode,
                    kind,
                    state: first_state(kind),
                    owner: "desk".into(),
                    reason,
                    opened_at: self.now,
                });
            }
        }
    }

    fn in_words(&self, obstacle: &Obstacle) -> (QueueKind, String) {
        let name = |party_no: &i64| {
            self.directory
                .party(*party_no)
                .map_or("?", |party| &party.reference)
        };
        match obstacle {
            Obstacle::Unresolved => (
                QueueKind::Unresolved,
                "no owner and no operator is known".into(),
            ),
            Obstacle::Dispute(parties) => {
                let names: Vec<_> = parties.iter().map(name).collect();
                (
                    QueueKind::Dispute,
                    format!("claimed by {}", names.join(" and ")),
                )
            }
            Obstacle::NaturalPerson => (
                QueueKind::NaturalPerson,
                "the owner is a natural person and no operator is known".into(),
            ),
            Obstacle::NoContact(party_no) => (
                QueueKind::NoContact,
                format!("{} has no contact", name(party_no)),
            ),
            Obstacle::Answered(party_no) => (
                QueueKind::Answered,
                format!("{} answered so that it is left in peace", name(party_no)),
            ),
            Obstacle::Restricted(party_no, restriction) => (
                QueueKind::Restricted,
                format!("{}: {}", name(party_no), restriction.as_str()),
            ),
        }
    }

    /// Writes everything that was decided. `collecting` is what is remembered of the messages of the same window.
    pub(crate) fn write(
        self,
        tx: &mut Tx<'_>,
        collecting: &mut Collecting,
    ) -> Result<(), StoreError> {
        for (notification_no, finding_no, why) in &self.withdrawn {
            tx.withdraw_line(*notification_no, *finding_no, why, self.now)?;
        }
        for (key, state, reason) in &self.moved {
            tx.move_queue_item(*key, *state, reason, (self.now, "route"))?;
        }
        tx.add_queue_items(&self.items)?;
        self.claimants.write(tx, self.directory, self.now)?;
        tx.add_lines(collecting, &self.lines, self.now)
    }
}

/// What is told to a recipient, for the first time.
fn line_to_tell(
    (desk, directory): (&DeskRules, &Directory),
    finding: &ToRoute<'_>,
    telling: &Telling,
    now: Timestamp,
) -> LineToTell {
    let recipient = &telling.recipient;
    let class = directory
        .party(recipient.party_no)
        .map(|party| party.classes.on(now.day()));
    LineToTell {
        key: NotificationKey {
            window_no: finding.window_no,
            recipient_no: recipient.party_no,
            threat_no: finding.threat_no,
            severity: finding.severity,
            tlp: finding.tlp,
            relation: recipient.relation,
            kind: telling.kind,
            role: finding.role,
            rsit: finding.rsit,
            language: telling.language,
            reader: telling.reader,
            desk_no: desk.desk_no,
        },
        lawful_basis: Arc::clone(desk.basis_for(class.unwrap_or(LegalClass::Unknown))),
        line: Line {
            finding_no: finding.finding_no,
            episode: finding.episode,
            repeated: false,
            asset_no: recipient.asset_no,
            network_no: recipient.network_no,
            observation: finding.observation,
            withdrawn: None,
        },
    }
}

/// Lines may still be taken out of a message that was not approved.
fn is_changeable(state: NotificationState) -> bool {
    matches!(
        state,
        NotificationState::Collecting | NotificationState::Held
    )
}

/// The message was mailed to its recipient, or is on its way.
fn reached(state: NotificationState) -> bool {
    state == NotificationState::Delivered || is_under_way(state)
}

/// Nobody gets it.
fn is_taken_back(state: NotificationState) -> bool {
    matches!(
        state,
        NotificationState::Withheld | NotificationState::Failed
    )
}

/// A line that is still to be sent is not told again beside it.
fn is_under_way(state: NotificationState) -> bool {
    matches!(
        state,
        NotificationState::Collecting | NotificationState::Held | NotificationState::Approved
    )
}

/// Nobody needs to decide about what the recipient itself chose.
fn first_state(kind: QueueKind) -> QueueState {
    match kind {
        QueueKind::NotWanted | QueueKind::Answered => QueueState::Withheld,
        QueueKind::Unresolved
        | QueueKind::Dispute
        | QueueKind::NoContact
        | QueueKind::Restricted
        | QueueKind::NaturalPerson
        | QueueKind::NotOurs
        | QueueKind::FalseAlarm
        | QueueKind::HelpRequested => QueueState::Open,
    }
}
