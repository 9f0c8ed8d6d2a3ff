//! How a picture looks.

use crate::helvetica;
use crate::text::{Font, Metrics, Spacing};

/// How a picture looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Its colours.
    pub theme: Theme,
    /// Whether the ground is drawn, or left as it is where the picture stands.
    pub ground: bool,
    /// Whether the picture brings the rules of its classes. Without them, the page has them.
    pub rules: bool,
    /// The width in pixels beyond which what is written on edges is wrapped.
    pub label_width: i32,
    /// The width in pixels beyond which texts in boxes are wrapped.
    pub text_width: i32,
}

/// The colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// As the reader's system is set (`prefers-color-scheme`).
    Auto,
}

impl Default for Style {
    fn default() -> Self {
        Style { theme: Theme::Light, ground: true, rules: true, label_width: 180, text_width: 240 }
    }
}

impl Style {
    /// How large texts are in this style, in pixels.
    #[must_use]
    pub fn metrics(&self) -> impl Metrics {
        Pixels::new(self)
    }
}

/// Pixels, and Helvetica.
pub(crate) struct Pixels<'a> {
    style: &'a Style,
    spacing: Spacing,
}

impl<'a> Pixels<'a> {
    pub(crate) fn new(style: &'a Style) -> Pixels<'a> {
        let spacing = Spacing {
            boxes: (36, 28),
            lines: (14, 12),
            label: (5, 3),
            arrow: (18, 18),
            stroke: 0,
            padding: (12, 8),
            inset: (18, 18),
            bow: (18, 18),
            dot: (14, 14),
            sign: (24, 24),
            least: (56, 34),
            rule: 9,
            head: 26,
            cap: 9,
            margin: (16, 16),
        };
        Pixels { style, spacing }
    }
}

/// The size of a font and whether it is bold.
pub(crate) fn size(font: Font) -> (i32, bool) {
    match font {
        Font::Heading => (16, true),
        Font::Title => (13, true),
        Font::Detail | Font::Label => (11, false),
    }
}

impl Metrics for Pixels<'_> {
    fn width(&self, text: &str, font: Font) -> i32 {
        let (size, bold) = size(font);
        let thousandths = i64::from(helvetica::width(text, bold)) * i64::from(size);
        i32::try_from((thousandths + 999) / 1000).unwrap_or(i32::MAX)
    }

    fn line_height(&self, font: Font) -> i32 {
        match font {
            Font::Heading => 22,
            Font::Title => 17,
            Font::Detail => 15,
            Font::Label => 14,
        }
    }

    fn wrap_width(&self, font: Font) -> i32 {
        match font {
            Font::Heading => 640,
            Font::Title | Font::Detail => self.style.text_width,
            Font::Label => self.style.label_width,
        }
    }

    fn spacing(&self) -> &Spacing {
        &self.spacing
    }
}
