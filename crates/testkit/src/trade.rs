//! A trade register for tests, in the shape of the API *Basisprofiel*: a server on the loopback address.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The key that it asks for.
pub const TRADE_KEY: &str = "l7-example-key";

/// A register that knows some numbers. It ends when this is dropped.
pub struct TradeServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    is_broken: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TradeServer {
    /// Starts one with these numbers, each with what is answered to it: a document of JSON. All others are nobody's.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(entries: &[(&str, String)]) -> Self {
        let entries: HashMap<String, String> = entries
            .iter()
            .map(|(number, json)| ((*number).to_owned(), json.clone()))
            .collect();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (is_broken, is_over) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (seen, breaks, ends) = (
            Arc::clone(&asked),
            Arc::clone(&is_broken),
            Arc::clone(&is_over),
        );
        let serve = move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let is_broken = breaks.load(Ordering::SeqCst);
                // A client that goes away is a case of its test.
                let _gone = stream.and_then(|stream| answer(stream, &entries, is_broken, &seen));
            }
        };
        Self {
            address,
            asked,
            is_broken,
            is_over,
            thread: Some(std::thread::spawn(serve)),
        }
    }

    /// A profile of this number, name and legal form.
    #[must_use]
    pub fn profile(number: &str, name: &str, legal_form: &str) -> String {
        format!(
            r#"{{"kvkNummer":"{number}","indNonMailing":"Ja","naam":"{name}","statutaireNaam":"{name} B.V.",
            "formeleRegistratiedatum":"20150101","materieleRegistratie":{{"datumAanvang":"20150101","datumEinde":null}},
            "handelsnamen":[{{"naam":"{name}","volgorde":0}}],
            "sbiActiviteiten":[{{"sbiCode":"1071","sbiOmschrijving":"Vervaardiging van brood","indHoofdactiviteit":"Ja"}}],
            "links":[],"_embedded":{{"hoofdvestiging":{{"vestigingsnummer":"000012345678"}},
            "eigenaar":{{"rsin":"123456789","rechtsvorm":"{legal_form}"}}}}}}"#
        )
    }

    /// Its address, before `/v1/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers nothing that can be used from now on, or does again.
    pub fn break_down(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::SeqCst);
    }

    /// Numbers that were asked about, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for TradeServer {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        self.is_over.store(true, Ordering::SeqCst);
        // The last connection wakes the server, so that it sees that it is over.
        drop(TcpStream::connect(self.address));
        let _panicked = thread.join();
    }
}

fn answer(
    mut stream: TcpStream,
    entries: &HashMap<String, String>,
    is_broken: bool,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let has_key = head.lines().any(|line| {
        let (name, value) = line.split_once(':').unwrap_or_default();
        name.eq_ignore_ascii_case("apikey") && value.trim() == TRADE_KEY
    });
    let number = path.strip_prefix("/v1/basisprofielen/");
    let fault = |code: &str, text: &str| {
        format!(r#"{{"fout":[{{"code":"{code}","omschrijving":"{text}"}}]}}"#)
    };
    let (status, text) = match number {
        _ if is_broken => ("500 Internal Server Error", String::new()),
        _ if !has_key => ("401 Unauthorized", String::new()),
        None => ("404 Not Found", String::new()),
        Some(number) => match entries.get(number) {
            Some(json) => ("200 OK", json.clone()),
            None => (
                "404 Not Found",
                fault("IPD0005", "Het KVK-nummer bestaat niet."),
            ),
        },
    };
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(number.unwrap_or(path).to_owned());
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )?;
    stream.flush()
}
