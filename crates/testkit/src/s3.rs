//! Object storage for tests: moto, a server in Python that speaks S3 and checks signatures as the real ones do.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use store::{Addressing, Credentials, KeySource, S3Options};
use tempfile::TempDir;
use ureq::http::{Request, Response};
use ureq::tls::TlsConfig;
use ureq::{Agent, Body};

use crate::{certificate, counterpart};

/// The bucket that every server has.
pub const BUCKET: &str = "seinpost";

/// How long a server may take to answer for the first time, on a machine that builds beside it.
const START_TIME: Duration = Duration::from_secs(60);

/// Requests that a server which checks signatures takes without one: those of [`S3Server::secured`].
const UNSIGNED_REQUESTS: &str = "4";

/// Mends moto, which checks signatures against a query that it has decoded, so that no slash in one can be right. Python
/// runs a module of this name at its start.
const MENDED: (&str, &str) = (
    "sitecustomize.py",
    "
import botocore.auth
from urllib.parse import parse_qsl, quote

def canonical_query(self, parts):
    escaped = lambda text: quote(text, safe='-_.~')
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return '&'.join(sorted(escaped(name) + '=' + escaped(value) for name, value in pairs))

botocore.auth.SigV4Auth._canonical_query_string_url = canonical_query
",
);

/// A server on the loopback address, with one bucket. It ends when this is dropped.
pub struct S3Server {
    process: Child,
    port: u16,
    ca: Option<Vec<u8>>,
    key: Credentials,
    agent: Agent,
    _folder: TempDir,
}

impl S3Server {
    /// A server without TLS that takes every key; nothing where moto is not installed and need not be.
    ///
    /// # Panics
    /// When it does not start.
    pub fn open() -> Option<Self> {
        let server = Self::start(false)?;
        server.make_bucket();
        Some(server)
    }

    /// A server with TLS, for `localhost` and for buckets below it, that checks signatures; nothing where moto is not
    /// installed and need not be.
    ///
    /// # Panics
    /// When it does not start, or the key cannot be made.
    pub fn secured() -> Option<Self> {
        let mut server = Self::start(true)?;
        server.ask("iam", "Action=CreateUser&UserName=desk");
        let made = server.ask("iam", "Action=CreateAccessKey&UserName=desk");
        server.ask(
            "iam",
            "Action=PutUserPolicy&UserName=desk&PolicyName=all&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C\
             %22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A\
             %22%2A%22%7D%5D%7D",
        );
        server.make_bucket();
        let element = |name: &str| {
            let inside = made.split_once(&format!("<{name}>"))?.1;
            Some(inside.split_once("</")?.0.to_owned())
        };
        server.key.access_key = element("AccessKeyId").expect("a key has an id");
        server.key.secret_key = element("SecretAccessKey").expect("a key has a secret");
        Some(server)
    }

    /// How it is spoken to: names of blobs begin with `prefix`.
    ///
    /// # Panics
    /// When the prefix cannot be one.
    pub fn options(&self, prefix: &str) -> S3Options {
        let url = format!("s3://{BUCKET}/{prefix}");
        S3Options {
            bucket: url.parse().expect("a bucket"),
            endpoint: self.url("localhost").parse().expect("an endpoint"),
            region: "us-east-1".into(),
            addressing: Addressing::Path,
            ca: self.ca.clone(),
            key: KeySource::Given(self.key.clone()),
        }
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Puts an object into the bucket, as somebody else could. Only a server that takes every key lets you.
    ///
    /// # Panics
    /// When it refuses.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        self.send("s3", "PUT", &format!("/{BUCKET}/{key}"), bytes);
    }

    /// Sends a request to the bucket, with a query where it begins with one; gives the text of the answer.
    ///
    /// # Panics
    /// When it refuses.
    pub fn post(&self, key: &str) -> String {
        let mut answer = self.send("s3", "POST", &format!("/{BUCKET}/{key}"), b"");
        answer.body_mut().read_to_string().expect("a text")
    }

    /// Removes an object from the bucket.
    ///
    /// # Panics
    /// When it refuses.
    pub fn delete(&self, key: &str) {
        self.send("s3", "DELETE", &format!("/{BUCKET}/{key}"), b"");
    }

    fn start(is_secured: bool) -> Option<Self> {
        let program = counterpart::program("moto_server", "SEINPOST_MOTO_SERVER")?;
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port is found");
        let port = listener.local_addr().expect("the port is known").port();
        drop(listener);
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        let mut ca = None;
        if is_secured {
            let names = ["localhost".to_owned(), format!("{BUCKET}.localhost")];
            ca = Some(certificate::make(
                folder.path(),
                &names.each_ref().map(|name| &name[..]),
            ));
            let file = |name| folder.path().join(name);
            command.arg("-c").arg(file("server.pem"));
            command.arg("-k").arg(file("server.key"));
            std::fs::write(file(MENDED.0), MENDED.1).expect("a file is written");
            command.env("PYTHONPATH", folder.path());
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", UNSIGNED_REQUESTS);
        }
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto_server runs");
        // What is set up here is not what is tested.
        let tls = TlsConfig::builder().disable_verification(true).build();
        let config = Agent::config_builder().tls_config(tls).proxy(None).build();
        let server = Self {
            process,
            port,
            ca,
            key: Credentials {
                access_key: "any".into(),
                secret_key: "any".into(),
                session_token: None,
            },
            agent: config.new_agent(),
            _folder: folder,
        };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let began = Instant::now();
        let url = format!("{}/moto-api/", self.url("127.0.0.1"));
        while let Err(error) = self.agent.get(&url).call() {
            assert!(began.elapsed() < START_TIME, "moto_server: {error}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn make_bucket(&self) {
        self.send("s3", "PUT", &format!("/{BUCKET}"), b"");
    }

    fn ask(&self, service: &str, question: &str) -> String {
        let question = format!("{question}&Version=2010-05-08");
        let mut answer = self.send(service, "POST", "/", question.as_bytes());
        answer.body_mut().read_to_string().expect("a text")
    }

    /// The header is not a signature, but tells the server which service is meant.
    fn send(&self, service: &str, method: &str, path: &str, body: &[u8]) -> Response<Body> {
        let scope = format!("Credential=any/20261118/us-east-1/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let content_type = match service {
            "s3" => "application/octet-stream",
            _ => "application/x-www-form-urlencoded",
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url("127.0.0.1")))
            .header("authorization", authorization)
            .header("content-type", content_type)
            .body(body)
            .expect("a request");
        let sent = self.agent.run(request);
        sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn url(&self, host: &str) -> String {
        let scheme = if self.ca.is_some() { "https" } else { "http" };
        format!("{scheme}://{host}:{}", self.port)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
