//! Machines of enums: `#[derive(Fsm)]`.

use fsm_runtime::{Fsm, Machine, Outcome};

/// A turnstile, seen only in here.
#[derive(Fsm, Debug, Clone, Copy, PartialEq, Eq)]
#[fsm(event Coin { value: u8 }; event Push; context { earned: u32 = 0 })]
enum TurnstileState {
    #[fsm(initial; on Coin [event.value > 0] -> Unlocked / earned += event.value;)]
    Locked,
    #[fsm(on Push -> Locked; ignore Coin;)]
    Unlocked,
}

mod lamps {
    /// What a lamp does.
    #[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    #[fsm(machine Lamp "Reading lamp"; event Press; event Next; output Lit { bright: bool };)]
    #[fsm(#[rust(derive(PartialOrd))] enum Bulb { Old, New } event Change { bulb: Bulb };)]
    #[repr(u8)]
    pub(super) enum Light {
        /// Within it the lamp burns.
        #[fsm("burning"; on Press -> Off; exit / emit Lit { bright: false };)]
        On = 3,
        #[fsm(initial within On; on Next -> Bright;)]
        Dim,
        #[fsm(within On; entry / emit Lit { bright: true }; on Next -> Dim;)]
        Bright,
        #[fsm(initial; on Press -> On; on Change [event.bulb == Bulb::New] -> Bright; on Change -> Broken;)]
        Off,
        #[fsm(final "out of order")]
        Broken = 99,
    }
}

use lamps::{Lamp, LampBulb, LampEvent, LampHost, LampOutput, Light};

#[derive(Default)]
struct Room {
    seen: Vec<bool>,
}

impl LampHost for Room {
    fn emit(&mut self, output: LampOutput) {
        let LampOutput::Lit { bright } = output;
        self.seen.push(bright);
    }
}

#[test]
fn the_enum_itself_is_the_type_of_the_states() {
    let mut turnstile = Turnstile::start(()).unwrap();
    assert_eq!(turnstile.state(), TurnstileState::Locked);
    assert_eq!(turnstile.handle(TurnstileEvent::Coin { value: 2 }), Ok(Outcome::Taken));
    assert_eq!(turnstile.handle(TurnstileEvent::Coin { value: 2 }), Ok(Outcome::Ignored));
    assert_eq!((turnstile.state(), turnstile.context().earned), (TurnstileState::Unlocked, 2));
    turnstile.handle(TurnstileEvent::Push).unwrap();
    let refused = turnstile.handle(TurnstileEvent::Push).unwrap_err();
    assert_eq!(refused.to_string(), "cannot push from Locked");
    assert_eq!(<Turnstile<()> as Machine>::STATES, [TurnstileState::Locked, TurnstileState::Unlocked]);
    assert_eq!(TurnstileState::TRANSITIONS.len(), 3);
}

#[test]
fn states_lie_within_each_other() {
    let mut lamp = Lamp::start(Room::default()).unwrap();
    assert_eq!((Lamp::<Room>::NAME, lamp.state()), ("Lamp", Light::Off));
    lamp.handle(LampEvent::Press).unwrap();
    assert_eq!(lamp.state(), Light::Dim);
    assert!(lamp.is_in(Light::On) && Light::Dim.parent() == Some(Light::On));
    lamp.handle(LampEvent::Next).unwrap();
    lamp.handle(LampEvent::Press).unwrap();
    lamp.handle(LampEvent::Change { bulb: LampBulb::Old }).unwrap();
    assert!(lamp.is_terminated() && LampBulb::Old < LampBulb::New);
    assert_eq!(lamp.host().seen, [true, false]);
    assert_eq!(
        (Light::On.to_string(), Light::Broken.label(), Light::Bright.name()),
        ("burning".to_owned(), "out of order", "On.Bright")
    );
    assert_eq!((Light::On as u8, Light::Dim as u8, Light::Broken as u8), (3, 4, 99), "the enum is the user's own");
}

#[derive(Fsm, Debug, Clone, Copy, PartialEq, Eq)]
#[fsm(event Tick; event Call; event Close;)]
enum CrossingState {
    #[fsm(initial parallel; on Close -> Closed;)]
    Running,
    #[fsm(within Running)]
    Cars,
    #[fsm(initial within Cars; on Tick -> CarsRed;)]
    CarsGreen,
    #[fsm(within Cars; after 30s -> CarsGreen;)]
    CarsRed,
    #[fsm(within Running)]
    Walkers,
    #[fsm(initial within Walkers; on Tick [in Cars.CarsGreen] -> Walking; defer Call;)]
    Waiting,
    #[fsm(within Walkers; on Call -> Waiting;)]
    Walking,
    #[fsm(final)]
    Closed,
}

#[test]
fn regions_timers_and_deferral_work_as_in_every_machine() {
    use std::time::Duration;
    let mut crossing = Crossing::start(()).unwrap();
    assert!(crossing.is_in(CrossingState::CarsGreen) && crossing.is_in(CrossingState::Waiting));
    assert_eq!(crossing.handle(CrossingEvent::Call), Ok(Outcome::Deferred));
    assert_eq!(crossing.handle(CrossingEvent::Tick), Ok(Outcome::Taken));
    assert!(crossing.is_in(CrossingState::CarsRed) && crossing.is_in(CrossingState::Waiting), "the call was recalled");
    crossing.advance_to(Duration::from_secs(30)).unwrap();
    assert!(crossing.is_in(CrossingState::CarsGreen));
    crossing.handle(CrossingEvent::Close).unwrap();
    assert!(crossing.is_terminated());
}

/// Many states that do the same stand in a table, whose rows are numbered as the variants are: not as the states within each
/// other are.
mod rings {
    macro_rules! ring {
        ($name:ident, $states:ident, [$($home:tt)*], $($number:literal)?) => {
            #[derive(fsm_runtime::Fsm, Debug, Clone, Copy, PartialEq, Eq)]
            #[fsm(machine $name; event On; event Back; event Far; event Home; context { homes: u8 in 0..=9 = 0 })]
            #[fsm($($home)*)]
            pub(super) enum $states {
                #[fsm(within Inner; on On -> Four; on Back -> Two; on Far -> Six;)]
                Three $(= $number)?,
                #[fsm(on On -> Two; on Back -> Nine; on Far -> Four;)]
                One,
                #[fsm(on On -> Seven; on Back -> Five; on Far -> Nine;)]
                Six,
                #[fsm(initial within Inner; on On -> Three; on Back -> One; on Far -> Five;)]
                Two,
                #[fsm(initial)]
                Inner,
                #[fsm(on On -> Five; on Back -> Three; on Far -> Seven;)]
                Four,
                #[fsm(on On -> Nine; on Back -> Seven; on Far -> Two;)]
                Eight,
                #[fsm(on On -> Eight; on Back -> Six; on Far -> One;)]
                Seven,
                #[fsm(on On -> One; on Back -> Eight; on Far -> Three;)]
                Nine,
                #[fsm(on On -> Six; on Back -> Four; on Far -> Eight;)]
                Five,
                #[fsm(on On -> Two; on Back -> Ten; on Far -> Three;)]
                Ten,
                #[fsm(on On -> Ten; on Back -> Ten; on Far -> Ten;)]
                Eleven,
            }
        };
    }

    ring!(Ring, RingState, [on Home [homes < 9] -> One / homes += 1;],);
    ring!(Numbered, NumberedState, [on Home [homes < 9] -> One / homes += 1;], 7);
    // The table of this one tells all.
    ring!(Whole, WholeState, [on Home -> One;],);
    ring!(WholeNumbered, WholeNumberedState, [on Home -> One;], 7);

    #[test]
    fn a_table_is_numbered_as_the_variants_are() {
        let cells = RingState::ALL.iter().map(|&state| Ring::<()>::look_up(state, RingEventKind::On as usize));
        let cells: Vec<_> = cells.filter(|(effect, ..)| *effect > 0).map(|(_, goal, _)| goal).collect();
        assert!(cells.len() >= 10, "the machine has a table");
        assert_eq!(RingState::ALL[0], RingState::One, "in the order of the definition, unlike the variants");
        let (_, goal, row) = Ring::<()>::look_up(RingState::Seven, RingEventKind::Far as usize);
        assert_eq!((goal, RingState::TRANSITIONS[row].source), (RingState::One, Some(RingState::Seven)));
    }
}

/// What a ring answers to many events, and the state in which it is then.
macro_rules! walk {
    ($machine:ident, $event:ident) => {{
        use rings::{$event as Event, $machine as Machine};
        let mut machine = Machine::start(()).unwrap();
        let events = (0..400_usize).map(|step| [Event::On, Event::Back, Event::Far, Event::Home][step * step % 19 % 4]);
        let seen = events.map(|event| (machine.handle(event).is_ok(), format!("{:?}", machine.state())));
        seen.collect::<Vec<_>>()
    }};
}

#[test]
fn with_and_without_a_table_the_same_is_done() {
    let seen = walk!(Ring, RingEvent);
    assert_eq!(seen, walk!(Numbered, NumberedEvent));
    assert!(seen.iter().any(|(is_taken, _)| !is_taken), "home at most nine times");
    let whole = walk!(Whole, WholeEvent);
    assert_eq!(whole, walk!(WholeNumbered, WholeNumberedEvent));
    assert!(whole.iter().all(|(is_taken, _)| *is_taken));
    let states: std::collections::BTreeSet<_> = whole.into_iter().map(|(_, state)| state).collect();
    assert!(states.len() > 6, "{states:?}");
    assert_eq!((rings::RingState::Three as usize, rings::NumberedState::Three as usize), (0, 7));
}
