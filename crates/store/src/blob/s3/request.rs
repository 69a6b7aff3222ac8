//! One request to object storage: signed, sent, tried again where that can help.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use ureq::config::{Config, RedirectAuthHeaders};
use ureq::http;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, SendBody};

use super::sign::{ToSign, hex, query_text, sha256, signed_headers};
use super::{Addressing, S3Error, S3Options, xml};
use crate::blob::system_now;

/// Times that a request is sent before its failure is reported.
const TRIES_MAX: u32 = 5;

/// Wait before the second time; doubled each time after. With half of each at random, so that many workers do not come
/// back at once.
const WAIT: Duration = Duration::from_millis(200);

/// How long a connection may take to be there.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long the storage may think before it answers; completing an upload in parts is the slowest.
const ANSWER_TIME: Duration = Duration::from_secs(120);

/// How long a body may take: 64 MiB out, or 8 MiB in, over a line of 1 Mbit/s.
const BODY_TIME: Duration = Duration::from_secs(600);

/// Longest answer that is read. A part of a blob has 8 MiB, a list of 1,000 names half a megabyte.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// What is asked. The key is below the bucket; an empty one means the bucket itself.
#[derive(Clone, Default)]
pub(super) struct Request<'r> {
    pub(super) method: http::Method,
    pub(super) key: &'r str,
    pub(super) query: &'r [(&'r str, &'r str)],
    pub(super) headers: &'r [(&'static str, String)],
    pub(super) body: Body<'r>,
}

impl<'r> Request<'r> {
    pub(super) fn with_headers<'h>(&self, headers: &'h [(&'static str, String)]) -> Request<'h>
    where
        'r: 'h,
    {
        Request {
            headers,
            ..self.clone()
        }
    }
}

/// What is sent. It can be read again, for the next try.
#[derive(Clone, Copy, Default)]
pub(super) enum Body<'r> {
    #[default]
    Empty,
    Text(&'r str),
    Part(FilePart<'r>),
}

/// A part of a file that is there to its end.
#[derive(Clone, Copy)]
pub(super) struct FilePart<'r> {
    pub(super) file: &'r File,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// What came back, whole.
pub(super) struct Answer {
    status: http::StatusCode,
    pub(super) headers: http::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Speaks to one bucket. Keeps connections.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) options: S3Options,
    agent: Agent,
}

impl Client {
    pub(super) fn new(options: S3Options) -> Result<Self, S3Error> {
        let roots = match &options.ca {
            None => RootCerts::WebPki,
            Some(pem) => authorities(pem)?,
        };
        let tls = TlsConfig::builder().root_certs(roots).build();
        // A redirect would send the signature elsewhere; a proxy of the environment was not meant for this.
        let config = Config::builder()
            .tls_config(tls)
            .https_only(options.endpoint.is_tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .redirect_auth_headers(RedirectAuthHeaders::Never)
            .proxy(None)
            .user_agent("seinpost")
            .timeout_connect(Some(CONNECT_TIME))
            .timeout_send_body(Some(BODY_TIME))
            .timeout_recv_response(Some(ANSWER_TIME))
            .timeout_recv_body(Some(BODY_TIME))
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), LocalhostToo::default());
        Ok(Self { options, agent })
    }

    /// Sends a request until it is answered for good.
    pub(super) fn send(&self, request: &Request<'_>) -> Result<Answer, S3Error> {
        let body_digest = request.body.digest().map_err(S3Error::Spool)?;
        let mut tries = 1;
        loop {
            match self.send_once(request, &body_digest)? {
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                Ok(answer) => {
                    let status = answer.status.as_u16();
                    let code = xml::text(&answer.text(), "Code").unwrap_or_default();
                    if tries == TRIES_MAX || !may_succeed_later(status, &code) {
                        return Err(S3Error::Refused {
                            endpoint: self.options.endpoint.to_string(),
                            status,
                            code,
                        });
                    }
                }
                Err(source) if tries == TRIES_MAX => {
                    return Err(S3Error::Unreachable {
                        endpoint: self.options.endpoint.to_string(),
                        tries,
                        source: Box::new(source),
                    });
                }
                Err(_) => {}
            }
            std::thread::sleep(wait_before(tries));
            tries += 1;
        }
    }

    /// The outer error is ours, the inner one is of the line.
    fn send_once(
        &self,
        request: &Request<'_>,
        body_digest: &str,
    ) -> Result<Result<Answer, ureq::Error>, S3Error> {
        let credentials = self.options.key.credentials()?;
        let (host, path) = self.address(request.key);
        let mut headers = request.headers.to_vec();
        headers.push(("host", host.clone()));
        let to_sign = ToSign {
            method: request.method.as_str(),
            path: &path,
            query: request.query,
            headers: &headers,
            body_digest,
        };
        let region = &self.options.region;
        let headers = signed_headers(&to_sign, region, &credentials, system_now());
        let scheme = match self.options.endpoint.is_tls {
            true => "https",
            false => "http",
        };
        let query = query_text(request.query);
        let mut built = http::Request::builder()
            .method(request.method.clone())
            .uri(format!("{scheme}://{host}{path}?{query}"));
        for (name, value) in headers {
            built = built.header(name, value);
        }
        Ok(self.exchange(built, request.body))
    }

    fn exchange(
        &self,
        request: http::request::Builder,
        body: Body<'_>,
    ) -> Result<Answer, ureq::Error> {
        let response = match body {
            Body::Empty => self.agent.run(request.body(())?),
            Body::Text(text) => self.agent.run(request.body(text)?),
            Body::Part(mut part) => {
                let request = request.header("content-length", part.length);
                let body = SendBody::from_reader(&mut part);
                self.agent.run(request.body(body)?)
            }
        };
        let (parts, body) = response?.into_parts();
        let mut bytes = Vec::new();
        body.into_with_config()
            .limit(ANSWER_BYTES_MAX)
            .reader()
            .read_to_end(&mut bytes)?;
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: bytes,
        })
    }

    /// Host and path of a key.
    fn address(&self, key: &str) -> (String, String) {
        let authority = &self.options.endpoint.authority;
        let bucket = &self.options.bucket.bucket;
        match self.options.addressing {
            Addressing::Path if key.is_empty() => (authority.clone(), format!("/{bucket}")),
            Addressing::Path => (authority.clone(), format!("/{bucket}/{key}")),
            Addressing::Virtual => (format!("{bucket}.{authority}"), format!("/{key}")),
        }
    }
}

impl Body<'_> {
    fn digest(self) -> io::Result<String> {
        let mut part = match self {
            Self::Empty => return Ok(sha256(b"")),
            Self::Text(text) => return Ok(sha256(text.as_bytes())),
            Self::Part(part) => part,
        };
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match part.read(&mut buffer)? {
                0 => return Ok(hex(context.finish().as_ref())),
                read => context.update(&buffer[..read]),
            }
        }
    }
}

/// Reads without moving the place that others read at.
impl Read for FilePart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.length as usize);
        let read = self.file.read_at(&mut buffer[..length], self.offset)?;
        self.offset += read as u64;
        self.length -= read as u64;
        Ok(read)
    }
}

/// Overload, and two writers of one key at once. What was refused for good stays refused.
fn may_succeed_later(status: u16, code: &str) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
        || matches!(
            code,
            "RequestTimeout" | "ConditionalRequestConflict" | "OperationAborted"
        )
}

fn wait_before(tries: u32) -> Duration {
    let whole = WAIT * (1 << (tries - 1));
    let mut random = [0];
    // Without randomness the wait is only less well spread.
    let _ = getrandom::fill(&mut random);
    whole / 2 + whole / 2 * u32::from(random[0]) / 255
}

fn authorities(pem: &[u8]) -> Result<RootCerts, S3Error> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| S3Error::Authority)? {
            found.push(certificate);
        }
    }
    match found.is_empty() {
        true => Err(S3Error::Authority),
        false => Ok(RootCerts::from(found)),
    }
}

/// Names below `localhost` are this machine (RFC 6761, section 6.3). Not all resolvers know, and a bucket that stands in
/// the host makes such a name of a storage on this machine.
#[derive(Debug, Default)]
struct LocalhostToo(DefaultResolver);

impl Resolver for LocalhostToo {
    fn resolve(
        &self,
        uri: &http::Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        if !host.ends_with(".localhost") {
            return self.0.resolve(uri, config, timeout);
        }
        let usual = if uri.scheme_str() == Some("https") {
            443
        } else {
            80
        };
        let mut found = self.empty();
        found.push(([127, 0, 0, 1], uri.port_u16().unwrap_or(usual)).into());
        Ok(found)
    }
}
