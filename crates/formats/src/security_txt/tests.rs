use proptest::prelude::*;

use super::*;

const PLACE: &str = "https://hospital.example/.well-known/security.txt";

fn now() -> Timestamp {
    "2026-11-18T12:00:00Z".parse().unwrap()
}

/// A file with nothing to say about it but that nobody signed it, and one line more.
fn with(line: &str) -> String {
    format!(
        "# Ours\nContact: mailto:security@hospital.example\nExpires: 2027-10-01T00:00:00Z\n\
         Encryption: https://hospital.example/key.asc\nCanonical: {PLACE}\n{line}"
    )
}

/// Line and problem of each issue, without that nobody signed it.
fn issues(text: &[u8]) -> Vec<(Option<u32>, Problem)> {
    let place = Url::parse(PLACE).unwrap();
    let report = check(text, &[place], now());
    let issues = report.issues.into_iter();
    let issues = issues.filter(|issue| issue.problem != Problem::NotSigned);
    issues.map(|issue| (issue.line, issue.problem)).collect()
}

#[test]
fn each_line_is_told_what_is_wrong_with_it() {
    use Problem as P;
    for (line, want) in [
        ("", None),
        ("\r\n\n", None),
        ("policy: https://hospital.example/policy\n", None),
        ("Contact: tel:+31-20-555-0100\n", None),
        ("Preferred-Languages: nl, en-GB,zh-Hans\n", None),
        (
            "CSAF: https://hospital.example/csaf/provider-metadata.json\n",
            None,
        ),
        ("nonsense\n", Some(P::Line)),
        (": x\n", Some(P::EmptyKey)),
        (" : x\n", Some(P::EmptyKey)),
        ("Policy:\n", Some(P::EmptyValue)),
        ("Policy: \n", Some(P::EmptyValue)),
        ("Policy : https://hospital.example/\n", Some(P::BlankBefore)),
        ("Policy:https://hospital.example/\n", Some(P::NoBlank)),
        ("Contact: security@hospital.example\n", Some(P::NoUri)),
        ("Policy: http://hospital.example/\n", Some(P::NoHttps)),
        ("Expires: 2027-01-01T00:00:00Z\n", Some(P::ManyExpires)),
        ("Preferred-Languages: nl; en\n", Some(P::BadLanguage)),
        (
            "Preferred-Languages: Dutch language\n",
            Some(P::BadLanguage),
        ),
        ("CSAF: https://hospital.example/csaf\n", Some(P::NoCsafFile)),
        ("Colour: orange\n", Some(P::UnknownField)),
        ("Policy: https://hospital.example/", Some(P::NoLineEnd)),
        ("Contact: mailto:a\u{20ac}@hospital.example\n", None),
    ] {
        let want: Vec<_> = want.map(|problem| (Some(6), problem)).into_iter().collect();
        assert_eq!(issues(with(line).as_bytes()), want, "{line:?}");
    }
}

#[test]
fn a_whole_file_is_told_what_it_lacks() {
    use Problem as P;
    let file = |lines: &[&str]| lines.join("\n") + "\n";
    let canonical = format!("Canonical: {PLACE}");
    let (contact, expires) = (
        "Contact: https://hospital.example/report",
        "Expires: 2027-10-01T00:00:00Z",
    );
    for (text, want) in [
        (file(&[contact, expires, &canonical]), vec![]),
        (file(&[expires, &canonical]), vec![(None, P::NoContact)]),
        (file(&[contact, &canonical]), vec![(None, P::NoExpires)]),
        (file(&[contact, expires]), vec![(None, P::NoCanonical)]),
        (
            file(&[
                contact,
                expires,
                "Canonical: https://other.example/.well-known/security.txt",
            ]),
            vec![(None, P::OtherPlace)],
        ),
        (
            file(&[
                "Contact: mailto:security@hospital.example",
                expires,
                &canonical,
            ]),
            vec![(None, P::NoEncryption)],
        ),
        (
            file(&[contact, "Expires: 2026-11-18T12:00:00Z", &canonical]),
            vec![(Some(2), P::Expired)],
        ),
        (
            file(&[contact, "Expires: 2027-11-20T00:00:00Z", &canonical]),
            vec![(Some(2), P::LongExpires)],
        ),
        (
            file(&[contact, "Expires: 2027-10-01", &canonical]),
            vec![(Some(2), P::BadExpires)],
        ),
        (
            file(&[contact, "Expires: next year", &canonical]),
            vec![(Some(2), P::BadExpires)],
        ),
        (
            "\u{feff}".to_owned() + &file(&[contact, expires, &canonical]),
            vec![(Some(1), P::Bom)],
        ),
        (
            file(&[
                contact,
                expires,
                &canonical,
                "Preferred-Languages: nl",
                "Preferred-Languages: en",
            ]),
            vec![(Some(5), P::ManyLanguages)],
        ),
        ("#\n".repeat(FILE_LINES_MAX + 1), vec![(None, P::TooLarge)]),
        ("#".repeat(FILE_BYTES_MAX + 1), vec![(None, P::TooLarge)]),
    ] {
        assert_eq!(
            issues(text.as_bytes()),
            want,
            "{:?}",
            &text[..text.len().min(200)]
        );
    }
    assert_eq!(issues(b"Contact: \xff\n"), [(None, P::Utf8)]);
}

#[test]
fn a_signed_file_is_read_inside_its_signature() {
    let inside = with("- Policy: https://hospital.example/\n");
    let head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n";
    let tail = "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n";
    let place = Url::parse(PLACE).unwrap();
    let report = |text: &str| check(text.as_bytes(), std::slice::from_ref(&place), now()).issues;
    assert_eq!(report(&format!("{head}{inside}{tail}")), []);
    let issue = |line, problem| Issue { line, problem };
    for (text, want) in [
        (
            format!("{head}{inside}{tail}more\n"),
            issue(Some(14), Problem::BehindSignature),
        ),
        (
            format!("{head}{}", with("")),
            issue(None, Problem::HalfSigned),
        ),
    ] {
        assert!(report(&text).contains(&want), "{text}: {:?}", report(&text));
    }
}

#[test]
fn the_type_that_a_server_names_is_text_in_utf_8() {
    for (content_type, want) in [
        (Some("text/plain; charset=utf-8"), None),
        (Some("Text/Plain;charset=\"UTF-8\""), None),
        (None, Some(Problem::NoContentType)),
        (Some("text/html; charset=utf-8"), Some(Problem::Media)),
        (Some("text/plain"), Some(Problem::Charset)),
        (Some("text/plain; charset=latin1"), Some(Problem::Charset)),
    ] {
        assert_eq!(check_content_type(content_type), want, "{content_type:?}");
    }
}

#[test]
fn problems_have_advice_and_those_of_a_rule_weigh_most() {
    for problem in Problem::ALL {
        assert!(problem.advice().len() > 20, "{problem}");
    }
    let report = check(with("").as_bytes(), &[], now());
    assert!(report.is_right() && !report.issues.is_empty());
    assert_eq!(report.contacts, ["mailto:security@hospital.example"]);
    assert_eq!(report.expires.unwrap().to_string(), "2027-10-01T00:00:00Z");
}

#[test]
fn a_file_with_two_ends_has_none() {
    let report = check(with("Expires: 2027-09-01T00:00:00Z").as_bytes(), &[], now());
    assert_eq!(report.expires, None);
    let many = report
        .issues
        .iter()
        .find(|issue| issue.problem == Problem::ManyExpires);
    assert!(many.is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(check(&bytes, &[], now()).issues.len() <= ISSUES_MAX);
    }

    #[test]
    fn any_lines_are_read_to_the_end(
        text in "((Contact|Expires|Canonical|-----BEGIN PGP SIGNED MESSAGE-----|-----BEGIN PGP SIGNATURE-----|-----END PGP SIGNATURE-----|[a-zA-Z€ -]{0,9}):?[ \t]?[^\n]{0,9}\r?\n){0,30}"
    ) {
        let report = check(text.as_bytes(), &[], now());
        let lines = text.lines().count() as u32;
        prop_assert!(report.issues.iter().all(|issue| issue.line.is_none_or(|line| (1..=lines).contains(&line))));
    }

    #[test]
    fn what_is_written_breaks_no_rule(
        days in 1i64..365, names in prop::collection::vec("[a-z]{1,8}", 1..4), has_policy in any::<bool>(),
    ) {
        let file = SecurityTxt {
            contacts: names.iter().map(|name| format!("mailto:{name}@hospital.example")).collect(),
            expires: now().plus_seconds(days * 24 * 3600),
            encryption: vec!["https://hospital.example/key.asc".to_owned()],
            languages: vec!["nl".to_owned(), "en".to_owned()],
            policy: has_policy.then(|| "https://hospital.example/policy".to_owned()),
            canonical: vec![PLACE.to_owned()],
        };
        prop_assert_eq!(issues(file.to_string().as_bytes()), []);
    }
}
