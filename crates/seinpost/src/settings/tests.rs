use std::fs;

use super::*;

fn load(flags: &[(&'static str, &str)], environment: &[(&str, &str)]) -> anyhow::Result<Settings> {
    let flags = Flags {
        config: None,
        values: flags
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
    };
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    Settings::load(flags, &environment.iter().map(own).collect::<Vec<_>>())
}

fn load_file(
    text: &str,
    environment: &[(&str, &str)],
) -> (tempfile::TempDir, anyhow::Result<Settings>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("seinpost.toml"), text).unwrap();
    let settings = load(&[("data", folder.path().to_str().unwrap())], environment);
    (folder, settings)
}

#[track_caller]
fn check_refused(settings: anyhow::Result<Settings>, want: &str) {
    let error = settings.expect_err(want);
    let text = format!("{error:#}");
    assert!(text.contains(want), "{text}");
}

fn origin_of(settings: &Settings, name: &str) -> Origin {
    let given = settings.given.iter().find(|(key, _)| key.name == name);
    given.unwrap().1.origin.clone()
}

#[test]
fn without_anything_set_an_installation_mails_nobody_and_is_for_real() {
    let settings = load(&[], &[]).unwrap();
    assert_eq!(settings.profile, Profile::Production);
    assert_eq!(
        settings.store,
        StorePlace::Embedded("./seinpost-data/seinpost.db".into())
    );
    assert_eq!(
        settings.mail,
        MailTransport::Folder {
            path: "./seinpost-data/outbox".into()
        }
    );
    assert_eq!((settings.max_age_days, settings.now), (30, None));
    assert_eq!((settings.blobs, settings.orphan_hours), (None, 24));
}

#[test]
fn a_flag_beats_the_environment_and_that_beats_the_file() {
    let (folder, _) = load_file(
        "profile = \"test\"\nlisten = \"127.0.0.1:1\"\nnow = \"2026-11-18T00:00:00Z\"\n",
        &[],
    );
    let data = folder.path().to_str().unwrap();
    let environment = [("SEINPOST_DATA", data), ("SEINPOST_LISTEN", "127.0.0.1:2")];
    let settings = load(&[("now", "2026-11-19T00:00:00Z")], &environment).unwrap();
    assert_eq!(settings.profile, Profile::Test);
    assert_eq!(
        origin_of(&settings, "profile"),
        Origin::File(folder.path().join("seinpost.toml"))
    );
    assert_eq!(settings.listen.port(), 2);
    assert_eq!(
        origin_of(&settings, "listen"),
        Origin::Environment("SEINPOST_LISTEN".into())
    );
    assert_eq!(settings.now.unwrap().to_string(), "2026-11-19T00:00:00Z");
    assert_eq!(origin_of(&settings, "now"), Origin::Flag("--now".into()));
    assert_eq!(origin_of(&settings, "limits.max-age-days"), Origin::Default);
}

#[test]
fn unknown_names_are_errors_that_offer_the_nearest() {
    check_refused(
        load_file("profil = \"test\"", &[]).1,
        "unknown setting `profil`",
    );
    check_refused(
        load_file("[mail]\npasword = \"x\"", &[]).1,
        "unknown setting `mail.pasword`",
    );
    check_refused(
        load(&[], &[("SEINPOST_DATTA", "x")]),
        "unknown variable `SEINPOST_DATTA`",
    );
    assert!(
        load(
            &[],
            &[("SEINPOST_TEST_POSTGRES", "x"), ("SEINPOST_LOG", "")]
        )
        .is_ok()
    );
}

#[test]
fn a_named_file_must_be_there() {
    let flags = Flags {
        config: Some("/nonexistent/seinpost.toml".into()),
        values: Vec::new(),
    };
    check_refused(Settings::load(flags, &[]), "cannot read the settings file");
}

#[test]
fn nonsense_does_not_become_a_setting() {
    for (text, want) in [
        ("listen = \"here\"", "`listen` in"),
        ("profile = \"prod\"", "production"),
        ("profile = true", "must be a text or a number"),
        ("not toml", "is not TOML"),
        ("store = \"mysql://x\"", "begins with `postgres://`"),
        ("store-ca-file = \"ca.pem\"", "counts only when"),
        ("[retention]\nobservation-days = 0", "above 0"),
        ("[limits]\nmax-age-days = 0", "above 0"),
        ("[limits]\nmax-age-days = -1", "`-1` cannot be used"),
        (
            "[limits]\nepisode-gap-days = 70000",
            "`70000` cannot be used",
        ),
        (
            "[blobs]\nurl = \"s3://seinpost\"",
            "`blobs.endpoint` is not",
        ),
        (
            "[blobs]\nendpoint = \"https://storage.example\"",
            "counts only when `blobs.url` is set",
        ),
        (
            "[blobs]\nurl = \"seinpost\"\nendpoint = \"https://storage.example\"",
            "begins with `s3://`",
        ),
        (
            "[blobs]\nurl = \"s3://seinpost\"\nendpoint = \"storage.example\"",
            "`https://storage.example:9000` is expected",
        ),
        (
            "[blobs]\nurl = \"s3://seinpost\"\nendpoint = \"https://storage.example\"\nstyle = \"host\"",
            "path, virtual",
        ),
        ("[blobs]\norphan-hours = 0", "above 0"),
        ("[mail]\ntransport = \"pigeon\"", "`folder` or `smtp`"),
        ("[mail]\ntransport = \"smtp\"", "`mail.url` is not set"),
        ("[mail]\nurl = \"smtps://mail.example\"", "counts only when"),
        (
            "[mail]\ntransport = \"smtp\"\nurl = \"smtps://mail.example\"\npath = \"x\"",
            "counts only when",
        ),
        (
            "[mail]\ntransport = \"smtp\"\nurl = \"smtps://mail.example\"\nuser = \"x\"",
            "go together",
        ),
    ] {
        let (_folder, settings) = load_file(text, &[]);
        check_refused(settings, want);
    }
}

#[test]
fn the_clock_is_set_in_the_test_profile_only() {
    check_refused(
        load(&[("now", "2026-11-18T00:00:00Z")], &[]),
        "test profile only",
    );
    assert!(load(&[("now", "2026-11-18T00:00:00Z"), ("profile", "test")], &[]).is_ok());
    check_refused(
        load(&[("now", "yesterday"), ("profile", "test")], &[]),
        "`--now`",
    );
}

#[test]
fn paths_in_the_file_begin_at_the_file() {
    let (folder, settings) = load_file(
        "[mail]\ntransport = \"smtp\"\nurl = \"smtps://mail.example\"\nuser = \"desk\"\npassword-file = \"secret\"",
        &[],
    );
    let MailTransport::Smtp {
        password_file,
        ca_file,
        ..
    } = settings.unwrap().mail
    else {
        panic!("not smtp")
    };
    assert_eq!(password_file, Some(folder.path().join("secret")));
    assert_eq!(ca_file, None);
}

#[test]
fn the_store_url_is_not_repeated_when_it_is_wrong() {
    let error = load(&[("store", "postgre://desk:hunter2@db/seinpost")], &[]).unwrap_err();
    assert!(!format!("{error:#}").contains("hunter2"));
}
