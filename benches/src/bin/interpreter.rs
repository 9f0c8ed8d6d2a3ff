//! What an event costs on the interpreter: `cargo run --release -p fsm-benches --bin interpreter`.
//!
//! Two machines, each driven by one million events in an order that no branch predictor knows: three levels with entry
//! and exit actions everywhere, and 100 states with four events each.

use std::fmt::Write;
use std::time::Instant;

use fsm_core::interpreter::{Interpreter, NoHost, Occurrence};
use fsm_core::model::Id;
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

const EVENTS: u32 = 1_000_000;

const LEVELS: &str = "machine Levels {
    context { steps: u64 = 0 }
    event Power; event Work; event Raise; event Lower;
    initial state Off { entry / steps += 1; exit / steps += 1; on Power -> Operational; }
    state Operational {
        entry / steps += 1; exit / steps += 1;
        initial state Idle { entry / steps += 1; exit / steps += 1; on Work -> Active; }
        state Active {
            entry / steps += 1; exit / steps += 1;
            initial state Low { entry / steps += 1; exit / steps += 1; on Raise -> High; }
            state High { entry / steps += 1; exit / steps += 1; on Lower -> Low; }
            on Work -> Idle;
        }
        on Power -> Off;
    }
}";

fn hundred() -> String {
    let mut text = String::from("machine Hundred {\n    event A; event B; event C; event D;\n");
    for state in 0..100 {
        let initial = if state == 0 { "initial " } else { "" };
        let _ = write!(text, "    {initial}state S{state} {{");
        for (event, step) in [("A", 1), ("B", 7), ("C", 31), ("D", 53)] {
            let _ = write!(text, " on {event} -> S{};", (state + step) % 100);
        }
        text.push_str(" }\n");
    }
    text.push_str("}\n");
    text
}

fn main() {
    for (name, text) in [("three levels", LEVELS.to_owned()), ("100 states", hundred())] {
        let mut sources = Sources::new();
        let root = sources.add(name, text);
        let program = analyze(&mut sources, root, &mut NoImports).program;
        let Some(machine) = program.machines.first() else { continue };
        let Ok((mut interpreter, _)) = Interpreter::start(&sources, machine, &[], &mut NoHost) else { continue };
        let mut random: u32 = 1;
        let begin = Instant::now();
        for _ in 0..EVENTS {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let event = Id::new(random as usize >> 30);
            std::hint::black_box(interpreter.handle(Occurrence { event, fields: Vec::new() }, &mut NoHost));
        }
        let seconds = begin.elapsed().as_secs_f64();
        println!("{name}: {:.0} events per second", f64::from(EVENTS) / seconds);
    }
}
