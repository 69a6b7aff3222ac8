//! A way to a PostgreSQL server on which an answer can get lost.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Passes everything on, but cuts a connection when the answer to a chosen COMMIT comes: the server did it, and the client
/// does not know.
pub struct Proxy {
    port: u16,
    lost: Arc<AtomicU32>,
}

impl Proxy {
    /// Listens on a free port, for as long as the test process lives. The answer to the COMMIT of every transaction that
    /// sent `statement` gets lost, up to `times` times.
    ///
    /// # Panics
    /// When it cannot listen.
    pub fn losing_commits_after(statement: &'static str, times: u32, server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let lost = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&lost);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)) else {
                    continue;
                };
                pass_on(client, server, statement, times, Arc::clone(&counter));
            }
        });
        Self { port, lost }
    }

    /// Where to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many answers were lost.
    pub fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }
}

fn pass_on(
    client: TcpStream,
    server: TcpStream,
    statement: &'static str,
    times: u32,
    lost: Arc<AtomicU32>,
) {
    let cuts = Arc::new(AtomicBool::new(false));
    for socket in [&client, &server] {
        // Small questions and answers go at once.
        socket.set_nodelay(true).expect("a socket is set");
    }
    let (from, to) = (clone(&client), clone(&server));
    let asks_to_cut = Arc::clone(&cuts);
    let counter = Arc::clone(&lost);
    std::thread::spawn(move || {
        let mut is_chosen = false;
        relay(from, to, |bytes| {
            // Statements are parsed or asked at the beginning of what is sent at once; rows are not looked through.
            let is_statement = matches!(bytes.first(), Some(b'P' | b'Q'));
            is_chosen |= is_statement && contains(bytes, statement);
            if is_statement && contains(bytes, "COMMIT\0") && std::mem::take(&mut is_chosen) {
                let is_due = counter.load(Ordering::SeqCst) < times;
                asks_to_cut.store(is_due, Ordering::SeqCst);
            }
            true
        });
    });
    std::thread::spawn(move || {
        relay(server, client, |_| {
            let cut = cuts.load(Ordering::SeqCst);
            if cut {
                lost.fetch_add(1, Ordering::SeqCst);
            }
            !cut
        });
    });
}

/// Passes bytes on until one side ends or `passes` says no; then both sides are cut.
fn relay(mut from: TcpStream, mut to: TcpStream, mut passes: impl FnMut(&[u8]) -> bool) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count) = from.read(&mut bytes) {
        if count == 0 || !passes(&bytes[..count]) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // The other side may have cut it first.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a socket is shared")
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
