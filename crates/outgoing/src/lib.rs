//! Asks servers that others named: websites that prove a name, and addresses that are told what happens.
//!
//! The address is somebody else's choice, so a request must not reach what only this machine can reach: each name is
//! resolved here, every address of it must be one of the Internet, and the connection goes to the address that was
//! checked. It is encrypted, on the usual port, takes no proxy, follows no redirect, and ends in time.

mod signature;
mod website;

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

pub use signature::{secret_text, signature};
pub use website::{File, NoFile, file, file_address};

/// Addresses of a name that are tried; ureq keeps no more.
const ADDRESSES_MAX: usize = 16;

/// Where every server is, whatever its name: for tests.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// Where it answers.
    pub address: SocketAddr,
    /// The authority of its certificate (PEM).
    pub ca: Vec<u8>,
}

/// By which way servers are found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Way<'a> {
    /// Which servers of the DNS are asked; those of the machine where there are none.
    pub dns_servers: &'a [SocketAddr],
    /// Where they are instead of where their names lead.
    pub stand_in: Option<&'a StandIn>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where: `https`, a host by name, and the usual port.
    pub url: &'a Url,
    /// Beside the usual ones.
    pub headers: &'a [(&'a str, String)],
    /// What is sent; nothing where something is only read.
    pub body: Option<&'a [u8]>,
    /// Longest wait for the answer, connecting and all, after the name was resolved.
    pub time: Duration,
    /// Longest body that is read of an answer that says yes; 0: none is. A longer one is no answer.
    pub answer_bytes_max: u64,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// Where to go instead, if it said.
    pub location: Option<String>,
    /// Which type it said its body is.
    pub content_type: Option<String>,
    /// As far as it was wanted.
    pub body: Vec<u8>,
}

model::vocabulary! {
    /// Why there is no answer.
    pub enum Fault: "fault" {
        /// The address is none that is asked.
        Address = 0 => "address",
        /// The DNS has no address for the name, or does not answer.
        Unknown = 1 => "unknown",
        /// The name leads to an address that is not one of the Internet.
        NotPublic = 2 => "not-public",
        /// It did not answer in time, or not by the rules: no connection, another certificate, too long an answer.
        Silent = 3 => "silent",
    }
}

/// The host of an address that may be asked.
#[must_use]
pub fn host_of(url: &Url) -> Option<DomainName> {
    let is_plain = url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    match url.host() {
        Some(Host::Domain(host)) if is_plain => host.parse().ok(),
        _ => None,
    }
}

/// Asks, and waits for the answer. Blocks, at most 5 seconds for the name and then for the time of the request.
///
/// # Errors
/// When there is no answer. One that says no is an answer.
pub fn ask(way: Way<'_>, request: &Request<'_>) -> Result<Answer, Fault> {
    let host = host_of(request.url).ok_or(Fault::Address)?;
    let (addresses, roots) = match way.stand_in {
        Some(stand_in) => (
            vec![stand_in.address],
            authorities(&stand_in.ca).ok_or(Fault::Silent)?,
        ),
        None => {
            let found = resolved(way.dns_servers, host.as_ref()).ok_or(Fault::Unknown)?;
            (may_be_asked(&found)?, RootCerts::WebPki)
        }
    };
    fetch(request, addresses, roots).ok_or(Fault::Silent)
}

fn resolved(servers: &[SocketAddr], host: &str) -> Option<Vec<IpAddr>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Some(runtime.ok()?.block_on(addresses_of(servers, host)))
}

/// The addresses with the port, if all of them are of the Internet: a name with one that is not is no server of anybody.
fn may_be_asked(found: &[IpAddr]) -> Result<Vec<SocketAddr>, Fault> {
    let is_global = |address: &IpAddr| classify(*address) == AddressClass::Global;
    if found.is_empty() {
        return Err(Fault::Unknown);
    }
    if !found.iter().all(is_global) {
        return Err(Fault::NotPublic);
    }
    let at_port = found.iter().map(|address| (*address, 443).into());
    Ok(at_port.collect())
}

fn fetch(request: &Request<'_>, addresses: Vec<SocketAddr>, roots: RootCerts) -> Option<Answer> {
    // A proxy of the environment was not meant for this, and would resolve the name again.
    let config = Config::builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("seinpost")
        .timeout_global(Some(request.time))
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Checked(addresses));
    let url = request.url.as_str();
    let response = match request.body {
        None => agent.get(url).call(),
        Some(body) => {
            let mut post = agent.post(url);
            for (name, value) in request.headers {
                post = post.header(*name, value);
            }
            post.send(body)
        }
    };
    let response = response.ok()?;
    let status = response.status().as_u16();
    let named = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let (location, content_type) = (named(header::LOCATION), named(header::CONTENT_TYPE));
    let body = match request.answer_bytes_max {
        limit if limit > 0 && response.status().is_success() => {
            let body = response.into_body().into_with_config();
            body.limit(limit).read_to_vec().ok()?
        }
        _ => Vec::new(),
    };
    Some(Answer {
        status,
        location,
        content_type,
        body,
    })
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
    #![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

    use super::*;

    #[test]
    fn only_an_encrypted_address_with_a_name_and_the_usual_port_is_asked() {
        for (text, want) in [
            ("https://hooks.hospital.example/in?key=1", true),
            ("https://hooks.hospital.example:443/in", true),
            ("https://hooks.hospital.example:8443/in", false),
            ("http://hooks.hospital.example/in", false),
            ("https://sam@hooks.hospital.example/in", false),
            ("https://192.0.2.1/in", false),
            ("https://[::1]/in", false),
            ("file:///etc/hostname", false),
        ] {
            let url: Url = text.parse().unwrap();
            assert_eq!(host_of(&url).is_some(), want, "{text}");
        }
    }

    #[test]
    fn only_a_name_whose_addresses_are_all_of_the_internet_is_asked() {
        for (addresses, want) in [
            (&["1.1.1.1"][..], None),
            (&["1.1.1.1", "2606:4700::1111"], None),
            (&[], Some(Fault::Unknown)),
            (&["127.0.0.1"], Some(Fault::NotPublic)),
            (&["1.1.1.1", "10.0.0.1"], Some(Fault::NotPublic)),
            (&["169.254.169.254"], Some(Fault::NotPublic)),
            (&["::1"], Some(Fault::NotPublic)),
            (&["::ffff:127.0.0.1"], Some(Fault::NotPublic)),
            (&["fd00::1"], Some(Fault::NotPublic)),
            (&["64:ff9b::7f00:1"], Some(Fault::NotPublic)),
            (&["192.0.2.1"], Some(Fault::NotPublic)),
        ] {
            let found: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
            assert_eq!(may_be_asked(&found).err(), want, "{addresses:?}");
        }
    }
}
