//! `seinpost health`: asks a running seinpost how it is, for monitoring on machines that have no other client.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use url::{Position, Url};

use crate::problem::{failed, wrong};
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost health                                        of `seinpost serve`, where `listen` says
  seinpost health --ready                                whether it can work, too
  seinpost health --url http://127.0.0.1:9464/readyz     of another process, by its `metrics-listen`

Exit code 1 when it is not well, 2 when it does not answer.";

/// How long the other side may take for each step. Its own limit is below that.
const ANSWER_WAIT: Duration = Duration::from_secs(3);

/// No answer is longer.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Ask a running seinpost how it is
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Health {
    /// Ask whether it can work, not only whether it is alive
    #[arg(long, conflicts_with = "url")]
    ready: bool,
    /// Page to ask, beginning with `http://`
    #[arg(long)]
    url: Option<Url>,
}

#[derive(Serialize)]
struct HealthView<'a> {
    url: &'a str,
    status: u16,
    answer: serde_json::Value,
}

impl Health {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let url = match &self.url {
            Some(url) => url.clone(),
            None => self.own_url(session.settings.listen)?,
        };
        let (status, body) = ask(&url).with_context(|| {
            failed(format!("`{url}` does not answer"))
                .hint("is it running there? `seinpost config` shows `listen` and `metrics-listen`")
        })?;
        let view = HealthView {
            url: url.as_str(),
            status,
            answer: serde_json::from_str(&body).unwrap_or_default(),
        };
        if session.json {
            session.out.json(&view)?;
        } else {
            let text = |name| view.answer[name].as_str().map(model::shown);
            let word = text("status").or_else(|| text("detail"));
            let word = word.unwrap_or_else(|| format!("status {status}"));
            writeln!(session.out, "{word}")?;
        }
        Ok(Answer::done_if(status == 200))
    }

    /// Where this installation listens; an address that means every one is reached by the loopback.
    fn own_url(&self, listen: SocketAddr) -> anyhow::Result<Url> {
        let mut address = listen;
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        let page = if self.ready { "readyz" } else { "healthz" };
        Ok(Url::parse(&format!("http://{address}/{page}"))?)
    }
}

/// One request, one answer: its status and its body.
fn ask(url: &Url) -> anyhow::Result<(u16, String)> {
    let (Some(host), "http") = (url.host_str(), url.scheme()) else {
        return Err(wrong("the page begins with `http://` and the name of a host").into());
    };
    let port = url.port().unwrap_or(80);
    let plain_host = host.trim_matches(['[', ']']);
    let address = (plain_host, port).to_socket_addrs()?.next();
    let address = address.context("the host has no address")?;
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WAIT)?;
    stream.set_read_timeout(Some(ANSWER_WAIT))?;
    stream.set_write_timeout(Some(ANSWER_WAIT))?;
    let page = &url[Position::BeforePath..Position::AfterQuery];
    let request = format!("GET {page} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    let status = answer
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let status = status.and_then(|digits| digits.parse().ok());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    Ok((status.context("the answer is not HTTP")?, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn an_answer_is_read_with_its_status() {
        for (answer, want) in [
            (
                "HTTP/1.1 200 OK\r\nA: b\r\n\r\n{\"status\":\"alive\"}",
                Some(200),
            ),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", Some(503)),
            ("SSH-2.0-server\r\n", None),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}/healthz?x=1", listener.local_addr().unwrap());
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 256];
                let length = stream.read(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&request[..length]).into_owned()
            });
            let asked = ask(&url.parse().unwrap());
            assert_eq!(asked.ok().map(|(status, _)| status), want, "{answer}");
            let request = server.join().unwrap();
            assert!(
                request.starts_with("GET /healthz?x=1 HTTP/1.1\r\n"),
                "{request}"
            );
        }
    }

    #[test]
    fn only_plain_pages_are_asked() {
        for url in [
            "https://127.0.0.1/healthz",
            "file:///etc/passwd",
            "mailto:x",
        ] {
            assert!(ask(&url.parse().unwrap()).is_err(), "{url}");
        }
    }

    #[test]
    fn an_address_that_means_every_one_is_reached_by_the_loopback() {
        let command = |ready| Health { ready, url: None };
        for (listen, ready, want) in [
            ("127.0.0.1:8080", false, "http://127.0.0.1:8080/healthz"),
            ("0.0.0.0:80", true, "http://127.0.0.1/readyz"),
            ("[::1]:8080", false, "http://[::1]:8080/healthz"),
        ] {
            let url = command(ready).own_url(listen.parse().unwrap()).unwrap();
            assert_eq!(url.as_str(), want);
        }
    }
}
