//! `seinpost mail test`: how far a mail comes, and what to do where it stops.

use std::fs;
use std::path::Path;

use store::Store;
use testkit::smtp::{At, Behaviour, LOGIN, MailServer};

use crate::keeping::{answer, installation, seinpost};

/// An installation whose relay is this server, with this password.
fn set_up(data: &Path, server: &MailServer, password: &str) {
    fs::create_dir(data).unwrap();
    let store = Store::open_embedded(&data.join("seinpost.db")).unwrap();
    drop(installation(store, data));
    fs::write(data.join("ca.pem"), server.ca().unwrap()).unwrap();
    fs::write(data.join("mail.password"), password).unwrap();
    let (url, user) = (server.url(), LOGIN.0);
    let settings = format!(
        "[mail]\ntransport = \"smtp\"\nurl = \"{url}\"\nuser = \"{user}\"\npassword-file = \"mail.password\"\n\
         ca-file = \"ca.pem\"\n"
    );
    fs::write(data.join("seinpost.toml"), settings).unwrap();
}

#[test]
fn a_relay_that_works_is_tried_without_a_mail_and_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = MailServer::start_guarded("localhost", true);
    set_up(&data, &server, LOGIN.1);
    let try_it = ["mail", "test", "you@csirt.example"];
    let said = answer(&data, None, 0, &try_it);
    let steps = said["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    let all = "name connection encryption greeting login sender recipient";
    assert_eq!(names.join(" "), all);
    assert_eq!(
        (&said["is_taken"], &said["is_sent"]),
        (&true.into(), &false.into())
    );
    assert_eq!(server.count(), 0);

    let output = seinpost(&data, None, &[&try_it[..], &["--send"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("TLS 1.3, with a certificate for localhost"),
        "{text}"
    );
    assert!(text.contains("sent; look whether it arrives"), "{text}");
    let taken = server.taken();
    assert_eq!(taken[0].to, ["you@csirt.example"]);
    let mail = testkit::Received::parse(&taken[0].bytes);
    assert_eq!(mail.subject, "Een test van onze mail");
}

#[test]
fn a_step_that_fails_is_named_with_the_answer_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = MailServer::start_guarded("localhost", true);
    set_up(&data, &server, "guessed");
    let try_it = ["mail", "test", "you@csirt.example"];
    let output = seinpost(&data, None, &try_it);
    assert_eq!(output.status.code(), Some(1));
    let (shown, error) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(shown.contains("5.7.8 wrong name or password"), "{shown}");
    assert!(error.contains("the step `login` failed"), "{error}");
    assert!(error.contains("hint: check `mail.user`"), "{error}");

    fs::write(data.join("mail.password"), LOGIN.1).unwrap();
    server.next(&[Behaviour::Says(At::Recipient, "550 no such mailbox")]);
    let said = answer(&data, None, 1, &try_it);
    let last = said["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["step"], &last["is_done"]),
        (&"recipient".into(), &false.into())
    );
    assert!(said["hint"].as_str().unwrap().contains("another address"));
}

#[test]
fn where_mails_go_into_a_folder_there_is_nothing_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let output = seinpost(folder.path(), None, &["mail", "test", "you@csirt.example"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("no mail relay is set"), "{error}");
}
