//! The facts of retrying.

use std::time::Duration;

use fsm_examples::retry::{Caller, Retry, RetryEvent as Event, RetryOutput as Output, RetryState as S};

const SECOND: Duration = Duration::from_secs(1);

fn started(jitter_percent: u32) -> Retry<Caller> {
    Retry::start(Caller { jitter_percent, ..Caller::default() }).unwrap()
}

fn fail(retry: &mut Retry<Caller>, error: &'static str) {
    let (run, _) = retry.host_mut().running.take().unwrap();
    retry.finish_operate(run, Err(error.into())).unwrap();
}

#[test]
fn the_delay_doubles_and_has_jitter() {
    for jitter in [0, 10] {
        let mut retry = started(jitter);
        let mut waits = Vec::new();
        while retry.state() == S::Trying {
            fail(&mut retry, "busy");
            let Some(deadline) = retry.next_deadline() else { break };
            waits.push(deadline.saturating_sub(retry.now()));
            retry.advance_to(deadline).unwrap();
        }
        assert_eq!(waits, [SECOND, SECOND * 2].map(|delay| delay * (100 + jitter) / 100));
        assert_eq!(retry.state(), S::Failed, "three attempts are all");
        assert_eq!(retry.host().outputs, [Output::GivenUp]);
    }
}

#[test]
fn one_wait_is_cut_short_and_the_next_one_is_not() {
    let mut retry = started(0);
    fail(&mut retry, "busy");
    retry.handle(Event::Hurry).unwrap();
    assert_eq!(retry.host().running.map(|(_, attempt)| attempt), Some(2));
    fail(&mut retry, "busy");
    let refused = retry.handle(Event::Hurry).unwrap_err();
    assert_eq!(refused.to_string(), "cannot try at once from Waiting: `hurries` has reached 1");
    assert_eq!((retry.state(), retry.next_deadline()), (S::Waiting, Some(SECOND * 2)));
}

#[test]
fn a_success_ends_it() {
    let mut retry = started(0);
    fail(&mut retry, "busy");
    retry.advance_to(SECOND).unwrap();
    let (run, attempt) = retry.host().running.unwrap();
    assert_eq!(attempt, 2);
    retry.finish_operate(run, Ok(())).unwrap();
    assert_eq!(retry.state(), S::Succeeded);
    assert_eq!(retry.host().outputs, [Output::Finished { after: 2 }]);
}

#[test]
fn what_is_not_retryable_is_not_retried() {
    let mut retry = started(0);
    fail(&mut retry, "forbidden");
    assert_eq!(retry.state(), S::Failed);
}

#[test]
fn an_operation_that_hangs_is_cancelled_after_thirty_seconds() {
    let mut retry = started(0);
    retry.advance_to(SECOND * 30).unwrap();
    assert_eq!(retry.state(), S::Waiting);
    assert_eq!(retry.host().running, None);
}
