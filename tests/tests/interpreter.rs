//! What random machines have shown: corners of the language in which the interpreter was wrong.

use fsm_tests::play::play;

/// Plays the lines of `trace` that come from outside, and expects the others.
fn holds(machine: &str, trace: &str) {
    let script: Vec<_> = trace.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(play(machine, &script.join("\n")), trace);
}

/// The machine itself is never left: what is left are all of its regions.
#[test]
fn a_region_of_a_parallel_machine_that_leads_to_another_leaves_them_all() {
    let machine = "parallel machine M { event Go; event Back; \
                   state A { initial state One { on Go -> B; } state Two { on Back -> history(B); } } \
                   state B { initial state Three { on Go -> Four; } state Four; } }";
    let trace = "start
    enter M
    enter A
    enter A.One
    enter B
    enter B.Three
  = taken
Go
    preempted: B.Three: on Go
    take A.One: on Go -> B
    record history(B) = B.Three
    exit B.Three
    exit B
    exit A.One
    exit A
    enter A
    enter A.One
    enter B
    enter B.Three
  = taken
";
    holds(machine, trace);
}

/// The initial transition of a state is what its history leads to by default, also from inside.
#[test]
fn a_history_without_a_default_takes_the_initial_transition_from_inside() {
    let machine = "machine M { event Go; output Told { n: u8 }; initial state S { initial -> A { n: 3 } / emit Told { n: 1 }; \
                   state A { context { n: u8 } entry / emit Told { n: n }; } on Go -> history(S); } }";
    let trace = "start
    enter M
    enter S
    emit Told { n: 1 }
    enter S.A
    n = 3
    emit Told { n: 3 }
  = taken
Go
    take S: on Go -> history(S)
    exit S.A
    emit Told { n: 1 }
    enter S.A
    n = 3
    emit Told { n: 3 }
  = taken
";
    holds(machine, trace);
}

/// A failure after a livelock is dropped with the queue. It is not the next macrostep's.
#[test]
fn nothing_is_left_behind_by_a_livelock() {
    let machine = "machine M { event Go; task work(n: u8); context { n: i16 = -1 } \
                   initial state Calm { on Go -> Wild; } \
                   state Wild { run work(n) { ok -> Calm; } always [n < 0]; on Go -> Calm / n = 1; } }";
    let played = play(machine, "Go\nGo");
    let expected = "    livelock
    failed: work: the value lies outside of its range
  = livelock
Go
    take Wild: on Go -> Calm
    exit Wild
    n = 1
    enter Calm
  = taken
";
    assert!(played.ends_with(expected), "{}", &played[played.len().saturating_sub(600)..]);
}

/// Five drops that each raise four: eleven are looked at before there is no room for one more, which are 36.
#[test]
fn a_queue_that_is_full_is_a_livelock() {
    let machine = "machine M { event Fill; internal event Drop; context { drops: u32 in 0..=999 = 0 } \
                   initial state S { on Fill / raise Drop, raise Drop, raise Drop, raise Drop, raise Drop; \
                   on Drop [drops < 999] / drops += 1, raise Drop, raise Drop, raise Drop, raise Drop; } }";
    let played = play(machine, "Fill\nFill");
    let ends: Vec<_> = played.lines().filter(|line| !line.starts_with("    ") || line.contains("livelock")).collect();
    assert_eq!(ends[2..], ["Fill", "    livelock", "  = livelock", "Fill", "    livelock", "  = livelock"], "{played}");
    assert_eq!(played.matches("next Drop").count(), 22, "the second time it is empty again");
}

/// Ends and failures that nobody takes leave room for what somebody does.
#[test]
fn what_nobody_takes_does_not_fill_the_queue() {
    let fails: Vec<_> = (0..40).map(|n| format!("state R{n} {{ on Go / fail(); }}")).collect();
    let machine = format!(
        "parallel machine M {{ event Go; internal event Note; action fail() fails; context {{ notes: u8 = 0 }} {} \
         state Last {{ on Go / raise Note; on Note / notes = 1; }} }}",
        fails.join(" ")
    );
    let played = play(&machine, "fail = fail \"no\"\nGo");
    assert!(played.contains("notes = 1") && !played.contains("livelock"), "{played}");
}

/// What an exit action arms again is dropped when the state is left.
#[test]
fn no_timer_outlives_its_state() {
    let machine =
        "machine M { event Go; initial state A { exit / restart A; after 1s / reset context; on Go -> B; } state B; }";
    let trace = "start
    enter M
    enter A
    set A: after 1s for 1s
  = taken
Go
    take A: on Go -> B
    exit A
    cancel A: after 1s
    set A: after 1s for 1s
    cancel A: after 1s
    enter B
  = taken
wait 5s
";
    holds(machine, trace);
}

/// What an entry action has armed already is armed anew with the others.
#[test]
fn no_timer_is_armed_twice() {
    let machine = "machine M { initial state A { entry / restart A; after 1s -> B; } state B; }";
    let trace = "start
    enter M
    enter A
    set A: after 1s for 1s
    cancel A: after 1s
    set A: after 1s for 1s
  = taken
wait 5s
  at 1s
    take A: after 1s -> B
    exit A
    enter B
  = taken
";
    holds(machine, trace);
}

/// Deferred events are looked at again when the configuration has changed, not when a variable has.
#[test]
fn a_deferred_event_waits_for_a_change_of_the_configuration() {
    let machine = "machine M { event Go; event Wake; event Move; context { awake: bool = false } \
                   initial state A { on Go [awake] -> B; defer Go; on Wake / awake = true; on Move -> A; } state B; }";
    let trace = "start
    enter M
    enter A
  = taken
Go
    refused: A: on Go
    defer Go
  = deferred
Wake
    take A: on Wake
    awake = true
  = taken
Move
    take A: on Move -> A
    exit A
    enter A
    recall Go
    take A: on Go -> B
    exit A
    enter B
  = taken
";
    holds(machine, trace);
}

/// What lies inside a state that a history restores, and was never active itself, is given its context as otherwise.
#[test]
fn what_a_history_enters_for_the_first_time_gets_its_values() {
    let machine = "machine M { event Go; event In; event Out; event Back; initial state Idle { on In -> S; on Back -> history(S); } \
                   state S { initial state A { initial -> One { n: 3 }; state One { context { n: u8 } always [n > 9] -> Two; } \
                   state Two; } on Out -> Idle; } on Go -> Two; }";
    let trace = "start
    enter M
    enter Idle
  = taken
Go
    take M: on Go -> Two
    exit Idle
    enter S
    enter S.A
    enter S.A.Two
  = taken
Out
    take S: on Out -> Idle
    record history(S) = S.A
    exit S.A.Two
    exit S.A
    exit S
    enter Idle
  = taken
Back
    take Idle: on Back -> history(S)
    exit Idle
    enter S
    enter S.A
    enter S.A.One
    n = 3
  = taken
";
    holds(machine, trace);
}
