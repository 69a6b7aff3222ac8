//! Reads a file of the website of a name. A redirect may lead to another host of the same registered name only.

use std::time::Duration;

use model::DomainName;
use url::Url;

use crate::{Answer, Fault, Request, Way, ask, host_of};

/// Redirects that are followed: from the bare name to `www`, say.
const REDIRECTS_MAX: u32 = 3;

/// Longest wait for one answer, connecting and all.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where, after all redirects.
    pub place: Url,
    /// Which type the server said it is.
    pub content_type: Option<String>,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFile {
    /// The server does not have it.
    Missing,
    /// It leads to another name, to what is not asked, or on and on.
    Elsewhere,
    /// There is no answer, or the file is longer than that.
    Fault(Fault),
}

/// The address of a file.
#[must_use]
pub fn file_address(name: &DomainName, path: &str) -> String {
    format!("https://{name}{path}")
}

/// The file at this path, if it is there and no longer than that. Blocks, at most ten seconds for each of four answers.
///
/// # Errors
/// When there is none.
pub fn file(way: Way<'_>, name: &DomainName, path: &str, bytes_max: u64) -> Result<File, NoFile> {
    let place = Url::parse(&file_address(name, path));
    let mut place = place.map_err(|_| NoFile::Fault(Fault::Address))?;
    for _ in 0..=REDIRECTS_MAX {
        let answer = read(way, &place, bytes_max).map_err(NoFile::Fault)?;
        match (answer.status, answer.location) {
            (200, _) => {
                return Ok(File {
                    place,
                    content_type: answer.content_type,
                    bytes: answer.body,
                });
            }
            (300..400, Some(to)) => place = next(&place, &to, name).ok_or(NoFile::Elsewhere)?,
            _ => return Err(NoFile::Missing),
        }
    }
    Err(NoFile::Elsewhere)
}

fn read(way: Way<'_>, url: &Url, bytes_max: u64) -> Result<Answer, Fault> {
    let request = Request {
        url,
        headers: &[],
        body: None,
        time: ANSWER_TIME,
        answer_bytes_max: bytes_max,
    };
    ask(way, &request)
}

/// Where a redirect leads, if it may.
fn next(from: &Url, place: &str, name: &DomainName) -> Option<Url> {
    let url = from.join(place).ok()?;
    let host = host_of(&url)?;
    let is_same = host.registrable().is_some() && host.registrable() == name.registrable();
    is_same.then_some(url)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

    use super::*;

    #[test]
    fn a_redirect_stays_within_the_registered_name_encrypted_and_on_its_port() {
        let name: DomainName = "ward.hospital.example".parse().unwrap();
        let from = Url::parse("https://ward.hospital.example/.well-known/x").unwrap();
        for (place, want) in [
            ("https://www.hospital.example/y", true),
            ("/elsewhere", true),
            ("//hospital.example/y", true),
            ("http://www.hospital.example/y", false),
            ("https://hospital.example:8443/y", false),
            ("https://sam@hospital.example/y", false),
            ("https://hospital.example.evil.example/y", false),
            ("https://evil.example/y", false),
            ("https://192.0.2.1/y", false),
            ("https://[::1]/y", false),
            ("file:///etc/hostname", false),
        ] {
            assert_eq!(next(&from, place, &name).is_some(), want, "{place}");
        }
    }
}
