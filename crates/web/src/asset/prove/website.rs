//! Looks for the file that proves a name on its website.
//!
//! The address is somebody else's choice, so the question must not reach what only this machine can reach: each name is
//! resolved here, every address of it must be one of the Internet, and the connection goes to the address that was
//! checked. It is encrypted, on the usual port, and a redirect may lead to another host of the same registered name only.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use dns::addresses_of;
use model::{AddressClass, DomainName, classify};
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{Uri, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::{Host, Url};

use crate::site::Site;

/// Where the file is (RFC 8615).
pub(super) const PATH: &str = "/.well-known/seinpost-proof.txt";

/// Longest file that is read. Its one line has 60 bytes; more may stand beside it.
const FILE_BYTES_MAX: u64 = 4 << 10;

/// Redirects that are followed: from the bare name to `www`, say.
const REDIRECTS_MAX: u32 = 3;

/// Longest wait for one answer, connecting and all.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Addresses of a name that are tried; ureq keeps no more.
const ADDRESSES_MAX: usize = 16;

/// Where every website is, whatever its name: for tests.
#[derive(Clone, Debug)]
pub struct WebsiteStandIn {
    /// Where it answers.
    pub address: SocketAddr,
    /// The authority of its certificate (PEM).
    pub ca: Vec<u8>,
}

/// What a website answered.
enum Answer {
    File(Vec<u8>),
    Elsewhere(String),
}

/// Whether the website of a name has the file with this line. No answer is no proof; who asked can try again.
pub(super) async fn has_file(site: &Site, name: &DomainName, wanted: &str) -> bool {
    let Ok(mut url) = Url::parse(&format!("https://{name}{PATH}")) else {
        return false;
    };
    for _ in 0..=REDIRECTS_MAX {
        match ask(site, &url).await {
            Some(Answer::File(bytes)) => return has_line(&bytes, wanted),
            Some(Answer::Elsewhere(place)) => match next(&url, &place, name) {
                Some(next) => url = next,
                None => return false,
            },
            None => return false,
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
    let is_plain = url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let Some(Host::Domain(host)) = url.host() else {
        return None;
    };
    let host: DomainName = host.parse().ok()?;
    let is_same = host.registrable().is_some() && host.registrable() == name.registrable();
    (is_plain && is_same).then_some(url)
}

async fn ask(site: &Site, url: &Url) -> Option<Answer> {
    let host = url.host_str()?;
    let (addresses, roots) = match site.website_stand_in() {
        Some(stand_in) => (vec![stand_in.address], authorities(&stand_in.ca)?),
        None => {
            let found = addresses_of(site.dns_servers(), host).await;
            (may_be_asked(&found)?, RootCerts::WebPki)
        }
    };
    let address = url.to_string();
    let asked = move || fetch(&address, addresses, roots);
    tokio::task::spawn_blocking(asked).await.ok()?
}

/// The addresses with the port, if all of them are of the Internet: a name with one that is not is no website of anybody.
fn may_be_asked(found: &[IpAddr]) -> Option<Vec<SocketAddr>> {
    let is_global = |address: &IpAddr| classify(*address) == AddressClass::Global;
    let may = !found.is_empty() && found.iter().all(is_global);
    may.then(|| {
        let at_port = found.iter().map(|address| (*address, 443).into());
        at_port.collect()
    })
}

fn fetch(url: &str, addresses: Vec<SocketAddr>, roots: RootCerts) -> Option<Answer> {
    // A proxy of the environment was not meant for this, and would resolve the name again.
    let config = Config::builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("seinpost")
        .timeout_global(Some(ANSWER_TIME))
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Checked(addresses));
    let response = agent.get(url).call().ok()?;
    let status = response.status();
    if status.is_redirection() {
        let place = response.headers().get(header::LOCATION)?;
        return Some(Answer::Elsewhere(place.to_str().ok()?.to_owned()));
    }
    if status != 200 {
        return None;
    }
    let body = response.into_body().into_with_config();
    let bytes = body.limit(FILE_BYTES_MAX).read_to_vec().ok()?;
    Some(Answer::File(bytes))
}

/// Gives the addresses that were checked, whatever is asked.
#[derive(Debug)]
struct Checked(Vec<SocketAddr>);

impl Resolver for Checked {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        for address in self.0.iter().take(ADDRESSES_MAX) {
            found.push(*address);
        }
        Ok(found)
    }
}

fn authorities(pem: &[u8]) -> Option<RootCerts> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.ok()? {
            found.push(certificate);
        }
    }
    Some(RootCerts::from(found))
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

    #[test]
    fn only_a_name_whose_addresses_are_all_of_the_internet_is_asked() {
        for (addresses, want) in [
            (&["1.1.1.1"][..], true),
            (&["1.1.1.1", "2606:4700::1111"], true),
            (&[], false),
            (&["127.0.0.1"], false),
            (&["1.1.1.1", "10.0.0.1"], false),
            (&["169.254.169.254"], false),
            (&["::1"], false),
            (&["::ffff:127.0.0.1"], false),
            (&["fd00::1"], false),
            (&["64:ff9b::7f00:1"], false),
            (&["192.0.2.1"], false),
        ] {
            let found: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
            assert_eq!(may_be_asked(&found).is_some(), want, "{addresses:?}");
        }
    }
}
