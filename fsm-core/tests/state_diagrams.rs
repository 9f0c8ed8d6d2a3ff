//! What state diagrams show, and what is left out of them.
#![cfg(all(feature = "diagram", feature = "interpreter"))]

use fsm_core::diagram::state::{Chart, Mark, NodeKind, Selection};
use fsm_core::diagram::{Hidden, Options, Theme};
use fsm_core::model::{Id, Machine, Program, State};
use fsm_core::scenario::{self, Coverage};
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

const PLAYER: &str = r#"
    machine Player {
        context { rounds: u8 in 0..=9 = 0 }
        event Power; event Play; event Stop; event Skip;
        limit skips <= 3 else -> Off;
        on Power -> Off;
        initial state Off {
            on Power [rounds < 9] -> history(On) / rounds += 1;
            on Play -> Album { track: 7 };
        }
        /// Makes noise.
        state On {
            entry / rounds = rounds;
            initial state Idle { on Play -> Playing; on Skip / rounds = 0; }
            state Playing {
                on Stop -> Idle;
                initial state Song { on Skip -> Pause counts skips; }
                state Pause { on Play -> Song; }
            }
            state Album { context { track: u8 } on Stop -> Idle; }
        }
        scenario "plays" { send Power; send Play; expect in Song; }
    }
"#;

struct Drawn {
    sources: Sources,
    program: Program,
}

fn drawn(text: &str) -> Drawn {
    let mut sources = Sources::new();
    let root = sources.add("player.fsm", text);
    let analysis = analyze(&mut sources, root, &mut NoImports);
    assert!(!analysis.diagnostics.has_errors(), "{:?}", analysis.diagnostics.iter().next());
    Drawn { sources, program: analysis.program }
}

impl Drawn {
    fn machine(&self) -> &Machine {
        &self.program.machines[0]
    }

    fn chart(&self, options: &Options) -> Chart {
        Chart::new(self.machine(), &self.sources, options)
    }

    fn state(&self, name: &str) -> Id<State> {
        self.machine().states.ids().find(|&id| self.machine().qualified_name(id) == name).unwrap()
    }
}

/// `Off -> H: Power [rounds < 9]` for every arrow.
fn arrows(chart: &Chart) -> Vec<String> {
    let name = |id| match chart.nodes[id].kind {
        NodeKind::Initial => "*",
        NodeKind::History { .. } => "H",
        _ => &chart.nodes[id].name,
    };
    let arrows = chart.arrows.iter();
    arrows.map(|arrow| format!("{} -> {}: {}", name(arrow.from), name(arrow.to), arrow.label)).collect()
}

fn names(chart: &Chart) -> Vec<&str> {
    chart.nodes.iter().filter(|node| node.state.is_some()).map(|node| node.name.as_str()).collect()
}

#[test]
fn every_arrow_says_what_happens() {
    let chart = drawn(PLAYER).chart(&Options::default());
    let expected = [
        "* -> Off: ",
        "* -> Idle: ",
        "* -> Song: ",
        "Player -> Off: Power",
        "Off -> H: Power [rounds < 9] / rounds += 1",
        "H -> Idle: if nothing was recorded",
        "Off -> Album: Play / track = 7",
        "Idle -> Playing: Play",
        "Playing -> Idle: Stop",
        "Song -> Pause: Skip counts skips",
        "Pause -> Song: Play",
        "Album -> Idle: Stop",
        "Player -> Off: beyond skips <= 3",
    ];
    assert_eq!(arrows(&chart), expected);
}

#[test]
fn what_is_hidden_is_nowhere_to_be_seen() {
    let player = drawn(PLAYER);
    let shown = |hidden: &[Hidden]| {
        let options = Options { hidden: hidden.iter().copied().collect(), ..Options::default() };
        let chart = player.chart(&options);
        [chart.mermaid(), chart.plantuml(), fsm_draw::dot(&chart.graph())].concat()
    };
    for (hidden, words) in [
        (Hidden::Actions, &["rounds += 1", "entry", "track = 7"][..]),
        (Hidden::Guards, &["rounds #60; 9", "rounds <U+003C> 9"]),
        (Hidden::Internal, &["rounds = 0", "limit skips"]),
        (Hidden::Notes, &["Makes noise"]),
    ] {
        for word in words {
            let plain = word.replace("+=", "<U+002B>=");
            let is_there = |text: &str| text.contains(word) || text.contains(&plain);
            assert!(is_there(&shown(&[])), "{word}");
            assert!(!is_there(&shown(&[hidden])), "{hidden:?}: {word}");
        }
    }
}

#[test]
fn a_collapsed_state_tells_what_is_inside_and_keeps_its_arrows() {
    let player = drawn(PLAYER);
    let collapsed = Selection { collapsed: vec![player.state("On")], ..Selection::default() };
    let chart = player.chart(&Options::default()).select(&collapsed);
    assert_eq!(names(&chart), ["Player", "Off", "On"]);
    let expected = [
        "* -> Off: ",
        "Player -> Off: Power",
        "Off -> On: Power [rounds < 9] / rounds += 1",
        "Off -> On: Play / track = 7",
        "Player -> Off: beyond skips <= 3",
    ];
    assert_eq!(arrows(&chart), expected);
    assert!(chart.mermaid().contains("On : 5 states inside"), "{}", chart.mermaid());
    let by_depth = Selection { depth: Some(1), ..Selection::default() };
    assert_eq!(chart.mermaid(), player.chart(&Options::default()).select(&by_depth).mermaid());
    let deeper = Selection { depth: Some(2), ..Selection::default() };
    let deeper = player.chart(&Options::default()).select(&deeper);
    assert_eq!(names(&deeper), ["Player", "Off", "On", "Idle", "Playing", "Album"]);
}

#[test]
fn one_state_is_shown_with_what_is_an_arrow_away() {
    let player = drawn(PLAYER);
    let only = Selection { only: vec![player.state("On.Playing.Pause")], ..Selection::default() };
    let chart = player.chart(&Options::default()).select(&only);
    let expected = [
        "Player -> Off: Power",
        "Idle -> Playing: Play",
        "Playing -> Idle: Stop",
        "Song -> Pause: Skip counts skips",
        "Pause -> Song: Play",
        "Player -> Off: beyond skips <= 3",
    ];
    assert_eq!(arrows(&chart), expected);
    let marked = |mark| chart.nodes.iter().filter(move |node| node.mark == Some(mark)).map(|node| node.name.as_str());
    assert_eq!(marked(Mark::Aside).collect::<Vec<_>>(), ["Off", "Idle", "Song"]);
    let on = chart.nodes.iter().find(|node| node.name == "On").unwrap();
    assert_eq!(on.hidden, 1, "the album");
}

#[test]
fn coverage_is_marked_and_counted() {
    let player = drawn(PLAYER);
    let mut coverage = Coverage::default();
    for scenario in &player.machine().scenarios {
        coverage += &scenario::run(&player.program, player.machine(), scenario, &player.sources).coverage;
    }
    let mut chart = player.chart(&Options::default());
    chart.cover(&coverage);
    let missed: Vec<_> =
        chart.nodes.iter().filter(|node| node.mark == Some(Mark::Missed)).map(|node| &node.name).collect();
    assert_eq!(missed, ["Pause", "Album"]);
    let taken = chart.arrows.iter().filter(|arrow| arrow.mark == Some(Mark::Reached));
    assert_eq!(
        taken.map(|arrow| arrow.label.as_str()).collect::<Vec<_>>(),
        ["Power [rounds < 9] / rounds += 1", "Play"]
    );
    assert_eq!(chart.key[0].1, "reached: 5 of 7 states, 2 of 10 transitions");
    assert!(chart.mermaid().contains("Playing --> Idle : Stop (not reached)"), "{}", chart.mermaid());
}

#[test]
fn themes_and_keys_are_said_once() {
    let player = drawn(PLAYER);
    let options = Options { theme: Some(Theme::Dark), key: true, ..Options::default() };
    let chart = player.chart(&options);
    assert!(chart.mermaid().starts_with("---\nconfig:\n  theme: dark\n---\nstateDiagram-v2\n"));
    assert!(chart.mermaid().contains("state_key : an arrow#58; event [guard] / actions"));
    assert!(chart.plantuml().contains("BackgroundColor #2b2b2b"));
    assert_eq!(chart.graph().legend.len(), 2, "the arrow and the history");
}
