//! A door, opened by the right code.

use fsm_examples::door::{Door, DoorError, DoorEvent, DoorState, Keypad};

fn main() -> Result<(), DoorError> {
    let mut door = Door::start(Keypad { code: 4711, alarms: 0 })?;
    door.handle(DoorEvent::Enter { code: 4711 })?;
    assert_eq!(door.state(), DoorState::Open);
    if let Err(refused) = door.handle(DoorEvent::Reset) {
        println!("{refused}");
    }
    Ok(())
}
