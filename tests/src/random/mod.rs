//! Random machines of the whole language, and what happens to them.
//!
//! A [`Case`] follows from a seed: a machine, the values it is started with, what is sent to it, and the seed of what its
//! host answers. The same seed gives the same case everywhere. A case that fails a test is made smaller by [`shrink`] as
//! long as it fails.
//!
//! The text of a machine is always without errors; whether it makes sense is another matter, so it is not held to the
//! checks. Nor is it protected from itself: actions fail, limits are exceeded, steps do not settle.

mod answers;
mod choices;
mod declarations;
pub mod describe;
mod expressions;
mod hold;
pub mod oracle;
mod play;
mod print;
mod reactions;
mod script;
mod shrink;
mod skeleton;
mod watch;
mod wide;

pub use answers::{Answers, answer};
pub use choices::Choices;
pub use hold::{Outcome, Seen, hold};
pub use play::{Loaded, Player};
pub use print::NAME;
pub use script::{Script, Step, Value, random_value};
pub use shrink::{shrink, shrink_machine, shrink_script};
pub use watch::{Watch, is_stalled};

use describe::{Body, Machine};
use skeleton::{ROOT, Skeleton};

/// How large a case is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// About how many states there are.
    pub states: usize,
    /// At most how many events.
    pub events: usize,
    /// At most how many reactions a state has.
    pub reactions: usize,
    /// How many steps the script has.
    pub steps: usize,
}

impl Size {
    /// A size that follows from the seed: from machines of two states to machines of twenty.
    #[must_use]
    pub fn of(seed: u64, steps: usize) -> Self {
        let mut choices = Choices::from_seed(seed ^ 0x517e);
        let states = choices.count(2, 12) + if choices.chance(20) { 8 } else { 0 };
        Size { states, events: choices.count(2, 6), reactions: choices.count(2, 4), steps }
    }
}

/// A machine and what happens to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The machine.
    pub machine: Machine,
    /// What happens to it.
    pub script: Script,
}

impl Case {
    /// The case of a seed.
    #[must_use]
    pub fn of(seed: u64, steps: usize) -> Self {
        Case::chosen(&mut Choices::from_seed(seed), Size::of(seed, steps))
    }

    /// The case of a seed with many states more, so that its transitions stand in a lookup table: each leads on by every
    /// event, the first event of the machine leads there, and some lead back.
    #[must_use]
    pub fn wide(seed: u64, steps: usize) -> Self {
        let mut choices = Choices::from_seed(seed);
        loop {
            // Machines with parallel states have no table.
            let mut case = Case::of(choices.below(u64::MAX), steps);
            if wide::widen(&mut case.machine) {
                return case;
            }
        }
    }

    /// The case that follows from `choices`.
    #[must_use]
    pub fn chosen(choices: &mut Choices<'_>, size: Size) -> Self {
        let machine = machine(choices, size);
        let script = script::script(choices, &machine, size.steps);
        Case { machine, script }
    }
}

/// What is being made.
struct Generator<'c, 'b> {
    choices: &'c mut Choices<'b>,
    size: Size,
    tree: Skeleton,
    /// What is declared so far; its body stays empty.
    machine: Machine,
    /// How many variables, limits and fields have names already.
    named: usize,
}

fn machine(choices: &mut Choices<'_>, size: Size) -> Machine {
    let tree = Skeleton::grow(choices, size);
    let machine = Machine {
        parallel: tree.nodes[ROOT].kind == describe::Kind::Parallel,
        enums: Vec::new(),
        params: Vec::new(),
        events: Vec::new(),
        outputs: Vec::new(),
        guards: Vec::new(),
        actions: Vec::new(),
        tasks: Vec::new(),
        body: Body::default(),
    };
    let mut generator = Generator { choices, size, tree, machine, named: 0 };
    generator.declare();
    let body = generator.body(ROOT);
    Machine { body, ..generator.machine }
}
