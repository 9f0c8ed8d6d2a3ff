//! What outlives a macrostep, run: timers, delayed raises, deferred events, tasks.

use std::time::Duration;

use fsm_runtime::{Outcome, RunId, Text, fsm};

/// Writes down what happens, in order.
#[derive(Debug, Default)]
struct Journal(Vec<String>);

impl Journal {
    fn take(&mut self) -> String {
        std::mem::take(&mut self.0).join(" ")
    }
}

const SECOND: Duration = Duration::from_secs(1);

mod timers {
    use super::{Journal, fsm};

    fsm! {
        machine Timers {
            param patience: duration = 4s;
            context { ticks: u8 = 0, wait: duration = 3s }
            event Go; event Stop; event Shorten; event Again; event Hang;
            action say(what: str, n: u8);
            initial state Idle {
                on Go -> Busy;
                on Hang -> Hung;
            }
            state Busy {
                every 2s / ticks += 1, say("tick", ticks);
                after (patience + 1s) -> Idle / say("late", ticks);
                initial state One { after wait -> Two / say("two", 0); }
                state Two { after 2s -> One / wait = 1s; after 2s / say("never: the first leaves", 0); }
                on Stop -> Idle;
                on Again / restart Busy, say("again", 0);
            }
            state Hung { every (wait - wait) -> Idle; after 0s -> Loop; }
            // Once that fails, and then time cannot pass.
            state Loop { entry / ticks += 100; after 0s -> Loop; }
        }
    }

    impl TimersHost for Journal {
        fn say(&mut self, what: &str, n: u8) {
            self.0.push(format!("{what}{n}"));
        }
    }
}

#[test]
fn timers_are_met_in_order_each_at_its_own_time() {
    use timers::{Timers, TimersEvent as E, TimersState as S};
    let mut machine = Timers::start(Journal::default()).unwrap();
    assert_eq!(machine.next_deadline(), None);
    machine.handle_at(10 * SECOND, E::Go).unwrap();
    assert_eq!(machine.next_deadline(), Some(12 * SECOND));
    machine.advance_to(Duration::from_millis(11_999)).unwrap();
    assert_eq!(machine.host_mut().take(), "");
    // 12 s: tick; 13 s: two; 14 s: tick; 15 s: both `after 2s` of Two and the patience are due, the inner one is first.
    machine.advance_to(20 * SECOND).unwrap();
    assert_eq!(machine.host_mut().take(), "tick1 two0 tick2 late2");
    assert_eq!((machine.state(), machine.now(), machine.next_deadline()), (S::Idle, 20 * SECOND, None));
    // The delay of One is now one second; a restart sets the others back, but not those of the states inside.
    machine.handle(E::Go).unwrap();
    machine.handle_at(21 * SECOND, E::Again).unwrap();
    machine.advance_to(23 * SECOND).unwrap();
    assert_eq!(machine.host_mut().take(), "two0 again0 tick3");
    assert_eq!(
        machine.advance_to(22 * SECOND).unwrap_err().to_string(),
        "time does not go back: it has been 23s since the start"
    );
    machine.handle(E::Stop).unwrap();
    assert_eq!(machine.next_deadline(), None, "the timers of states that were left are dropped");
}

#[test]
fn time_that_cannot_pass_is_a_livelock() {
    use timers::{Timers, TimersError, TimersEvent as E, TimersState as S};
    let mut machine = Timers::start(Journal::default()).unwrap();
    let error = machine.handle(E::Hang).unwrap_err();
    assert_eq!(error.to_string(), "`(wait - wait)` failed: the value lies outside of its range");
    let error = machine.advance_to(SECOND).unwrap_err();
    assert!(matches!(error, TimersError::Livelock { state: S::Loop }), "{error}");
}

mod delays {
    use super::{Journal, fsm};

    fsm! {
        machine Delays {
            event Send { n: u8, late: duration }; event Cancel; event Finish;
            internal event Ping { n: u8 };
            action say(n: u8);
            initial state A {
                on Send / raise Ping { n: event.n } after event.late, raise Ping { n: event.n + 100 } after 0s;
                on Ping / say(event.n);
                on Cancel / cancel Ping;
                on Finish -> End;
                after 2s / say(99);
            }
            final state End;
        }
    }

    impl DelaysHost for Journal {
        fn say(&mut self, n: u8) {
            self.0.push(n.to_string());
        }
    }
}

#[test]
fn delayed_events_come_in_the_order_of_their_deadlines() {
    use delays::{Delays, DelaysEvent as E};
    let mut machine = Delays::start(Journal::default()).unwrap();
    let send = |n: u8, late: u32| E::Send { n, late: late * SECOND };
    machine.handle(send(1, 3)).unwrap();
    machine.handle(send(2, 2)).unwrap();
    machine.handle(send(3, 2)).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.next_deadline()), ("", Some(Duration::ZERO)));
    machine.advance_to(Duration::ZERO).unwrap();
    assert_eq!(machine.host_mut().take(), "101 102 103");
    machine.advance_to(9 * SECOND).unwrap();
    assert_eq!(machine.host_mut().take(), "99 2 3 1", "at one instant timers of states come first");
    machine.handle(send(4, 1)).unwrap();
    machine.handle(E::Cancel).unwrap();
    assert_eq!(machine.next_deadline(), None);
    for n in 0..16 {
        machine.handle(send(n, 1)).unwrap();
    }
    let error = machine.handle(send(5, 1)).unwrap_err();
    let action = "raise Ping { n: event.n } after event.late";
    assert_eq!(error.to_string(), format!("`{action}` failed: too many delayed events wait"));
    machine.handle(E::Finish).unwrap();
    assert_eq!(machine.next_deadline(), None, "nothing is pending when the machine has ended");
}

mod deferring {
    use super::{Journal, fsm};

    fsm! {
        machine Deferring {
            context { open: bool = false }
            event Job { n: u8, what: str }; event Next; event Open; event Reset; event Other;
            action work(n: u8, what: str);
            initial state Busy {
                defer Job max 2, Other;
                on Next -> Idle;
            }
            state Idle {
                on Job -> Working / work(event.n, event.what);
                on Other [open] / work(0, "other");
                defer Other;
                on Open / open = true;
                on Reset -> Busy;
            }
            state Working { defer Job; ignore Other; on Next -> Idle; on Reset -> Busy; }
        }
    }

    impl DeferringHost for Journal {
        fn work(&mut self, n: u8, what: &str) {
            self.0.push(format!("{what}{n}"));
        }
    }
}

#[test]
fn deferred_events_are_tried_again_when_the_configuration_has_changed() {
    use deferring::{Deferring, DeferringEvent as E, DeferringState as S};
    let job = |n: u8| E::Job { n, what: "job".into() };
    let mut machine = Deferring::start(Journal::default()).unwrap();
    assert_eq!(machine.handle(job(1)).unwrap(), Outcome::Deferred);
    assert_eq!(machine.handle(E::Other).unwrap(), Outcome::Deferred);
    assert_eq!(machine.handle(job(2)).unwrap(), Outcome::Deferred);
    assert_eq!(machine.handle(job(3)).unwrap_err().to_string(), "cannot job from Busy: too many wait");
    machine.handle(E::Next).unwrap();
    // In Working the first job is done, `Other` is ignored and leaves, the second job stays.
    assert_eq!((machine.host_mut().take().as_str(), machine.state()), ("job1", S::Working));
    machine.handle(E::Next).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.state()), ("job2", S::Working));
    machine.handle(E::Next).unwrap();
    assert_eq!(machine.handle(E::Other).unwrap(), Outcome::Deferred);
    machine.handle(E::Open).unwrap();
    assert_eq!(machine.host_mut().take(), "", "the configuration has not changed");
    machine.handle(E::Reset).unwrap();
    machine.handle(E::Next).unwrap();
    assert_eq!(machine.host_mut().take(), "other0");
}

mod tasks {
    use super::{Journal, RunId, Text, fsm};

    fsm! {
        machine Tasks {
            context { n: u8 = 3, got: u16 = 0 }
            event Go; event Back; event Twice;
            task fetch(what: str, n: u8) -> u16 fails;
            task wait();
            action say(what: str);
            initial state Idle { on Go -> Loading; on Twice -> Passing; }
            state Loading {
                run fetch("page", n) {
                    ok [event.value > 9] -> Idle / got = event.value;
                    ok / say("little");
                    err [event.error == "slow"] -> Loading / say(event.error);
                }
                run wait() { ok -> Idle / say("waited"); }
                exit / say("-Loading");
                on Back -> Idle;
            }
            state Passing { run wait() { ok / say("never"); } always -> Idle; }
        }
    }

    impl TasksHost for Journal {
        fn say(&mut self, what: &str) {
            self.0.push(what.to_owned());
        }
        fn start_fetch(&mut self, run: RunId, what: &str, n: u8) {
            self.0.push(format!("start:{what}{n}:{run}"));
        }
        fn cancel_fetch(&mut self, run: RunId) {
            self.0.push(format!("cancel:{run}"));
        }
        fn start_wait(&mut self, run: RunId) {
            self.0.push(format!("wait:{run}"));
        }
        fn cancel_wait(&mut self, run: RunId) {
            self.0.push(format!("cancel:{run}"));
        }
    }

    #[test]
    fn tasks_run_while_their_state_is_active() {
        let mut machine = Tasks::start(Journal::default()).unwrap();
        let mut step = |what: &mut dyn FnMut(&mut Tasks<Journal>) -> String, expected: &str| {
            let answer = what(&mut machine);
            assert_eq!((machine.host_mut().take() + &answer).trim(), expected);
        };
        let answer = |result: Result<fsm_runtime::Outcome, TasksError>| match result {
            Ok(outcome) => format!(" {outcome:?}"),
            Err(error) => format!(" {error}"),
        };
        step(&mut |m| answer(m.handle(TasksEvent::Go)), "start:page3:run 0 wait:run 1 Taken");
        step(&mut |m| answer(m.finish_fetch(RunId(7), Ok(1))), "Ignored");
        step(&mut |m| answer(m.finish_fetch(RunId(0), Ok(1))), "little Taken");
        step(&mut |m| answer(m.finish_fetch(RunId(0), Ok(10))), "Ignored");
        step(&mut |m| answer(m.handle(TasksEvent::Back)), "cancel:run 1 -Loading Taken");
        step(&mut |m| answer(m.handle(TasksEvent::Go)), "start:page3:run 2 wait:run 3 Taken");
        step(
            &mut |m| answer(m.finish_fetch(RunId(2), Err(Text::new("slow")))),
            "cancel:run 3 -Loading slow start:page3:run 4 wait:run 5 Taken",
        );
        step(&mut |m| answer(m.finish_fetch(RunId(4), Err(Text::new("lost")))), "`fetch` failed: lost");
        step(&mut |m| answer(m.finish_wait(RunId(5))), "-Loading waited Taken");
        step(&mut |m| answer(m.finish_wait(RunId(5))), "Ignored");
        step(&mut |m| answer(m.handle(TasksEvent::Twice)), "Taken");
        assert_eq!((machine.state(), machine.context().got), (TasksState::Idle, 0));
    }
}
