//! A train passes.

use std::time::Duration;

use fsm_examples::crossing::{Crossing, CrossingError, CrossingEvent as Event, Road};

fn main() -> Result<(), CrossingError> {
    let mut crossing = Crossing::start(Road::default())?;
    for (seconds, event) in [(0, Event::Approach), (8, Event::Lowered), (40, Event::Clear), (45, Event::Raised)] {
        crossing.handle_at(Duration::from_secs(seconds), event)?;
        let states: Vec<_> = crossing.configuration().map(|state| state.to_string()).collect();
        println!("{seconds:3} s {event:8?} {}", states.join(", "));
    }
    println!("{:?}", crossing.host().outputs);
    Ok(())
}
