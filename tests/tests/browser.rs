//! Diagrams, drawn by real Mermaid in Chromium and compared with the model: nothing is lost, nothing is invented.
//!
//! What should be seen is taken from the model, not from the writer. The tests need Node, Chromium and the packages of
//! `tests/browser`; without them they say so and pass, unless `FSM_REQUIRE_BROWSER` is set.

#[path = "browser/parts.rs"]
mod parts;
#[path = "browser/sequences.rs"]
mod sequences;
#[path = "browser/systems.rs"]
mod systems;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use fsm_core::Analysis;
use fsm_core::diagram::Options;
use fsm_core::diagram::state::Chart;
use fsm_core::model::{Condition, ExprKind, Id, Limit, Machine, State, StateKind, TargetKind, Trigger};
use fsm_core::source::{Sources, Span};
use fsm_tests::{analyzed, examples, root};
use serde_json::{Value, json};

/// The directory of the judge, if everything it needs is there.
fn judge() -> Option<PathBuf> {
    let folder = root().join("tests/browser");
    let chromium = env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    let missing = [
        (!node).then_some("Node"),
        (!fs::exists(&chromium).unwrap_or(false)).then_some("Chromium"),
        (!folder.join("node_modules/mermaid").exists()).then_some("the packages of tests/browser"),
    ];
    let missing: Vec<_> = missing.into_iter().flatten().collect();
    if missing.is_empty() {
        return Some(folder);
    }
    let message = format!("SKIPPED: no {}; run tests/browser/setup.sh", missing.join(", no "));
    assert!(env::var_os("FSM_REQUIRE_BROWSER").is_none(), "{message}");
    eprintln!("{message}");
    None
}

/// Draws diagrams, and gives what was seen, by name and version.
fn drawn(name: &str, diagrams: &[(String, String)]) -> Option<Vec<Value>> {
    let folder = judge()?;
    let work = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&work).unwrap();
    let (jobs, result) = (work.join("jobs.json"), work.join("result.json"));
    let list: Vec<_> = diagrams.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
    fs::write(&jobs, serde_json::to_string(&list).unwrap()).unwrap();
    let status =
        Command::new("node").arg(folder.join("judge.mjs")).arg(&jobs).arg(&result).arg(work.join("pictures")).status();
    assert!(status.unwrap().success(), "the judge could not run");
    serde_json::from_str(&fs::read_to_string(&result).unwrap()).unwrap()
}

/// What was seen of one diagram.
struct Seen<'v> {
    title: String,
    texts: String,
    /// Labels by identifier.
    labels: BTreeMap<&'v str, &'v str>,
    nodes: &'v [Value],
    edges: &'v [Value],
}

impl<'v> Seen<'v> {
    fn new(value: &'v Value) -> Self {
        let title = format!("{} with Mermaid {}", value["name"], value["version"]);
        assert!(value["error"].is_null(), "{title}: {}", value["error"]);
        let list = |key: &str| value[key].as_array().map_or(&[][..], Vec::as_slice);
        let texts: Vec<_> = list("texts").iter().filter_map(Value::as_str).collect();
        let labels = list("nodes").iter().filter_map(|node| Some((node["id"].as_str()?, node["label"].as_str()?)));
        Seen {
            title,
            texts: squeeze(&texts.join(" ")),
            labels: labels.collect(),
            nodes: list("nodes"),
            edges: list("edges"),
        }
    }

    /// Whether there is a state with this name inside one with that name.
    fn has_state(&self, name: &str, parent: Option<&str>) -> bool {
        self.nodes.iter().any(|node| {
            let around = node["parent"].as_str().and_then(|id| self.labels.get(id)).copied();
            node["label"].as_str().is_some_and(|label| is_named(label, name))
                && match (around, parent) {
                    (Some(around), Some(parent)) => is_named(around, parent),
                    (None, None) => true,
                    _ => false,
                }
        })
    }

    /// Whether there is an arrow between states of these names, with these words on it.
    fn has_arrow(&self, from: &[String], to: &str, words: &[String]) -> bool {
        self.edges.iter().any(|edge| {
            let end = |key: &str| edge[key].as_str().and_then(|id| self.labels.get(id)).copied().unwrap_or("");
            let label = squeeze(edge["label"].as_str().unwrap_or(""));
            from.iter().any(|from| is_named(end("from"), from))
                && is_named(end("to"), to)
                && words.iter().all(|word| label.contains(word))
        })
    }
}

/// A node's label begins with its name; descriptions may follow.
fn is_named(label: &str, name: &str) -> bool {
    squeeze(label).strip_prefix(&squeeze(name)).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The words of a text, without what has no width.
fn squeeze(text: &str) -> String {
    let text = text.replace('\u{200b}', "");
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn source(sources: &Sources, span: Span) -> String {
    squeeze(sources.text(span))
}

fn name(machine: &Machine, state: Id<State>) -> String {
    let state = machine.state(state);
    state.notes.label.clone().unwrap_or_else(|| state.name.text.clone())
}

/// How many arrows a drawing must have: those of the model, the initial and final ones, the ways on from histories, and
/// the lines to notes.
fn arrows(machine: &Machine, sources: &Sources) -> usize {
    let mut histories = BTreeSet::new();
    for target in machine.targets() {
        let Some((state, deep)) = target.history() else { continue };
        let actions = target.default_actions().iter().map(|action| source(sources, action.span));
        let actions: Vec<_> = actions.collect();
        let mut firsts: Vec<_> = target.entries().iter().map(|entry| entry.state).collect();
        if firsts.is_empty() {
            firsts.extend(machine.initial(state));
        }
        histories.extend(firsts.into_iter().map(|first| (state, deep, first, actions.clone())));
    }
    let targets = machine.tails().into_iter().filter_map(|tail| tail.target.as_ref());
    let count: usize = targets
        .map(|target| match &target.kind {
            TargetKind::Fork(entries) => entries.len(),
            TargetKind::State(_) | TargetKind::History { .. } => 1,
        })
        .sum();
    let initial = machine.states.ids().filter(|&state| machine.initial(state).is_some()).count();
    let finals = machine.states.iter().filter(|state| state.kind == StateKind::Final).count();
    count + histories.len() + initial + finals + machine.states.iter().skip(1).filter(|state| has_note(state)).count()
}

fn has_note(state: &State) -> bool {
    state.notes.docs.iter().any(|line| !line.trim().is_empty())
}

/// Holds a drawing to the model.
fn compare(seen: &Seen<'_>, machine: &Machine, sources: &Sources) {
    assert_eq!(seen.edges.len(), arrows(machine, sources), "{}: arrows {:#?}", seen.title, seen.edges);
    for (id, state) in machine.states.enumerate().skip(1) {
        let shown = squeeze(&name(machine, id));
        assert!(seen.texts.contains(&shown), "{}: the name `{shown}` is not to be seen", seen.title);
        if has_note(state) {
            let first = squeeze(state.notes.docs.iter().find(|line| !line.trim().is_empty()).unwrap());
            assert!(seen.texts.contains(&first), "{}: the note `{first}` is not to be seen", seen.title);
        }
        // The regions of a parallel machine lie in a state of its own.
        let is_drawn = |state| state != Machine::root() || machine.state(state).kind == StateKind::Parallel;
        let parent = state.parent.filter(|&parent| is_drawn(parent)).map(|parent| name(machine, parent));
        assert!(
            seen.has_state(&name(machine, id), parent.as_deref()),
            "{}: no state {}",
            seen.title,
            name(machine, id)
        );
        let initial = state.initial.iter().flat_map(|initial| &initial.actions);
        for action in state.entry.iter().chain(&state.exit).chain(initial) {
            let text = source(sources, action.span);
            assert!(seen.texts.contains(&text), "{}: `{text}` is not to be seen", seen.title);
        }
    }
    for reaction in &machine.reactions {
        let mut trigger: Vec<String> = match &reaction.trigger {
            Trigger::Events(uses) | Trigger::Ignore(uses) => uses
                .iter()
                .map(|of| {
                    let event = &machine.events[of.event];
                    event.notes.label.clone().unwrap_or_else(|| event.name.text.clone())
                })
                .collect(),
            _ => Vec::new(),
        };
        for word in &mut trigger {
            *word = squeeze(word);
        }
        for branch in &reaction.branches {
            let mut words = trigger.clone();
            if let Condition::Guard(guard) = &branch.condition {
                let named = match &guard.kind {
                    ExprKind::Guard(id, arguments) if arguments.is_empty() => machine.guards[*id].notes.label.as_ref(),
                    _ => None,
                };
                words.push(format!("[{}]", named.map_or_else(|| source(sources, guard.span), |label| squeeze(label))));
            }
            words.extend(branch.tail.actions.iter().map(|action| source(sources, action.span)));
            words.extend(branch.tail.counts.map(|limit| format!("counts {}", limit_name(&machine.limits[limit]))));
            // What Mermaid understood is not yet what it drew.
            assert!(words.iter().all(|word| seen.texts.contains(word)), "{}: {words:?} is not to be seen", seen.title);
            let from = name(machine, reaction.source);
            let from = [from.clone(), format!("any state of {from}")];
            let ends = match branch.tail.target.as_ref().map(|target| &target.kind) {
                Some(TargetKind::State(entry)) => vec![name(machine, entry.state)],
                Some(TargetKind::Fork(entries)) => entries.iter().map(|entry| name(machine, entry.state)).collect(),
                Some(TargetKind::History { deep, .. }) => vec![history_name(*deep)],
                None => continue,
            };
            for to in ends {
                assert!(
                    seen.has_arrow(&from, &to, &words),
                    "{}: no arrow {from:?} -> {to}: {words:?}\n{:#?}",
                    seen.title,
                    seen.edges
                );
            }
        }
    }
    for target in machine.targets() {
        let Some((_, deep)) = target.history() else { continue };
        let words: Vec<_> = target.default_actions().iter().map(|action| source(sources, action.span)).collect();
        for entry in target.entries() {
            let (from, to) = ([history_name(deep)], name(machine, entry.state));
            assert!(seen.has_arrow(&from, &to, &words), "{}: no arrow {from:?} -> {to}: {words:?}", seen.title);
        }
    }
    for limit in &machine.limits {
        let target = limit.tail.as_ref().and_then(|tail| tail.target.as_ref());
        let Some(TargetKind::State(entry)) = target.map(|target| &target.kind) else { continue };
        let from = [format!("any state of {}", name(machine, limit.state)), name(machine, limit.state)];
        let words = [format!("beyond {}", limit_name(limit))];
        let to = name(machine, entry.state);
        assert!(seen.has_arrow(&from, &to, &words), "{}: no arrow {from:?} -> {to}: {words:?}", seen.title);
    }
}

fn history_name(deep: bool) -> String {
    if deep { "H*" } else { "H" }.to_owned()
}

fn limit_name(limit: &Limit) -> String {
    squeeze(limit.notes.label.as_ref().unwrap_or(&limit.name.text))
}

/// Draws all machines of some texts with every version, and holds each drawing to its model.
fn judge_texts(name: &str, texts: &[(String, String)]) {
    let analyses: Vec<(Sources, Analysis)> = texts.iter().map(|(name, text)| analyzed(name, text)).collect();
    let mut diagrams = Vec::new();
    let mut machines = BTreeMap::new();
    for ((name, _), (sources, analysis)) in texts.iter().zip(&analyses) {
        for machine in &analysis.program.machines {
            let key = format!("{name}-{}", machine.name.text);
            diagrams.push((key.clone(), Chart::new(machine, sources, &Options::default()).mermaid()));
            machines.insert(key, (machine, sources));
        }
    }
    let Some(results) = drawn(name, &diagrams) else { return };
    assert_eq!(
        results.len(),
        2 * diagrams.len(),
        "each diagram is drawn by each version, and nothing asks for attention"
    );
    for result in &results {
        let seen = Seen::new(result);
        let (machine, sources) = machines[result["name"].as_str().unwrap()];
        compare(&seen, machine, sources);
    }
}

#[test]
fn browser_draws_every_example() {
    judge_texts("examples", &examples());
}

/// Labels that have a meaning for Mermaid, for Markdown or for the page, in every place where a label can stand.
const HOSTILE: &[&str] = &[
    "quotes \\\" and 'these'",
    "[*] --> [x]",
    "a: b :: c ::: d",
    "one; two;",
    "%% comment",
    "%%{init: {}}%%",
    "end",
    "end note",
    "state",
    "default",
    "click",
    "direction LR",
    "note right of A",
    "<b>bold</b> <br/> x",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "#quot; #35; &lt; &amp;",
    "**bold** _it_ ~x~ `code`",
    "1. first",
    " 1. first",
    "1) first",
    " + item",
    "= =",
    "__init__ _a_ a_b-c",
    "[text](target)",
    "www.example.org",
    "send note, End  note, spend notes",
    "- item",
    "Größe 日本語 🚀 é",
    "مرحبا",
    "{ brace } | pipe",
    "http://example.org/x?y=1",
    "<<fork>> <<choice>>",
    "classDef x fill:#f00",
    "root",
    "$$x^2$$",
    "as X",
    "100% # not a comment",
    "\\\\ backslash / slash",
];

#[test]
fn browser_shows_hostile_labels_as_text() {
    let texts: Vec<_> = HOSTILE
        .iter()
        .enumerate()
        .map(|(index, label)| {
            let text = format!(
                "/// {}\nmachine M {{ event E \"{label}\"; event F; action say(what: str);\n\
                 /// {}\n\
                 initial state A \"{label}\" {{ on E -> B / say(\"{label}\"); on F / say(\"{label}\"); }}\n\
                 state B \"b {label}\" {{ initial state C \"c {label}\"; entry / say(\"{label}\"); on E -> A; on F -> C; }} }}",
                label.replace('\\', ""),
                label.replace('\\', ""),
            );
            (format!("hostile{index}"), text)
        })
        .collect();
    judge_texts("hostile", &texts);
}

/// Names that Mermaid takes for something else.
#[test]
fn browser_shows_reserved_names() {
    let names = [
        "end",
        "End",
        "state",
        "note",
        "default",
        "click",
        "href",
        "class",
        "style",
        "direction",
        "root",
        "fork",
        "join",
        "choice",
        "graph",
        "subgraph",
        "stateDiagram",
        "accTitle",
        "hide",
        "scale",
        "null",
        "undefined",
        "NaN",
        "constructor",
        "toString",
        "valueOf",
        "hasOwnProperty",
        "isPrototypeOf",
        "root_start",
        "root_end",
        "A_any",
        "A_history",
        "__proto__x",
        "Größe",
        "日本",
    ];
    let states: Vec<_> =
        names.windows(2).map(|pair| format!("state {} {{ on Next -> {}; }}", pair[0], pair[1])).collect();
    let states = states.join(
        "
",
    );
    let last = names[names.len() - 1];
    let text = format!(
        "machine M {{ event Next; initial state First {{ on Next -> {}; }} {states} state {last} {{ on Next -> First; }} }}",
        names[0]
    );
    // Two states of one name are told apart by what is around them, which gives what Mermaid calls the `[*]` of `Work`.
    let nested = "machine M { event Go;
        initial state Work { initial state start { on Go -> finish; } final state finish; on done -> Rest; }
        state Rest { initial state start { on Go -> M; } state M { on Go -> Work_start; } state Work_start; on Go -> Work; } }";
    judge_texts("reserved", &[("reserved".to_owned(), text), ("nested".to_owned(), nested.to_owned())]);
}

/// Every construct that is drawn, also those that no code is generated for yet.
#[test]
fn browser_draws_every_construct() {
    let text = "
        machine Everything {
            event Go; event Back; event Never; internal event Inner;
            output Told { n: u8 };
            context { n: u8 = 0 }
            action act();
            guard many \"too many\" = n > 9;
            limit rounds \"all rounds\" <= 3 else -> Gone / act();
            initial state Start {
                on Go -> Work.Second;
                ignore Back;
                always [n > 7] -> Gone;
                on Inner [many] -> Gone;
            }
            /// A composite, with a note.
            state Work {
                entry / act();
                exit / emit Told { n: n };
                initial state First { on Go -> Second counts rounds; }
                state Second { initial state Deep { on Go -> Deeper; } state Deeper { on Go -> Work.First / n += 1; } }
                final state Over;
                on done -> Both;
                on Back -> First reenter;
                on Never -> Over;
            }
            parallel state Both {
                entry / act();
                state Left { initial state L1 { on Go -> L2; } state L2 { after 5s -> L1; } }
                state Right { initial state R1 { on Go -> R2; } state R2 { defer Never max 3; on Inner -> R1; } }
                on Back -> Rest;
                on Inner -> L2;
            }
            state Rest {
                on Go -> history(Work);
                on Back -> deep history(Work, Work.Second);
                on Never -> (L2, R2) / raise Inner;
                every 1min / act();
            }
            final state Gone;
            on * / act();
        }";
    let regions = "parallel machine Regions { event Go; action act(); entry / act();
        state L { initial state L1 { on Go -> L2; } state L2 { on Go -> L1; } }
        state R { initial state R1 { on Go -> R2; } state R2 { on Go -> R1; } } }";
    let later = "machine Later { event Go; event Back; internal event Late { v: u8 }; action act(n: u8) -> u8 fails; task fetch(n: u8) -> u8 fails;
        context { n: u8 = 0 }
        initial -> Outer.Inner.Deep / n = 1;
        state Outer {
            initial -> history(Outer, Plain / n = 2) / n = 3;
            state Plain { on Go -> history(Pair, (L2, R2) / n = 4, act(n)); }
            state Inner { initial -> Deep / n = 5; state Deep { run fetch(n) { ok -> Over / n = event.value; err -> Plain; } } final state Over; }
            on done(Inner) -> Pair / if n > 3 { n = act(n), raise Late { v: n } } else if in Plain { cancel Late } else { restart Outer };
            on error -> Plain / raise Late { v: 1 } after 5s;
            after (n * 1s) -> Pair;
        }
        parallel state Pair {
            state L { initial state L1 { on Go -> L2; } state L2; }
            state R { initial state R1 { on Late -> R2; } state R2; }
            on Back -> (L2, R2);
            on Go -> Outer;
        } }";
    let texts = [("everything", text), ("regions", regions), ("later", later)];
    judge_texts("everything", &texts.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

/// Needs no browser: comments among the actions are not part of what a diagram says.
#[test]
fn comments_are_not_drawn() {
    let text = "machine M { event Go; action say(a: str, b: u8);
        initial state A { on Go -> B / say(\"x // y\", // first
            1); }
        state B { on Go -> A / say(\"z\", /* why */ 2); } }";
    let (sources, analysis) = analyzed("comments", text);
    let drawn = Chart::new(&analysis.program.machines[0], &sources, &Options::default()).mermaid();
    assert!(drawn.contains("A --> B : Go / say(#34;x // y#34;, 1)\n"), "{drawn}");
    assert!(drawn.contains("B --> A : Go / say(#34;z#34;, 2)\n"), "{drawn}");
}
