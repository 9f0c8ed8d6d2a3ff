//! A child of a level with what lies beside it and moves along: arrows to itself behind it, notes before it.
//!
//! Across the direction, an item is `notes · body · bows`.

use crate::graph::{Direction, EdgeId, NodeId};
use crate::text::Spacing;

use super::geometry::{Point, Rect, Size, turned};

/// A child of a level, with its company; places are counted from the item's own.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) size: Size,
    pub(super) body: Rect,
    pub(super) bows: Vec<Bow>,
    pub(super) notes: Vec<Tied>,
}

/// An arrow from a node to itself.
#[derive(Debug, Clone)]
pub(super) struct Bow {
    pub(super) edge: EdgeId,
    pub(super) points: Vec<Point>,
    pub(super) label: Option<Rect>,
}

/// A note beside a node, and the line that ties it.
#[derive(Debug, Clone)]
pub(super) struct Tied {
    pub(super) note: NodeId,
    pub(super) rect: Rect,
    pub(super) edge: EdgeId,
    /// From the note to the node.
    pub(super) points: Vec<Point>,
}

/// Puts a child and its company together. Sizes are given along the axes of the level.
pub(super) fn item(
    body: Size,
    bows: &[(EdgeId, Size)],
    notes: &[(NodeId, EdgeId, Size)],
    spacing: &Spacing,
    direction: Direction,
) -> Item {
    let gap = turned(spacing.lines, direction);
    let bow = turned(spacing.bow, direction);
    let apart = turned(spacing.boxes, direction);
    let label_gap = turned(spacing.label, direction).0;

    let extents: Vec<_> = bows.iter().map(|(_, label)| label.h.max(bow.1 + spacing.stroke)).collect();
    let needed = extents.iter().map(|extent| extent + gap.1).sum::<i32>() + gap.1;
    let body = Size { w: body.w, h: if bows.is_empty() { body.h } else { body.h.max(needed) } };

    let notes_width = notes.iter().map(|(_, _, size)| size.w + apart.0).max().unwrap_or(0);
    let notes_height = notes.iter().map(|(_, _, size)| size.h + gap.1).sum::<i32>() - gap.1;
    let labels_width = bows.iter().map(|(_, label)| if label.w > 0 { label.w + label_gap } else { 0 }).max();
    let bows_width = labels_width.map_or(0, |width| width + bow.0);
    let height = body.h.max(notes_height);
    let rect = Rect { x: notes_width, y: (height - body.h) / 2, w: body.w, h: body.h };

    let mut y = rect.y + (body.h - needed) / 2 + gap.1;
    let mut placed_bows = Vec::new();
    for (&(edge, label), extent) in bows.iter().zip(extents) {
        let inner = bow.1.min(extent);
        let (first, last) = (y + (extent - inner) / 2, y + (extent - inner) / 2 + inner);
        let out = rect.right() + bow.0;
        let points = vec![
            Point::new(rect.right(), first),
            Point::new(out, first),
            Point::new(out, last),
            Point::new(rect.right(), last),
        ];
        let label_at = Point::new(out + label_gap, y + (extent - label.h) / 2);
        placed_bows.push(Bow { edge, points, label: (label.w > 0).then_some(Rect::at(label_at, label)) });
        y += extent + gap.1;
    }

    let mut y = (height - notes_height) / 2;
    let mut placed_notes = Vec::new();
    for &(note, edge, size) in notes {
        let at = Rect { x: notes_width - apart.0 - size.w, y, w: size.w, h: size.h };
        let from = Point::new(at.right(), at.y + at.h / 2);
        let to = Point::new(rect.x, from.y.clamp(rect.y + 1, (rect.bottom() - 2).max(rect.y + 1)));
        let bend = from.x.midpoint(to.x);
        let points = if from.y == to.y {
            vec![from, to]
        } else {
            vec![from, Point::new(bend, from.y), Point::new(bend, to.y), to]
        };
        placed_notes.push(Tied { note, rect: at, edge, points });
        y += size.h + gap.1;
    }
    Item { size: Size { w: rect.right() + bows_width, h: height }, body: rect, bows: placed_bows, notes: placed_notes }
}
