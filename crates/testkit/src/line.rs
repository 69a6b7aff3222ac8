//! A line to a server that can break, and a server that can be too busy.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// What happens to the next connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Everything passes.
    Pass,
    /// Breaks when so many bytes came from the server.
    BreakAfterAnswer(usize),
    /// Breaks when so many bytes came from the client.
    BreakAfterQuestion(usize),
    /// The server says that it has too much to do.
    Busy,
}

/// A line on the loopback address. Its threads end with the process.
pub struct Line {
    port: u16,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

impl Line {
    /// A line to a port of this machine on which everything passes.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn to(server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port is found");
        let port = listener.local_addr().expect("the port is known").port();
        let fates = Arc::<Mutex<VecDeque<Fate>>>::default();
        let of_thread = Arc::clone(&fates);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mut fates = of_thread.lock().unwrap_or_else(PoisonError::into_inner);
                let fate = fates.pop_front().unwrap_or(Fate::Pass);
                // A side that goes away is not an error here.
                std::thread::spawn(move || drop(carry(client, server_port, fate)));
            }
        });
        Self { port, fates }
    }

    /// What happens to the next connections, in order; after those everything passes.
    pub fn next(&self, fates: &[Fate]) {
        let mut waiting = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(fates);
    }

    /// How many of those are still to come.
    pub fn waiting(&self) -> usize {
        let waiting = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.len()
    }

    /// Where it begins.
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn carry(mut client: TcpStream, server_port: u16, fate: Fate) -> io::Result<()> {
    let (mut questions, mut answers) = (usize::MAX, usize::MAX);
    match fate {
        Fate::Pass => {}
        Fate::BreakAfterQuestion(bytes) => questions = bytes,
        Fate::BreakAfterAnswer(bytes) => answers = bytes,
        Fate::Busy => return say_busy(&mut client),
    }
    let mut server = TcpStream::connect(("127.0.0.1", server_port))?;
    let (mut to_server, mut from_client) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || pass(&mut from_client, &mut to_server, questions));
    pass(&mut server, &mut client, answers);
    Ok(())
}

/// Carries so many bytes, then ends both directions of both sides.
fn pass(from: &mut TcpStream, to: &mut TcpStream, mut bytes_left: usize) {
    let mut buffer = [0; 1 << 14];
    while bytes_left > 0 {
        let length = buffer.len().min(bytes_left);
        match from.read(&mut buffer[..length]) {
            Ok(read) if read > 0 && to.write_all(&buffer[..read]).is_ok() => bytes_left -= read,
            _ => break,
        }
    }
    for side in [from, to] {
        let _ = side.shutdown(Shutdown::Both);
    }
}

fn say_busy(client: &mut TcpStream) -> io::Result<()> {
    let body = "<Error><Code>SlowDown</Code></Error>";
    let mut buffer = [0; 1 << 14];
    let _ = client.read(&mut buffer)?;
    write!(
        client,
        "HTTP/1.1 503 Slow Down\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
