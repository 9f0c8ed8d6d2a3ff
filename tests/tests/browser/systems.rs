//! Diagrams of systems: every part in its boundary, every relation and every event with its words.

use std::collections::BTreeMap;
use std::fs;

use fsm_core::Analysis;
use fsm_core::diagram::{Options, c4, events};
use fsm_core::model::{Id, Part, PartKind, Program, System};
use fsm_tests::{analyzed, root};

use crate::{HOSTILE, Seen, drawn, is_named, squeeze};

/// A diagram, and what must be seen of it.
struct Expected<'a> {
    system: &'a System,
    /// What is drawn as a boundary, if anything is.
    boundary: Option<Id<Part>>,
    /// The parts, with the boundary around each.
    nodes: Vec<(Id<Part>, Option<Id<Part>>)>,
    /// The arrows with their words.
    arrows: Vec<(Id<Part>, Id<Part>, Vec<String>)>,
    /// Whether technologies and ports are told.
    is_detailed: bool,
    /// How the notation shows a text.
    show: fn(&str) -> String,
}

/// Mermaid's own C4 syntax has no way to write some characters: they are shown in their full-width forms.
fn full_width(text: &str) -> String {
    let wide = |letter: char| char::from_u32(u32::from(letter) + 0xfee0).unwrap();
    let shown = text.chars().map(|letter| if "\"#%&;<>\\{}".contains(letter) { wide(letter) } else { letter });
    shown.collect::<String>().replace("direction", "ｄirection")
}

fn label(part: &Part) -> String {
    squeeze(part.notes.label.as_ref().unwrap_or(&part.name.text))
}

fn is_outside(part: &Part) -> bool {
    matches!(part.kind, PartKind::Person | PartKind::External | PartKind::ExternalStore)
}

/// Whether a text is to be seen, wherever its lines end: Mermaid's C4 syntax breaks long words, too.
fn is_seen(texts: &str, text: &str) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    squeezed(texts).contains(&squeezed(text))
}

/// A level on which all relations that are drawn are written: what is lifted is looked at elsewhere.
fn level(system: &System, boundary: Option<Id<Part>>) -> Expected<'_> {
    let inside = |id: Id<Part>| match boundary {
        None => id == System::root(),
        Some(boundary) => system.parts[id].parent == Some(boundary) && !is_outside(&system.parts[id]),
    };
    let is_shown = |id: Id<Part>| inside(id) || is_outside(&system.parts[id]);
    let relations = system.relations.iter().filter(|relation| {
        let (from, to) = (relation.from, relation.to);
        is_shown(from) && is_shown(to) && (inside(from) || inside(to))
    });
    let is_detailed = boundary.is_some();
    let arrows: Vec<_> = relations
        .map(|relation| {
            let mut words: Vec<_> = relation.label.iter().map(|label| squeeze(label)).collect();
            words.extend(relation.protocol.iter().filter(|_| is_detailed).map(|by| format!("[{}]", squeeze(by))));
            (relation.from, relation.to, words)
        })
        .collect();
    let is_end = |id: Id<Part>| arrows.iter().any(|(from, to, _)| *from == id || *to == id);
    let nodes = system.parts.ids().filter(|&id| inside(id) || boundary.is_none() && is_shown(id) || is_end(id));
    let nodes = nodes.map(|id| (id, boundary.filter(|_| inside(id)))).collect();
    Expected { system, boundary, nodes, arrows, is_detailed, show: str::to_owned }
}

fn flow<'a>(program: &'a Program, system: &'a System) -> Expected<'a> {
    let is_end = |&id: &Id<Part>| system.flows.iter().any(|flow| flow.from == id || flow.to == id);
    let around = |id: Id<Part>| system.parts[id].parent.filter(|_| !is_outside(&system.parts[id]));
    let nodes = system.parts.ids().filter(is_end).map(|id| (id, around(id))).collect();
    let mut arrows: BTreeMap<(Id<Part>, Id<Part>), Vec<String>> = BTreeMap::new();
    for flow in &system.flows {
        let (output, _) = flow.ends(program, system).unwrap();
        arrows
            .entry((flow.from, flow.to))
            .or_default()
            .push(squeeze(output.notes.label.as_ref().unwrap_or(&output.name.text)));
    }
    let arrows = arrows.into_iter().map(|((from, to), words)| (from, to, words)).collect();
    Expected { system, boundary: Some(System::root()), nodes, arrows, is_detailed: false, show: str::to_owned }
}

impl Expected<'_> {
    fn compare(&self, seen: &Seen<'_>) {
        let part = |id: Id<Part>| &self.system.parts[id];
        let label = |part: &Part| (self.show)(&label(part));
        let of_key = |id: &serde_json::Value| id.as_str().is_some_and(|id| id.starts_with("c4_key"));
        let nodes: Vec<_> = seen.nodes.iter().filter(|node| !of_key(&node["id"])).collect();
        let edges: Vec<_> = seen.edges.iter().filter(|edge| !of_key(&edge["from"])).collect();
        let title = &seen.title;
        let boundaries = usize::from(self.boundary.is_some());
        assert_eq!(nodes.len(), self.nodes.len() + boundaries, "{title}: {nodes:#?}");
        assert_eq!(edges.len(), self.arrows.len(), "{title}: {edges:#?}");
        for &(id, around) in &self.nodes {
            let around = around.map(|around| label(part(around)));
            let name = label(part(id));
            assert!(seen.has_state(&name, around.as_deref()), "{title}: no `{name}` in {around:?}\n{nodes:#?}");
            let details = part(id).technology.iter().filter(|_| self.is_detailed).map(|text| squeeze(text));
            let docs = part(id).notes.docs.iter().map(|line| squeeze(line)).filter(|_| self.is_detailed);
            for text in details.chain(docs).map(|text| (self.show)(&text)).chain([name]) {
                assert!(is_seen(&seen.texts, &text), "{title}: `{text}` is not to be seen in {}", seen.texts);
            }
        }
        for (from, to, words) in &self.arrows {
            let words: Vec<_> = words.iter().map(|word| (self.show)(word)).collect();
            let is_it = |edge: &&&serde_json::Value| {
                let end = |key: &str| edge[key].as_str().and_then(|id| seen.labels.get(id)).copied().unwrap_or("");
                let said = squeeze(edge["label"].as_str().unwrap_or(""));
                is_named(end("from"), &label(part(*from)))
                    && is_named(end("to"), &label(part(*to)))
                    && words.iter().all(|word| is_seen(&said, word))
            };
            let (from, to) = (label(part(*from)), label(part(*to)));
            assert_eq!(edges.iter().filter(is_it).count(), 1, "{title}: {from} -> {to} {words:?}\n{edges:#?}");
            assert!(words.iter().all(|word| is_seen(&seen.texts, word)), "{title}: {words:?} is not to be seen");
        }
    }
}

/// Draws all systems of some texts on all levels, and holds each drawing to its system. Systems whose levels have
/// relations of their own only.
fn judge_systems(name: &str, texts: &[(String, String)]) {
    let analyses: Vec<Analysis> = texts.iter().map(|(name, text)| analyzed(name, text).1).collect();
    let options = Options::default();
    let mut diagrams = Vec::new();
    let mut expected = BTreeMap::new();
    for ((name, _), analysis) in texts.iter().zip(&analyses) {
        assert!(!analysis.diagnostics.has_errors(), "{name}: {:?}", analysis.diagnostics.iter().next());
        let program = &analysis.program;
        let system = &program.systems[0];
        let containers = system
            .parts
            .enumerate()
            .filter(|(id, part)| part.kind == PartKind::Container && system.children(*id).next().is_some());
        let mut levels = vec![(c4::Level::Context, None), (c4::Level::Container, Some(System::root()))];
        levels.extend(containers.map(|(id, _)| (c4::Level::Component(id), Some(id))));
        for (number, (shown, boundary)) in levels.into_iter().enumerate() {
            let key = format!("{name}-level{number}");
            diagrams.push((key.clone(), c4::View::new(program, system, shown, &options).flowchart()));
            expected.insert(key, level(system, boundary));
            let key = format!("{name}-level{number}-c4");
            diagrams.push((key.clone(), c4::View::new(program, system, shown, &options).mermaid_c4()));
            expected.insert(key, Expected { show: full_width, ..level(system, boundary) });
        }
        if !system.flows.is_empty() {
            let key = format!("{name}-events");
            diagrams.push((key.clone(), events::EventFlow::new(program, system, &options).flowchart()));
            expected.insert(key, flow(program, system));
        }
    }
    let Some(results) = drawn(name, &diagrams) else { return };
    assert_eq!(results.len(), 2 * diagrams.len(), "each is drawn by each version, and nothing asks for attention");
    for result in &results {
        let seen = Seen::new(result);
        expected[result["name"].as_str().unwrap()].compare(&seen);
    }
}

pub(crate) fn system(name: &str) -> (String, String) {
    let path = root().join("examples/systems").join(format!("{name}.fsm"));
    (name.to_owned(), fs::read_to_string(path).unwrap())
}

#[test]
fn browser_draws_every_level_of_a_system() {
    judge_systems("systems", &[system("coditect"), system("scaffolding")]);
}

#[test]
fn browser_shows_hostile_labels_of_systems_as_text() {
    let chunks = HOSTILE.chunks(8).enumerate();
    let texts: Vec<_> = chunks.map(|(index, labels)| (format!("hostile{index}"), hostile_system(labels))).collect();
    judge_systems("hostile-systems", &texts);
}

/// A system with these labels wherever a label can stand.
fn hostile_system(labels: &[&str]) -> String {
    let first = labels[0];
    let (mut outputs, mut emits, mut parts, mut inside) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (i, label) in labels.iter().enumerate() {
        let docs = label.replace('\\', "");
        outputs.push(format!("output O{i} \"o{i} {label}\";"));
        emits.push(format!("emit O{i}"));
        parts.push(format!(
            "/// {docs}
            person P{i} \"p{i} {label}\";
            external X{i} \"x{i} {label}\" {{ technology \"{label}\"; }}
            external store Y{i} \"y{i} {label}\" {{ technology \"{label}\"; }}
            container C{i} \"c{i} {label}\" {{ technology \"{label}\"; }}
            store G{i} \"g{i} {label}\" {{ technology \"{label}\"; }}
            P{i} -> S \"{label}\"; S -> X{i} \"{label}\"; S -> Y{i} \"{label}\";
            P{i} -> C{i} \"{label}\" via \"{label}\"; C{i} -> G{i} \"{label}\"; C{i} -> X{i} \"{label}\";
            K emits O{i} to X{i}, G{i}, P{i};"
        ));
        inside.push(format!(
            "component D{i} \"d{i} {label}\" {{ technology \"{label}\"; }} store F{i} \"f{i} {label}\";
            D{i} -> F{i} \"{label}\" via \"{label}\";"
        ));
    }
    let (outputs, parts, inside) = (outputs.concat(), parts.concat(), inside.concat());
    format!(
        "machine M {{ event E; {outputs} initial state A {{ on E / {}; }} }}
        system S \"s {first}\" {{ container K \"k {first}\" runs M {{ technology \"{first}\"; {inside} }} {parts} }}",
        emits.join(", ")
    )
}

/// Names that Mermaid takes for something else.
#[test]
fn browser_shows_reserved_names_of_parts() {
    let names = [
        "end",
        "End",
        "graph",
        "flowchart",
        "subgraph",
        "style",
        "linkStyle",
        "classDef",
        "class",
        "click",
        "default",
        "call",
        "href",
        "direction",
        "interpolate",
        "title",
        "Person",
        "System",
        "Container",
        "Rel",
        "Boundary",
        "Node",
        "BiRel",
        "UpdateElementStyle",
        "c4_key",
        "c4_own",
        "o",
        "x",
        "constructor",
        "toString",
        "null",
        "Größe",
        "日本",
        "part_end",
        "x1",
        "over",
        "as",
        "participant",
        "loop",
    ];
    let parts: Vec<_> = names.iter().map(|name| format!("container {name} {{ technology \"t\"; }}\n")).collect();
    let relations: Vec<_> =
        names.windows(2).map(|pair| format!("{} -> {} \"to {}\";\n", pair[0], pair[1], pair[1])).collect();
    let (parts, relations) = (parts.concat(), relations.concat());
    let text = format!("system S {{ person P; P -> S \"uses\"; {parts} {relations} }}");
    judge_systems("reserved-parts", &[("reserved".to_owned(), text)]);
}
