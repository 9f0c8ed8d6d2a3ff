//! Machines with many states, whose transitions stand in a lookup table.

use super::describe::{Action, Body, Branch, Condition, Entry, Kind, Machine, Reaction, State, Tail, Target, Trigger};

/// How many states a wide machine has more.
const WIDTH: usize = 20;

/// Adds states that lead on and back by what asks nothing; `false` for machines with parallel states.
pub(super) fn widen(machine: &mut Machine) -> bool {
    if machine.parallel || machine.body.states.iter().any(has_regions) {
        return false;
    }
    let events: Vec<_> =
        machine.events.iter().filter(|event| !event.internal).map(|event| event.payload.name.clone()).collect();
    let back = machine.body.states.iter().find(|state| state.initial).map(|state| state.name.clone());
    let leading = |event: &String, state: String, actions: Vec<Action>| {
        let target = Some(Target::States(vec![Entry { state, values: Vec::new() }]));
        let tail = Tail { target, reenter: false, counts: None, actions };
        Reaction::On(Trigger::Events(vec![event.clone()]), vec![Branch { condition: Condition::None, tail }])
    };
    let emitted = machine.outputs.iter().find(|output| output.fields.is_empty());
    let emit = emitted.map(|output| Action::Emit(output.name.clone(), Vec::new()));
    machine.body.reactions.extend(events.first().map(|event| leading(event, "W0".to_owned(), Vec::new())));
    for number in 0..WIDTH {
        let reactions = events.iter().enumerate().map(|(index, event)| {
            let state = back.clone().filter(|_| number == WIDTH - 1 && index == 0);
            let on = format!("W{}", (number * (index + 2) + 1) % WIDTH);
            leading(event, state.unwrap_or(on), emit.clone().filter(|_| index == 1).into_iter().collect())
        });
        let body = Body { reactions: reactions.collect(), ..Body::default() };
        machine.body.states.push(State { name: format!("W{number}"), kind: Kind::Plain, initial: false, body });
    }
    true
}

fn has_regions(state: &State) -> bool {
    state.kind == Kind::Parallel || state.body.states.iter().any(has_regions)
}
