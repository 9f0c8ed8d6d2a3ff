//! Rounds that are alike are drawn once.

use super::{Frame, Item, Note, NoteKind, Participant};
use crate::model::Id;

/// How many different rounds are written out.
const MOST: usize = 16;

/// How many of the last rounds are always among them: if something went wrong, it did so there.
const LAST: usize = 2;

/// Rounds one after the other: those in a row that are alike as one frame, and of very many others the first and the
/// last. What is left out is told at `over`.
pub(super) fn folded(rounds: Vec<Vec<Item>>, over: Id<Participant>) -> Vec<Item> {
    let mut groups: Vec<Frame> = Vec::new();
    for items in rounds {
        match groups.last_mut() {
            Some(frame) if frame.items == items => frame.times += 1,
            _ => groups.push(Frame { times: 1, items }),
        }
    }
    groups.retain(|frame| !frame.items.is_empty());
    if groups.len() <= MOST {
        return groups.into_iter().flat_map(written).collect();
    }
    let last = groups.split_off(groups.len() - LAST);
    let left_out = groups.split_off(MOST - LAST);
    let count: usize = left_out.iter().map(|frame| frame.times).sum();
    let more = Note { over, lines: vec![format!("… {count} more")], kind: NoteKind::Remark };
    let mut items: Vec<_> = groups.into_iter().flat_map(written).collect();
    items.push(Item::Note(more));
    items.extend(last.into_iter().flat_map(written));
    items
}

/// What happened once needs no frame.
fn written(frame: Frame) -> Vec<Item> {
    if frame.times == 1 { frame.items } else { vec![Item::Frame(frame)] }
}

#[cfg(test)]
mod tests {
    use super::folded;
    use crate::diagram::sequence::{Frame, Item};
    use crate::model::Id;

    fn rounds(of: &[u64]) -> Vec<Vec<Item>> {
        of.iter().map(|time| vec![Item::Pause(*time)]).collect()
    }

    #[test]
    fn alike_rounds_become_a_frame() {
        let [first, frame, last] = &folded(rounds(&[1, 2, 2, 2, 3]), Id::new(0))[..] else { panic!("three items") };
        assert_eq!((first, last), (&Item::Pause(1), &Item::Pause(3)));
        assert_eq!(*frame, Item::Frame(Frame { times: 3, items: vec![Item::Pause(2)] }));
        assert_eq!(folded(vec![Vec::new(); 9], Id::new(0)), []);
    }

    #[test]
    fn of_very_many_rounds_the_first_and_the_last_are_written() {
        let items = folded(rounds(&(0..100).collect::<Vec<_>>()), Id::new(0));
        let Item::Note(note) = &items[14] else { panic!("a note: {items:?}") };
        assert_eq!(note.lines, ["… 84 more"]);
        assert_eq!(items.len(), 17);
        assert_eq!(items[16], Item::Pause(99));
    }
}
