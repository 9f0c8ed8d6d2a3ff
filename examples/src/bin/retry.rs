//! An operation that fails twice: when it is tried, on a clock that is moved by hand.

use std::time::Duration;

use fsm_examples::retry::{Caller, Retry, RetryError};

fn main() -> Result<(), RetryError> {
    let mut retry = Retry::start(Caller { jitter_percent: 10, ..Caller::default() })?;
    while let Some((run, attempt)) = retry.host_mut().running.take() {
        println!("at {:?}: attempt {attempt}", retry.now());
        let result = if attempt < 3 { Err("busy".into()) } else { Ok(()) };
        retry.finish_operate(run, result)?;
        let next = retry.next_deadline().unwrap_or(Duration::ZERO);
        if !retry.is_terminated() {
            retry.advance_to(next)?;
        }
    }
    println!("at {:?}: {} {:?}", retry.now(), retry.state(), retry.host().outputs);
    Ok(())
}
