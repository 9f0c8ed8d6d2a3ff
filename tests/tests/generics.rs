//! Machines with generic parameters: what they stand for is chosen where the machine is used.

use std::cell::RefCell;
use std::time::Duration;

use fsm_runtime::{Machine, Outcome, RunId};

mod machines {
    fsm_runtime::fsm_file!("machines/shelf.fsm");
}

use machines::{
    Relay, RelayEvent, RelayHost, RelayOutput, RelaySnapshot, RelayState, Shelf, ShelfContext, ShelfEvent, ShelfHost,
    ShelfOutput, ShelfParams,
};

/// What a shelf did, in words.
#[derive(Default)]
struct Keeper<'l> {
    lines: Vec<String>,
    labels: Vec<&'l str>,
}

impl<'a> ShelfHost<'a, &'a str, u8, 2> for Keeper<'a> {
    fn fits(&self, things: &[Option<&'a str>; 2]) -> bool {
        things.contains(&None)
    }

    fn added(&mut self, things: &[Option<&'a str>; 2], thing: &&'a str) -> [Option<&'a str>; 2] {
        let mut things = *things;
        if let Some(place) = things.iter_mut().find(|place| place.is_none()) {
            *place = Some(*thing);
        }
        things
    }

    fn note(&mut self, note: &u8) {
        self.lines.push(format!("note {note}"));
    }

    fn emit(&mut self, output: ShelfOutput<'a, &'a str>) {
        let ShelfOutput::Taken { thing, owner } = output;
        self.lines.push(format!("{owner} gets {thing}"));
        self.labels.push(thing);
    }
}

#[test]
fn a_machine_borrows_what_its_events_carry() {
    let text = "book, lamp".to_owned();
    let (book, lamp) = text.split_once(", ").unwrap();
    let (params, context) = (ShelfParams { owner: "Ada" }, ShelfContext { things: [None; 2], last: None });
    let mut shelf = Shelf::start_with(Keeper::default(), params, context).unwrap();
    shelf.handle(ShelfEvent::Put { thing: book, label: "paper" }).unwrap();
    assert_eq!(shelf.marked_context().map(|marked| (marked.label, marked.thing)), Some(("paper", "book")));
    assert!(shelf.handle(ShelfEvent::Take { thing: lamp }).is_err(), "that is not there");
    shelf.handle(ShelfEvent::Take { thing: &text[..4] }).unwrap();
    shelf.handle(ShelfEvent::Note { note: 7 }).unwrap();
    for thing in [lamp, book] {
        let is_taken = shelf.handle(ShelfEvent::Put { thing, label: "more" }).is_ok();
        assert_eq!(is_taken, thing == lamp, "two have room");
        let _ = shelf.handle(ShelfEvent::Count);
    }
    assert_eq!(shelf.context().things, [Some("book"), Some("lamp")]);
    let keeper = shelf.into_host();
    assert_eq!(keeper.lines, ["Ada gets book", "note 7"]);
    assert_eq!(keeper.labels, ["book"]);
}

/// The same machine as code, with things that cannot be copied, and with a host behind a reference.
#[derive(Clone, PartialEq)]
struct Crate(Vec<u8>);

struct Boxes;

impl ShelfHost<'static, Crate, (), 1> for Boxes {
    fn fits(&self, things: &[Option<Crate>; 1]) -> bool {
        things[0].is_none()
    }

    fn added(&mut self, _: &[Option<Crate>; 1], thing: &Crate) -> [Option<Crate>; 1] {
        [Some(thing.clone())]
    }

    fn note(&mut self, (): &()) {}

    fn emit(&mut self, _: ShelfOutput<'static, Crate>) {}
}

#[test]
fn a_machine_is_generic_for_what_drives_it() {
    fn feed<M: Machine>(
        machine: &mut M,
        event: M::Event,
    ) -> Result<Outcome, fsm_runtime::Error<M::State, M::EventKind>> {
        machine.handle(event)
    }
    let mut boxes = Boxes;
    let (params, context) = (ShelfParams { owner: "Bo" }, ShelfContext { things: [None], last: None });
    let mut shelf = Shelf::start_with(&mut boxes, params, context).unwrap();
    assert_eq!(feed(&mut shelf, ShelfEvent::Put { thing: Crate(vec![1]), label: "x" }), Ok(Outcome::Taken));
    let event: ShelfEvent<'_, Crate, ()> = ShelfEvent::Put { thing: Crate(vec![]), label: "x" };
    assert_eq!(format!("{event:?}"), "Put { .. }", "nothing is asked of a type that stands for another");
}

/// What a relay handed over, and which runs it started.
#[derive(Default)]
struct Porter {
    handed: RefCell<Vec<String>>,
    runs: Vec<RunId>,
}

impl RelayHost<String> for Porter {
    fn start_weigh(&mut self, run: RunId, _: &(String, String)) {
        self.runs.push(run);
    }

    fn cancel_weigh(&mut self, _: RunId) {}

    fn emit(&mut self, output: RelayOutput<String>) {
        self.handed.borrow_mut().push(match output {
            RelayOutput::Handed { parcel: (one, other) } => format!("handed {one}+{other}"),
            RelayOutput::Late { item } => format!("late {item}"),
        });
    }
}

#[test]
fn what_waits_is_saved_and_restored() {
    let mut relay: Relay<String, u32, _> = Relay::start(Porter::default()).unwrap();
    let parcel = ("a".to_owned(), "b".to_owned());
    assert_eq!(relay.handle(RelayEvent::Hand { parcel }), Ok(Outcome::Deferred));
    relay.handle(RelayEvent::Later { item: "c".to_owned(), load: f64::INFINITY }).unwrap();
    relay.handle(RelayEvent::Sign { by: 5 }).unwrap();

    let text = serde_json::to_string(&relay.snapshot()).unwrap();
    let read: RelaySnapshot<String, u32> = serde_json::from_str(&text).unwrap();
    assert_eq!(read.definition, RelaySnapshot::<u8, u8>::DEFINITION, "what the parameters stand for is no part of it");
    let mut relay = Relay::restore(Porter::default(), read).unwrap();
    assert_eq!(relay.context().signed, Some(5));

    relay.handle(RelayEvent::Ready).unwrap();
    assert!(relay.is_in(RelayState::Weighing), "what was deferred is taken");
    let run = relay.host().runs[0];
    relay.finish_weigh(run, Ok(9)).unwrap();
    assert_eq!(relay.context().signed, Some(9));
    relay.advance_to(Duration::from_mins(1)).unwrap();
    assert_eq!(*relay.host().handed.borrow(), ["handed a+b", "late c"]);
    assert!(relay.context().load.is_infinite(), "every float comes back");
}
