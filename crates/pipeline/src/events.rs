//! What the flow says in the log: one function per event, whose message and field names stay as they are.
//!
//! Operators build alerts on them; docs/observe.md lists them all. Fields are numbers, counts and closed words. No
//! name, address, endpoint, evidence, file name or words of a mail server: whoever reads logs need not be allowed to
//! read findings. The numbers lead those who are to the rest: `seinpost batch show`, `seinpost explain`.

use std::time::Instant;

use store::{Batch, BatchState, Job, ServiceMailEnd, StoreError, WebhookDelivery, WebhookEnd};

use crate::error::FlowError;
use crate::gather::kind::ReportKind;
use crate::meter::RegisterLoad;
use crate::replies::FolderRead;
use crate::upkeep::blobs::Swept;
use crate::upkeep::mailboxes::Looked;

/// A delivery became a batch.
pub(crate) fn batch_taken_in(batch: i64, kind: &ReportKind, bytes: u64) {
    let report_type = kind.public_label();
    tracing::info!(batch, report_type, bytes, "batch taken in");
}

/// A delivery came that is a batch already.
pub(crate) fn batch_known_already(batch: i64) {
    tracing::info!(batch, "batch known already");
}

/// A delivery was refused; whoever brought it was told why.
pub(crate) fn delivery_refused() {
    tracing::info!("delivery refused");
}

/// A chunk of a batch is committed.
pub(crate) fn chunk_written(batch: i64, chunk: i64, rows: i64) {
    tracing::debug!(batch, chunk, rows, "chunk written");
}

/// A batch was read to its end, or given up.
pub(crate) fn batch_ended(batch: &Batch) {
    let counts = &batch.counts;
    let ended = match batch.state {
        BatchState::Open | BatchState::Waiting => return,
        BatchState::Closed => "batch closed",
        BatchState::Failed => "batch failed",
    };
    tracing::info!(
        batch = batch.batch_no,
        rows_read = counts.rows_read,
        accepted = counts.accepted,
        duplicate = counts.duplicate,
        quarantined = counts.quarantined,
        refused = counts.refused,
        "{ended}"
    );
}

/// A worker begins with a job.
pub(crate) fn job_claimed(job: &Job, worker: &str) {
    tracing::info!(
        job = job.job_no,
        stage = job.stage.as_str(),
        subject = job.subject_no,
        worker,
        "job claimed"
    );
}

/// A job did its work.
pub(crate) fn job_finished(job: &Job, began: Instant) {
    tracing::info!(
        job = job.job_no,
        stage = job.stage.as_str(),
        subject = job.subject_no,
        milliseconds = milliseconds(began),
        "job finished"
    );
}

/// A job failed; unless `is_last`, it is tried again.
pub(crate) fn job_failed(job: &Job, error: &FlowError, is_last: bool) {
    let error = error.for_log();
    tracing::warn!(
        job = job.job_no,
        stage = job.stage.as_str(),
        subject = job.subject_no,
        is_last,
        error,
        "job failed"
    );
}

/// Another worker took the job over.
pub(crate) fn job_lost(job: &Job) {
    tracing::warn!(
        job = job.job_no,
        stage = job.stage.as_str(),
        subject = job.subject_no,
        "job lost to another worker"
    );
}

/// A round of distribution had something to do.
pub(crate) fn round_ended(handed_over: u64, not_handed_over: usize, began: Instant) {
    tracing::info!(
        handed_over,
        not_handed_over,
        milliseconds = milliseconds(began),
        "round of distribution"
    );
}

/// A mail was not taken; `outcome` is `deferred` or `refused`.
pub(crate) fn mail_not_handed_over(notification: &str, outcome: &str) {
    tracing::warn!(notification, outcome, "mail not handed over");
}

/// The register is in memory.
pub(crate) fn register_loaded(load: &RegisterLoad) {
    tracing::info!(
        version = load.version,
        milliseconds = load.time.as_millis() as u64,
        "register loaded"
    );
}

/// Blobs that no batch names were removed.
pub(crate) fn blobs_removed(swept: &Swept) {
    tracing::info!(
        orphans = swept.orphans,
        bytes = swept.orphan_bytes,
        unfinished = swept.unfinished,
        "removed blobs that no batch names"
    );
}

/// They were not removed; it is tried again in an hour.
pub(crate) fn blobs_not_removed(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "blobs that no batch names were not removed");
}

/// Observations were kept for as long as the settings say.
pub(crate) fn observations_removed(rows: u64) {
    tracing::info!(rows, "removed observations by age");
}

/// Sessions, invitations, mails and the like were over long enough ago.
pub(crate) fn leftovers_removed(rows: u64) {
    tracing::info!(
        rows,
        "removed sessions, invitations and mails about accounts by age"
    );
}

/// They were not removed; it is tried again in an hour.
pub(crate) fn leftovers_not_removed(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(
        error,
        "sessions, invitations and mails about accounts were not removed"
    );
}

/// Proofs of ownership end soon: their records and files are looked for again.
pub(crate) fn proofs_to_be_renewed(names: usize) {
    tracing::info!(names, "looking again for proofs of ownership that end soon");
}

/// They are not looked for; it is tried again in an hour.
pub(crate) fn proofs_not_renewed(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(
        error,
        "proofs of ownership that end soon are not looked for"
    );
}

/// Names were looked at.
pub(crate) fn proofs_looked_for(looks: usize) {
    tracing::info!(looks, "looked for proofs of ownership");
}

/// Names were not looked at; it is tried again within seconds.
pub(crate) fn proofs_not_looked_for(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "did not look for proofs of ownership");
}

/// Proofs of ownership were not given again in time.
pub(crate) fn proofs_ended(organisations: usize) {
    tracing::info!(organisations, "ended proofs of ownership by age");
}

/// They were not ended; it is tried again in an hour.
pub(crate) fn proofs_not_ended(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "proofs of ownership were not ended by age");
}

/// The first day of legal classes came that had been entered before.
pub(crate) fn classes_begun(organisations: usize) {
    tracing::info!(organisations, "legal classes began");
}

/// They did not begin for what is open; it is tried again in an hour.
pub(crate) fn classes_not_begun(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "legal classes did not begin");
}

/// The first day of agreements with relays came that had been confirmed before.
pub(crate) fn copies_begun(agreements: usize) {
    tracing::info!(agreements, "agreements with relays began");
}

/// They did not begin for what is open; it is tried again in an hour.
pub(crate) fn copies_not_begun(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "agreements with relays did not begin");
}

/// Places in programmes that came free went to the next in line.
pub(crate) fn places_passed_on(places: usize) {
    tracing::info!(places, "free places in programmes were passed on");
}

/// They did not; it is tried again in an hour.
pub(crate) fn places_not_passed_on(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "free places in programmes were not passed on");
}

/// Organisations left whose time of waiting was over.
pub(crate) fn organisations_left(organisations: usize) {
    tracing::info!(organisations, "organisations left as they had asked");
}

/// They did not; it is tried again in an hour.
pub(crate) fn organisations_not_left(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "organisations that asked to leave did not");
}

/// Registrations ended at which nobody of the desk looked.
pub(crate) fn registrations_ended(registrations: usize) {
    tracing::info!(registrations, "registrations ended that nobody took");
}

/// They did not; it is tried again in an hour.
pub(crate) fn registrations_not_ended(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "registrations that nobody took did not end");
}

/// The mailboxes of participants were looked at.
pub(crate) fn mailboxes_looked_at(looked: &Looked) {
    let Looked { mailboxes, warned } = *looked;
    tracing::info!(mailboxes, warned, "looked at mailboxes of participants");
}

/// They were not; it is tried again in an hour.
pub(crate) fn mailboxes_not_looked_at(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "cannot look at mailboxes of participants");
}

/// The trade register said whose numbers of applicants are.
pub(crate) fn trade_register_asked(numbers: usize) {
    tracing::info!(numbers, "asked the trade register about applicants");
}

/// It did not; it is asked again in an hour.
pub(crate) fn trade_register_not_asked(error: &dyn std::fmt::Display) {
    tracing::warn!(%error, "the trade register was not asked about applicants");
}

/// What months came to was counted.
pub(crate) fn months_counted(counts: usize) {
    tracing::info!(counts, "counted what months came to");
}

/// What deliveries show of their sources was not looked at; it is tried again in an hour.
pub(crate) fn deliveries_not_looked_at(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(
        error,
        "cannot look at what deliveries show of their sources"
    );
}

/// It was not; it is tried again in an hour.
pub(crate) fn months_not_counted(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "cannot count what months came to");
}

/// Administrators were asked whether what is known of their organisations still holds.
pub(crate) fn organisations_reminded(organisations: usize) {
    tracing::info!(organisations, "reminded organisations of their upkeep");
}

/// Participants that came later were invited to an evaluation too.
pub(crate) fn participants_invited(participants: usize) {
    tracing::info!(participants, "invited participants to an evaluation");
}

/// They were not; it is tried again in an hour.
pub(crate) fn participants_not_invited(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "participants were not invited to an evaluation");
}

/// Participants were asked once more to answer the survey of an evaluation.
pub(crate) fn participants_reminded(participants: usize) {
    tracing::info!(participants, "reminded participants of a survey");
}

/// They were not; it is tried again in an hour.
pub(crate) fn participants_not_reminded(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "participants were not reminded of a survey");
}

/// Recipients are told that what they called solved is not seen any more.
pub(crate) fn told_all_clear(findings: usize) {
    tracing::info!(findings, "told that findings are not seen any more");
}

/// They are not; it is tried again in an hour.
pub(crate) fn not_told_all_clear(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "nobody was told what is not seen any more");
}

/// Mails in reply to messages were read.
pub(crate) fn replies_read(read: &FolderRead) {
    let FolderRead {
        applied,
        waiting,
        set_aside,
        beyond,
        has_more: _,
    } = read;
    tracing::info!(applied, waiting, set_aside, beyond, "read mails in reply");
}

/// They were not, or not all; it is tried again in some minutes.
pub(crate) fn replies_not_read(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "mails in reply were not read");
}

/// Mails in reply that were kept for the desk were removed.
pub(crate) fn replies_removed(mails: usize) {
    tracing::info!(mails, "removed mails in reply that were kept for the desk");
}

/// They were not; it is tried again in an hour.
pub(crate) fn replies_not_removed(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "mails in reply that were kept were not removed");
}

/// They were not, or mandates were not ended; it is tried again in an hour.
pub(crate) fn organisations_not_reminded(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "organisations were not reminded of their upkeep");
}

/// People were told that keys of contacts end, or have ended.
pub(crate) fn keys_reminded(keys: usize) {
    tracing::info!(keys, "told of keys that end");
}

/// They were not; it is tried again in an hour.
pub(crate) fn keys_not_reminded(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "nobody was told of keys that end");
}

/// They were not removed; it is tried again in an hour.
pub(crate) fn observations_not_removed(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "observations were not removed by age");
}

/// A service mail was not sent: it is given up, or tried again.
pub(crate) fn service_mail_not_sent(mail_no: i64, kind: &str, end: ServiceMailEnd, outcome: &str) {
    let is_given_up = end == ServiceMailEnd::Failed;
    tracing::warn!(mail_no, kind, is_given_up, outcome, "service mail not sent");
}

/// An address of an organisation did not take an event. Where it is, is not for a log.
pub(crate) fn webhook_not_taken(webhook_no: i64, end: WebhookEnd, delivery: &WebhookDelivery) {
    let is_paused = end == WebhookEnd::Paused;
    let is_set_aside = matches!(end, WebhookEnd::SetAside(..));
    let (event, kind) = (&*delivery.event, &*delivery.kind);
    let (status, fault) = (delivery.status, &*delivery.fault);
    tracing::warn!(
        webhook_no,
        event,
        kind,
        status,
        fault,
        is_paused,
        is_set_aside,
        "webhook not taken"
    );
}

/// Addresses were not told what happened; it is tried again in a second.
pub(crate) fn webhooks_not_told(error: &FlowError) {
    let error = error.for_log();
    tracing::warn!(error, "webhooks not told");
}

/// The store does not answer, and the worker waits for it.
pub(crate) fn store_not_answering(error: &StoreError) {
    let error = error.for_log();
    tracing::warn!(error, "store not answering");
}

/// There is no room on the disk, and the worker waits for it.
pub(crate) fn disk_full() {
    tracing::warn!("too little room on the disk to work");
}

fn milliseconds(began: Instant) -> u64 {
    began.elapsed().as_millis() as u64
}
