//! Sequences as PlantUML.

use std::fmt::Write as _;

use super::words::lines;
use super::{Item, Message, MessageKind, Note, NoteKind, Participant, ParticipantKind, Sequence, later};
use crate::diagram::plantuml::escaped;
use crate::model::Id;

impl Sequence {
    /// The sequence as PlantUML draws it.
    #[must_use]
    pub fn plantuml(&self) -> String {
        let text = format!("@startuml\ntitle {}\nhide footbox\n", escaped(&self.title));
        let mut writer = Writer { sequence: self, text, depth: 0 };
        for &id in &self.order {
            writer.participant(id);
        }
        writer.items(&self.items);
        writer.text.push_str("@enduml\n");
        writer.text
    }
}

struct Writer<'s> {
    sequence: &'s Sequence,
    text: String,
    depth: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", self.depth * 4);
    }

    fn participant(&mut self, id: Id<Participant>) {
        let participant = &self.sequence.participants[id];
        let keyword = match participant.kind {
            ParticipantKind::Person => "actor",
            ParticipantKind::Store => "database",
            ParticipantKind::Machine | ParticipantKind::Part | ParticipantKind::Environment | ParticipantKind::Host => {
                "participant"
            }
        };
        let label = escaped_lines([participant.label.as_str()].into_iter());
        self.line(&format!("{keyword} \"{label}\" as {}", name(id)));
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
            Item::Pause(time) => self.line(&format!("...{}...", escaped(&later(*time)))),
            Item::Frame(frame) => {
                self.line(&format!("loop {} times", frame.times));
                self.depth += 1;
                self.items(&frame.items);
                self.depth -= 1;
                self.line("end");
            }
        }
    }

    fn message(&mut self, message: &Message) {
        let arrow = match message.kind {
            MessageKind::Signal => "->>",
            MessageKind::Call => "->",
            MessageKind::Reply => "-->",
            MessageKind::Refusal => "-->x",
        };
        let label = escaped_lines([message.label.as_str()].into_iter());
        self.line(&format!("{} {arrow} {} : {label}", name(message.from), name(message.to)));
    }

    fn note(&mut self, note: &Note) {
        let words = escaped_lines(note.lines.iter().map(String::as_str));
        let (shape, colour) = match note.kind {
            NoteKind::State => ("hnote", ""),
            NoteKind::Remark => ("note", ""),
            NoteKind::Failure => ("note", " #FFD6D6"),
        };
        self.line(&format!("{shape} over {}{colour} : {words}", name(note.over)));
    }
}

/// The word for a participant: no word of PlantUML, whatever the participant is called.
fn name(participant: Id<Participant>) -> String {
    format!("p{}", participant.index() + 1)
}

/// Texts, one below the other, in which nothing has a meaning.
fn escaped_lines<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let lines: Vec<_> = texts.flat_map(lines).map(|line| escaped(&line)).collect();
    lines.join("\\n")
}
