//! A roll-out that stays healthy for five minutes.

use std::time::Duration;

use fsm_examples::canary_rollout::{Balancer, Canary, CanaryError, CanaryEvent};

fn main() -> Result<(), CanaryError> {
    let mut canary = Canary::start(Balancer::default())?;
    canary.handle(CanaryEvent::Deploy)?;
    canary.handle(CanaryEvent::Deployed)?;
    for minute in 1..=5 {
        canary.handle(CanaryEvent::Measured { error_percent: 0.2, p95_unchanged: true, crashes: 0 })?;
        canary.advance_to(Duration::from_mins(minute))?;
        println!("minute {minute}: {}", canary.state());
    }
    canary.handle(CanaryEvent::RolledOut)?;
    println!("{}: {:?}", canary.state(), canary.host().splits);
    Ok(())
}
