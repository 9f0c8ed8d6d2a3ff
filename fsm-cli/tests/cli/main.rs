//! Runs the built `fsmc` as its users do, on small projects in directories of their own.

mod baseline;
mod diagram;
mod doc;
mod embed;
mod explain;
mod findings;
mod fixes;
mod formats;
mod generate;
mod help;
mod hostile;
mod import;
mod imports;
mod inputs;
mod json;
mod levels;
mod mdbook;
mod project;
mod rust_files;
mod scale;
mod scenarios;
mod simulate;
mod workspace;
