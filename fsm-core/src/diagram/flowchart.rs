//! What Mermaid's flow charts of systems have in common: identifiers, lines of text, shapes, colours.
//!
//! All text goes through the encoding of state diagrams, line by line: within quotes it holds for flow charts as well.

use std::fmt::Write as _;

use super::lines::Lines;
use super::mermaid::{self, encode};
use super::{Direction, Options};
use crate::model::{Id, Part, PartKind, System};

/// A flow chart that is being written.
pub(super) struct Flowchart {
    lines: Lines,
    direction: &'static str,
}

/// What a part is coloured as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Colour {
    Person,
    Own,
    External,
}

impl Colour {
    pub(super) fn of(kind: PartKind) -> Self {
        match kind {
            PartKind::Person => Colour::Person,
            PartKind::External | PartKind::ExternalStore => Colour::External,
            PartKind::System | PartKind::Container | PartKind::Component | PartKind::Store => Colour::Own,
        }
    }

    /// The name of its class; no identifier of a part is the same.
    fn class(self) -> &'static str {
        match self {
            Colour::Person => "c4_person",
            Colour::Own => "c4_own",
            Colour::External => "c4_external",
        }
    }

    /// The colour of the shape and that of its border, under white words.
    pub(super) fn fill(self) -> (&'static str, &'static str) {
        match self {
            Colour::Person => ("#08427b", "#052e56"),
            Colour::Own => ("#1168bd", "#0b4884"),
            Colour::External => ("#686868", "#4d4d4d"),
        }
    }
}

impl Flowchart {
    /// A chart with a title above it.
    pub(super) fn new(title: &str, options: &Options) -> Self {
        let direction = if options.direction == Direction::Right { "LR" } else { "TB" };
        let mut chart = Flowchart { lines: Lines::default(), direction };
        chart.line("---");
        chart.line(&format!("title: \"{}\"", in_yaml(title)));
        for line in mermaid::theme(options.theme) {
            chart.line(&line);
        }
        chart.line("---");
        chart.line(&format!("flowchart {direction}"));
        chart.lines.indent();
        chart
    }

    pub(super) fn line(&mut self, line: &str) {
        self.lines.line(line);
    }

    /// A box, or for a store a cylinder, with lines of text that are encoded already.
    pub(super) fn node(&mut self, id: &str, kind: PartKind, lines: &[String]) {
        let (open, close) = match kind {
            PartKind::Store | PartKind::ExternalStore => ("[(", ")]"),
            PartKind::Person => ("([", "])"),
            _ => ("[", "]"),
        };
        let class = Colour::of(kind).class();
        // Between two dollar signs Mermaid sets formulas, encoded or not: a character without width keeps them apart.
        let lines = lines.join("<br/>").replace("#36;#36;", "#36;#8203;#36;");
        self.line(&format!("{id}{open}\"{lines}\"{close}:::{class}"));
    }

    /// What lies inside a boundary is written by `inside`. The words stand on one line, since Mermaid leaves room for no
    /// more.
    pub(super) fn boundary(&mut self, id: &str, words: &[String], inside: impl FnOnce(&mut Self)) {
        self.subgraph(id, &words.join(" "), inside);
        self.line(&format!("style {id} fill:none,stroke:#1168bd,stroke-width:2px,stroke-dasharray:6 4"));
    }

    /// A subgraph that runs as the whole does: without being told, Mermaid turns those that no arrow leaves.
    fn subgraph(&mut self, id: &str, words: &str, inside: impl FnOnce(&mut Self)) {
        self.line(&format!("subgraph {id}[\"{words}\"]"));
        self.lines.indent();
        self.line(&format!("direction {}", self.direction));
        inside(self);
        self.lines.dedent();
        self.line("end");
    }

    /// An arrow; without words a bare one.
    pub(super) fn arrow(&mut self, from: &str, to: &str, lines: &[String]) {
        if lines.is_empty() {
            self.line(&format!("{from} --> {to}"));
        } else {
            self.line(&format!("{from} -->|\"{}\"| {to}", lines.join("<br/>")));
        }
    }

    /// What the shapes and colours stand for, of those that were used, and the colours themselves.
    pub(super) fn finish(mut self, kinds: impl Iterator<Item = PartKind>) -> String {
        let mut kinds: Vec<_> = kinds.collect();
        kinds.sort_by_key(|kind| kind_name(*kind));
        kinds.dedup();
        let ids: Vec<_> = kinds.iter().map(|kind| format!("c4_key_{}", kind.word().replace(' ', "_"))).collect();
        self.subgraph("c4_key", "Key", |key| {
            for (kind, id) in kinds.iter().zip(&ids) {
                key.node(id, *kind, &[kind_name(*kind).to_owned()]);
            }
            for pair in ids.windows(2) {
                key.line(&format!("{} ~~~ {}", pair[0], pair[1]));
            }
        });
        self.line("style c4_key fill:none,stroke:#999999");
        let mut colours: Vec<_> = kinds.into_iter().map(Colour::of).collect();
        colours.sort_unstable();
        colours.dedup();
        for colour in colours {
            let (fill, stroke) = colour.fill();
            self.line(&format!("classDef {} fill:{fill},stroke:{stroke},color:#ffffff", colour.class()));
        }
        self.lines.finish()
    }
}

/// What the key calls a kind of part.
pub(super) fn kind_name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::System => "System",
        PartKind::Person => "Person",
        PartKind::External => "External system",
        PartKind::ExternalStore => "External store",
        PartKind::Container => "Container",
        PartKind::Component => "Component",
        PartKind::Store => "Store",
    }
}

/// A line of a box or an arrow. Before what stands in brackets nothing has a meaning, and the bracket has none.
pub(super) fn line(text: &str) -> String {
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(inside) => format!("[{}]", encode(inside)),
        None => encode(text),
    }
}

/// Identifiers of parts: their names, where Mermaid takes them for nothing else.
pub(super) fn identifiers(system: &System) -> Identifiers {
    let names = system.parts.iter().map(|part| part.name.text.clone());
    Identifiers(mermaid::unique_identifiers(names, "part_", |name| {
        let lower = name.to_ascii_lowercase();
        let starts = [
            "graph",
            "call",
            "flowchart",
            "subgraph",
            "linkstyle",
            "interpolate",
            "c4",
            "part_",
            "person",
            "system",
            "container",
            "component",
            "rel",
            "bi",
            "update",
            "title",
            "enterprise",
            "boundary",
            "deployment",
            "node",
        ];
        mermaid::is_reserved(name) || starts.iter().any(|word| lower.starts_with(word))
    }))
}

/// The identifiers of the parts of a system.
pub(super) struct Identifiers(Vec<String>);

impl Identifiers {
    pub(super) fn of(&self, part: Id<Part>) -> &str {
        &self.0[part.index()]
    }
}

/// A text within the double quotes of YAML, in which nothing has a meaning.
pub(super) fn in_yaml(text: &str) -> String {
    let mut quoted = String::new();
    for letter in text.chars() {
        if letter == ' ' || letter.is_ascii_alphanumeric() || matches!(letter, ':' | ',' | '.' | '(' | ')') {
            quoted.push(letter);
        } else if letter.is_control() {
            quoted.push(' ');
        } else if matches!(letter, '<' | '>') {
            // Mermaid takes tags out of titles.
            quoted.push(if letter == '<' { '＜' } else { '＞' });
        } else {
            let _ = write!(quoted, "\\U{:08x}", u32::from(letter));
        }
    }
    quoted
}

/// The first paragraph of the documentation of a part, on one line.
pub(super) fn description(part: &Part) -> Option<String> {
    let lines = part.notes.docs.iter().map(|line| line.trim()).skip_while(|line| line.is_empty());
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

#[cfg(test)]
mod tests {
    use super::in_yaml;

    #[test]
    fn nothing_in_a_title_means_anything_to_yaml() {
        assert_eq!(in_yaml("Shop: containers"), "Shop: containers");
        assert_eq!(in_yaml("a\"b\\c\nd#%"), "a\\U00000022b\\U0000005cc d\\U00000023\\U00000025");
    }
}
