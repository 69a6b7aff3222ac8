//! Deliveries whose kept bytes are gone or altered.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::Engine;

use super::{Scene, check_contains, work_until_done};
use crate::program::Installation;

#[test]
fn a_delivery_whose_bytes_are_gone_fails_alone_and_is_read_when_they_are_back() {
    let away = |blob: &Path| fs::rename(blob, blob.with_extension("away")).unwrap();
    let back = |blob: &Path| fs::rename(blob.with_extension("away"), blob).unwrap();
    check(Engine::Embedded, away, back);
    check(Engine::Postgres, away, back);
}

#[test]
fn a_delivery_whose_bytes_are_cut_off_fails_and_is_read_when_they_are_whole_again() {
    let cut = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    check_altered(Engine::Embedded, cut);
    check_altered(Engine::Postgres, cut);
}

#[test]
fn a_delivery_of_which_one_bit_is_altered_fails_and_is_read_when_it_is_repaired() {
    for place in [0.3, 0.6, 0.97] {
        let flip = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let place = (bytes.len() as f64 * place) as usize;
            bytes[place] ^= 0x10;
            bytes
        };
        check_altered(Engine::Embedded, flip);
    }
}

#[test]
fn the_whole_blob_folder_may_be_gone_for_a_while() {
    let scene = Scene::new();
    let mut installation = scene.installation(Engine::Embedded);
    scene.gather(&installation);
    let (here, away) = (
        installation.data().join("blobs"),
        installation.data().join("away"),
    );
    fs::rename(&here, &away).unwrap();
    let ended = installation.run(&["work", "--until-idle"]);
    check_contains(&ended.answer, "put it back");
    fs::remove_dir_all(&here).unwrap();
    fs::rename(&away, &here).unwrap();
    work_until_done(&mut installation);
    scene.check_end(&installation);
}

fn check_altered(engine: Engine, alter: impl Fn(&[u8]) -> Vec<u8>) {
    let damage = |blob: &Path| {
        fs::copy(blob, blob.with_extension("good")).unwrap();
        fs::write(blob, alter(&fs::read(blob).unwrap())).unwrap();
    };
    let repair = |blob: &Path| fs::rename(blob.with_extension("good"), blob).unwrap();
    check(engine, damage, repair);
}

/// Damages the first of three deliveries, works, repairs it, has it read, and compares.
fn check(engine: Engine, damage: impl Fn(&Path), repair: impl Fn(&Path)) {
    let scene = Scene::new();
    let mut installation = scene.installation(engine);
    scene.gather(&installation);
    let blob = first_blob(&installation);
    damage(&blob);
    let wrong = work_until_done(&mut installation);
    assert_eq!(wrong.len(), 5, "it is tried five times: {wrong:?}");
    let status = installation.status();
    assert_eq!(status["batches"]["failed"], 1, "{wrong:?}");
    assert_eq!(status["batches"]["closed"], 2, "the others are read");
    let shown = installation.done(&["batch", "show", "1"]);
    check_contains(&shown, "failed: ");
    repair(&blob);
    installation.done(&["batch", "retry", "1"]);
    assert_eq!(work_until_done(&mut installation), Vec::<String>::new());
    // What was read before the damage went out by itself: the same findings in more messages.
    scene.check_end(&installation);
}

fn first_blob(installation: &Installation) -> PathBuf {
    let names = installation
        .place
        .texts("SELECT blob FROM batch WHERE batch_no = 1");
    let name = &names[0];
    let folders = format!("blobs/{}/{}/{name}.zst", &name[0..2], &name[2..4]);
    installation.data().join(folders)
}
