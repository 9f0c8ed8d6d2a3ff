//! A migration that makes trouble in its third minute, and is taken back.

use std::time::Duration;

use fsm_examples::database_migration::{Database, Migration, MigrationError, MigrationEvent};

fn main() -> Result<(), MigrationError> {
    let mut migration = Migration::start(Database::default())?;
    migration.handle(MigrationEvent::Begin)?;
    migration.handle(MigrationEvent::BackedUp)?;
    migration.handle(MigrationEvent::Upgraded)?;
    migration.handle(MigrationEvent::Tested { failed_queries: 0 })?;
    for minute in 1..=3 {
        let now = Duration::from_mins(minute);
        migration.handle_at(now, MigrationEvent::Measured { trouble: minute == 3 })?;
        println!("minute {minute}: {}, version {}", migration.state(), migration.context().version);
    }
    migration.handle(MigrationEvent::Downgraded)?;
    println!("{}, version {}: {:?}", migration.state(), migration.context().version, migration.host().steps);
    Ok(())
}
