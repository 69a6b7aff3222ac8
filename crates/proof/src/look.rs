//! The record or the file that proves a name.

use model::{DomainName, IdKey, IdKind, ProofOutcome, ProofPlace};
use outgoing::{Fault, NoFile, Way, file, file_address};
use rules::proof::challenge_name;

/// Where the file is (RFC 8615).
const FILE_PATH: &str = "/.well-known/seinpost-proof.txt";

/// Longest file that is read. Its one line has 60 bytes; more may stand beside it.
const FILE_BYTES_MAX: u64 = 4 << 10;

/// What the record or the file has to say. One per organisation, so that one line serves all its names; made from the secret
/// of the installation and kept nowhere.
#[must_use]
pub fn record_text(id_key: &IdKey, party_no: i64) -> String {
    let token = id_key.public_id(IdKind::OwnershipToken, party_no as u64);
    format!("seinpost-proof={token}")
}

/// Where the record or the file of a name is looked for.
#[must_use]
pub fn evidence(place: ProofPlace, name: &DomainName) -> String {
    match place {
        ProofPlace::Dns => challenge_name(name),
        ProofPlace::WellKnown => file_address(name, FILE_PATH),
    }
}

/// Looks whether the record or the file of a name has this text. Blocks: 5 seconds at most for the DNS, some 40 for a website
/// that leads on three times and is slow each time.
#[must_use]
pub fn look(way: Way<'_>, place: ProofPlace, name: &DomainName, text: &str) -> ProofOutcome {
    match place {
        ProofPlace::Dns => record(way, name, text),
        ProofPlace::WellKnown => website(way, name, text),
    }
}

fn record(way: Way<'_>, name: &DomainName, text: &str) -> ProofOutcome {
    match dns::texts_of(way.dns_servers, &challenge_name(name)) {
        None => ProofOutcome::Silent,
        Some(found) if found.iter().any(|found| found == text.as_bytes()) => ProofOutcome::Proved,
        Some(found) if found.is_empty() => ProofOutcome::Missing,
        Some(_) => ProofOutcome::Different,
    }
}

fn website(way: Way<'_>, name: &DomainName, text: &str) -> ProofOutcome {
    match file(way, name, FILE_PATH, FILE_BYTES_MAX) {
        Ok(found) if has_line(&found.bytes, text) => ProofOutcome::Proved,
        Ok(_) => ProofOutcome::Different,
        Err(NoFile::Missing) => ProofOutcome::Missing,
        Err(NoFile::Elsewhere) => ProofOutcome::Elsewhere,
        Err(NoFile::Fault(Fault::NotPublic)) => ProofOutcome::NotPublic,
        Err(NoFile::Fault(Fault::Unknown)) => ProofOutcome::NoAddress,
        Err(NoFile::Fault(Fault::Address | Fault::Silent)) => ProofOutcome::Silent,
    }
}

fn has_line(bytes: &[u8], wanted: &str) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().any(|line| line.trim() == wanted)
}
