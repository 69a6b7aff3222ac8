//! Disks that are full for a while. The folder of the installation is a small file system of its own, which needs root.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use testkit::Engine;

use super::{Scene, size, work_until_done};
use crate::program::{Ended, Installation};

/// A file system in memory over a folder, for as long as this lives.
struct SmallDisk<'p>(&'p Path);

impl<'p> SmallDisk<'p> {
    /// Nothing where file systems cannot be mounted.
    fn over(folder: &'p Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"])
            .arg(folder);
        match mount.output() {
            Ok(done) if done.status.success() => Some(Self(folder)),
            other => {
                println!(
                    "skipped: no file system can be mounted here, which needs root: {other:?}"
                );
                None
            }
        }
    }

    fn ballast(&self) -> std::path::PathBuf {
        self.0.join("ballast")
    }

    /// Fills the disk but for so many KiB.
    fn leave(&self, kib: u64) {
        let mut file = File::create(self.ballast()).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        let full = size(&self.ballast());
        file.set_len(full.saturating_sub(kib * 1024)).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["--lazy"]).arg(self.0).status();
    }
}

/// Does one thing again and again on a disk with ever more room, until there is plenty, and compares the end. It must
/// have failed at least once, in words that name the reason.
fn check(
    engine: Engine,
    first: impl Fn(&Scene, &Installation),
    then: impl Fn(&Scene, &Installation) -> Ended,
) {
    let scene = Scene::new();
    let mut installation = Installation::new(engine);
    let data = installation.data().to_owned();
    let Some(disk) = SmallDisk::over(&data) else {
        return;
    };
    scene.set_up(&installation);
    first(&scene, &installation);
    let mut complaints = String::new();
    for kib in [0, 4, 24, 100, 300, 900] {
        disk.leave(kib);
        let ended = then(&scene, &installation);
        if !ended.status.success() {
            complaints += &(ended.answer + &ended.complaint);
        }
        disk.make_room();
        installation.wait_for_leases();
    }
    assert!(
        ["No space left", "full"]
            .iter()
            .any(|words| complaints.contains(words)),
        "{complaints}"
    );
    then(&scene, &installation);
    retry_failed(&installation);
    work_until_done(&mut installation);
    scene.check_end_but(&installation, &["deliveries", "status", "batches"]);
    drop(disk);
}

/// A delivery that found the disk full five times waits for a person.
fn retry_failed(installation: &Installation) {
    for batch in ["1", "2", "3"] {
        installation.run(&["batch", "retry", batch]);
    }
}

#[test]
fn a_disk_that_is_full_when_deliveries_come_in_loses_none() {
    for engine in [Engine::Embedded, Engine::Postgres] {
        check(
            engine,
            |_, _| {},
            |scene, installation| scene.gather(installation),
        );
    }
}

#[test]
fn a_disk_that_is_full_when_rows_are_read_loses_none() {
    let gather = |scene: &Scene, installation: &Installation| drop(scene.gather(installation));
    check(Engine::Embedded, gather, |_, installation| {
        installation.run(&["work", "--until-idle", "--dry-run"])
    });
}

#[test]
fn a_disk_that_is_full_when_mails_are_written_loses_none() {
    for engine in [Engine::Embedded, Engine::Postgres] {
        let ready = |scene: &Scene, installation: &Installation| {
            scene.gather(installation);
            installation.done(&["work", "--until-idle", "--dry-run"]);
        };
        check(engine, ready, |_, installation| {
            installation.run(&["work", "--until-idle"])
        });
    }
}
