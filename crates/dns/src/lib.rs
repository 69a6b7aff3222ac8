//! Asks the DNS, for pages and for upkeep: the record that proves a domain, where a website is, and whether mail has a way
//! to a domain. No mail server is asked anything here.

mod mail;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

pub use mail::routes_of;

/// Longest wait for an answer of the DNS.
const WAIT: Duration = Duration::from_secs(5);

/// The text records of a name, each as a whole: empty where there are none, nothing where the DNS does not say. Blocks, at most
/// five seconds.
#[must_use]
pub fn texts_of(servers: &[SocketAddr], name: &str) -> Option<Vec<Vec<u8>>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.ok()?.block_on(async {
        let resolver = resolver(servers)?;
        let answer = tokio::time::timeout(WAIT, resolver.txt_lookup(whole(name))).await;
        match answer.ok()? {
            Ok(answer) => {
                let texts = answer
                    .answers()
                    .iter()
                    .filter_map(|record| match &record.data {
                        RData::TXT(text) => Some(text.txt_data.concat()),
                        _ => None,
                    });
                Some(texts.collect())
            }
            Err(error) => is_no(&error).then(Vec::new),
        }
    })
}

/// The addresses of a host; none where the DNS does not say.
pub async fn addresses_of(servers: &[SocketAddr], host: &str) -> Vec<IpAddr> {
    let Some(resolver) = resolver(servers) else {
        return Vec::new();
    };
    let answer = tokio::time::timeout(WAIT, resolver.lookup_ip(whole(host))).await;
    match answer {
        Ok(Ok(found)) => found.iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether a server said that there is nothing; a server that fails or refuses says nothing.
fn is_no(error: &NetError) -> bool {
    error.is_no_records_found()
}

/// With the dot the name is whole: nothing of the machine's own domain is put behind it.
fn whole(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

/// Asks these servers, or those of the machine where none are set.
fn resolver(servers: &[SocketAddr]) -> Option<Resolver<TokioRuntimeProvider>> {
    if servers.is_empty() {
        return Resolver::builder_tokio().ok()?.build().ok();
    }
    let server = |address: &SocketAddr| {
        let mut server = NameServerConfig::udp_and_tcp(address.ip());
        for connection in &mut server.connections {
            connection.port = address.port();
        }
        server
    };
    let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
    let builder = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
    builder.build().ok()
}
