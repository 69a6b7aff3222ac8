//! Kills at seeded random moments in every stage, and the end compared with that of an undisturbed run.

use std::collections::BTreeMap;
use std::time::Instant;

use testkit::Engine;
use testkit::generate::Random;

use crate::end::{End, repeats};
use crate::moment::{Moment, Steps};
use crate::program::Installation;
use crate::run::{Killer, play};
use crate::settings::Settings;
use crate::story::{Stage, Story};

/// Kills that are tried in one act of one pass: each costs half an hour of its clock.
const KILLS_PER_ACT: u64 = 4;

#[test]
fn an_embedded_installation_that_is_killed_ends_where_an_undisturbed_one_does() {
    check(Engine::Embedded);
}

#[test]
fn an_installation_on_postgresql_that_is_killed_ends_where_an_undisturbed_one_does() {
    check(Engine::Postgres);
}

fn check(engine: Engine) {
    let settings = Settings::read();
    if !settings.wants(engine) {
        return println!("{engine:?}: not asked for");
    }
    let began = Instant::now();
    let mut seed = settings.seed;
    loop {
        check_seed(engine, seed, &settings);
        seed += 1;
        if began.elapsed() >= settings.lasting {
            return;
        }
    }
}

fn check_seed(engine: Engine, seed: u64, settings: &Settings) {
    let began = Instant::now();
    let story = Story::new(seed);
    let mut undisturbed = Installation::new(engine);
    let mut measure = Measure(Vec::new());
    play(&story, &mut undisturbed, &mut measure);
    let expected = End::of(&undisturbed);
    assert!(
        expected.count("mails in the folder") > 50,
        "the story has become too small"
    );
    assert!(
        expected.count("mails over SMTP") > 50,
        "the story has become too small"
    );
    assert!(expected.count("answers") > 0, "the reply was not applied");
    let measured = began.elapsed();
    let mut killer = Kills::new(seed, &story, measure.0);
    let mut repeated = 0;
    let mut passes = 0;
    while killer.fallen() < settings.kills || !killer.hit_all(settings.kills_per_stage) {
        killer.begin_pass();
        let mut killed = Installation::new(engine);
        play(&story, &mut killed, &mut killer);
        let differences = expected.differences(&End::of(&killed), &[]);
        assert!(
            differences.is_empty(),
            "{engine:?}, seed {seed}, pass {passes}: an installation that was killed ended elsewhere\n{}\n\
             repeat it: scripts/crash --engine {} --seed {seed} --kills {}\nkills of this pass: {:?}",
            differences.join("\n"),
            format!("{engine:?}").to_lowercase(),
            killer.fallen(),
            killer.of_pass
        );
        repeated += repeats(&killed);
        passes += 1;
        println!(
            "{engine:?}, seed {seed}, pass {passes}: {} kills, {repeated} mails repeated, {:.0} s",
            killer.fallen(),
            began.elapsed().as_secs_f64()
        );
    }
    println!(
        "{engine:?}, seed {seed}: {} kills in {passes} passes, {repeated} mails repeated, all ends the same; an \
         undisturbed pass takes {:.1} s; by stage {:?}",
        killer.fallen(),
        measured.as_secs_f64(),
        killer.by_stage
    );
}

/// Notes when the steps of each act come.
struct Measure(Vec<Steps>);

impl Killer for Measure {
    fn moment(&mut self, _: usize) -> Option<Moment> {
        None
    }

    fn ended(&mut self, act: usize, steps: Steps, _: bool) {
        self.0.resize(self.0.len().max(act + 1), Steps::default());
        // The longest run of an act is the one that did the work.
        if steps.0.last() > self.0[act].0.last() {
            self.0[act] = steps;
        }
    }
}

/// Draws the moments.
struct Kills<'s> {
    random: Random,
    story: &'s Story,
    steps: Vec<Steps>,
    left_in_act: Vec<u64>,
    by_stage: BTreeMap<Stage, u64>,
    of_pass: Vec<(usize, Moment)>,
    drawn: Option<Moment>,
}

impl<'s> Kills<'s> {
    fn new(seed: u64, story: &'s Story, steps: Vec<Steps>) -> Self {
        Self {
            random: Random::new(seed),
            story,
            steps,
            left_in_act: Vec::new(),
            by_stage: BTreeMap::new(),
            of_pass: Vec::new(),
            drawn: None,
        }
    }

    fn begin_pass(&mut self) {
        self.of_pass.clear();
        let acts = self.story.acts.iter().map(|act| act.stage);
        let kills = acts.map(|stage| match stage {
            // There are many of them, and little happens in one.
            Stage::Import => self.random.below(2),
            _ => 1 + self.random.below(KILLS_PER_ACT),
        });
        self.left_in_act = kills.collect();
    }

    fn fallen(&self) -> u64 {
        self.by_stage.values().sum()
    }

    fn hit_all(&self, times: u64) -> bool {
        let mut stages: Vec<Stage> = self.story.acts.iter().map(|act| act.stage).collect();
        stages.sort();
        stages.dedup();
        stages
            .iter()
            .all(|stage| self.by_stage.get(stage).copied().unwrap_or(0) >= times)
    }
}

impl Killer for Kills<'_> {
    fn moment(&mut self, act: usize) -> Option<Moment> {
        let left = self.left_in_act[act].checked_sub(1)?;
        self.left_in_act[act] = left;
        // Room for those that follow: what is done is not done again.
        let share = 1.0 / (left + 1) as f64;
        self.drawn = Some(self.steps[act].draw(&mut self.random, share));
        self.drawn
    }

    fn ended(&mut self, act: usize, _: Steps, killed: bool) {
        if let (true, Some(moment)) = (killed, self.drawn) {
            *self.by_stage.entry(self.story.acts[act].stage).or_default() += 1;
            self.of_pass.push((act, moment));
        }
    }
}
