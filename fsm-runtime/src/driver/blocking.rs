//! A machine on a thread of its own, with a channel as its mailbox.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;

use crate::{Answer, Clock, Machine, support};

/// Runs a machine on this thread, and gives it back when it has terminated, or when all senders of the mailbox are gone
/// and nothing is due any more.
///
/// `answered` sees what became of every event and of every deadline. Between them the thread sleeps.
///
/// ```
/// use std::sync::mpsc;
/// use fsm_runtime::{SystemClock, driver::blocking};
///
/// fsm_runtime::fsm! {
///     machine Lamp {
///         event Press;
///         event Break;
///         initial state Off { on Press -> On; }
///         state On { on Press -> Off; on Break -> Broken; }
///         final state Broken;
///     }
/// }
///
/// let (sender, mailbox) = mpsc::channel();
/// for event in [LampEvent::Press, LampEvent::Break, LampEvent::Press] {
///     sender.send(event).expect("the mailbox is open");
/// }
/// let lamp = Lamp::start(()).expect("nothing can fail here");
/// let lamp = blocking::run(lamp, &SystemClock::start(), &mailbox, |_, answer| assert!(answer.is_ok()));
/// assert_eq!(lamp.state(), LampState::Broken);
/// ```
pub fn run<M: Machine>(
    mut machine: M,
    clock: &impl Clock,
    mailbox: &Receiver<M::Event>,
    mut answered: impl FnMut(&mut M, Answer<M>),
) -> M {
    let mut is_open = true;
    loop {
        let now = clock.now();
        support::meet_all(&mut machine, now, &mut answered);
        if machine.is_terminated() {
            return machine;
        }
        let wait = machine.next_deadline().map(|deadline| deadline.saturating_sub(clock.now()));
        let event = match (wait, is_open) {
            (None, false) => return machine,
            (Some(wait), false) => {
                thread::sleep(wait);
                continue;
            }
            (None, true) => mailbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            (Some(wait), true) => mailbox.recv_timeout(wait),
        };
        match event {
            Ok(event) => {
                // What was due before the event came is met before it.
                let now = clock.now();
                support::meet_all(&mut machine, now, &mut answered);
                let answer = machine.handle_at(now, event);
                answered(&mut machine, answer);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => is_open = false,
        }
    }
}
