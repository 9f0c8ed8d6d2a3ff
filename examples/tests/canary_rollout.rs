//! The facts of the canary roll-out.

use std::time::Duration;

use fsm_examples::canary_rollout::{Balancer, Canary, CanaryEvent, CanaryState as S};

fn monitored() -> Canary<Balancer> {
    let mut canary = Canary::start(Balancer::default()).unwrap();
    canary.handle(CanaryEvent::Deploy).unwrap();
    canary.handle(CanaryEvent::Deployed).unwrap();
    canary
}

fn measured(error_percent: f64, p95_unchanged: bool, crashes: u32) -> CanaryEvent {
    CanaryEvent::Measured { error_percent, p95_unchanged, crashes }
}

#[test]
fn the_new_version_gets_ten_per_cent_of_the_traffic() {
    let canary = monitored();
    assert_eq!(canary.state(), S::Monitoring);
    assert_eq!(canary.host().splits, [10]);
}

#[test]
fn healthy_for_five_minutes_it_gets_all_of_it() {
    let mut canary = monitored();
    canary.handle_at(Duration::from_secs(299), measured(0.99, true, 0)).unwrap();
    assert_eq!(canary.state(), S::Monitoring);
    canary.advance_to(Duration::from_mins(5)).unwrap();
    assert_eq!(canary.state(), S::RollingOut);
    canary.handle(CanaryEvent::RolledOut).unwrap();
    assert_eq!(canary.state(), S::Full);
    assert_eq!(canary.host().splits, [10, 100]);
    assert!(canary.is_terminated());
}

#[test]
fn unhealthy_it_is_rolled_back() {
    for bad in [measured(1.0, true, 0), measured(0.0, false, 0), measured(0.0, true, 1)] {
        let mut canary = monitored();
        canary.handle_at(Duration::from_secs(299), bad).unwrap();
        assert_eq!(canary.state(), S::RollingBack);
        canary.handle(CanaryEvent::RolledBack).unwrap();
        assert_eq!(canary.state(), S::Restored);
        assert_eq!(canary.host().splits, [10, 0]);
    }
}

#[test]
fn it_is_rolled_back_while_it_is_rolled_out_and_late_measurements_do_not_disturb() {
    let mut canary = monitored();
    canary.handle_at(Duration::from_secs(310), measured(0.0, true, 1)).unwrap();
    canary.handle_at(Duration::from_secs(320), measured(0.0, true, 0)).unwrap();
    assert_eq!(canary.state(), S::RollingBack);
    assert_eq!(canary.host().splits, [10, 100, 0]);
}

#[test]
fn while_the_controller_is_away_nobody_watches() {
    let mut canary = monitored();
    canary.handle_at(Duration::from_mins(2), measured(0.0, true, 0)).unwrap();
    let saved = serde_json::to_string(&canary.snapshot()).unwrap();
    let back = Duration::from_mins(62);
    let snapshot = serde_json::from_str(&saved).unwrap();
    let mut canary = Canary::restore_at(back, canary.into_host(), snapshot).unwrap();
    assert_eq!(canary.host().splits, [10], "the traffic is split already");
    canary.advance_to(back + Duration::from_secs(179)).unwrap();
    assert_eq!(canary.state(), S::Monitoring);
    canary.advance_to(back + Duration::from_mins(3)).unwrap();
    assert_eq!((canary.state(), canary.host().splits.as_slice()), (S::RollingOut, [10, 100].as_slice()));
}
