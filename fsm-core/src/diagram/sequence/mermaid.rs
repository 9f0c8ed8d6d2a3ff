//! Sequences as Mermaid `sequenceDiagram`.

use std::fmt::Write as _;

use super::words::lines;
use super::{Item, Message, MessageKind, Note, NoteKind, Participant, ParticipantKind, Sequence, later};
use crate::diagram::flowchart::in_yaml;
use crate::diagram::mermaid::{encode, is_reserved, unique_identifiers};
use crate::model::Id;

/// What is not as it was expected stands on this colour.
const FAILED: &str = "rect rgb(255, 214, 214)";

impl Sequence {
    /// The sequence as Mermaid draws it.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let names = self.participants.iter().map(|participant| participant.name.clone());
        let ids = unique_identifiers(names, "participant_", is_known);
        let title = in_yaml(&self.title);
        let text = format!(
            "---
title: \"{title}\"
---
sequenceDiagram
"
        );
        let mut writer = Writer { sequence: self, ids, text, depth: 1 };
        for &id in &self.order {
            writer.participant(id);
        }
        writer.items(&self.items);
        writer.text
    }
}

/// Whether Mermaid takes a name for something else.
fn is_known(name: &str) -> bool {
    const STARTS: &[&str] = &[
        "activate",
        "actor",
        "alt",
        "and",
        "auto",
        "box",
        "break",
        "create",
        "critical",
        "deactivate",
        "destroy",
        "details",
        "else",
        "end",
        "left",
        "link",
        "loop",
        "note",
        "off",
        "opt",
        "over",
        "par",
        "participant",
        "properties",
        "rect",
        "right",
        "sequence",
        "title",
    ];
    let lower = name.to_ascii_lowercase();
    is_reserved(name) || STARTS.iter().any(|word| lower.starts_with(word))
}

struct Writer<'s> {
    sequence: &'s Sequence,
    ids: Vec<String>,
    text: String,
    depth: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", self.depth * 4);
    }

    fn id(&self, participant: Id<Participant>) -> &str {
        &self.ids[participant.index()]
    }

    fn participant(&mut self, id: Id<Participant>) {
        let participant = &self.sequence.participants[id];
        let keyword = match participant.kind {
            ParticipantKind::Person => "actor",
            ParticipantKind::Machine
            | ParticipantKind::Part
            | ParticipantKind::Store
            | ParticipantKind::Environment
            | ParticipantKind::Host => "participant",
        };
        let label = encoded([participant.label.as_str()].into_iter());
        self.line(&format!("{keyword} {} as {label}", self.id(id)));
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Message(message) => self.message(message),
            Item::Note(note) => self.note(note),
            Item::Pause(time) => self.pause(*time),
            Item::Frame(frame) => {
                let title = format!("loop {} times", frame.times);
                self.block(&title, |writer| writer.items(&frame.items));
            }
        }
    }

    fn message(&mut self, message: &Message) {
        let arrow = match message.kind {
            MessageKind::Signal => "-)",
            MessageKind::Call => "->>",
            MessageKind::Reply => "-->>",
            MessageKind::Refusal => "--x",
        };
        let label = encoded([message.label.as_str()].into_iter());
        self.line(&format!("{}{arrow}{}: {label}", self.id(message.from), self.id(message.to)));
    }

    fn note(&mut self, note: &Note) {
        let words = encoded(note.lines.iter().map(String::as_str));
        let line = format!("Note over {}: {words}", self.id(note.over));
        match note.kind {
            NoteKind::State | NoteKind::Remark => self.line(&line),
            NoteKind::Failure => self.block(FAILED, |writer| writer.line(&line)),
        }
    }

    /// Time passes for all.
    fn pause(&mut self, time: u64) {
        let order = &self.sequence.order;
        let ends = match (order.first(), order.last()) {
            (Some(&first), Some(&last)) if first != last => format!("{},{}", self.id(first), self.id(last)),
            (Some(&first), _) => self.id(first).to_owned(),
            (None, _) => return,
        };
        self.line(&format!("Note over {ends}: {}", encode(&later(time))));
    }

    fn block(&mut self, head: &str, inside: impl FnOnce(&mut Self)) {
        self.line(head);
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line("end");
    }
}

/// Texts, one below the other, in which nothing has a meaning.
fn encoded<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let lines: Vec<_> = texts.flat_map(lines).map(|line| encode(&line)).collect();
    lines.join("<br/>")
}
