//! Vectors that only their own ids index.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut, Range};

/// The id of a `T`: its place in an [`Arena`], which is also its place in the document.
pub struct Id<T> {
    index: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The id with this place.
    #[must_use]
    pub fn new(index: usize) -> Self {
        // Every item takes at least one byte of a file, and files are shorter than `u32::MAX`.
        Id { index: u32::try_from(index).unwrap_or(u32::MAX), of: PhantomData }
    }

    /// The place, from zero.
    #[must_use]
    pub fn index(self) -> usize {
        self.index as usize
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.index.cmp(&other.index)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index)
    }
}

/// Some of the `T` of a machine, each once, in document order.
#[derive(Debug, Clone)]
pub struct IdSet<T>(Vec<Id<T>>);

impl<T> IdSet<T> {
    /// Adds an item, and tells whether it is new.
    pub fn insert(&mut self, id: Id<T>) -> bool {
        let place = self.0.binary_search(&id);
        if let Err(place) = place {
            self.0.insert(place, id);
        }
        place.is_err()
    }

    /// Whether an item is among them.
    #[must_use]
    pub fn contains(&self, id: Id<T>) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    /// The items in document order.
    #[must_use]
    pub fn ids(&self) -> &[Id<T>] {
        &self.0
    }
}

impl<T> Default for IdSet<T> {
    fn default() -> Self {
        IdSet(Vec::new())
    }
}

impl<T> Extend<Id<T>> for IdSet<T> {
    fn extend<I: IntoIterator<Item = Id<T>>>(&mut self, ids: I) {
        for id in ids {
            self.insert(id);
        }
    }
}

impl<T> FromIterator<Id<T>> for IdSet<T> {
    fn from_iter<I: IntoIterator<Item = Id<T>>>(ids: I) -> Self {
        let mut set = IdSet::default();
        set.extend(ids);
        set
    }
}

/// All `T` of a machine, in document order.
#[derive(Debug, Clone)]
pub struct Arena<T>(Vec<T>);

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Arena(Vec::new())
    }
}

impl<T> Arena<T> {
    /// Adds an item and gives its id.
    pub fn push(&mut self, item: T) -> Id<T> {
        self.0.push(item);
        Id::new(self.0.len() - 1)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All ids in document order.
    #[must_use]
    pub fn ids(&self) -> Ids<T> {
        Ids { places: 0..self.0.len(), of: PhantomData }
    }

    /// All items in document order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// All ids and items in document order.
    #[must_use]
    pub fn enumerate(&self) -> Enumerate<'_, T> {
        Enumerate { ids: self.ids(), items: self }
    }
}

/// All ids of an [`Arena`], in document order.
#[derive(Debug, Clone)]
pub struct Ids<T> {
    places: Range<usize>,
    of: PhantomData<fn() -> T>,
}

impl<T> Iterator for Ids<T> {
    type Item = Id<T>;

    fn next(&mut self) -> Option<Id<T>> {
        self.places.next().map(Id::new)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl<T> DoubleEndedIterator for Ids<T> {
    fn next_back(&mut self) -> Option<Id<T>> {
        self.places.next_back().map(Id::new)
    }
}

impl<T> ExactSizeIterator for Ids<T> {}

/// All ids and items of an [`Arena`], in document order.
#[derive(Debug, Clone)]
pub struct Enumerate<'a, T> {
    ids: Ids<T>,
    items: &'a Arena<T>,
}

impl<'a, T> Iterator for Enumerate<'a, T> {
    type Item = (Id<T>, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        let id = self.ids.next()?;
        Some((id, &self.items[id]))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ids.size_hint()
    }
}

impl<T> DoubleEndedIterator for Enumerate<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let id = self.ids.next_back()?;
        Some((id, &self.items[id]))
    }
}

impl<T> Index<Id<T>> for Arena<T> {
    type Output = T;
    fn index(&self, id: Id<T>) -> &T {
        &self.0[id.index()]
    }
}

impl<T> IndexMut<Id<T>> for Arena<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.0[id.index()]
    }
}

impl<'a, T> IntoIterator for &'a Arena<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
