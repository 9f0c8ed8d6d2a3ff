//! The `fsm` language: its syntax, its model, and everything that is computed from the model.
//!
//! ```text
//! text or tokens ─ syntax ─▶ syntax tree ─ model ─▶ program ─┬─ checks       findings
//!                                                            ├─ diagram      Mermaid
//!                                                            ├─ interpreter  runs
//!                                                            └─ codegen      Rust
//! ```
//!
//! This crate does no I/O and knows no terminal: texts come in through [`source::Sources`], findings go out as
//! [`diagnostic::Diagnostics`]. The same input gives the same output, byte for byte.

mod analysis;
#[cfg(feature = "checks")]
pub mod catalogue;
#[cfg(feature = "checks")]
pub mod checks;
pub mod codegen;
#[cfg(feature = "checks")]
pub mod config;
pub mod diagnostic;
#[cfg(feature = "diagram")]
pub mod diagram;
#[cfg(feature = "checks")]
pub mod edits;
mod fingerprint;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "interpreter")]
pub mod interpreter;
#[cfg(feature = "checks")]
pub mod levels;
mod lists;
pub mod model;
pub mod plain;
#[cfg(feature = "interpreter")]
pub mod scenario;
#[cfg(feature = "checks")]
pub mod solver;
pub mod source;
pub mod suggest;
pub mod syntax;

pub use analysis::{Analysis, Imported, Importer, NoImports, analyze};
pub use fingerprint::{Part, fingerprint, fingerprint_of};
