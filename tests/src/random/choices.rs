//! Where random decisions come from: a seed, or the bytes of a fuzzer.
//!
//! Both give the same decisions on every platform and in every version: a seed in a failure report must find the failure
//! again. Decisions made from bytes take few of them, so that a small change of the input is a small change of what is
//! made from it, and when the bytes are used up each decision is the first of its alternatives.

/// A source of decisions.
#[derive(Debug, Clone)]
pub struct Choices<'a> {
    source: Source<'a>,
}

#[derive(Debug, Clone)]
enum Source<'a> {
    /// The state of a `SplitMix64` generator.
    Seed(u64),
    Bytes(&'a [u8]),
}

impl<'a> Choices<'a> {
    /// Decisions that follow from a number.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Choices { source: Source::Seed(seed) }
    }

    /// Decisions that follow from bytes.
    #[must_use]
    pub fn from_bytes(bytes: &'a [u8]) -> Self {
        Choices { source: Source::Bytes(bytes) }
    }

    /// A number below `bound`; 0 where there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound <= 1 {
            return 0;
        }
        let number = match &mut self.source {
            Source::Seed(state) => split_mix(state),
            Source::Bytes(bytes) => take(bytes, bound),
        };
        number % bound
    }

    /// An index into a list of that length.
    pub fn index(&mut self, length: usize) -> usize {
        let bound = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i128, high: i128) -> i128 {
        let width = u64::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(u64::MAX);
        low.saturating_add(i128::from(self.below(width)))
    }

    /// A count from `low` to `high`, both included.
    pub fn count(&mut self, low: usize, high: usize) -> usize {
        low + self.index(high.saturating_sub(low) + 1)
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    /// One of `items`; `None` where there are none.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.index(items.len()))
    }

    /// One of the alternatives, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, alternatives: &[(u64, T)]) -> Option<T> {
        let total = alternatives.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(total);
        alternatives.iter().find_map(|&(weight, alternative)| {
            if left < weight {
                return Some(alternative);
            }
            left -= weight;
            None
        })
    }
}

/// The next number of `SplitMix64` (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mix(*state)
}

/// Spreads the bits of a number over all of its places.
pub(super) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// As many bytes as a number below `bound` needs.
fn take(bytes: &mut &[u8], bound: u64) -> u64 {
    let mut number = 0;
    let mut left = bound - 1;
    while left > 0 {
        let Some((&first, rest)) = bytes.split_first() else { return 0 };
        *bytes = rest;
        number = number << 8 | u64::from(first);
        left >>= 8;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the published generator for the seed 1234567.
    #[test]
    fn a_seed_gives_the_published_sequence() {
        let mut choices = Choices::from_seed(1_234_567);
        let first: Vec<_> = (0..3).map(|_| choices.below(u64::MAX)).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn bytes_decide_until_they_are_used_up() {
        let mut choices = Choices::from_bytes(&[7, 1, 2]);
        assert_eq!((choices.below(256), choices.below(1000), choices.below(9)), (7, 0x102, 0));
        assert!(!choices.chance(99));
    }

    #[test]
    fn weights_are_kept() {
        let mut choices = Choices::from_seed(1);
        let mut counts = [0; 2];
        for _ in 0..1000 {
            counts[choices.weighted(&[(1, 0), (9, 1)]).expect("there are two")] += 1;
        }
        assert!((50..150).contains(&counts[0]), "{counts:?}");
    }
}
