//! `seinpost move`, with the program itself.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use store::{Stage, Store, StoreError};
use testkit::{Engine, TestStore};

use crate::keeping::{answer, command, installation, rdp, seinpost};

fn embedded(data: &Path) -> Store {
    fs::create_dir_all(data).unwrap();
    Store::open_embedded(&data.join("seinpost.db")).unwrap()
}

#[test]
fn an_installation_moves_and_the_old_place_says_where_it_went() {
    let target = TestStore::empty(Engine::Postgres);
    let (data, url) = (target.folder().join("data"), target.url().unwrap());
    let desk = installation(embedded(&data), &data);
    let told = desk.told();
    drop(desk);
    let findings = |store| seinpost(&data, store, &["export", "findings"]).stdout;
    let before = findings(None);

    let would = answer(&data, None, 0, &["move", "--to", url, "--dry-run"]);
    assert_eq!(
        (&would["dry_run"], &would["in_the_way"]),
        (&true.into(), &serde_json::Value::Null)
    );
    // Nothing changed by it.
    answer(&data, None, 0, &["pause", "--reason", "moving"]);
    let moved = answer(&data, None, 0, &["move", "--to", url]);
    assert!(moved["rows"].as_i64() > would["rows"].as_i64(), "{moved}");

    assert_eq!(findings(Some(url)), before);
    for arguments in [
        &["status"][..],
        &["gather", "x.csv"],
        &["resume"],
        &["work", "--until-idle"],
    ] {
        let refused = answer(&data, None, 1, arguments);
        let text = refused.as_str().unwrap();
        assert!(
            text.contains("was moved to `postgres://") && text.contains("hint: set `store`"),
            "{text}"
        );
    }
    let again = answer(&data, None, 1, &["move", "--to", url]);
    assert!(again.as_str().unwrap().contains("was moved to"), "{again}");
    answer(&data, Some(url), 0, &["resume"]);
    let worked = answer(&data, Some(url), 0, &["work", "--until-idle"]);
    assert_eq!(worked["handed_over"], told.len());
    answer(&data, Some(url), 0, &["check", "--deep"]);
}

#[test]
fn nothing_moves_under_a_worker_or_into_a_database_in_use() {
    let target = TestStore::empty(Engine::Postgres);
    let (data, url) = (target.folder().join("data"), target.url().unwrap());
    drop(installation(embedded(&data), &data));
    let lock = fs::File::create(data.join("worker.lock")).unwrap();
    lock.lock().unwrap();
    let refused = answer(&data, None, 2, &["move", "--to", url]);
    assert!(
        refused.as_str().unwrap().contains("another seinpost works"),
        "{refused}"
    );
    drop(lock);

    drop(installation(
        target.store.clone(),
        &target.folder().join("other"),
    ));
    let would = answer(&data, None, 1, &["move", "--to", url, "--dry-run"]);
    assert!(would["in_the_way"].is_string(), "{would}");
    let refused = answer(&data, None, 1, &["move", "--to", url]);
    assert!(
        refused.as_str().unwrap().contains("the database is in use"),
        "{refused}"
    );
    answer(&data, None, 0, &["status"]);
}

/// Killed at moments that walk through the whole move.
#[test]
fn a_move_that_is_killed_leaves_the_target_empty_or_complete_and_is_run_again() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let desk = installation(embedded(data), data);
    let rows = 30_000;
    // Jobs that nobody claims: enough rows for the copy to take a while.
    let filled = desk.flow.store.write(|tx| {
        for subject_no in 0..rows {
            tx.add_job(Stage::Rematch, subject_no % 2, 0, testkit::days_later(9))?;
        }
        Ok::<_, StoreError>(())
    });
    filled.unwrap();
    drop(desk);
    for pause in [20, 90, 180, 350] {
        let target = TestStore::empty(Engine::Postgres);
        let url = target.url().unwrap();
        let copy = tempfile::tempdir().unwrap();
        let source = Store::open_embedded(&data.join("seinpost.db")).unwrap();
        source
            .copy_file(&copy.path().join("seinpost.db"), |_, _| {})
            .unwrap();
        drop(source);
        let mut moving = command(copy.path(), None, &["move", "--to", url]);
        let mut moving = moving
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        moving.kill().unwrap();
        moving.wait().unwrap();

        let output = seinpost(copy.path(), None, &["move", "--to", url]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let had_ended = text.contains("was moved to");
        assert!(
            output.status.success() || had_ended,
            "after {pause} ms: {text}"
        );
        assert!(
            target.count("SELECT COUNT(*) FROM job") >= rows,
            "after {pause} ms"
        );
        answer(copy.path(), None, 1, &["status"]);
        let checked = target.store.check(true, |_| {}).unwrap();
        assert!(
            checked.iter().all(|checked| checked.wrong == 0),
            "after {pause} ms: {checked:?}"
        );
    }
}

/// A gather that opened the store before the move fails or is moved: what it says it took in is at the new place.
#[test]
fn a_delivery_that_comes_during_a_move_is_refused_or_moved() {
    let target = TestStore::empty(Engine::Postgres);
    let (data, url) = (target.folder().join("data"), target.url().unwrap());
    drop(installation(embedded(&data), &data));
    let before = 1;
    let mut taken = 0;
    std::thread::scope(|scope| {
        let moving = scope.spawn(|| answer(&data, None, 0, &["move", "--to", url]));
        for number in 0..40 {
            let path = target
                .folder()
                .join(format!("2026-11-18-scan_rdp-{number}.csv"));
            fs::write(&path, rdp(&[&format!("192.0.2.{number}")]).text()).unwrap();
            let output = seinpost(&data, None, &["gather", path.to_str().unwrap()]);
            if !output.status.success() {
                break;
            }
            taken += 1;
        }
        moving.join().unwrap();
    });
    assert_eq!(target.count("SELECT COUNT(*) FROM batch"), before + taken);
    answer(&data, Some(url), 0, &["check"]);
}
