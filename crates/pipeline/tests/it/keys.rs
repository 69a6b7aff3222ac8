//! Which keys of contacts are taken, and what is wrong with the others. The keys are made by GnuPG.

use std::sync::OnceLock;

use message::openpgp::{Certificate, KEY_BYTES_MAX, KeyProblem};
use proptest::prelude::*;
use testkit::{Gpg, KEY_MADE, days_later, now};

const BAKER: &str = "Baker <Security@bakery.example>";

fn read(given: &[u8]) -> Result<Certificate, KeyProblem> {
    Certificate::read(given, now())
}

fn check_problem(what: &str, given: &[u8], want: KeyProblem) {
    let found = read(given).map(|certificate| certificate.fingerprint().to_owned());
    assert_eq!(found, Err(want), "{what}");
}

#[test]
fn a_key_says_what_people_compare_and_until_when_it_works() {
    let Some(gpg) = Gpg::start() else { return };
    for (algorithm, ends, shown, ends_on) in [
        (
            "future-default",
            "2027-01-01",
            "Curve25519",
            Some("2027-01-01"),
        ),
        ("default", "never", "RSA 3072", None),
    ] {
        let name = &format!("{algorithm} <security@bakery.example>");
        gpg.make_key(name, algorithm, ends);
        let name = &format!("={name}");
        let armored = gpg.public_keys(&[name]);
        let certificate = read(&armored).unwrap();
        assert_eq!(certificate.algorithm(), shown);
        let day = certificate.ends_at().map(|end| end.day().to_string());
        assert_eq!(day.as_deref(), ends_on);
        assert!(certificate.names(&"security@bakery.example".parse().unwrap()));
        assert!(!certificate.names(&"other@bakery.example".parse().unwrap()));
        let listed = gpg.run(KEY_MADE, &["--with-colons", "--list-keys", name], b"");
        let listed = String::from_utf8(listed).unwrap();
        assert!(listed.contains(&format!(":{}:", certificate.fingerprint())));
        // What is kept is read as what was given, and so is the file without armour.
        let binary = gpg.run(KEY_MADE, &["--export", name], b"");
        for same in [certificate.bytes(), &binary] {
            assert_eq!(read(same).unwrap().bytes(), certificate.bytes());
        }
    }
}

#[test]
fn a_key_that_nothing_can_be_encrypted_with_is_not_taken() {
    let Some(gpg) = Gpg::start() else { return };
    gpg.make_key(BAKER, "future-default", "never");
    gpg.make_key("Second <second@bakery.example>", "future-default", "never");
    let good = gpg.public_keys(&["security@bakery.example"]);
    check_problem("nothing", b"", KeyProblem::Unreadable);
    check_problem("a text", b"my key is 0x1234", KeyProblem::Unreadable);
    check_problem(
        "half of a key",
        &good[..good.len() / 2],
        KeyProblem::Unreadable,
    );
    check_problem("1 MB", &vec![b'a'; 1 << 20], KeyProblem::TooLarge);
    check_problem(
        "one too long",
        &vec![b' '; KEY_BYTES_MAX + 1],
        KeyProblem::TooLarge,
    );
    let second = gpg.public_keys(&["second@bakery.example"]);
    let both = gpg.public_keys(&["security@bakery.example", "second@bakery.example"]);
    check_problem("two keys", &both, KeyProblem::Several);
    check_problem("two blocks", &[good, second].concat(), KeyProblem::Several);
    let private = ["--armor", "--export-secret-keys", "security@bakery.example"];
    check_problem(
        "a private key",
        &gpg.run(KEY_MADE, &private, b""),
        KeyProblem::Private,
    );

    let signs = [
        "--quick-gen-key",
        "signs@bakery.example",
        "ed25519",
        "sign",
        "never",
    ];
    gpg.run(KEY_MADE, &signs, b"");
    let signs = gpg.public_keys(&["signs@bakery.example"]);
    check_problem("sign only", &signs, KeyProblem::SignsOnly);
    for algorithm in ["future-default", "default"] {
        let name = format!("{algorithm}-sha1@bakery.example");
        let weak = ["--cert-digest-algo", "SHA1", "--quick-gen-key", &name];
        let made = [&weak[..], &[algorithm, "default", "never"]].concat();
        gpg.run(KEY_MADE, &made, b"");
        let weak = gpg.public_keys(&[&format!("={name}")]);
        check_problem(&name, &weak, KeyProblem::WeakSignature);
    }
    let short = [
        "--quick-gen-key",
        "short@bakery.example",
        "rsa1024",
        "default",
        "never",
    ];
    gpg.run(KEY_MADE, &short, b"");
    let short = gpg.public_keys(&["short@bakery.example"]);
    check_problem("RSA of 1024 bits", &short, KeyProblem::WeakAlgorithm);
}

#[test]
fn a_key_that_was_revoked_or_has_ended_is_not_used() {
    let Some(gpg) = Gpg::start() else { return };
    gpg.make_key(BAKER, "future-default", "never");
    let certificate = read(&gpg.public_keys(&[BAKER])).unwrap();
    let revocation = gpg
        .home()
        .join("openpgp-revocs.d")
        .join(format!("{}.rev", certificate.fingerprint()));
    // GnuPG keeps it so that nobody uses it by mistake.
    let revocation = std::fs::read_to_string(revocation).unwrap();
    gpg.run(
        KEY_MADE,
        &["--import"],
        revocation.replace(":-----", "-----").as_bytes(),
    );
    check_problem("revoked", &gpg.public_keys(&[BAKER]), KeyProblem::Revoked);

    gpg.make_key(
        "Brief <brief@bakery.example>",
        "future-default",
        "2026-12-01",
    );
    let brief = read(&gpg.public_keys(&["brief@bakery.example"])).unwrap();
    assert_eq!(brief.may_encrypt(now()), Ok(()));
    assert_eq!(brief.may_encrypt(days_later(30)), Err(KeyProblem::Ended));
    // It is read all the same: whoever has it must not be written to in clear.
    let later = Certificate::read(brief.bytes(), days_later(30)).unwrap();
    assert_eq!(later.ends_at(), brief.ends_at());
}

/// A good key, made once.
fn good_key() -> Option<&'static [u8]> {
    static KEY: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    let made = KEY.get_or_init(|| {
        let gpg = Gpg::start()?;
        gpg.make_key(BAKER, "future-default", "never");
        Some(read(&gpg.public_keys(&[BAKER])).unwrap().bytes().to_vec())
    });
    made.as_deref()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn a_damaged_key_is_refused_or_is_still_the_same_key(
        place in any::<prop::sample::Index>(),
        value in any::<u8>(),
    ) {
        let Some(good) = good_key() else { return Ok(()) };
        let mut damaged = good.to_vec();
        damaged[place.index(good.len())] = value;
        if let Ok(read) = read(&damaged) {
            let whole = Certificate::read(good, now()).unwrap();
            prop_assert_eq!(read.fingerprint(), whole.fingerprint());
        }
    }
}
