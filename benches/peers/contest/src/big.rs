//! The machines of many states, for build scripts: from each state each event leads to another state, and the first
//! event is counted.

use std::path::Path;
use std::{env, fs};

/// How many states a machine has, and by how much each event leads on.
#[derive(Debug, Clone, Copy)]
pub struct Big {
    /// The name of the shape.
    pub name: &'static str,
    /// The number of states: `S0`, `S1`, …
    pub states: usize,
    /// For each event (`E0`, `E1`, …) by how many states it leads on.
    pub steps: &'static [usize],
}

/// The shapes.
pub const SHAPES: [Big; 2] = [
    Big { name: "hundred", states: 100, steps: &[1, 7, 31, 53] },
    Big { name: "thousand", states: 1000, steps: &[1, 7, 31, 53, 127, 251, 503, 997] },
];

impl Big {
    /// The transitions of a state: the number of the event, the number of the next state.
    pub fn transitions(&self, state: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.steps.iter().enumerate().map(move |(event, step)| (event, (state + step) % self.states))
    }

    /// The transitions of all states: state, event, next state.
    pub fn all(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        (0..self.states).flat_map(|state| self.transitions(state).map(move |(event, next)| (state, event, next)))
    }

    /// The names of the states.
    pub fn state_names(&self) -> String {
        names('S', self.states)
    }

    /// The names of the events.
    pub fn event_names(&self) -> String {
        names('E', self.steps.len())
    }
}

fn names(letter: char, count: usize) -> String {
    let names: Vec<_> = (0..count).map(|number| format!("{letter}{number}")).collect();
    names.join(", ")
}

/// Writes the text of each shape as `NAME.rs` into the output folder of a build script.
///
/// # Panics
///
/// Where nothing can be written.
pub fn write(text: impl Fn(&Big) -> String) {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var("OUT_DIR").expect("this is a build script");
    for shape in &SHAPES {
        let file = Path::new(&folder).join(shape.name).with_extension("rs");
        fs::write(file, text(shape)).expect("the output folder can be written to");
    }
}
