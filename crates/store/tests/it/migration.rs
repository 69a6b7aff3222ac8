use store::{Collecting, MatchRow, MigrationState, Store, StoreError};
use testkit::{Engine, TestStore, both_engines};

use crate::builders::{desk_no, finding_key, finding_row, line_to_tell, now, read, write};

fn a_second_migration_changes_nothing(test: &TestStore) {
    let before = test.store.read(|tx| tx.installation()).unwrap();
    let state = test.store.migrate().unwrap();
    assert_eq!(state.applied, state.known);
    let after = test.store.read(|tx| tx.installation()).unwrap();
    assert_eq!(
        before.id_key.public_id(model::IdKind::Finding, 1),
        after.id_key.public_id(model::IdKind::Finding, 1),
        "public ids stay what they were"
    );
    assert_eq!(test.store.read(|tx| tx.desks()).unwrap().len(), 1);
}

fn a_store_of_a_newer_program_is_left_alone(test: &TestStore) {
    test.tamper("INSERT INTO migration (number, name) VALUES (999, 'from the future')");
    for outcome in [test.store.migrate().map(drop), test.store.ready()] {
        assert!(
            matches!(outcome, Err(StoreError::Migration { found: 999, .. })),
            "{outcome:?}"
        );
    }
}

fn lines_are_carried_over_into_the_order_of_findings(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let window_no = write(&test.store, |tx| tx.open_window(now()));
    let lines = [2, 1].map(|finding_no| line_to_tell(window_no, desk_no, finding_no));
    write(&test.store, |tx| {
        tx.add_lines(&mut Collecting::default(), &lines, now())
    });
    let before = read(&test.store, |tx| tx.lines_of(1));
    test.tamper(
        "CREATE TABLE kept AS SELECT * FROM notification_line;
         DROP TABLE notification_line;
         ALTER TABLE kept RENAME TO notification_line",
    );
    test.tamper(include_str!("../../migrations/0004_lines_by_finding.sql"));
    assert_eq!(read(&test.store, |tx| tx.lines_of(1)), before);
    assert_eq!(before.len(), 2);
}

fn matches_are_carried_over_into_their_findings(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let found = |asset_no, valid_from, valid_until| MatchRow {
        finding_no: 1,
        asset_no,
        dimension: 1,
        rank: 1,
        valid_from,
        valid_until,
        register_version: 7,
    };
    let matches = [
        found(10, None, None),
        found(11, None, Some(9)),
        found(12, Some(-3), None),
    ];
    let keys = [1, 2].map(|no| finding_key(desk_no, &[0x24, no]));
    let rows = [1, 2].map(finding_row);
    write(&test.store, |tx| {
        tx.insert_findings(&[(&keys[0], &rows[0], &matches), (&keys[1], &rows[1], &[])])
    });
    test.tamper(
        "CREATE TABLE kept AS SELECT * FROM finding_match;
         DROP VIEW finding_match;
         ALTER TABLE finding DROP COLUMN matches;
         ALTER TABLE finding DROP COLUMN matched_with;
         ALTER TABLE kept RENAME TO finding_match",
    );
    let script = include_str!("../../migrations/0044_matches.sql");
    match test.engine() {
        Engine::Postgres => test.tamper(script),
        Engine::Embedded => {
            let (ours, _) = script.split_once("--{postgres").unwrap();
            test.tamper(&ours.replace("/*!", "").replace("*/", ""));
        }
    }
    assert_eq!(read(&test.store, |tx| tx.matches_of(1)), matches);
    assert_eq!(read(&test.store, |tx| tx.matches_of(2)), []);
}

both_engines!(
    matches_are_carried_over_into_their_findings,
    lines_are_carried_over_into_the_order_of_findings,
    a_second_migration_changes_nothing,
    a_store_of_a_newer_program_is_left_alone
);

#[test]
fn findings_get_keys_of_their_own_and_stay_as_they_are() {
    let test = TestStore::new(Engine::Embedded);
    let desk_no = desk_no(&test.store);
    let keys = [1, 2].map(|no| finding_key(desk_no, &[0x24, no]));
    let rows = [1, 2].map(finding_row);
    write(&test.store, |tx| {
        tx.insert_findings(&[(&keys[0], &rows[0], &[]), (&keys[1], &rows[1], &[])])
    });
    test.tamper("DROP TABLE finding_key; DROP TABLE finding_key_new");
    let script = include_str!("../../migrations/0054_finding_keys.sql");
    let number = "INTEGER PRIMARY KEY";
    test.tamper(
        &script
            .replace("{number}", number)
            .replace("/*!", "")
            .replace("*/", ""),
    );
    let wanted: Vec<_> = keys.iter().collect();
    assert_eq!(
        read(&test.store, |tx| tx.findings_by_key(&wanted)),
        rows.map(Some)
    );
    write(&test.store, |tx| {
        tx.insert_findings(&[(&finding_key(desk_no, &[0x24, 3]), &finding_row(3), &[])])
    });
}

#[test]
fn numbers_of_advice_go_on_after_those_that_a_restore_left_out() {
    let test = TestStore::new(Engine::Embedded);
    // As after the restore of a store in which nobody had written any.
    test.tamper("INSERT INTO sqlite_sequence (name, seq) VALUES ('advice_version', 100000)");
    let script = include_str!("../../migrations/0059_advice_of_programs.sql");
    let (start, rest) = script.split_once("--{postgres").unwrap();
    let (_, ours) = rest.split_once("--}").unwrap();
    let number = "INTEGER PRIMARY KEY AUTOINCREMENT";
    test.tamper(
        &format!("{start}{ours}")
            .replace("{id}", number)
            .replace("/*!", "")
            .replace("*/", ""),
    );
    test.tamper(
        "INSERT INTO advice_version (slug, version, text, note, state, written_at)
         VALUES ('open-rdp', 1, '', '', 0, 0)",
    );
    assert_eq!(test.count("SELECT version_no FROM advice_version"), 100_001);
}

#[test]
fn a_new_store_needs_a_migration_and_is_ready_after_it() {
    for engine in [Engine::Embedded, Engine::Postgres] {
        let test = TestStore::empty(engine);
        let MigrationState { applied, known } = test.store.migration_state().unwrap();
        assert_eq!(applied, 0, "{engine:?}");
        assert!(
            matches!(
                test.store.ready(),
                Err(StoreError::Migration { found: 0, .. })
            ),
            "{engine:?}"
        );
        test.store.migrate().unwrap();
        assert_eq!(test.store.migration_state().unwrap().applied, known);
        test.store.ready().unwrap();
    }
}

#[test]
fn two_programs_that_start_at_once_migrate_once() {
    for engine in [Engine::Embedded, Engine::Postgres] {
        let test = TestStore::empty(engine);
        let stores: Vec<Store> = (0..4).map(|_| test.opened_again()).collect();
        std::thread::scope(|scope| {
            let migrations: Vec<_> = stores
                .iter()
                .map(|store| scope.spawn(|| store.migrate()))
                .collect();
            for migration in migrations {
                migration
                    .join()
                    .unwrap()
                    .unwrap_or_else(|error| panic!("{engine:?}: {error}"));
            }
        });
        assert_eq!(
            test.store.read(|tx| tx.desks()).unwrap().len(),
            1,
            "{engine:?}"
        );
    }
}
