//! A trade register for tests, in the shape of the API *Basisprofiel*: a server on the loopback address.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::loopback::{Loopback, header, read_head};

/// The key that it asks for.
pub const TRADE_KEY: &str = "l7-example-key";

/// A register that knows some numbers. It ends when this is dropped.
pub struct TradeServer {
    server: Loopback,
    asked: Arc<Mutex<Vec<String>>>,
    is_broken: Arc<AtomicBool>,
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
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let is_broken = Arc::<AtomicBool>::default();
        let (seen, breaks) = (Arc::clone(&asked), Arc::clone(&is_broken));
        let server = Loopback::start(move |stream| {
            let is_broken = breaks.load(Ordering::SeqCst);
            answer(stream, &entries, is_broken, &seen)
        });
        Self {
            server,
            asked,
            is_broken,
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
        format!("http://{}", self.server.address())
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

fn answer(
    mut stream: TcpStream,
    entries: &HashMap<String, String>,
    is_broken: bool,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let head = read_head(&mut stream)?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let has_key = header(&head, "apikey") == TRADE_KEY;
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
