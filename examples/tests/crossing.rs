//! What must hold of a level crossing.

use std::time::Duration;

use fsm_examples::crossing::{Crossing, CrossingEvent as Event, CrossingOutput as Output, CrossingState as S, Road};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn closed() -> Crossing<Road> {
    let mut crossing = Crossing::start(Road::default()).unwrap();
    crossing.handle(Event::Approach).unwrap();
    crossing.handle_at(seconds(8), Event::Lowered).unwrap();
    crossing
}

#[test]
fn lights_and_bell_come_first_and_the_barrier_three_seconds_later() {
    let mut crossing = Crossing::start(Road::default()).unwrap();
    crossing.handle(Event::Approach).unwrap();
    assert_eq!(crossing.host().outputs, [Output::Lights { red: true }, Output::Bell { on: true }]);
    crossing.advance_to(seconds(3)).unwrap();
    assert!(crossing.is_in(S::Lowering) && crossing.is_in(S::Red));
    assert_eq!(crossing.host().outputs.last(), Some(&Output::Motor { down: true }));
}

#[test]
fn it_opens_when_the_last_train_has_passed() {
    let mut crossing = closed();
    assert!(crossing.is_in(S::Down) && crossing.is_in(S::Silent));
    crossing.handle(Event::Approach).unwrap();
    crossing.handle(Event::Clear).unwrap();
    assert!(crossing.is_in(S::Down) && crossing.is_in(S::Red), "one train is left");
    crossing.handle(Event::Clear).unwrap();
    assert!(crossing.is_in(S::Raising) && crossing.is_in(S::Dark));
    crossing.handle(Event::Raised).unwrap();
    assert!(crossing.is_in(S::Up));
}

#[test]
fn a_train_that_comes_while_it_opens_closes_it_at_once() {
    let mut crossing = closed();
    crossing.handle(Event::Clear).unwrap();
    crossing.handle(Event::Approach).unwrap();
    assert!(crossing.is_in(S::Lowering) && crossing.is_in(S::Red));
}

#[test]
fn a_barrier_that_does_not_move_is_a_fault_until_it_is_repaired() {
    let mut crossing = Crossing::start(Road::default()).unwrap();
    crossing.handle(Event::Approach).unwrap();
    crossing.advance_to(seconds(13)).unwrap();
    assert!(crossing.is_in(S::Fault));
    assert!(!crossing.is_in(S::Working));
    assert_eq!(crossing.host().outputs.last(), Some(&Output::Fault));
    crossing.handle(Event::Repaired).unwrap();
    assert!(crossing.is_in(S::Up) && crossing.is_in(S::Dark) && crossing.is_in(S::Silent));
}
