//! State: the only crate that speaks SQL.
//!
//! [`Store`] is one of two known engines, SQLite in the data folder or PostgreSQL by URL; nothing above this crate knows
//! which. Work happens in transactions: [`Store::write`] and [`Store::read`] hand out a [`Tx`] whose methods are grouped
//! by subject, one file each, with their SQL beside the row types that they fill. [`Blobs`] keeps the raw deliveries.
//!
//! Left to others: what the rows mean (`rules`), and when to change them (`pipeline`).

mod access;
mod advice;
mod agreement;
mod ahead;
mod all_clear;
mod answer;
mod answer_link;
mod api_key;
mod applicant;
mod application;
mod asset_filter;
mod asset_import;
mod audit;
mod audit_action;
mod audit_list;
mod backup;
mod batch;
mod blob;
mod bulk;
mod change;
mod check;
mod checkpoint;
mod collecting;
mod complaint;
mod connection;
mod contact_key;
mod copy;
mod count_correction;
mod coverage;
mod credential;
mod customer_report;
mod decisions;
mod delivery;
mod desk;
mod desk_scope;
mod dispute;
mod drift;
mod engine;
mod error;
mod evaluation;
mod existence_notice;
mod expiry;
mod finding;
mod handover;
mod held;
mod idempotency;
mod identity;
mod inbox;
mod installation;
mod invitation;
mod job;
mod joint_approval;
mod lease;
mod leaving;
mod leftover;
mod legal_class;
mod mailbox_watch;
mod mailed_code;
mod mandate;
mod measure;
mod meeting;
mod meeting_guest;
mod membership;
mod message_list;
mod migrate;
mod notification;
mod numbers;
mod overlap;
mod own_asset;
mod own_contact;
mod own_party;
mod participant;
mod party;
mod party_upkeep;
mod person;
mod phone_call;
mod place;
mod pool;
mod profile;
mod programme;
mod programme_change;
mod programme_end;
mod promises;
mod proof;
mod proof_check;
mod queue;
mod register;
mod registration;
mod relay;
mod repair;
mod reply;
mod report;
mod search;
mod security_txt;
mod seen_block;
mod service_mail;
mod session;
mod sign_in_step;
mod source;
mod source_tally;
mod source_terms;
mod staff_access;
mod status;
mod story;
mod sub_organisation;
mod suggestion;
mod survey;
mod threshold;
mod told;
mod told_sighting;
mod trade_answer;
mod usefulness;
mod waiting;
mod webhook;
mod webhook_set_aside;

mod tls;
mod wake;

pub use access::ServerAccess;
pub use advice::{AdviceDraft, AdviceState, AdviceVersion};
pub use agreement::{Agreement, Signature};
pub use ahead::Ahead;
pub use all_clear::{ALL_CLEAR_WAIT_SECS, AllClearWait, ReportSeries};
pub use answer::{Answer, AnswerEvent};
pub use answer_link::AnswerLink;
pub use api_key::{ApiKey, KEY_TOUCH_INTERVAL_MICROS, KeyOwner, NewApiKey};
pub use application::{Application, Judged, NewApplication};
pub use asset_filter::AssetFilter;
pub use asset_import::{AssetImport, NewAssetImport};
pub use audit::{AuditMark, VerifiedAudit};
pub use audit_action::AUDIT_ACTIONS;
pub use audit_list::{AuditFilter, AuditPage, AuditRow};
pub use backup::Snapshot;
pub use batch::{Batch, BatchCounts, BatchState, IssueRow, NewBatch, Notice};
pub use blob::s3::{Addressing, BucketUrl, Credentials, KeySource, S3Endpoint, S3Error, S3Options};
pub use blob::{BlobInfo, BlobReader, BlobWriter, Blobs, Copied, StoredBlob};
pub use change::{ChangeKind, PartyChange, Subject};
pub use check::Checked;
pub use collecting::Collecting;
pub use complaint::{COMPLAINT_KEPT_SECS, Complaint, ComplaintEvent, NewComplaint};
pub use connection::Tx;
pub use contact_key::{ContactKey, NewContactKey};
pub use copy::{CopiedTable, Moved};
pub use count_correction::CountCorrection;
pub use coverage::{CoverageSource, DeliveredType};
pub use credential::{StoredPasskey, StoredTotp, Ways};
pub use customer_report::{CUSTOMER_ISSUES_KEPT_SECS, CustomerListTaken, CustomerReport};
pub use decisions::OpenDecisions;
pub use delivery::{Delivery, DeliveryState, PlannedDelivery};
pub use desk::{Desk, DeskChange};
pub use desk_scope::Desks;
pub use dispute::{Dispute, DisputeSide};
pub use drift::DriftRow;
pub use engine::{Store, TransientError};
pub use error::{Result, StoreError};
pub use evaluation::{Evaluation, EvaluationGuest, EvaluationTerms, LATE_GUESTS_MAX};
pub use existence_notice::ExistenceNotice;
pub use finding::{
    FindingEvent, FindingEventKind, FindingKey, FindingRow, MatchRow, NewFinding, ObservationKey,
    ObservationRow,
};
pub use handover::{DueMessages, TellingRow};
pub use held::{ContactNote, PartyNote};
pub use idempotency::{AskedOnce, KeptAnswer};
pub use identity::{BeganBy, Identity, RoleChange};
pub use inbox::{
    InboxCount, InboxOrder, InboxPage, InboxPlace, InboxQuery, InboxRow, MandatedOrder,
    MandatedQuery, OpenCount, StatusChoice,
};
pub use installation::Installation;
pub use invitation::{Invitation, NewInvitation};
pub use job::{Job, Lease, Stage, Wanted};
pub use joint_approval::JointApproval;
pub use lease::{LEASE, LEASE_MAX};
pub use leaving::Leaving;
pub use leftover::{
    INVITATION_KEPT_SECS, MESSAGE_LINK_KEPT_SECS, SERVICE_MAIL_KEPT_SECS, SESSION_KEPT_SECS,
};
pub use legal_class::ClassEntry;
pub use mailbox_watch::WatchedMailbox;
pub use mailed_code::{CodeSubject, NewMailedCode};
pub use mandate::Mandate;
pub use measure::{Handwork, MessageCounts, MessageSpan, MonthMeasure, MonthReach};
pub use meeting::{Meeting, MeetingAction, MeetingText};
pub use meeting_guest::{MEETING_GUEST_KEPT_SECS, MeetingGuest, NewMeetingGuest};
pub use membership::Membership;
pub use message_list::{MessageFilter, MessagePage};
pub use migrate::{MigrationState, tables_digest};
pub use notification::{Line, LineToTell, Notification, NotificationKey, NotificationState, Told};
pub use own_asset::{AssetChange, AssetGroup, Claim, OwnAsset, OwnAssetPut};
pub use own_contact::{OwnContact, PutContact};
pub use own_party::OwnParty;
pub use participant::{Participant, ParticipantChange};
pub use party::{ContactRow, HeldAsset, NetworkHolder, PartyRow, StoredAsset};
pub use party_upkeep::UpkeepDue;
pub use person::Person;
pub use phone_call::{CALL_NOTE_KEPT_SECS, CallAttempt, CallRow, PartyPhone};
pub use place::{PLACE_REASONS, Place, PlaceOverride};
pub use profile::AssetCare;
pub use programme::{Programme, ProgrammeTerms};
pub use programme_change::{Alternative, AlternativeText, ProgrammeMove};
pub use programme_end::{ProgrammeEnd, ToldParticipants};
pub use proof::{NewProof, ProofReview, Provable, VerifiedAsset};
pub use proof_check::{
    NewProofCheck, PROOF_LOOKS_MAX, ProofCheck, ProofLook, ProofToRenew, TakenLook,
};
pub use queue::{OpenQueue, QueueItem, QueueKind, QueueState};
pub use register::{CLOSED_NAMED_MAX, Import, RegisterChange, RegisterCounts};
pub use registration::{
    NewRegistration, OpenRegistrations, REGISTRATION_BEGUN_KEPT_SECS, REGISTRATION_ENDED_KEPT_SECS,
    REGISTRATION_UNSENT_KEPT_SECS, REGISTRATIONS_BEGUN_MAX, REGISTRATIONS_WAITING_MAX,
    Registration, RegistrationDetails,
};
pub use relay::{RELAY_LINKS_MAX, RELAYS_MAX, RelayAgreement, RelayLink, RelayRoute, RelayTerms};
pub use repair::{Replay, RowRepair};
pub use reply::{REPLIES_BEYOND_KEPT_DAYS, REPLY_KEPT_SECS, ReplyContent, ReplyRow};
pub use report::{NamedFinding, NamedMatch, NamedNotification};
pub use search::SearchNote;
pub use security_txt::SecurityTxtLook;
pub use seen_block::{CountedBatch, SeenBlock};
pub use service_mail::{NewServiceMail, ServiceMail, ServiceMailEnd};
pub use session::{NewSession, Session, TOUCH_INTERVAL_MICROS};
pub use sign_in_step::{NewStep, Step};
pub use source::SourceRow;
pub use source_tally::{SourceTally, TalliedMonth};
pub use source_terms::{SourceAgreement, SourceTerms};
pub use status::{Status, StatusStep};
pub use story::{Story, StoryText};
pub use suggestion::{ASKER_KEPT_SECS, NewSuggestion, Suggestion};
pub use survey::{Question, SurveyAnswer, SurveyText};
pub use told::ToldMessage;
pub use told_sighting::ToldSighting;
pub use trade_answer::TradeAnswer;
pub use usefulness::{Judgement, USEFULNESS_WORDS_KEPT_SECS, UsefulnessCount};
pub use waiting::{JobState, Waiting};
pub use webhook::{WEBHOOK_DELIVERIES_KEPT, Webhook, WebhookDelivery, WebhookEnd};
pub use webhook_set_aside::{SET_ASIDE_KEPT_SECS, SetAside};
