use store::{MigrationState, Store, StoreError};
use testkit::{Engine, TestStore, both_engines};

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

both_engines!(
    a_second_migration_changes_nothing,
    a_store_of_a_newer_program_is_left_alone
);

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
