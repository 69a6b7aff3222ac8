//! Things that break around the program, one test each: what it says meanwhile, and that nothing is lost in the end.
//!
//! Each plays the same small scene: a register, three deliveries, and the mails that follow.

mod blobs;
mod clock;
mod disk;
mod mail;
mod store;
mod workers;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use testkit::Engine;
use testkit::generate::{Random, ScanType, World};

use crate::end::End;
use crate::program::{Ended, Installation};
use crate::story::{DESK, scan, write_events, write_scan};

/// What comes in.
struct Scene {
    world: World,
    folder: TempDir,
    /// Where an installation ends that nothing happens to: by engine, and whether its mails go to the relay.
    undisturbed: [[OnceCell<End>; 2]; 2],
}

impl Scene {
    fn new() -> Self {
        let scene = Self {
            world: World::new(5, 200),
            folder: tempfile::tempdir().unwrap(),
            undisturbed: Default::default(),
        };
        let folder = scene.reports();
        std::fs::create_dir(&folder).unwrap();
        write_scan(&scene.world, &folder, &scan(ScanType::ScanRdp, 0, 130, 1));
        write_scan(&scene.world, &folder, &scan(ScanType::Scan6Rdp, 0, 50, 2));
        write_events(&folder, 0, 30, &mut Random::new(3));
        scene
    }

    fn reports(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    /// An installation with the register, before anything came in.
    fn installation(&self, engine: Engine) -> Installation {
        let installation = Installation::new(engine);
        self.set_up(&installation);
        installation
    }

    fn set_up(&self, installation: &Installation) {
        installation.done(DESK);
        let files = self.world.register.write_files(self.folder.path());
        for (what, path) in files {
            installation.done(&["import", what, path.to_str().unwrap()]);
        }
        installation.work();
    }

    fn gather(&self, installation: &Installation) -> Ended {
        installation.run(&["gather", self.reports().to_str().unwrap()])
    }

    fn end_of(&self, installation: &Installation) -> End {
        let end = End::of(installation);
        let mails = end.count("mails in the folder") + end.count("mails over SMTP");
        assert!(mails > 20, "the scene has become too small");
        end
    }

    /// Fails unless the installation ended as one that nothing happened to.
    fn check_end(&self, installation: &Installation) {
        self.check_end_but(installation, &[]);
    }

    /// As [`Scene::check_end`], but for these kinds of lines.
    fn check_end_but(&self, installation: &Installation, but: &[&str]) {
        let engine = installation.place.engine();
        let expected = &self.undisturbed[usize::from(engine == Engine::Postgres)]
            [usize::from(installation.mails)];
        let expected = expected.get_or_init(|| {
            let mut undisturbed = self.installation(engine);
            undisturbed.mails = installation.mails;
            self.gather(&undisturbed);
            undisturbed.work();
            self.end_of(&undisturbed)
        });
        let differences = expected.differences(&self.end_of(installation), but);
        assert!(
            differences.is_empty(),
            "{engine:?}: it ended elsewhere\n{}",
            differences.join("\n")
        );
    }
}

/// Runs `work` until nothing is left, with time between the runs for what must wait; says what went wrong on the way.
fn work_until_done(installation: &mut Installation) -> Vec<String> {
    let mut wrong = Vec::new();
    for _ in 0..12 {
        let ended = installation.run(&["work", "--until-idle", "--json"]);
        let answer: Value = serde_json::from_str(&ended.answer).unwrap_or_default();
        for list in ["failures", "not_handed_over"] {
            let texts = answer[list].as_array().into_iter().flatten();
            wrong.extend(texts.map(|text| text.as_str().unwrap().to_owned()));
        }
        let status = installation.status();
        if answer["next_due"].is_null() && status["notifications"]["approved"] == 0 {
            return wrong;
        }
        installation.wait_for_leases();
    }
    panic!("work does not end: {wrong:?}");
}

fn check_contains(text: &str, words: &str) {
    assert!(text.contains(words), "`{words}` is not in `{text}`");
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}
