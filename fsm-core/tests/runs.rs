//! What is said of all runs of a machine: how long one can be, and where only a limit leads.

#![cfg(feature = "checks")]

use fsm_core::checks::runs;
use fsm_core::source::Sources;
use fsm_core::{Analysis, NoImports, analyze};

/// The longest run, and the states to which only limits lead.
fn of(body: &str) -> (Option<u64>, Vec<String>) {
    let mut sources = Sources::new();
    let text = format!("machine M {{ event A; event B; event C; {body} }}");
    let root = sources.add("m.fsm", text.clone());
    let Analysis { program, diagnostics } = analyze(&mut sources, root, &mut NoImports);
    assert!(!diagnostics.has_errors(), "{text}\n{diagnostics:?}");
    let machine = &program.machines[0];
    let runs = runs(machine);
    (runs.longest, runs.by_limits_only.into_iter().map(|state| machine.qualified_name(state)).collect())
}

#[test]
fn without_cycles_it_is_the_longest_way() {
    let way =
        "initial state X { on A -> Y; on B -> Z; } state Y { on A -> Z; on B / raise C; ignore C; } final state Z;";
    assert_eq!(of(way), (Some(2), vec![]));
    assert_eq!(of("initial state X { ignore A, B, C; }"), (Some(0), vec![]));
}

#[test]
fn limits_bound_cycles() {
    let job = "limit tries <= 9 else -> Lost; initial state Code { on A -> Test; }
        state Test { on B -> Code counts tries; on A -> Done; } final state Done; final state Lost;";
    // Nine rounds of two, to `Test` once more, and out.
    assert_eq!(of(job), (Some(20), vec!["Lost".to_owned()]));
    assert_eq!(of(&job.replace("<=", "<")), (Some(18), vec!["Lost".to_owned()]));
    let two = "limit inner <= 2 else -> Y; limit outer <= 3 else -> Lost;
        initial state X { on A -> X counts inner; on B -> Y; }
        state Y { on A -> X counts outer; } final state Lost;";
    // In any order twice in place, three times there and back; then to `Y`, and out.
    assert_eq!(of(two), (Some(2 + 3 * 2 + 1 + 1), vec!["Lost".to_owned()]));
}

#[test]
fn what_leads_on_after_a_limit_belongs_to_the_run() {
    let on = "limit tries <= 1 else -> Late; initial state X { on A -> X counts tries; }
        state Late { on B -> Later; } final state Later;";
    assert_eq!(of(on), (Some(3), vec!["Late".to_owned(), "Later".to_owned()]));
}

#[test]
fn what_has_no_end_or_is_not_known_is_not_said() {
    for body in [
        "initial state X { on A -> Y; } state Y { on A -> X; }",
        "initial state X { on A -> X; }",
        "param most: u8 = 3; limit l <= most else -> Y; initial state X { on A -> X counts l; } final state Y;",
        "limit l <= 3 else -> Y; initial state X { on A -> X counts l; on B -> Y / reset l; } final state Y;",
        "initial state X { limit l <= 3 else -> Y; on A -> X counts l; } final state Y;",
        "initial parallel state P { state R { initial state X { on A -> Y; } state Y; } state Q; }",
    ] {
        assert_eq!(of(body).0, None, "{body}");
    }
}
