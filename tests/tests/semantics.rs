//! What `docs/language.md` says of the meaning of a machine, run.

use fsm_runtime::{Outcome, Target, TransitionKind, Trigger, fsm};

/// Writes down what happens, in order.
#[derive(Debug, Default)]
struct Journal(Vec<String>);

impl Journal {
    fn take(&mut self) -> String {
        std::mem::take(&mut self.0).join(" ")
    }
}

mod queues {
    use super::fsm;

    fsm! {
        parallel machine Chorus {
            context { heard: u8 in 0..=9 = 0, left: u8 in 0..=9 = 0 }
            event Sing; event Stop;
            internal event Note; internal event Gone;
            state Soprano { initial state High { on Sing / raise Note; exit / raise Gone; } }
            state Alto { initial state Middle { on Sing / raise Note; exit / raise Gone; on Stop -> Hall; } }
            state Bass { initial state Low { on Sing / raise Note; exit / raise Gone; } }
            state Hall;
            on Note [heard < 9] / heard += 1;
            on Gone [left < 9] / left += 1;
        }
    }

    fsm! {
        machine Flood {
            event Fill; internal event Drop;
            context { drops: u32 in 0..=999 = 0 }
            initial state S {
                on Fill / raise Drop, raise Drop, raise Drop, raise Drop, raise Drop;
                on Drop [drops < 999] / drops += 1, raise Drop, raise Drop, raise Drop, raise Drop;
            }
        }
    }
}

#[test]
fn there_is_room_for_what_regions_raise_together() {
    use queues::{Chorus, ChorusEvent};
    let mut chorus = Chorus::start(()).unwrap();
    assert_eq!(chorus.handle(ChorusEvent::Sing), Ok(Outcome::Taken));
    assert_eq!(chorus.handle(ChorusEvent::Stop), Ok(Outcome::Taken));
    assert_eq!((chorus.context().heard, chorus.context().left), (3, 3));
}

#[test]
fn a_queue_that_is_full_is_a_livelock() {
    use queues::{Flood, FloodEvent};
    let mut flood = Flood::start(()).unwrap();
    for drops in [11, 22] {
        assert!(matches!(flood.handle(FloodEvent::Fill), Err(fsm_runtime::Error::Livelock { .. })));
        assert_eq!(flood.context().drops, drops, "as many are looked at as in the interpreter");
    }
}

mod order {
    use super::{Journal, fsm};

    fsm! {
        machine Order {
            event Out; event In; event Local; event Again; event Itself; event Stay;
            action say(what: str);

            entry / say("+Order");
            initial state A {
                entry / say("+A"); exit / say("-A");
                initial state B {
                    entry / say("+B"); exit / say("-B");
                    initial state C { entry / say("+C"); exit / say("-C"); on Itself -> C / say("itself"); }
                }
                on Out -> D / say("out");
                on Local -> B / say("local");
                on Again -> B reenter / say("again");
                on Stay / say("stay");
            }
            state D {
                entry / say("+D"); exit / say("-D");
                on In -> A.B.C / say("in");
            }
        }
    }

    impl OrderHost for Journal {
        fn say(&mut self, what: &str) {
            self.0.push(what.to_owned());
        }
    }
}

#[test]
fn exits_then_actions_then_entries() {
    use order::{Order, OrderEvent as E, OrderState as S};
    let mut machine = Order::start(Journal::default()).unwrap();
    assert_eq!(machine.host_mut().take(), "+Order +A +B +C");
    for (event, expected, state) in [
        (E::Stay, "stay", S::C),
        (E::Itself, "-C itself +C", S::C),
        (E::Local, "-C -B local +B +C", S::C),
        (E::Again, "-C -B -A again +A +B +C", S::C),
        (E::Out, "-C -B -A out +D", S::D),
        (E::In, "-D in +A +B +C", S::C),
    ] {
        assert_eq!(machine.handle(event).unwrap(), Outcome::Taken);
        assert_eq!((machine.host_mut().take().as_str(), machine.state()), (expected, state));
    }
    assert!(machine.is_in(S::A) && machine.is_in(S::B) && !machine.is_in(S::D));
    let kinds: Vec<_> = S::TRANSITIONS.iter().map(|row| row.kind).collect();
    let [external, local, internal] = [TransitionKind::External, TransitionKind::Local, TransitionKind::Internal];
    assert_eq!(kinds, [external, local, external, internal, external, external]);
}

mod lookup {
    use super::fsm;

    fsm! {
        machine Lookup {
            context { by: u8 = 0, high: bool = false }
            event E; event F; event G; event H;
            initial state Outer {
                initial state Inner {
                    on E [high] / by = 1;
                    on E / by = 2;
                    on F [high] / by = 3;
                    on * / by = 4;
                    ignore H;
                }
                on F / by = 5;
                on G / by = 6;
            }
            on E, F, G, H / by = 7;
        }
    }
}

#[test]
fn inner_beats_outer_and_any_comes_last() {
    use lookup::{Lookup, LookupContext, LookupEvent as E};
    let by = |high: bool, event: E| {
        let mut machine = Lookup::start_with((), LookupContext { by: 0, high }).unwrap();
        let outcome = machine.handle(event).unwrap();
        (outcome, machine.context().by)
    };
    assert_eq!(by(true, E::E), (Outcome::Taken, 1));
    assert_eq!(by(false, E::E), (Outcome::Taken, 2));
    assert_eq!(by(true, E::F), (Outcome::Taken, 3));
    assert_eq!(by(false, E::F), (Outcome::Taken, 4));
    assert_eq!(by(false, E::G), (Outcome::Taken, 4));
    assert_eq!(by(false, E::H), (Outcome::Ignored, 0));
}

mod history {
    use super::fsm;

    fsm! {
        machine History {
            event Next; event Leave; event Shallow; event Deep; event WithDefault; event Finish;
            initial state Home {
                initial state One { on Next -> Two; }
                state Two {
                    context { visits: u8 = 0 }
                    entry / visits += 1;
                    initial state First { on Next -> Second / visits += 10; }
                    state Second { on Next -> One; }
                }
                final state Over;
                on Finish -> Over;
                on Leave -> Away;
            }
            state Away {
                on Shallow -> history(Home);
                on Deep -> deep history(Home);
                on WithDefault -> history(Home, Two.Second);
            }
        }
    }
}

#[test]
fn history_is_what_was_last_active() {
    use history::{History, HistoryEvent as E, HistoryState as S};
    let after = |events: &[E]| {
        let mut machine = History::start(()).unwrap();
        for &event in events {
            machine.handle(event).unwrap();
        }
        (machine.state(), machine.two_context().map(|context| context.visits))
    };
    assert_eq!(after(&[E::Leave, E::Shallow]), (S::One, None));
    assert_eq!(after(&[E::Next, E::Leave]), (S::Away, None));
    assert_eq!(after(&[E::Next, E::Next, E::Leave, E::Shallow]), (S::First, Some(12)));
    assert_eq!(after(&[E::Next, E::Next, E::Leave, E::Deep]), (S::Second, Some(12)));
    assert_eq!(after(&[E::Finish, E::Leave, E::Shallow]), (S::One, None), "a final state is not restored");
    assert_eq!(after(&[E::Finish, E::Leave, E::WithDefault]), (S::Second, Some(1)));
}

mod settling {
    use super::{Journal, fsm};

    fsm! {
        machine Settling {
            event Go; event Loop; event Flood; event Finish;
            internal event First { n: u8 }; internal event Second; internal event Nobody;
            context { spinning: bool = false }
            action say(what: str, n: u8);
            initial state Idle {
                on Go -> Busy / raise First { n: 7 }, raise Second, raise Nobody, say("go", 0);
                on Loop / spinning = true;
                always [spinning] -> Spin;
            }
            state Busy {
                entry / say("busy", 0);
                initial state Step {
                    on First / say("first", event.n), raise Second;
                    on Second / say("second", 0);
                    on Finish -> End;
                    on Flood / raise First { n: 0 }, raise First { n: 0 }, raise First { n: 0 };
                }
                final state End { entry / say("end", 0); }
                on done -> Idle / say("done", 0);
            }
            state Spin { always -> Spun; }
            state Spun { always -> Spin; }
        }
    }

    impl SettlingHost for Journal {
        fn say(&mut self, what: &str, n: u8) {
            self.0.push(format!("{what}{n}"));
        }
    }
}

#[test]
fn raised_events_are_taken_in_order_before_the_next_one_from_outside() {
    use settling::{Settling, SettlingEvent as E, SettlingState as S};
    let mut machine = Settling::start(Journal::default()).unwrap();
    machine.handle(E::Go).unwrap();
    assert_eq!(machine.host_mut().take(), "go0 busy0 first7 second0 second0");
    machine.handle(E::Finish).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.state()), ("end0 done0", S::Idle));
}

#[test]
fn an_endless_step_is_stopped() {
    use settling::{Settling, SettlingError, SettlingEvent as E};
    let mut machine = Settling::start(Journal::default()).unwrap();
    let error = machine.handle(E::Loop).unwrap_err();
    assert!(matches!(error, SettlingError::Livelock { .. }), "{error}");
    assert!(error.to_string().starts_with("stopped in Sp"));
}

mod failing {
    use super::{Journal, fsm};

    fsm! {
        machine Failing {
            context { n: u8 in 0..=2 = 2, wide: i64 = -1, last: str? }
            event Grow; event Narrow; event Text { text: str }; event Use; event Keep { n: u8 };
            output Said { n: u8 };
            initial state A {
                on Grow -> B / emit Said { n: n }, n += 1, emit Said { n: 99 };
                on Narrow / emit Said { n: wide };
                on Text / last = event.text;
                on Use {
                    [last == none] / n = 0;
                    else / last = none, emit Said { n: n };
                }
                on Keep -> C { kept: event.n };
            }
            state B { entry / n -= 1; on Grow -> A; }
            state C { context { kept: u8 in 3..=5 } on Grow -> A; }
        }
    }

    impl FailingHost for Journal {
        fn emit(&mut self, output: FailingOutput) {
            let FailingOutput::Said { n } = output;
            self.0.push(n.to_string());
        }
    }
}

#[test]
fn a_failing_action_cuts_its_list_and_the_transition_goes_on() {
    use failing::{Failing, FailingError, FailingEvent as E, FailingState as S};
    let mut machine = Failing::start(Journal::default()).unwrap();
    let error = machine.handle(E::Grow).unwrap_err();
    let FailingError::ActionFailed(failure) = error else { panic!("{error}") };
    assert_eq!((failure.origin, failure.message.as_str()), ("n += 1", "the value lies outside of its range"));
    // What was emitted stands, the rest of the list is cut, and the entry action is done.
    assert_eq!(machine.host_mut().take(), "2");
    assert_eq!((machine.state(), machine.context().n), (S::B, 1));
    machine.handle(E::Grow).unwrap();
    let error = machine.handle(E::Narrow).unwrap_err();
    assert_eq!(error.to_string(), "`emit Said { n: wide }` failed: the value lies outside of its range");
    machine.handle(E::Use).unwrap();
    assert_eq!(machine.context().n, 0);
    machine.handle(E::Text { text: "x".into() }).unwrap();
    machine.handle(E::Use).unwrap();
    assert_eq!(machine.host_mut().take(), "0");
    assert_eq!(machine.context().last, None);
    for (n, nearest) in [(9, 5), (2, 3)] {
        machine.handle(E::Keep { n }).unwrap_err();
        assert_eq!((machine.state(), machine.c_context().map(|context| context.kept)), (S::C, Some(nearest)));
        machine.handle(E::Grow).unwrap();
    }
}

mod answering {
    use super::{Journal, fsm};
    use fsm_runtime::Text;

    fsm! {
        machine Answering {
            context { n: u8 in 0..=9 = 0, seen: str = "", total: u32? }
            event Charge { sum: u8 }; event Ask; event Check { what: u8? };
            action charge(sum: u8) -> u8 fails;
            action total() -> u32?;
            action note(what: str);
            action drop_it() fails;
            initial state A {
                on Charge / n = charge(event.sum), note("charged");
                on Ask / total = total(), if total != none && total > 6 { note("much"), drop_it(), note("cut") } else if in A { note("here") } else {}, note("asked");
                on Check / if event.what != none { n = event.what, note("some") } else { note("none") };
            }
            on error / note(event.message), seen = event.origin;
        }
    }

    impl AnsweringHost for Journal {
        fn charge(&mut self, sum: u8) -> Result<u8, Text> {
            if sum == 7 { Err(format!("no {sum}").into()) } else { Ok(sum * 2) }
        }
        fn total(&mut self) -> Option<u32> {
            u32::try_from(self.0.len()).ok()
        }
        fn drop_it(&mut self) -> Result<(), Text> {
            Err("it stays".into())
        }
        fn note(&mut self, what: &str) {
            self.0.push(what.to_owned());
        }
    }
}

#[test]
fn the_host_answers_and_fails() {
    use answering::{Answering, AnsweringEvent as E};
    let mut machine = Answering::start(Journal::default()).unwrap();
    machine.handle(E::Charge { sum: 4 }).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.context().n), ("charged", 8));
    machine.handle(E::Charge { sum: 7 }).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.context().n), ("no 7", 8), "what fails keeps no result");
    assert_eq!(machine.context().seen, "n = charge(event.sum)");
    machine.handle(E::Charge { sum: 5 }).unwrap();
    assert_eq!(machine.host_mut().take(), "the value lies outside of its range");
    machine.handle(E::Ask).unwrap();
    assert_eq!((machine.host().0.join(" ").as_str(), machine.context().total), ("here asked", Some(0)));
    machine.host_mut().0 = vec![String::new(); 7];
    machine.handle(E::Ask).unwrap();
    assert_eq!(machine.host_mut().take().trim(), "much it stays", "a failure cuts the whole list");
    machine.handle(E::Check { what: Some(3) }).unwrap();
    machine.handle(E::Check { what: None }).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.context().n), ("some none", 3));
}

mod catching {
    use super::{Journal, fsm};
    use fsm_runtime::Text;

    fsm! {
        machine Catching {
            event Go; event Back;
            action work(n: u8) fails;
            initial state Strict {
                on Go -> Lenient / work(1), work(2);
            }
            state Lenient {
                entry / work(3);
                on error [event.origin == "work(3)"] / work(4);
                on Back -> Strict / work(5);
            }
        }
    }

    impl CatchingHost for Journal {
        fn work(&mut self, n: u8) -> Result<(), Text> {
            self.0.push(n.to_string());
            Err(Text::new("broken"))
        }
    }
}

#[test]
fn a_failure_that_nobody_takes_is_the_answer() {
    use catching::{Catching, CatchingError, CatchingEvent as E, CatchingState as S};
    let mut machine = Catching::start(Journal::default()).unwrap();
    // Of the failures of `work(1)`, `work(3)` and `work(4)` only the second is taken.
    let CatchingError::ActionFailed(failure) = machine.handle(E::Go).unwrap_err() else { panic!() };
    assert_eq!((failure.origin, machine.host_mut().take().as_str(), machine.state()), ("work(1)", "1 3 4", S::Lenient));
    let error = machine.handle(E::Back).unwrap_err();
    assert_eq!((error.to_string().as_str(), machine.state()), ("`work(5)` failed: broken", S::Strict));
}

mod initials {
    use super::{Journal, fsm};

    fsm! {
        machine Initials {
            event Enter; event Into; event Recall; event Deep; event Leave; event Next;
            action say(what: str);
            entry / say("+M");
            initial -> Out / say("start");
            state Out {
                entry / say("+Out");
                on Enter -> Home / say("enter");
                on Into -> Home.B / say("into");
                on Recall -> history(Home, B / say("nothing"), say("kept")) / say("recall");
            }
            state Home {
                entry / say("+Home");
                initial -> history(Home, A / say("first"));
                state A { entry / say("+A"); on Next -> B; }
                state B {
                    entry / say("+B");
                    initial -> Two / say("two");
                    state One { entry / say("+One"); }
                    state Two { entry / say("+Two"); on Next -> One; }
                }
                on Leave -> Out / say("leave");
            }
        }
    }

    impl InitialsHost for Journal {
        fn say(&mut self, what: &str) {
            self.0.push(what.to_owned());
        }
    }
}

#[test]
fn initial_transitions_and_histories_act_between_entries() {
    use initials::{Initials, InitialsEvent as E, InitialsState as S};
    let mut machine = Initials::start(Journal::default()).unwrap();
    assert_eq!(machine.host_mut().take(), "+M start +Out");
    for (event, expected, state) in [
        (E::Enter, "enter +Home first +A", S::A),
        (E::Leave, "leave +Out", S::Out),
        (E::Into, "into +Home +B two +Two", S::Two),
        (E::Next, "+One", S::One),
        (E::Leave, "leave +Out", S::Out),
        (E::Recall, "recall +Home +B two +Two", S::Two),
        (E::Leave, "leave +Out", S::Out),
        (E::Enter, "enter +Home +B two +Two", S::Two),
    ] {
        machine.handle(event).unwrap();
        assert_eq!((machine.host_mut().take().as_str(), machine.state()), (expected, state));
    }
    let mut machine = Initials::start(Journal::default()).unwrap();
    machine.host_mut().take();
    machine.handle(E::Recall).unwrap();
    assert_eq!(machine.host_mut().take(), "recall +Home nothing kept +B two +Two");
}

mod ends {
    use super::{Journal, fsm};

    fsm! {
        machine Ends {
            event Finish; event Again;
            action say(what: str);
            initial state Outer {
                initial state Inner {
                    initial state Work { on Finish -> Over; }
                    final state Over;
                    on done / say("inner");
                }
                on done(Inner) / say("never: inner beats outer");
                on done -> Away / say("outer");
                on Finish -> Ended;
                final state Ended;
            }
            state Away { on Again -> Outer; }
            on done(Outer.Inner) / say("nor this");
        }
    }

    impl EndsHost for Journal {
        fn say(&mut self, what: &str) {
            self.0.push(what.to_owned());
        }
    }
}

mod given {
    super::fsm! {
        machine Given {
            event Go;
            event Back;
            context { level: u8 = 1 }
            initial state Off { on Go -> history(Work, Late); }
            state Work {
                initial -> Early { from: level } / level += 1;
                state Early { context { from: u8 } on Go -> Late; }
                state Late { on Go -> history(Work); on Back -> Off; }
            }
        }
    }

    super::fsm! {
        parallel machine Beside {
            event Go;
            state Left {
                initial -> history(Left, Work);
                state Work {
                    initial -> history(Deep, Early { from: level });
                    state Deep {
                        initial state Early { context { from: u8 } on Go -> Late; }
                        state Late { on Go -> history(Left); }
                    }
                }
            }
            state Right { initial state Idle; }
            context { level: u8 = 7 }
        }
    }
}

#[test]
fn what_initial_transitions_give_reaches_states_behind_histories() {
    use given::{Beside, Given, GivenEvent as E, GivenState as S};
    let mut machine = Given::start(()).unwrap();
    machine.handle(E::Go).unwrap();
    assert_eq!(machine.state(), S::Late);
    machine.handle(E::Go).unwrap();
    assert_eq!((machine.early_context().map(|early| early.from), machine.context().level), (Some(1), 2));
    assert_eq!(Beside::start(()).unwrap().early_context().map(|early| early.from), Some(7));
}

#[test]
fn the_end_of_a_composite_is_an_event_that_is_looked_up_as_any_other() {
    use ends::{Ends, EndsEvent as E, EndsState as S};
    let mut machine = Ends::start(Journal::default()).unwrap();
    machine.handle(E::Finish).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.state()), ("inner", S::Over));
    machine.handle(E::Finish).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.state()), ("outer", S::Away));
}

mod limits {
    use super::fsm;

    fsm! {
        machine Limits {
            param most: u32 = 2;
            event Try; event Leave; event Back; event Reset; event Stay;
            context { stayed: u8 = 0 }
            limit outer < 3 else -> Gone;
            limit stays <= most else;
            initial state Job {
                limit inner <= 1 else -> Tired;
                initial state Work {
                    on Try -> Work counts inner;
                    on Stay counts stays / stayed += 1;
                }
                state Tired { on Try -> Work counts outer; }
                on Leave -> Away;
                on Reset / reset inner, reset outer;
            }
            state Away { on Back -> Job counts outer; }
            final state Gone;
        }
    }
}

#[test]
fn limits_count_reset_and_lead_elsewhere() {
    use limits::{Limits, LimitsEvent as E, LimitsState as S};
    let mut machine = Limits::start(()).unwrap();
    let mut run = |events: &[E]| {
        for &event in events {
            machine.handle(event).unwrap();
        }
        (machine.state(), machine.inner_count(), machine.outer_count(), machine.context().stayed)
    };
    assert_eq!(run(&[E::Try]), (S::Work, 1, 0, 0));
    assert_eq!(run(&[E::Try]), (S::Tired, 1, 0, 0), "beyond the limit its own tail is taken, and not counted");
    assert_eq!(run(&[E::Try]), (S::Work, 1, 1, 0));
    assert_eq!(run(&[E::Leave, E::Back]), (S::Work, 0, 2, 0), "entering Job sets the limit of Job to zero");
    assert_eq!(run(&[E::Stay, E::Stay, E::Stay]), (S::Work, 0, 2, 2), "a tail without a target stays");
    assert_eq!(run(&[E::Try, E::Reset]), (S::Work, 0, 0, 2));
    assert_eq!(run(&[E::Leave, E::Back, E::Leave, E::Back]), (S::Work, 0, 2, 2));
    assert_eq!(run(&[E::Leave, E::Back]), (S::Gone, 0, 2, 2));
}

mod refusing {
    use super::fsm;

    fsm! {
        machine Refusing {
            param most: u32 = 1;
            event Try "try" { hard: bool }; event Push; event Wait; event Leave; event Work; event Spin;
            internal event Again;
            context { tried: u8 = 0, pushed: u8 = 0, beats: u8 = 0, spun: u8 = 0 }
            limit tries <= most;
            limit pushes < 3;
            limit spins <= 2;
            initial state Outer {
                initial state Working {
                    limit ticks <= 2;
                    on Try { [event.hard] -> Working counts tries / tried += 1; else -> Resting; }
                    on Push / raise Again;
                    on Again counts pushes / pushed += 1;
                    every 1s counts ticks / beats += 1;
                    defer Wait;
                }
                state Resting { on Wait -> Resting counts tries / tried += 1; on Work -> Working; }
                on Try, Again -> Away;
            }
            state Away { on Leave -> Outer; on Spin / spun = 10; always [spun >= 10] counts spins / spun += 1; }
            on Leave -> Away;
        }
    }
}

#[test]
fn a_limit_without_else_refuses() {
    use refusing::{Refusing, RefusingError, RefusingEvent as E, RefusingEventKind as K, RefusingState as S};
    let mut machine = Refusing::start(()).unwrap();
    machine.handle(E::Try { hard: true }).unwrap();
    let error = machine.handle(E::Try { hard: true }).unwrap_err();
    let (state, event) = (S::Working, K::Try);
    assert_eq!(error, RefusingError::LimitReached { state, event, limit: "tries", count: 1 });
    assert_eq!(error.to_string(), "cannot try from Working: `tries` has reached 1");
    assert_eq!(
        (machine.state(), machine.tries_count(), machine.context().tried),
        (S::Working, 1, 1),
        "neither a later branch nor the state around takes it"
    );

    assert_eq!(machine.handle(E::Wait), Ok(Outcome::Deferred));
    machine.handle(E::Try { hard: false }).unwrap();
    assert_eq!(
        (machine.state(), machine.context().tried),
        (S::Resting, 1),
        "a deferred event that is refused is dropped"
    );
    machine.handle(E::Work).unwrap();
    assert_eq!(machine.context().tried, 1);
}

#[test]
fn what_comes_from_within_and_would_exceed_a_limit_is_dropped() {
    use refusing::{Refusing, RefusingEvent as E, RefusingState as S};
    let mut machine = Refusing::start(()).unwrap();
    for _ in 0..4 {
        assert_eq!(machine.handle(E::Push), Ok(Outcome::Taken));
    }
    assert_eq!((machine.state(), machine.context().pushed, machine.pushes_count()), (S::Working, 2, 2));
    machine.advance_to(std::time::Duration::from_secs(5)).unwrap();
    assert_eq!((machine.state(), machine.context().beats), (S::Working, 2), "a timer is lost");
    machine.handle(E::Leave).unwrap();
    machine.handle(E::Spin).unwrap();
    assert_eq!((machine.state(), machine.context().spun), (S::Away, 12), "an eventless transition is not enabled");
}

#[test]
fn a_limit_without_else_has_no_row_of_its_own() {
    use refusing::RefusingState as S;
    assert!(S::TRANSITIONS.iter().all(|row| !matches!(row.trigger, Trigger::Limit(_))));
    assert_eq!(S::TRANSITIONS.iter().filter(|row| row.limit == Some("tries")).count(), 2);
}

mod refusing_regions {
    use super::fsm;

    fsm! {
        parallel machine RefusingRegions {
            event Go; event Next; event Reset;
            context { taken: u8 = 0 }
            limit goes <= 1;
            state A { initial state Counting { on Go -> Counting counts goes; } on Reset / reset goes; }
            state B {
                initial state Ignoring { ignore Go; on Next -> Asking; }
                state Asking { on Go [false] -> Taking; on Next -> Taking; }
                state Taking { on Go / taken += 1; on Next -> Deferring; }
                state Deferring { defer Go; on Next -> Counting2; }
                state Counting2 { on Go -> Counting2 counts goes; }
            }
        }
    }
}

#[test]
fn a_region_whose_limit_is_reached_yields_to_regions_that_take_or_defer() {
    use refusing_regions::{RefusingRegions, RefusingRegionsError as Error, RefusingRegionsEvent as E};
    let mut machine = RefusingRegions::start(()).unwrap();
    assert_eq!(machine.handle(E::Go), Ok(Outcome::Taken));
    for state in ["Ignoring", "Asking"] {
        let answer = machine.handle(E::Go);
        assert!(matches!(answer, Err(Error::LimitReached { limit: "goes", count: 1, .. })), "{state}: {answer:?}");
        machine.handle(E::Next).unwrap();
    }
    assert_eq!(machine.handle(E::Go), Ok(Outcome::Taken));
    assert_eq!((machine.goes_count(), machine.context().taken), (1, 1), "the other region took it");
    machine.handle(E::Next).unwrap();
    assert_eq!(machine.handle(E::Go), Ok(Outcome::Deferred));
    machine.handle(E::Next).unwrap();
    assert_eq!(machine.goes_count(), 1, "what was deferred is refused now, and dropped");
    machine.handle(E::Reset).unwrap();
    assert_eq!(machine.handle(E::Go), Ok(Outcome::Taken));
    assert_eq!(machine.goes_count(), 1, "of two regions the first one counts");
    assert!(machine.handle(E::Go).is_err());
}

mod shared_events {
    use super::{Journal, fsm};

    fsm! {
        parallel machine SharedEvents {
            event Note { n: u8 }; event Set { value: u8 };
            #[allow(FSM703)]
            event Text { n: u8, text: str };
            #[allow(all)]
            internal event Never { n: u8 };
            action say(what: str, n: u8);
            action ask() -> u8;
            context { last: str = "", asked: u8 = 0 }
            on Set / asked = ask(), say("set", event.value);
            state A {
                initial state First {
                    on Note, Text -> Second / raise Text { n: event.n, text: "raised" };
                    on Never / say("never", event.n);
                }
                state Second { on Text / last = event.text, say(last, event.n); }
            }
            state B { on Note, Never / say("either", event.n); }
        }
    }

    impl SharedEventsHost for Journal {
        fn say(&mut self, what: &str, n: u8) {
            self.0.push(format!("{what}{n}"));
        }
        fn ask(&mut self) -> u8 {
            9
        }
    }
}

/// A field that only one of several events has, and a literal of that event's; an internal event that nothing raises.
#[test]
fn several_events_are_met_by_what_they_share() {
    use shared_events::{SharedEvents, SharedEventsEvent as E};
    let mut machine = SharedEvents::start(Journal::default()).unwrap();
    machine.handle(E::Note { n: 3 }).unwrap();
    assert_eq!(machine.host_mut().take(), "either3 raised3");
    machine.handle(E::Set { value: 1 }).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.context().asked), ("set1", 9));
}

mod numbers {
    use super::fsm;

    fsm! {
        machine Numbers {
            context { a: u64 in 0..=9_000_000_000 = 9_000_000_000, b: i8 = -128, e: i64 = -9_223_372_036_854_775_808, c: u8 = 255, d: duration = 1500ms }
            event Sum; event Widths; event Negative; event Time { long: duration };
            initial state A {
                on Sum [a * 4 - 1 > 35_999_999_998 && c + c == 510 && -b == 128] -> B;
                on Widths [b < c && a > b && c % 10 == 5 && max(b, c) == 255 && min(a, c) == 255] -> B;
                on Negative [
                    b / 2 == -64 && b - 1 == -129 && 0 - c < 0 && -(b + c) == -127 && 300 - (c - b) == -83
                        && (b + c) * 2 == 254 && 7 - -b == -121 && -(-b) == -128 && !(b > 0 || c == 0)
                        && e % -1 == 0 && e / -1 > 0 && -e > 0 && e - 1 < e
                ] -> B;
                on Time [d * 2 == 3s && event.long - d > 0s && event.long > d && d / 3 == 500ms] -> B;
            }
            state B { on Sum -> A; }
        }
    }
}

#[test]
fn arithmetic_is_over_unbounded_integers() {
    use numbers::{Numbers, NumbersEvent as E, NumbersState as S};
    let long = std::time::Duration::MAX;
    for event in [E::Sum, E::Widths, E::Negative, E::Time { long }] {
        let mut machine = Numbers::start(()).unwrap();
        machine.handle(event).unwrap();
        assert_eq!(machine.state(), S::B);
    }
}

mod starting {
    use super::fsm;

    fsm! {
        machine Starting {
            param most: u8 in 1..=9 = 7;
            param patience: duration in 1s..=1min = 5s;
            context { left: u8 in 0..=5 = most, wait: duration = patience * 2, guess: u8? in 0..=3 }
            event Go;
            initial state A { on Go [left < 9 && wait > 1s && guess == none && most > 0] -> B; }
            state B { on Go -> A; }
        }
    }
}

#[test]
fn what_the_machine_starts_with_is_inside_its_ranges() {
    use starting::{Starting, StartingContext, StartingParams};
    use std::time::Duration;
    let second = Duration::from_secs(1);
    let params = StartingParams { most: 7, patience: second };
    let context = StartingContext { left: 0, wait: second, guess: None };
    let start = |params, context| Starting::start_with((), params, context).map_err(|error| error.to_string());
    assert!(start(params, context).is_ok());
    let outside = |name: &str| format!("`{name}` lies outside of its range");
    assert_eq!(start(StartingParams { most: 0, ..params }, context).unwrap_err(), outside("most"));
    let short = Duration::from_millis(999);
    assert_eq!(start(StartingParams { patience: short, ..params }, context).unwrap_err(), outside("patience"));
    assert_eq!(start(params, StartingContext { left: 6, ..context }).unwrap_err(), outside("left"));
    assert_eq!(start(params, StartingContext { guess: Some(4), ..context }).unwrap_err(), outside("guess"));
    assert_eq!(start(params, StartingContext { wait: Duration::MAX, ..context }).unwrap_err(), outside("wait"));
    // An initial value that params lead out of its range becomes the nearest value inside.
    let machine = Starting::start(()).unwrap();
    assert_eq!((machine.context().left, machine.context().wait), (5, 10 * second));
}

mod shadowing {
    use super::{Journal, fsm};

    fsm! {
        machine Shadowing {
            context { value: u8 = 1, n: u8? = some(2), new_n: u8 = 3 }
            event E { value: u8, n: u8, new_n: u8, argument0: u8 };
            output Out { value: u8, n: u8 };
            action say(a: u8, b: u8);
            initial state A {
                on E [n != none && n < 9] -> B { n: event.n } / value += 1, emit Out { value: event.value, n: n }, say(n, event.argument0);
            }
            state B { context { n: u8 } on E -> A / say(n, event.new_n); }
        }
    }

    impl ShadowingHost for Journal {
        fn say(&mut self, a: u8, b: u8) {
            self.0.push(format!("{a},{b}"));
        }

        fn emit(&mut self, output: ShadowingOutput) {
            let ShadowingOutput::Out { value, n } = output;
            self.0.push(format!("{value};{n}"));
        }
    }
}

#[test]
fn fields_of_events_and_variables_of_one_name_are_kept_apart() {
    use shadowing::{Shadowing, ShadowingEvent as E};
    let event = E::E { value: 10, n: 20, new_n: 30, argument0: 40 };
    let mut machine = Shadowing::start(Journal::default()).unwrap();
    machine.handle(event).unwrap();
    assert_eq!((machine.host_mut().take().as_str(), machine.context().value), ("10;2 2,40", 2));
    machine.handle(event).unwrap();
    assert_eq!(machine.host_mut().take(), "20,30");
}

mod raw {
    use super::fsm;

    fsm! {
        enum r#type { r#match, Other }
        machine r#Raw {
            event r#fn { r#use: r#type };
            guard r#if(r#use: r#type);
            initial state r#loop { on r#fn [r#if(event.r#use) && event.r#use == r#type::r#match] -> r#while; }
            state r#while { ignore r#fn; }
        }
    }
}

struct Always;

impl raw::RawHost for Always {
    fn r#if(&self, _: raw::r#type) -> bool {
        true
    }
}

#[test]
fn keywords_of_rust_are_raw_names() {
    let mut machine = raw::Raw::start(Always).unwrap();
    machine.handle(raw::RawEvent::r#fn { r#use: raw::r#type::r#match }).unwrap();
    assert_eq!(machine.state(), raw::RawState::r#while);
    assert_eq!(machine.state().name(), "while");
}

#[test]
fn the_table_and_the_trait_are_read_at_run_time() {
    fn count<M: fsm_runtime::Machine>(machine: &M) -> (&'static str, usize, usize, bool) {
        (M::NAME, M::STATES.len(), M::TRANSITIONS.len(), machine.is_terminated())
    }
    use limits::{Limits, LimitsEventKind as K, LimitsState as S};
    assert_eq!(count(&Limits::start(()).unwrap()), ("Limits", 5, 9, false));
    let first = S::TRANSITIONS[0];
    assert_eq!((first.source, first.trigger, first.limit), (Some(S::Job), Trigger::Event(K::Leave), None));
    let tail = S::TRANSITIONS.iter().find(|row| row.trigger == Trigger::Limit("outer")).unwrap();
    assert_eq!((tail.source, tail.target), (None, Target::State(S::Gone)));
}
