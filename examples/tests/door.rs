//! The facts that the README tells.

use fsm_examples::door::{Door, DoorEvent, DoorState, Keypad};

#[test]
fn the_third_wrong_code_locks_the_door() {
    let mut door = Door::start(Keypad { code: 4711, alarms: 0 }).unwrap();
    for wrong in 1..=2 {
        door.handle(DoorEvent::Enter { code: 1 }).unwrap();
        assert_eq!((door.state(), door.context().wrong), (DoorState::Shut, wrong));
    }
    door.handle(DoorEvent::Enter { code: 1 }).unwrap();
    assert_eq!((door.state(), door.host().alarms), (DoorState::Locked, 1));
    door.handle(DoorEvent::Reset).unwrap();
    assert_eq!((door.state(), door.context().wrong), (DoorState::Shut, 0));
}

#[test]
fn an_open_door_cannot_be_reset() {
    let mut door = Door::start(Keypad { code: 4711, alarms: 0 }).unwrap();
    door.handle(DoorEvent::Enter { code: 4711 }).unwrap();
    assert_eq!(door.handle(DoorEvent::Reset).unwrap_err().to_string(), "cannot reset from Open");
}
