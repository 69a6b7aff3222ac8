//! Each question of the check, asked of a store in which exactly that was broken.

use std::fs;

use store::Checked;
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines};

use crate::api::programs_live_in;
use crate::builders::write;
use crate::people::people_live_in;

/// A number that no row has.
const NOWHERE: i64 = 987_654_321;

/// An installation with a row in every table.
pub(crate) fn lived_in(test: &TestStore) -> Desk {
    let mut desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/28")
        .asset("school", "domain", "school.example")
        .network("198.51.100.0/24", "provider", "abuse@provider.example")
        .announced("192.0.2.0/24", 64496);
    desk.import(&register);
    write(&test.store, |tx| {
        tx.save_mapping("list", "")?;
        tx.record(testkit::now(), "somebody", "read", "something", "")
    });
    desk.report(&rdp(
        "2026-11-18 10:00:00",
        &["192.0.2.1", "192.0.2.2", "198.51.100.7", "203.0.113.9"],
    ));
    desk.work();
    desk.at(testkit::days_later(20));
    desk.report(&rdp("2026-12-08 10:00:00", &["192.0.2.1", "192.0.2.3"]).column("invented", "1"));
    desk.work_without_distribution();
    test.tamper(
        "INSERT INTO desk_basis (desk_no, legal_class, valid_from, lawful_basis) VALUES (1, 0, 0, 'a law');
         INSERT INTO party_link (from_party_no, kind, to_party_no, valid_from) VALUES (1, 0, 2, 0);
         INSERT INTO party_legal_class (party_no, valid_from, legal_class, evidence) VALUES (1, 0, 0, 'a letter')",
    );
    people_live_in(test);
    programs_live_in(test);
    pages_live_in(test);
    desk
}

/// A row in each table that pages write.
fn pages_live_in(test: &TestStore) {
    let bytes = "(SELECT id_key FROM installation)";
    let key = |table: &str, column: &str| format!("(SELECT MIN({column}) FROM {table})");
    let (party, person) = (key("party", "party_no"), key("person", "person_no"));
    let (asset, other) = (
        key("asset", "asset_no"),
        "(SELECT MAX(asset_no) FROM asset)",
    );
    let (finding, message) = (
        key("finding", "finding_no"),
        key("notification", "notification_no"),
    );
    let (contact, session) = (key("contact", "contact_no"), key("session", "session_no"));
    let batch = key("batch", "batch_no");
    for (table, row) in [
        (
            "invitation (digest, person_no, party_no, role, invited_at, invited_by, expires_at)",
            format!("{bytes}, {person}, {party}, 0, 0, '', 0"),
        ),
        (
            "registration (state, begun_at, language, name, domain, addresses, trade_state, trade_name, is_ended, mails, wrong,
                owner_no, party_no)",
            format!("2, 0, 0, '', '', '', 0, '', 0, 0, 0, {person}, {party}"),
        ),
        (
            "passkey (person_no, credential_id, passkey, name, added_at)",
            format!("{person}, {bytes}, '', '', 0"),
        ),
        (
            "password (person_no, hash, changed_at)",
            format!("{person}, '', 0"),
        ),
        (
            "totp (person_no, secret, added_at, last_step, wrong, blocked_until)",
            format!("{person}, {bytes}, 0, 0, 0, 0"),
        ),
        (
            "recovery_code (person_no, digest)",
            format!("{person}, {bytes}"),
        ),
        (
            "sign_in_step (digest, kind, person_no, state, expires_at)",
            format!("{bytes}, '', {person}, '', 0"),
        ),
        (
            "asset_group (party_no, name)",
            format!("{party}, 'printers'"),
        ),
        (
            "asset_detail (asset_no, party_no, label, group_no)",
            format!("{asset}, {party}, '', 1"),
        ),
        (
            "asset_claim (asset_no, party_no, state, evidence, claimed_at)",
            format!("{asset}, {party}, 1, '', 0"),
        ),
        (
            "asset_import (party_no, by_person, name, content, digest, is_whole, created_at, expires_at)",
            format!("{party}, {person}, '', {bytes}, {bytes}, 0, 0, 0"),
        ),
        (
            "contact_detail (contact_no, party_no, is_always_on, confirmed_at)",
            format!("{contact}, {party}, 0, 0"),
        ),
        (
            "contact_key (party_no, email, certificate, fingerprint, algorithm, given_at, problem)",
            format!("{party}, 'security@bakery.example', {bytes}, '', '', 0, ''"),
        ),
        (
            "asset_dispute (asset_no, other_no, opened_at, decided_by, reason)",
            format!("{asset}, {other}, 0, '', ''"),
        ),
        (
            "proof_review (asset_no, party_no, note, asked_at, decided_by, reason)",
            format!("{asset}, {party}, '', 0, '', ''"),
        ),
        (
            "audit_mark (one, audit_no, hash, verified_at, whole_at)",
            "1, 0, (SELECT id_key FROM installation), 0, 0".to_owned(),
        ),
        (
            "search_log (at, person_no, reason, case_ref, kind, digest, results)",
            format!("0, {person}, '', '', '', {bytes}, 0"),
        ),
        (
            "staff_access (session_no, party_no, reason, ends_at)",
            format!("{session}, {party}, '', 0"),
        ),
        (
            "joint_approval (asked_at, asked_by, reason, recipients)",
            format!("0, {person}, '', 1"),
        ),
        (
            "joint_approval_message (approval_no, notification_no)",
            format!("1, {message}"),
        ),
        (
            "programme (slug, name_nl, name_en, text_nl, text_en, sectors, places, per_sector, opens_at, closes_at, begins_on,
                ends_on, created_at)",
            "'pilot', '', '', '', '', 'ict', 1, 1, 0, 0, 0, 0, 0".to_owned(),
        ),
        (
            "application (programme_no, state, email, language, form, created_at)",
            "1, 0, 'sam@bakery.example', 0, '{}', 0".to_owned(),
        ),
        (
            "application_verdict (application_no, criterion, verdict, evidence, judged_at)",
            "1, 0, 0, '', 0".to_owned(),
        ),
        (
            "place (application_no, programme_no, sector, rank, count, state, changed_at, reason)",
            "1, 1, 2, 1, 7, 0, 0, ''".to_owned(),
        ),
        (
            "place_override (application_no, asked_at, asked_by, reason)",
            format!("1, 0, {person}, ''"),
        ),
        (
            "count_correction (application_no, count, reason, asked_at, asked_by)",
            format!("1, 7, '', 0, {person}"),
        ),
        (
            "agreement (programme_no, version, text_nl, text_en, published_at)",
            "1, 1, '', '', 0".to_owned(),
        ),
        (
            "signature (agreement_no, party_no, person_no, signatory, language, digest, signed_at)",
            format!("1, {party}, {person}, '', 0, '', 0"),
        ),
        (
            "participant (application_no, programme_no, party_no, admitted_at, form)",
            format!("1, 1, {party}, 0, '{{}}'"),
        ),
        (
            "participant_change (application_no, reported_at, person_no, holds_from, form, is_eligible)",
            format!("1, 0, {person}, 0, '{{}}', 1"),
        ),
        (
            "mailbox_watch (application_no, due_at, state, since, silent_days)",
            "1, 0, 0, 0, 0".to_owned(),
        ),
        (
            "trade_answer (application_no, kvk, state, name, legal_form, is_non_mailing)",
            "1, '90000017', 0, '', '', 0".to_owned(),
        ),
        (
            "programme_end (programme_no, ended_at, reason, report, forget_at)",
            "1, 0, '', '{}', 0".to_owned(),
        ),
        (
            "programme_move (programme_no, what, day_before, day_after, reason_nl, reason_en, moved_at)",
            "1, 0, 0, 1, '', '', 0".to_owned(),
        ),
        (
            "programme_alternative (programme_no, title_nl, title_en, text_nl, text_en, url)",
            "1, '', '', '', '', ''".to_owned(),
        ),
        (
            "handwork (day, programme_no, person_no, minutes, note, noted_at)",
            format!("0, 1, {person}, 5, '', 0"),
        ),
        (
            "month_measure (month, programme_no, counted_at, messages, by_hand, lines, matched, hand_secs, recipients, answering, judged, useful)",
            "0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0".to_owned(),
        ),
        (
            "identity (person_no, issuer, subject, added_at)",
            format!("{person}, 'https://provider.example', 'sam', 0"),
        ),
        (
            "session_identity (session_no, identity_no, provider, sid)",
            format!("{session}, 1, '', ''"),
        ),
        (
            "answer (party_no, finding_no, episode, status, answered_at, version)",
            format!("{party}, {finding}, 1, 0, 0, 1"),
        ),
        (
            "answer_event (party_no, finding_no, episode, at, door, actor, comment)",
            format!("{party}, {finding}, 1, 0, 0, '', ''"),
        ),
        (
            "answer_link (digest, notification_no, finding_no, created_at, created_by, expires_at)",
            format!("{bytes}, {message}, {finding}, 0, '', 0"),
        ),
        (
            "ended_message_link (notification_no, ended_at)",
            format!("{message}, 0"),
        ),
        (
            "phone_call (notification_no, party_no, ended_at)",
            format!("{message}, {party}, 0"),
        ),
        (
            "phone_attempt (notification_no, party_no, at, outcome, note)",
            format!("{message}, {party}, 0, 2, ''"),
        ),
        (
            "all_clear_wait (party_no, finding_no, episode, answered_at, desk_no, source_no, report_type)",
            format!(
                "{party}, {finding}, 1, 0, (SELECT MIN(desk_no) FROM desk), {party}, 'scan_rdp'"
            ),
        ),
        (
            "all_clear (notification_no, earlier_day, later_day)",
            format!("{message}, 0, 1"),
        ),
        (
            "existence_notice (asset_no, class, party_no, severity, seen_at, is_due)",
            format!("{asset}, 9, {party}, 2, 0, 0"),
        ),
        (
            "leaving (party_no, person_no, asked_at, due_at)",
            format!("{party}, {person}, 0, 0"),
        ),
        (
            "mailed_code (kind, subject_no, party_no, digest, address, expires_at, wrong)",
            format!("0, {asset}, {party}, {bytes}, '', 0, 0"),
        ),
        (
            "public_origin (one, origin)",
            "1, 'https://warnings.example'".to_owned(),
        ),
        (
            "advice_version (slug, version, text, note, state, written_by, written_at)",
            format!("'open-rdp', 3, '{{}}', '', 0, {person}, 0"),
        ),
        (
            "row_repair (batch_no, line, field, value, repaired_at, repaired_by)",
            format!("{batch}, 2, 'ip', '192.0.2.1', 0, {person}"),
        ),
        (
            "batch_replay (batch_no, next_line, asked_at)",
            format!("{batch}, 0, 0"),
        ),
        (
            "proof_document (review_no, name, content, sent_at)",
            format!("(SELECT MIN(review_no) FROM proof_review), '', {bytes}, 0"),
        ),
        (
            "usefulness (notification_no, threat_no, reader, verdict, text, said_at)",
            format!("{message}, {}, 0, 0, '', 0", key("threat", "threat_no")),
        ),
        (
            "complaint (received_at, acknowledge_on, answer_on, door, state, notification_no, party_no, name, email, phone,
                language, text)",
            format!("0, 0, 0, 0, 0, {message}, {party}, '', NULL, '', 0, ''"),
        ),
        (
            "complaint_event (complaint_no, at, person_no, state, text)",
            format!("1, 0, {person}, 1, ''"),
        ),
        (
            "story (title_nl, title_en, text_nl, text_en, status, outcome_nl, outcome_en, written_at)",
            "'', '', '', '', 0, '', '', 0".to_owned(),
        ),
        (
            "suggestion (origin, origin_no, received_at, text, story_no, language)",
            "2, 1, 0, '', 1, 0".to_owned(),
        ),
        (
            "promises (one, acknowledge_days, answer_weeks, meeting_weeks)",
            "1, 5, 6, 13".to_owned(),
        ),
        (
            "meeting (name, starts_at, place, agenda, notes, decisions, created_at)",
            "'', 0, '', '', '', '', 0".to_owned(),
        ),
        (
            "meeting_guest (meeting_no, party_no, name, language)",
            format!("1, {party}, '', 0"),
        ),
        (
            "meeting_action (meeting_no, text, person_no, due_on)",
            format!("1, '', {person}, 0"),
        ),
        (
            "evaluation (programme_no, name_nl, name_en, held_on, place, answer_until, created_at)",
            "1, '', '', 0, '', 0, 0".to_owned(),
        ),
        (
            "evaluation_guest (evaluation_no, party_no)",
            format!("1, {party}"),
        ),
        (
            "survey_question (evaluation_no, kind, text_nl, text_en, choices_nl, choices_en)",
            "1, 2, '', '', '', ''".to_owned(),
        ),
        (
            "webhook (party_no, url, made_at, made_by, secret_no, old_until, change_no, failures, due_at, taken_until)",
            format!("{party}, 'https://hooks.bakery.example/in', 0, '', 1, 0, 0, 0, 0, 0"),
        ),
        (
            "webhook_delivery (webhook_no, party_no, event, kind, at, status, fault)",
            format!("1, {party}, '', '', 0, 200, ''"),
        ),
        (
            "webhook_set_aside (webhook_no, party_no, change_no, set_aside_at, given_up)",
            format!("1, {party}, 1, 0, 0"),
        ),
        (
            "survey_answer (question_no, party_no, number, text, suggestion_no)",
            format!("1, {party}, NULL, '', 1"),
        ),
        (
            "supplier (party_no, name, email)",
            format!("{party}, 'Office IT', 'help@supplier.example'"),
        ),
        (
            "care (party_no, group_no, supplier_no, reference)",
            format!("{party}, 1, 1, 'printers 12'"),
        ),
        (
            "product (party_no, vendor, name)",
            format!("{party}, '', 'EdgeGate'"),
        ),
        (
            "threshold (party_no, group_no, target, victim)",
            format!("{party}, 1, 3, 0"),
        ),
        (
            "named_source (source_no, named_at)",
            format!("{party}, 0"),
        ),
        (
            "source_terms (source_no, state, reason, mandate, lawful_basis, tlp, reliability, credibility)",
            format!("{party}, 1, '', 'a letter', 'public task', 2, 1, 2"),
        ),
        (
            "relay_agreement (relay_no, document, valid_from, review_on, classes, severity_min, may_forward, feedback, is_ahead,
                changed_by, changed_at)",
            format!("{party}, 'a document', 0, 0, 2, 0, 0, '', 0, 1, 0"),
        ),
        (
            "relay_consent (relay_no, party_no, agreed_on, ground, entered_by, entered_at)",
            format!("{party}, {party}, 0, 'a letter', 1, 0"),
        ),
        (
            "source_type (source_no, report_type)",
            format!("{party}, 'scan_rdp'"),
        ),
        (
            "reply (digest, received_at, outcome, notification_no, sender, subject, text, named_no)",
            format!("{bytes}, 0, 1, {message}, '', '', '', {message}"),
        ),
        ("reply_beyond (day, replies)", "1, 1".to_owned()),
        (
            "customer_report (party_no, finding_no, episode, outcome, reported_at)",
            format!("{party}, {finding}, 1, 1, 0"),
        ),
        (
            "customer_list (party_no, taken_at, forwarded, informed, quarantined, declined, not_traceable, refused)",
            format!("{party}, 0, 0, 1, 0, 0, 0, 0"),
        ),
        (
            "customer_list_issue (list_no, line, issue)",
            "1, 3, 1".to_owned(),
        ),
        (
            "source_tally (source_no, month, report_type, kind, detail, total)",
            format!("{party}, 20000, 'scan_rdp', 1, '', 7"),
        ),
        (
            "seen_block (month, block, source_no, report_type, members)",
            format!("20000, 0, {party}, 'scan_rdp', {bytes}"),
        ),
        (
            "counted_batch (batch_no, accepted, observations)",
            // Upkeep counts deliveries too.
            format!("{batch}, 7, 7 WHERE NOT EXISTS (SELECT 1 FROM counted_batch)"),
        ),
        (
            "security_txt (asset_no, party_no, looked_at, place, issues)",
            format!("{asset}, {party}, 0, '', '0:no_security_txt'"),
        ),
        (
            "proof_check (party_no, place, is_renewal, asked_by, asked_at, looks, waiting, proved)",
            format!("{party}, 0, 0, '', 0, 1, 1, 0"),
        ),
        (
            // It was made: a worker that looks for one has nothing to do.
            "proof_look (check_no, line, party_no, asset_no, taken_until, looked_at)",
            format!("1, 1, {party}, {asset}, 0, 0"),
        ),
    ] {
        test.tamper(&format!("INSERT INTO {table} SELECT {row}"));
    }
}

fn rdp(at: &str, addresses: &[&str]) -> Report {
    let report = Report::new("scan_rdp").row(&[("timestamp", at), ("ip", "not an address")]);
    addresses.iter().fold(report, |report, address| {
        report.row(&[
            ("timestamp", at),
            ("ip", address),
            ("port", "3389"),
            ("protocol", "tcp"),
        ])
    })
}

pub(crate) fn wrong(checked: &[Checked]) -> Vec<&str> {
    let wrong = checked.iter().filter(|checked| checked.wrong > 0);
    wrong.map(|checked| checked.name.as_str()).collect()
}

fn check(test: &TestStore) -> Vec<Checked> {
    test.store.check(true, |_| {}).expect("the store is read")
}

/// Breaks rows of a table, asks, and puts the table back.
fn check_broken(test: &TestStore, table: &str, statement: &str, want: &[&str]) {
    test.tamper(&format!(
        "CREATE TABLE kept AS SELECT * FROM {table}; {statement}"
    ));
    let checked = check(test);
    assert_eq!(wrong(&checked), want, "{statement}\n{checked:?}");
    let found = checked.iter().find(|checked| checked.wrong > 0);
    assert!(
        found.is_some_and(|checked| !checked.examples.is_empty()),
        "{checked:?}"
    );
    test.tamper(&format!(
        "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"
    ));
}

fn counters_that_do_not_agree_with_rows_are_found(test: &TestStore) {
    lived_in(test);
    assert_eq!(wrong(&check(test)), Vec::<&str>::new());
    for (table, statement, want) in [
        (
            "migration",
            "INSERT INTO migration (number, name) VALUES (999, 'later')",
            &["migration"][..],
        ),
        (
            "audit",
            "INSERT INTO audit (audit_no, at, actor, action, subject, detail, hash)
                   SELECT 999, 0, '', '', '', '', id_key FROM installation",
            &["audit"],
        ),
        (
            "batch",
            "UPDATE batch SET rows_read = rows_read + 1 WHERE batch_no = 1",
            &["rows"],
        ),
        (
            "batch",
            "UPDATE batch SET quarantined = quarantined - 1, refused = refused + 1 WHERE batch_no = 1",
            &["reasons"],
        ),
        (
            "row_issue",
            "DELETE FROM row_issue WHERE batch_no = 1",
            &["reasons"],
        ),
        ("queue_item", "DELETE FROM queue_item", &["duties"]),
        (
            "notification",
            "UPDATE notification SET lines = lines + 1 WHERE notification_no = 1",
            &["lines"],
        ),
        (
            "batch",
            "UPDATE batch SET accepted = accepted + 1, duplicate = duplicate - 1 WHERE batch_no = 1",
            &["observations"],
        ),
        (
            "finding",
            "UPDATE finding SET times_seen = times_seen + 1 WHERE finding_no = 1",
            &["sightings"],
        ),
        (
            "finding",
            "UPDATE finding SET first_seen = first_seen - 1 WHERE finding_no = 1",
            &["sightings"],
        ),
        (
            "finding",
            "UPDATE finding SET last_seen = last_seen + 1 WHERE finding_no = 1",
            &["sightings"],
        ),
        (
            "finding",
            "UPDATE finding SET last_part = 9 WHERE finding_no = 1",
            &["latest"],
        ),
        (
            "notification_line",
            "UPDATE notification_line SET line = 77 WHERE notification_no = 1",
            &["citations"],
        ),
        (
            "queue_item",
            "UPDATE queue_item SET episode = 5",
            &["duties", "episodes"],
        ),
        (
            "finding",
            "UPDATE finding SET matches = '[]' WHERE finding_no = 1",
            &["matches"],
        ),
        (
            "finding",
            "UPDATE finding SET matches = '[[999,0,1]]' WHERE finding_no = 1",
            &["references of finding_match"],
        ),
        (
            "finding",
            "UPDATE finding SET matched_with = 999",
            &["register"],
        ),
        (
            "notification",
            "UPDATE notification SET state = 0 WHERE notification_no = 1",
            &["windows"],
        ),
        (
            "sending_window",
            "UPDATE sending_window SET closed_at = NULL WHERE window_no = 1",
            &["windows"],
        ),
        (
            "batch",
            "UPDATE batch SET state = 0 WHERE batch_no = 1",
            &["windows", "open deliveries"],
        ),
        (
            "delivery",
            "UPDATE delivery SET state = 3",
            &["handed over"],
        ),
    ] {
        check_broken(test, table, statement, want);
    }
    assert_eq!(wrong(&check(test)), Vec::<&str>::new());
}

/// Table, column, and what else is wrong when the column leads nowhere.
const REFERENCES: &[(&str, &str, &[&str])] = &[
    ("desk_basis", "desk_no", &[]),
    ("party_role", "party_no", &[]),
    ("party_link", "from_party_no", &[]),
    ("party_link", "to_party_no", &[]),
    ("party_legal_class", "party_no", &[]),
    ("contact", "party_no", &[]),
    ("asset", "party_no", &[]),
    ("network", "party_no", &[]),
    ("batch", "desk_no", &[]),
    ("batch", "source_no", &[]),
    ("batch", "window_no", &[]),
    ("batch", "urgent_window_no", &[]),
    ("batch_notice", "batch_no", &[]),
    ("drift", "source_no", &[]),
    ("row_issue", "batch_no", &["reasons"]),
    (
        "observation",
        "batch_no",
        &["observations", "latest", "citations"],
    ),
    ("observation", "finding_no", &["latest", "citations"]),
    ("finding", "desk_no", &[]),
    ("finding", "threat_no", &[]),
    ("finding_event", "finding_no", &[]),
    ("finding_event", "batch_no", &[]),
    ("notification", "window_no", &[]),
    ("notification", "desk_no", &[]),
    ("notification", "recipient_no", &[]),
    ("notification", "on_behalf_of", &[]),
    ("notification", "threat_no", &[]),
    ("notification_line", "notification_no", &["lines"]),
    ("notification_line", "finding_no", &["duties", "citations"]),
    ("notification_line", "asset_no", &[]),
    ("notification_line", "network_no", &[]),
    ("notification_line", "batch_no", &["citations"]),
    ("queue_item", "finding_no", &["duties"]),
    ("delivery", "notification_no", &["handed over"]),
    ("job", "subject_no", &[]),
];

fn observations_that_were_removed_by_age_are_not_missed(test: &TestStore) {
    lived_in(test);
    test.tamper("DELETE FROM observation WHERE batch_no = 1");
    assert_eq!(wrong(&check(test)), Vec::<&str>::new());
    // What is kept is still compared.
    test.tamper("UPDATE finding SET times_seen = 0 WHERE finding_no = 1");
    assert_eq!(wrong(&check(test)), ["sightings"]);
    test.tamper("UPDATE finding SET times_seen = 2 WHERE finding_no = 1; DELETE FROM observation");
    assert_eq!(wrong(&check(test)), ["observations", "latest", "citations"]);
}

fn rows_that_name_rows_that_are_gone_are_found(test: &TestStore) {
    lived_in(test);
    for (table, column, beside) in REFERENCES {
        let only = match *table {
            "job" => "WHERE job_no = (SELECT MIN(job_no) FROM job WHERE stage = 0)".to_owned(),
            "notification" => "WHERE notification_no = 1".to_owned(),
            "finding" => "WHERE finding_no = 1".to_owned(),
            _ => format!("WHERE {column} = (SELECT MAX({column}) FROM {table})"),
        };
        let name = format!("references of {table}");
        // The embedded engine keeps keys of findings apart.
        let key =
            (*table == "finding" && test.engine() == testkit::Engine::Embedded).then_some("keys");
        let want = beside.iter().copied().chain(key);
        let want: Vec<&str> = want.chain([name.as_str()]).collect();
        let statement = format!("UPDATE {table} SET {column} = {NOWHERE} {only}");
        check_broken(test, table, &statement, &want);
    }
}

both_engines!(
    counters_that_do_not_agree_with_rows_are_found,
    observations_that_were_removed_by_age_are_not_missed,
    rows_that_name_rows_that_are_gone_are_found,
);

#[test]
fn findings_without_key_and_keys_of_nothing_are_found() {
    let test = TestStore::new(testkit::Engine::Embedded);
    lived_in(&test);
    for statement in [
        "DELETE FROM finding_key WHERE finding_no = 1",
        "UPDATE finding_key SET identifier = 'another' WHERE finding_no = 1",
        "UPDATE finding_key SET finding_no = 999 WHERE finding_no = 1",
        "INSERT INTO finding_key_new SELECT * FROM finding_key",
        // As many keys as findings: one has two, and one has none.
        "INSERT INTO finding_key_new SELECT * FROM finding_key;
         DELETE FROM finding_key WHERE finding_no = (SELECT MAX(finding_no) FROM finding)",
    ] {
        let other = format!("{statement}; DELETE FROM finding_key_new WHERE finding_no <> 1");
        check_broken(&test, "finding_key", &other, &["keys"]);
        test.tamper("DELETE FROM finding_key_new");
    }
}

#[test]
fn blobs_that_are_missing_altered_or_without_delivery_are_found() {
    let test = TestStore::new(testkit::Engine::Embedded);
    let desk = lived_in(&test);
    let blobs = &desk.flow.blobs;
    let check = |deep| {
        let checked = test.store.check_blobs(blobs, deep, |_| {}).unwrap();
        (
            wrong(&checked).join(", "),
            checked
                .iter()
                .flat_map(|checked| checked.examples.clone())
                .collect::<Vec<_>>()
                .join(", "),
        )
    };
    assert_eq!(check(true).0, "");
    let names = test.store.read(|tx| tx.blob_names()).unwrap();
    let path = |name: &str| {
        let folder = desk
            .folder()
            .join("blobs")
            .join(&name[..2])
            .join(&name[2..4]);
        folder.join(format!("{name}.zst"))
    };
    let (first, second) = (&names[0], &names[1]);

    // The content of one under the name of the other: sound as a file, and not what the name says.
    let kept = fs::read(path(first)).unwrap();
    fs::copy(path(second), path(first)).unwrap();
    assert_eq!(check(false).0, "");
    let (found, examples) = check(true);
    assert_eq!(found, "blobs");
    assert!(examples.contains(&first[..]), "{examples}");
    fs::write(path(first), &kept[..kept.len() / 2]).unwrap();
    assert_eq!(check(true).0, "blobs");
    fs::remove_file(path(first)).unwrap();
    assert_eq!(
        check(false),
        ("blobs".into(), format!("{first} is missing"))
    );
    fs::write(path(first), kept).unwrap();

    // A new blob may belong to a delivery that is being taken in; an old one does not.
    let mut writer = blobs.writer().unwrap();
    std::io::Write::write_all(&mut writer, b"nobody's").unwrap();
    let name = writer.finish().unwrap().name;
    assert_eq!(check(true).0, "");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(25 * 3600);
    fs::File::options()
        .write(true)
        .open(path(&name))
        .unwrap()
        .set_modified(old)
        .unwrap();
    assert_eq!(check(true), ("blobs without delivery".into(), name));
}

#[test]
fn pages_of_a_damaged_file_are_found() {
    let test = TestStore::new(testkit::Engine::Embedded);
    lived_in(&test);
    // An index that lost an entry: nothing but the engine's own check sees it.
    test.tamper(
        "PRAGMA writable_schema = ON;
         CREATE INDEX damaged ON contact (email);
         UPDATE sqlite_schema SET sql = 'CREATE INDEX damaged ON contact (role)' WHERE name = 'damaged';
         PRAGMA writable_schema = OFF",
    );
    let store = test.opened_again();
    let names = |deep| {
        let checked = store.check(deep, |_| {}).unwrap();
        wrong(&checked).join(", ")
    };
    assert_eq!((names(false), names(true)), (String::new(), "pages".into()));
}
