//! Clocks that are wrong for a while.

use testkit::Engine;

use super::{Scene, work_until_done};
use crate::moment::{Moment, Watch};

/// Plays the scene with the clock off by so many minutes between the delivery and the work, and right again after it.
fn check_off_by(scene: &Scene, engine: Engine, minutes: i64, is_killed: bool) {
    let mut installation = scene.installation(engine);
    scene.gather(&installation);
    installation.wait(minutes);
    if is_killed {
        let mut watch = Watch::new(&installation);
        let mut running = installation.start(&["work", "--until-idle"]);
        let kill = Moment::after(3);
        watch.follow(&mut running, Some(kill));
        running.wait();
    } else {
        installation.run(&["work", "--until-idle"]);
    }
    installation.wait(-minutes);
    work_until_done(&mut installation);
    scene.check_end(&installation);
}

#[test]
fn a_clock_that_steps_back_delays_work_and_loses_nothing() {
    let scene = Scene::new();
    for engine in [Engine::Embedded, Engine::Postgres] {
        check_off_by(&scene, engine, -90, false);
    }
}

#[test]
fn what_a_program_held_that_died_with_its_clock_ahead_is_done_when_that_time_has_come() {
    let scene = Scene::new();
    for engine in [Engine::Embedded, Engine::Postgres] {
        check_off_by(&scene, engine, 60, true);
    }
}
