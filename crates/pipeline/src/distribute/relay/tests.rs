#![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

use testkit::smtp::{At, Behaviour, LOGIN, MailServer};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

fn relay_of(server: &MailServer) -> SmtpRelay {
    let login = server.ca().is_some().then(login);
    SmtpRelay::new(&server.url(), login, server.ca(), PATIENCE).unwrap()
}

fn login() -> (String, String) {
    (LOGIN.0.to_owned(), LOGIN.1.to_owned())
}

fn mail() -> Mail {
    Mail {
        file_stem: "NTF-2026-000001".into(),
        from: "desk@csirt.example".parse().unwrap(),
        to: "security@bakery.example".parse().unwrap(),
        bytes: b"Subject: a mail\r\n\r\n.hidden\r\nand a line that makes it longer\r\n".to_vec(),
    }
}

/// What came of a mail, and the reason.
fn said(handed: Handed) -> (&'static str, String) {
    match handed {
        Handed::Over(answer) => ("over", answer),
        Handed::Later(why) => ("later", why),
        Handed::Unsure(why) => ("unsure", why),
        Handed::Refused(why) => ("refused", why),
    }
}

#[test]
fn only_what_a_relay_says_of_a_recipient_or_a_mail_is_a_refusal() {
    let server = MailServer::start();
    for (at, answer, want) in [
        (At::Greeting, "554 no service for you", "later"),
        (At::Greeting, "421 too busy", "later"),
        (At::Sender, "550 not your address", "later"),
        (At::Sender, "451 not now", "later"),
        (At::Sender, "421 going down", "later"),
        (At::Recipient, "550 5.1.1 no such mailbox", "refused"),
        (At::Recipient, "554 5.7.1 relay access denied", "later"),
        (At::Recipient, "530 5.7.0 log in first", "later"),
        (At::Recipient, "552 mailbox full", "later"),
        (At::Recipient, "450 mailbox busy", "later"),
        (At::Recipient, "421 going down", "later"),
        (At::Data, "554 no", "refused"),
        (At::Data, "451 not now", "later"),
        (At::Data, "421 going down", "later"),
        (At::Mail, "554 not this mail", "refused"),
        (At::Mail, "552 5.3.4 too large", "refused"),
        (At::Mail, "451 not now", "later"),
        (At::Mail, "421 going down", "later"),
    ] {
        let relay = relay_of(&server);
        server.next(&[Behaviour::Says(at, answer)]);
        let (outcome, why) = said(relay.send(&mail()));
        assert_eq!(outcome, want, "{at:?} {answer}: {why}");
        assert!(why.contains(&answer[4..]), "{at:?} {answer}: {why}");
        assert_eq!(said(relay.send(&mail())).0, "over", "after {answer}");
    }
}

#[test]
fn a_relay_that_breaks_off_leaves_it_open_only_once_it_could_have_the_mail() {
    let server = MailServer::start();
    for (behaviour, want) in [
        (Behaviour::Close, "later"),
        (Behaviour::DropInData, "unsure"),
        (Behaviour::DropAfterData, "unsure"),
    ] {
        let relay = relay_of(&server);
        server.next(&[behaviour]);
        assert_eq!(said(relay.send(&mail())).0, want, "{behaviour:?}");
        assert_eq!(said(relay.send(&mail())).0, "over", "{behaviour:?}");
    }
    let taken = server.taken();
    assert!(taken.iter().all(|other| *other == taken[0]));
    // An empty line stands before the last dot.
    assert_eq!(taken[0].bytes, [&mail().bytes[..], b"\r\n"].concat());
}

#[test]
fn mails_go_over_one_connection_also_after_a_refusal() {
    let server = MailServer::start();
    let relay = relay_of(&server);
    for number in 0..20 {
        let refused = number % 5 == 0;
        if refused {
            server.next(&[Behaviour::Refuse]);
        }
        let want = if refused { "refused" } else { "over" };
        assert_eq!(said(relay.send(&mail())).0, want);
    }
    assert_eq!((server.count(), server.connections()), (16, 1));
}

#[test]
fn a_relay_that_wants_no_more_on_a_connection_gets_the_mail_on_another() {
    let server = MailServer::start();
    let relay = relay_of(&server);
    let enough = Behaviour::Says(At::Sender, "421 enough of you");
    server.next(&[Behaviour::Accept, enough]);
    for _ in 0..2 {
        assert_eq!(said(relay.send(&mail())).0, "over");
    }
    assert_eq!((server.count(), server.connections()), (2, 2));
}

#[test]
fn after_a_kept_connection_that_says_nothing_no_other_one_is_tried() {
    let server = MailServer::start();
    let relay = relay_of(&server);
    let mut connections = [(); 3].map(|()| relay.access.open().unwrap());
    // As if the relay did not answer on it any more.
    connections[2].abort();
    for connection in connections {
        relay.kept.put(connection);
    }
    assert_eq!(said(relay.send(&mail())).0, "over");
    assert_eq!(server.connections(), 4);
}

#[test]
fn mails_go_encrypted_with_a_login_and_else_they_wait() {
    let other = MailServer::start_guarded("localhost", false);
    let wrong = Some((LOGIN.0.to_owned(), "guessed".to_owned()));
    for is_from_start in [false, true] {
        let server = MailServer::start_guarded("localhost", is_from_start);
        let elsewhere = MailServer::start_guarded("mail.csirt.example", is_from_start);
        for (server, login, ca, want) in [
            (&server, Some(login()), server.ca(), ("over", "taken")),
            (
                &server,
                wrong.clone(),
                server.ca(),
                ("later", "login: permanent error (535)"),
            ),
            (
                &server,
                None,
                server.ca(),
                ("later", "sender: permanent error (530)"),
            ),
            (
                &server,
                Some(login()),
                other.ca(),
                ("later", "encryption: "),
            ),
            (
                &elsewhere,
                Some(login()),
                elsewhere.ca(),
                ("later", "encryption: "),
            ),
        ] {
            let relay = SmtpRelay::new(&server.url(), login, ca, PATIENCE).unwrap();
            let (outcome, why) = said(relay.send(&mail()));
            assert_eq!(outcome, want.0, "{why}");
            assert!(why.starts_with(want.1), "{why}");
        }
        assert_eq!((server.count(), elsewhere.count()), (1, 0));
    }
}

#[test]
fn a_relay_without_encryption_gets_neither_password_nor_mail() {
    let server = MailServer::start();
    let url = server.url().replace("127.0.0.1", "localhost");
    let guarded = MailServer::start_guarded("localhost", false);
    let relay = SmtpRelay::new(&url, Some(login()), guarded.ca(), PATIENCE).unwrap();
    let (outcome, why) = said(relay.send(&mail()));
    assert_eq!(outcome, "later");
    assert!(why.contains("STARTTLS is not supported"), "{why}");
}

/// The steps of a trial, and where it stopped.
fn tried(server: &MailServer, mail: Option<&Mail>) -> (Vec<(MailStep, String)>, Option<Stopped>) {
    let (from, to) = (
        "desk@csirt.example".parse().unwrap(),
        "security@bakery.example".parse().unwrap(),
    );
    let trial = Trial {
        from: &from,
        to: &to,
        mail,
    };
    let mut steps = Vec::new();
    let tried = relay_of(server).try_out(&trial, &mut |step, found| steps.push((step, found)));
    (steps, tried.err())
}

#[test]
fn a_trial_tells_every_step_and_sends_only_when_it_is_asked_to() {
    let server = MailServer::start_guarded("localhost", false);
    let (steps, stopped) = tried(&server, None);
    assert_eq!(stopped, None);
    let all = &MailStep::ALL[..MailStep::Data as usize];
    let known: Vec<MailStep> = steps.iter().map(|(step, _)| *step).collect();
    assert_eq!(known, all);
    assert_eq!(steps[2].1, "TLS 1.3, with a certificate for localhost");
    assert_eq!(steps[3].1, "it calls itself sink.example");
    assert_eq!(server.count(), 0);
    let (steps, stopped) = tried(&server, Some(&mail()));
    assert_eq!((steps.len(), stopped), (8, None));
    assert_eq!(steps[7], (MailStep::Mail, "taken".into()));
    assert_eq!(server.count(), 1);
}

#[test]
fn a_trial_ends_at_the_step_that_fails() {
    let server = MailServer::start();
    for (at, answer, want) in [
        (At::Greeting, "554 no service for you", MailStep::Greeting),
        (At::Sender, "550 not your address", MailStep::Sender),
        (At::Recipient, "550 no such mailbox", MailStep::Recipient),
        (At::Data, "451 not now", MailStep::Data),
        (At::Mail, "554 not this mail", MailStep::Mail),
    ] {
        server.next(&[Behaviour::Says(at, answer)]);
        let (steps, stopped) = tried(&server, Some(&mail()));
        let stopped = stopped.unwrap();
        assert_eq!(stopped.step, want);
        assert!(stopped.why.contains(&answer[4..]), "{stopped}");
        assert!(steps.iter().all(|(step, _)| *step < want), "{steps:?}");
    }
}
