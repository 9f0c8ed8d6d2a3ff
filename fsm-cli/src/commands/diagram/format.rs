//! The formats of diagrams. A new one is a variant of [`Format`] and its line in each function.

use std::path::Path;

use clap::ValueEnum;
use fsm_core::diagram::{Diagram, Theme};
use fsm_draw::{Characters, Graph, Style};

use super::Notation;
use crate::failure::Failure;

/// How a diagram is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Mermaid, which GitHub, GitLab and many editors draw
    Mermaid,
    /// PlantUML
    Plantuml,
    /// DOT, the language of Graphviz
    Dot,
    /// A picture for pages and documents
    Svg,
    /// A picture in pixels, at twice the usual density
    Png,
    /// A picture made of characters, for terminals and comments
    Text,
    /// The same of ASCII characters
    Ascii,
}

/// How many pixels of a picture stand for one of its layout.
const DENSITY: f32 = 2.0;

impl Format {
    /// The format of files that are called so.
    pub(super) fn of(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?;
        Format::value_variants().iter().copied().find(|format| format.extensions().contains(&extension))
    }

    /// How files of this format end.
    pub(super) fn extension(self) -> &'static str {
        self.extensions()[0]
    }

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Format::Mermaid => &["mmd", "mermaid"],
            Format::Plantuml => &["puml", "plantuml"],
            Format::Dot => &["gv", "dot"],
            Format::Svg => &["svg"],
            Format::Png => &["png"],
            Format::Text | Format::Ascii => &["txt"],
        }
    }

    /// What Markdown calls it.
    pub(super) fn language(self) -> &'static str {
        match self {
            Format::Mermaid => "mermaid",
            Format::Plantuml => "plantuml",
            Format::Dot => "dot",
            Format::Svg => "svg",
            Format::Png => "png",
            Format::Text | Format::Ascii => "text",
        }
    }

    /// Writes a diagram.
    pub(super) fn write(
        self,
        diagram: &Diagram<'_>,
        theme: Option<Theme>,
        notation: Notation,
    ) -> Result<Vec<u8>, Failure> {
        let text = match (self, diagram) {
            (Format::Mermaid, Diagram::Level(view)) if notation == Notation::C4 => view.mermaid_c4(),
            (Format::Mermaid, _) => diagram.mermaid(),
            (Format::Plantuml, _) => diagram.plantuml(),
            (Format::Dot, _) => fsm_draw::dot(&graph(diagram)?),
            (Format::Svg, Diagram::Sequence(sequence)) => fsm_draw::sequence_svg(&sequence.picture(), &style(theme)),
            (Format::Svg, _) => fsm_draw::svg(&graph(diagram)?, &style(theme)),
            (Format::Png, _) => return png(diagram, &style(theme)),
            (Format::Text, _) => fsm_draw::art(&graph(diagram)?, Characters::Unicode),
            (Format::Ascii, _) => fsm_draw::art(&graph(diagram)?, Characters::Ascii),
        };
        Ok(text.into_bytes())
    }
}

/// The boxes and arrows of a diagram that is made of them.
fn graph(diagram: &Diagram<'_>) -> Result<Graph, Failure> {
    diagram.graph().ok_or_else(|| {
        Failure::new("this kind of diagram is not drawn in this format")
            .help("draw it as `mermaid`, `plantuml`, `svg` or `png`")
    })
}

fn png(diagram: &Diagram<'_>, style: &Style) -> Result<Vec<u8>, Failure> {
    let pixels = match diagram {
        Diagram::Sequence(sequence) => fsm_draw::sequence_png(&sequence.picture(), style, DENSITY),
        diagram => fsm_draw::png(&graph(diagram)?, style, DENSITY),
    };
    pixels.map_err(|error| Failure::new(error.to_string()))
}

/// Pictures without a theme follow the system of their reader.
fn style(theme: Option<Theme>) -> Style {
    let theme = match theme {
        Some(Theme::Light) => fsm_draw::Theme::Light,
        Some(Theme::Dark) => fsm_draw::Theme::Dark,
        None => fsm_draw::Theme::Auto,
    };
    Style { theme, ..Style::default() }
}
