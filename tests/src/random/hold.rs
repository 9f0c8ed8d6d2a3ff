//! Runs a case, and holds the machine to all that must hold.
//!
//! Every macrostep is [watched](Watch). Besides, a clone that is made on the way goes on as the original does, and what is
//! still deferred after a change of the configuration would be deferred again.

use std::panic;

use fsm_core::interpreter::{Answer, Macrostep, Refusal};

use super::Case;
use super::play::{Loaded, Player};
use super::watch::Watch;

/// A case whose traces are longer than this ends early: some machines raise ever more events for later.
const PATIENCE: usize = 2_000;

/// What became of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Everything held.
    Held(Seen),
    /// It is no case: the text has errors, or the machine cannot be started.
    Impossible(String),
    /// Something did not hold.
    Failed(String),
}

/// How often something happened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Macrosteps.
    pub macrosteps: u64,
    /// Those by which a transition was taken.
    pub taken: u64,
    /// Those whose event was deferred.
    pub deferred: u64,
    /// Those with an action that failed.
    pub failed: u64,
    /// Those that did not settle.
    pub livelocks: u64,
    /// Those that came when the machine had ended.
    pub late: u64,
}

impl Seen {
    fn see(&mut self, step: &Macrostep) {
        self.macrosteps += 1;
        match step.answer {
            Ok(Answer::Taken) => self.taken += 1,
            Ok(Answer::Deferred) => self.deferred += 1,
            Err(Refusal::ActionFailed(_)) => self.failed += 1,
            Err(Refusal::Livelock) => self.livelocks += 1,
            Err(Refusal::Terminated) => self.late += 1,
            _ => {}
        }
    }

    /// What was seen here and there.
    #[must_use]
    pub fn and(self, other: Seen) -> Seen {
        Seen {
            macrosteps: self.macrosteps + other.macrosteps,
            taken: self.taken + other.taken,
            deferred: self.deferred + other.deferred,
            failed: self.failed + other.failed,
            livelocks: self.livelocks + other.livelocks,
            late: self.late + other.late,
        }
    }
}

/// Runs a case and watches it. From the step `clone_at` on, a clone does the same once more.
#[must_use]
pub fn hold(case: &Case, clone_at: usize) -> Outcome {
    let held = panic::catch_unwind(|| {
        let loaded = Loaded::of(case).map_err(Outcome::Impossible)?;
        let started = Player::start(case, &loaded).map_err(Outcome::Impossible)?;
        watched(case, &loaded, started, clone_at).map_err(Outcome::Failed)
    });
    match held {
        Ok(Ok(seen)) => Outcome::Held(seen),
        Ok(Err(outcome)) => outcome,
        Err(_) => Outcome::Failed("it panics".to_owned()),
    }
}

fn watched(
    case: &Case,
    loaded: &Loaded,
    (mut player, first): (Player<'_>, Macrostep),
    clone_at: usize,
) -> Result<Seen, String> {
    let mut watch = Watch::new(player.interpreter.machine());
    let mut seen = Seen::default();
    seen.see(&first);
    let told = |wrong: String, step: &Macrostep| format!("{wrong}\n  {}", loaded.describe(step));
    watch.start(&first, &player.interpreter).map_err(|wrong| told(wrong, &first))?;
    let mut patience = PATIENCE;
    let mut clone = None;
    let mut since = Vec::new();
    for (index, step) in case.script.steps.iter().enumerate() {
        if index == clone_at {
            clone = Some((player.clone(), patience));
        }
        player.play(step, &mut patience, |player, macrostep, is_due| {
            seen.see(&macrostep);
            let holds = watch.next(&macrostep, is_due, &player.interpreter);
            let holds = holds.and_then(|()| still(&watch, player, &macrostep));
            holds.map_err(|wrong| told(format!("step {index} ({step:?}): {wrong}"), &macrostep))?;
            since.extend(clone.is_some().then_some(macrostep));
            Ok(())
        })?;
    }
    if let Some((clone, patience)) = clone {
        let steps = case.script.steps.get(clone_at..).unwrap_or_default();
        again(clone, steps, patience, loaded, &since)?;
    }
    Ok(seen)
}

/// What is still deferred after a change would be deferred again.
fn still(watch: &Watch<'_>, player: &Player<'_>, step: &Macrostep) -> Result<(), String> {
    for event in watch.settled(step) {
        let answer = player.would(&event).answer;
        if !matches!(answer, Ok(Answer::Deferred) | Err(Refusal::DeferredFull)) {
            return Err(format!("{event:?} is still deferred, and would be {answer:?}"));
        }
    }
    Ok(())
}

/// A clone that does the same `steps` goes on by the same macrosteps.
fn again(
    mut clone: Player<'_>,
    steps: &[super::Step],
    mut patience: usize,
    loaded: &Loaded,
    originals: &[Macrostep],
) -> Result<(), String> {
    let mut originals = originals.iter();
    for step in steps {
        clone.play(step, &mut patience, |_, copy, _| match originals.next() {
            Some(original) if *original == copy => Ok(()),
            original => {
                let told = original.map(|original| loaded.describe(original));
                Err(format!("a clone goes on by {}, not by {told:?}", loaded.describe(&copy)))
            }
        })?;
    }
    match originals.next() {
        Some(missed) => Err(format!("a clone misses {}", loaded.describe(missed))),
        None => Ok(()),
    }
}
