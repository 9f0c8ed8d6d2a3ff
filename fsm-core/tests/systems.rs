//! The facts of the systems among the examples, level by level, and what systems mean.
#![cfg(all(feature = "checks", feature = "diagram"))]

use std::collections::BTreeSet;

use fsm_core::diagram::{Options, c4, events};
use fsm_core::model::{Id, MachineId, Part, Program, System};
use fsm_core::source::{SourceFile, Sources};
use fsm_core::{Imported, Importer, analyze, checks};

const CODITECT: &str = include_str!("../../examples/systems/coditect.fsm");
const SCAFFOLDING: &str = include_str!("../../examples/systems/scaffolding.fsm");

/// The files that the examples import.
struct Files;

impl Importer for Files {
    fn import(&mut self, _: &SourceFile, path: &str) -> Result<Imported, String> {
        match path {
            "../machines/session.fsm" => Ok(Imported {
                name: path.to_owned(),
                text: include_str!("../../examples/machines/session.fsm").to_owned(),
            }),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

fn analyzed(text: &str) -> (Program, Vec<String>) {
    let mut sources = Sources::new();
    let root = sources.add("root.fsm", text);
    let mut analysis = analyze(&mut sources, root, &mut Files);
    checks::check(&analysis.program, &sources, &mut analysis.diagnostics);
    let found = analysis.diagnostics.into_sorted();
    (analysis.program, found.into_iter().map(|finding| format!("{} {}", finding.code(), finding.message)).collect())
}

fn sound(text: &str) -> Program {
    let (program, findings) = analyzed(text);
    assert_eq!(findings, Vec::<String>::new());
    program
}

fn part(system: &System, name: &str) -> Id<Part> {
    system.parts.enumerate().find(|(_, part)| part.name.text == name).map(|(id, _)| id).unwrap()
}

/// The lines of a flow chart that draw its nodes or arrows: without boundaries, key and colours.
fn drawn(chart: &str) -> BTreeSet<&str> {
    let own = |line: &&str| (line.contains(":::") || line.contains("-->")) && !line.contains("c4_key");
    chart.lines().map(str::trim).filter(own).collect()
}

fn level(program: &Program, level: c4::Level) -> String {
    c4::View::new(program, &program.systems[0], level, &Options::default()).flowchart()
}

#[test]
fn the_context_has_two_persons_and_two_other_systems() {
    let program = sound(CODITECT);
    let expected = [
        "User([\"User<br/>[Person]<br/>End user.\"]):::c4_person",
        "Admin([\"Admin<br/>[Person]<br/>System administrator.\"]):::c4_person",
        "Coditect[\"Coditect AI IDE<br/>[System]<br/>Multi-LLM browser IDE.\"]:::c4_own",
        "LMStudio[\"LM Studio<br/>[External system]<br/>Local LLM inference.\"]:::c4_external",
        "FoundationDB[(\"FoundationDB<br/>[External store]<br/>Persistent storage.\")]:::c4_external",
        "User -->|\"uses\"| Coditect",
        "Admin -->|\"manages\"| Coditect",
        "Coditect -->|\"queries\"| LMStudio",
        "Coditect -->|\"persists to\"| FoundationDB",
    ];
    assert_eq!(drawn(&level(&program, c4::Level::Context)), BTreeSet::from(expected));
}

#[test]
fn the_containers_have_technologies_and_ports() {
    let program = sound(CODITECT);
    let expected = [
        "Frontend[\"Frontend<br/>[Container#58; React + Vite]<br/>port 5173\"]:::c4_own",
        "Theia[\"Theia IDE<br/>[Container#58; Eclipse Theia 1.65]<br/>port 3000\"]:::c4_own",
        "Backend[\"Backend API<br/>[Container#58; Rust + Actix-web]<br/>port 8080\"]:::c4_own",
        "Orchestrator[\"Orchestrator Agent<br/>[Container]<br/>Multi-agent coordinator.\"]:::c4_own",
        "FoundationDB[(\"FoundationDB<br/>[External store#58; FoundationDB 7.1+]<br/>port 4500<br/>Persistent storage.\")]:::c4_external",
        "LMStudio[\"LM Studio<br/>[External system#58; OpenAI API]<br/>port 1234<br/>Local LLM inference.\"]:::c4_external",
        "Frontend -->|\"calls<br/>[HTTP/WebSocket]\"| Backend",
        "Theia -->|\"delegates to<br/>[MCP/A2A]\"| Orchestrator",
        "Orchestrator -->|\"calls<br/>[REST]\"| Backend",
        "Backend -->|\"persists to<br/>[FDB client]\"| FoundationDB",
        "Orchestrator -->|\"queries<br/>[OpenAI API]\"| LMStudio",
    ];
    assert_eq!(drawn(&level(&program, c4::Level::Container)), BTreeSet::from(expected));
}

#[test]
fn the_components_lie_in_the_back_end() {
    let program = sound(CODITECT);
    let backend = part(&program.systems[0], "Backend");
    let chart = level(&program, c4::Level::Component(backend));
    let expected = [
        "AuthHandler[\"Auth Handler<br/>[Component]<br/>Login, logout, refresh.\"]:::c4_own",
        "SessionHandler[\"Session Handler<br/>[Component]<br/>runs Session per UserId<br/>Create, validate, invalidate.\"]:::c4_own",
        "AuthMiddleware[\"Auth Middleware<br/>[Component]<br/>JWT validation.\"]:::c4_own",
        "FdbService[\"FDB Service<br/>[Component]<br/>Connection pool.\"]:::c4_own",
        "UserRepository[\"User Repository<br/>[Component]<br/>CRUD operations.\"]:::c4_own",
        "SessionRepository[\"Session Repository<br/>[Component]<br/>Session management.\"]:::c4_own",
        "AuthHandler -->|\"finds users in\"| UserRepository",
        "AuthHandler -->|\"opens and closes sessions in\"| SessionRepository",
        "SessionHandler -->|\"keeps sessions in\"| SessionRepository",
        "AuthMiddleware -->|\"looks sessions up in\"| SessionRepository",
        "UserRepository -->|\"reads and writes through\"| FdbService",
        "SessionRepository -->|\"reads and writes through\"| FdbService",
    ];
    assert_eq!(drawn(&chart), BTreeSet::from(expected));
    assert!(chart.contains("subgraph Backend[\"Backend API [Container#58; Rust + Actix-web]\"]"), "{chart}");
}

#[test]
fn the_colours_are_those_of_the_model() {
    let program = sound(CODITECT);
    let chart = level(&program, c4::Level::Context);
    assert!(chart.contains("classDef c4_own fill:#1168bd") && chart.contains("classDef c4_person fill:#08427b"));
}

/// Machines of imported files belong to the system that runs them, and to nothing else of the file.
#[test]
fn an_imported_machine_runs_in_a_component() {
    let program = sound(CODITECT);
    let system = &program.systems[0];
    let handler = &system.parts[part(system, "SessionHandler")];
    assert_eq!(handler.runs.as_ref().map(|runs| runs.machine), Some(MachineId::Imported(0)));
    assert_eq!(program.machine_of(handler).map(|machine| machine.name.text.as_str()), Some("Session"));
    assert!(program.machines.is_empty() && program.own_enums().next().is_none());
}

#[test]
fn five_domains_talk_by_events() {
    let program = sound(SCAFFOLDING);
    let chart = events::EventFlow::new(&program, &program.systems[0], &Options::default()).flowchart();
    let arrows: Vec<_> = drawn(&chart).into_iter().filter(|line| line.contains("-->")).collect();
    for expected in [
        "Projects -->|\"ProjectCreated\"| Templates",
        "Projects -->|\"ProjectCreated\"| AI",
        "Projects -->|\"ProjectCreated\"| GitHub",
        "Projects -->|\"ProjectCreated\"| Watch",
        "Templates -->|\"TemplateSelected\"| Projects",
        "AI -->|\"AIAnalysisCompleted\"| Projects",
        "GitHub -->|\"RepositoryCreated\"| Projects",
        "Projects -->|\"ProjectConfigured\"| Developer",
        "Projects -->|\"ErrorOccurred\"| Bus",
        "Templates -->|\"ErrorOccurred\"| Bus",
        "AI -->|\"ErrorOccurred\"| Bus",
        "GitHub -->|\"ErrorOccurred\"| Bus",
        "Watch -->|\"ErrorOccurred\"| Bus",
        "Bus -->|\"ErrorReceived\"| Processor",
        "Processor -->|\"ErrorRecorded\"| ErrorTable",
        "Processor -->|\"ErrorAlert\"| Alerts",
        "Processor -->|\"ErrorShown\"| Dashboard",
    ] {
        assert!(arrows.contains(&expected), "{expected}\n{chart}");
    }
    for event in [
        "TemplateUploaded",
        "TemplateValidated",
        "TemplateInvalidated",
        "TemplateRendered",
        "TemplateDeleted",
        "AIAnalysisRequested",
        "CodeGenerated",
        "RecommendationGenerated",
        "AILimitReached",
        "WorkflowTriggered",
        "DeploymentStarted",
        "DeploymentCompleted",
        "DeploymentFailed",
        "MetricCollected",
        "AlertTriggered",
        "DashboardUpdated",
        "ThresholdBreached",
        "SystemHealthCheck",
    ] {
        assert!(arrows.iter().any(|arrow| arrow.contains(event)), "{event}");
    }
}

/// A relation stands, one level up, for one between what holds its ends, unless that level has its own.
#[test]
fn relations_are_lifted_to_the_levels_above() {
    let text = |own: &str| {
        format!(
            "system S {{ person P; external E;
                container A {{ technology \"t\"; component X; component Y; X -> Y \"asks\"; }}
                container B {{ technology \"t\"; component Z; }}
                P -> X \"starts\" via \"HTTP\"; X -> Z \"calls\"; Y -> Z \"calls\"; Z -> E \"pays by\"; {own} }}"
        )
    };
    let arrows = |text: &str, of: &dyn Fn(&System) -> c4::Level| -> Vec<String> {
        let program = sound(text);
        let chart = level(&program, of(&program.systems[0]));
        drawn(&chart).into_iter().filter(|line| line.contains("-->")).map(str::to_owned).collect()
    };
    let plain = text("");
    assert_eq!(arrows(&plain, &|_| c4::Level::Context), ["P -->|\"starts\"| S", "S -->|\"pays by\"| E"]);
    let containers = ["A -->|\"calls\"| B", "B -->|\"pays by\"| E", "P -->|\"starts<br/>[HTTP]\"| A"];
    assert_eq!(arrows(&plain, &|_| c4::Level::Container), containers);
    let components =
        ["P -->|\"starts<br/>[HTTP]\"| X", "X -->|\"asks\"| Y", "X -->|\"calls\"| B", "Y -->|\"calls\"| B"];
    assert_eq!(arrows(&plain, &|system| c4::Level::Component(part(system, "A"))), components);
    let own = text("P -> S \"uses\"; A -> B \"orders at\";");
    assert_eq!(arrows(&own, &|_| c4::Level::Context), ["P -->|\"uses\"| S", "S -->|\"pays by\"| E"]);
    assert_eq!(arrows(&own, &|_| c4::Level::Container)[0], "A -->|\"orders at\"| B");
}

const LAMPS: &str = "extern type Key = u64;
    enum Shade { Warm, Cold }
    machine Lamp {
        event Flip;
        output Lit { watts: u8, shade: Shade, room: str?, key: Key };
        initial state Off { on Flip -> On / emit Lit { watts: 3, shade: Shade::Warm, room: none, key: key }; }
        state On { on Flip -> Off; }
        context { key: Key }
    }
    machine Meter {
        event Lit { watts: u32, room: str? };
        event Cost { milli: i64, from: str, shade: Shade? };
        event Small { watts: u8, room: str };
        internal event Inner;
        initial state Counting { ignore Lit, Cost, Small; on Inner -> Counting reenter; always [false] / raise Inner; }
    }
    system House {
        container Hall runs Lamp per Key { technology \"230 V\"; }
        container Cellar runs Meter { technology \"230 V\"; }
        store Book { technology \"paper\"; }
        WIRING
    }";

fn wiring(text: &str) -> Vec<String> {
    let (_, findings) = analyzed(&LAMPS.replace("WIRING", text));
    findings
        .into_iter()
        .filter(|finding| finding.starts_with("FSM1") || finding.starts_with("FSM2") || finding.starts_with("FSM35"))
        .collect()
}

#[test]
fn outputs_are_taken_as_events_with_types() {
    let none = Vec::<String>::new();
    assert_eq!(wiring("Hall emits Lit to Cellar, Book;"), none);
    assert_eq!(
        wiring("Hall emits Lit to Cellar as Cost { milli: output.watts, from: \"hall\", shade: output.shade };"),
        none
    );
    assert_eq!(wiring("Hall emits Lit to Cellar as Cost { milli: -1, from: \"hall\", shade: Shade::Cold };"), none);
    assert_eq!(wiring("* emits Lit to Cellar;"), none);
    for (wrong, expected) in [
        ("Hall emits Lit to Cellar as Small;", "FSM201 `room` is a `str`, and `output.room` is a `str?`"),
        ("Hall emits Lit to Cellar as Cost { milli: 1 };", "FSM204"),
        ("Hall emits Lit to Cellar as Cost { milli: output.shade, from: \"\", shade: none };", "FSM201"),
        ("Hall emits Lit to Cellar as Cost { milli: output.volts, from: \"\", shade: none };", "FSM110"),
        ("Hall emits Lit to Cellar as Cost { milli: event.watts, from: \"\", shade: none };", "FSM110"),
        ("Hall emits Lit to Cellar as Lit { watts: 1, room: none, more: 2 };", "FSM110"),
        ("Hall emits Lit to Cellar as Inner;", "FSM118"),
        ("Hall emits Lit to Cellar as Lot;", "FSM104"),
        ("Hall emits Let to Cellar;", "FSM105"),
        ("* emits Dark to Cellar;", "FSM105"),
        ("Book emits Lit to Cellar;", "FSM354"),
        ("Hall emits Lit to Book as Lit;", "FSM354"),
        ("Hall emits Lit to Attic;", "FSM352"),
        ("Hall -> House \"is in\";", "FSM351"),
        ("Hall -> Hall \"is\";", "FSM351"),
        ("container Yard runs Lamp per Door { technology \"\"; }", "FSM108"),
        ("container Yard { technology \"a\"; technology \"b\"; }", "FSM102"),
        ("container Yard { technology \"a\"; port 65536; }", "FSM202"),
        ("person Guest runs Lamp;", "FSM355"),
        ("person Guest { component Hand; }", "FSM351"),
    ] {
        let found = wiring(wrong);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{wrong}: {found:?}");
    }
}

/// Where two systems of one name stand, or two parts, the first counts.
#[test]
fn names_are_unique() {
    let (program, findings) =
        analyzed("system S { person P; person P; P -> S \"uses\"; } system S { person Q; Q -> S \"uses\"; }");
    assert_eq!(findings, ["FSM102 the part `P` is declared twice", "FSM102 the system `S` is declared twice"]);
    assert_eq!(program.systems.len(), 2);
}
