//! Formulas over flags and bounds of linear forms, each stored once.
//!
//! A form is a sum `c₁·x₁ + c₂·x₂ + …` in one canonical writing: divided by the greatest common divisor of its factors,
//! the first of which is positive. So `x < y` and `y <= x` are bounds on the same form, and contradict each other as
//! `x < 3` and `x >= 3` do.

use std::collections::BTreeMap;
use std::ops::Not;

use crate::model::Interval;

/// A formula of a `Store`, perhaps negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Formula {
    pub(super) node: usize,
    pub(super) negated: bool,
}

impl Formula {
    /// What always holds.
    pub const TRUE: Formula = Formula { node: 0, negated: false };
    /// What never holds.
    pub const FALSE: Formula = Formula { node: 0, negated: true };
}

impl Not for Formula {
    type Output = Formula;

    fn not(self) -> Formula {
        Formula { negated: !self.negated, ..self }
    }
}

/// What a formula is made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    True,
    /// A truth value that nothing else decides.
    Flag(usize),
    /// A form is at most so much.
    AtMost(usize, i128),
    /// All of these hold.
    All(Vec<Formula>),
}

/// The factors of a form, by the number of the variable, none of them zero.
pub(super) type Terms = Vec<(usize, i128)>;

/// A linear expression over integer variables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Linear {
    pub(super) terms: Terms,
    pub(super) constant: i128,
}

impl Linear {
    pub(super) fn constant(constant: i128) -> Self {
        Linear { terms: Vec::new(), constant }
    }

    pub(super) fn variable(variable: usize) -> Self {
        Linear { terms: vec![(variable, 1)], constant: 0 }
    }

    /// The value, if it is always the same.
    pub(super) fn known(&self) -> Option<i128> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// `self + factor·other`; `None` beyond 127 bits.
    pub(super) fn plus(&self, other: &Linear, factor: i128) -> Option<Linear> {
        let mut terms: BTreeMap<usize, i128> = self.terms.iter().copied().collect();
        for &(variable, of) in &other.terms {
            let sum = terms.entry(variable).or_insert(0);
            *sum = sum.checked_add(of.checked_mul(factor)?)?;
        }
        let constant = self.constant.checked_add(other.constant.checked_mul(factor)?)?;
        Some(Linear { terms: terms.into_iter().filter(|&(_, of)| of != 0).collect(), constant })
    }

    /// `factor·self`; `None` beyond 127 bits.
    pub(super) fn times(&self, factor: i128) -> Option<Linear> {
        Linear::constant(0).plus(self, factor)
    }
}

/// `product` is always the product of the other two variables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product {
    pub(super) product: usize,
    pub(super) factors: (usize, usize),
}

/// All formulas of one question, with what they speak of.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) nodes: Vec<Node>,
    known: BTreeMap<Node, usize>,
    /// How many flags there are.
    pub(super) flags: usize,
    /// The values that each variable can take.
    pub(super) domains: Vec<Interval>,
    /// All forms; a variable alone is one, too.
    pub(super) forms: Vec<Terms>,
    known_forms: BTreeMap<Terms, usize>,
    /// The form of each variable alone.
    pub(super) form_of: Vec<usize>,
    pub(super) products: Vec<Product>,
    /// What holds whatever is asked.
    pub(super) facts: Vec<Formula>,
    /// Whether something stands for more values than it can have: then what seems possible may not be.
    pub(super) is_lost: bool,
}

impl Store {
    pub(super) fn new() -> Self {
        Store {
            nodes: vec![Node::True],
            known: BTreeMap::from([(Node::True, 0)]),
            flags: 0,
            domains: Vec::new(),
            forms: Vec::new(),
            known_forms: BTreeMap::new(),
            form_of: Vec::new(),
            products: Vec::new(),
            facts: Vec::new(),
            is_lost: false,
        }
    }

    fn node(&mut self, node: Node) -> Formula {
        if let Some(&node) = self.known.get(&node) {
            return Formula { node, negated: false };
        }
        self.known.insert(node.clone(), self.nodes.len());
        self.nodes.push(node);
        Formula { node: self.nodes.len() - 1, negated: false }
    }

    /// A truth value that nothing else decides.
    pub(super) fn flag(&mut self) -> Formula {
        self.flags += 1;
        self.node(Node::Flag(self.flags - 1))
    }

    /// A truth value of which nothing is known.
    pub(super) fn unknown(&mut self) -> Formula {
        self.is_lost = true;
        self.flag()
    }

    /// A new variable with these values.
    pub(super) fn variable(&mut self, domain: Interval) -> usize {
        let variable = self.domains.len();
        self.domains.push(domain);
        let form = self.form(vec![(variable, 1)]);
        self.form_of.push(form);
        variable
    }

    fn form(&mut self, terms: Terms) -> usize {
        if let Some(&form) = self.known_forms.get(&terms) {
            return form;
        }
        self.known_forms.insert(terms.clone(), self.forms.len());
        self.forms.push(terms);
        self.forms.len() - 1
    }

    /// The variable that is worth as much as `linear`; `None` beyond 127 bits.
    pub(super) fn name(&mut self, linear: &Linear) -> Option<usize> {
        if let (&[(variable, 1)], 0) = (linear.terms.as_slice(), linear.constant) {
            return Some(variable);
        }
        let variable = self.variable(self.range(linear)?);
        self.define(&Linear::variable(variable), linear);
        Some(variable)
    }

    /// Makes two expressions equal, always.
    pub(super) fn define(&mut self, left: &Linear, right: &Linear) {
        let equal = self.equal(left, right);
        self.facts.push(equal);
    }

    pub(super) fn all(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        let mut parts = Vec::new();
        for formula in formulas {
            match &self.nodes[formula.node] {
                Node::All(inner) if !formula.negated => parts.extend(inner),
                _ => parts.push(formula),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        parts.retain(|&part| part != Formula::TRUE);
        // A formula and its negation stand beside each other.
        let contradicts = parts.windows(2).any(|pair| pair[0] == !pair[1]);
        if contradicts || parts.contains(&Formula::FALSE) {
            return Formula::FALSE;
        }
        match parts.as_slice() {
            [] => Formula::TRUE,
            [only] => *only,
            _ => self.node(Node::All(parts)),
        }
    }

    pub(super) fn any(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        let negated: Vec<_> = formulas.into_iter().map(|formula| !formula).collect();
        !self.all(negated)
    }

    /// Whether both hold or neither does.
    pub(super) fn same(&mut self, left: Formula, right: Formula) -> Formula {
        let (both, neither) = (self.all([left, right]), self.all([!left, !right]));
        self.any([both, neither])
    }

    /// `linear <= most`.
    pub(super) fn at_most(&mut self, linear: &Linear, most: i128) -> Formula {
        self.checked_at_most(linear, most).unwrap_or_else(|| self.unknown())
    }

    fn checked_at_most(&mut self, linear: &Linear, most: i128) -> Option<Formula> {
        let most = most.checked_sub(linear.constant)?;
        let Some(&(_, first)) = linear.terms.first() else {
            return Some(if most >= 0 { Formula::TRUE } else { Formula::FALSE });
        };
        let divisor = common_divisor(&linear.terms)?;
        let signed = if first < 0 { divisor.checked_neg()? } else { divisor };
        let terms: Terms = linear.terms.iter().map(|&(variable, of)| (variable, of / signed)).collect();
        let most = most.div_euclid(divisor);
        let form = Linear { terms, constant: 0 };
        let range = self.range(&form)?;
        let (bound, negated) = if first < 0 { (most.checked_neg()?.checked_sub(1)?, true) } else { (most, false) };
        let truth = if range.high <= bound {
            Formula::TRUE
        } else if range.low > bound {
            Formula::FALSE
        } else {
            let form = self.form(form.terms);
            self.node(Node::AtMost(form, bound))
        };
        Some(if negated { !truth } else { truth })
    }

    /// `left <= right + more`.
    pub(super) fn less_equal(&mut self, left: &Linear, right: &Linear, more: i128) -> Formula {
        match left.plus(right, -1) {
            Some(difference) => self.at_most(&difference, more),
            None => self.unknown(),
        }
    }

    pub(super) fn equal(&mut self, left: &Linear, right: &Linear) -> Formula {
        let (below, above) = (self.less_equal(left, right, 0), self.less_equal(right, left, 0));
        // Two bounds that leave out an integer between them.
        let divides = left.plus(right, -1).is_none_or(|difference| {
            common_divisor(&difference.terms).is_none_or(|divisor| difference.constant % divisor == 0)
        });
        if divides { self.all([below, above]) } else { Formula::FALSE }
    }

    /// The values that an expression can take; `None` beyond 127 bits.
    pub(super) fn range(&self, linear: &Linear) -> Option<Interval> {
        sum(&linear.terms, |variable| self.domains[variable])
            .and_then(|Interval { low, high }| {
                Some((low.checked_add(linear.constant)?, high.checked_add(linear.constant)?))
            })
            .map(|(low, high)| Interval { low, high })
    }
}

/// The values of a form when its variables have these; `None` beyond 127 bits.
pub(super) fn sum(terms: &Terms, of: impl Fn(usize) -> Interval) -> Option<Interval> {
    let mut range = Interval { low: 0, high: 0 };
    for &(variable, factor) in terms {
        let Interval { low, high } = scaled(of(variable), factor)?;
        range = Interval { low: range.low.checked_add(low)?, high: range.high.checked_add(high)? };
    }
    Some(range)
}

/// `factor` times all values of an interval; `None` beyond 127 bits.
pub(super) fn scaled(interval: Interval, factor: i128) -> Option<Interval> {
    let (a, b) = (interval.low.checked_mul(factor)?, interval.high.checked_mul(factor)?);
    Some(Interval { low: a.min(b), high: a.max(b) })
}

/// `None` where there is no factor, or one that has no positive counterpart.
fn common_divisor(terms: &Terms) -> Option<i128> {
    let mut divisor = 0_i128;
    for &(_, factor) in terms {
        divisor = greatest_common_divisor(divisor, factor.checked_abs()?);
    }
    (divisor != 0).then_some(divisor)
}

/// Euclid's algorithm on numbers that are not negative.
pub(super) fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
