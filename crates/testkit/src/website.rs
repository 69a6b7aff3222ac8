//! Websites of others, for tests: one server, encrypted, that is every host of its certificate.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::certificate;

/// What a website answers.
#[derive(Clone, Debug)]
pub enum Page {
    /// This text.
    Text(String),
    /// Go there.
    Elsewhere(String),
}

/// A server on the loopback address. It ends when this is dropped.
pub struct Websites {
    address: SocketAddr,
    ca: Vec<u8>,
    asked: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (asked, is_over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (seen, ends) = (Arc::clone(&asked), Arc::clone(&is_over));
        let serve = move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                // A client that goes away is a case of its test.
                let _gone = stream.and_then(|stream| answer(stream, &config, &pages, &seen));
            }
        };
        Self {
            address,
            ca,
            asked,
            is_over,
            thread: Some(std::thread::spawn(serve)),
            _folder: folder,
        }
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
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

impl Drop for Websites {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // The last connection wakes the server, so that it sees that it is over.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
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
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let host = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let place = format!("{}{path}", host.unwrap_or_default());
    let (status, header, text) = match pages.get(&place) {
        Some(Page::Text(text)) => ("200 OK", String::new(), text.clone()),
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
        "HTTP/1.1 {status}\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )?;
    stream.conn.send_close_notify();
    stream.flush()
}
