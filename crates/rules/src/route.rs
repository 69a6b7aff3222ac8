//! Who is told of a finding, and why nobody is: from matches to recipients.
//!
//! The most specific owner by address and the one by name are both told. Two organisations on the same asset are in
//! dispute: neither is told. A natural person is never told; the operator is (requirement PR-14). Who did not register
//! is told through the network's mailbox.
//!
//! A relay gets a copy of what an owner is mailed, where both agreed to that (requirement DI-10). The copy comes beside the message
//! and never in its place: where it cannot go, nothing waits for it.

use std::collections::HashMap;
use std::net::IpAddr;

use model::{
    ClassHistory, Day, Language, LegalClass, MessageKind, Prefix, Reader, Relation, Role,
    RsitClassSet, RsitType, Severity, SeveritySet, Threshold, Tlp,
};

use crate::audience::{Restriction, may_mail};
use crate::matching::{Blocks, BlocksBuilder, Dimension, Match};

/// What holds for the contacts of an organisation that chose nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usual {
    /// In which language it is told.
    pub language: Option<Language>,
    /// For which reader.
    pub reader: Option<Reader>,
}

impl Usual {
    /// How a message is written for the organisation. Where it did not choose, the language is that of the desk, and the
    /// reader an entrepreneur.
    #[must_use]
    pub fn wording(self, desk: Language) -> (Language, Reader) {
        let reader = self.reader.unwrap_or(Reader::Entrepreneur);
        (self.language.unwrap_or(desk), reader)
    }
}

/// What routing knows of a party.
#[derive(Clone, Debug)]
pub struct Party {
    /// Key by which files name it.
    pub reference: Box<str>,
    /// What the law makes of it, day by day.
    pub classes: ClassHistory,
    /// What it said for all of its contacts.
    pub usual: Usual,
    /// From which severity on it is mailed; nothing, for nearly all: everything is.
    pub thresholds: Option<Box<AssetThresholds>>,
    /// Who gets a copy of what it is mailed; nothing, for nearly all: nobody does.
    pub copies: Option<Box<[Copies]>>,
    /// How it is written to.
    pub contacts: Vec<ContactChoice>,
}

/// What a relay gets copies of, of what one organisation is mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies {
    /// Number of the relay as a party.
    pub relay_no: i64,
    /// First day of the agreement.
    pub from: Day,
    /// Its last day; `None`: it has no end.
    pub until: Option<Day>,
    /// Of which reports.
    pub classes: RsitClassSet,
    /// From which severity on.
    pub severity_min: Severity,
}

impl Copies {
    /// Whether the agreement runs, and is about such a finding.
    fn cover(&self, subject: &Subject<'_>) -> bool {
        let is_over = self.until.is_some_and(|until| until < subject.day);
        self.from <= subject.day
            && !is_over
            && self.classes.contains(subject.rsit.class())
            && subject.severity >= self.severity_min
    }
}

/// The thresholds of an organisation, by its assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetThresholds {
    /// For whatever has none of its own.
    pub usual: Threshold,
    /// Those of assets in a group that has its own, by number of the asset.
    pub own: HashMap<i64, Threshold>,
}

impl AssetThresholds {
    /// The one that holds for what concerns an organisation through this asset.
    fn of(&self, asset_no: Option<i64>) -> Threshold {
        let own = asset_no.and_then(|asset_no| self.own.get(&asset_no));
        own.copied().unwrap_or(self.usual)
    }
}

/// What a contact takes, and how it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactChoice {
    /// Which severities it takes.
    pub severities: SeveritySet,
    /// In which language, where it said.
    pub language: Option<Language>,
    /// For which reader, where it said.
    pub reader: Option<Reader>,
}

impl ContactChoice {
    /// How a message of this severity is written for the contact; nothing when it does not take it. Where it did not
    /// choose, it is written as for its organisation.
    pub fn wording(
        &self,
        severity: Severity,
        usual: Usual,
        desk: Language,
    ) -> Option<(Language, Reader)> {
        let own = Usual {
            language: self.language.or(usual.language),
            reader: self.reader.or(usual.reader),
        };
        self.severities
            .contains(severity)
            .then(|| own.wording(desk))
    }
}

/// Who runs a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Number of the network in the register.
    pub network_no: i64,
    /// Number of its holder as a party.
    pub party_no: i64,
}

/// Parties and networks, ready to be asked. Built with the asset index, for one version of the register.
#[derive(Debug, Default)]
pub struct Directory {
    /// By party number.
    parties: Vec<Option<Party>>,
    networks: Blocks<Network>,
}

/// A recipient of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The party.
    pub party_no: i64,
    /// Why this party.
    pub relation: Relation,
    /// Through which asset.
    pub asset_no: Option<i64>,
    /// Or through which network.
    pub network_no: Option<i64>,
    /// The owner of whose message this is a copy; of all that is no copy nothing.
    pub copy_of: Option<i64>,
}

/// Why a finding, or one way of telling it, waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nobody is known to own or run the endpoint.
    Unresolved,
    /// These parties claim the same asset.
    Dispute(Vec<i64>),
    /// The owner is a natural person, and no operator is known.
    NaturalPerson,
    /// The party has no contact.
    NoContact(i64),
    /// The party answered so that it is left in peace. [`route`] does not know answers; whoever asks it adds this.
    Answered(i64),
    /// The marking does not allow a mail.
    Restricted(i64, Restriction),
}

/// A message to a recipient: in which language, for which reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    /// To whom.
    pub recipient: Recipient,
    /// Whether it is mailed, or why not.
    pub kind: MessageKind,
    /// In which language.
    pub language: Language,
    /// For which reader.
    pub reader: Reader,
}

/// What routing decided. At least one of the two is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Who is told.
    pub tellings: Vec<Telling>,
    /// Why somebody is not.
    pub obstacles: Vec<Obstacle>,
}

impl Directory {
    /// A directory of `parties` by number and `networks` by prefix.
    pub fn new(
        parties: impl IntoIterator<Item = (i64, Party)>,
        networks: impl IntoIterator<Item = (Prefix, Network)>,
    ) -> Self {
        let mut directory = Self::default();
        for (party_no, party) in parties {
            let place = usize::try_from(party_no).unwrap_or_default();
            if directory.parties.len() <= place {
                directory.parties.resize_with(place + 1, || None);
            }
            directory.parties[place] = Some(party);
        }
        let mut blocks = BlocksBuilder::default();
        for (prefix, network) in networks {
            blocks.add(prefix, network);
        }
        directory.networks = blocks.build();
        directory
    }

    /// A party, if it is open.
    pub fn party(&self, party_no: i64) -> Option<&Party> {
        self.parties.get(usize::try_from(party_no).ok()?)?.as_ref()
    }

    /// Who runs the smallest known network around an address.
    pub fn network_of(&self, address: IpAddr) -> Option<Network> {
        self.networks.innermost(address)
    }
}

/// What is routed.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'m> {
    /// What [`crate::matching::Finder::find`] found for the latest sighting.
    pub matches: &'m [Match],
    /// Where it was seen.
    pub address: Option<IpAddr>,
    /// How severe it is.
    pub severity: Severity,
    /// Whether it could be attacked, or was.
    pub role: Role,
    /// Class and type.
    pub rsit: RsitType,
    /// Who may know.
    pub tlp: Tlp,
    /// Language of the desk, for recipients whose language nobody knows.
    pub language: Language,
    /// The day on which it is decided: that of the legal class.
    pub day: Day,
}

/// Decides who is told of a finding, or why somebody is not.
///
/// Nothing in the answer is more widely marked than the subject's marking allows. An answer is never empty: whoever is
/// not told stands among the obstacles.
pub fn route(subject: Subject<'_>, directory: &Directory) -> Route {
    let mut route = Route::default();
    let mut recipients = Vec::new();
    for dimension in Dimension::ALL {
        route.add_owners(subject, *dimension, directory, &mut recipients);
    }
    let operator = || {
        subject
            .address
            .and_then(|address| directory.network_of(address))
            .map(operator)
    };
    if route.obstacles.contains(&Obstacle::NaturalPerson)
        && let Some(operator) = operator()
    {
        route
            .obstacles
            .retain(|obstacle| *obstacle != Obstacle::NaturalPerson);
        recipients.push(operator);
    }
    if recipients.is_empty() && route.obstacles.is_empty() {
        match operator() {
            Some(operator) => recipients.push(operator),
            None => route.obstacles.push(Obstacle::Unresolved),
        }
    }
    for recipient in recipients {
        route.add_tellings(recipient, subject, directory);
    }
    route.add_copies(subject, directory);
    route
}

fn operator(network: Network) -> Recipient {
    Recipient {
        party_no: network.party_no,
        relation: Relation::Provider,
        asset_no: None,
        network_no: Some(network.network_no),
        copy_of: None,
    }
}

impl Route {
    /// Finds the owner in one dimension: the only party among the most specific matches.
    fn add_owners(
        &mut self,
        subject: Subject<'_>,
        dimension: Dimension,
        directory: &Directory,
        recipients: &mut Vec<Recipient>,
    ) {
        let mut first = subject
            .matches
            .iter()
            .filter(|found| found.dimension == dimension && found.rank == 1);
        let Some(owner) = first.next() else { return };
        let mut claimants = vec![owner.party_no];
        claimants.extend(
            first
                .map(|found| found.party_no)
                .filter(|party_no| *party_no != owner.party_no),
        );
        if claimants.len() > 1 {
            claimants.sort_unstable();
            claimants.dedup();
            self.obstacles.push(Obstacle::Dispute(claimants));
            return;
        }
        let class = directory
            .party(owner.party_no)
            .map(|party| party.classes.on(subject.day));
        if class == Some(LegalClass::NaturalPerson) {
            self.obstacles.push(Obstacle::NaturalPerson);
            return;
        }
        if recipients
            .iter()
            .any(|known| known.party_no == owner.party_no)
        {
            return;
        }
        let relation = if dimension == Dimension::Asn {
            Relation::Provider
        } else {
            Relation::Owner
        };
        let asset_no = Some(owner.asset_no);
        recipients.push(Recipient {
            party_no: owner.party_no,
            relation,
            asset_no,
            network_no: None,
            copy_of: None,
        });
    }

    /// Adds the copies of what owners are mailed: one for each relay, though it serves two of them, and none for one that is told
    /// itself. What keeps a copy from its relay is no obstacle: the owner is told.
    fn add_copies(&mut self, subject: Subject<'_>, directory: &Directory) {
        let is_mailed =
            |it: &&Telling| it.kind.is_mailed() && it.recipient.relation == Relation::Owner;
        let owners = self.tellings.iter().filter(is_mailed);
        let mut copies: Vec<Recipient> = Vec::new();
        for owner in owners.map(|telling| telling.recipient) {
            let agreed = directory.party(owner.party_no);
            let Some(agreed) = agreed.and_then(|party| party.copies.as_deref()) else {
                continue;
            };
            for copy in agreed.iter().filter(|copy| copy.cover(&subject)) {
                let is_told = |it: &Telling| it.recipient.party_no == copy.relay_no;
                let has_copy = |it: &Recipient| it.party_no == copy.relay_no;
                if !self.tellings.iter().any(is_told) && !copies.iter().any(has_copy) {
                    copies.push(Recipient {
                        party_no: copy.relay_no,
                        relation: Relation::Relay,
                        asset_no: owner.asset_no,
                        network_no: None,
                        copy_of: Some(owner.party_no),
                    });
                }
            }
        }
        let obstacles = self.obstacles.len();
        for copy in copies {
            self.add_tellings(copy, subject, directory);
        }
        self.obstacles.truncate(obstacles);
    }

    /// One message per language and reader among the contacts that take this severity. Where it is below the threshold of the
    /// recipient, or no contact takes it, one that nobody is mailed.
    fn add_tellings(&mut self, recipient: Recipient, subject: Subject<'_>, directory: &Directory) {
        let Subject { severity, tlp, .. } = subject;
        let party_no = recipient.party_no;
        if let Err(restriction) = may_mail(tlp, recipient.relation) {
            self.obstacles
                .push(Obstacle::Restricted(party_no, restriction));
            return;
        }
        let party = directory.party(party_no);
        let contacts = party.map_or(&[][..], |party| &party.contacts);
        if contacts.is_empty() {
            self.obstacles.push(Obstacle::NoContact(party_no));
            return;
        }
        let usual = party.map(|party| party.usual).unwrap_or_default();
        let telling = |kind, (language, reader)| Telling {
            recipient,
            kind,
            language,
            reader,
        };
        let of_party = usual.wording(subject.language);
        let thresholds = party.and_then(|party| party.thresholds.as_deref());
        let threshold = thresholds.map(|thresholds| thresholds.of(recipient.asset_no));
        if threshold.is_some_and(|threshold| !threshold.mails(subject.role, severity)) {
            self.tellings
                .push(telling(MessageKind::BelowThreshold, of_party));
            return;
        }
        let before = self.tellings.len();
        let wordings = contacts
            .iter()
            .filter_map(|choice| choice.wording(severity, usual, subject.language));
        for wording in wordings {
            let telling = telling(MessageKind::Alert, wording);
            if !self.tellings[before..].contains(&telling) {
                self.tellings.push(telling);
            }
        }
        if self.tellings.len() == before {
            self.tellings
                .push(telling(MessageKind::NotWanted, of_party));
        }
    }
}

#[cfg(test)]
mod tests;
