//! One machine, many events, one call for each that is not inlined.

use std::env;
use std::hint::black_box;
use std::time::Instant;

use crate::Contestant;

/// A contestant of a shape.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    shape: &'static str,
    contestant: &'static str,
    run: fn(usize, bool) -> Run,
}

/// What came of a run.
#[derive(Debug, Clone, Copy)]
struct Run {
    taken: Option<usize>,
    counted: u64,
    seconds: f64,
}

/// A contestant, for a shape with so many kinds of events.
#[must_use]
pub fn entry<C: Contestant>(shape: &'static str, contestant: &'static str) -> Entry {
    Entry {
        shape,
        contestant,
        run: if shape == "thousand" {
            |count, idle| run::<C>(8, count, idle)
        } else {
            |count, idle| run::<C>(4, count, idle)
        },
    }
}

/// How many events are made beforehand, to be taken again and again: too many for a branch predictor to learn.
const EVENTS: usize = 1 << 16;

/// Takes `count` events, or with `idle` calls only: the difference is what the machine costs.
fn run<C: Contestant>(kinds: usize, count: usize, idle: bool) -> Run {
    let mut seed = 0x2545_f491_u32;
    let events: Vec<C::Event> = (0..EVENTS)
        .map(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            C::event((seed >> 8) as usize % kinds)
        })
        .collect();
    let mut machine = C::start();
    let call = black_box(if idle { nothing::<C> } else { step::<C> } as fn(&mut C, &C::Event) -> bool);
    let mut taken = 0;
    let begin = Instant::now();
    for event in events.iter().cycle().take(count) {
        taken += usize::from(call(&mut machine, event));
    }
    let seconds = begin.elapsed().as_secs_f64();
    Run { taken: C::TELLS.then_some(taken), counted: machine.counted(), seconds }
}

#[inline(never)]
fn step<C: Contestant>(machine: &mut C, event: &C::Event) -> bool {
    machine.handle(event)
}

#[inline(never)]
fn nothing<C: Contestant>(_: &mut C, _: &C::Event) -> bool {
    true
}

/// The program of a contestant: without arguments its entries, a line each; `SHAPE CONTESTANT EVENTS [--idle]` runs one
/// and prints how many events were taken, what was counted, and the seconds that it took.
pub fn main(entries: &[Entry]) {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [shape, contestant, count, rest @ ..] = arguments.as_slice() else {
        for entry in entries {
            println!("{}\t{}", entry.shape, entry.contestant);
        }
        return;
    };
    let idle = rest.iter().any(|option| option == "--idle");
    let found = entries.iter().find(|entry| entry.shape == shape && entry.contestant == contestant);
    let (Some(entry), Ok(count)) = (found, count.parse()) else {
        eprintln!("usage: [SHAPE CONTESTANT EVENTS [--idle]]");
        std::process::exit(2);
    };
    let Run { taken, counted, seconds } = (entry.run)(count, idle);
    println!("{}\t{counted}\t{seconds}", taken.map_or_else(|| "-".to_owned(), |taken| taken.to_string()));
}
