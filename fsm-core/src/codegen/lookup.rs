//! The lookup table of a large machine.
//!
//! A `match` of many states and events becomes jumps that no processor predicts. Most transitions of a large machine ask
//! nothing and differ only in the state that they lead to: these stand in a table, for each state and event what is done,
//! as a number, and the state that is active then. `handle` decides what is left.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;

use super::Generator;
use super::code::digits;
use super::dispatch::answer_of_handle;
use super::entries::Entered;
use super::expressions::{Scope, mentions};
use super::names::plain;
use super::occurrences::Occurrence;
use crate::lists::CollectVec;
use crate::model::{Condition, Event, Id, Reaction, State, Tail, Trigger};

/// How many transitions make a table worth while. Chosen between the machines that are measured, not measured itself.
const LEAST: usize = 32;

/// How many transitions must do the same to stand in the table.
const SHARED: usize = 4;

/// What a state does with an event.
#[derive(Clone, Copy)]
struct Cell {
    /// The number of what is done, from 1.
    effect: usize,
    /// The innermost state that is active then.
    goal: Id<State>,
    /// The row in the table for people.
    row: usize,
}

/// A transition that is taken whatever the context and the event hold.
struct Plain {
    leaf: Id<State>,
    event: Id<Event>,
    /// The innermost state that is active then.
    goal: Id<State>,
    /// The row in the table for people.
    row: usize,
    /// What is done, where `goal` and `row` are local variables.
    code: TokenStream,
}

/// The transitions of a machine that stand in its table.
pub(super) struct Lookup {
    /// The states in the order of their numbers.
    states: Vec<Id<State>>,
    /// For each state, for each event.
    cells: Vec<Vec<Option<Cell>>>,
    /// What is done, by number; the state that is active then and the row are in the local variables `goal` and `row`.
    effects: Vec<TokenStream>,
    /// Whether it tells what every state does with every event from outside.
    is_total: bool,
}

impl Lookup {
    /// Whether the table tells what this state does with this event.
    pub(super) fn tells(&self, state: Id<State>, event: Id<Event>) -> bool {
        self.cells[state.index()][event.index()].is_some()
    }

    /// An array for each state, with something for each event.
    fn rows(&self, show: &dyn Fn(Id<State>, Option<&Cell>) -> TokenStream) -> TokenStream {
        let rows = self.states.iter().map(|&id| {
            let cells = self.cells[id.index()].iter().map(|cell| show(id, cell.as_ref()));
            quote!([#(#cells),*])
        });
        quote!([#(#rows),*])
    }
}

impl<'m> Generator<'m> {
    /// The lookup table, where it is worth while.
    pub(super) fn lookup(&self, leaves: &[Id<State>]) -> Option<Lookup> {
        let states = self.numbered_states()?;
        let mut events = 0;
        // What is done by its text, and the transitions that do it.
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut shared: Vec<Vec<Plain>> = Vec::new();
        for (event, _) in self.machine.events.enumerate().filter(|(_, event)| !event.internal) {
            events += 1;
            for &leaf in leaves {
                let Some(plain) = self.plain_transition(leaf, event) else { continue };
                let place = *places.entry(plain.code.to_string()).or_insert(shared.len());
                if place == shared.len() {
                    shared.push(Vec::new());
                }
                shared[place].push(plain);
            }
        }
        let by_text = places.values().map(|&place| std::mem::take(&mut shared[place]));
        let shared = by_text.filter(|same| same.len() >= SHARED).collect_vec();
        let mut count = 0;
        // The number of what is done is a byte, that of a row two.
        let mut fits = shared.len() < 0x100;
        for plain in shared.iter().flatten() {
            count += 1;
            fits &= plain.row < 0x1_0000;
        }
        let is_total = count == events * self.leaves().len();
        (count >= LEAST && fits).then(|| self.table(states, shared, is_total))
    }

    /// The states in the order of their numbers: an index of the table is a state `as usize`. An enum of the user's own may
    /// number its variants as it likes, and then there is none.
    fn numbered_states(&self) -> Option<Vec<Id<State>>> {
        // The machine itself is no state of its enum.
        let states = || self.machine.states.enumerate().skip(1);
        let Some(own) = self.wishes.states else { return Some(states().map(|(id, _)| id).collect_vec()) };
        let named = |name: &String| states().find(|(_, state)| state.name.text == *name).map(|(id, _)| id);
        own.numbered?.iter().map(named).collect()
    }

    fn table(&self, states: Vec<Id<State>>, shared: Vec<Vec<Plain>>, is_total: bool) -> Lookup {
        let row = || self.machine.events.ids().map(|_| None).collect_vec();
        let mut cells: Vec<Vec<Option<Cell>>> = self.machine.states.ids().map(|_| row()).collect_vec();
        let mut effects = Vec::new();
        for same in shared {
            effects.extend(same.first().map(|plain| plain.code.clone()));
            for Plain { leaf, event, goal, row, .. } in same {
                cells[leaf.index()][event.index()] = Some(Cell { effect: effects.len(), goal, row });
            }
        }
        Lookup { states, cells, effects, is_total }
    }

    fn plain_transition(&self, leaf: Id<State>, event: Id<Event>) -> Option<Plain> {
        let id = *self.machine.candidates(leaf, event).first()?;
        let reaction = &self.machine.reactions[id];
        let branch = reaction.branches.first()?;
        let is_plain = matches!(reaction.trigger, Trigger::Events(_) | Trigger::Any)
            && matches!(branch.condition, Condition::None)
            && branch.tail.counts.is_none();
        let goal = self.goal(leaf, reaction, &branch.tail).filter(|_| is_plain)?;
        let row = self.row_of(id, 0);
        let transition = self.transition(leaf, reaction.source, &branch.tail, row, &Scope::looked_up());
        let fields = self.carried(Occurrence::Event(event));
        if fields.iter().any(|field| mentions(&transition, &field.name)) {
            return None;
        }
        let taken = answer_of_handle(self.can_lead_on(leaf, reaction.source, &branch.tail));
        Some(Plain { leaf, event, goal, row, code: quote!(#transition #taken) })
    }

    /// The innermost state behind a transition, unless only a history knows it.
    fn goal(&self, leaf: Id<State>, reaction: &Reaction, tail: &'m Tail) -> Option<Id<State>> {
        let Some(target) = &tail.target else { return Some(leaf) };
        let mut goal = None;
        for entered in self.entered(self.machine.domain(reaction.source, tail)?, target) {
            match entered {
                Entered::State(step) => goal = Some(step.state),
                Entered::Doing(_) | Entered::Initial(_) => {}
                Entered::Choice(_) => return None,
            }
        }
        goal
    }

    /// The body of `handle` where there is a table; `rest` decides what it does not tell.
    pub(super) fn looked_up(&self, lookup: &Lookup, rest: &TokenStream) -> TokenStream {
        let effects = &lookup.effects;
        // Where all stay in their state, nobody asks for it.
        let goal = if effects.iter().any(|code| mentions(code, &plain("goal"))) { quote!(goal) } else { quote!(_) };
        // The number of an event without a `match`, which the compiler would make jumps of again.
        let is_plain = self.machine.events.iter().all(|event| !event.internal && event.fields.is_empty());
        let event = if is_plain { quote!(event) } else { quote!(event.kind()) };
        let numbers = (1..).map(|number| digits(number, "")).take(effects.len());
        match effects.as_slice() {
            // Where the table tells all, nothing need be asked for the last.
            [only] if lookup.is_total => quote! {
                let (_, #goal, row) = Self::look_up(self.state, #event as usize);
                #only
            },
            [others @ .., last] if lookup.is_total => quote! {
                let (effect, #goal, row) = Self::look_up(self.state, #event as usize);
                match effect {
                    #(#numbers => { #others })*
                    _ => { #last }
                }
            },
            _ => quote! {
                let (effect, #goal, row) = Self::look_up(self.state, #event as usize);
                match effect {
                    #(#numbers => { #effects })*
                    _ => #rest
                }
            },
        }
    }

    /// The table and the method that reads it. What is only told to those who watch stands beside it, so that it costs
    /// nothing where nobody does.
    pub(super) fn looking_up(&self, lookup: &Lookup) -> TokenStream {
        let state = self.type_name("State");
        let sizes = [lookup.states.len(), self.machine.events.len()];
        let [states, events] = sizes.map(|size| digits(size as u128, ""));
        let number = |number: usize| digits(number as u128, "");
        let effects = lookup.rows(&|id, cell| {
            let (effect, goal) = (number(cell.map_or(0, |cell| cell.effect)), cell.map_or(id, |cell| cell.goal));
            let goal = self.names.state(goal);
            quote!((#effect, #state::#goal))
        });
        let rows = lookup.rows(&|_, cell| {
            let row = number(cell.map_or(0, |cell| cell.row));
            quote!(#row)
        });
        quote! {
            /// What is done in a state with the event of a number, as a number, the state that is active then, and the row in
            /// the table of transitions. Nothing (0) stands where that depends on more than these two, or never happens.
            fn look_up(state: #state, event: usize) -> (u8, #state, usize) {
                static EFFECTS: [[(u8, #state); #events]; #states] = #effects;
                static ROWS: [[u16; #events]; #states] = #rows;
                let effect = EFFECTS.get(state as usize).and_then(|events| events.get(event));
                let row = ROWS.get(state as usize).and_then(|events| events.get(event));
                let (effect, goal) = effect.copied().unwrap_or((0, state));
                (effect, goal, row.map_or(0, |&row| usize::from(row)))
            }
        }
    }
}
