//! Pictures of sequences: participants beside each other, and what passes between them from the top down.
//!
//! Participants stand as near to each other as what is written between them allows: a longest way through constraints from
//! left to right.

use std::fmt::{self, Write as _};

use crate::graph::{Arrow, Line, Role, Shape};
use crate::layout::{Point, Rect, Text};
use crate::style::{Pixels, Style};
use crate::svg::{Setting, arrowhead, close, escaped, open, outline, role_name, shape_name, write_text};
use crate::text::{Block, Font, Metrics as _};

/// What passes between participants, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    /// What is written above it; empty for nothing.
    pub title: String,
    /// Who takes part, from left to right.
    pub participants: Vec<Participant>,
    /// What happens, from the top down.
    pub items: Vec<SequenceItem>,
}

/// Somebody who takes part in a [`Sequence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// By what programs find it in the picture.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The form of its head.
    pub shape: Shape,
    /// What it is coloured as.
    pub role: Role,
}

/// One thing in a [`Sequence`]. Participants are told by their places; what is said of one that does not exist is not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SequenceItem {
    /// Something that one participant sends to another, or to itself.
    Message {
        /// The sender.
        from: usize,
        /// The receiver.
        to: usize,
        /// What it says.
        label: String,
        /// The line of its arrow.
        line: Line,
        /// The head of its arrow.
        head: MessageHead,
    },
    /// Words at a participant.
    Note {
        /// The participant.
        over: usize,
        /// What is said, one text a line.
        lines: Vec<String>,
        /// What it is coloured as.
        role: Role,
    },
    /// Words across all participants, such as time that passes.
    Bar(String),
    /// Items that belong together.
    Frame {
        /// What is said of them.
        label: String,
        /// The items.
        items: Vec<SequenceItem>,
    },
}

/// The head of the arrow of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageHead {
    /// A call, or its answer.
    Filled,
    /// A signal, for whose answer nobody waits.
    Open,
    /// Something that is refused.
    Cross,
}

/// How far an arrow from a participant to itself stands out, and how high it is.
const LOOP: (i32, i32) = (26, 16);

/// Between what stands below each other.
const GAP: i32 = 12;

/// Around words between two lifelines.
const ROOM: i32 = 16;

/// How much narrower a frame is than the one around it.
const STEP: i32 = 8;

/// The height of the corner in which a frame says what it is.
const CORNER: i32 = 18;

/// The sequence as a picture in SVG.
#[must_use]
pub fn sequence_svg(sequence: &Sequence, style: &Style) -> String {
    let metrics = Pixels::new(style);
    let mut plan = Plan::new(sequence, &metrics);
    let mut body = String::new();
    let mut frames = String::new();
    plan.items(&sequence.items, 0, &mut frames, &mut body);
    let size = plan.size();
    let roles = roles(sequence);
    let mut out = String::new();
    open(&mut out, (size.w, size.h), (&sequence.title, ""), style, &roles);
    write_text(&mut out, &plan.heading, &Setting { class: "heading", font: Font::Heading, middle: false }, &metrics);
    out.push_str(&frames);
    for (&x, head) in plan.places.iter().zip(&plan.heads) {
        write_to(&mut out, format_args!("<path class=\"separator\" d=\"M{x} {}V{}\"/>\n", head.rect.bottom(), plan.y));
    }
    out.push_str(&body);
    for (participant, head) in sequence.participants.iter().zip(&plan.heads) {
        let (shape, role) = (shape_name(participant.shape), role_name(participant.role));
        write_to(
            &mut out,
            format_args!("<g class=\"node {shape} {role}\" data-id=\"{}\">\n", escaped(&participant.id)),
        );
        out.push_str(&outline(participant.shape, head.rect, None, metrics.spacing()));
        write_text(&mut out, &head.text, &Setting { class: "title", font: Font::Title, middle: true }, &metrics);
        out.push_str("</g>\n");
    }
    close(&mut out);
    out
}

/// The roles that are used.
fn roles(sequence: &Sequence) -> Vec<Role> {
    let mut roles = vec![Role::Plain, Role::Wrong];
    let mut add = |role: Role| {
        if !roles.contains(&role) {
            roles.push(role);
        }
    };
    sequence.participants.iter().for_each(|participant| add(participant.role));
    let mut open: Vec<_> = sequence.items.iter().collect();
    while let Some(item) = open.pop() {
        match item {
            SequenceItem::Note { role, .. } => add(*role),
            SequenceItem::Frame { items, .. } => open.extend(items),
            SequenceItem::Message { .. } | SequenceItem::Bar(_) => {}
        }
    }
    roles
}

/// The head of a participant.
struct Head {
    rect: Rect,
    text: Text,
}

/// Where everything stands.
struct Plan<'s> {
    sequence: &'s Sequence,
    metrics: &'s Pixels<'s>,
    heading: Text,
    heads: Vec<Head>,
    /// Where the lifelines are, from left to right.
    places: Vec<i32>,
    /// The left and the right end of what is drawn.
    sides: (i32, i32),
    /// How far down everything is so far.
    y: i32,
}

impl<'s> Plan<'s> {
    fn new(sequence: &'s Sequence, metrics: &'s Pixels<'s>) -> Self {
        let margin = metrics.spacing().margin;
        let mut plan = Plan {
            sequence,
            metrics,
            heading: Text::default(),
            heads: Vec::new(),
            places: Vec::new(),
            sides: (margin.0, margin.0),
            y: margin.1,
        };
        plan.place();
        let (left, right) = plan.sides;
        if !sequence.title.is_empty() {
            let block = plan.block(&[&sequence.title], Font::Heading);
            plan.sides.1 = right.max(left + block.width);
            plan.heading = Text { rect: Rect { x: left, y: plan.y, w: block.width, h: block.height }, block };
            plan.y += plan.heading.rect.h + GAP;
        }
        plan.add_heads();
        plan
    }

    fn block(&self, texts: &[&str], font: Font) -> Block {
        let texts: Vec<_> = texts.iter().map(|&text| text.to_owned()).collect();
        Block::wrapped(&texts, font, self.metrics)
    }

    fn note(&self, lines: &[String]) -> Block {
        Block::wrapped(lines, Font::Detail, self.metrics)
    }

    /// The size of the head of a participant.
    fn head(&self, place: usize) -> (Block, i32, i32) {
        let (participant, spacing) = (&self.sequence.participants[place], self.metrics.spacing());
        let block = self.block(&[&participant.label], Font::Title);
        let above = match participant.shape {
            Shape::Person => spacing.head,
            Shape::Cylinder => 2 * spacing.cap,
            _ => 0,
        };
        let width = (block.width + 2 * spacing.padding.0).max(spacing.least.0);
        let height = block.height + 2 * spacing.padding.1 + above;
        (block, width, height)
    }

    /// Finds a place for every lifeline: as far to the left as all that is to stand between two of them allows.
    fn place(&mut self) {
        let count = self.sequence.participants.len();
        let widths: Vec<_> = (0..count).map(|place| self.head(place).1).collect();
        // What lies at the outside is as far away as these say.
        let mut before = widths.first().map_or(0, |width| width / 2);
        let mut behind = widths.last().map_or(0, |width| width / 2);
        let mut distances: Vec<(usize, usize, i32)> =
            (1..count).map(|at| (at - 1, at, i32::midpoint(widths[at - 1], widths[at]) + 2 * GAP)).collect();
        let mut depth = 0;
        let mut open: Vec<(&SequenceItem, i32)> = self.sequence.items.iter().map(|item| (item, 1)).collect();
        while let Some((item, level)) = open.pop() {
            match item {
                SequenceItem::Message { from, to, label, .. } if *from < count && *to < count => {
                    let width = self.block(&[label], Font::Label).width;
                    let (low, high) = (*from.min(to), *from.max(to));
                    if low < high {
                        distances.push((low, high, width + 2 * ROOM));
                    } else if low + 1 < count {
                        distances.push((low, low + 1, LOOP.0 + width + ROOM));
                    } else {
                        behind = behind.max(LOOP.0 + width + ROOM);
                    }
                }
                SequenceItem::Note { over, lines, .. } if *over < count => {
                    let half = self.note(lines).width / 2 + self.metrics.spacing().padding.0 + GAP;
                    match over.checked_sub(1) {
                        Some(left) => distances.push((left, *over, half)),
                        None => before = before.max(half),
                    }
                    if over + 1 < count {
                        distances.push((*over, over + 1, half));
                    } else {
                        behind = behind.max(half);
                    }
                }
                SequenceItem::Frame { items, .. } => {
                    depth = depth.max(level);
                    open.extend(items.iter().map(|item| (item, level + 1)));
                }
                SequenceItem::Message { .. } | SequenceItem::Note { .. } | SequenceItem::Bar(_) => {}
            }
        }
        let margin = self.sides.0;
        let outside = depth * STEP;
        self.places = vec![margin + outside + before; count];
        for at in 0..count {
            for &(from, to, distance) in distances.iter().filter(|(_, to, _)| *to == at) {
                self.places[to] = self.places[to].max(self.places[from] + distance);
            }
        }
        self.sides.1 = self.places.last().map_or(margin, |last| last + behind + outside);
    }

    fn add_heads(&mut self) {
        let sizes: Vec<_> = (0..self.places.len()).map(|place| self.head(place)).collect();
        let height = sizes.iter().map(|(_, _, height)| *height).max().unwrap_or(0);
        let padding = self.metrics.spacing().padding.1;
        for ((block, w, h), &x) in sizes.into_iter().zip(&self.places) {
            let rect = Rect { x: x - w / 2, y: self.y + height - h, w, h };
            let text = Rect {
                x: x - block.width / 2,
                y: rect.bottom() - padding - block.height,
                w: block.width,
                h: block.height,
            };
            self.heads.push(Head { rect, text: Text { rect: text, block } });
        }
        self.y += height + GAP;
    }

    /// The size of the whole picture.
    fn size(&self) -> Rect {
        let margin = self.metrics.spacing().margin;
        Rect { x: 0, y: 0, w: self.sides.1 + margin.0, h: self.y + margin.1 }
    }

    fn items(&mut self, items: &[SequenceItem], depth: i32, frames: &mut String, out: &mut String) {
        for item in items {
            match item {
                SequenceItem::Message { from, to, label, line, head } => {
                    if let (Some(&from), Some(&to)) = (self.places.get(*from), self.places.get(*to)) {
                        self.message((from, to), label, *line, *head, out);
                    }
                }
                SequenceItem::Note { over, lines, role } => {
                    if let Some(&x) = self.places.get(*over) {
                        let block = self.note(lines);
                        self.boxed(x, block, *role, out);
                    }
                }
                SequenceItem::Bar(text) => self.bar(text, depth, out),
                SequenceItem::Frame { label, items } => self.frame(label, items, depth, frames, out),
            }
        }
    }

    fn message(&mut self, (from, to): (i32, i32), label: &str, line: Line, head: MessageHead, out: &mut String) {
        let block = self.block(&[label], Font::Label);
        let class = match line {
            Line::Solid => "line",
            Line::Dashed => "line dashed",
            Line::Dotted => "line dotted",
        };
        let mut points = if from == to {
            let top = self.y + (block.height - LOOP.1).max(0) / 2;
            let right = from + LOOP.0;
            let corners = [(from, top), (right, top), (right, top + LOOP.1), (from, top + LOOP.1)];
            let points = corners.map(|(x, y)| Point { x, y }).to_vec();
            self.words(block, right + 4 + ROOM / 4, out);
            self.y = self.y.max(top + LOOP.1) + GAP;
            points
        } else {
            let middle = (from + to - block.width) / 2;
            self.words(block, middle, out);
            let y = self.y + 4;
            self.y = y + GAP;
            vec![Point { x: from, y }, Point { x: to, y }]
        };
        let tip = points[points.len() - 1];
        out.push_str("<g class=\"edge plain\">\n");
        let head = match head {
            MessageHead::Filled => arrowhead(Arrow::Filled, &mut points, true),
            MessageHead::Open => arrowhead(Arrow::Open, &mut points, true),
            MessageHead::Cross => cross(tip, if to < from { 1 } else { -1 }),
        };
        let path: Vec<_> = points.iter().map(|point| format!("{} {}", point.x, point.y)).collect();
        write_to(out, format_args!("<path class=\"{class}\" d=\"M{}\"/>\n{head}</g>\n", path.join("L")));
    }

    /// Words that begin at `x`, in front of the lifelines behind them.
    fn words(&mut self, block: Block, x: i32, out: &mut String) {
        let rect = Rect { x, y: self.y, w: block.width, h: block.height };
        if !block.is_empty() {
            write_to(
                out,
                format_args!(
                    "<rect class=\"ground\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
                    rect.x - 2,
                    rect.y,
                    rect.w + 4,
                    rect.h
                ),
            );
        }
        write_text(out, &Text { rect, block }, &Setting { class: "", font: Font::Label, middle: false }, self.metrics);
        self.y += rect.h;
    }

    /// A box with words in the middle of a lifeline.
    fn boxed(&mut self, x: i32, block: Block, role: Role, out: &mut String) {
        let (across, down) = self.metrics.spacing().padding;
        let w = block.width + 2 * across;
        let rect = Rect { x: x - w / 2, y: self.y, w, h: block.height + down };
        write_to(out, format_args!("<g class=\"node shape-note {}\">\n", role_name(role)));
        out.push_str(&outline(Shape::State, rect, None, self.metrics.spacing()));
        let text = Rect { x: x - block.width / 2, y: rect.y + down / 2, w: block.width, h: block.height };
        write_text(
            out,
            &Text { rect: text, block },
            &Setting { class: "", font: Font::Detail, middle: true },
            self.metrics,
        );
        out.push_str("</g>\n");
        self.y = rect.bottom() + GAP;
    }

    /// Words between two rules across all participants.
    fn bar(&mut self, text: &str, depth: i32, out: &mut String) {
        let block = self.block(&[text], Font::Detail);
        let (left, right) = (self.sides.0 + depth * STEP, self.sides.1 - depth * STEP);
        let middle = i32::midpoint(left, right);
        let y = self.y + block.height / 2;
        write_to(out, format_args!("<path class=\"separator\" d=\"M{left} {y}H{right}\"/>\n"));
        let x = middle - block.width / 2;
        let gap = self.y;
        self.words(block, x, out);
        self.y = self.y.max(gap) + GAP;
    }

    fn frame(&mut self, label: &str, items: &[SequenceItem], depth: i32, frames: &mut String, out: &mut String) {
        let (left, right, top) = (self.sides.0 + depth * STEP, self.sides.1 - depth * STEP, self.y);
        let block = self.block(&[label], Font::Label);
        let (w, h) = (block.width + 2 * ROOM, CORNER.max(block.height + 4));
        let (corner, bottom) = (left + w, top + h);
        out.push_str("<g class=\"edge muted\">\n");
        write_to(
            out,
            format_args!(
                "<path class=\"ground\" d=\"M{left} {bottom}H{}L{corner} {}V{top}H{left}Z\"/>\n",
                corner - 8,
                bottom - 8
            ),
        );
        write_to(
            out,
            format_args!(
                "<path class=\"line\" d=\"M{left} {bottom}H{}L{corner} {}V{top}\"/>\n",
                corner - 8,
                bottom - 8
            ),
        );
        let text = Rect { x: left + ROOM / 2, y: top + 2, w: block.width, h: block.height };
        let setting = Setting { class: "", font: Font::Label, middle: false };
        write_text(out, &Text { rect: text, block }, &setting, self.metrics);
        out.push_str("</g>\n");
        self.y += h + GAP / 2;
        self.items(items, depth + 1, frames, out);
        let (width, height) = (right - left, self.y - top);
        write_to(
            frames,
            format_args!(
                "<g class=\"edge muted\"><rect class=\"line\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"2\"/></g>\n"
            ),
        );
        self.y += GAP;
    }
}

fn write_to(out: &mut String, text: fmt::Arguments<'_>) {
    // Texts take all that is written.
    let _ = out.write_fmt(text);
}

/// A cross beside the end of a line, on the side from which the line comes.
fn cross(tip: Point, side: i32) -> String {
    let (x, y) = (tip.x + side * 7, tip.y);
    format!(
        "<path class=\"line\" d=\"M{} {}L{} {}M{} {}L{} {}\"/>\n",
        x - 5,
        y - 5,
        x + 5,
        y + 5,
        x - 5,
        y + 5,
        x + 5,
        y - 5
    )
}
