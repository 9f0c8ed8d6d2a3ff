//! The drivers, with a machine written by hand that has a timer: after `Start` it is done ten seconds later, but for each
//! `Wait` ten seconds more.
#![cfg(feature = "tokio")]

use std::cell::Cell;
use std::fmt;
use std::sync::mpsc;
use std::time::Duration;

use fsm_runtime::driver::blocking;
use fsm_runtime::driver::tokio::{Closed, Handle, TrySendError, mailbox, run, run_with};
use fsm_runtime::{Answer, Clock, Error, Machine, Outcome, SystemClock, Transition, VirtualClock};

const DELAY: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Running,
    Done,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Start,
    Wait,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

struct Egg {
    state: State,
    now: Duration,
    due: Option<Duration>,
    unit: Duration,
}

impl Egg {
    fn new(unit: Duration) -> Self {
        Egg { state: State::Idle, now: Duration::ZERO, due: None, unit }
    }
}

impl Machine for Egg {
    type State = State;
    type Event = Event;
    type EventKind = Event;

    const NAME: &'static str = "Egg";
    const STATES: &'static [State] = &[State::Idle, State::Running, State::Done];
    const TRANSITIONS: &'static [Transition<State, Event>] = &[];

    fn handle(&mut self, event: Event) -> Answer<Self> {
        match (self.state, event) {
            (State::Idle, Event::Start) => {
                self.state = State::Running;
                self.due = Some(self.now + self.unit);
                Ok(Outcome::Taken)
            }
            (State::Running, Event::Wait) => {
                self.due = self.due.map(|due| due + self.unit);
                Ok(Outcome::Taken)
            }
            (state, event) => Err(Error::NoTransition { state, event }),
        }
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.due
    }

    fn meet_next(&mut self, until: Duration) -> Option<Answer<Self>> {
        self.now = self.due.take_if(|due| *due <= until)?;
        self.state = State::Done;
        Some(Ok(Outcome::Taken))
    }

    fn advance_to(&mut self, now: Duration) -> Result<(), Error<State, Event>> {
        if now < self.now {
            return Err(Error::Past { now: self.now });
        }
        while self.meet_next(now).is_some() {}
        self.now = now;
        Ok(())
    }

    fn state(&self) -> State {
        self.state
    }

    fn is_in(&self, state: State) -> bool {
        self.state == state
    }

    fn is_terminated(&self) -> bool {
        self.state == State::Done
    }
}

#[test]
fn a_virtual_clock_moves_when_it_is_told() {
    let clock = VirtualClock::new();
    let mut egg = Egg::new(DELAY);
    assert_eq!(egg.handle_at(clock.now(), Event::Start), Ok(Outcome::Taken));
    clock.advance(DELAY / 2);
    assert_eq!(egg.advance_to(clock.now()), Ok(()));
    assert_eq!(egg.state(), State::Running);
    clock.advance(DELAY / 2);
    assert_eq!(
        egg.handle_at(clock.now(), Event::Wait),
        Err(Error::NoTransition { state: State::Done, event: Event::Wait })
    );
    assert_eq!(egg.advance_to(Duration::ZERO), Err(Error::Past { now: DELAY }));
    assert_eq!(
        egg.advance_to(Duration::ZERO).unwrap_err().to_string(),
        "time does not go back: it has been 10s since the start"
    );
}

/// A clock that is a millisecond further whenever somebody looks at it, however long that takes.
struct Looks(Cell<u64>);

impl Clock for Looks {
    fn now(&self) -> Duration {
        self.0.set(self.0.get() + 1);
        Duration::from_millis(self.0.get())
    }
}

#[test]
fn a_thread_meets_deadlines_when_all_senders_are_gone() {
    let (sender, mailbox) = mpsc::channel();
    sender.send(Event::Start).unwrap();
    sender.send(Event::Start).unwrap();
    drop(sender);
    let mut answers = Vec::new();
    let egg = Egg::new(Duration::from_millis(20));
    let egg = blocking::run(egg, &Looks(Cell::new(0)), &mailbox, |_, answer| answers.push(answer.is_ok()));
    assert_eq!(egg.state(), State::Done);
    assert_eq!(answers, [true, false, true]);
}

#[test]
fn a_thread_ends_when_nothing_can_happen_any_more() {
    let (sender, mailbox) = mpsc::channel();
    drop(sender);
    let egg = blocking::run(Egg::new(DELAY), &SystemClock::start(), &mailbox, |_, _| {});
    assert_eq!(egg.state(), State::Idle);
}

#[tokio::test(start_paused = true)]
async fn deadlines_are_met_in_the_time_of_tokio() {
    let (egg, mailbox) = mailbox(4);
    let running = tokio::spawn(run(Egg::new(DELAY), mailbox));
    assert_eq!(egg.send(Event::Start).await, Ok(Ok(Outcome::Taken)));
    tokio::time::sleep(DELAY / 2).await;
    assert_eq!(egg.send(Event::Wait).await, Ok(Ok(Outcome::Taken)));
    tokio::time::sleep(DELAY).await;
    assert!(!running.is_finished());
    assert_eq!(running.await.unwrap().state(), State::Done);
    assert_eq!(egg.send(Event::Wait).await, Err(Closed));
    assert_eq!(egg.try_tell(Event::Wait), Err(TrySendError::Closed(Event::Wait)));
}

/// An egg as it is when it was restored: saved at 100 s, and done `left` later.
fn restored(left: Duration) -> Egg {
    let now = Duration::from_secs(100);
    Egg { state: State::Running, now, due: Some(now + left), unit: DELAY }
}

#[tokio::test(start_paused = true)]
async fn a_restored_machine_goes_on_at_its_time_in_tokio() {
    let begin = tokio::time::Instant::now();
    let (egg, mailbox) = mailbox(1);
    let running = tokio::spawn(run(restored(DELAY), mailbox.starting_at(Duration::from_secs(100))));
    assert_eq!(egg.send(Event::Wait).await, Ok(Ok(Outcome::Taken)));
    let egg = running.await.unwrap();
    assert_eq!((egg.state(), egg.now), (State::Done, Duration::from_secs(100) + DELAY * 2));
    assert_eq!(begin.elapsed(), DELAY * 2);
}

#[test]
fn a_restored_machine_goes_on_at_its_time_in_a_thread() {
    let (sender, mailbox) = mpsc::channel();
    drop(sender);
    let (begin, left) = (std::time::Instant::now(), Duration::from_millis(20));
    let clock = SystemClock::starting_at(Duration::from_secs(100));
    let egg = blocking::run(restored(left), &clock, &mailbox, |_, answer| assert_eq!(answer, Ok(Outcome::Taken)));
    assert_eq!(egg.state(), State::Done);
    assert!(begin.elapsed() >= left, "its clock does not run ahead");
    assert!(begin.elapsed() < Duration::from_secs(50), "it does not begin at zero");
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_makes_senders_wait() {
    let (egg, mailbox): (Handle<Egg>, _) = mailbox(1);
    assert_eq!(egg.try_tell(Event::Start), Ok(()));
    assert_eq!(egg.try_tell(Event::Wait), Err(TrySendError::Full(Event::Wait)));
    let waits = egg.clone();
    let waiting = tokio::spawn(async move { waits.tell(Event::Wait).await });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    let mut answers = Vec::new();
    drop(egg);
    let egg = run_with(Egg::new(DELAY), mailbox, |egg, answer| answers.push((egg.state(), answer.is_ok()))).await;
    assert_eq!(waiting.await.unwrap(), Ok(()));
    assert_eq!(egg.state(), State::Done);
    assert_eq!(egg.now, DELAY * 2);
    assert_eq!(answers, [(State::Running, true), (State::Running, true), (State::Done, true)]);
}

#[tokio::test(start_paused = true)]
async fn an_aborted_machine_answers_nobody() {
    let (egg, mailbox) = mailbox(1);
    let running = tokio::spawn(run(Egg::new(DELAY), mailbox));
    assert_eq!(egg.send(Event::Start).await, Ok(Ok(Outcome::Taken)));
    running.abort();
    assert!(running.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(egg.send(Event::Wait).await, Err(Closed));
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_wait_for_the_answer_may_go() {
    let (egg, mailbox) = mailbox(2);
    let running = tokio::spawn(run(Egg::new(DELAY), mailbox));
    {
        // Sent, and given up before it is answered.
        let send = egg.send(Event::Start);
        tokio::pin!(send);
        assert!(tokio::time::timeout(Duration::ZERO, &mut send).await.is_err());
    }
    drop(egg);
    assert_eq!(running.await.unwrap().state(), State::Done);
}
