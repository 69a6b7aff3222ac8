//! The nouns of the project: what an address, a domain name, a severity or a marking *is*.
//!
//! Every value here has been parsed once, at the edge, and is right from then on: a [`DomainName`] is lower case,
//! a [`Prefix`] has no host bits, and no noun holds a control character, so each may be shown in a terminal or put
//! in a mail as it is. Read [`mod@vocabulary`] first for the closed sets, then [`endpoint`] and [`observation`] for how
//! the nouns fit together.
//!
//! Left to others: reading and writing foreign formats (`formats`), decisions (`rules`), keeping (`store`). Nothing
//! here reads a file, opens a socket, asks for the time or draws a random number.

// A test may fall over where a value is not what it must be.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod address;
pub mod answer;
pub mod asn;
pub mod asset;
pub mod call;
pub mod cve;
pub mod desk;
pub mod domain;
pub mod email;
pub mod endpoint;
pub mod enrol;
pub mod feedback;
mod free_mail;
pub mod grade;
pub mod id;
pub mod identifier;
mod in_words;
pub mod issue;
pub mod key;
pub mod kvk;
pub mod language;
pub mod legal_class;
pub mod link;
pub mod message;
pub mod observation;
pub mod pap;
pub mod party;
pub mod person;
pub mod phone;
pub mod port;
pub mod prefix;
pub mod profile;
pub mod range;
pub mod register;
pub mod rhythm;
pub mod role;
pub mod rsit;
pub mod severity;
pub mod shown;
pub mod tally;
pub mod threat;
pub mod threshold;
pub mod time;
pub mod tlp;
pub mod trade;
pub mod url;
pub mod vocabulary;
pub mod web_place;
pub mod zone;

#[cfg(test)]
mod every_noun;

pub use address::{AddressClass, AddressError, classify, parse_address, reserved_within};
pub use answer::{AnswerDoor, AnswerStatus, CustomerOutcome, CustomerRowIssue, ReplyOutcome};
pub use asn::{Asn, AsnError};
pub use asset::{
    AssetError, AssetKind, AssetState, AssetValue, Criticality, ProofMethod, ProofOutcome,
    ProofPlace,
};
pub use call::CallOutcome;
pub use cve::{CveError, CveId};
pub use desk::{RegistrationRule, RegistrationState, ReleaseRule, SourceState, StatisticsRegime};
pub use domain::{DomainError, DomainName};
pub use email::{EmailAddress, EmailError, MailRoute};
pub use endpoint::{Endpoint, KeyedBy};
pub use enrol::{
    ApplicationState, BusinessForm, BusinessSize, CountingRule, Criterion, MailboxState,
    PlaceState, ProgrammeDay, Sector, TechnicalContact, Verdict,
};
pub use feedback::{
    ComplaintDoor, ComplaintState, QuestionKind, StoryStatus, SuggestionOrigin, Usefulness,
};
pub use grade::{Credibility, GradeError, Reliability, SourceGrade};
pub use id::{IdKey, IdKind};
pub use identifier::{Identifier, IdentifierError};
pub use in_words::in_words;
pub use issue::{RowIssue, RowVerdict};
pub use key::{KeyKind, Scope};
pub use kvk::{KvkError, KvkNumber};
pub use language::{Language, Reader};
pub use legal_class::ClassHistory;
pub use link::LinkKey;
pub use message::{MessageKind, Relation};
pub use observation::Observation;
pub use pap::Pap;
pub use party::{LegalClass, LinkKind, PartyRole, ReadingHours};
pub use person::{OrganisationRole, StaffRole};
pub use phone::{ContactPhone, PhoneNumber, PhoneNumberError};
pub use port::{Port, PortError, Transport};
pub use prefix::{Prefix, PrefixError};
pub use profile::{Care, Product, Profile, Supplier};
pub use range::{AddressRange, RangeError};
pub use rhythm::{Rhythm, RhythmError, Timing};
pub use role::{Role, Side};
pub use rsit::{RsitClass, RsitClassSet, RsitType};
pub use severity::{Severity, SeveritySet};
pub use shown::shown;
pub use tally::TallyKind;
pub use threat::{ThreatSlug, ThreatSlugError};
pub use threshold::{Threshold, Thresholds};
pub use time::{Day, DayError, Timestamp, TimestampError};
pub use tlp::Tlp;
pub use trade::{TradeEntry, TradeState};
pub use url::{UrlError, UrlHost, WebUrl};
pub use vocabulary::UnknownWord;
pub use web_place::{WEB_PLACE_PARTS_MAX, WebPlace, WebPlaceError};
pub use zone::{Zone, ZoneError};
