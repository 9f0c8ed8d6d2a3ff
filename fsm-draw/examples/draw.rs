//! Draws a graph of `tests/graphs`: `cargo run -p fsm-draw --example draw -- svg FILE`.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::process::ExitCode;

use fsm_draw::{Characters, Style, art, dot, layout, svg};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [format, path] = arguments.as_slice() else {
        eprintln!("usage: draw svg|art|ascii|dot|quality FILE");
        return ExitCode::FAILURE;
    };
    match draw(format, path) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(format: &str, path: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let name = std::path::Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    let graph = fixture::read(&name, &text)?;
    let style = Style::default();
    match format {
        "svg" => Ok(svg(&graph, &style)),
        "art" => Ok(art(&graph, Characters::Unicode)),
        "ascii" => Ok(art(&graph, Characters::Ascii)),
        "dot" => Ok(dot(&graph)),
        "quality" => Ok(format!("{:?}", layout::quality(&graph, &layout::layout(&graph, &style.metrics())))),
        _ => Err(format!("unknown format `{format}`")),
    }
}
