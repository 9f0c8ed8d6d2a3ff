//! Pictures of nested directed graphs: laid out in layers, and written as text.
//!
//! A [`Graph`] says what is shown: boxes in boxes, arrows between any of them, and texts. It knows no notation and no
//! coordinates. Writers turn it into pictures:
//!
//! | file | |
//! |---|---|
//! | [`svg`] | SVG |
//! | `png` | PNG, with the feature `png` |
//! | [`art`] | characters, for terminals |
//! | [`sequence_svg`] | a [`Sequence`] of messages, as SVG |
//! | [`dot`] | text for Graphviz, which lays it out by itself |
//!
//! ```
//! use fsm_draw::{Characters, Edge, Graph, Node, art};
//!
//! let mut graph = Graph::new("");
//! let state = |name: &str| Node { id: name.to_owned(), title: vec![name.to_owned()], ..Node::default() };
//! let (shut, open) = (graph.add_node(state("Shut")), graph.add_node(state("Open")));
//! graph.add_edge(Edge { label: vec!["push".to_owned()], ..Edge::new(shut, open) });
//! assert_eq!(
//!     art(&graph, Characters::Unicode),
//!     "\
//! ╭──────╮
//! │ Shut │
//! ╰───┬──╯
//!     │
//!     │
//!     │ push
//!     │
//!     ▼
//! ╭──────╮
//! │ Open │
//! ╰──────╯
//! "
//! );
//! ```
//!
//! The same graph gives the same bytes, and no text of a graph can leave its place in what is written.

mod art;
mod dot;
mod graph;
mod helvetica;
pub mod layout;
mod palette;
#[cfg(feature = "png")]
mod png;
mod sequence;
mod style;
mod svg;
mod text;

pub use art::{Characters, art};
pub use dot::dot;
pub use graph::{Arrow, Direction, Edge, EdgeId, Graph, LegendEntry, Line, Node, NodeId, Role, Sample, Shape};
#[cfg(feature = "png")]
pub use png::{PngError, png, sequence_png};
pub use sequence::{MessageHead, Participant, Sequence, SequenceItem, sequence_svg};
pub use style::{Style, Theme};
pub use svg::{stylesheet, svg, svg_with_links};
pub use text::{Block, Font, Metrics, Spacing};
