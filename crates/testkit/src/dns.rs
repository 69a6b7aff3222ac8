//! A DNS server of others (dnsmasq) with records of a test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::counterpart::program;

/// Longest wait for the server to answer the first time.
const START_WAIT: Duration = Duration::from_secs(10);

/// A server on a port of its own, which answers for nothing but its records. It ends when it is dropped.
pub struct DnsServer {
    child: Child,
    address: SocketAddr,
}

impl DnsServer {
    /// Starts a server with these TXT records: name and text. Nothing where dnsmasq is not installed and need not be.
    ///
    /// # Panics
    /// When it does not start.
    pub fn with_texts(records: &[(&str, &str)]) -> Option<Self> {
        let texts = records
            .iter()
            .map(|(name, text)| format!("--txt-record={name},{text}"));
        Self::start(&texts.collect::<Vec<_>>())
    }

    /// Starts a server that knows all names below `example`, by these options of dnsmasq; it refuses questions about others.
    /// Nothing where dnsmasq is not installed and need not be.
    ///
    /// # Panics
    /// When it does not start.
    pub fn of_example(records: &[&str]) -> Option<Self> {
        let known = ["--local=/example/"].iter().chain(records);
        Self::start(&known.map(ToString::to_string).collect::<Vec<_>>())
    }

    fn start(records: &[String]) -> Option<Self> {
        let program = program("dnsmasq", "SEINPOST_TEST_DNSMASQ")?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = free.local_addr().expect("it has an address");
        drop(free);
        let mut command = Command::new(program);
        command
            .args([
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file",
                "--no-resolv",
            ])
            .args([
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--user=",
            ])
            .arg(format!("--port={}", address.port()))
            .args(records);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("dnsmasq starts");
        let server = Self { child, address };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < START_WAIT, "dnsmasq does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(server)
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        // Nothing is left to do where it has ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
