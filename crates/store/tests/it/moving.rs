//! Moving from the embedded store to PostgreSQL.

use store::{Store, StoreError};
use testkit::{Engine, TestStore};

use crate::builders::{read, write};
use crate::check::{lived_in, wrong};

const PLACE: &str = "postgres://db.example/seinpost";

fn stores() -> (TestStore, TestStore) {
    (
        TestStore::new(Engine::Embedded),
        TestStore::empty(Engine::Postgres),
    )
}

/// Tables of the embedded engine, asked of the engine itself.
fn tables(test: &TestStore) -> Vec<String> {
    let path = test.folder().join("seinpost.db");
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        .unwrap();
    let names = tables.query_map([], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

#[test]
fn every_table_is_moved_with_all_of_its_rows() {
    let (source, target) = stores();
    lived_in(&source);
    let all = tables(&source);
    let moved = source
        .store
        .move_to(&target.store, PLACE, |_, _| {})
        .unwrap();
    // Those of the store itself, and what the other engine has as an index.
    let own = ["migration", "finding_key", "finding_key_new"];
    for table in all.iter().filter(|name| !own.contains(&name.as_str())) {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let rows = source.count(&sql);
        assert!(rows > 0, "`{table}` has no row here: nothing is tried");
        assert_eq!(target.count(&sql), rows, "{table}");
        assert!(
            moved
                .iter()
                .any(|copied| copied.name == *table && copied.rows == rows),
            "{table}"
        );
    }
    assert_eq!(
        wrong(&target.store.check(true, |_| {}).unwrap()),
        Vec::<&str>::new()
    );
    assert_eq!(
        read(&source.store, |tx| tx.status()),
        read(&target.store, |tx| tx.status())
    );
    let key = |store: &Store| read(store, |tx| tx.installation()).id_key.digest_key();
    assert_eq!(key(&source.store), key(&target.store));
}

#[test]
fn numbers_go_on_where_they_were_even_when_the_last_row_is_gone() {
    let (source, target) = stores();
    lived_in(&source);
    source.tamper(
        "DELETE FROM sending_window WHERE window_no = (SELECT MAX(window_no) FROM sending_window)",
    );
    let last = source.count("SELECT seq FROM sqlite_sequence WHERE name = 'sending_window'");
    let finding = source.count("SELECT MAX(finding_no) FROM finding");
    source
        .store
        .move_to(&target.store, PLACE, |_, _| {})
        .unwrap();
    let next = write(&target.store, |tx| {
        Ok((tx.open_window(testkit::now())?, tx.new_finding_numbers(1)?))
    });
    assert_eq!(next, (last + 1, vec![finding + 1]));
}

#[test]
fn a_store_that_was_moved_refuses_every_change_and_says_where_it_went() {
    let (source, target) = stores();
    lived_in(&source);
    // Opened before, as by a program that runs.
    let earlier = source.opened_again();
    source
        .store
        .move_to(&target.store, PLACE, |_, _| {})
        .unwrap();
    let refused = |outcome: Result<(), StoreError>| {
        assert!(
            matches!(&outcome, Err(StoreError::Moved { place }) if place == PLACE),
            "{outcome:?}"
        );
    };
    refused(earlier.write(|tx| tx.open_window(testkit::now()).map(drop)));
    refused(earlier.write(|tx| tx.set_paused(None)));
    refused(earlier.write(|tx| tx.put_matches(&[(1, &[])])));
    refused(source.opened_again().migrate().map(drop));
    refused(
        source
            .store
            .move_to(&target.store, PLACE, |_, _| {})
            .map(drop),
    );
}

#[test]
fn a_database_that_is_in_use_is_no_target_and_the_source_goes_on() {
    let (source, target) = stores();
    lived_in(&source);
    target.store.migrate().unwrap();
    write(&target.store, |tx| tx.open_window(testkit::now()));
    assert_eq!(
        source.store.in_the_way(&target.store).unwrap().as_deref(),
        Some("sending_window")
    );
    let refused = source.store.move_to(&target.store, PLACE, |_, _| {});
    assert!(
        matches!(&refused, Err(StoreError::NotEmpty { table }) if table == "sending_window"),
        "{refused:?}"
    );
    assert_eq!(source.store.moved().unwrap(), None);
    write(&source.store, |tx| tx.open_window(testkit::now()));
}

/// What a kill leaves: the mark, and a target that is empty or complete.
#[test]
fn a_move_that_broke_off_is_run_again_or_taken_back() {
    let (source, target) = stores();
    lived_in(&source);
    // The copy breaks off in its middle, and nobody can ask the target: as a kill looks from outside.
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        source.store.move_to(&target.store, PLACE, |table, _| {
            assert_ne!(table, "finding")
        })
    }));
    assert!(broken.is_err());
    let moving = source.opened_again().migrate();
    assert!(
        matches!(moving, Err(StoreError::Moving { .. })),
        "{moving:?}"
    );
    assert_eq!(source.store.in_the_way(&target.store).unwrap(), None);

    assert!(source.store.undo_move(&target.store).unwrap());
    write(&source.store, |tx| tx.open_window(testkit::now()));

    // Complete at the target, and killed before the source was marked.
    source
        .store
        .move_to(&target.store, PLACE, |_, _| {})
        .unwrap();
    source.tamper("UPDATE moved SET is_complete = 0");
    assert!(!source.store.undo_move(&target.store).unwrap());
    let again = source
        .store
        .move_to(&target.store, PLACE, |_, _| {})
        .unwrap();
    assert_eq!(again, []);
    assert!(source.store.moved().unwrap().unwrap().is_complete);
}

#[test]
fn a_store_on_postgresql_is_not_moved() {
    let (_, target) = stores();
    target.store.migrate().unwrap();
    let refused = target.store.tables_to_move();
    assert!(
        matches!(refused, Err(StoreError::WrongEngine { .. })),
        "{refused:?}"
    );
}
