//! Relays that misbehave.

use testkit::Engine;
use testkit::smtp::{At, Behaviour};

use super::{Scene, check_contains, work_until_done};
use crate::end::repeats;
use crate::program::Installation;

/// An installation whose mails are ready to be sent.
fn ready(scene: &Scene, engine: Engine) -> Installation {
    let mut installation = scene.installation(engine);
    installation.mails = true;
    installation
        .settings
        .push(("SEINPOST_MAIL_TIMEOUT_SECONDS", "1".into()));
    scene.gather(&installation);
    installation.done(&["work", "--until-idle", "--dry-run"]);
    installation
}

/// The relay misbehaves for three mails; they go out later, each counted, and everything else at once.
fn check_put_off(engine: Engine, behaviour: Behaviour, arrives_twice: usize) {
    let scene = Scene::new();
    let mut installation = ready(&scene, engine);
    // Where a kept connection is closed, another one takes the mail at once: these are closed before one can be kept.
    installation.relay.next(&match behaviour {
        Behaviour::Close => [behaviour, behaviour, behaviour, Behaviour::Accept],
        _ => [behaviour, Behaviour::Accept, behaviour, behaviour],
    });
    let wrong = work_until_done(&mut installation);
    assert_eq!(wrong.len(), 3, "{behaviour:?}: {wrong:?}");
    assert_eq!(repeats(&installation), arrives_twice, "{behaviour:?}");
    // Three mails took a second attempt, which `mails` and `notifications` do not show.
    scene.check_end_but(&installation, &["deliveries", "status"]);
}

#[test]
fn a_relay_that_breaks_off_before_it_answers_gets_the_same_bytes_again() {
    check_put_off(Engine::Embedded, Behaviour::DropAfterData, 3);
    check_put_off(Engine::Postgres, Behaviour::DropAfterData, 3);
}

#[test]
fn a_relay_that_breaks_off_in_the_middle_of_a_mail_gets_it_later() {
    check_put_off(Engine::Embedded, Behaviour::DropInData, 0);
}

#[test]
fn a_relay_that_says_not_now_gets_the_mail_later() {
    check_put_off(Engine::Postgres, Behaviour::Defer, 0);
    let after_it = Behaviour::Says(At::Mail, "451 try again later");
    check_put_off(Engine::Embedded, after_it, 0);
}

#[test]
fn a_relay_that_falls_silent_is_left_after_a_while_and_gets_the_same_bytes_again() {
    check_put_off(Engine::Embedded, Behaviour::Hang, 3);
}

#[test]
fn a_relay_that_closes_the_connection_at_once_gets_the_mail_later() {
    check_put_off(Engine::Embedded, Behaviour::Close, 0);
}

#[test]
fn a_mail_that_is_refused_for_ever_is_shown_and_stops_no_other() {
    let scene = Scene::new();
    let mut installation = ready(&scene, Engine::Embedded);
    installation
        .relay
        .next(&[Behaviour::Accept, Behaviour::Refuse]);
    let wrong = work_until_done(&mut installation);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    check_contains(&wrong[0], "no such mailbox");
    let status = installation.status();
    assert_eq!(status["notifications"]["failed"], 1);
    let failed = installation.done(&["queue", "list", "--kind", "failed"]);
    check_contains(&failed, "no such mailbox");
    let delivered = status["notifications"]["delivered"].as_u64().unwrap();
    assert_eq!(installation.relay.count() as u64, delivered);
    assert!(delivered > 20, "{status}");
}

#[test]
fn a_relay_that_is_away_all_day_gets_every_mail_in_the_evening() {
    let scene = Scene::new();
    let mut installation = ready(&scene, Engine::Embedded);
    installation.relay.next(&[Behaviour::Close; 2_000]);
    let ended = installation.run(&["work", "--until-idle"]);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    for _ in 0..4 {
        installation.wait_for_leases();
        installation.run(&["work", "--until-idle"]);
    }
    assert_eq!(installation.relay.count(), 0);
    installation.relay.forget();
    for _ in 0..4 {
        installation.wait(4 * 60);
        work_until_done(&mut installation);
    }
    scene.check_end_but(&installation, &["deliveries", "status"]);
}
