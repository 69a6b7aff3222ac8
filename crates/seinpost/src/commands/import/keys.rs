//! Keys of contacts from a file. Each is judged as one that somebody gives on a page; one that has ended is taken all the same,
//! since without it mails would go in clear.

use std::io::Read;

use message::openpgp::Certificate;
use model::RowIssue;
use model::register::ContactKeyRow;
use rules::upkeep::next_key_reminder;
use store::{NewContactKey, RegisterCounts, Store, StoreError, Tx};

use super::{FileRows, Imported, Mode, RegisterKind, read, unknown_organisation};

/// Brings the keys of a file in. Nothing is closed: who removes a key lets mails go in clear, and does so on a page.
pub(super) fn import_keys(
    store: &Store,
    input: impl Read,
    mode: &Mode<'_>,
    note: impl FnMut(String),
) -> anyhow::Result<Imported> {
    let file = judged(read::<ContactKeyRow>(input, mode, note)?, mode);
    file.bring_in(store, RegisterKind::Keys, mode, |tx, file| {
        put_keys(tx, file, mode)
    })
}

/// The rows whose key can be used, with what was read in it.
fn judged(
    file: FileRows<ContactKeyRow>,
    mode: &Mode<'_>,
) -> FileRows<(ContactKeyRow, Certificate)> {
    let mut judged = FileRows {
        rows: Vec::new(),
        issues: file.issues,
    };
    for (line, row) in file.rows {
        match Certificate::read(row.key.as_bytes(), mode.now) {
            Ok(key) if row.fingerprint.is_empty() || row.fingerprint == key.fingerprint() => {
                judged.rows.push((line, (row, key)));
            }
            Ok(key) => {
                let reason = format!("the key has the fingerprint {}", key.fingerprint());
                let issue = RowIssue::quarantined(line, "fingerprint", "other-key", reason);
                judged.issues.push(issue);
            }
            Err(problem) => {
                let issue = RowIssue::quarantined(line, "key", "bad-key", problem.reason());
                judged.issues.push(issue);
            }
        }
    }
    judged
}

fn put_keys(
    tx: &mut Tx<'_>,
    file: &FileRows<(ContactKeyRow, Certificate)>,
    mode: &Mode<'_>,
) -> Result<Imported, StoreError> {
    let mut issues = file.issues.clone();
    let mut counts = RegisterCounts::default();
    for (line, (row, key)) in &file.rows {
        let Some(party_no) = tx.party_no(&row.organisation)? else {
            issues.push(unknown_organisation(*line, &row.organisation));
            continue;
        };
        let contacts = tx.own_contacts(party_no)?;
        if !contacts.iter().any(|contact| contact.email == row.email) {
            let reason = "the organisation has no contact with this address; import contacts first";
            let issue = RowIssue::quarantined(*line, "email", "unknown-contact", reason);
            issues.push(issue);
            continue;
        }
        let had_one = tx.contact_key(party_no, &row.email)?.is_some();
        let ends_at = key.ends_at();
        let new = NewContactKey {
            party_no,
            email: &row.email,
            certificate: key.bytes(),
            fingerprint: key.fingerprint(),
            algorithm: key.algorithm(),
            ends_at,
            remind_at: ends_at.and_then(|end| next_key_reminder(end, mode.now)),
        };
        match (tx.put_contact_key(&new, mode.now)?, had_one) {
            (true, false) => counts.added += 1,
            (true, true) => counts.changed += 1,
            (false, _) => counts.unchanged += 1,
        }
    }
    issues.sort_by_key(|issue| issue.line);
    Ok(Imported {
        counts,
        issues,
        closing_skipped: false,
        closed_first: Vec::new(),
    })
}
