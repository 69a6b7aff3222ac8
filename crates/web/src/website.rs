//! Reads a file of the website of a name. A redirect may lead to another host of the same registered name only.

use std::time::Duration;

use model::DomainName;
use outgoing::{Answer, Request, Way, host_of};
use url::Url;

use crate::site::Site;

/// Redirects that are followed: from the bare name to `www`, say.
const REDIRECTS_MAX: u32 = 3;

/// Longest wait for one answer, connecting and all.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// A file that was found.
pub(crate) struct File {
    /// Where, after all redirects.
    pub(crate) place: Url,
    /// Which type the server said it is.
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The address of a file.
pub(crate) fn address(name: &DomainName, path: &str) -> String {
    format!("https://{name}{path}")
}

/// The file at this path, if it is there and no longer than that. Nothing where there was no answer either.
pub(crate) async fn file(
    site: &Site,
    name: &DomainName,
    path: &str,
    bytes_max: u64,
) -> Option<File> {
    let mut place = Url::parse(&address(name, path)).ok()?;
    for _ in 0..=REDIRECTS_MAX {
        let answer = ask(site, place.clone(), bytes_max).await?;
        match (answer.status, answer.location) {
            (200, _) => {
                return Some(File {
                    place,
                    content_type: answer.content_type,
                    bytes: answer.body,
                });
            }
            (300..400, Some(to)) => place = next(&place, &to, name)?,
            _ => return None,
        }
    }
    None
}

/// Where a redirect leads, if it may.
fn next(from: &Url, place: &str, name: &DomainName) -> Option<Url> {
    let url = from.join(place).ok()?;
    let host = host_of(&url)?;
    let is_same = host.registrable().is_some() && host.registrable() == name.registrable();
    is_same.then_some(url)
}

async fn ask(site: &Site, url: Url, bytes_max: u64) -> Option<Answer> {
    let site = site.clone();
    let asked = move || {
        let way = Way {
            dns_servers: site.dns_servers(),
            stand_in: site.website_stand_in(),
        };
        let request = Request {
            url: &url,
            headers: &[],
            body: None,
            time: ANSWER_TIME,
            answer_bytes_max: bytes_max,
        };
        outgoing::ask(way, &request).ok()
    };
    tokio::task::spawn_blocking(asked).await.ok()?
}

#[cfg(test)]
mod tests {
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
