//! The search for values that make formulas hold: DPLL over the formulas, bounds for the forms, and elimination where
//! bounds alone do not decide.
//!
//! It is iterative, and ends: what it cannot decide within a number of steps is left undecided.

use std::collections::BTreeMap;

use super::formula::{Formula, Linear, Node, Product, Store, Terms, scaled, sum};
use super::linear::{Outcome, System};
use crate::model::Interval;

/// How many alternatives are followed before a question is left undecided.
const MOST_STEPS: usize = 4_000;

/// How often bounds are passed on between forms before elimination is asked.
const MOST_ROUNDS: usize = 8;

/// How deep a formula is looked into to see whether it holds already.
const MOST_DEPTH: usize = 6;

/// What a search comes to.
pub(super) enum Found {
    /// Nothing makes the formulas hold.
    Nothing,
    /// These values do.
    Model(Model),
    /// Too many steps.
    Undecided,
}

/// A value for every flag and every variable. `None` is any value.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) flags: Vec<Option<bool>>,
    pub(super) values: Vec<Option<i128>>,
}

/// What is known at a point of the search.
#[derive(Clone)]
struct State {
    flags: Vec<Option<bool>>,
    /// The values that each form can still take.
    bounds: Vec<Interval>,
    /// What must hold and is not known to.
    pending: Vec<Formula>,
}

/// Something that must hold does not.
struct Contradiction;

/// What is to be done with a state that cannot be simplified.
enum Next {
    /// Nothing is pending.
    Settle,
    /// Both this and its negation may hold.
    Choose(Formula),
}

/// The values that variables can take at most where all formulas hold, by simple conclusions only; `None` if that already
/// shows that they cannot.
pub(super) fn bounds(store: &Store, formulas: &[Formula], variables: &[usize]) -> Option<Vec<Interval>> {
    let mut state = State::new(store, formulas)?;
    state.simplify(store).ok()?;
    Some(variables.iter().map(|&variable| state.bounds[store.form_of[variable]]).collect())
}

/// Looks for values that make all formulas hold. Of the values that are left for a variable, `choose` picks one.
pub(super) fn search(store: &Store, formulas: &[Formula], choose: &dyn Fn(usize, Interval) -> i128) -> Found {
    let Some(first) = State::new(store, formulas) else { return Found::Undecided };
    let mut stack = vec![first];
    let mut is_undecided = false;
    for _ in 0..MOST_STEPS {
        let Some(mut state) = stack.pop() else {
            return if is_undecided { Found::Undecided } else { Found::Nothing };
        };
        match state.simplify(store) {
            Err(Contradiction) => {}
            Ok(Next::Choose(formula)) => {
                stack.push(state.assuming(!formula));
                stack.push(state.assuming(formula));
            }
            Ok(Next::Settle) => match state.settle(store, choose) {
                Settled::Nothing => {}
                Settled::Model(model) => {
                    let holds = store.facts.iter().chain(formulas).all(|&formula| model.holds(store, formula));
                    // A model that does not hold would be a fault of the search.
                    return if holds { Found::Model(model) } else { Found::Undecided };
                }
                Settled::Split(parts) => {
                    for (variable, part) in parts {
                        let mut state = state.clone();
                        let bounds = &mut state.bounds[store.form_of[variable]];
                        *bounds = Interval { low: bounds.low.max(part.low), high: bounds.high.min(part.high) };
                        if bounds.low <= bounds.high {
                            stack.push(state);
                        }
                    }
                }
                Settled::Undecided => is_undecided = true,
            },
        }
    }
    Found::Undecided
}

/// What becomes of a state in which only bounds are left.
enum Settled {
    Nothing,
    Model(Model),
    /// One of these is to be assumed; the last one first.
    Split(Vec<(usize, Interval)>),
    Undecided,
}

impl State {
    /// Where nothing has been concluded yet; `None` where a form needs more than 127 bits.
    fn new(store: &Store, formulas: &[Formula]) -> Option<State> {
        let bounds = store.forms.iter().map(|terms| sum(terms, |variable| store.domains[variable]));
        let pending = store.facts.iter().chain(formulas).copied().collect();
        Some(State { flags: vec![None; store.flags], bounds: bounds.collect::<Option<_>>()?, pending })
    }

    fn assuming(&self, formula: Formula) -> State {
        let mut state = self.clone();
        state.pending.push(formula);
        state
    }

    /// Draws all simple conclusions.
    fn simplify(&mut self, store: &Store) -> Result<Next, Contradiction> {
        // Bounds that push each other on one by one are left to the elimination.
        let mut rounds = MOST_ROUNDS;
        loop {
            let mut has_changed = false;
            let mut choice = None;
            let mut work = std::mem::take(&mut self.pending);
            let mut kept = Vec::new();
            work.reverse();
            while let Some(formula) = work.pop() {
                match self.truth(store, formula, 0) {
                    Some(true) => continue,
                    Some(false) => return Err(Contradiction),
                    None => {}
                }
                match &store.nodes[formula.node] {
                    Node::True => {}
                    Node::Flag(flag) => {
                        self.flags[*flag] = Some(!formula.negated);
                        has_changed = true;
                    }
                    Node::AtMost(form, bound) => {
                        self.bound(*form, *bound, formula.negated)?;
                        has_changed = true;
                    }
                    Node::All(parts) if !formula.negated => work.extend(parts.iter().rev()),
                    Node::All(parts) => {
                        let truths: Vec<_> = parts.iter().map(|&part| (part, self.truth(store, part, 0))).collect();
                        if truths.iter().any(|(_, truth)| *truth == Some(false)) {
                            continue;
                        }
                        let mut open = truths.iter().filter(|(_, truth)| truth.is_none());
                        match (open.next(), open.next()) {
                            (Some(&(only, _)), None) => work.push(!only),
                            (Some(&(first, _)), _) => {
                                choice.get_or_insert(first);
                                kept.push(formula);
                            }
                            (None, _) => return Err(Contradiction),
                        }
                    }
                }
            }
            self.pending = kept;
            has_changed |= self.propagate(store, &mut rounds)?;
            if !has_changed {
                return Ok(choice.map_or(Next::Settle, |part| Next::Choose(self.undecided_atom(store, !part))));
            }
        }
    }

    /// A flag or a bound of which a formula depends, as it would have to be; only that tells more with each choice.
    fn undecided_atom(&self, store: &Store, formula: Formula) -> Formula {
        let mut atom = formula;
        while let Node::All(parts) = &store.nodes[atom.node] {
            let open = parts.iter().find(|part| self.truth(store, **part, 0).is_none());
            let Some(&part) = open.or(parts.first()) else { break };
            atom = if atom.negated { !part } else { part };
        }
        atom
    }

    fn bound(&mut self, form: usize, bound: i128, is_above: bool) -> Result<(), Contradiction> {
        let bounds = &mut self.bounds[form];
        if is_above {
            bounds.low = bounds.low.max(bound.checked_add(1).ok_or(Contradiction)?);
        } else {
            bounds.high = bounds.high.min(bound);
        }
        if bounds.low > bounds.high { Err(Contradiction) } else { Ok(()) }
    }

    /// Whether a formula holds, where that is known.
    fn truth(&self, store: &Store, formula: Formula, depth: usize) -> Option<bool> {
        let truth = match &store.nodes[formula.node] {
            Node::True => Some(true),
            Node::Flag(flag) => self.flags[*flag],
            Node::AtMost(form, bound) => {
                let Interval { low, high } = self.bounds[*form];
                if high <= *bound {
                    Some(true)
                } else if low > *bound {
                    Some(false)
                } else {
                    None
                }
            }
            Node::All(_) if depth == MOST_DEPTH => None,
            Node::All(parts) => conjunction(parts.iter().map(|&part| self.truth(store, part, depth + 1))),
        };
        truth.map(|truth| truth != formula.negated)
    }

    /// Passes bounds on between forms and their variables. Whether anything changed that a formula may ask.
    fn propagate(&mut self, store: &Store, rounds: &mut usize) -> Result<bool, Contradiction> {
        let mut has_changed = false;
        while *rounds > 0 {
            *rounds -= 1;
            let mut is_open = false;
            for (form, terms) in store.forms.iter().enumerate().filter(|(_, terms)| terms.len() > 1) {
                is_open |= self.propagate_form(store, form, terms)?;
            }
            for product in &store.products {
                is_open |= self.propagate_product(store, product)?;
            }
            if !is_open {
                break;
            }
            has_changed = true;
        }
        Ok(has_changed)
    }

    fn propagate_form(&mut self, store: &Store, form: usize, terms: &Terms) -> Result<bool, Contradiction> {
        let Some(range) = sum(terms, |variable| self.bounds[store.form_of[variable]]) else { return Ok(false) };
        let mut has_changed = self.narrow(form, range)?;
        let whole = self.bounds[form];
        for &(variable, factor) in terms {
            let own = self.bounds[store.form_of[variable]];
            // What is left for the variable when all others are as far away as they can be.
            let left = scaled(own, factor).and_then(|part| {
                Some(Interval {
                    low: whole.low.checked_sub(range.high.checked_sub(part.high)?)?,
                    high: whole.high.checked_sub(range.low.checked_sub(part.low)?)?,
                })
            });
            let Some(Interval { low, high }) = left else { continue };
            let (low, high) =
                if factor > 0 { (Some(low), Some(high)) } else { (high.checked_neg(), low.checked_neg()) };
            let (Some(low), Some(high), Some(factor)) = (low, high, factor.checked_abs()) else { continue };
            let left = Interval { low: ceiling(low, factor), high: high.div_euclid(factor) };
            has_changed |= self.narrow(store.form_of[variable], left)?;
        }
        Ok(has_changed)
    }

    fn propagate_product(&mut self, store: &Store, product: &Product) -> Result<bool, Contradiction> {
        let (a, b) = product.factors;
        let (a, b) = (self.bounds[store.form_of[a]], self.bounds[store.form_of[b]]);
        let (Some(low), Some(high)) = (scaled(a, b.low), scaled(a, b.high)) else { return Ok(false) };
        let range = Interval { low: low.low.min(high.low), high: low.high.max(high.high) };
        self.narrow(store.form_of[product.product], range)
    }

    fn narrow(&mut self, form: usize, to: Interval) -> Result<bool, Contradiction> {
        let known = self.bounds[form];
        let narrowed = Interval { low: known.low.max(to.low), high: known.high.min(to.high) };
        if narrowed.low > narrowed.high {
            return Err(Contradiction);
        }
        self.bounds[form] = narrowed;
        Ok(narrowed != known)
    }

    /// Values for all variables within the bounds of all forms.
    fn settle(&self, store: &Store, choose: &dyn Fn(usize, Interval) -> i128) -> Settled {
        let system = self.system(store);
        let solution = match system.solve(choose) {
            Outcome::None => return Settled::Nothing,
            Outcome::TooLarge => return Settled::Undecided,
            Outcome::Split(variable, at) => {
                let below = Interval { low: i128::MIN, high: at };
                return match at.checked_add(1) {
                    Some(low) => Settled::Split(vec![(variable, below), (variable, Interval { low, high: i128::MAX })]),
                    None => Settled::Undecided,
                };
            }
            Outcome::Solution(solution) => solution,
        };
        let of_domain = |variable: usize| choose(variable, self.bounds[store.form_of[variable]]);
        let values: Vec<i128> = (0..store.domains.len())
            .map(|variable| solution.get(&variable).copied().unwrap_or_else(|| of_domain(variable)))
            .collect();
        for Product { product, factors: (a, b) } in &store.products {
            if values[*a].checked_mul(values[*b]) != Some(values[*product]) {
                return self.split_product(store, *a, *b, &values);
            }
        }
        Settled::Model(Model {
            flags: self.flags.iter().map(|flag| Some(flag.unwrap_or(false))).collect(),
            values: values.into_iter().map(Some).collect(),
        })
    }

    /// A product is only known by the ranges of its factors: one of them is to be known.
    fn split_product(&self, store: &Store, a: usize, b: usize, values: &[i128]) -> Settled {
        let is_open = |variable: &usize| {
            let Interval { low, high } = self.bounds[store.form_of[*variable]];
            low < high
        };
        let size = |variable: usize| {
            let Interval { low, high } = self.bounds[store.form_of[variable]];
            high.saturating_sub(low)
        };
        let Some(variable) = [a, b].into_iter().filter(is_open).min_by_key(|&variable| size(variable)) else {
            return Settled::Undecided;
        };
        let at = values[variable];
        Settled::Split(vec![
            (variable, Interval { low: at.saturating_add(1), high: i128::MAX }),
            (variable, Interval { low: i128::MIN, high: at.saturating_sub(1) }),
            (variable, Interval { low: at, high: at }),
        ])
    }

    /// The inequalities that bounds of single variables do not decide.
    fn system(&self, store: &Store) -> System {
        let mut system = System::default();
        let mut variables = std::collections::BTreeSet::new();
        for (form, terms) in store.forms.iter().enumerate().filter(|(_, terms)| terms.len() > 1) {
            let range = sum(terms, |variable| self.bounds[store.form_of[variable]]);
            if range != Some(self.bounds[form]) {
                system.add_range(terms, self.bounds[form]);
                variables.extend(terms.iter().map(|&(variable, _)| variable));
            }
        }
        for &Product { product, factors: (a, b) } in &store.products {
            variables.extend([product, a, b]);
            for (known, other) in [(a, b), (b, a)] {
                let Interval { low, high } = self.bounds[store.form_of[known]];
                if let Some(factor) = low.checked_neg().filter(|_| low == high) {
                    let equation = Linear::variable(product).plus(&Linear::variable(other), factor);
                    if let Some(Linear { terms, .. }) = equation {
                        system.add_range(&terms, Interval { low: 0, high: 0 });
                    }
                    break;
                }
            }
        }
        for variable in variables {
            system.add_range(&vec![(variable, 1)], self.bounds[store.form_of[variable]]);
        }
        system
    }
}

/// Whether all hold: not if one does not, else unknown if one is.
fn conjunction(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut truth = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => truth = None,
        }
    }
    truth
}

/// `a / b`, rounded up; `b` is positive.
fn ceiling(a: i128, b: i128) -> i128 {
    a.div_euclid(b) + i128::from(a.rem_euclid(b) != 0)
}

impl Model {
    /// Whether a formula holds, whatever the values are that are not known.
    pub(super) fn holds(&self, store: &Store, formula: Formula) -> bool {
        let mut known = BTreeMap::new();
        self.truth(store, formula, &mut known) == Some(true)
    }

    fn truth(&self, store: &Store, formula: Formula, known: &mut BTreeMap<usize, Option<bool>>) -> Option<bool> {
        // Parts come before what they are part of.
        let mut pending = vec![formula.node];
        while let Some(&node) = pending.last() {
            if let Node::All(parts) = &store.nodes[node] {
                let before = pending.len();
                pending.extend(parts.iter().map(|part| part.node).filter(|part| !known.contains_key(part)));
                if pending.len() > before {
                    continue;
                }
            }
            let truth = self.truth_of_node(store, node, known);
            known.insert(node, truth);
            pending.pop();
        }
        known.get(&formula.node).copied().flatten().map(|truth| truth != formula.negated)
    }

    fn truth_of_node(&self, store: &Store, node: usize, known: &BTreeMap<usize, Option<bool>>) -> Option<bool> {
        match &store.nodes[node] {
            Node::True => Some(true),
            Node::Flag(flag) => self.flags[*flag],
            Node::AtMost(form, bound) => {
                let value_of = |variable: usize| match self.values[variable] {
                    Some(value) => Interval { low: value, high: value },
                    None => store.domains[variable],
                };
                let Interval { low, high } = sum(&store.forms[*form], value_of)?;
                if high <= *bound { Some(true) } else { (low > *bound).then_some(false) }
            }
            Node::All(parts) => conjunction(parts.iter().map(|part| {
                let truth = known.get(&part.node).copied().flatten();
                truth.map(|truth| truth != part.negated)
            })),
        }
    }
}
