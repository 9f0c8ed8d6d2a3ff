//! Pictures as PNG: the SVG, rasterised by resvg with the fonts of the system.

use std::fmt;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Tree};

use crate::graph::Graph;
use crate::sequence::{Sequence, sequence_svg};
use crate::style::{Style, Theme};
use crate::svg::svg;

/// The families whose widths the layout counts on, then what comes near.
const FAMILIES: [&str; 7] =
    ["Helvetica", "Arial", "Liberation Sans", "Arimo", "Nimbus Sans", "Noto Sans", "DejaVu Sans"];

/// How many pixels a picture has at most; each takes four bytes of memory.
const LARGEST: u64 = 200_000_000;

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PngError {
    /// The system has no font to write with.
    NoFont,
    /// The picture would be this many pixels wide and high, which is too much.
    TooLarge(u32, u32),
    /// The picture could not be rasterised or encoded.
    Failed(String),
}

impl fmt::Display for PngError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PngError::NoFont => {
                formatter.write_str("no font was found on this system to write the texts of a picture with")
            }
            PngError::TooLarge(width, height) => {
                write!(formatter, "a picture of {width} × {height} pixels is too large")
            }
            PngError::Failed(why) => write!(formatter, "the picture could not be made: {why}"),
        }
    }
}

impl std::error::Error for PngError {}

/// The graph as a picture in PNG, at so many times its size. An automatic theme is the light one.
///
/// # Errors
///
/// If the system has no font, or the picture is too large.
pub fn png(graph: &Graph, style: &Style, scale: f32) -> Result<Vec<u8>, PngError> {
    of_svg(&svg(graph, &decided(style)), scale)
}

/// The same for a sequence.
///
/// # Errors
///
/// If the system has no font, or the picture is too large.
pub fn sequence_png(sequence: &Sequence, style: &Style, scale: f32) -> Result<Vec<u8>, PngError> {
    of_svg(&sequence_svg(sequence, &decided(style)), scale)
}

/// Pixels have one theme only.
fn decided(style: &Style) -> Style {
    let theme = if style.theme == Theme::Auto { Theme::Light } else { style.theme };
    Style { theme, ..style.clone() }
}

fn of_svg(text: &str, scale: f32) -> Result<Vec<u8>, PngError> {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let family = family(&fonts).ok_or(PngError::NoFont)?;
    fonts.set_sans_serif_family(&family);
    let options = Options { font_family: family, fontdb: Arc::new(fonts), ..Options::default() };
    let tree = Tree::from_str(text, &options).map_err(|error| PngError::Failed(error.to_string()))?;
    rasterised(&tree, scale)
}

/// The family to write with: one of those that fit, else whichever there is.
fn family(fonts: &Database) -> Option<String> {
    let known = FAMILIES
        .into_iter()
        .find(|name| fonts.query(&Query { families: &[Family::Name(name)], ..Query::default() }).is_some());
    let any = || fonts.faces().find_map(|face| face.families.first().map(|(name, _)| name.clone()));
    known.map(str::to_owned).or_else(any)
}

fn rasterised(tree: &Tree, scale: f32) -> Result<Vec<u8>, PngError> {
    let size =
        tree.size().scale_by(scale).ok_or_else(|| PngError::Failed(format!("no picture has the scale {scale}")))?;
    let whole = size.to_int_size();
    let (width, height) = (whole.width(), whole.height());
    if u64::from(width) * u64::from(height) > LARGEST {
        return Err(PngError::TooLarge(width, height));
    }
    let mut pixels = Pixmap::new(width, height).ok_or(PngError::TooLarge(width, height))?;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Node;

    #[test]
    fn without_fonts_there_is_no_family() {
        assert_eq!(family(&Database::new()), None);
    }

    #[test]
    fn a_picture_has_the_size_of_the_layout() {
        let mut graph = Graph::new("door");
        graph.add_node(Node { title: vec!["open".to_owned()], ..Node::default() });
        let bytes = png(&graph, &Style::default(), 2.0);
        if bytes == Err(PngError::NoFont) {
            return;
        }
        let bytes = bytes.unwrap();
        assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
        let pixels = Pixmap::decode_png(&bytes).unwrap();
        let text = svg(&graph, &Style::default());
        assert!(
            text.contains(&format!("width=\"{}\" height=\"{}\"", pixels.width() / 2, pixels.height() / 2)),
            "{text}"
        );
        // The name is written: not all pixels of the box have one of the few colours of its border.
        let dark = pixels.pixels().iter().filter(|pixel| pixel.red() < 90).count();
        assert!(dark > 600, "{dark} dark pixels");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let mut graph = Graph::new("");
        graph.add_node(Node::default());
        let result = png(&graph, &Style::default(), 1000.0);
        assert!(matches!(result, Err(PngError::TooLarge(..) | PngError::NoFont)), "{result:?}");
    }
}
