//! Whether mail has a way to a domain, by the DNS alone (RFC 5321, section 5.1; RFC 7505).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hickory_resolver::Resolver;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use model::{DomainName, MailRoute};
use tokio::task::JoinSet;

use crate::{WAIT, is_no, resolver, whole};

/// Domains that are asked about at the same time.
const AT_ONCE: usize = 64;

/// After this time no further group is begun: with the one that runs it takes twelve seconds at most.
const BEGIN_WITHIN: Duration = Duration::from_secs(2);

/// Mail servers of a domain that are looked at; one with an address is enough.
const SERVERS_MAX: usize = 8;

/// Asks about domains in their order, and blocks until they are answered: all of them, or the first ones where the DNS is slow. A
/// domain about which it is silent takes ten seconds, and so does each group of 64 that has one; after two seconds no other
/// group is begun.
#[must_use]
pub fn routes_of(servers: &[SocketAddr], domains: &[DomainName]) -> Vec<MailRoute> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return vec![MailRoute::Unknown; domains.len()];
    };
    runtime.block_on(async {
        let mut routes = vec![MailRoute::Unknown; domains.len()];
        let Some(resolver) = resolver(servers) else {
            return routes;
        };
        let began = Instant::now();
        for (first, together) in (0..).step_by(AT_ONCE).zip(domains.chunks(AT_ONCE)) {
            if began.elapsed() > BEGIN_WITHIN {
                routes.truncate(first);
                break;
            }
            let mut asking = JoinSet::new();
            for (index, domain) in (first..).zip(together) {
                let (resolver, domain) = (resolver.clone(), domain.to_string());
                asking.spawn(async move { (index, route_of(&resolver, &domain).await) });
            }
            while let Some(answered) = asking.join_next().await {
                if let Ok((index, route)) = answered {
                    routes[index] = route;
                }
            }
        }
        routes
    })
}

async fn route_of(resolver: &Resolver<TokioRuntimeProvider>, domain: &str) -> MailRoute {
    let answer = tokio::time::timeout(WAIT, resolver.mx_lookup(whole(domain))).await;
    let hosts: Vec<String> = match answer {
        Ok(Ok(answer)) => {
            let records = answer.answers().iter();
            let hosts = records.filter_map(|record| match &record.data {
                // The root alone says that no mail is taken.
                RData::MX(mx) if !mx.exchange.is_root() => Some(mx.exchange.to_ascii()),
                _ => None,
            });
            hosts.take(SERVERS_MAX).collect()
        }
        Ok(Err(error)) if is_no(&error) => vec![domain.to_owned()],
        _ => return MailRoute::Unknown,
    };
    let asked = hosts.iter().map(|host| resolver.lookup_ip(whole(host)));
    let together = async {
        let mut route = MailRoute::Missing;
        for answer in asked {
            match answer.await {
                Ok(found) if found.iter().next().is_some() => return MailRoute::Open,
                Ok(_) => {}
                Err(error) if is_no(&error) => {}
                Err(_) => route = MailRoute::Unknown,
            }
        }
        route
    };
    let answer = tokio::time::timeout(WAIT, together).await;
    answer.unwrap_or(MailRoute::Unknown)
}

#[cfg(test)]
mod tests {
    use testkit::DnsServer;

    use super::*;

    #[test]
    fn a_server_that_is_silent_holds_nobody_for_more_than_one_group() {
        let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let servers = [silent.local_addr().unwrap()];
        let domain = |number| format!("d{number}.example").parse().unwrap();
        let domains: Vec<DomainName> = (0..3 * AT_ONCE).map(domain).collect();
        let routes = routes_of(&servers, &domains);
        assert_eq!(routes, [MailRoute::Unknown; AT_ONCE]);
    }

    #[test]
    fn mail_has_a_way_to_a_server_with_an_address_or_to_the_domain_itself() {
        let records = [
            "--mx-host=served.example,mx.served.example,10",
            "--host-record=mx.served.example,192.0.2.1",
            "--host-record=bare.example,192.0.2.2",
            "--mx-host=astray.example,nowhere.example,10",
            // An empty name: preference 0 and the root.
            "--dns-rr=closed.example,15,000000",
            "--host-record=closed.example,192.0.2.3",
            "--txt-record=silent-about-mail.example,here",
        ];
        let Some(server) = DnsServer::of_example(&records) else {
            return;
        };
        for (domain, want) in [
            ("served.example", MailRoute::Open),
            ("bare.example", MailRoute::Open),
            ("astray.example", MailRoute::Missing),
            ("closed.example", MailRoute::Missing),
            ("silent-about-mail.example", MailRoute::Missing),
            ("none.example", MailRoute::Missing),
            // The server answers for `example` alone and refuses the rest.
            ("elsewhere.test", MailRoute::Unknown),
        ] {
            let asked = [domain.parse().unwrap()];
            assert_eq!(routes_of(&[server.address()], &asked), [want], "{domain}");
        }
    }
}
