use axum::http::StatusCode;

use super::authenticator::Authenticator;
use super::*;

/// Somebody who joined with a passkey.
fn joined<'s>(site: &'s TestSite, email: &str, number: u8) -> (Authenticator, Browser<'s>) {
    let page = invite(site, site.person(email));
    let mut device = Authenticator::new(number);
    let mut browser = site.browser();
    let told = browser.post(&format!("{page}/challenge"), &[]);
    assert_eq!(told.status, StatusCode::OK);
    let credential = device.create(&told.body);
    let form = [
        ("name", "Sam Voorbeeld"),
        ("language", "en"),
        ("credential", credential.as_str()),
    ];
    let answer = browser.post(&format!("{page}/passkey"), &form);
    assert_eq!(
        answer.location(),
        "/account/recovery-codes?done=joined",
        "{}",
        answer.body
    );
    (device, browser)
}

fn show(browser: &mut Browser<'_>, device: &Authenticator) -> String {
    let told = browser.post("/account/challenge", &[]);
    device.get(&told.body)
}

#[test]
fn an_invited_person_joins_with_a_passkey_and_signs_in_with_it() {
    let site = TestSite::new();
    let (device, mut browser) = joined(&site, EMAIL, 1);
    assert!(is_in(&mut browser));
    let mut other = site.browser();
    let credential = show(&mut other, &device);
    let form = [("credential", credential.as_str()), ("next", "/account")];
    assert_eq!(
        other.post("/account/sign-in/passkey", &form).location(),
        "/account"
    );
    assert!(is_in(&mut other));
    let again = other.post("/account/sign-in/passkey", &form);
    assert_eq!(
        again.location(),
        "/account/sign-in?failed=passkey",
        "an answer counts once"
    );
}

#[test]
fn an_answer_to_another_browsers_challenge_or_of_an_unknown_device_opens_nothing() {
    let site = TestSite::new();
    let (device, _) = joined(&site, EMAIL, 1);
    let credential = show(&mut site.browser(), &device);
    let mut thief = site.browser();
    thief.post("/account/challenge", &[]);
    let mut stranger = site.browser();
    let unknown = show(&mut stranger, &Authenticator::new(9));
    for (browser, credential) in [(&mut thief, credential), (&mut stranger, unknown)] {
        let form = [("credential", credential.as_str())];
        let answer = browser.post("/account/sign-in/passkey", &form);
        assert_eq!(answer.location(), "/account/sign-in?failed=passkey");
        assert!(!is_in(browser));
    }
    let nonsense = site
        .browser()
        .post("/account/sign-in/passkey", &[("credential", "{}")]);
    assert_eq!(nonsense.location(), "/account/sign-in?failed=passkey");
}

#[test]
fn passkeys_are_not_tried_without_end() {
    let site = TestSite::new();
    let mut browser = site.browser();
    let mut show = || {
        let answer = browser.post("/account/sign-in/passkey", &[("credential", "{}")]);
        answer.status
    };
    let last = (0..=60).map(|_| show()).last();
    assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS));
}

#[test]
fn a_passkey_is_never_blocked_by_wrong_passwords() {
    let site = TestSite::new();
    let (device, _) = joined(&site, EMAIL, 1);
    let mut browser = site.browser();
    let last = (0..50)
        .map(|_| sign_in(&mut browser, "wrong guess", "123456").status)
        .last();
    assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS));
    let credential = show(&mut browser, &device);
    let form = [("credential", credential.as_str()), ("next", "/account")];
    assert_eq!(
        browser.post("/account/sign-in/passkey", &form).location(),
        "/account"
    );
}

#[test]
fn one_way_to_sign_in_remains() {
    let site = TestSite::new();
    let (_, mut browser) = joined(&site, EMAIL, 1);
    let first = between(
        &browser.get("/account").body,
        "/account/passkeys/",
        "/remove",
    )
    .to_owned();
    let remove = format!("/account/passkeys/{first}/remove");
    assert_eq!(
        browser.post(&remove, &[]).location(),
        "/account?failed=last"
    );
    let mut second = Authenticator::new(2);
    let told = browser.post("/account/passkeys/challenge", &[]);
    let credential = second.create(&told.body);
    let form = [
        ("credential", credential.as_str()),
        ("called", "my telephone"),
    ];
    assert_eq!(
        browser.post("/account/passkeys", &form).location(),
        "/account?done=passkey"
    );
    assert!(browser.get("/account").body.contains("my telephone"));
    let mut stranger = joined(&site, "robin@dairy.example", 3).1;
    stranger.post("/account/passkeys/challenge", &[]);
    assert_ne!(
        stranger.post(&remove, &[]).location(),
        "/account?done=removed"
    );
    assert_eq!(
        browser.post(&remove, &[]).location(),
        "/account?done=removed"
    );
    let told: Vec<_> = mails(&site)
        .into_iter()
        .map(|(_, facts)| facts["what"].clone())
        .collect();
    assert_eq!(told, ["passkey-added", "passkey-removed"]);
}

#[test]
fn a_proof_is_by_ones_own_passkey() {
    let site = TestSite::new();
    let (device, _) = joined(&site, EMAIL, 1);
    let (other_device, _) = joined(&site, "robin@dairy.example", 2);
    let email = EMAIL.parse().unwrap();
    let person = site
        .store()
        .read(|tx| tx.person_with_email(&email))
        .unwrap()
        .unwrap();
    let mut browser = signed_in_long_ago(&site, person.person_no);
    assert_eq!(
        browser.post("/account/passkeys/challenge", &[]).status,
        StatusCode::SEE_OTHER
    );
    for (device, next) in [
        (
            &other_device,
            "/account/prove?failed=passkey&next=%2Faccount",
        ),
        (&device, "/account"),
    ] {
        let credential = show(&mut browser, device);
        let form = [("credential", credential.as_str()), ("next", "/account")];
        assert_eq!(
            browser.post("/account/prove/passkey", &form).location(),
            next
        );
    }
    assert_eq!(
        browser.post("/account/passkeys/challenge", &[]).status,
        StatusCode::OK
    );
}
