//! Whole walks through the pages, as a browser makes them.

mod authenticator;
mod passkeys;
mod passwords;
mod proofs;
mod providers;
mod sessions;

use axum::http::StatusCode;
use store::{NewInvitation, NewSession};
use totp_rs::{Builder, Secret};

use super::totp::fresh_secret;
use crate::testing::{Answer, Browser, TestSite};
use crate::visitor::{fresh_token, token_digest};

const EMAIL: &str = "sam@bakery.example";
const PASSWORD: &str = "correct horse battery";

/// Invites somebody; gives the address of the page to join by.
fn invite(site: &TestSite, person_no: i64) -> String {
    let token = fresh_token();
    let new = NewInvitation {
        person_no,
        party: None,
        digest: token_digest(&token),
        by: "test",
        expires_at: testkit::now().plus_seconds(3_600),
    };
    site.store()
        .write(|tx| tx.invite(&new, testkit::now()))
        .unwrap();
    format!("/account/join/{token}")
}

/// The code of an app, so many half minutes from now.
fn code(secret: &[u8], steps: i64) -> String {
    let seconds = (testkit::now().micros() / 1_000_000 + 30 * steps) as u64;
    let secret = Secret::new_stack(secret.try_into().unwrap());
    Builder::new()
        .with_secret(secret)
        .build_noncompliant()
        .generate(seconds)
        .to_string()
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("no `{before}` in {page}"));
    rest.split_once(after).unwrap().0
}

/// The secret that a page shows in letters, and its token.
fn app_of(page: &str) -> (Vec<u8>, String) {
    let letters = between(page, "<code>", "</code>");
    let mut bits = (0u64, 0);
    let mut secret = Vec::new();
    for letter in letters.bytes().filter(|letter| *letter != b' ') {
        let value = if letter >= b'A' {
            letter - b'A'
        } else {
            letter - b'2' + 26
        };
        bits = (bits.0 << 5 | u64::from(value), bits.1 + 5);
        if bits.1 >= 8 {
            bits.1 -= 8;
            secret.push((bits.0 >> bits.1) as u8);
        }
    }
    (
        secret,
        between(page, "name=\"app\" value=\"", "\"").to_owned(),
    )
}

/// Somebody with a password, an app for codes and recovery codes; gives the secret and one of the codes.
fn person_with_password(site: &TestSite) -> (i64, [u8; 20], String) {
    let person_no = site.person(EMAIL);
    let secret = fresh_secret();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let hash = runtime
        .block_on(super::password::hash(PASSWORD.to_owned()))
        .unwrap();
    let codes = super::recovery::fresh_codes();
    let digests: Vec<_> = codes
        .iter()
        .filter_map(|code| super::recovery::digest(code))
        .collect();
    let given = site.store().write(|tx| {
        tx.put_password(person_no, &hash, testkit::now())?;
        tx.put_totp(person_no, &secret, 0, testkit::now())?;
        tx.put_recovery_codes(person_no, &digests)
    });
    given.unwrap();
    (person_no, secret, codes[0].clone())
}

fn sign_in(browser: &mut Browser<'_>, password: &str, code: &str) -> Answer {
    let form = [
        ("email", EMAIL),
        ("password", password),
        ("code", code),
        ("next", "/account"),
    ];
    browser.post("/account/sign-in", &form)
}

/// Whether the browser is signed in.
fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/account").status == StatusCode::OK
}

/// A browser in which the person signed in so long ago that it must prove again who it is.
fn signed_in_long_ago(site: &TestSite, person_no: i64) -> Browser<'_> {
    let token = fresh_token();
    let session = NewSession {
        digest: token_digest(&token),
        person_no,
        method: "passkey",
        browser: "old browser",
    };
    let then = testkit::now().plus_seconds(-20 * 60);
    site.store()
        .write(|tx| tx.open_session(&session, then))
        .unwrap();
    site.with_token(token)
}

/// Kinds of the mails that were left, and their facts.
fn mails(site: &TestSite) -> Vec<(String, serde_json::Value)> {
    let lease = std::time::Duration::from_secs(60);
    let taken = site
        .store()
        .write(|tx| tx.take_service_mails(100, lease, testkit::now()));
    let mails = taken.unwrap().into_iter();
    mails
        .map(|mail| (mail.kind, serde_json::from_str(&mail.facts).unwrap()))
        .collect()
}
