//! Lists from iterators.
//!
//! `collect` is made for speed at run time: for every chain of adapters it compiles what asks how long the list becomes, what
//! runs the chain from the inside, and what writes past the list's end, some 500 lines of LLVM's code each time. The crate
//! is compiled by every user of the macro, unoptimized; so what the macro compiles takes items one by one.

/// What makes lists.
pub(crate) trait CollectVec: Iterator + Sized {
    /// The items, one by one.
    fn collect_vec(self) -> Vec<Self::Item> {
        let mut items = Vec::new();
        for item in self {
            items.push(item);
        }
        items
    }
}

impl<I: Iterator> CollectVec for I {}
