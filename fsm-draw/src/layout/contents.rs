//! What stands in each node, and how large the node is for that.

use crate::graph::{Graph, Node, NodeId, Shape};
use crate::text::{Block, Font, Metrics};

use super::geometry::Size;

/// The texts of a node.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    pub(super) title: Block,
    pub(super) compartments: Vec<Block>,
    /// The size of the node if nothing lies in it; of its heading, if something does.
    pub(super) size: Size,
}

/// Wraps and measures the texts of all nodes.
pub(super) fn measure(graph: &Graph, metrics: &dyn Metrics) -> Vec<Contents> {
    graph.nodes().map(|(id, node)| measure_node(graph, id, node, metrics)).collect()
}

fn measure_node(graph: &Graph, id: NodeId, node: &Node, metrics: &dyn Metrics) -> Contents {
    // A note is all detail.
    let font = if node.shape == Shape::Note { Font::Detail } else { Font::Title };
    let title = if node.shape == Shape::History && node.title.is_empty() {
        Block::wrapped(&["H".to_owned()], Font::Title, metrics)
    } else {
        Block::wrapped(&node.title, font, metrics)
    };
    let compartments: Vec<_> = node
        .compartments
        .iter()
        .map(|lines| Block::wrapped(lines, Font::Detail, metrics))
        .filter(|block| !block.is_empty())
        .collect();
    let spacing = metrics.spacing();
    let text = text_size(&title, &compartments, spacing.rule);
    let size = if graph.children(Some(id)).is_empty() {
        leaf_size(node.shape, text, metrics)
    } else if text.h == 0 {
        Size::default()
    } else {
        Size { w: text.w + 2 * spacing.padding.0, h: text.h + 2 * spacing.padding.1 }
    };
    Contents { title, compartments, size }
}

fn text_size(title: &Block, compartments: &[Block], rule: i32) -> Size {
    let w = compartments.iter().map(|block| block.width).fold(title.width, i32::max);
    let h = compartments.iter().map(|block| block.height + rule).sum::<i32>() + title.height;
    Size { w, h }
}

fn leaf_size(shape: Shape, text: Size, metrics: &dyn Metrics) -> Size {
    let spacing = metrics.spacing();
    let padded = Size {
        w: (text.w + 2 * spacing.padding.0).max(spacing.least.0),
        h: (text.h + 2 * spacing.padding.1).max(spacing.least.1),
    };
    match shape {
        Shape::State | Shape::Region | Shape::Box | Shape::Boundary | Shape::Note | Shape::Class => padded,
        Shape::Person => Size { h: padded.h + spacing.head, ..padded },
        Shape::Cylinder => Size { h: padded.h + 2 * spacing.cap, ..padded },
        Shape::Initial => Size { w: spacing.dot.0, h: spacing.dot.1 },
        Shape::Final | Shape::Choice if text.h == 0 => Size { w: spacing.sign.0, h: spacing.sign.1 },
        // The bull's-eye stands before the name.
        Shape::Final => Size { w: padded.w + spacing.dot.0 + spacing.padding.0 / 2, ..padded },
        Shape::History => {
            let side = (text.w + spacing.padding.0 / 2).max(spacing.sign.0);
            Size { w: side, h: (text.h + spacing.padding.1 / 2).max(spacing.sign.1) }
        }
        // A rectangle fits into a diamond of twice its size.
        Shape::Choice => Size { w: 2 * text.w + spacing.padding.0, h: 2 * text.h + spacing.padding.1 },
    }
}
