//! The facts of the database migration.

use std::time::Duration;

use fsm_examples::database_migration::{
    Database, Migration, MigrationContext, MigrationEvent as Event, MigrationParams, MigrationState as S,
};

/// A migration from version 4, after these events.
fn after(events: impl IntoIterator<Item = Event>) -> Migration<Database> {
    let host = Database { schema: vec!["create table"], ..Database::default() };
    let params = MigrationParams { watch_for: Duration::from_mins(5) };
    let mut migration = Migration::start_with(host, params, MigrationContext { version: 4 }).unwrap();
    for event in events {
        migration.handle(event).unwrap();
    }
    migration
}

fn measured(trouble: bool) -> Event {
    Event::Measured { trouble }
}

const UPGRADED: [Event; 3] = [Event::Begin, Event::BackedUp, Event::Upgraded];
const MONITORED: [Event; 4] = [Event::Begin, Event::BackedUp, Event::Upgraded, Event::Tested { failed_queries: 0 }];

/// The schema and its version are what they were before.
fn assert_unchanged(migration: &Migration<Database>) {
    assert_eq!((migration.state(), migration.context().version), (S::Unchanged, 4));
    assert_eq!(migration.host().schema, ["create table"]);
    assert!(migration.is_terminated());
}

#[test]
fn it_backs_up_migrates_and_tests_queries_in_this_order() {
    let migration = after(MONITORED);
    assert_eq!((migration.state(), migration.context().version), (S::Monitoring, 5));
    assert_eq!(migration.host().steps, ["back up", "upgrade", "test queries"]);
}

#[test]
fn five_minutes_without_trouble_end_it() {
    let mut migration = after(MONITORED);
    migration.handle_at(Duration::from_secs(299), measured(false)).unwrap();
    assert_eq!(migration.state(), S::Monitoring);
    migration.advance_to(Duration::from_mins(5)).unwrap();
    assert_eq!((migration.state(), migration.context().version), (S::Migrated, 5));
    assert_eq!(migration.host().schema, ["create table", "add column"]);
    assert!(migration.is_terminated());
}

#[test]
fn five_minutes_are_the_default() {
    let migration = Migration::start(Database::default()).unwrap();
    assert_eq!(migration.params().watch_for, Duration::from_mins(5));
}

#[test]
fn trouble_is_downgraded_and_the_downgrade_is_the_inverse_of_the_upgrade() {
    for seconds in [10, 299] {
        let mut migration = after(MONITORED);
        migration.handle_at(Duration::from_secs(seconds), measured(true)).unwrap();
        assert_eq!(migration.state(), S::Downgrading);
        migration.handle(Event::Downgraded).unwrap();
        assert_unchanged(&migration);
    }
    for trouble in [Event::Tested { failed_queries: 1 }, Event::Failed] {
        let mut migration = after(UPGRADED);
        migration.handle(trouble).unwrap();
        assert_eq!(migration.state(), S::Downgrading);
        migration.handle(Event::Downgraded).unwrap();
        assert_unchanged(&migration);
    }
}

#[test]
fn a_step_that_stops_half_way_is_restored_from_the_backup() {
    let mut upgrade = after([Event::Begin, Event::BackedUp, Event::Failed]);
    assert_eq!(upgrade.state(), S::Restoring);
    upgrade.handle(Event::Restored).unwrap();
    assert_unchanged(&upgrade);

    let mut downgrade = after(MONITORED);
    for event in [measured(true), Event::Failed, Event::Restored] {
        downgrade.handle(event).unwrap();
    }
    assert_unchanged(&downgrade);
    assert_eq!(downgrade.host().steps.last(), Some(&"restore"));
}

#[test]
fn without_a_backup_nothing_is_changed() {
    let migration = after([Event::Begin, Event::Failed]);
    assert_unchanged(&migration);
    assert_eq!(migration.host().steps, ["back up"]);
}

#[test]
fn what_cannot_be_restored_needs_attention() {
    let migration = after([Event::Begin, Event::BackedUp, Event::Failed, Event::Failed]);
    assert_eq!(migration.state(), S::Broken);
    assert!(migration.host().needs_attention);
    assert!(migration.is_terminated());
}

#[test]
fn late_measurements_do_not_disturb_the_way_back() {
    let mut migration = after(MONITORED);
    migration.handle_at(Duration::from_secs(10), measured(true)).unwrap();
    migration.handle_at(Duration::from_mins(5), measured(false)).unwrap();
    assert_eq!(migration.state(), S::Downgrading);
}
