//! Pictures of nested directed graphs: laid out in layers, and written as text.
//!
//! A [`Graph`] says what is shown: boxes in boxes, arrows between any of them, and texts. It knows no notation and no
//! coordinates. Writers turn it into pictures:
//!
//! | file | |
//! |---|---|
//! | [`dot`] | text for Graphviz, which lays it out by itself |
//!
//! The same graph gives the same bytes, and no text of a graph can leave its place in what is written.

mod dot;
mod graph;

pub use dot::dot;
pub use graph::{Arrow, Direction, Edge, EdgeId, Graph, LegendEntry, Line, Node, NodeId, Role, Sample, Shape};
