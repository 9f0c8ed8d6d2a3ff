//! C4 diagrams in Mermaid's own C4 syntax. It has no layout to speak of: parts stand in rows, and arrows run straight.
//!
//! The syntax has no way to write every character: the encoding that all other diagrams know is shown as it stands. So the
//! few characters that have a meaning are written in their full-width forms.

use std::fmt::Write as _;

use super::{Level, View};
use crate::diagram::flowchart::{Colour, Identifiers, identifiers};
use crate::model::{Id, Part, PartKind, System};

impl View<'_> {
    /// The level in Mermaid's C4 syntax.
    #[must_use]
    pub fn mermaid_c4(&self) -> String {
        let ids = identifiers(self.system);
        let (diagram, boundary) = match self.level {
            Level::Context => ("C4Context", ""),
            Level::Container => ("C4Container", "System_Boundary"),
            Level::Component(_) => ("C4Component", "Container_Boundary"),
        };
        let mut text = format!("{diagram}\n    title {}\n", plain(&self.title()));
        for &part in &self.around {
            let _ = writeln!(text, "    {}", element(self, &ids, part));
        }
        if let Some(scope) = self.boundary {
            let _ = writeln!(text, "    {boundary}({}, {}) {{", ids.of(scope), quoted(self.system.shown(scope)));
            for &part in &self.inside {
                let _ = writeln!(text, "        {}", element(self, &ids, part));
            }
            let _ = writeln!(text, "    }}");
        } else {
            for &part in &self.inside {
                let _ = writeln!(text, "    {}", element(self, &ids, part));
            }
        }
        for arrow in &self.arrows {
            let (from, to) = (ids.of(arrow.from), ids.of(arrow.to));
            let label = quoted(arrow.label.as_deref().unwrap_or_default());
            let protocol = arrow.protocol.iter().fold(String::new(), |_, protocol| format!(", {}", quoted(protocol)));
            let _ = writeln!(text, "    Rel({from}, {to}, {label}{protocol})");
        }
        for part in self.parts() {
            let (fill, border) = Colour::of(self.kind(part)).fill();
            let id = ids.of(part);
            let _ = writeln!(
                text,
                "    UpdateElementStyle({id}, $fontColor=\"#ffffff\", $bgColor=\"{fill}\", $borderColor=\"{border}\")"
            );
        }
        text
    }
}

/// `Container(Web, "Web shop", "Rust, port 80", "What buyers see.")`
fn element(view: &View<'_>, ids: &Identifiers, id: Id<Part>) -> String {
    let words = view.words(id);
    let kind = view.kind(id);
    let in_container = view.system.parts[id].parent != Some(System::root());
    let (element, has_technology) = match kind {
        PartKind::Person => ("Person", false),
        PartKind::System => ("System", false),
        PartKind::External => ("System_Ext", false),
        PartKind::ExternalStore => ("SystemDb_Ext", false),
        PartKind::Container => ("Container", true),
        PartKind::Component => ("Component", true),
        PartKind::Store if in_container => ("ComponentDb", true),
        PartKind::Store => ("ContainerDb", true),
    };
    let port = words.port.map(|port| format!("port {port}"));
    let made: Vec<_> = words.technology.iter().chain(&port).map(String::as_str).collect();
    let told: Vec<_> = words.runs.iter().chain(&words.description).map(String::as_str).collect();
    let (made, told) = (made.join(", "), told.join(". "));
    let mut arguments = vec![ids.of(id).to_owned(), quoted(&words.name)];
    if has_technology {
        arguments.extend([quoted(&made), quoted(&told)]);
    } else {
        let both: Vec<_> = [made, told].into_iter().filter(|text| !text.is_empty()).collect();
        arguments.push(quoted(&both.join(". ")));
    }
    format!("{element}({})", arguments.join(", "))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// A text on one line, in which nothing has a meaning.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '#' | '%' | '&' | ';' | '<' | '>' | '\\' | '{' | '}' => plain.extend(full_width(letter)),
            _ if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => plain.push(' '),
            _ => plain.push(letter),
        }
    }
    // A direction is looked for in the middle of every line.
    plain.replace("direction", "ｄirection")
}

/// The full-width form of an ASCII character.
fn full_width(letter: char) -> Option<char> {
    char::from_u32(u32::from(letter) + 0xfee0)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_has_a_meaning_is_written_full_width() {
        assert_eq!(plain("Rust + a-b: (c) [d], e's."), "Rust + a-b: (c) [d], e's.");
        assert_eq!(plain("%%{init: \"x\"}%%\n#35; <b>"), "％％｛init: ＂x＂｝％％ ＃35； ＜b＞");
        assert_eq!(plain("direction LR"), "ｄirection LR");
    }
}
