//! Sequence diagrams: every message between the right participants with its words, and every note.

use std::collections::BTreeMap;

use fsm_core::diagram::sequence::{Item, Participant, Sequence, later, sequence, stages};
use fsm_core::model::Id;
use fsm_tests::{analyzed, examples};
use serde_json::Value;

use crate::{HOSTILE, Seen, drawn, squeeze, systems::system};

/// What Mermaid must have understood: for each item the ends, if it has any, and the words.
fn expected(sequence: &Sequence, items: &[Item], steps: &mut Vec<(Option<(String, String)>, String)>) {
    let ends = |from: Id<Participant>, to: Id<Participant>| {
        let label = |id| squeeze(&sequence.participants[id].label);
        Some((label(from), label(to)))
    };
    for item in items {
        match item {
            Item::Message(message) => steps.push((ends(message.from, message.to), message.label.clone())),
            Item::Note(note) => steps.push((ends(note.over, note.over), note.lines.join(" "))),
            Item::Pause(time) => steps.push((None, later(*time))),
            Item::Frame(frame) => {
                steps.push((None, format!("{} times", frame.times)));
                expected(sequence, &frame.items, steps);
            }
        }
    }
}

/// The letters of a text, wherever its lines end.
fn letters(text: &str) -> String {
    squeeze(text).replace(' ', "")
}

/// Whether a text is what was meant, or the beginning of what was too long.
fn is_text(seen: &str, meant: &str) -> bool {
    let (seen, meant) = (letters(seen), letters(meant));
    seen == meant || seen.split_once('…').is_some_and(|(begin, _)| begin.len() >= 200 && meant.starts_with(begin))
}

fn compare(seen: &Seen<'_>, sequence: &Sequence) {
    let mut steps = Vec::new();
    expected(sequence, &sequence.items, &mut steps);
    let is_step = |edge: &&Value| {
        let kind = edge["kind"].as_str().unwrap_or_default();
        !kind.ends_with("_END") && kind != "RECT_START"
    };
    let edges: Vec<_> = seen.edges.iter().filter(is_step).collect();
    let title = &seen.title;
    assert_eq!(edges.len(), steps.len(), "{title}: {edges:#?}");
    assert_eq!(seen.nodes.len(), sequence.order.len(), "{title}: {:#?}", seen.nodes);
    let drawn = letters(&seen.texts);
    for (edge, (ends, words)) in edges.into_iter().zip(&steps) {
        let said = edge["label"].as_str().unwrap_or_default();
        assert!(is_text(said, words), "{title}: `{words}` is `{said}`");
        assert!(drawn.contains(&letters(said)), "{title}: `{said}` is not to be seen");
        if let Some((from, to)) = ends {
            let label =
                |end: &str| squeeze(edge[end].as_str().and_then(|id| seen.labels.get(id)).copied().unwrap_or(""));
            assert!(is_text(&label("from"), from) && is_text(&label("to"), to), "{title}: {edge:#?}");
        }
    }
}

/// Draws all scenarios of all machines of some texts, and holds each drawing to what happened.
fn judge_scenarios(name: &str, texts: &[(String, String)]) {
    let mut diagrams = Vec::new();
    let mut told = BTreeMap::new();
    for (name, text) in texts {
        let (sources, analysis) = analyzed(name, text);
        assert!(!analysis.diagnostics.has_errors(), "{name}: {:?}", analysis.diagnostics.iter().next());
        let program = &analysis.program;
        for machine in program.machines.iter().chain(&program.imported) {
            for (number, scenario) in machine.scenarios.iter().enumerate() {
                let stage = stages(program, machine).into_iter().next();
                let (sequence, _) = sequence(program, machine, scenario, &sources, stage);
                let key = format!("{name}-{}-{number}", machine.name.text);
                diagrams.push((key.clone(), sequence.mermaid()));
                told.insert(key, sequence);
            }
        }
    }
    assert!(!diagrams.is_empty());
    let Some(results) = drawn(name, &diagrams) else { return };
    assert_eq!(results.len(), 2 * diagrams.len(), "each is drawn by each version, and nothing asks for attention");
    for result in &results {
        let seen = Seen::new(result);
        compare(&seen, &told[result["name"].as_str().unwrap()]);
    }
}

#[test]
fn browser_draws_every_scenario() {
    let mut texts = examples();
    texts.extend([system("scaffolding"), system("coditect")]);
    judge_scenarios("scenarios", &texts);
}

#[test]
fn browser_shows_hostile_words_of_scenarios_as_text() {
    let long = "long ".repeat(2_000);
    let unbroken = "x".repeat(10_000);
    let more = [
        "end",
        "loop",
        "a;b#c:d",
        "rect rgb(0,0,0)",
        "participant X",
        "+ - +",
        "wrap: x",
        "nowrap: y",
        "<br/>",
        &long,
        &unbroken,
    ];
    let texts = HOSTILE.iter().copied().chain(more).enumerate().map(|(index, label)| {
        let title = label.replace("\\\"", "'").replace('\\', "/");
        let text = format!(
            "machine M \"{label}\" {{ event E \"{label}\" {{ what: str }}; output O \"{label}\"; guard g \"{label}\"(what: str); action act \"{label}\" fails;
             task work \"{label}\"(what: str);
             initial state A \"{label}\" {{ on E [g(event.what)] -> B / act(), emit O; }} state B \"b {label}\" {{ run work(\"{label}\") {{ }} }}
             scenario \"{title}\" {{ given g = true; given act = fails \"{title}\"; repeat 2 {{ send E {{ what: \"{label}\" }}; }} }} }}
             system S {{ person P \"p {label}\"; store D \"{label}\"; container C \"c {label}\" runs M; P -> C \"uses\"; C emits O to D; }}"
        );
        (format!("hostile{index}"), text)
    });
    judge_scenarios("hostile-scenarios", &texts.collect::<Vec<_>>());
}

/// Names that Mermaid takes for something else.
#[test]
fn browser_shows_reserved_names_of_participants() {
    let names = [
        "end",
        "End",
        "participant",
        "actor",
        "note",
        "Note",
        "over",
        "loop",
        "alt",
        "opt",
        "par",
        "rect",
        "box",
        "activate",
        "deactivate",
        "create",
        "destroy",
        "title",
        "autonumber",
        "links",
        "link",
        "properties",
        "details",
        "critical",
        "break",
        "sequenceDiagram",
        "left",
        "right",
        "of",
        "as",
        "and",
        "else",
        "option",
        "constructor",
        "toString",
        "host",
        "environment",
        "Größe",
        "日本",
        "x1",
        "participant_end",
        "accTitle",
        "__proto__x",
    ];
    let containers: Vec<_> = names.iter().map(|name| format!("store {name};\n")).collect();
    let text = format!(
        "machine M {{ event E; guard g; output O; output P; initial state A {{ on E [!g] / emit O, emit P; }} scenario \"s\" {{ send E; }} }}
         system S {{ container Middle runs M; {} Middle emits O to {}; }}",
        containers.concat(),
        names.join(", ")
    );
    judge_scenarios("reserved-participants", &[("reserved".to_owned(), text)]);
}
