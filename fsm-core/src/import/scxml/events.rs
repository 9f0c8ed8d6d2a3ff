//! The events of a document, and which of them a transition reacts to.
//!
//! In SCXML an event is known by its name alone, and a transition names patterns. The events of the language are declared:
//! so all names that the document sends, raises or waits for are collected, and every pattern is resolved over them.

use std::collections::BTreeMap;

use super::document::StateId;
use super::names::{Names, pascal};
use super::values::Values;

/// What sets events of one name apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The name in the document.
    pub(super) name: String,
    /// Where it comes from, where the document asks for that.
    pub(super) origin: Option<Origin>,
    /// The id it is sent with, where the document asks for that or cancels it.
    pub(super) send_id: Option<String>,
}

/// Where an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Raised by the machine.
    Internal,
    /// Sent by the machine to itself, or by others.
    External,
    /// Raised by the SCXML processor.
    Platform,
}

/// An event.
#[derive(Debug)]
pub(super) struct Event {
    /// What it is known by.
    pub(super) key: Key,
    /// The identifier in the text.
    pub(super) identifier: String,
    /// Whether the document itself makes it.
    pub(super) is_made: bool,
    /// The state whose end it is, for `done.state.ID`.
    pub(super) done: Option<StateId>,
    /// What it carries, by the names of the document; the name of `<content>` is empty.
    pub(super) fields: Vec<Field>,
}

/// A part of what an event carries.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in the document.
    pub(super) name: String,
    /// Its identifier: of a field, or, for the end of a state, of a variable.
    pub(super) identifier: String,
    /// What it can be.
    pub(super) values: Values,
}

impl Event {
    /// The field with a name of the document.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// All events.
#[derive(Debug, Default)]
pub(super) struct Events {
    all: Vec<Event>,
    by_key: BTreeMap<Key, usize>,
    /// The numbers of all events of a name.
    by_name: BTreeMap<String, Vec<usize>>,
    by_state: BTreeMap<StateId, usize>,
    names: Names,
}

impl Events {
    /// All events in the order in which they were found.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Event> {
        self.all.iter()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// An event by its number.
    pub(super) fn get(&self, number: usize) -> &Event {
        &self.all[number]
    }

    /// An event by its number, to be changed.
    pub(super) fn get_mut(&mut self, number: usize) -> &mut Event {
        &mut self.all[number]
    }

    /// The number of the event that is the end of a state.
    pub(super) fn done(&self, state: StateId) -> Option<usize> {
        self.by_state.get(&state).copied()
    }

    /// The events that a descriptor matches.
    pub(super) fn matching<'e>(&'e self, descriptor: &'e str) -> impl Iterator<Item = usize> + 'e {
        let prefix = base(descriptor);
        let from = self.by_name.range(prefix.to_owned()..).take_while(move |(name, _)| name.starts_with(prefix));
        let meant =
            from.filter(move |(name, _)| matches(descriptor, name)).flat_map(|(_, numbers)| numbers.iter().copied());
        meant.filter(|&number| !self.is_hidden(number))
    }

    /// Whether an event from outside is not needed: the document itself makes all events of that name.
    pub(super) fn is_hidden(&self, number: usize) -> bool {
        let event = self.get(number);
        let of_name = self.by_name.get(&event.key.name).into_iter().flatten();
        !event.is_made && event.done.is_none() && of_name.clone().any(|&other| self.get(other).is_made)
    }

    /// The number of the event with this key, which is added if it is new.
    pub(super) fn number(&mut self, key: &Key) -> usize {
        if let Some(&number) = self.by_key.get(key) {
            return number;
        }
        let suffix = key.send_id.as_ref().map_or(String::new(), |id| format!(" {id}"));
        let identifier = self.names.unique(&pascal(&format!("{}{suffix}", key.name), "Event"));
        self.add(key.clone(), identifier, None)
    }

    /// Adds the end of a state.
    pub(super) fn add_done(&mut self, id: &str, state: StateId) {
        let key = Key { name: format!("done.state.{id}"), origin: None, send_id: None };
        self.add(key, String::new(), Some(state));
    }

    fn add(&mut self, key: Key, identifier: String, done: Option<StateId>) -> usize {
        let number = self.all.len();
        self.by_key.insert(key.clone(), number);
        self.by_name.entry(key.name.clone()).or_default().push(number);
        if let Some(state) = done {
            self.by_state.insert(state, number);
        }
        self.all.push(Event { key, identifier, is_made: false, done, fields: Vec::new() });
        number
    }
}

/// Whether a descriptor of a transition matches the name of an event (the recommendation, 3.12.1).
pub(super) fn matches(descriptor: &str, name: &str) -> bool {
    let prefix = base(descriptor);
    prefix.is_empty() || name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A descriptor without the `.*` or `.` that may end it; empty for `*`, which matches all names.
pub(super) fn base(descriptor: &str) -> &str {
    let base = descriptor.strip_suffix('*').unwrap_or(descriptor);
    base.strip_suffix('.').unwrap_or(base)
}

/// Whether a name is one of those that only an SCXML processor gives.
pub(super) fn is_platform_name(name: &str) -> bool {
    ["error", "done"].iter().any(|prefix| matches(prefix, name))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn descriptors_match_by_whole_tokens() {
        for (descriptor, name) in
            [("foo", "foo"), ("foo", "foo.zoo"), ("foo.*", "foo"), ("foo.", "foo.a"), ("*", "a"), (".*", "a")]
        {
            assert!(matches(descriptor, name), "{descriptor} {name}");
        }
        for (descriptor, name) in [("foo", "foos"), ("foo.zoo", "foo"), ("foo", "bar.foo"), ("foo", "Foo")] {
            assert!(!matches(descriptor, name), "{descriptor} {name}");
        }
    }
}
