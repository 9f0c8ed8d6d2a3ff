//! Systems of linear inequalities over integers, by the elimination of Fourier and Motzkin.
//!
//! Over rational numbers the elimination decides. What it says is impossible is so over integers, too; each inequality is
//! tightened to integers on the way. Going back, a value is chosen for each variable; where only a rational number is left
//! for one, the question is to be asked twice, below and above of it.

use std::collections::BTreeMap;

use super::formula::{Terms, greatest_common_divisor};
use crate::model::Interval;

/// More inequalities than these are not looked at.
const MOST_INEQUALITIES: usize = 2_000;

/// What a system of inequalities comes to.
pub(super) enum Outcome {
    /// It has no solution.
    None,
    /// A solution, by the numbers of the variables.
    Solution(BTreeMap<usize, i128>),
    /// The variable is at most so much, or more: one of both is to be assumed.
    Split(usize, i128),
    /// It became too large.
    TooLarge,
}

/// Inequalities `form <= bound`, of each form the tightest.
#[derive(Debug, Clone, Default)]
pub(super) struct System {
    inequalities: BTreeMap<Terms, i128>,
    is_contradictory: bool,
    is_too_large: bool,
}

/// A variable that was eliminated, with the inequalities that bounded it.
struct Eliminated {
    variable: usize,
    inequalities: Vec<(Terms, i128)>,
}

impl System {
    /// Adds `terms <= bound`.
    pub(super) fn add(&mut self, terms: &Terms, bound: i128) {
        let divisor = terms
            .iter()
            .try_fold(0_i128, |divisor, &(_, factor)| Some(greatest_common_divisor(divisor, factor.checked_abs()?)));
        let Some(divisor) = divisor else {
            self.is_too_large = true;
            return;
        };
        if divisor == 0 {
            self.is_contradictory |= bound < 0;
            return;
        }
        let terms: Terms = terms.iter().map(|&(variable, factor)| (variable, factor / divisor)).collect();
        let bound = bound.div_euclid(divisor);
        let known = self.inequalities.entry(terms).or_insert(bound);
        *known = (*known).min(bound);
        self.is_too_large |= self.inequalities.len() > MOST_INEQUALITIES;
    }

    /// Adds `low <= terms <= high`.
    pub(super) fn add_range(&mut self, terms: &Terms, range: Interval) {
        self.add(terms, range.high);
        let negated: Option<Terms> =
            terms.iter().map(|&(variable, factor)| Some((variable, factor.checked_neg()?))).collect();
        match (negated, range.low.checked_neg()) {
            (Some(terms), Some(bound)) => self.add(&terms, bound),
            _ => self.is_too_large = true,
        }
    }

    /// Solves the system. Every variable must be bounded on both sides; of the values that are left for one, `choose`
    /// picks.
    pub(super) fn solve(mut self, choose: impl Fn(usize, Interval) -> i128) -> Outcome {
        let mut eliminated = Vec::new();
        loop {
            if self.is_contradictory {
                return Outcome::None;
            }
            if self.is_too_large {
                return Outcome::TooLarge;
            }
            let Some(variable) = self.cheapest() else { break };
            eliminated.push(self.eliminate(variable));
        }
        let mut solution = BTreeMap::new();
        for Eliminated { variable, inequalities } in eliminated.iter().rev() {
            let Some(Interval { low, high }) = left_for(*variable, inequalities, &solution) else {
                return Outcome::TooLarge;
            };
            if low > high {
                return Outcome::Split(*variable, high);
            }
            solution.insert(*variable, choose(*variable, Interval { low, high }));
        }
        Outcome::Solution(solution)
    }

    /// The variable to eliminate next: one with factors of one, of which no integer is lost, and of those the one that makes
    /// the fewest new inequalities.
    fn cheapest(&self) -> Option<usize> {
        let mut uses: BTreeMap<usize, (usize, usize, bool)> = BTreeMap::new();
        for &(variable, factor) in self.inequalities.keys().flatten() {
            let (above, below, has_factors) = uses.entry(variable).or_default();
            *(if factor > 0 { above } else { below }) += 1;
            *has_factors |= factor.unsigned_abs() != 1;
        }
        let cost = |&(above, below, has_factors): &(usize, usize, bool)| (has_factors, above * below);
        uses.iter().min_by_key(|(_, uses)| cost(uses)).map(|(&variable, _)| variable)
    }

    fn eliminate(&mut self, variable: usize) -> Eliminated {
        let factor_in = |terms: &Terms| terms.iter().find(|&&(of, _)| of == variable).map_or(0, |&(_, factor)| factor);
        let (uses, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.inequalities).into_iter().partition(|(terms, _)| factor_in(terms) != 0);
        self.inequalities = rest.into_iter().collect();
        for (above, above_bound) in uses.iter().filter(|(terms, _)| factor_in(terms) > 0) {
            for (below, below_bound) in uses.iter().filter(|(terms, _)| factor_in(terms) < 0) {
                let (a, b) = (factor_in(above), -factor_in(below));
                let divisor = greatest_common_divisor(a, b);
                match combined((above, *above_bound), b / divisor, (below, *below_bound), a / divisor) {
                    Some((terms, bound)) => self.add(&terms, bound),
                    None => self.is_too_large = true,
                }
                if self.is_too_large || self.is_contradictory {
                    return Eliminated { variable, inequalities: uses };
                }
            }
        }
        Eliminated { variable, inequalities: uses }
    }
}

/// `m·above + n·below`; `None` beyond 127 bits.
fn combined(above: (&Terms, i128), m: i128, below: (&Terms, i128), n: i128) -> Option<(Terms, i128)> {
    let mut terms: BTreeMap<usize, i128> = BTreeMap::new();
    for (of, factor) in [(above.0, m), (below.0, n)] {
        for &(variable, by) in of {
            let sum = terms.entry(variable).or_insert(0);
            *sum = sum.checked_add(by.checked_mul(factor)?)?;
        }
    }
    let bound = above.1.checked_mul(m)?.checked_add(below.1.checked_mul(n)?)?;
    Some((terms.into_iter().filter(|&(_, factor)| factor != 0).collect(), bound))
}

/// The values that inequalities leave for a variable when the others are known; empty if `low > high`, `None` beyond 127
/// bits.
fn left_for(variable: usize, inequalities: &[(Terms, i128)], known: &BTreeMap<usize, i128>) -> Option<Interval> {
    let mut left = Interval { low: i128::MIN, high: i128::MAX };
    for (terms, bound) in inequalities {
        let (mut factor, mut rest) = (0, *bound);
        for &(other, by) in terms {
            if other == variable {
                factor = by;
            } else {
                rest = rest.checked_sub(by.checked_mul(*known.get(&other)?)?)?;
            }
        }
        if factor > 0 {
            left.high = left.high.min(rest.div_euclid(factor));
        } else if factor < 0 {
            left.low = left.low.max(rest.checked_neg()?.div_euclid(-factor).checked_add(
                // Rounded up.
                i128::from(rest.checked_neg()?.rem_euclid(-factor) != 0),
            )?);
        }
    }
    Some(left)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, System};
    use crate::model::Interval;

    fn solve(inequalities: &[(&[(usize, i128)], i128)], size: i128) -> Option<Vec<i128>> {
        let mut pending = vec![vec![Interval { low: -size, high: size }; 3]];
        while let Some(domains) = pending.pop() {
            let mut system = System::default();
            for (terms, bound) in inequalities {
                system.add(&terms.to_vec(), *bound);
            }
            for (variable, domain) in domains.iter().enumerate() {
                system.add_range(&vec![(variable, 1)], *domain);
            }
            match system.solve(|_, left| left.low) {
                Outcome::None => {}
                Outcome::Solution(solution) => return Some(solution.into_values().collect()),
                Outcome::Split(variable, at) => {
                    for half in [Interval { low: -size, high: at }, Interval { low: at + 1, high: size }] {
                        let mut domains = domains.clone();
                        domains[variable].low = domains[variable].low.max(half.low);
                        domains[variable].high = domains[variable].high.min(half.high);
                        pending.push(domains);
                    }
                }
                Outcome::TooLarge => panic!("a small system became too large"),
            }
        }
        None
    }

    #[test]
    fn a_circle_of_inequalities_has_no_solution_however_large_the_numbers() {
        let circle: &[(&[(usize, i128)], i128)] =
            &[(&[(0, 1), (1, -1)], -1), (&[(1, 1), (2, -1)], -1), (&[(2, 1), (0, -1)], -1)];
        assert_eq!(solve(circle, 1 << 64), None);
        assert!(solve(&circle[..2], 1 << 64).is_some());
    }

    #[test]
    fn small_systems_are_decided_as_by_trying_all_values() {
        let mut state = 7_u64;
        let mut random = |below: i128| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from(state >> 33) % below
        };
        let (mut solved, mut unsolved) = (0, 0);
        for _ in 0..3_000 {
            let count = 1 + random(5);
            let system: Vec<(Vec<(usize, i128)>, i128)> = (0..count)
                .map(|_| {
                    let terms = (0..3).map(|variable| (variable, random(9) - 4)).filter(|&(_, factor)| factor != 0);
                    (terms.collect(), random(13) - 9)
                })
                .collect();
            let holds = |values: &[i128]| {
                system.iter().all(|(terms, bound)| {
                    terms.iter().map(|&(variable, factor)| factor * values[variable]).sum::<i128>() <= *bound
                })
            };
            let all = (0..343).map(|n| [n % 7 - 3, n / 7 % 7 - 3, n / 49 - 3]);
            let expected = all.into_iter().any(|values| holds(&values));
            let given: Vec<(&[(usize, i128)], i128)> =
                system.iter().map(|(terms, bound)| (terms.as_slice(), *bound)).collect();
            let found = solve(&given, 3);
            assert_eq!(found.is_some(), expected, "{system:?}");
            if let Some(values) = found {
                assert!(holds(&values), "{system:?} {values:?}");
                solved += 1;
            } else {
                unsolved += 1;
            }
        }
        assert!(solved > 500 && unsolved > 500, "{solved} solved, {unsolved} not");
    }
}
