use testkit::{TRADE_KEY, TradeServer};

use super::*;

fn register(server: &TradeServer, key: &str, path: &str) -> TradeRegister {
    let url = Url::parse(&format!("{}{path}", server.url())).unwrap();
    TradeRegister::new(&url, key, None, true).unwrap()
}

fn number(text: &str) -> KvkNumber {
    text.parse().unwrap()
}

#[test]
fn a_number_that_is_somebodys_has_a_name_and_a_legal_form_and_another_is_nobodys() {
    let ended = TradeServer::profile("90000025", "Old\\n Bakery", "Eenmanszaak")
        .replace("\"datumEinde\":null", "\"datumEinde\":\"20251231\"")
        .replace("\"Ja\"", "\"Nee\"");
    let server = TradeServer::start(&[
        (
            "90000017",
            TradeServer::profile("90000017", "Bakery Example", "BeslotenVennootschap"),
        ),
        ("90000025", ended),
        (
            "11111111",
            r#"{"kvkNummer":"11111111","naam":"Bare Example"}"#.to_owned(),
        ),
    ]);
    let register = register(&server, TRADE_KEY, "/");
    let ask = |text: &str| register.ask(number(text)).unwrap();
    let entry = |name: &str, legal_form: &str, ended_on: Option<&str>, is_non_mailing| {
        Some(TradeEntry {
            name: name.to_owned(),
            legal_form: legal_form.to_owned(),
            ended_on: ended_on.map(|day| day.parse().unwrap()),
            is_non_mailing,
        })
    };
    let bakery = entry("Bakery Example", "BeslotenVennootschap", None, true);
    assert_eq!(ask("90000017"), bakery);
    let old = entry("Old Bakery", "Eenmanszaak", Some("2025-12-31"), false);
    assert_eq!(ask("90000025"), old);
    assert_eq!(ask("11111111"), entry("Bare Example", "", None, false));
    assert_eq!(ask("00000000"), None);
}

#[test]
fn what_is_no_answer_is_not_taken_for_one_and_says_neither_number_nor_key() {
    let server = TradeServer::start(&[
        (
            "90000017",
            TradeServer::profile("90000025", "Somebody Else", ""),
        ),
        ("90000033", "<html>".to_owned()),
        (
            "90000041",
            r#"{"kvkNummer":"90000041","naam":" "}"#.to_owned(),
        ),
    ]);
    let ask = |key: &str, path: &str, text: &str| {
        let error = register(&server, key, path).ask(number(text)).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("90000017") && !text.contains(key), "{text}");
        error.to_string()
    };
    let odd = "the trade register answers with something else than expected";
    for text in ["90000017", "90000033", "90000041"] {
        assert_eq!(ask(TRADE_KEY, "", text), odd, "{text}");
    }
    let refused = "the trade register answers with status 401";
    assert_eq!(ask("another-key", "", "90000017"), refused);
    // Not the words of the register: its address is wrong.
    let elsewhere = "the trade register answers with status 404";
    assert_eq!(ask(TRADE_KEY, "/elsewhere", "90000017"), elsewhere);
    server.break_down(true);
    let broken = "the trade register answers with status 500";
    assert_eq!(ask(TRADE_KEY, "", "90000017"), broken);
    let gone = server.url();
    drop(server);
    let register = TradeRegister::new(&gone.parse().unwrap(), TRADE_KEY, None, true).unwrap();
    let silent = register.ask(number("90000017")).unwrap_err();
    assert_eq!(silent.to_string(), "the trade register does not answer");
}

#[test]
fn a_register_is_asked_encrypted_with_one_key_or_not_at_all() {
    let new = |url: &str, key, allows_loopback| {
        TradeRegister::new(&url.parse().unwrap(), key, None, allows_loopback).is_ok()
    };
    for (url, always, in_tests) in [
        ("https://register.example/api", true, true),
        ("http://register.example/api", false, false),
        ("http://127.0.0.1:9000", false, true),
        ("http://[::1]:9000", false, true),
        ("http://localhost.register.example", false, false),
        ("file:///etc/hostname", false, false),
    ] {
        assert_eq!(
            [new(url, "key", false), new(url, "key", true)],
            [always, in_tests],
            "{url}"
        );
    }
    for key in ["", " \n", "two\nlines", "a b"] {
        assert!(!new("https://register.example", key, false), "{key:?}");
    }
    let url = "https://register.example".parse().unwrap();
    assert!(TradeRegister::new(&url, "key", Some(b"no certificate"), false).is_err());
}
