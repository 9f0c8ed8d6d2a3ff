//! Sequences as pictures.

use fsm_draw::{Line, MessageHead, Role, SequenceItem, Shape};

use super::{Item, MessageKind, NoteKind, ParticipantKind, Sequence, later};
use crate::model::Id;

impl Sequence {
    /// The sequence as it is drawn without a program for it.
    #[must_use]
    pub fn picture(&self) -> fsm_draw::Sequence {
        let participants = self.order.iter().map(|&id| {
            let participant = &self.participants[id];
            let (shape, role) = match participant.kind {
                ParticipantKind::Machine => (Shape::Box, Role::Own),
                ParticipantKind::Person => (Shape::Person, Role::Person),
                ParticipantKind::Part => (Shape::Box, Role::External),
                ParticipantKind::Store => (Shape::Cylinder, Role::External),
                ParticipantKind::Environment | ParticipantKind::Host => (Shape::Box, Role::Muted),
            };
            fsm_draw::Participant { id: participant.name.clone(), label: participant.label.clone(), shape, role }
        });
        fsm_draw::Sequence {
            title: self.title.clone(),
            participants: participants.collect(),
            items: self.drawn(&self.items),
        }
    }

    fn drawn(&self, items: &[Item]) -> Vec<SequenceItem> {
        items.iter().map(|item| self.drawn_item(item)).collect()
    }

    fn drawn_item(&self, item: &Item) -> SequenceItem {
        match item {
            Item::Message(message) => {
                let (line, head) = match message.kind {
                    MessageKind::Signal => (Line::Solid, MessageHead::Open),
                    MessageKind::Call => (Line::Solid, MessageHead::Filled),
                    MessageKind::Reply => (Line::Dashed, MessageHead::Filled),
                    MessageKind::Refusal => (Line::Dashed, MessageHead::Cross),
                };
                let (from, to) = (self.place(message.from), self.place(message.to));
                SequenceItem::Message { from, to, label: message.label.clone(), line, head }
            }
            Item::Note(note) => {
                let role = match note.kind {
                    NoteKind::State => Role::Highlight,
                    NoteKind::Remark => Role::Plain,
                    NoteKind::Failure => Role::Wrong,
                };
                SequenceItem::Note { over: self.place(note.over), lines: note.lines.clone(), role }
            }
            Item::Pause(time) => SequenceItem::Bar(later(*time)),
            Item::Frame(frame) => {
                SequenceItem::Frame { label: format!("{} times", frame.times), items: self.drawn(&frame.items) }
            }
        }
    }

    /// The place of a participant from the left; all who do anything are in the order.
    fn place(&self, participant: Id<super::Participant>) -> usize {
        self.order.iter().position(|&known| known == participant).unwrap_or(usize::MAX)
    }
}
