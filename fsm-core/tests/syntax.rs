//! The parser on texts that nobody would write.

use std::thread;

use fsm_core::source::Sources;
use fsm_core::{NoImports, analyze};

/// The codes of all findings, on a stack of 256 KiB.
fn codes(text: String) -> Vec<&'static str> {
    codes_on_stack(256, text)
}

fn codes_on_stack(kibibytes: usize, text: String) -> Vec<&'static str> {
    let run = move || {
        let mut sources = Sources::new();
        let file = sources.add("test.fsm", text);
        let analysis = analyze(&mut sources, file, &mut NoImports);
        analysis.diagnostics.into_sorted().iter().map(fsm_core::diagnostic::Diagnostic::code).collect()
    };
    thread::Builder::new().stack_size(kibibytes * 1024).spawn(run).unwrap().join().unwrap()
}

fn guarded(expression: &str) -> String {
    format!("machine M {{ event E; initial state A {{ on E [{expression}] -> A; }} }}")
}

#[test]
fn a_hundred_thousand_brackets_are_one_error() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
        let deep = open.repeat(100_000);
        assert_eq!(codes(deep.clone()), ["FSM004"]);
        assert_eq!(codes(format!("{deep}{}", close.repeat(100_000))), ["FSM004"]);
        assert_eq!(codes(guarded(&format!("{deep}true{}", close.repeat(100_000)))), ["FSM004"]);
    }
}

#[test]
fn a_hundred_thousand_nested_comments_are_one_error() {
    assert_eq!(codes(format!("{}{}", "/*".repeat(100_000), "*/".repeat(100_000))), ["FSM004"]);
    assert_eq!(codes("/*".repeat(100_000)), ["FSM002"]);
}

#[test]
fn a_hundred_thousand_operators_are_one_error() {
    assert_eq!(codes(guarded(&format!("{}true", "!".repeat(100_000)))), ["FSM006"]);
    assert_eq!(codes(guarded(&format!("true{}", " && true".repeat(100_000)))), ["FSM006"]);
    assert_eq!(codes(guarded(&format!("1{} == 1", " + 1".repeat(100_000)))), ["FSM006"]);
}

#[test]
fn what_is_nested_as_deep_as_allowed_is_read_on_the_stack_of_a_thread() {
    // Two brackets are those of the machine and of the state, one is that of the guard.
    let depth = fsm_core::syntax::MAX_DEPTH - 3;
    assert_eq!(codes_on_stack(2048, guarded(&format!("{}true{}", "(".repeat(depth), ")".repeat(depth)))), [""; 0]);
    let states = fsm_core::syntax::MAX_DEPTH - 1;
    let text = format!("machine M {{ {} {} }}", "initial state A { ".repeat(states), "}".repeat(states));
    assert_eq!(codes_on_stack(2048, text), [""; 0]);
}

#[test]
fn long_flat_texts_are_read() {
    let states: Vec<_> = (0..20_000).map(|n| format!("state S{n} {{ on E -> S{}; }}", (n + 1) % 20_000)).collect();
    let states = states.join("\n");
    assert_eq!(codes(format!("machine M {{ event E; initial state I {{ on E -> S0; }} {states} }}")), [""; 0]);
}

#[test]
fn long_chains_of_conditions_are_read() {
    let arms: Vec<_> = (0..20_000).map(|n| format!("if n == {n} {{ n = 1 }}")).collect();
    let arms = arms.join(" else ");
    let text = format!("machine M {{ context {{ n: u32 = 0 }} event E; initial state A {{ on E / {arms}; }} }}");
    assert_eq!(codes(text), [""; 0]);
}

/// A machine with a composite `C` of `A` and `B`, a parallel `P` of regions `Q` and `R`, and `members` inside `C`.
fn around(members: &str) -> String {
    format!(
        "machine M {{ context {{ n: u8 = 0, o: u8? }} event E {{ f: u8? }}; internal event I {{ v: u8 }}; action act(n: u8);
            state C {{ state A; state B {{ initial state B1; state B2; }} {members} }}
            parallel state P {{ state Q; state R {{ initial state R1; state R2; }} on E -> C; }} initial -> P; }}"
    )
}

#[test]
fn initial_transitions_lead_to_what_is_inside() {
    for (members, expected) in [
        ("initial -> A;", &[][..]),
        ("initial -> B.B2 / n = 1, act(n);", &[]),
        ("initial -> history(C, A / n = 2);", &[]),
        ("initial -> deep history(B);", &[]),
        ("initial -> history(C);", &["FSM313"]),
        ("initial -> P;", &["FSM313"]),
        ("initial -> C;", &["FSM313"]),
        ("initial -> (A, B);", &["FSM312"]),
        ("initial -> A; initial -> B;", &["FSM302"]),
        ("initial -> A; state D { initial -> A; }", &["FSM313"]),
        ("initial -> A; parallel state D { initial -> F; state F; state G; }", &["FSM313"]),
        ("initial -> A; final state D { initial -> A; }", &["FSM303"]),
        ("initial -> A / n = event.f;", &["FSM212"]),
    ] {
        assert_eq!(codes(around(members)), expected, "{members}");
    }
}

#[test]
fn actions_may_come_later_or_depend() {
    for (action, expected) in [
        ("raise I { v: 1 } after 5s", &[][..]),
        ("raise I { v: 1 } after (n * 1s)", &[]),
        ("raise E { f: none } after 0s", &[]),
        ("cancel I", &[]),
        ("if n > 1 { act(1), n = 0 } else if n == 0 { } else { cancel E }", &[]),
        ("if o != none { n = o } else { n = 0 }", &[]),
        ("if o == none { n = 0 } else { n = o }", &[]),
        ("if event.f != none { act(event.f) }", &[]),
        ("raise I { v: 1 } after 5", &["FSM201"]),
        ("raise I after 5s", &["FSM204"]),
        ("cancel J", &["FSM104"]),
        ("if n { n = 0 }", &["FSM201"]),
        ("if o != none { n = 0 } else { n = o }", &["FSM208"]),
        ("if n > 1 { beep() }", &["FSM106"]),
        ("if n > 1 n = 0", &["FSM010"]),
    ] {
        assert_eq!(codes(around(&format!("initial -> A; on E / {action};"))), expected, "{action}");
    }
}

#[test]
fn the_end_of_any_composite_may_be_reacted_to() {
    for (reaction, expected) in [
        ("on done(P) -> A;", &[][..]),
        ("on done(B) -> A;", &[]),
        ("on done -> A;", &[]),
        ("on done(A) -> B;", &["FSM306"]),
        ("on done(M) -> B;", &["FSM103"]),
        ("every 1ns / n = 0;", &[]),
        ("every 0s / n = 0;", &["FSM202"]),
        ("on E -> history(P, (Q, R2) / n = 1);", &[]),
        ("on E -> history(P, (R1, R2));", &["FSM312"]),
        ("on E -> history(B, A);", &["FSM308"]),
    ] {
        assert_eq!(codes(around(&format!("initial -> A; {reaction}"))), expected, "{reaction}");
    }
}

#[test]
fn several_errors_are_found_in_one_run() {
    let text = "machine M {\n    event E;\n    initial state A { on E => B; on E -> ; }\n    stat C;\n    state B { on F -> A; on E [1 +] -> A; }\n}\n";
    assert_eq!(codes(text.to_owned()), ["FSM010", "FSM010", "FSM010", "FSM104", "FSM010"]);
}

#[test]
fn only_states_are_given_context_at_arrows() {
    let text = "machine M { context { n: u8 } event Go { n: u8 }; initial state A { on Go -> B { k: event.n }; } \
                state B { context { k: u8 } always [k > n] -> A; } }";
    assert_eq!(codes(text.to_owned()), Vec::<&str>::new());
}

#[test]
fn keywords_are_words_like_others_where_names_stand() {
    let text = "machine state { event event; event on; initial state state { on event -> on; on on -> on; } state on { on event, on -> entry; } state entry { on event -> state; ignore on; } }";
    assert_eq!(codes(text.to_owned()), [""; 0]);
}

#[test]
fn line_endings_and_a_byte_order_mark_change_nothing() {
    let text = "\u{feff}/// A lamp.\r\nmachine Lamp {\r\n    initial state Off; // off\r\n}\r\n";
    assert_eq!(codes(text.to_owned()), [""; 0]);
}
