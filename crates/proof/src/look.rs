//! The record or the file that proves a name.

use model::{AssetValue, DomainName, IdKey, IdKind, ProofOutcome, ProofPlace, WebPlace, WebUrl};
use outgoing::{Fault, File, NoFile, Way, file, file_address};
use rules::proof::{challenge_name, proves};

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

/// Where the record or the file of an asset is looked for; nothing where none proves it.
#[must_use]
pub fn evidence(place: ProofPlace, value: &AssetValue) -> Option<String> {
    let name = value.name().filter(|_| proves(place, value))?;
    Some(match place {
        ProofPlace::Dns => challenge_name(name),
        ProofPlace::WellKnown => file_address(name, &file_path(value)),
    })
}

/// The path of the file. That of a site is below its own path: who has one path of a server says nothing of another.
///
/// It proves that somebody can have the server answer there with a text of their own choice. That is whoever runs the site; and
/// also whoever runs the server or a site around it, and visitors where the site lets them name what they write (a wiki whose pages
/// have free names, a storage that keeps folders of an upload, a page that repeats its address). Against the last of these the file
/// has to be plain text and nothing but the proof (see [`is_only`]), as pages that show what visitors write hardly ever are. It
/// cannot tell who may upload files as they are: whoever holds the site around it opens a dispute, or asks the desk.
fn file_path(value: &AssetValue) -> String {
    match value {
        AssetValue::Url(site) => format!("{}{FILE_PATH}", site.path()),
        _ => FILE_PATH.to_owned(),
    }
}

/// Looks whether the record or the file of an asset has this text; it is missing where none proves it. Blocks: 5 seconds at
/// most for the DNS, some 40 for a website that leads on three times and is slow each time.
#[must_use]
pub fn look(way: Way<'_>, place: ProofPlace, value: &AssetValue, text: &str) -> ProofOutcome {
    let Some(name) = value.name().filter(|_| proves(place, value)) else {
        return ProofOutcome::Missing;
    };
    let site = match value {
        AssetValue::Url(site) => Some(site),
        _ => None,
    };
    match place {
        ProofPlace::Dns => record(way, name, text),
        ProofPlace::WellKnown => website(way, name, (&file_path(value), site), text),
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

/// The file at `path`; that of a site counts only where it lies in the site, whatever redirects lead to.
fn website(
    way: Way<'_>,
    name: &DomainName,
    (path, site): (&str, Option<&WebPlace>),
    text: &str,
) -> ProofOutcome {
    let is_in = |site: &WebPlace, found: &str| {
        let place = found.parse::<WebUrl>().ok();
        let place = place.as_ref().and_then(WebPlace::of);
        place.is_some_and(|place| place.is_within(site))
    };
    match file(way, name, path, FILE_BYTES_MAX) {
        Ok(found) if site.is_some_and(|site| !is_in(site, found.place.as_str())) => {
            ProofOutcome::Elsewhere
        }
        Ok(found) if site.is_some() => match is_only(&found, text) {
            true => ProofOutcome::Proved,
            false => ProofOutcome::Different,
        },
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

/// Whether a file is plain text, says so, and holds nothing but this; white space around it is allowed.
fn is_only(found: &File, wanted: &str) -> bool {
    let content_type = found.content_type.as_deref().unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/plain")
        && String::from_utf8_lossy(&found.bytes).trim() == wanted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

    use super::*;

    #[test]
    fn a_site_is_proved_by_plain_text_with_nothing_beside_it() {
        let proof = "seinpost-proof=1";
        for (content_type, text, want) in [
            (Some("text/plain"), "seinpost-proof=1", true),
            (
                Some("Text/Plain; charset=utf-8"),
                "\r\n seinpost-proof=1\n",
                true,
            ),
            (Some("text/html"), "seinpost-proof=1", false),
            (Some("text/plainer"), "seinpost-proof=1", false),
            (None, "seinpost-proof=1", false),
            (Some("text/plain"), "notes\nseinpost-proof=1\n", false),
            (Some("text/plain"), "seinpost-proof=12", false),
        ] {
            let found = File {
                place: "https://shared.example/ann".parse().unwrap(),
                content_type: content_type.map(str::to_owned),
                bytes: text.as_bytes().to_vec(),
            };
            assert_eq!(is_only(&found, proof), want, "{content_type:?} {text}");
        }
    }
}
