//! Websites of others, for tests: one server, encrypted, that is every host of its certificate.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::certificate;
use crate::loopback::{Loopback, header, read_head};

/// What a website answers.
#[derive(Clone, Debug)]
pub enum Page {
    /// This text, without saying what it is.
    Text(String),
    /// This text, and that it is of this type.
    Typed(&'static str, String),
    /// Go there.
    Elsewhere(String),
}

/// A server on the loopback address. It ends when this is dropped.
pub struct Websites {
    server: Loopback,
    ca: Vec<u8>,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
}

impl Websites {
    /// Starts a server with these pages: host, path and what is there. All else is not found.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(pages: &[(&str, &str, Page)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder is made");
        let hosts: Vec<&str> = pages.iter().map(|(host, ..)| *host).collect();
        let (config, ca) = certificate::server(folder.path(), &hosts);
        let pages = pages
            .iter()
            .map(|(host, path, page)| (format!("{host}{path}"), page.clone()));
        let pages: HashMap<String, Page> = pages.collect();
        let asked = Arc::default();
        let seen = Arc::clone(&asked);
        Self {
            server: Loopback::start(move |stream| answer(stream, &config, &pages, &seen)),
            ca,
            asked,
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

    /// Hosts and paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
    pages: &HashMap<String, Page>,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let head = read_head(&mut stream)?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let place = format!("{}{path}", header(&head, "host"));
    let (status, more, text) = match pages.get(&place) {
        Some(Page::Text(text)) => ("200 OK", String::new(), text.clone()),
        Some(Page::Typed(content_type, text)) => (
            "200 OK",
            format!("content-type: {content_type}\r\n"),
            text.clone(),
        ),
        Some(Page::Elsewhere(place)) => {
            ("302 Found", format!("location: {place}\r\n"), String::new())
        }
        None => ("404 Not Found", String::new(), String::new()),
    };
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(place);
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )?;
    stream.conn.send_close_notify();
    stream.flush()
}
