//! Machines that run: in a dialogue, for a script, by themselves.

use std::fmt::Write as _;

use fsm_core::NoImports;
use fsm_core::model::{BaseType, Machine, Program, Type};
use fsm_core::source::Sources;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::project::{Project, Run};

const DOOR: &str = "\
machine Door {
    context { wrong: u8 in 0..=3 = 0 }
    event Enter { code: u32 };
    event Close;
    event Reset;
    output Alarm;
    guard correct(code: u32);

    initial state Shut {
        on Enter {
            [correct(event.code)] -> Open / wrong = 0;
            [wrong >= 2]          -> Locked / emit Alarm;
            else                  / wrong += 1;
        }
    }
    state Open   { on Close -> Shut; }
    state Locked { on Reset -> Shut / wrong = 0; }
}
";

/// A parallel machine with timers, deferral, a task, an action that fails and a delayed raise.
const PRINTER: &str = "\
extern type Owner = u64;
machine Printer {
    enum Paper { A4, Letter }
    param warm_up: duration in 1s..=1min = 5s;
    context { copies: u8 in 0..=9 = 0, cost: u32 = 0 }
    event Print { copies: u8, paper: Paper, owner: Owner? };
    event Stop;
    event Lift;
    event Shut;
    internal event Remind;
    output Printed { copies: u8, cost: u32 };
    output Beep;
    guard allowed(copies: u8);
    guard idle = in Ready;
    action charge(copies: u8) -> u32 fails;
    action log(what: str);
    task print(copies: u8, paper: Paper) -> u8 fails;
    limit jams <= 2 else -> Broken;

    parallel state On {
        state Engine {
            initial state Cold {
                after warm_up -> Ready;
                defer Print max 2;
            }
            state Ready {
                on Print [allowed(event.copies)] -> Printing { paper: event.paper }
                    / copies = event.copies, cost = charge(event.copies);
            }
            state Printing {
                context { paper: Paper }
                run print(copies, paper) {
                    ok -> Ready / emit Printed { copies: event.value, cost: cost };
                    err -> Ready counts jams / log(event.error), raise Remind after 1min;
                }
                every 10s / emit Beep;
                on Stop -> Ready;
            }
        }
        state Lid {
            initial state Closed { on Lift [idle] -> Opened; ignore Shut; }
            state Opened { on Shut -> Closed; }
        }
        on Remind / emit Beep;
    }
    initial state Off { always -> On; }
    final state Broken;
}
";

/// Runs a dialogue of these lines.
fn dialogue(name: &str, machine: &str, arguments: &[&str], lines: &str) -> Run {
    let project = Project::new(name).with("machine.fsm", machine);
    project.run_with_input(&[&["simulate", "--interactive", "machine.fsm"], arguments].concat(), lines)
}

/// The answers to these lines, the start first.
fn script(name: &str, machine: &str, arguments: &[&str], lines: &[Value]) -> Vec<Value> {
    let project = Project::new(name).with("machine.fsm", machine);
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let run = project.run_with_input(&[&["simulate", "machine.fsm"], arguments].concat(), lines.join("\n"));
    assert_eq!(run.stderr, "");
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Where a machine stands when nothing is pending any more.
fn headless(name: &str, machine: &str, arguments: &[&str]) -> (Option<i32>, Value) {
    let project = Project::new(name).with("machine.fsm", machine);
    let run = project.run(&[&["simulate", "--headless", "machine.fsm"], arguments].concat());
    assert_eq!(run.stderr, "");
    (run.code, serde_json::from_str(&run.stdout).unwrap())
}

#[test]
fn a_first_dialogue() {
    let lines = "Enter code=1\nfalse\nEnter\n2\nfalse\n1 code=3\nno\nClose\nundo\nenter code=4\n\nsend Enter { code: 4711 }\nyes\nquit\n";
    assert_snapshot!(dialogue("a_first_dialogue", DOOR, &[], lines).all());
}

#[test]
fn timers_tasks_and_what_waits() {
    let lines = "\
        Print copies=3 paper=A4 owner=42\nLift\nwait 2s\nnext\ntrue\n7\nwait 21s\nfinish print 3\n\
        Print copies=1 paper=Paper::Letter owner=none\nalways true\nfails no credit\n\
        finish print fails paper jam\nLift\nnext\nundo 2\n";
    let run = dialogue("timers_tasks_and_what_waits", PRINTER, &[], lines);
    assert_snapshot!(run.all());
}

#[test]
fn what_the_host_answers_is_listed_given_and_forgotten() {
    let lines = "answer\nanswer allowed=true charge=5\nanswer charge=fails out of money\nanswer allowed=ask\n";
    let given = ["--answer", "allowed=false"];
    let run = dialogue("what_the_host_answers", PRINTER, &given, lines);
    let listed: Vec<_> = run.stdout.split("\n> ").skip(1).collect();
    assert_snapshot!(listed.join("\n> "));
}

#[test]
fn a_step_can_be_taken_back_when_something_is_asked() {
    let lines = "Enter code=1\nperhaps\ncancel\nEnter\ncancel\nEnter\nmany\n-1\n5\nalways false\nEnter code=6\n";
    assert_snapshot!(dialogue("a_step_can_be_taken_back", DOOR, &[], lines).all());
}

#[test]
fn every_command_that_looks_back() {
    let lines = "Enter code=1\nfalse\nwait 3s\nClose\nstate\ntrace\nsave\nsave \"a \\\"name\\\"\"\nsave door.scenario \"kept\"\nsave door.scenario\nhelp\nhelp wait\nhelp me\n";
    let project = Project::new("every_command_that_looks_back").with("machine.fsm", DOOR);
    let run = project.run_with_input(&["simulate", "--interactive", "machine.fsm"], lines);
    let from_here = run.stdout.split_once("> state").unwrap().1;
    assert_snapshot!(from_here);
    let saved = std::fs::read_to_string(project.path("door.scenario")).unwrap();
    assert!(saved.starts_with("scenario \"kept\" {\n"), "{saved}");
}

#[test]
fn what_was_done_is_a_scenario_of_the_language() {
    let lines = "\
        Print copies=3 paper=A4 owner=42\nwait 2s\nLift\nnext\ntrue\n7\nwait 21s\nfinish print 3\n\
        Print copies=1 paper=Letter owner=none\ntrue\nfails \"no \\\"credit\\\"\"\nPrint copies=1 paper=A4 owner=none\n\
        finish print fails paper jam\nLift\nShut\nShut\nsave kept.scenario \"a day\"\n";
    let project = Project::new("what_was_done_is_a_scenario").with("machine.fsm", PRINTER);
    let run = project.run_with_input(
        &["simulate", "--interactive", "--param", "warm_up=7s", "--set", "cost=2", "machine.fsm"],
        lines,
    );
    assert!(run.stdout.contains("wrote kept.scenario"), "{}", run.stdout);
    let scenario = std::fs::read_to_string(project.path("kept.scenario")).unwrap();
    assert_snapshot!(scenario);
    let end = PRINTER.rfind('}').unwrap();
    let whole = format!("{}{scenario}}}\n", &PRINTER[..end]);
    let run = project.with("whole.fsm", whole).run(&["test", "whole.fsm"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{}", run.stdout);
    assert!(run.stdout.ends_with("1 scenario in 1 file: 1 passed\n"), "{}", run.stdout);
}

/// Numbers that look random and are always the same.
struct Random(u32);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % end.max(1)
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// A value of a type, or the one that stands for any.
    fn value(&mut self, program: &Program, ty: Type) -> String {
        match ty {
            Type::Plain(BaseType::Bool) => self.of(&["true", "false"]).to_owned(),
            Type::Plain(BaseType::Int(_)) => self.below(100).to_string(),
            Type::Plain(BaseType::Duration) => format!("{}min", self.below(20_000)),
            Type::Plain(BaseType::Enum(of)) => {
                let variants = &program.enums[of].variants;
                variants[self.below(variants.len())].name.text.clone()
            }
            Type::Plain(BaseType::Str | BaseType::Extern(_)) => self.of(&["_", "\"some\\ttext\""]).to_owned(),
            Type::Plain(BaseType::Float) | Type::Optional(_) => "_".to_owned(),
        }
    }
}

/// A walk through a machine without a plan: events, ends of tasks, time in between, and answers of the host.
fn walk(machine: &Machine, program: &Program, seed: u32) -> String {
    let mut random = Random(seed);
    let events: Vec<_> = machine.events.iter().filter(|event| !event.internal).collect();
    let (tasks, actions): (Vec<_>, Vec<_>) = (machine.tasks.iter().collect(), machine.actions.iter().collect());
    let mut lines = String::new();
    for guard in machine.guards.iter().filter(|guard| guard.body.is_none()) {
        let _ = writeln!(lines, "answer {}={}", guard.name.text, random.of(&["true", "true", "false"]));
    }
    for _ in 0..60 {
        let value = |random: &mut Random, ty: Option<Type>| ty.map(|ty| random.value(program, ty)).unwrap_or_default();
        match (random.below(8), events.get(random.below(events.len()))) {
            (0, _) => lines.push_str(random.of(&["next\n", "wait 7s\n", "wait 1h\n"])),
            (1 | 2, _) if !tasks.is_empty() => {
                let task = tasks[random.below(tasks.len())];
                let end = if random.below(2) == 0 { "fails".to_owned() } else { value(&mut random, task.result) };
                let _ = writeln!(lines, "finish {} {end}", task.name.text);
            }
            (3, _) if !actions.is_empty() => {
                let action = actions[random.below(actions.len())];
                let end = if random.below(2) == 0 { "fails".to_owned() } else { value(&mut random, action.result) };
                let _ = writeln!(lines, "answer {}={end}", action.name.text);
            }
            (_, Some(event)) => {
                let _ = write!(lines, "send {}", event.name.text);
                for field in &event.fields {
                    let _ = write!(lines, " {}={}", field.name.text, random.value(program, field.ty));
                }
                lines.push('\n');
            }
            (_, None) => {}
        }
    }
    lines + "{\"scenario\":\"a walk\"}\n"
}

#[test]
fn what_is_saved_passes_as_a_test() {
    let machines = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/machines");
    let files = std::fs::read_dir(machines).unwrap().map(|entry| entry.unwrap().path());
    let mut texts: Vec<_> =
        files.map(|path| std::fs::read_to_string(path).unwrap()).chain([PRINTER.to_owned()]).collect();
    texts.sort();
    let mut walked = 0;
    for (text, seed) in texts.iter().flat_map(|text| (0..4).map(move |seed| (text, seed))) {
        let mut sources = Sources::new();
        let file = sources.add("machine.fsm", text);
        let program = fsm_core::analyze(&mut sources, file, &mut NoImports).program;
        let [machine] = &program.machines[..] else { continue };
        let project = Project::new("what_is_saved_passes").with("machine.fsm", text);
        let run = project.run_with_input(&["simulate", "machine.fsm"], walk(machine, &program, seed));
        let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
        let scenario = last["scenario"].as_str().unwrap();
        let end = machine.span.range().end - 1;
        let whole = format!("{}\n{scenario}{}", &text[..end], &text[end..]);
        let run = project.with("whole.fsm", whole).run(&["test", "whole.fsm", "--filter", "a walk"]);
        assert!(run.code == Some(0) && run.stdout.contains("passed  a walk"), "{}\n{scenario}", run.all());
        walked += 1;
    }
    assert!(walked > 30);
}

#[test]
fn a_start_that_fails_is_expected_or_reported() {
    let machine = "machine Job {\n    context { n: u8 in 0..=1 = 1 }\n    event Go;\n    initial state On { entry / n += 1; ignore Go; }\n}\n";
    let run = dialogue("a_start_that_fails", machine, &[], "Go\nsave\n");
    let scenario = run.stdout.split_once("> save\n").unwrap().1.trim_end_matches(['>', ' ', '\n']);
    let test = |scenario: &str| {
        let whole = format!("{}{scenario}\n}}\n", &machine[..machine.len() - 2]);
        Project::new("a_start_that_fails").with("whole.fsm", whole).run(&["test", "whole.fsm"]).code
    };
    assert_eq!(test(scenario), Some(0), "{scenario}");
    assert_eq!(test(&scenario.replace("    expect failed;\n", "")), Some(1));
}

#[test]
fn what_a_scenario_cannot_say_is_noted() {
    let machine = "machine Roll {\n    context { last: u8 = 0 }\n    event Go;\n    action dice() -> u8;\n    initial state On { on Go / last = dice(), last = dice(), last = dice(); }\n}\n";
    let run = dialogue("what_a_scenario_cannot_say", machine, &[], "Go\n3\n3\n4\nsave\n");
    assert_snapshot!(run.stdout.split_once("> save").unwrap().1);
}

#[test]
fn what_is_no_command_is_explained() {
    let lines = "\
        Entr code=5\nsend\nsend Close code=5\nsend Enter kode=5\nEnter code=1 code=2\nEnter code=x\nEnter code=-1\n\
        Enter code\nEnter { code: 5\n4\n0\nwait\nwait 5\nwait 600000d\nnext\nnext 5\nundo\nundo x\nfinish\nfinish a\n\
        answer x=true\nanswer corect=true\nanswer correct=5\nanswer correct=fails\nsave a b c\nsave no/such/dir/x\nquit now\n";
    let run = dialogue("what_is_no_command", DOOR, &[], lines);
    assert_eq!(run.code, Some(0));
    let answers: Vec<_> = run.stdout.split("\n> ").skip(1).collect();
    assert_snapshot!(answers.join("\n> "));
    let lines = "finish print\nPrint copies=300 paper=A3\nwait 5s\nRemind\nanswer print=5\nanswer log=ok\nanswer idle=true\nanswer charge=x\nanswer charge=ok\nPrint copies=1 paper=A4 owner=none\ntrue\nx\n1\nfinish print\nfinish print 1 2\nfinish prnt\n";
    let run = dialogue("what_is_no_command_of_a_printer", PRINTER, &[], lines);
    let errors: Vec<_> =
        run.stdout.lines().filter(|line| line.starts_with("error") || line.starts_with("  help")).collect();
    assert_snapshot!("what_is_no_command_of_a_printer", errors.join("\n"));
}

#[test]
fn what_is_due_at_once_belongs_to_the_step() {
    let machine = "machine Chain {\n    event Go;\n    internal event Then;\n    output Beep;\n    initial state A { after 0s -> B; }\n    state B {\n        on Go / raise Then after 0s, raise Then after 5s;\n        on Then -> C;\n        after 5s / emit Beep;\n        every 5s / emit Beep;\n    }\n    state C;\n}\n";
    let run = dialogue("what_is_due_at_once", machine, &[], "next\nGo\nnext\nsave\n");
    assert_snapshot!(run.all());
}

#[test]
fn what_a_machine_needs_to_start_is_asked_for() {
    let machine = "machine Job {\n    param most: u8 in 1..=3;\n    param rest: u8 = 1;\n    context { name: str, note: str?, left: duration }\n    event Go;\n    initial state On { on Go / left = left + 1s; }\n}\n";
    let run = dialogue("what_a_machine_needs", machine, &["--set", "left=5s"], "9\n2\nthe one\n");
    assert_snapshot!(run.all());
    let run = dialogue("what_a_machine_needs", machine, &["--set", "left=5s"], "2\ncancel\n");
    assert_eq!(
        (run.code, run.stderr.lines().next()),
        (Some(2), Some("error: the variable `name` has no initial value"))
    );
}

#[test]
fn colours_are_given_and_withheld() {
    let coloured = dialogue("colours_of_a_dialogue", DOOR, &["--color", "always"], "Close\nnext\nhelp\n").stdout;
    assert!(coloured.contains("\u{1b}["));
    let plain = dialogue("colours_of_a_dialogue", DOOR, &["--color", "never"], "Close\nnext\nhelp\n").stdout;
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(dialogue("colours_of_a_dialogue", DOOR, &[], "Close\nnext\nhelp\n").stdout, plain);
}

#[test]
fn nothing_unprintable_is_shown() {
    let machine = "machine Echo {\n    context { said: str = \"\" }\n    event Say { what: str };\n    output Said { what: str };\n    action fetch() -> str fails;\n    initial state On { on Say / said = event.what, emit Said { what: said }, said = fetch(); }\n}\n";
    let lines = "Say what=\"\\u{202e}\u{202e}\u{1b}[31m\"\nfails \u{1b}[31m\u{202e}\ntrace\nsave\nS\u{1b}y\n\u{1b}\n";
    let run = dialogue("nothing_unprintable_is_shown", machine, &[], lines);
    let is_bad = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!run.stdout.contains(is_bad), "{:?}", run.stdout);
    let lines = [json!({"send": "Say", "fields": {"what": "\u{202e}\u{1b}[31m"}}), json!({"send": "\u{202e}"})];
    let project = Project::new("nothing_unprintable_in_json").with("machine.fsm", machine);
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let run = project.run_with_input(&["simulate", "machine.fsm"], lines.join("\n"));
    assert!(!run.stdout.contains(is_bad), "{:?}", run.stdout);
    let answers: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[1]["outputs"][0]["fields"]["what"], "\u{202e}\u{1b}[31m");
}

#[test]
fn a_script_in_json() {
    let project = Project::new("a_script_in_json").with("machine.fsm", DOOR);
    let lines = "{\"answer\":{\"correct\":true}}\n\n{\"send\":\"Enter\",\"fields\":{\"code\":5}}\nsend Reset\n{\"wait\":\"1min 30s\"}\n{\"sned\":1}\n{\"scenario\":\"opened\"}\n{\"undo\":3}\n{\"quit\":true}\n{\"send\":\"Close\"}\n";
    let run = project.run_with_input(&["simulate", "machine.fsm"], lines);
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.stdout);
    let same = project.run_with_input(&["simulate", "--json", "machine.fsm"], lines);
    assert_eq!(same.stdout, run.stdout);
}

#[test]
fn what_a_script_learns() {
    let answers = script(
        "what_a_script_learns",
        PRINTER,
        &["--answer", "allowed=true"],
        &[
            json!({"send": "Print", "fields": {"copies": 3, "paper": "Letter", "owner": "42"}}),
            json!({"next": true}),
            json!({"wait": "12s"}),
            json!({"answer": {"charge": {"fails": "no credit"}}}),
            json!({"finish": "print", "value": 2}),
            json!({"send": 1, "fields": {"copies": 12, "paper": "A4", "owner": null}}),
            json!({"send": 1, "fields": {"copies": 1, "paper": "A4", "owner": null}}),
            json!({"finish": "print", "fails": "paper jam"}),
            json!({"answer": {"allowed": null}}),
            json!({"send": "Print", "fields": {"copies": 1}}),
            json!({"trace": true}),
            json!("help"),
        ],
    );
    let answer = |index: usize| answers[index]["answer"].as_str().unwrap_or_default();
    assert_eq!([1, 2, 3, 5].map(answer), ["deferred", "waited", "waited", "taken"]);
    assert_eq!(answers[1]["deferred"][0]["fields"], json!({"copies": 3, "paper": "Letter", "owner": "42"}));
    assert_eq!(answers[2]["configuration"], json!(["Printing", "Closed"]));
    assert_eq!(answers[2]["tasks"], json!([{"task": "print", "state": "Printing", "arguments": [3, "Letter"]}]));
    assert_eq!(
        answers[2]["calls"][1],
        json!({"function": "charge", "arguments": [3], "result": 0, "failure": null, "answered": "default"})
    );
    assert_eq!(answers[3]["outputs"], json!([{"name": "Beep", "fields": {}}]));
    assert_eq!(answers[3]["timers"][0]["remaining"], "8s");
    assert_eq!(answers[4]["answers"], json!({"allowed": true, "charge": {"fails": "no credit"}}));
    assert_eq!(answers[5]["outputs"][0], json!({"name": "Printed", "fields": {"copies": 2, "cost": 0}}));
    // Ten copies are too many for the context, and the action list is cut there.
    assert_eq!((answer(6), &answers[6]["context"]["copies"]), ("action_failed", &json!(3)));
    assert_eq!(answers[7]["ok"], false);
    assert_eq!(answers[8]["timers"][0]["what"], "raise Remind");
    assert_eq!(answers[9]["answers"], json!({"charge": {"fails": "no credit"}}));
    assert_eq!(answers[9]["events"][0]["reactions"][0]["guard"], "asks_event");
    assert_eq!(answers[10]["help"], "its fields are copies: u8, paper: Paper, owner: Owner?");
    assert_eq!(answers[11]["ok"], false);
    assert_eq!(answers[12]["error"], "a command is a JSON object");
}

#[test]
fn a_script_ends_as_its_worst_step() {
    let machine = "machine Count {\n    context { n: u8 in 0..=1 = 0 }\n    event Up;\n    initial state On { on Up / n += 1; }\n}\n";
    for (lines, code) in [("send Up", 0), ("send Up\nsend Up", 1), ("send Up\nsend Up\nsend Uo", 2), ("x\nUp\nUp", 2)] {
        let run = Project::new("a_script_ends_as").with("machine.fsm", machine);
        assert_eq!(run.run_with_input(&["simulate", "machine.fsm"], lines).code, Some(code), "{lines}");
    }
}

#[test]
fn by_itself() {
    let (code, end) = headless("by_itself", PRINTER, &[]);
    assert_eq!((code, &end["ended"], &end["time"]), (Some(0), &json!("idle"), &json!("5s")));
    assert_snapshot!(serde_json::to_string_pretty(&end).unwrap());

    let ticking = "machine Tick {\n    context { n: u64 = 0 }\n    output Beat { n: u64 };\n    action beat(n: u64) -> u64;\n    initial state On { every 1s / n = beat(n + 1), emit Beat { n: n }; after 3s -> Two; }\n    state Two { every 1min / n += 1; }\n}\n";
    let (code, end) = headless("by_itself_for_some_steps", ticking, &["--max-steps", "10", "--answer", "beat=7"]);
    assert_eq!((code, &end["ended"], &end["steps"]), (Some(0), &json!("max_steps"), &json!(10)));
    assert_eq!((&end["context"], &end["time"]), (&json!({"n": 13}), &json!("363s")));
    assert_eq!((&end["outputs"].as_array().unwrap().len(), &end["calls"].as_array().unwrap().len()), (&3, &3));
    assert_eq!(end["message"], "stopped after 10 deadlines: more is pending, and it may never end");
    let (_, end) = headless("by_itself_until", ticking, &["--until", "2min 10s"]);
    assert_eq!((&end["ended"], &end["time"], &end["context"]), (&json!("until"), &json!("130s"), &json!({"n": 2})));

    let (_, end) = headless("by_itself_ticking", ticking, &[]);
    assert_eq!((&end["ended"], &end["steps"]), (&json!("max_steps"), &json!(100_000)));
}

#[test]
fn by_itself_to_its_end() {
    let machine = "machine Once {\n    param delay: duration = 5s;\n    context { n: u8 in 0..=9 }\n    guard ready;\n    task job();\n    initial state A { after delay [ready] -> B / n += 1; }\n    final state B;\n    state C { run job() { ok -> B; } }\n}\n";
    let arguments = ["--param", "delay=2h", "--set", "n=8", "--answer", "ready=true"];
    let (code, end) = headless("by_itself_to_its_end", machine, &arguments);
    assert_eq!(code, Some(0));
    assert_eq!((&end["ended"], &end["terminated"], &end["time"]), (&json!("terminated"), &json!(true), &json!("2h")));
    assert_eq!((&end["configuration"], &end["context"]), (&json!(["B"]), &json!({"n": 9})));
    let (code, end) = headless("by_itself_to_a_failure", machine, &["--set", "n=9", "--answer", "ready=true"]);
    assert_eq!(code, Some(1));
    assert_eq!(end["failures"][0]["answer"], "action_failed");
    let machine = machine.replace("initial state A", "state A").replace("state C", "initial state C");
    let (code, end) = headless("by_itself_to_a_task", &machine, &["--set", "n=9"]);
    assert_eq!((code, &end["message"]), (Some(0), &json!("nothing is pending but the end of a task")));
}

#[test]
fn by_itself_round_and_round() {
    let eventless = "machine Spin { initial state A { always -> B; } state B { always -> A; } }";
    let (code, end) = headless("by_itself_round_and_round", eventless, &[]);
    assert_eq!((code, &end["failures"][0]["answer"]), (Some(1), &json!("livelock")));
    let timers = "machine Spin { initial state A { after 0s -> B; } state B { after 0s -> A; } }";
    let (code, end) = headless("by_itself_without_time", timers, &[]);
    assert_eq!((code, &end["ended"]), (Some(1), &json!("livelock")));
}

#[test]
fn documents_are_imported() {
    let document = "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\" name=\"Job\" initial=\"a.1\">\n  <state id=\"a.1\">\n    <onentry><send event=\"job.over\" delay=\"2s\"/></onentry>\n    <transition event=\"job.go\" target=\"b\"/>\n    <transition event=\"job.over\" target=\"end\"/>\n  </state>\n  <state id=\"b\"/>\n  <final id=\"end\"/>\n</scxml>\n";
    let project = Project::new("documents_are_imported").with("job.scxml", document).with("job", document);
    let run = project.run(&["simulate", "--headless", "job.scxml"]);
    let end: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &end["configuration"], &end["ended"]), (Some(0), &json!(["end"]), &json!("terminated")));
    for arguments in [["--headless", "--language", "scxml", "job"], ["--headless", "--language", "scxml", "-"]] {
        let same = project.run_with_input(&[&["simulate"], &arguments[..]].concat(), document);
        let end: Value = serde_json::from_str(&same.stdout).unwrap();
        assert_eq!((&end["configuration"], &end["time"]), (&json!(["end"]), &json!("2s")), "{arguments:?}");
    }
    let run = project.run_with_input(&["simulate", "job.scxml"], "{\"send\":\"job.go\"}\n");
    let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&last["answer"], &last["configuration"]), (&json!("taken"), &json!(["b"])));
    let run = project.with("job.scxml", document.replace("</final>", "<").replace("<final", "<foreach")).run(&[
        "simulate",
        "--headless",
        "job.scxml",
    ]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("job.scxml:8"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_simulated() {
    let missing =
        "machine A { context { n: u8 in 1..=3 } param p: bool; initial state On; }\nmachine B { initial state On; }\n";
    let project = Project::new("what_cannot_be_simulated")
        .with("two.fsm", missing)
        .with("broken.fsm", "machine A { initial state On { on Go -> Of; } state Off; }\n")
        .with("none.fsm", "enum A { B }\n");
    let mut text = String::new();
    for arguments in [
        &["two.fsm"][..],
        &["two.fsm", "--machine", "C"],
        &["two.fsm", "--machine", "A"],
        &["two.fsm", "--machine", "A", "--param", "p=true"],
        &["two.fsm", "--machine", "A", "--param", "p=true", "--set", "n=4"],
        &["two.fsm", "--machine", "A", "--param", "p=5"],
        &["two.fsm", "--machine", "A", "--param", "q=5"],
        &["two.fsm", "--machine", "A", "--set", "p=5"],
        &["two.fsm", "--machine", "B", "--answer", "x=true"],
        &["two.fsm", "--machine", "B", "--param", "x"],
        &["two.fsm", "--machine", "B", "--until", "5"],
        &["none.fsm"],
        &["missing.fsm"],
        &["broken.fsm"],
    ] {
        let run = project.run(&[&["simulate", "--headless"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        let _ = write!(text, "── {}\n{}", arguments.join(" "), run.stderr);
    }
    assert_snapshot!(text);
    let run = project.run_with_input(&["simulate", "-"], "machine A { initial state On; }");
    assert_snapshot!("the_standard_input_twice", run.all());
    let run = project.run_with_input(&["simulate", "--headless", "-"], "machine A { initial state On; }");
    assert_eq!(run.code, Some(0));
}

#[test]
fn every_member_is_described() {
    let described = include_str!("../../../docs/json.md");
    let lines = [
        json!({"answer": {"allowed": true, "charge": {"fails": "no"}}}),
        json!({"send": "Print", "fields": {"copies": 3, "paper": "A4", "owner": null}}),
        json!({"wait": "5s"}),
        json!({"scenario": "x"}),
        json!({"sned": 1}),
    ];
    let mut answers = script("every_member_of_a_script", PRINTER, &[], &lines);
    let spin = "machine Spin { initial state A { always -> B; } state B { always -> A; } }";
    answers.push(headless("every_member_of_an_end", spin, &[]).1);
    let mut members = Vec::new();
    for answer in &answers {
        collect_members(answer, &mut members);
    }
    assert!(["remaining", "answered", "failures", "scenario"].iter().all(|name| members.iter().any(|m| m == name)));
    for member in members {
        assert!(described.contains(&format!("`{member}`")), "docs/json.md does not describe `{member}`");
    }
}

/// The members of records; not those of objects whose members are names of the machine.
fn collect_members(value: &Value, members: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (member, value) in object {
                members.push(member.clone());
                if !["answers", "context", "params", "limits", "fields"].contains(&member.as_str()) {
                    collect_members(value, members);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_members(value, members)),
        _ => {}
    }
}

#[test]
fn the_documented_session_is_a_real_one() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let document = std::fs::read_to_string(root.join("docs/simulate.md")).unwrap();
    let session = document.split("```console\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (command, shown) = session.split_once('\n').unwrap();
    assert_eq!(command, "$ fsmc simulate examples/machines/door.fsm");
    let typed = shown.lines().filter_map(|line| {
        line.strip_prefix("> ").or_else(|| line.trim_start().split_once(": true or false? ").map(|(_, answer)| answer))
    });
    let typed: String = typed.flat_map(|line| [line, "\n"]).collect();
    let machine = std::fs::read_to_string(root.join("examples/machines/door.fsm")).unwrap();
    assert_eq!(dialogue("the_documented_session", &machine, &[], &typed).stdout, shown);
}
