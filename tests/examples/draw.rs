//! Prints the diagrams of a `.fsm` file: `cargo run -p fsm-tests --example draw FILE`.

use fsm_core::diagram::Options;
use fsm_core::diagram::state::Chart;

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (sources, analysis) = fsm_tests::analyzed(&path, &text);
    for machine in &analysis.program.machines {
        print!("{}", Chart::new(machine, &sources, &Options::default()).mermaid());
    }
}
