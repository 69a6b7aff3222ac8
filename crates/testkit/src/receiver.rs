//! A program that is told what happens, for tests: an encrypted server that keeps what it gets.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::certificate;
use crate::loopback::{Loopback, header, read_head};

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// First line and headers.
    pub head: String,
    /// What stood behind them.
    pub body: String,
}

impl Sent {
    /// The value of a header; empty when it is not there.
    pub fn header(&self, wanted: &str) -> &str {
        header(&self.head, wanted)
    }
}

/// A server on the loopback address. It ends when this is dropped.
pub struct Receiver {
    server: Loopback,
    ca: Vec<u8>,
    shared: Arc<Shared>,
    _folder: TempDir,
}

#[derive(Default)]
struct Shared {
    sent: Mutex<Vec<Sent>>,
    /// What the next requests are answered with; 204 when there is none.
    answers: Mutex<VecDeque<u16>>,
    wait: Mutex<Duration>,
}

impl Receiver {
    /// Starts a server of this name.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(host: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder is made");
        let (config, ca) = certificate::server(folder.path(), &[host]);
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        Self {
            server: Loopback::start(move |stream| own.take(stream, &config)),
            ca,
            shared,
            _folder: folder,
        }
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The authority of its certificate (PEM).
    pub fn ca(&self) -> &[u8] {
        &self.ca
    }

    /// Answers the next requests with these statuses, and all after them with 204.
    pub fn answer(&self, statuses: &[u16]) {
        lock(&self.shared.answers).extend(statuses);
    }

    /// Waits so long before each answer.
    pub fn take_time(&self, wait: Duration) {
        *lock(&self.shared.wait) = wait;
    }

    /// What came, in order.
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.shared.sent).clone()
    }
}

impl Shared {
    fn take(&self, stream: TcpStream, config: &Arc<ServerConfig>) -> io::Result<()> {
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        let mut sent = Sent {
            head: read_head(&mut stream)?,
            body: String::new(),
        };
        let length = sent.header("content-length").parse().unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        sent.body = String::from_utf8_lossy(&body).into_owned();
        lock(&self.sent).push(sent);
        let wait = *lock(&self.wait);
        std::thread::sleep(wait);
        let status = lock(&self.answers).pop_front().unwrap_or(204);
        let to = "location: https://elsewhere.example/\r\n";
        write!(
            stream,
            "HTTP/1.1 {status} Answer\r\n{to}content-length: 0\r\nconnection: close\r\n\r\n"
        )?;
        stream.conn.send_close_notify();
        stream.flush()
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
