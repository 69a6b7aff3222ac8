//! A provider of identities for tests: `oidc-provider` on Node, with `tests/oidc/provider.mjs` around it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use ureq::Agent;
use ureq::http::{Response, header};

use crate::counterpart;

/// Where the browser comes back to: the pages of every test are here.
const PAGES: &str = "http://localhost:8080";

/// Pages of the provider that lead to one another, at most.
const HOPS_MAX: usize = 10;

/// A provider on the loopback address. It ends when this is dropped.
pub struct OidcProvider {
    process: Child,
    port: u16,
    agent: Agent,
    /// It has remarks to make now and then, and ends where nobody can hear them.
    _output: BufReader<ChildStdout>,
}

impl OidcProvider {
    /// Starts one; nothing where it is not installed and need not be.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Option<Self> {
        let packages = counterpart::packages("oidc")?;
        let node = counterpart::program("node", "SEINPOST_NODE")?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oidc/provider.mjs");
        let mut process = Command::new(node)
            .arg(script)
            .env("PACKAGES", packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let output = process.stdout.take().expect("its output is ours");
        let mut line = String::new();
        let mut output = BufReader::new(output);
        let read = output.read_line(&mut line);
        read.expect("the provider says something");
        let port = line.trim().parse().expect("the provider says its port");
        let config = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Some(Self {
            process,
            port,
            agent: config.new_agent(),
            _output: output,
        })
    }

    /// Its name.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Says what it does from then on, as JSON; gives what it says to that. `provider.mjs` has the list.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn control(&self, json: &str) -> String {
        let url = format!("{}/control", self.issuer());
        let mut answer = self.agent.post(&url).send(json).expect("it answers");
        assert_eq!(answer.status().as_u16(), 200, "{json}");
        answer.body_mut().read_to_string().expect("a text")
    }

    /// Goes to its page with a browser that was never there, and signs in; gives where it sends the browser to, below our
    /// pages.
    ///
    /// # Panics
    /// When it does not send it back.
    pub fn visit(&self, address: &str) -> String {
        let mut cookies = BTreeMap::new();
        let mut address = address.to_owned();
        for _ in 0..HOPS_MAX {
            let jar: Vec<_> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let request = self
                .agent
                .get(&address)
                .header(header::COOKIE, jar.join("; "));
            let mut answer = request.call().expect("it answers");
            keep(&mut cookies, &answer);
            let Some(next) = answer.headers().get(header::LOCATION) else {
                let page = answer.body_mut().read_to_string().unwrap_or_default();
                panic!("{} of {address}: {page}", answer.status());
            };
            let next = next.to_str().expect("an address");
            if let Some(path) = next.strip_prefix(PAGES) {
                return path.to_owned();
            }
            address = match next.starts_with('/') {
                true => format!("{}{next}", self.issuer()),
                false => next.to_owned(),
            };
        }
        panic!("the provider leads nowhere: {address}");
    }
}

fn keep(cookies: &mut BTreeMap<String, String>, answer: &Response<ureq::Body>) {
    for cookie in answer.headers().get_all(header::SET_COOKIE) {
        let pair = cookie.to_str().expect("a text").split(';').next();
        let (name, value) = pair
            .and_then(|pair| pair.split_once('='))
            .expect("a cookie");
        match value {
            "" => cookies.remove(name),
            value => cookies.insert(name.to_owned(), value.to_owned()),
        };
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
