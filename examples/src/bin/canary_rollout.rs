//! A roll-out whose controller is restarted in the middle.

use std::error::Error;
use std::time::Duration;

use fsm_examples::canary_rollout::{Balancer, Canary, CanaryEvent};

const HEALTHY: CanaryEvent = CanaryEvent::Measured { error_percent: 0.2, p95_unchanged: true, crashes: 0 };

fn main() -> Result<(), Box<dyn Error>> {
    let mut canary = Canary::start(Balancer::default())?;
    canary.handle(CanaryEvent::Deploy)?;
    canary.handle(CanaryEvent::Deployed)?;
    canary.handle_at(Duration::from_mins(2), HEALTHY)?;
    println!("after 2 minutes: {}", canary.state());
    let saved = serde_json::to_string(&canary.snapshot())?;
    let balancer = canary.into_host();

    // An hour later, in a new process.
    let back = Duration::from_mins(62);
    let mut canary = Canary::restore_at(back, balancer, serde_json::from_str(&saved)?)?;
    canary.handle(HEALTHY)?;
    println!("restored after an hour: {}", canary.state());
    canary.advance_to(back + Duration::from_mins(3))?;
    println!("watched for 3 minutes more: {}", canary.state());
    canary.handle(CanaryEvent::RolledOut)?;
    println!("{}: {:?}", canary.state(), canary.host().splits);
    Ok(())
}
