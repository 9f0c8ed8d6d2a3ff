//! A service that fails five times, and recovers.

use std::time::Duration;

use fsm_examples::circuit_breaker::{CircuitBreaker, CircuitBreakerError, CircuitBreakerEvent, Gate};

fn main() -> Result<(), CircuitBreakerError> {
    let mut breaker = CircuitBreaker::start(Gate::default())?;
    for failure in 1..=5 {
        breaker.handle(CircuitBreakerEvent::Call)?;
        breaker.handle(CircuitBreakerEvent::Failed)?;
        println!("failure {failure}: {}", breaker.state());
    }
    breaker.handle(CircuitBreakerEvent::Call)?;
    for seconds in [30, 60] {
        breaker.advance_to(Duration::from_secs(seconds))?;
        println!("after {seconds} s: {}", breaker.state());
    }
    breaker.handle(CircuitBreakerEvent::Call)?;
    breaker.handle(CircuitBreakerEvent::Succeeded)?;
    println!("{}: {:?}", breaker.state(), breaker.host().outputs);
    Ok(())
}
