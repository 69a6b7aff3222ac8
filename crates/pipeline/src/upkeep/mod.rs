//! What keeps an installation tidy beside the flow, by one worker of all. Of all this only the end of a proof, the first day of a
//! legal class and of an agreement with a relay, an organisation that leaves and what is not seen any more change what is told to whom.

pub mod blobs;
pub mod classes;
pub mod clear;
pub mod copies;
pub mod evaluations;
pub mod keys;
pub mod leaving;
pub mod mailboxes;
pub mod measures;
pub mod observations;
pub mod organisations;
pub mod places;
pub mod proofs;
pub mod registrations;
pub mod sources;
pub mod trade;

use std::ops::ControlFlow;

use rules::enrol::report::BEGUN_KEPT_DAYS;
use store::{
    ASKER_KEPT_SECS, CALL_NOTE_KEPT_SECS, COMPLAINT_KEPT_SECS, CUSTOMER_ISSUES_KEPT_SECS, Job,
    MEETING_GUEST_KEPT_SECS, REPLIES_BEYOND_KEPT_DAYS, REPLY_KEPT_SECS, USEFULNESS_WORDS_KEPT_SECS,
};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::replies::remove_kept;

/// Seconds between two runs.
const EVERY_SECS: i64 = 3600;

const DAY_SECS: i64 = 86_400;

/// Seconds for which a job that was done is kept: a month, for who asks what a worker did.
const DONE_JOB_SECS: i64 = 30 * 86_400;

/// Seconds for which a notice about a claim is kept after the last sighting: the pages show it that long.
const NOTICE_SECS: i64 = 90 * 86_400;

/// Runs the job of upkeep and plans its next run.
pub(crate) fn run(flow: &Flow, job: &Job) -> Result<ControlFlow<()>, FlowError> {
    let now = flow.clock.now();
    tidy(flow);
    flow.store.write(|tx| {
        tx.remove_done_jobs(now.plus_seconds(-DONE_JOB_SECS))?;
        tx.cut_long_leases()?;
        tx.remove_old_answers(now)?;
        tx.remove_mailed_codes(now)?;
        tx.remove_existence_notices(now.plus_seconds(-NOTICE_SECS))?;
        tx.forget_usefulness_words(now.plus_seconds(-USEFULNESS_WORDS_KEPT_SECS))?;
        tx.forget_complaints(now.plus_seconds(-COMPLAINT_KEPT_SECS), now)?;
        tx.forget_meeting_guests(now.plus_seconds(-MEETING_GUEST_KEPT_SECS))?;
        tx.remove_replies(
            now.plus_seconds(-REPLY_KEPT_SECS),
            now.day().plus_days(-REPLIES_BEYOND_KEPT_DAYS),
        )?;
        tx.forget_call_notes(now.plus_seconds(-CALL_NOTE_KEPT_SECS))?;
        tx.remove_customer_issues(now.plus_seconds(-CUSTOMER_ISSUES_KEPT_SECS))?;
        tx.forget_askers(now.plus_seconds(-ASKER_KEPT_SECS))?;
        let removed = tx.remove_registrations(now)?;
        if removed > 0 {
            let detail = format!("{removed} that came to nothing");
            tx.record(now, "upkeep", "forget", "registrations", &detail)?;
        }
        let forgotten =
            tx.forget_applications(now, now.plus_seconds(-BEGUN_KEPT_DAYS * DAY_SECS))?;
        if forgotten > 0 {
            let detail = format!("{forgotten} that nobody needs any more");
            tx.record(now, "upkeep", "forget", "applications", &detail)?;
        }
        tx.finish_job(job.lease())?;
        tx.plan_upkeep(now.plus_seconds(EVERY_SECS))
    })?;
    Ok(ControlFlow::Continue(()))
}

/// What fails is logged, and tried again at the next time.
fn tidy(flow: &Flow) {
    match blobs::sweep(flow, flow.orphan_age, false) {
        Ok(swept) if swept == blobs::Swept::default() => {}
        Ok(swept) => events::blobs_removed(&swept),
        Err(error) => events::blobs_not_removed(&error),
    }
    match observations::expire(flow) {
        Ok(0) => {}
        Ok(rows) => events::observations_removed(rows),
        Err(error) => events::observations_not_removed(&error),
    }
    let now = flow.clock.now();
    match flow.store.write(|tx| tx.remove_leftovers(now)) {
        Ok(0) => {}
        Ok(rows) => events::leftovers_removed(rows),
        Err(error) => events::leftovers_not_removed(&error.into()),
    }
    match proofs::renew(flow) {
        Ok(0) => {}
        Ok(names) => events::proofs_to_be_renewed(names),
        Err(error) => events::proofs_not_renewed(&error),
    }
    match proofs::end(flow) {
        Ok(0) => {}
        Ok(organisations) => events::proofs_ended(organisations),
        Err(error) => events::proofs_not_ended(&error),
    }
    match classes::begin(flow) {
        Ok(0) => {}
        Ok(organisations) => events::classes_begun(organisations),
        Err(error) => events::classes_not_begun(&error),
    }
    match copies::begin(flow) {
        Ok(0) => {}
        Ok(agreements) => events::copies_begun(agreements),
        Err(error) => events::copies_not_begun(&error),
    }
    match clear::tell(flow) {
        Ok(0) => {}
        Ok(findings) => events::told_all_clear(findings),
        Err(error) => events::not_told_all_clear(&error),
    }
    match leaving::leave(flow) {
        Ok(0) => {}
        Ok(organisations) => events::organisations_left(organisations),
        Err(error) => events::organisations_not_left(&error),
    }
    match registrations::end(flow) {
        Ok(0) => {}
        Ok(registrations) => events::registrations_ended(registrations),
        Err(error) => events::registrations_not_ended(&error),
    }
    match places::pass_on(flow) {
        Ok(0) => {}
        Ok(places) => events::places_passed_on(places),
        Err(error) => events::places_not_passed_on(&error),
    }
    match keys::remind(flow) {
        Ok(0) => {}
        Ok(keys) => events::keys_reminded(keys),
        Err(error) => events::keys_not_reminded(&error),
    }
    match mailboxes::look(flow) {
        Ok(looked) if looked.mailboxes == 0 => {}
        Ok(looked) => events::mailboxes_looked_at(&looked),
        Err(error) => events::mailboxes_not_looked_at(&error),
    }
    match trade::ask(flow) {
        Ok(0) => {}
        Ok(numbers) => events::trade_register_asked(numbers),
        Err(error) => events::trade_register_not_asked(&error.for_log()),
    }
    if let Err(error) = sources::look(flow) {
        events::deliveries_not_looked_at(&error);
    }
    match measures::count(flow) {
        Ok(0) => {}
        Ok(counts) => events::months_counted(counts),
        Err(error) => events::months_not_counted(&error),
    }
    let folder = flow.replies_folder.as_deref();
    match folder.map_or(Ok(0), |folder| remove_kept(folder, now)) {
        Ok(0) => {}
        Ok(mails) => events::replies_removed(mails),
        Err(error) => events::replies_not_removed(&error),
    }
    match evaluations::invite_late(flow) {
        Ok(0) => {}
        Ok(participants) => events::participants_invited(participants),
        Err(error) => events::participants_not_invited(&error),
    }
    match evaluations::remind(flow) {
        Ok(0) => {}
        Ok(participants) => events::participants_reminded(participants),
        Err(error) => events::participants_not_reminded(&error),
    }
    match organisations::end_mandates(flow).and_then(|_| organisations::remind(flow)) {
        Ok(0) => {}
        Ok(organisations) => events::organisations_reminded(organisations),
        Err(error) => events::organisations_not_reminded(&error),
    }
}
