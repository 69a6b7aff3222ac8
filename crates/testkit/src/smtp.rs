//! A mail server that keeps what it gets, and can break in the ways that real ones do.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::certificate;

/// Name and password that a guarded server wants.
pub const LOGIN: (&str, &str) = ("desk", "secret");

/// The same as the mechanism PLAIN has them: base64 of both, each after a zero (RFC 4616).
const LOGIN_PLAIN: &str = "AGRlc2sAc2VjcmV0";

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
    /// Breaks the connection in the middle of it.
    DropInData,
    /// Reads it and never says anything again.
    Hang,
    /// Breaks the connection before a word is said.
    Close,
    /// Answers so. After a 421 it breaks the connection.
    Says(At, &'static str),
}

/// When the server says something else than yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// To whoever connects.
    Greeting,
    /// To the sender.
    Sender,
    /// To the recipient.
    Recipient,
    /// When the mail is announced.
    Data,
    /// After it was read; it is not kept.
    Mail,
}

impl Behaviour {
    /// What it says at this moment instead of yes.
    fn said(self, now: At) -> Option<&'static str> {
        match self {
            Self::Defer if now == At::Recipient => Some("451 try again later"),
            Self::Refuse if now == At::Recipient => Some("550 no such mailbox"),
            Self::Says(at, answer) if now == at => Some(answer),
            _ => None,
        }
    }

    /// Whether it comes before the first command.
    fn is_at_greeting(&mut self) -> bool {
        matches!(self, Self::Close | Self::Says(At::Greeting, _))
    }
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

/// A mail server on the loopback address. Its thread ends with the process.
pub struct MailServer {
    port: u16,
    guard: Option<Guard>,
    shared: Arc<Mutex<Shared>>,
}

/// Encryption and login.
#[derive(Clone)]
struct Guard {
    config: Arc<ServerConfig>,
    ca: Vec<u8>,
    is_from_start: bool,
}

#[derive(Default)]
struct Shared {
    taken: Vec<Taken>,
    connections: usize,
    /// For the next mails; [`Behaviour::Accept`] when there are none.
    behaviours: VecDeque<Behaviour>,
}

impl MailServer {
    /// Starts a server that takes everything.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        Self::start_with(None)
    }

    /// Starts one that is encrypted, from the start or on demand, and takes mails from [`LOGIN`] alone. Its certificate is for
    /// this name.
    ///
    /// # Panics
    /// When there is no free port or no certificate.
    pub fn start_guarded(name: &str, is_from_start: bool) -> Self {
        let folder = TempDir::new().expect("a folder is made");
        let (config, ca) = certificate::server(folder.path(), &[name]);
        Self::start_with(Some(Guard {
            config,
            ca,
            is_from_start,
        }))
    }

    fn start_with(guard: Option<Guard>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port is found");
        let port = listener.local_addr().expect("the port is known").port();
        let shared = Arc::<Mutex<Shared>>::default();
        let (of_thread, guarded) = (Arc::clone(&shared), guard.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, guard) = (Arc::clone(&of_thread), guarded.clone());
                lock(&shared).connections += 1;
                // A client that goes away in the middle is not an error here.
                std::thread::spawn(move || drop(serve(stream, guard.as_ref(), &shared)));
            }
        });
        Self {
            port,
            guard,
            shared,
        }
    }

    /// Where it listens, as a setting: `smtp://127.0.0.1:2525`. A guarded one is at `localhost`, whatever its certificate says.
    pub fn url(&self) -> String {
        match &self.guard {
            None => format!("smtp://127.0.0.1:{}", self.port),
            Some(guard) if guard.is_from_start => format!("smtps://localhost:{}", self.port),
            Some(_) => format!("smtp://localhost:{}", self.port),
        }
    }

    /// The authority of its certificate (PEM), if it has one.
    pub fn ca(&self) -> Option<&[u8]> {
        self.guard.as_ref().map(|guard| guard.ca.as_slice())
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

    /// How many clients connected so far.
    pub fn connections(&self) -> usize {
        lock(&self.shared).connections
    }

    /// What it took so far.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared).taken.clone()
    }
}

fn serve(stream: TcpStream, guard: Option<&Guard>, shared: &Mutex<Shared>) -> io::Result<()> {
    let wire = match guard {
        Some(guard) if guard.is_from_start => encrypted(stream, guard)?,
        _ => Wire::Plain(stream),
    };
    let mut stream = BufReader::new(wire);
    let first = lock(shared)
        .behaviours
        .pop_front_if(Behaviour::is_at_greeting);
    match first {
        Some(Behaviour::Says(_, answer)) => return say(&mut stream, answer),
        Some(_) => return Ok(()),
        None => say(&mut stream, "220 sink.example ESMTP")?,
    }
    let mut is_logged_in = guard.is_none();
    let (mut from, mut to) = (String::new(), Vec::new());
    let mut behaviour = Behaviour::Accept;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") {
            match (guard, stream.get_ref()) {
                (None, _) => "250-sink.example\r\n250 8BITMIME",
                (Some(_), Wire::Plain(_)) => "250-sink.example\r\n250-STARTTLS\r\n250 8BITMIME",
                (Some(_), Wire::Encrypted(_)) => {
                    "250-sink.example\r\n250-AUTH PLAIN\r\n250 8BITMIME"
                }
            }
        } else if let (true, Some(guard)) = (command.starts_with("STARTTLS"), guard) {
            say(&mut stream, "220 go on")?;
            stream = match stream.into_inner() {
                Wire::Plain(plain) => BufReader::new(encrypted(plain, guard)?),
                Wire::Encrypted(_) => return Ok(()),
            };
            continue;
        } else if command.starts_with("AUTH") {
            is_logged_in = line.trim_end() == format!("AUTH PLAIN {LOGIN_PLAIN}");
            match is_logged_in {
                true => "235 2.7.0 welcome",
                false => "535 5.7.8 wrong name or password",
            }
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
            match is_logged_in {
                true => behaviour.said(At::Sender).unwrap_or("250 ok"),
                false => "530 5.7.0 log in first",
            }
        } else if command.starts_with("RCPT") {
            to.push(in_brackets(&line));
            behaviour.said(At::Recipient).unwrap_or("250 ok")
        } else if command.starts_with("DATA") && behaviour.said(At::Data).is_none() {
            say(&mut stream, "354 go on")?;
            if behaviour == Behaviour::DropInData {
                return stream.read_exact(&mut [0; 64]);
            }
            let bytes = read_data(&mut stream)?;
            match behaviour.said(At::Mail) {
                Some(answer) => answer,
                None => {
                    lock(shared).taken.push(Taken {
                        from: from.clone(),
                        to: to.clone(),
                        bytes,
                    });
                    match behaviour {
                        Behaviour::DropAfterData => return Ok(()),
                        // Until the client has enough of it.
                        Behaviour::Hang => {
                            return io::copy(&mut stream, &mut io::sink()).map(drop);
                        }
                        _ => "250 taken",
                    }
                }
            }
        } else if command.starts_with("DATA") {
            behaviour.said(At::Data).unwrap_or_default()
        } else if command.starts_with("QUIT") {
            return say(&mut stream, "221 bye");
        } else {
            "250 ok"
        };
        say(&mut stream, answer)?;
        if answer.starts_with("421") {
            return Ok(());
        }
    }
}

fn say(stream: &mut BufReader<Wire>, answer: &str) -> io::Result<()> {
    let wire = stream.get_mut();
    wire.write_all(format!("{answer}\r\n").as_bytes())?;
    wire.flush()
}

/// A connection to a client.
enum Wire {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

fn encrypted(stream: TcpStream, guard: &Guard) -> io::Result<Wire> {
    let connection = ServerConnection::new(Arc::clone(&guard.config)).map_err(io::Error::other)?;
    let stream = StreamOwned::new(connection, stream);
    Ok(Wire::Encrypted(Box::new(stream)))
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Encrypted(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
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
