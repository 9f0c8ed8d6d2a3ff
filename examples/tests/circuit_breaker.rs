//! The facts of the circuit breaker.

use std::time::Duration;

use fsm_examples::circuit_breaker::{
    CircuitBreaker, CircuitBreakerContext, CircuitBreakerEvent as Event, CircuitBreakerOutput as Output,
    CircuitBreakerParams, CircuitBreakerState as S, Gate,
};

fn breaker() -> CircuitBreaker<Gate> {
    CircuitBreaker::start(Gate::default()).unwrap()
}

fn opened() -> CircuitBreaker<Gate> {
    let mut breaker = breaker();
    for _ in 0..5 {
        breaker.handle(Event::Failed).unwrap();
    }
    breaker
}

fn half_open() -> CircuitBreaker<Gate> {
    let mut breaker = opened();
    breaker.advance_to(Duration::from_mins(1)).unwrap();
    breaker
}

#[test]
fn it_opens_after_five_failures() {
    let mut breaker = breaker();
    for _ in 0..4 {
        breaker.handle(Event::Failed).unwrap();
        assert_eq!(breaker.state(), S::Closed);
    }
    breaker.handle(Event::Failed).unwrap();
    assert_eq!(breaker.state(), S::Open);
    assert_eq!(breaker.host().outputs, [Output::Opened]);
}

#[test]
fn a_success_forgets_the_failures() {
    let mut breaker = breaker();
    for _ in 0..3 {
        for _ in 0..4 {
            breaker.handle(Event::Failed).unwrap();
        }
        breaker.handle(Event::Succeeded).unwrap();
    }
    assert_eq!(breaker.state(), S::Closed);
}

#[test]
fn while_open_it_rejects_at_once() {
    let mut breaker = opened();
    breaker.handle(Event::Call).unwrap();
    assert_eq!(breaker.host().outputs.last(), Some(&Output::Rejected));
}

#[test]
fn it_stays_open_for_sixty_seconds_or_as_long_as_it_is_told() {
    let params = CircuitBreakerParams { failure_threshold: 1, open_for: Duration::from_secs(30), most_trials: 1 };
    let context = CircuitBreakerContext { failures: 0, trials: 0 };
    let mut short = CircuitBreaker::start_with(Gate::default(), params, context).unwrap();
    short.handle(Event::Failed).unwrap();
    for (mut breaker, seconds) in [(opened(), 60), (short, 30)] {
        let too_early = Duration::from_millis(seconds * 1000 - 1);
        breaker.advance_to(too_early).unwrap();
        assert_eq!(breaker.state(), S::Open);
        assert_eq!(breaker.next_deadline(), Some(Duration::from_secs(seconds)));
        breaker.advance_to(Duration::from_secs(seconds)).unwrap();
        assert_eq!(breaker.state(), S::HalfOpen);
    }
}

#[test]
fn half_open_lets_a_limited_number_through() {
    let mut breaker = half_open();
    for _ in 0..4 {
        breaker.handle(Event::Call).unwrap();
    }
    let outputs = &breaker.host().outputs;
    assert_eq!(outputs.iter().filter(|output| **output == Output::Permitted).count(), 3);
    assert_eq!(outputs.last(), Some(&Output::Rejected));
}

#[test]
fn a_success_closes_it_and_a_failure_opens_it_again() {
    let mut breaker = half_open();
    breaker.handle(Event::Succeeded).unwrap();
    assert_eq!(breaker.state(), S::Closed);
    assert_eq!(breaker.context().failures, 0);
    let mut breaker = half_open();
    breaker.handle(Event::Failed).unwrap();
    assert_eq!(breaker.state(), S::Open);
}

#[test]
fn the_trials_start_again_when_it_is_half_open_again() {
    let mut breaker = half_open();
    for event in [Event::Call, Event::Call, Event::Call, Event::Failed, Event::Succeeded] {
        breaker.handle(event).unwrap();
    }
    assert_eq!(breaker.state(), S::Open, "late answers do not close it");
    breaker.handle_at(Duration::from_mins(2), Event::Call).unwrap();
    assert_eq!(breaker.host().outputs.last(), Some(&Output::Permitted));
}
