//! What always holds while a machine runs, on random machines that do random things.
//!
//! The configuration is legal; what is left, recorded and entered is what a second computation of SCXML's Appendix D says;
//! the trace accounts for every timer, delayed raise, task, deferred event, count and raised event; limits, ranges and the
//! bounds of deferral hold; the clock does not go back, and the next deadline is the one that is met; a clone goes on as
//! the original does, and a machine that is run again does the same.
//!
//! `FSM_SEED=4711` runs one case, `FSM_SEEDS=0..1000000` as many as it says.

use std::ops::Range;
use std::{env, panic, thread};

use fsm_tests::random::{Case, Outcome, Seen, hold, shrink};

const MACHINES: u64 = 20_000;
const STEPS: usize = 50;

/// Runs the cases of some seeds, and stops at the first that fails. Where a clone begins follows from the seed; one that
/// begins at once is the whole run again.
fn run(seeds: Range<u64>) -> Seen {
    let mut seen = Seen::default();
    for seed in seeds {
        let case = Case::of(seed, STEPS);
        let clone_at = usize::try_from(seed).unwrap_or(0) % STEPS;
        match hold(&case, clone_at) {
            Outcome::Held(of) => seen = seen.and(of),
            Outcome::Impossible(error) => panic!("seed {seed}: {error}\n{}", case.machine),
            Outcome::Failed(wrong) => report(seed, &case, clone_at, &wrong),
        }
    }
    seen
}

/// Makes a failing case smaller and tells of it.
fn report(seed: u64, case: &Case, clone_at: usize, wrong: &str) -> ! {
    let again = format!("FSM_SEED={seed} cargo test -p fsm-tests --test invariants");
    let small = shrink(case, 20_000, |case| matches!(hold(case, clone_at), Outcome::Failed(_)));
    let Outcome::Failed(still) = hold(&small, clone_at) else { panic!("seed {seed}: {wrong}\n\nagain: {again}") };
    let (machine, script) = (&small.machine, &small.script);
    panic!("seed {seed}: {wrong}\n\nagain: {again}\n\nmade smaller: {still}\n\n{machine}\n{script:#?}")
}

fn seeds() -> Range<u64> {
    if let Ok(seed) = env::var("FSM_SEED").map(|seed| seed.parse().expect("FSM_SEED is a number")) {
        return seed..seed + 1;
    }
    let Ok(seeds) = env::var("FSM_SEEDS") else { return 0..MACHINES };
    let parsed = seeds.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parsed.expect("FSM_SEEDS is a range: 0..1000")
}

#[test]
fn what_always_holds() {
    let all = seeds();
    let workers = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let part = (all.end - all.start).div_ceil(workers);
    let parts = (0..workers).map(|worker| {
        let from = all.start + worker * part;
        from.min(all.end)..(from + part).min(all.end)
    });
    let workers: Vec<_> = parts.map(|seeds| thread::spawn(|| run(seeds))).collect();
    let seen = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
    let seen = seen.fold(Seen::default(), Seen::and);
    println!("{} machines: {seen:?}", all.end - all.start);
    let rare = [seen.deferred, seen.failed, seen.livelocks, seen.late];
    let is_rich = rare.iter().all(|&count| count > 0) && seen.taken * 3 > seen.macrosteps;
    assert!(is_rich || all.end - all.start < MACHINES, "{seen:?}");
}
