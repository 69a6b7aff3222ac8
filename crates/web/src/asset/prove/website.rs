//! Looks for the file that proves a name on its website. A redirect may lead to another host of the same registered name only.

use std::time::Duration;

use model::DomainName;
use outgoing::{Answer, Request, Way, host_of};
use url::Url;

use crate::site::Site;

/// Where the file is (RFC 8615).
pub(super) const PATH: &str = "/.well-known/seinpost-proof.txt";

/// Longest file that is read. Its one line has 60 bytes; more may stand beside it.
const FILE_BYTES_MAX: u64 = 4 << 10;

/// Redirects that are followed: from the bare name to `www`, say.
const REDIRECTS_MAX: u32 = 3;

/// Longest wait for one answer, connecting and all.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Whether the website of a name has the file with this line. No answer is no proof; who asked can try again.
pub(super) async fn has_file(site: &Site, name: &DomainName, wanted: &str) -> bool {
    let Ok(mut url) = Url::parse(&format!("https://{name}{PATH}")) else {
        return false;
    };
    for _ in 0..=REDIRECTS_MAX {
        let Some(answer) = ask(site, url.clone()).await else {
            return false;
        };
        match (answer.status, answer.location) {
            (200, _) => return has_line(&answer.body, wanted),
            (300..400, Some(place)) => match next(&url, &place, name) {
                Some(next) => url = next,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

fn has_line(bytes: &[u8], wanted: &str) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().any(|line| line.trim() == wanted)
}

/// Where a redirect leads, if it may.
fn next(from: &Url, place: &str, name: &DomainName) -> Option<Url> {
    let url = from.join(place).ok()?;
    let host = host_of(&url)?;
    let is_same = host.registrable().is_some() && host.registrable() == name.registrable();
    is_same.then_some(url)
}

async fn ask(site: &Site, url: Url) -> Option<Answer> {
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
            answer_bytes_max: FILE_BYTES_MAX,
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
