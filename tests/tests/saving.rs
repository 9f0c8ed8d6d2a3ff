//! Saving and restoring, as programs do it: what comes back, what is refused, and in which words.

use std::time::Duration;

use fsm_runtime::{Error, Fsm, Outcome, Part, RestoreError, RunId, fsm};
use serde_json::{Value, json};

/// Passes for something that only the program knows.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ticket(String);

fsm! {
    enum Speed { Slow, Fast }

    #[snapshot]
    machine Plant {
        extern type Ticket = crate::Ticket;

        param most: u8 in 1..=9 = 3;
        context { speed: Speed = Speed::Slow, left: duration in 1s..=1h = 10s }
        event Start { ticket: Ticket };
        event Job { weight: u8 };
        event Stop;
        event Fail;
        event Back;
        internal event Late { by: duration };
        output Waited { by: duration };
        task build(weight: u8) -> u8 fails;
        limit failures <= most else -> Broken;

        initial state Off {
            on Start -> Running { ticket: event.ticket };
            on Back -> history(Running, Idle { ticket: none });
            defer Job max 3;
        }
        state Running {
            context { ticket: Ticket?, weight: u8 in 0..=100 = 0 }
            entry / raise Late { by: left } after 2s;
            exit / cancel Late;
            on Stop -> Off;
            on Late / emit Waited { by: event.by };

            initial state Idle {
                on Job -> Working / weight = event.weight;
                after (left) on restore restart -> Off;
            }
            parallel state Working {
                state Hands {
                    initial state Busy {
                        run build(weight) {
                            ok -> Ready / speed = Speed::Fast;
                            err -> Busy counts failures;
                        }
                        on Fail -> Busy counts failures;
                    }
                    final state Ready;
                }
                state Belt {
                    initial state Still { after 3s -> Moving; }
                    state Moving { every 1s on restore remaining / left = 20s; }
                }
                on done -> Idle;
            }
        }
        final state Broken;
    }


    #[snapshot]
    machine Lamp {
        event Press;
        initial state Unlit { on Press -> Lit; }
        state Lit { on Press -> Unlit; after 5s -> Unlit; }
    }
}

mod other {
    fsm_runtime::fsm! {
        #[snapshot]
        machine Lamp {
            event Press;
            initial state Unlit "off" { on Press -> Lit; }
            state Lit { on Press -> Unlit; after 6s -> Unlit; }
            limit presses <= 3 else -> Unlit;
            always [presses > 3] -> Unlit;
        }
    }
}

/// A machine whose floats need not be finite.
mod floats {
    fsm_runtime::fsm! {
        #[snapshot]
        machine Gauge {
            #[rust(allow(dead_code), doc(alias = "factor"))]
            param gain: f64 = 1.0;
            context { reads: u8 = 0, #[rust(doc(alias = "mean"))] level: f64 = 0.0, last: f64?, before: f64? }
            event Read { value: f64 };
            event Keep { value: f64, next: f64?, name: str };
            event Stop;
            internal event Settle { to: f64 };
            initial state Idle {
                on Read -> Reading { peak: event.value * 2.0 } / level = event.value * gain, last = event.value;
                defer Keep;
            }
            state Reading {
                context { peak: f64, low: f64? }
                entry / raise Settle { to: peak } after 5s;
                on Settle / level = event.to;
                on Stop -> Idle;
                defer Keep;
            }
            on Keep / last = event.next;
        }
    }
}

/// Writes down which tasks were started.
#[derive(Debug, Default)]
struct Tasks(Vec<String>);

impl PlantHost for Tasks {
    fn emit(&mut self, output: PlantOutput) {
        self.0.push(format!("{output:?}"));
    }

    fn start_build(&mut self, run: RunId, weight: u8) {
        self.0.push(format!("build({weight}) as {run}"));
    }

    fn cancel_build(&mut self, run: RunId) {
        self.0.push(format!("cancel {run}"));
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A plant at 5 s that works, with a deferred job and a delayed event behind it.
fn working() -> Plant<Tasks> {
    let mut plant = Plant::start(Tasks::default()).unwrap();
    assert_eq!(plant.handle(PlantEvent::Job { weight: 7 }), Ok(Outcome::Deferred));
    plant.handle(PlantEvent::Start { ticket: Ticket("T1".to_owned()) }).unwrap();
    plant.handle_at(seconds(1), PlantEvent::Fail).unwrap();
    assert!(plant.is_in(PlantState::Busy));
    plant
}

#[test]
fn a_machine_goes_on_as_it_was() {
    let plant = working();
    let text = serde_json::to_string(&plant.snapshot()).unwrap();
    let read: PlantSnapshot = serde_json::from_str(&text).unwrap();
    let mut restored = Plant::restore(Tasks::default(), read).unwrap();
    assert_eq!(restored.host().0, ["build(7) as run 1"], "the run that was under way is started again");
    assert_eq!(restored.configuration().collect::<Vec<_>>(), plant.configuration().collect::<Vec<_>>());
    assert_eq!(restored.running_context().unwrap().ticket, Some(Ticket("T1".to_owned())));
    assert_eq!(
        (restored.failures_count(), restored.now(), restored.next_deadline()),
        (1, seconds(1), Some(seconds(2)))
    );
    assert_eq!(restored.finish_build(RunId(0), Ok(1)), Ok(Outcome::Ignored), "it was cancelled before");
    assert_eq!(restored.finish_build(RunId(1), Ok(1)), Ok(Outcome::Taken));
    assert!(restored.is_in(PlantState::Ready));
    // Without serde it is a value all the same.
    assert!(Plant::restore(Tasks::default(), plant.snapshot().clone()).is_ok());
}

/// A gauge into which a value has gone, by all ways that there are.
fn gauge_of(value: f64) -> floats::Gauge<()> {
    let params = floats::GaugeParams { gain: 1.5 };
    let context = floats::GaugeContext { reads: 0, level: 0.0, last: None, before: None };
    let mut gauge = floats::Gauge::start_with((), params, context).unwrap();
    let keep = floats::GaugeEvent::Keep { value, next: Some(value), name: "kept".into() };
    assert_eq!(gauge.handle(keep), Ok(Outcome::Deferred));
    assert_eq!(gauge.handle(floats::GaugeEvent::Read { value }), Ok(Outcome::Taken));
    gauge
}

#[test]
fn every_float_comes_back() {
    for value in [0.1, -0.0, 3.0, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let snapshot = gauge_of(value).snapshot();
        // Unlike equality, what is shown tells zeros apart, and knows NaN.
        let shown = format!("{snapshot:?}");
        let text = serde_json::to_string(&snapshot).unwrap();
        let of_text: floats::GaugeSnapshot = serde_json::from_str(&text).unwrap();
        let of_value: floats::GaugeSnapshot = serde_json::from_value(serde_json::to_value(&snapshot).unwrap()).unwrap();
        let bytes = postcard::to_allocvec(&snapshot).unwrap();
        let of_bytes: floats::GaugeSnapshot = postcard::from_bytes(&bytes).unwrap();
        for read in [of_text, of_value, of_bytes] {
            assert_eq!(format!("{read:?}"), shown, "{text}");
            let mut restored = floats::Gauge::restore((), read).unwrap();
            restored.advance_to(seconds(5)).unwrap();
            assert_eq!(
                restored.context().level.to_bits() << 1,
                (value * 2.0).to_bits() << 1,
                "but for the sign of NaN"
            );
        }
    }
}

#[test]
fn floats_that_are_not_finite_are_texts_where_people_read() {
    let saved = serde_json::to_value(gauge_of(f64::NEG_INFINITY).snapshot()).unwrap();
    assert_eq!(saved["params"], json!({ "gain": 1.5 }));
    assert_eq!(saved["context"], json!({ "reads": 0, "level": "-inf", "last": "-inf", "before": null }));
    assert_eq!(saved["reading_context"], json!({ "peak": "-inf", "low": null }));
    assert_eq!(saved["delayed"], json!([[5_000_000_000_u64, { "Settle": { "to": "-inf" } }]]));
    assert_eq!(saved["deferred"], json!([{ "Keep": { "value": "-inf", "next": "-inf", "name": "kept" } }]));

    let with = |level: Value| {
        let mut saved = saved.clone();
        saved["context"]["level"] = level;
        serde_json::from_value::<floats::GaugeSnapshot>(saved).map(|read| read.context.level)
    };
    assert_eq!(with(json!(-3)).unwrap().to_bits(), (-3.0_f64).to_bits(), "some formats leave the point away");
    assert_eq!(with(json!(3)).unwrap().to_bits(), 3.0_f64.to_bits());
    let error = with(json!("much")).unwrap_err().to_string();
    assert_eq!(error, "invalid value: string \"much\", expected a float, or the text `inf`, `-inf` or `NaN`");
    assert!(with(json!(null)).is_err(), "nobody knows which float that was");
}

#[test]
fn a_binary_format_brings_everything_back() {
    let mut plant = working();
    plant.advance_to(seconds(3)).unwrap();
    plant.handle(PlantEvent::Job { weight: 9 }).unwrap_err();
    let mut halted = working();
    halted.handle(PlantEvent::Stop).unwrap();
    halted.handle(PlantEvent::Job { weight: 8 }).unwrap();
    for plant in [plant, halted] {
        let saved = plant.snapshot();
        let read: PlantSnapshot = postcard::from_bytes(&postcard::to_allocvec(&saved).unwrap()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&saved).unwrap());
        let restored = Plant::restore(Tasks::default(), read).unwrap();
        assert_eq!(serde_json::to_value(restored.snapshot()).unwrap(), serde_json::to_value(&saved).unwrap());
    }
}

#[test]
fn timers_do_what_is_said_of_them() {
    // Still since 0 s: `after 3s` is due at its own time, and what it arms is due while the machine is saved, too.
    let mut fired = Plant::restore_at(seconds(100), Tasks::default(), working().snapshot()).unwrap();
    assert_eq!(fired.next_deadline(), Some(seconds(2)), "nothing is done before time is told");
    fired.advance_to(seconds(5)).unwrap();
    assert_eq!(fired.host().0, ["build(7) as run 1", "Waited { by: 10s }"]);
    assert_eq!((fired.is_in(PlantState::Moving), fired.next_deadline()), (true, Some(seconds(6))));
    // A machine that was saved at 5 s and goes on at 1000 s: the next second ends at 1001 s.
    let remaining = Plant::restore_at(seconds(1000), Tasks::default(), fired.snapshot()).unwrap();
    assert_eq!(remaining.next_deadline(), Some(seconds(1001)));
    let mut idle = Plant::start(Tasks::default()).unwrap();
    idle.handle(PlantEvent::Start { ticket: Ticket(String::new()) }).unwrap();
    idle.advance_to(seconds(9)).unwrap();
    let restarted = Plant::restore_at(seconds(50), Tasks::default(), idle.snapshot()).unwrap();
    assert_eq!(restarted.next_deadline(), Some(seconds(60)));
    let early = Plant::restore_at(seconds(8), Tasks::default(), idle.snapshot()).unwrap_err();
    assert_eq!(early, RestoreError::Past { saved: seconds(9) });
    assert_eq!(early.to_string(), "time does not go back: the machine was saved 9s after its start");
}

#[test]
fn another_definition_is_refused_in_words() {
    let saved = serde_json::to_value(Lamp::start(()).unwrap().snapshot()).unwrap();
    let mut saved = saved.as_object().unwrap().clone();
    saved.insert("presses_count".to_owned(), json!(0));
    let read: other::LampSnapshot = serde_json::from_value(Value::Object(saved)).unwrap();
    let error = other::Lamp::restore((), read).unwrap_err();
    let RestoreError::Definition(difference) = error else { panic!("{error}") };
    assert_eq!(difference.parts().collect::<Vec<_>>(), [Part::Limits, Part::Timers, Part::Reactions]);
    assert_eq!(error.to_string(), "the machine was saved under another definition: other limits, timers and reactions");
}

/// What is said of a snapshot in which something was changed.
fn tampered(plant: &Plant<Tasks>, changes: &[(&str, Value)]) -> RestoreError {
    let mut value = serde_json::to_value(plant.snapshot()).unwrap();
    for (path, change) in changes {
        *value.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = change.clone();
    }
    let read: PlantSnapshot = serde_json::from_value(value).unwrap();
    Plant::restore(Tasks::default(), read).unwrap_err()
}

#[test]
fn what_cannot_be_is_refused() {
    let working = working();
    let mut idle = Plant::start(Tasks::default()).unwrap();
    idle.handle(PlantEvent::Start { ticket: Ticket(String::new()) }).unwrap();
    let mut ended = Plant::start(Tasks::default()).unwrap();
    ended.handle(PlantEvent::Job { weight: 7 }).unwrap();
    ended.handle(PlantEvent::Start { ticket: Ticket(String::new()) }).unwrap();
    for _ in 0..4 {
        ended.handle(PlantEvent::Fail).unwrap();
    }
    assert!(ended.is_terminated());
    assert!(matches!(ended.handle(PlantEvent::Stop), Err(Error::Terminated { .. })));

    let configuration = RestoreError::Configuration;
    assert_eq!(tampered(&working, &[("/state", json!("Running"))]), configuration, "a composite alone");
    assert_eq!(tampered(&working, &[("/state", json!(null))]), configuration, "nothing");
    assert_eq!(tampered(&working, &[("/hands_state", json!(null))]), configuration, "a region alone");
    assert_eq!(tampered(&working, &[("/hands_state", json!("Still"))]), configuration, "a state of another region");
    assert_eq!(tampered(&idle, &[("/belt_state", json!("Still"))]), configuration, "a region without its state");

    let context = RestoreError::Context { state: "Running" };
    assert_eq!(tampered(&working, &[("/running_context", json!(null))]), context);
    for (path, value, name) in [
        ("/params/most", json!(10), "most"),
        ("/context/left", json!({ "secs": 0, "nanos": 5 }), "left"),
        ("/running_context/weight", json!(101), "weight"),
    ] {
        assert_eq!(tampered(&working, &[(path, value)]), RestoreError::OutOfRange { name });
    }
    assert_eq!(tampered(&working, &[("/failures_count", json!(4))]), RestoreError::Limit { limit: "failures" });
    let history = RestoreError::History { state: "Running" };
    assert_eq!(tampered(&working, &[("/running_history", json!("Busy"))]), history, "no child");
    assert_eq!(tampered(&working, &[("/running_history", json!("Off"))]), history, "of something else");

    let timer = RestoreError::Timer { timer: "after (left) on restore restart in Running.Idle" };
    assert_eq!(tampered(&working, &[("/idle_after", json!(5_000_000_000_u64))]), timer);
    let timer = RestoreError::Timer { timer: "every 1s on restore remaining in Running.Working.Belt.Moving" };
    let moving = [("/belt_state", json!("Moving")), ("/still_after", json!(null)), ("/moving_every", json!([5, 0]))];
    assert_eq!(tampered(&working, &moving), timer, "it would let no time pass");

    let late = |deadline: u64| json!([deadline, { "Late": { "by": { "secs": 1, "nanos": 0 } } }]);
    assert_eq!(tampered(&working, &[("/delayed", json!([late(9), late(8)]))]), RestoreError::Delayed, "out of order");
    assert_eq!(
        tampered(&working, &[("/delayed", json!([[9, { "Job": { "weight": 1 } }]]))]),
        RestoreError::Delayed,
        "never raised"
    );
    assert_eq!(tampered(&ended, &[("/delayed", json!([late(9)]))]), RestoreError::Delayed, "the machine has ended");
    let late = json!({ "Late": { "by": { "secs": 1, "nanos": 0 } } });
    assert_eq!(tampered(&working, &[("/deferred", json!([late]))]), RestoreError::Deferred, "never deferred");
    let beyond = [("/recall", json!({ "next": 0, "end": 2, "anew": false }))];
    assert_eq!(tampered(&working, &beyond), RestoreError::Deferred);

    let run = RestoreError::Run { task: "build" };
    assert_eq!(tampered(&idle, &[("/busy_build_run", json!(0))]), run, "the state is not active");
    assert_eq!(tampered(&working, &[("/busy_build_run", json!(2))]), run, "no run had this number");
    for error in [configuration, context, history, timer, run, RestoreError::Delayed, RestoreError::Deferred] {
        let text = error.to_string();
        assert!(text.starts_with("the saved ") && !text.ends_with('.'), "{text}");
    }

    // More events than can wait are no snapshot at all.
    let mut value = serde_json::to_value(working.snapshot()).unwrap();
    let jobs: Vec<_> = (0..4).map(|weight| json!({ "Job": { "weight": weight } })).collect();
    *value.pointer_mut("/deferred").unwrap() = Value::Array(jobs);
    let error = serde_json::from_value::<PlantSnapshot>(value).unwrap_err().to_string();
    assert_eq!(error, "invalid length 4, expected at most 3 items");
}

/// The states of a machine that is derived.
#[derive(Fsm, Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[fsm(#[snapshot]; event Go;)]
enum LightState {
    #[fsm(initial; on Go -> Green;)]
    Red,
    #[fsm(on Go -> Red;)]
    Green,
}

#[test]
fn derived_machines_are_saved_as_well() {
    let mut light = Light::start(()).unwrap();
    light.handle(LightEvent::Go).unwrap();
    let text = serde_json::to_string(&light.snapshot()).unwrap();
    let restored = Light::restore((), serde_json::from_str(&text).unwrap()).unwrap();
    assert_eq!(restored.state(), LightState::Green);
}
