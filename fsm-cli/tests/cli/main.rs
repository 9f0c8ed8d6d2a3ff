//! Runs the built `fsmc` as its users do, on small projects in directories of their own.

mod diagram;
mod explain;
mod findings;
mod generate;
mod help;
mod hostile;
mod import;
mod imports;
mod inputs;
mod json;
mod project;
mod rust_files;
mod scenarios;
mod simulate;
