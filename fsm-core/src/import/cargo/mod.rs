//! Cargo workspaces as systems of the C4 model.
//!
//! ```text
//! Workspace ─ plan ─▶ containers, components, stores, relations ─ write ─▶ text of the language
//!             (known)
//! ```
//!
//! Who asks knows the workspace: this module reads no files. What it makes of one:
//!
//! | in the workspace | in the system |
//! |---|---|
//! | a package with something that can be run or loaded | a container |
//! | a library that several containers use, or none | a container |
//! | a library that one container uses | a component of it |
//! | the modules of a container's crates | its components |
//! | a crate that is known to speak to a database, a broker, a service | a store, another system |
//! | what uses what | relations |
//!
//! The text is there to be edited and kept: names that people read are labels, so they can be changed without changing
//! anything else.

mod known;
mod plan;
mod write;

use std::collections::BTreeSet;

/// A Cargo workspace, as far as a picture of it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workspace {
    /// Its name.
    pub name: String,
    /// Its packages.
    pub packages: Vec<Package>,
}

/// A package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What its manifest says that it is.
    pub description: Option<String>,
    /// What of it can be run or loaded.
    pub products: Vec<Product>,
    /// The name of its library crate, if it has one.
    pub library: Option<String>,
    /// What it depends on when it runs.
    pub dependencies: Vec<Dependency>,
    /// The modules at the top of its crates.
    pub modules: Vec<Module>,
}

/// Something that can be run or loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ProductKind,
}

/// The kinds of [`Product`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProductKind {
    /// A program.
    Binary,
    /// A library that programs of other languages load.
    Dynamic,
    /// A library that the compiler loads.
    ProcMacro,
}

/// A dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the package.
    pub package: String,
    /// The features that are asked for.
    pub features: Vec<String>,
}

/// A module at the top of a crate, with all that is inside it; or what a crate's own file does beside its modules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// The first paragraph of its documentation.
    pub docs: Option<String>,
    /// Whether it is the file of a program.
    pub is_program: bool,
    /// Modules of the same crate that it uses, and modules of others behind the name of the crate.
    pub uses: BTreeSet<Use>,
    /// The machines that are generated in it.
    pub machines: Vec<Machine>,
}

/// A path that a module uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The crate, as it is called in Rust; the module's own is `crate`.
    pub of: String,
    /// What follows.
    pub name: String,
}

/// A machine that is generated in a module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// The file that declares it, as an `import` writes it; nothing if it stands in Rust.
    pub import: Option<String>,
}

/// The system that a workspace is, as a text of the language.
#[must_use]
pub fn cargo(workspace: &Workspace) -> String {
    write::text(&plan::plan(workspace))
}
