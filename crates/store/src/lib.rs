//! State: the only crate that speaks SQL.
//!
//! [`Store`] is one of two known engines, SQLite in the data folder or PostgreSQL by URL; nothing above this crate knows
//! which. Work happens in transactions: [`Store::write`] and [`Store::read`] hand out a [`Tx`] whose methods are grouped
//! by subject, one file each, with their SQL beside the row types that they fill. [`Blobs`] keeps the raw deliveries.
//!
//! Left to others: what the rows mean (`rules`), and when to change them (`pipeline`).

mod access;
mod ahead;
mod answer;
mod answer_link;
mod api_key;
mod asset_import;
mod audit;
mod audit_list;
mod backup;
mod batch;
mod blob;
mod bulk;
mod change;
mod check;
mod checkpoint;
mod collecting;
mod connection;
mod copy;
mod credential;
mod delivery;
mod desk;
mod dispute;
mod drift;
mod engine;
mod error;
mod existence_notice;
mod expiry;
mod finding;
mod handover;
mod held;
mod idempotency;
mod inbox;
mod installation;
mod invitation;
mod job;
mod joint_approval;
mod lease;
mod leaving;
mod mailed_code;
mod mandate;
mod membership;
mod message_list;
mod migrate;
mod notification;
mod numbers;
mod own_asset;
mod own_contact;
mod own_party;
mod party;
mod party_upkeep;
mod person;
mod pool;
mod proof;
mod queue;
mod register;
mod report;
mod search;
mod service_mail;
mod session;
mod sign_in_step;
mod source;
mod staff_access;
mod status;
mod told;
mod waiting;

mod tls;
mod wake;

pub use access::ServerAccess;
pub use ahead::Ahead;
pub use answer::{Answer, AnswerEvent};
pub use answer_link::AnswerLink;
pub use api_key::{ApiKey, KEY_TOUCH_INTERVAL_MICROS, KeyOwner, NewApiKey};
pub use asset_import::{AssetImport, NewAssetImport};
pub use audit::{AuditMark, VerifiedAudit};
pub use audit_list::{AuditFilter, AuditPage, AuditRow};
pub use backup::Snapshot;
pub use batch::{Batch, BatchCounts, BatchState, IssueRow, NewBatch, Notice};
pub use blob::s3::{Addressing, BucketUrl, Credentials, KeySource, S3Endpoint, S3Error, S3Options};
pub use blob::{BlobInfo, BlobReader, BlobWriter, Blobs, Copied, StoredBlob};
pub use change::{ChangeKind, PartyChange};
pub use check::Checked;
pub use collecting::Collecting;
pub use connection::Tx;
pub use copy::{CopiedTable, Moved};
pub use credential::{StoredPasskey, StoredTotp, Ways};
pub use delivery::{Delivery, DeliveryState, PlannedDelivery};
pub use desk::{Desk, DeskChange};
pub use dispute::{Dispute, DisputeSide};
pub use drift::DriftRow;
pub use engine::{Store, TransientError};
pub use error::{Result, StoreError};
pub use existence_notice::ExistenceNotice;
pub use finding::{
    FindingEvent, FindingEventKind, FindingKey, FindingRow, MatchRow, ObservationKey,
    ObservationRow,
};
pub use handover::{DueMessages, TellingRow};
pub use held::{ContactNote, PartyNote};
pub use idempotency::{AskedOnce, KeptAnswer};
pub use inbox::{
    InboxOrder, InboxPlace, InboxQuery, InboxRow, SEEN_ORDER_MAX, StatusChoice, ToldSighting,
};
pub use installation::Installation;
pub use invitation::{Invitation, NewInvitation};
pub use job::{Job, Lease, Stage, Wanted};
pub use joint_approval::JointApproval;
pub use lease::{LEASE, LEASE_MAX};
pub use leaving::Leaving;
pub use mailed_code::{CodeSubject, NewMailedCode};
pub use mandate::Mandate;
pub use membership::Membership;
pub use message_list::{MessageFilter, MessagePage};
pub use migrate::MigrationState;
pub use notification::{Line, LineToTell, Notification, NotificationKey, NotificationState, Told};
pub use own_asset::{AssetChange, AssetFilter, AssetGroup, Claim, OwnAsset, OwnAssetPut};
pub use own_contact::OwnContact;
pub use own_party::OwnParty;
pub use party::{ContactRow, HeldAsset, NetworkHolder, PartyRow, StoredAsset};
pub use party_upkeep::UpkeepDue;
pub use person::Person;
pub use proof::{NewProof, ProofReview, Provable};
pub use queue::{OpenQueue, QueueItem, QueueKind, QueueState};
pub use register::{Import, RegisterChange, RegisterCounts};
pub use report::{NamedFinding, NamedMatch, NamedNotification};
pub use search::SearchNote;
pub use service_mail::{NewServiceMail, ServiceMail, ServiceMailEnd};
pub use session::{NewSession, Session, TOUCH_INTERVAL_MICROS};
pub use sign_in_step::{NewStep, Step};
pub use source::SourceRow;
pub use status::Status;
pub use told::{ToldFinding, ToldMessage, ToldWanted};
pub use waiting::{JobState, Waiting};
