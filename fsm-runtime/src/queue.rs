//! The queues of a machine: of events that it raises within one step, of deferred events, of delayed raises.

/// A first-in, first-out queue of at most `N` items, without allocation.
///
/// Items can also be taken out of the middle and put there, which moves those behind them; one that is only looked at can
/// be lent, which moves nothing.
#[derive(Debug, Clone)]
pub struct Queue<T, const N: usize> {
    items: [Option<T>; N],
    first: usize,
    length: usize,
}

impl<T, const N: usize> Queue<T, N> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Queue { items: [const { None }; N], first: 0, length: 0 }
    }

    /// Adds an item at the end.
    ///
    /// # Errors
    ///
    /// Gives the item back when the queue is full.
    pub fn push(&mut self, item: T) -> Result<(), T> {
        if self.length == N {
            return Err(item);
        }
        match self.slot(self.length) {
            Some(slot) => *slot = Some(item),
            None => return Err(item),
        }
        self.length += 1;
        Ok(())
    }

    /// Takes the first item.
    pub fn pop(&mut self) -> Option<T> {
        let item = self.items.get_mut(self.first)?.take()?;
        self.drop_first();
        Some(item)
    }

    /// Adds an item in front of the item that has this index; at the end where there is none.
    ///
    /// # Errors
    ///
    /// Gives the item back when the queue is full.
    pub fn insert(&mut self, index: usize, item: T) -> Result<(), T> {
        if self.length == N {
            return Err(item);
        }
        let index = index.min(self.length);
        for behind in (index..self.length).rev() {
            self.shift(behind, behind + 1);
        }
        self.length += 1;
        self.give_back(index, item);
        Ok(())
    }

    /// Takes out the item that has this index.
    pub fn remove(&mut self, index: usize) -> Option<T> {
        let item = self.lend(index)?;
        self.close(index);
        Some(item)
    }

    /// Takes out the item that has this index, and keeps its place: until the item is [given back](Self::give_back), or the
    /// place [closed](Self::close).
    pub fn lend(&mut self, index: usize) -> Option<T> {
        if index < self.length { self.slot(index)?.take() } else { None }
    }

    /// Puts an item into the place from which one was [lent](Self::lend).
    pub fn give_back(&mut self, index: usize, item: T) {
        if index < self.length
            && let Some(slot) = self.slot(index)
        {
            *slot = Some(item);
        }
    }

    /// Closes the place of an item that was [lent](Self::lend) and not given back; whether there was one.
    pub fn close(&mut self, index: usize) -> bool {
        if index >= self.length || self.get(index).is_some() {
            return false;
        }
        if index == 0 {
            self.drop_first();
            return true;
        }
        for behind in index + 1..self.length {
            self.shift(behind, behind - 1);
        }
        self.length -= 1;
        true
    }

    /// Forgets all items but those that are to be kept.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let mut index = 0;
        while let Some(item) = self.get(index) {
            if keep(item) {
                index += 1;
            } else {
                self.remove(index);
            }
        }
    }

    /// The item that has this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        if index < self.length { self.items.get(self.place(index))?.as_ref() } else { None }
    }

    /// The items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.length).filter_map(|index| self.get(index))
    }

    /// Moves the item from one place to another, which is free.
    fn shift(&mut self, from: usize, to: usize) {
        let item = self.slot(from).and_then(Option::take);
        if let Some(slot) = self.slot(to) {
            *slot = item;
        }
    }

    /// Lets the queue begin behind its first place, which is free.
    const fn drop_first(&mut self) {
        self.first = self.place(1);
        self.length -= 1;
    }

    /// The place with this index, in which an item is or may be.
    fn slot(&mut self, index: usize) -> Option<&mut Option<T>> {
        let place = self.place(index);
        self.items.get_mut(place)
    }

    /// Where the item with this index is. As no index is beyond the room that there is, no division is needed.
    const fn place(&self, index: usize) -> usize {
        let place = self.first + index;
        if N.is_power_of_two() {
            place & (N - 1)
        } else if place < N {
            place
        } else {
            place - N
        }
    }

    /// Forgets all items.
    pub fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    /// How many items wait.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether none waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl<T, const N: usize> Default for Queue<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Queue<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Eq, const N: usize> Eq for Queue<T, N> {}

#[cfg(feature = "serde")]
impl<T: serde::Serialize, const N: usize> serde::Serialize for Queue<T, N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut items = serializer.serialize_seq(Some(self.length))?;
        self.iter().try_for_each(|item| items.serialize_element(item))?;
        items.end()
    }
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>, const N: usize> serde::Deserialize<'de> for Queue<T, N> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items(core::marker::PhantomData))
    }
}

/// Reads the items of a queue, no more than it holds.
#[cfg(feature = "serde")]
struct Items<T, const N: usize>(core::marker::PhantomData<T>);

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>, const N: usize> serde::de::Visitor<'de> for Items<T, N> {
    type Value = Queue<T, N>;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "at most {N} items")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut queue = Queue::new();
        while let Some(item) = items.next_element()? {
            queue.push(item).map_err(|_| serde::de::Error::invalid_length(N + 1, &self))?;
        }
        Ok(queue)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn what_comes_first_goes_first_and_places_are_used_again() {
        let mut queue = Queue::<u8, 2>::new();
        for round in 0..5 {
            assert_eq!(queue.push(round), Ok(()));
            assert_eq!(queue.push(round + 100), Ok(()));
            assert_eq!(queue.push(9), Err(9));
            assert_eq!(queue.pop(), Some(round));
            assert_eq!(queue.pop(), Some(round + 100));
            assert_eq!(queue.pop(), None);
        }
    }

    #[test]
    fn items_are_taken_out_of_the_middle_and_put_there() {
        let mut queue = Queue::<u8, 4>::new();
        for round in 0..9 {
            // Each round begins at another place of the ring.
            assert_eq!(queue.push(round), Ok(()));
            assert_eq!(queue.pop(), Some(round));
            assert_eq!(
                (queue.insert(0, 3), queue.insert(0, 1), queue.insert(1, 2), queue.insert(9, 4)),
                (Ok(()), Ok(()), Ok(()), Ok(()))
            );
            assert_eq!(queue.insert(0, 5), Err(5));
            assert!(queue.iter().eq(&[1, 2, 3, 4]));
            assert_eq!((queue.remove(4), queue.remove(1), queue.get(1), queue.get(3)), (None, Some(2), Some(&3), None));
            queue.retain(|item| *item != 3);
            assert!(queue.iter().eq(&[1, 4]));
            queue.clear();
        }
    }

    #[test]
    fn an_item_that_is_lent_keeps_its_place() {
        let mut queue = Queue::<u8, 3>::new();
        for begin in 0..4 {
            for lent in 0..3 {
                assert_eq!((queue.push(0), queue.push(1), queue.push(2)), (Ok(()), Ok(()), Ok(())));
                assert!(!queue.close(usize::from(lent)), "nothing was lent");
                assert_eq!(queue.lend(usize::from(lent)), Some(lent));
                assert_eq!((queue.lend(usize::from(lent)), queue.len(), queue.push(9)), (None, 3, Err(9)));
                queue.give_back(usize::from(lent), lent + 10);
                assert!(queue.iter().copied().eq((0..3).map(|item| if item == lent { item + 10 } else { item })));
                assert_eq!(queue.lend(usize::from(lent)), Some(lent + 10));
                assert!(queue.close(usize::from(lent)) && !queue.close(2));
                assert!(queue.iter().copied().eq((0..3).filter(|&item| item != lent)));
                queue.clear();
            }
            // The next round begins at another place of the ring.
            assert_eq!((queue.push(begin), queue.pop()), (Ok(()), Some(begin)));
        }
        assert_eq!((queue.lend(0), queue.close(0)), (None, false));
        queue.give_back(0, 1);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_queue_without_places_is_always_full() {
        let mut queue = Queue::<u8, 0>::new();
        assert_eq!((queue.push(1), queue.insert(0, 1)), (Err(1), Err(1)));
        assert_eq!((queue.pop(), queue.lend(0)), (None, None));
        assert!(queue.is_empty());
    }
}
