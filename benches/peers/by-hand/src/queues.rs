//! What waits: events that a machine raises for itself, and events that it defers. Both wait in a ring.

use contest::Contestant;

/// A ring of at most `N` items.
struct Ring<T, const N: usize> {
    items: [Option<T>; N],
    first: usize,
    length: usize,
}

impl<T: Copy, const N: usize> Ring<T, N> {
    fn new() -> Self {
        Ring { items: [None; N], first: 0, length: 0 }
    }

    fn push(&mut self, item: T) -> bool {
        if self.length == N {
            return false;
        }
        self.items[(self.first + self.length) % N] = Some(item);
        self.length += 1;
        true
    }

    fn pop(&mut self) -> Option<T> {
        if self.length == 0 {
            return None;
        }
        let item = self.items[self.first].take();
        self.first = (self.first + 1) % N;
        self.length -= 1;
        item
    }
}

#[derive(Clone, Copy)]
enum Door {
    Closed,
    Opened,
}

#[derive(Clone, Copy)]
pub enum Payment {
    Coin,
    Note,
    Open,
    Shut,
}

/// What a till adds up.
#[derive(Clone, Copy)]
struct Add {
    amount: u8,
}

pub struct Till {
    state: Door,
    total: u32,
    raised: Ring<Add, 2>,
}

impl Till {
    fn raise(&mut self, amount: u8) {
        // As much is raised as there is room.
        let _ = self.raised.push(Add { amount });
    }
}

impl Contestant for Till {
    type Event = Payment;

    fn start() -> Self {
        Till { state: Door::Closed, total: 0, raised: Ring::new() }
    }

    fn event(number: usize) -> Payment {
        [Payment::Coin, Payment::Note, Payment::Open, Payment::Shut][number]
    }

    fn handle(&mut self, event: &Payment) -> bool {
        match (self.state, event) {
            (Door::Closed, Payment::Coin) => self.raise(1),
            (Door::Closed, Payment::Note) => {
                self.raise(5);
                self.raise(5);
            }
            (Door::Closed, Payment::Open) => {
                self.state = Door::Opened;
                self.raise(2);
            }
            (Door::Opened, Payment::Shut) => {
                self.state = Door::Closed;
                self.raise(3);
            }
            _ => return false,
        }
        while let Some(Add { amount }) = self.raised.pop() {
            if self.total < 4_000_000_000 {
                self.total += u32::from(amount);
            }
        }
        true
    }

    fn counted(&self) -> u64 {
        self.total.into()
    }
}

#[derive(Clone, Copy)]
pub enum Visit {
    Open,
    Shut,
    Ask { pages: u8 },
}

#[derive(Clone, Copy)]
enum Counter {
    Sealed,
    Closed,
    Opened,
}

pub struct Desk {
    state: Counter,
    pages: u32,
    deferred: Ring<Visit, 4>,
}

impl Desk {
    /// Whether the event was taken, or kept.
    fn take(&mut self, event: Visit) -> bool {
        match (self.state, event) {
            (Counter::Closed, Visit::Open) => self.state = Counter::Opened,
            (Counter::Closed, Visit::Shut) => self.state = Counter::Sealed,
            (Counter::Sealed, Visit::Open) | (Counter::Opened, Visit::Shut) => self.state = Counter::Closed,
            (Counter::Opened, Visit::Ask { pages }) if self.pages < 4_000_000_000 => self.pages += u32::from(pages),
            (Counter::Closed | Counter::Sealed, Visit::Ask { .. }) => return self.deferred.push(event),
            _ => return false,
        }
        true
    }
}

impl Contestant for Desk {
    type Event = Visit;

    fn start() -> Self {
        Desk { state: Counter::Closed, pages: 0, deferred: Ring::new() }
    }

    fn event(number: usize) -> Visit {
        let ask = |pages| Visit::Ask { pages };
        [Visit::Open, Visit::Shut, ask(1), ask(2)][number]
    }

    fn handle(&mut self, event: &Visit) -> bool {
        let is_taken = self.take(*event);
        if is_taken && matches!((self.state, event), (Counter::Opened, Visit::Open)) {
            // All of them wait for that.
            while let Some(event) = self.deferred.pop() {
                self.take(event);
            }
        }
        is_taken
    }

    fn counted(&self) -> u64 {
        self.pages.into()
    }
}
