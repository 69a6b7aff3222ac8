//! A mail server that keeps what it gets, and can break in the ways that real ones do.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the server does with the next mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes it.
    Accept,
    /// Takes it and breaks the connection before it says so.
    DropAfterData,
    /// Says not now to the recipient.
    Defer,
    /// Says never to the recipient.
    Refuse,
    /// Reads it, then says not now.
    DeferAfterData,
    /// Breaks the connection in the middle of it.
    DropInData,
    /// Reads it and never says anything again.
    Hang,
    /// Breaks the connection before a word is said.
    Close,
}

/// A mail that was taken, with its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The bytes, without the dots that the protocol adds.
    pub bytes: Vec<u8>,
}

impl Shared {
    /// Whether the next thing to do is to break the connection.
    fn closes_now(&mut self) -> bool {
        let closes = self.behaviours.front() == Some(&Behaviour::Close);
        if closes {
            self.behaviours.pop_front();
        }
        closes
    }
}

/// A mail server on the loopback address. Its thread ends with the process.
pub struct MailServer {
    port: u16,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    taken: Vec<Taken>,
    /// For the next mails; [`Behaviour::Accept`] when there are none.
    behaviours: VecDeque<Behaviour>,
}

impl MailServer {
    /// Starts a server that takes everything.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port is found");
        let port = listener.local_addr().expect("the port is known").port();
        let shared = Arc::<Mutex<Shared>>::default();
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_thread);
                // A client that goes away in the middle is not an error here.
                std::thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { port, shared }
    }

    /// Where it listens, as a setting: `smtp://127.0.0.1:2525`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it does with the next mails, in order; after those it takes everything.
    pub fn next(&self, behaviours: &[Behaviour]) {
        lock(&self.shared).behaviours.extend(behaviours);
    }

    /// Forgets what it was told to do with the next mails.
    pub fn forget(&self) {
        lock(&self.shared).behaviours.clear();
    }

    /// How many it took so far.
    pub fn count(&self) -> usize {
        lock(&self.shared).taken.len()
    }

    /// What it took so far.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared).taken.clone()
    }
}

fn serve(stream: TcpStream, shared: &Mutex<Shared>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    if lock(shared).closes_now() {
        return Ok(());
    }
    writer.write_all(b"220 sink.example ESMTP\r\n")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    let mut behaviour = Behaviour::Accept;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250-sink.example\r\n250 8BITMIME"
        } else if command.starts_with("MAIL") {
            behaviour = lock(shared)
                .behaviours
                .pop_front()
                .unwrap_or(Behaviour::Accept);
            if behaviour == Behaviour::Close {
                return Ok(());
            }
            from = in_brackets(&line);
            to.clear();
            "250 ok"
        } else if command.starts_with("RCPT") {
            to.push(in_brackets(&line));
            match behaviour {
                Behaviour::Defer => "451 try again later",
                Behaviour::Refuse => "550 no such mailbox",
                _ => "250 ok",
            }
        } else if command.starts_with("DATA") {
            writer.write_all(b"354 go on\r\n")?;
            if behaviour == Behaviour::DropInData {
                return reader.read_exact(&mut [0; 64]);
            }
            let bytes = read_data(&mut reader)?;
            if behaviour == Behaviour::DeferAfterData {
                writer.write_all(b"451 try again later\r\n")?;
                continue;
            }
            lock(shared).taken.push(Taken {
                from: from.clone(),
                to: to.clone(),
                bytes,
            });
            match behaviour {
                Behaviour::DropAfterData => return Ok(()),
                // Until the client has enough of it.
                Behaviour::Hang => return io::copy(&mut reader, &mut io::sink()).map(drop),
                _ => "250 taken",
            }
        } else if command.starts_with("QUIT") {
            return writer.write_all(b"221 bye\r\n");
        } else {
            "250 ok"
        };
        writer.write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

fn read_data(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        if line == b".\r\n" {
            return Ok(bytes);
        }
        if !line.ends_with(b"\n") {
            // The client went away in the middle: that is not a mail.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn in_brackets(line: &str) -> String {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(String::new(), |(address, _)| address.to_owned())
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
