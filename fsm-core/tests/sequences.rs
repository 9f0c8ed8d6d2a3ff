//! What sequences tell of scenarios: every line below was read beside the scenario above it.

use fsm_core::diagram::sequence::{Item, MessageKind, NoteKind, Sequence, later, sequence, stages};
use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

/// The sequences of all scenarios of a machine.
fn sequences(text: &str, machine: &str) -> Vec<(Sequence, bool)> {
    let mut sources = Sources::new();
    let root = sources.add("test.fsm", text);
    let analysis = analyze(&mut sources, root, &mut NoImports);
    assert!(!analysis.diagnostics.has_errors(), "{:?}", analysis.diagnostics.iter().next());
    let program = &analysis.program;
    let found = program.machines.iter().find(|found| found.name.text == machine).expect("the machine is there");
    let stage = stages(program, found).into_iter().next();
    let told = found.scenarios.iter().map(|scenario| {
        let (told, outcome) = sequence(program, found, scenario, &sources, stage);
        (told, outcome.failure.is_some())
    });
    told.collect()
}

/// A sequence in words, one line for each item.
fn told(sequence: &Sequence, items: &[Item]) -> Vec<String> {
    let mut lines = Vec::new();
    for item in items {
        match item {
            Item::Message(message) => {
                let arrow = match message.kind {
                    MessageKind::Signal => "->",
                    MessageKind::Call => "=>",
                    MessageKind::Reply => "-->",
                    MessageKind::Refusal => "--x",
                };
                let label = |id| &sequence.participants[id].label;
                lines.push(format!("{} {arrow} {}: {}", label(message.from), label(message.to), message.label));
            }
            Item::Note(note) => {
                let mark = match note.kind {
                    NoteKind::State => "",
                    NoteKind::Remark => "note: ",
                    NoteKind::Failure => "failed: ",
                };
                lines.push(format!("{mark}{}", note.lines.join(" | ")));
            }
            Item::Pause(time) => lines.push(later(*time)),
            Item::Frame(frame) => {
                lines.push(format!("{} times:", frame.times));
                lines.extend(told(sequence, &frame.items).into_iter().map(|line| format!("  {line}")));
            }
        }
    }
    lines
}

/// What the one scenario of a machine without a system tells.
#[track_caller]
fn assert_told(declarations: &str, scenario: &str, expected: &[&str]) {
    let text = format!("machine M {{ {declarations} scenario \"one\" {{ {scenario} }} }}");
    let [(sequence, has_failed)] = &sequences(&text, "M")[..] else { panic!("one scenario") };
    assert_eq!(told(sequence, &sequence.items), expected);
    assert_eq!(*has_failed, expected.last().is_some_and(|last| last.starts_with("failed: ")));
}

#[test]
fn events_outputs_and_changes_are_told_with_their_values() {
    assert_told(
        "event Open { by: str }; output Opened { by: str }; initial state Shut { on Open -> Ajar / emit Opened { by: event.by }; }
         final state Ajar \"wide open\";",
        "send Open { by: \"Ann\" };",
        &[
            "starts in Shut",
            "environment -> M: Open { by: \"Ann\" }",
            "M -> environment: Opened { by: \"Ann\" }",
            "Shut → wide open | terminated",
        ],
    );
}

#[test]
fn refusals_say_why_in_the_words_of_generated_code() {
    assert_told(
        "event SwitchOn; event Go; guard ready(level: u8); limit tries <= 1; initial state Off { on Go [ready(3)] -> On; on SwitchOn -> Off counts tries; }
         state On { defer Go max 1; ignore SwitchOn; }",
        "send Go; expect refused; send SwitchOn; send SwitchOn; expect refused; given ready = true; send Go; send Go; send Go; expect refused; send SwitchOn;",
        &[
            "starts in Off",
            "environment -> M: Go",
            "M => host: ready(3)",
            "host --> M: false",
            "M --x environment: cannot go from Off: not ready(3)",
            "environment -> M: SwitchOn",
            "Off → Off",
            "environment -> M: SwitchOn",
            "M --x environment: cannot switch on from Off: tries has reached 1",
            "environment -> M: Go",
            "M => host: ready(3)",
            "host --> M: true",
            "Off → On",
            "environment -> M: Go",
            "note: defers Go",
            "environment -> M: Go",
            "M --x environment: cannot go from On: too many wait",
            "environment -> M: SwitchOn",
            "note: ignores SwitchOn",
        ],
    );
}

#[test]
fn the_host_is_asked_and_answers() {
    assert_told(
        "context { n: u8 = 0 } event Go; action count() -> u8; action save(n: u8) fails; initial state A { on Go / n = count(), save(n); on error -> B; } state B;",
        "given count() = 7; given save(7) = fails \"disk full\"; send Go;",
        &[
            "starts in A",
            "environment -> M: Go",
            "M => host: count()",
            "host --> M: 7",
            "M => host: save(7)",
            "host --x M: failed: disk full",
            "A → B",
        ],
    );
}

#[test]
fn tasks_are_started_completed_and_cancelled() {
    assert_told(
        "event Stop; task fetch(url: str) -> u8 fails; initial state Idle { on Stop -> Busy; }
         state Busy { run fetch(\"x\") { ok -> Idle; err -> Idle; } on Stop -> Idle; }",
        "send Stop; complete fetch = 3; send Stop; complete fetch = fails \"gone\"; send Stop; send Stop;",
        &[
            "starts in Idle",
            "environment -> M: Stop",
            "Idle → Busy",
            "M -> host: start fetch(\"x\")",
            "host --> M: fetch = 3",
            "Busy → Idle",
            "environment -> M: Stop",
            "Idle → Busy",
            "M -> host: start fetch(\"x\")",
            "host --x M: fetch failed: gone",
            "Busy → Idle",
            "environment -> M: Stop",
            "Idle → Busy",
            "M -> host: start fetch(\"x\")",
            "environment -> M: Stop",
            "M -> host: cancel fetch",
            "Busy → Idle",
        ],
    );
}

#[test]
fn time_passes_and_timers_are_signals_to_oneself() {
    assert_told(
        "event Go; event Late; param life: duration = 5min; output Tick; initial state A { after life -> B; on Go / raise Late after 90s; on Late / emit Tick; }
         state B { every 1s / emit Tick; }",
        "start with { life: 3min }; send Go; wait 2min; wait 1min; wait 10s;",
        &[
            "starts in A | life = 3min",
            "environment -> M: Go",
            "note: Late in 1min 30s",
            "1min 30s later",
            "M -> M: Late",
            "M -> environment: Tick",
            "1min 30s later",
            "M -> M: after life",
            "A → B",
            "10 times:",
            "  1s later",
            "  M -> M: every 1s",
            "  M -> environment: Tick",
        ],
    );
}

#[test]
fn raised_events_are_signals_to_oneself() {
    assert_told(
        "event Go; internal event Next; initial state A { on Go -> B / raise Next; } state B { on Next -> C; } state C;",
        "send Go;",
        &["starts in A", "environment -> M: Go", "M -> M: Next", "A → B", "B → C"],
    );
}

#[test]
fn regions_that_change_are_told_in_their_place() {
    assert_told(
        "event In; event Left; event Out; initial state Off { on In -> Both; on Out -> Both; }
         parallel state Both { state L { initial state L1 { on Left -> L2; } state L2; } state R { initial state R1; } on Out -> Off; }",
        "send In; send Left; send Out;",
        &[
            "starts in Off",
            "environment -> M: In",
            "Off → Both | L.L1, R.R1",
            "environment -> M: Left",
            "Both.L: L1 → L2",
            "environment -> M: Out",
            "Both → Off",
        ],
    );
}

#[test]
fn alike_rounds_are_a_frame_and_others_are_written_out() {
    assert_told(
        "context { n: u8 = 0 } event Go; output Count { n: u8 }; initial state A { on Go { [n < 2] / n += 1, emit Count { n: n }; else / n = 2; } }",
        "repeat 5 { send Go; }",
        &[
            "starts in A",
            "environment -> M: Go",
            "M -> environment: Count { n: 1 }",
            "environment -> M: Go",
            "M -> environment: Count { n: 2 }",
            "3 times:",
            "  environment -> M: Go",
        ],
    );
    let many = "machine M { context { n: u32 = 0 } event Go; output Count { n: u32 }; initial state A { on Go / n += 1, emit Count { n: n }; }
        scenario \"many\" { repeat 1000 { send Go; } } }";
    let (sequence, _) = &sequences(many, "M")[0];
    let told = told(sequence, &sequence.items);
    assert_eq!(told.len(), 1 + 2 * 16 + 1, "{told:#?}");
    assert!(told.contains(&"note: … 984 more".to_owned()), "{told:#?}");
    assert_eq!(told.last().unwrap(), "M -> environment: Count { n: 1000 }");
}

#[test]
fn a_scenario_that_fails_is_told_up_to_there() {
    assert_told(
        "event Go; initial state A { on Go -> B; } state B;",
        "repeat 3 { send Go; expect in B; }",
        &[
            "starts in A",
            "environment -> M: Go",
            "A → B",
            "environment -> M: Go",
            "M --x environment: cannot go from B",
            "failed: `send Go` is refused | no reaction to it in `B`",
        ],
    );
}

const SYSTEM: &str = "
enum Kind { Good, Bad }
machine Shop { event Buy; event Paid { kind: Kind }; output Order { price: u32 }; output Sold; output Log;
    initial state Open { on Buy / emit Order { price: 3 }, emit Log; on Paid [event.kind == Kind::Good] / emit Sold; }
    scenario \"bought\" { send Buy; send Paid { kind: Kind::Good }; send Paid { kind: Kind::Bad }; expect refused; } }
machine Till { event Charge { price: u32 }; output Done; output Broken; initial state Ready { on Charge / emit Done, emit Broken; } }
system S \"The shop\" {
    person Buyer; store Books; external Post;
    container Web \"Web shop\" runs Shop; container Cash runs Till;
    Buyer -> Web \"buys at\";
    Web emits Order to Cash as Charge;
    Web emits Sold to Post;
    Web emits Sold to Books;
    Cash emits Done to Web as Paid { kind: Kind::Good };
    Cash emits Broken to Web as Paid { kind: Kind::Bad };
}";

/// Wires say who sends and who takes; an event without any comes from the one who uses the part.
#[test]
fn in_a_system_the_parts_take_part() {
    let (sequence, _) = &sequences(SYSTEM, "Shop")[0];
    assert_eq!(
        told(sequence, &sequence.items),
        [
            "starts in Open",
            "Buyer -> Web shop: Buy",
            "Web shop -> Cash: Order { price: 3 } as Charge",
            "Web shop -> environment: Log",
            "Cash -> Web shop: Done as Paid { kind: Kind::Good }",
            "Web shop -> Post: Sold",
            "Web shop -> Books: Sold",
            "Cash -> Web shop: Broken as Paid { kind: Kind::Bad }",
            "Web shop --x Cash: cannot paid from Open: not event.kind == Kind::Good",
        ]
    );
    let order: Vec<_> = sequence.order.iter().map(|&id| sequence.participants[id].label.as_str()).collect();
    assert_eq!(order, ["Buyer", "Web shop", "Cash", "environment", "Post", "Books"]);
}

#[test]
fn notations_write_it_down() {
    let text = "machine M \"a; #1\" { event end \"end: {x}\"; task work(); initial state A { on end -> B; after 2s -> B; } state B { run work() { } }
        scenario \"to the end\" { repeat 2 { wait 500ms; } send end; send end; } }";
    let (sequence, _) = &sequences(text, "M")[0];
    assert_eq!(
        sequence.mermaid(),
        "---\ntitle: \"a\\U0000003b \\U000000231: to the end\"\n---\nsequenceDiagram
    participant environment as environment
    participant M as a#59; #35;1
    participant host as host
    Note over M: starts in A
    loop 2 times
        Note over environment,host: 500ms later
    end
    environment-)M: end#58; {x}
    Note over M: A #8594; B
    M-)host: start work()
    environment-)M: end#58; {x}
    M--xenvironment: cannot end#58; {x} from B
    rect rgb(255, 214, 214)
        Note over M: #96;send end#96; is refused<br/>no reaction to it in #96;B#96;
    end
"
    );
    assert_eq!(
        sequence.plantuml(),
        "@startuml
title a<U+003B> <U+0023>1<U+003A> to the end
hide footbox
participant \"environment\" as p2
participant \"a<U+003B> <U+0023>1\" as p1
participant \"host\" as p3
hnote over p1 : starts in A
loop 2 times
    ...500ms later...
end
p2 ->> p1 : end<U+003A> <U+007B>x<U+007D>
hnote over p1 : A <U+2192> B
p1 ->> p3 : start work()
p2 ->> p1 : end<U+003A> <U+007B>x<U+007D>
p1 -->x p2 : cannot end<U+003A> <U+007B>x<U+007D> from B
note over p1 #FFD6D6 : <U+0060>send end<U+0060> is refused\\nno reaction to it in <U+0060>B<U+0060>
@enduml
"
    );
}

/// Nothing is told that the scenario does not reach, and everything is told once.
#[test]
fn a_machine_that_only_starts_stands_alone() {
    let (sequence, _) = &sequences("machine M { initial state A; scenario \"s\" { expect in A; } }", "M")[0];
    assert_eq!(told(sequence, &sequence.items), ["starts in A"]);
    assert_eq!(sequence.order.len(), 1);
}
