//! What the interpreter refuses of snapshots: all that its machine could not have become.

use fsm_core::interpreter::{
    ActiveRun, Answer, Definition, Host, Interpreter, Occurrence, PendingTimer, RestoreError, RunId, Scheduled,
    Snapshot, Value,
};
use fsm_core::model::{Event, Guard, Id, Machine, Program, Reaction, State, Trigger, Variable};
use fsm_core::source::Sources;
use fsm_core::{Analysis, Part};
use fsm_tests::analyzed;

/// Says yes to everything.
struct Willing;

impl Host for Willing {
    fn guard(&mut self, _: Id<Guard>, _: &[Value]) -> bool {
        true
    }
}

/// A definition, to make machines of.
struct Plant {
    sources: Sources,
    program: Program,
}

impl Plant {
    fn new() -> Self {
        Plant::of(include_str!("../machines/saved.fsm"))
    }

    fn of(text: &str) -> Self {
        let (sources, Analysis { program, .. }) = analyzed("saved.fsm", text);
        Plant { sources, program }
    }

    fn machine(&self) -> &Machine {
        &self.program.machines[0]
    }

    fn definition(&self) -> Definition {
        Definition::of(&self.program, self.machine(), &self.sources)
    }

    fn state(&self, name: &str) -> Id<State> {
        let named = |&id: &Id<State>| self.machine().qualified_name(id) == name;
        self.machine().states.ids().find(named).unwrap_or_else(|| panic!("{name}"))
    }

    fn event(&self, name: &str) -> Id<Event> {
        let mut events = self.machine().events.enumerate();
        events.find(|(_, event)| event.name.text == name).map_or_else(|| panic!("{name}"), |(id, _)| id)
    }

    fn variable(&self, name: &str) -> Id<Variable> {
        let mut variables = self.machine().variables.enumerate();
        variables.find(|(_, variable)| variable.name.text == name).map_or_else(|| panic!("{name}"), |(id, _)| id)
    }

    /// The timer of a state.
    fn timer(&self, state: &str) -> Id<Reaction> {
        let (state, mut reactions) = (self.state(state), self.machine().reactions.enumerate());
        let is_it = |reaction: &Reaction| {
            reaction.source == state && matches!(reaction.trigger, Trigger::After(_) | Trigger::Every(_))
        };
        reactions.find(|(_, reaction)| is_it(reaction)).map(|(id, _)| id).expect("it has one")
    }

    fn occurrence(&self, event: &str, fields: &[Value]) -> Occurrence {
        Occurrence { event: self.event(event), fields: fields.to_vec() }
    }

    /// The machine behind these events.
    fn behind(&self, events: &[Occurrence]) -> Snapshot {
        let (mut interpreter, _) = Interpreter::start(&self.sources, self.machine(), &[], &mut Willing).unwrap();
        for event in events {
            let step = interpreter.handle(event.clone(), &mut Willing);
            assert!(matches!(step.answer, Ok(Answer::Taken | Answer::Deferred)), "{step:?}");
        }
        interpreter.snapshot(self.definition())
    }

    fn begin(&self) -> Occurrence {
        self.occurrence("Start", &[Value::Extern("T".to_owned()), Value::Text("a".to_owned())])
    }

    fn job(&self) -> Occurrence {
        self.occurrence("Job", &[Value::Int(7)])
    }

    /// A plant that works, with a job deferred and an event raised for later.
    fn working(&self) -> Snapshot {
        self.behind(&[self.job(), self.begin()])
    }

    fn idle(&self) -> Snapshot {
        self.behind(&[self.begin()])
    }

    fn off(&self) -> Snapshot {
        self.behind(&[self.job()])
    }

    fn restored(&self, snapshot: Snapshot) -> Result<Interpreter<'_>, RestoreError> {
        let (now, definition) = (snapshot.now, self.definition());
        let machine = self.machine();
        Interpreter::restore(&self.program, &self.sources, machine, definition, snapshot, now, &mut Willing)
            .map(|(interpreter, _)| interpreter)
    }

    /// Why a snapshot is refused once it was changed; unchanged it is not.
    fn refused(&self, snapshot: &Snapshot, change: impl FnOnce(&mut Snapshot)) -> RestoreError {
        assert!(self.restored(snapshot.clone()).is_ok());
        let mut changed = snapshot.clone();
        change(&mut changed);
        assert_ne!(changed, *snapshot, "nothing was changed");
        self.restored(changed).expect_err("it is refused")
    }
}

#[test]
fn a_restored_machine_is_saved_as_the_original() {
    let plant = Plant::new();
    for snapshot in [plant.working(), plant.idle(), plant.off()] {
        assert_eq!(plant.restored(snapshot.clone()).unwrap().snapshot(plant.definition()), snapshot);
    }
}

#[test]
fn another_definition_is_refused() {
    let (plant, text) = (Plant::new(), include_str!("../machines/saved.fsm"));
    let other = Plant::of(&text.replace("after 1h", "after 2h").replace("in 0..=100", "in 0..=99"));
    let differences = vec![Part::Context, Part::Timers];
    assert_eq!(other.restored(plant.idle()).err(), Some(RestoreError::Definition(differences)));
    let relabelled = Plant::of(&text.replace("initial state Off", "initial state Off \"switched off\""));
    assert!(relabelled.restored(plant.idle()).is_ok());
}

#[test]
fn an_earlier_time_is_refused() {
    let plant = Plant::new();
    let (snapshot, machine) = (Snapshot { now: 5, ..plant.idle() }, plant.machine());
    let at = |now: u64| {
        let (program, snapshot) = (&plant.program, snapshot.clone());
        let host = &mut Willing;
        Interpreter::restore(program, &plant.sources, machine, plant.definition(), snapshot, now, host).err()
    };
    assert_eq!((at(4), at(5), at(6)), (Some(RestoreError::Past), None, None));
}

#[test]
fn states_that_cannot_be_active_together_are_refused() {
    let plant = Plant::new();
    let (working, idle) = (plant.working(), plant.idle());
    let without =
        |state: &str| plant.refused(&working, |saved| assert!(saved.configuration.remove(&plant.state(state))));
    for state in ["Running", "Running.Working", "Running.Working.Belt", "Running.Working.Hands.Busy"] {
        assert_eq!(without(state), RestoreError::Configuration, "without {state}");
    }
    let with = |state: &str| plant.refused(&idle, |saved| assert!(saved.configuration.insert(plant.state(state))));
    for state in ["Off", "Running.Working", "Running.Working.Belt.Still"] {
        assert_eq!(with(state), RestoreError::Configuration, "with {state}");
    }
    assert_eq!(plant.refused(&idle, |saved| saved.configuration.clear()), RestoreError::Configuration);
    assert_eq!(plant.refused(&idle, |saved| drop(saved.values.pop())), RestoreError::Configuration);
    assert_eq!(plant.refused(&idle, |saved| saved.counts.push(0)), RestoreError::Configuration);
}

#[test]
fn values_that_no_variable_can_have_are_refused() {
    let plant = Plant::new();
    let idle = plant.idle();
    let speeds = plant.program.enums.ids().next().unwrap();
    for (name, value) in [
        ("most", Value::Int(10)),
        ("most", Value::Text("3".to_owned())),
        ("left", Value::Duration(5)),
        ("weight", Value::Int(101)),
        ("weight", Value::None),
        ("speed", Value::Variant(speeds, 2)),
        ("note", Value::Bool(true)),
    ] {
        let id = plant.variable(name);
        let refused = plant.refused(&idle, |saved| saved.values[id.index()] = Some(value.clone()));
        assert_eq!(refused, RestoreError::OutOfRange(id), "{name} = {value:?}");
    }
    let most = plant.variable("most");
    assert_eq!(plant.refused(&idle, |saved| saved.values[most.index()] = None), RestoreError::OutOfRange(most));
    let running = RestoreError::Context(plant.state("Running"));
    let weight = plant.variable("weight").index();
    assert_eq!(plant.refused(&idle, |saved| saved.values[weight] = None), running, "half of a context");
}

#[test]
fn counts_and_histories_that_cannot_be_are_refused() {
    let plant = Plant::new();
    let idle = plant.idle();
    let limit = plant.machine().limits.ids().next().unwrap();
    assert_eq!(plant.refused(&idle, |saved| saved.counts[0] = 4), RestoreError::Limit(limit));
    assert!(plant.restored(Snapshot { counts: vec![3], ..idle.clone() }).is_ok());

    let running = plant.state("Running");
    let states = |names: &[&str]| names.iter().map(|name| plant.state(name)).collect::<Vec<_>>();
    for (deep, recorded) in [
        (false, states(&["Off"])),
        (false, states(&["Running.Working.Belt"])),
        (false, states(&["Running.Idle", "Running.Working"])),
        (true, states(&["Running.Working"])),
        (true, states(&["Running.Working.Belt.Still"])),
        (true, states(&["Running.Working.Belt.Still", "Running.Working.Belt.Moving"])),
    ] {
        let refused = plant.refused(&idle, |saved| drop(saved.history.insert((running, deep), recorded.clone())));
        assert_eq!(refused, RestoreError::History(running), "{deep} {recorded:?}");
    }
    let working = plant.state("Running.Working");
    let refused = plant.refused(&idle, |saved| drop(saved.history.insert((working, false), Vec::new())));
    assert_eq!(refused, RestoreError::History(working), "nothing enters a history of it");
    let both = states(&["Running.Working.Hands.Busy", "Running.Working.Belt.Moving"]);
    let mut recorded = idle.clone();
    recorded.history.insert((running, true), both);
    assert!(plant.restored(recorded).is_ok());
}

#[test]
fn timers_that_cannot_be_armed_are_refused() {
    let plant = Plant::new();
    let working = plant.working();
    let armed = |state: &str, period: Option<u64>| PendingTimer { timer: plant.timer(state), deadline: 9, period };
    for timer in [armed("Running.Idle", None), armed("Running.Working.Belt.Moving", Some(1))] {
        let refused = plant.refused(&working, |saved| {
            saved.timers.push(timer.clone());
            saved.timers.sort_by_key(|other| other.timer);
        });
        assert_eq!(refused, RestoreError::Timer(timer.timer), "its state is not active");
    }
    let hour = working.timers.iter().position(|timer| timer.timer == plant.timer("Running")).unwrap();
    let refused = plant.refused(&working, |saved| saved.timers[hour].period = Some(1));
    assert_eq!(refused, RestoreError::Timer(plant.timer("Running")), "it is met once");
    let refused = plant.refused(&working, |saved| {
        let twice = saved.timers[hour].clone();
        saved.timers.insert(hour, twice);
    });
    assert_eq!(refused, RestoreError::Timer(plant.timer("Running")), "it is armed twice");
    let minute = working.timers.iter().position(|timer| timer.period.is_some()).unwrap();
    let refused = plant.refused(&working, |saved| saved.timers[minute].period = Some(0));
    assert_eq!(refused, RestoreError::Timer(working.timers[minute].timer), "it would let no time pass");
    let refused = plant.refused(&working, |saved| saved.timers[minute].period = None);
    assert_eq!(refused, RestoreError::Timer(working.timers[minute].timer), "it is met again and again");
}

#[test]
fn events_that_cannot_wait_are_refused() {
    let plant = Plant::new();
    let (working, off) = (plant.working(), plant.off());
    let late = Scheduled { event: plant.occurrence("Late", &[Value::Duration(1)]), deadline: 9, number: 1 };
    let delayed = |event: &str| RestoreError::Delayed(plant.event(event));
    let with = |late: Scheduled| plant.refused(&working, |saved| saved.scheduled.push(late));
    assert_eq!(with(late.clone()), delayed("Late"), "its number is still to come");
    assert_eq!(with(Scheduled { number: 0, ..late.clone() }), delayed("Late"), "its number is another's");
    let is_all = |saved: &mut Snapshot, event: Occurrence| {
        saved.scheduled = vec![Scheduled { event, deadline: 9, number: 0 }];
    };
    let refused = plant.refused(&working, |saved| is_all(saved, plant.job()));
    assert_eq!(refused, delayed("Job"), "it is never raised for later");
    let refused = plant.refused(&working, |saved| is_all(saved, plant.occurrence("Late", &[])));
    assert_eq!(refused, delayed("Late"), "a field is missing");
    let refused = plant.refused(&working, |saved| is_all(saved, plant.occurrence("Late", &[Value::Int(3)])));
    assert_eq!(refused, delayed("Late"), "a field has another type");
    let refused = plant.refused(&working, |saved| {
        saved.scheduled = (0..33).map(|number| Scheduled { number, ..late.clone() }).collect();
        saved.next_scheduled = 33;
    });
    assert_eq!(refused, delayed("Late"), "more wait than can");

    let deferred = |event: &str| RestoreError::Deferred(plant.event(event));
    let refused = plant.refused(&off, |saved| saved.deferred.push(plant.begin()));
    assert_eq!(refused, deferred("Start"), "it is never deferred");
    let refused = plant.refused(&off, |saved| saved.deferred.push(plant.occurrence("Job", &[Value::Int(256)])));
    assert_eq!(refused, deferred("Job"), "no field holds that much");
    let refused = plant.refused(&off, |saved| saved.recall = 0..2);
    assert_eq!(refused, deferred("Job"), "one more is to be looked at than waits");
}

#[test]
fn runs_that_cannot_be_under_way_are_refused() {
    let plant = Plant::new();
    let (working, idle) = (plant.working(), plant.idle());
    let run = working.runs[0].clone();
    assert_eq!((run.run, working.next_run), (RunId(0), 1));
    let refused = plant.refused(&idle, |saved| {
        saved.runs.push(run.clone());
        saved.next_run = 1;
    });
    assert_eq!(refused, RestoreError::Run(run.run), "its state is not active");
    let with = |run: ActiveRun| plant.refused(&working, |saved| saved.runs = vec![run]);
    assert_eq!(with(ActiveRun { run: RunId(1), ..run.clone() }), RestoreError::Run(RunId(1)), "no run had this number");
    assert_eq!(with(ActiveRun { index: 1, ..run.clone() }), RestoreError::Run(run.run), "the state has one task");
    let refused = plant.refused(&working, |saved| saved.runs.push(run.clone()));
    assert_eq!(refused, RestoreError::Run(run.run), "it is under way twice");
}
