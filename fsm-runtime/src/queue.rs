//! The queue of events that a machine raises within one step.

/// A first-in, first-out queue of at most `N` items, without allocation.
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
        let last = (self.first + self.length) % N.max(1);
        match self.items.get_mut(last) {
            Some(place) => *place = Some(item),
            None => return Err(item),
        }
        self.length += 1;
        Ok(())
    }

    /// Takes the first item.
    pub fn pop(&mut self) -> Option<T> {
        let item = self.items.get_mut(self.first)?.take()?;
        self.first = (self.first + 1) % N.max(1);
        self.length -= 1;
        Some(item)
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
    fn a_queue_without_places_is_always_full() {
        let mut queue = Queue::<u8, 0>::new();
        assert_eq!(queue.push(1), Err(1));
        assert_eq!(queue.pop(), None);
        assert!(queue.is_empty());
    }
}
