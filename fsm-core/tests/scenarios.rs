//! What each statement of a scenario means: texts in which scenarios pass, and texts in which they fail as they should.
#![cfg(feature = "interpreter")]

use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze, scenario};

/// The findings of a text without errors whose scenarios are run: code and message.
fn findings(text: &str) -> Vec<(&'static str, String)> {
    let mut sources = Sources::new();
    let file = sources.add("test.fsm", text);
    let analysis = analyze(&mut sources, file, &mut NoImports);
    let mut findings: Vec<_> =
        analysis.diagnostics.into_sorted().into_iter().map(|finding| (finding.code(), finding.message)).collect();
    if !findings.is_empty() {
        return findings;
    }
    for machine in &analysis.program.machines {
        for scenario in &machine.scenarios {
            let outcome = scenario::run(&analysis.program, machine, scenario, &sources);
            findings.extend(outcome.failure.map(|failure| (failure.finding.code(), failure.finding.message)));
        }
    }
    findings
}

/// The findings of a machine with one scenario that consists of these statements.
fn run(machine: &str, statements: &str) -> Vec<(&'static str, String)> {
    findings(&format!("machine M {{ {machine} scenario \"test\" {{ {statements} }} }}"))
}

#[track_caller]
fn passes(machine: &str, statements: &str) {
    assert_eq!(run(machine, statements), []);
}

#[track_caller]
fn fails(machine: &str, statements: &str, code: &str, message: &str) {
    assert_eq!(run(machine, statements), [(code, message)].map(|(code, text)| (leaked(code), text.to_owned())));
}

/// The code as the rule has it.
fn leaked(code: &str) -> &'static str {
    fsm_core::catalogue::find(code).map_or("", |rule| rule.code)
}

const HOST: &str = "
    event Ask { who: str, n: u8 };
    output Heard { who: str, n: u8 };
    guard known(who: str, n: u8);
    action count(n: u8) -> u8 fails;
    action ring;
    context { n: u8 in 0..=9 = 0 }
    initial state A { on Ask [known(event.who, event.n)] -> B / n = count(event.n), ring(), emit Heard { who: event.who, n: n }; }
    state B { on Ask -> A; }
";

#[test]
fn without_answers_guards_do_not_hold_and_actions_succeed() {
    passes(HOST, "send Ask { who: _, n: _ }; expect refused; expect in A;");
    passes(HOST, "given known = true; given count = 4; send Ask { who: _, n: _ }; expect n == 4;");
    passes(HOST, "given known = true; send Ask { who: _, n: 3 }; expect n == 0; expect called count(3);");
}

#[test]
fn the_last_answer_that_fits_counts() {
    passes(
        HOST,
        "given known = true; given known(\"Bob\", _) = false; send Ask { who: \"Bob\", n: 1 }; expect refused; \
         send Ask { who: \"Ann\", n: 1 }; expect in B;",
    );
    passes(
        HOST,
        "given known(_, 2) = true; given known(\"Ann\", 2) = false; given known(\"Ann\", _) = true; \
         send Ask { who: \"Ann\", n: 2 }; expect taken;",
    );
    passes(HOST, "given known = false; given known = true; send Ask { who: _, n: _ }; expect in B;");
}

#[test]
fn what_was_done_is_that_of_the_last_step() {
    let known = "given known = true; given count(_) = 7;";
    passes(
        HOST,
        &format!(
            "{known} send Ask {{ who: \"Ann\", n: 1 }}; expect emitted; expect emitted Heard; \
             expect emitted Heard {{ n: 7 }}; expect emitted Heard {{ who: \"Ann\", n: _ }}; \
             expect not emitted Heard {{ who: \"Bob\" }}; expect called; expect called ring; expect called ring(); \
             expect called count(1); expect called count(_); expect not called count(2); \
             send Ask {{ who: _, n: _ }}; expect not emitted; expect not called;"
        ),
    );
    fails(HOST, &format!("{known} expect emitted Heard;"), "FSM751", "`Heard` was not emitted");
    fails(HOST, &format!("{known} expect called ring;"), "FSM751", "`ring` was not called");
}

#[test]
fn a_step_that_goes_wrong_is_not_passed_over() {
    let send = "send Ask { who: _, n: _ };";
    let refused = "`send Ask { who: _, n: _ }` is refused";
    fails(HOST, send, "FSM752", refused);
    fails(HOST, &format!("{send} expect in A; wait 1s; expect refused;"), "FSM752", refused);
    passes(HOST, &format!("{send} expect in A; expect refused; {send} expect refused;"));
    let failing = "given known = true; given count = fails \"no\";";
    fails(HOST, &format!("{failing} {send}"), "FSM752", "`n = count(event.n)` failed: no");
    passes(HOST, &format!("{failing} {send} expect failed; expect in B; expect not called ring;"));
    let range = "given known = true; given count = 10;";
    fails(
        HOST,
        &format!("{range} {send}"),
        "FSM752",
        "`n = count(event.n)` failed: the value lies outside of its range",
    );
}

#[test]
fn answers_are_told_apart() {
    let machine = "event A; event B; event C; initial state S { on A -> S; ignore B; defer C; }";
    passes(
        machine,
        "send A; expect taken; expect not ignored; send B; expect ignored; expect not taken; send C; expect deferred; \
         expect not refused;",
    );
    fails(machine, "send B; expect taken;", "FSM751", "the last step was not taken");
    fails(machine, "send A; expect not taken;", "FSM751", "the last step was taken");
    let ended = "event A; initial state S { on A -> E; } final state E;";
    passes(ended, "send A; expect terminated; send A; expect refused;");
}

#[test]
fn a_machine_starts_once_with_what_it_is_given() {
    let machine = "param most: u8 in 1..=9; context { n: u8 in 0..=9 = 2 } event E;
                   guard ready; output Up;
                   initial state A { entry / emit Up; always [ready] -> B; on E -> A; } state B { on E -> A; }";
    passes(machine, "start with { most: 3, n: 5 }; expect most == 3 && n == 5 && in A; expect emitted Up;");
    passes(machine, "given ready = true; start with { most: 3 }; expect in B && n == 2;");
    fails(machine, "send E;", "FSM218", "the machine starts without a value for `most`");
    fails(machine, "start with { n: 1 };", "FSM218", "the machine starts without a value for `most`");
    fails(machine, "start with { most: 0 };", "FSM202", "0 lies outside of what is allowed here");
    passes("initial state A;", "expect in A && !terminated;");
}

#[test]
fn time_passes_only_by_wait() {
    let machine = "param pause: duration = 10s; output Tick { n: u8 }; context { n: u8 = 0 } event E;
                   initial state A { every 3s / n += 1, emit Tick { n: n }; after pause -> B; }
                   state B { on E / raise F after 0s, raise F after 2s; on F / n += 1; } internal event F;";
    passes(
        machine,
        "wait 2999ms; expect n == 0; wait 1ms; expect n == 1; wait pause - 3s; expect n == 3 && in B; \
         expect emitted Tick { n: 2 }; expect emitted Tick { n: 3 }; send E; expect n == 4; wait 2s; expect n == 5;",
    );
}

#[test]
fn tasks_end_as_they_are_told() {
    let machine = "task fetch(url: str) -> u32 fails; context { got: u32 = 0 } event E;
                   initial state A { run fetch(\"x\") { ok -> B / got = event.value; err -> A / got += 1; } on E -> B; }
                   state B { on E -> A; }";
    passes(machine, "expect called fetch(\"x\"); expect in A; complete fetch = 200; expect in B && got == 200;");
    passes(machine, "complete fetch = fails; expect in A && got == 1; complete fetch = 3; expect in B;");
    passes(machine, "given fetch = 5; expect in B && got == 5;");
    passes(machine, "given fetch(\"y\") = 5; expect in A;");
    fails(machine, "send E; complete fetch = 1;", "FSM751", "the task `fetch` is not running");
    fails(machine, "given fetch = fails;", "FSM753", "more than 500000 things happen");
}

#[test]
fn conditions_see_the_machine_from_outside() {
    let machine = "event E { by: str }; limit taken <= 2 else -> B;
                   initial state A { on E -> B { by: event.by } counts taken; }
                   parallel state B {
                       context { by: str = \"\" }
                       state Left { limit inner <= 1 else -> Right; context { x: u8 = 1 } initial state One; }
                       state Right { context { x: u8 = 2, y: u8? } initial state Two; }
                   }";
    passes(
        machine,
        "expect !(in B) && taken == 0; send E { by: \"Ann\" }; \
         expect in One && in B.Right.Two && by == \"Ann\" && B.by == \"Ann\" && Left.x == 1 && Right.x == 2; \
         expect y == none && inner == 0 && taken == 1;",
    );
    assert_eq!(run(machine, "expect x == 1;")[0].0, "FSM113");
    assert_eq!(run(machine, "expect Left.z == 1;"), [("FSM107", "the state `B.Left` has no variable `z`".to_owned())]);
    fails(machine, "expect by == \"\";", "FSM751", "`by == \"\"` does not hold");
    fails(machine, "expect !(by == \"\");", "FSM751", "`!(by == \"\")` does not hold");
}

#[test]
fn a_parallel_machine_has_terminated_when_all_its_regions_have() {
    let text = "parallel machine M { event A; event B;
        state L { initial state One { on A -> End; } final state End; }
        state R { initial state Two { on B -> End; } final state End; }
        scenario \"both\" { send A; expect !terminated; send B; expect terminated; }
        scenario \"one\" { send A; expect terminated; }
    }";
    assert_eq!(findings(text), [("FSM751", "`terminated` does not hold".to_owned())]);
}

#[test]
fn texts_stand_for_values_of_extern_types() {
    let machine = "extern type User = u64; event In { who: User }; output Hello { who: User }; guard known(who: User);
                   context { last: User? }
                   initial state A { on In [known(event.who)] -> B / last = event.who, emit Hello { who: event.who }; }
                   state B { on In [last == event.who] -> A; }";
    passes(
        machine,
        "given known(\"Ann\") = true; send In { who: \"Bob\" }; expect refused; send In { who: \"Ann\" }; \
         expect emitted Hello { who: \"Ann\" }; expect last == \"Ann\" && last != \"Bob\"; send In { who: \"Ann\" }; expect in A;",
    );
}

#[test]
fn an_enum_or_an_option_left_to_the_scenario_is_the_least() {
    let machine = "enum Cause { Crash, Timeout } event E { cause: Cause, note: str? }; context { cause: Cause = Cause::Timeout, note: str? = \"x\" }
                   initial state A { on E / cause = event.cause, note = event.note; }";
    passes(machine, "send E { cause: _, note: _ }; expect cause == Cause::Crash && note == none;");
    passes(machine, "send E { cause: Cause::Timeout, note: \"y\" }; expect note != none && note == \"y\";");
}

#[test]
fn repetition_is_bounded() {
    let machine = "event E; context { n: u32 = 0 } initial state A { on E / n += 1; }";
    passes(machine, "repeat 3 { repeat n + 1 { send E; } } expect n == 7;");
    passes(machine, "repeat 0 { send E; } expect n == 0;");
    fails(machine, "repeat 4000000000 { repeat 4000000000 { } }", "FSM753", "more than 500000 things happen");
}

#[test]
fn keywords_of_scenarios_are_names_elsewhere() {
    let text = "machine scenario { event send; event expect; guard given; guard refused; context { wait: u8 = 0, terminated: u8 = 1 }
        initial state start { on send [given] -> with; } state with { on expect -> start; }
        scenario \"scenario\" {
            given given = true; send send; expect in with; expect wait == 0 && terminated == 1; expect !refused; expect (refused) == false;
        }
    }";
    assert_eq!(findings(text), []);
}

#[test]
fn statements_are_nested_as_deep_as_allowed() {
    // Two brackets are those of the machine and of the scenario.
    let depth = fsm_core::syntax::MAX_DEPTH - 2;
    let statements = format!("{} send E; {} expect n == 1;", "repeat 1 { ".repeat(depth), "}".repeat(depth));
    let nested = move || passes("event E; context { n: u32 = 0 } initial state A { on E / n += 1; }", &statements);
    std::thread::Builder::new().stack_size(2 << 20).spawn(nested).unwrap().join().unwrap();
}
