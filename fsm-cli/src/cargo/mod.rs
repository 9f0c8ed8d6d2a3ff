//! Cargo workspaces, read for `fsm_core::import::cargo`: what Cargo knows of the packages, and what their sources use.
//!
//! Nothing is built and nothing is fetched. Sources are read as tokens, so what is broken in one file hides nothing else.

mod metadata;
mod modules;
mod paths;

use std::path::{Path, PathBuf};

use fsm_core::import::cargo::{self, Dependency, Package, Product, ProductKind, Workspace};

use crate::failure::Failure;
use crate::files;
use metadata::Metadata;

/// The system that a workspace is, as a text of the language. `path` is its `Cargo.toml`, or the directory of it; the text
/// is meant for the file at `place`, which its imports are relative to.
pub(crate) fn system(path: &Path, place: &Path) -> Result<String, Failure> {
    let metadata = metadata::read(&manifest(path))?;
    let place = files::canonical(place);
    Ok(cargo::cargo(&workspace(&metadata, place.parent().unwrap_or(Path::new("/")))))
}

/// Where the text belongs that nobody has given a place: beside the manifest.
pub(crate) fn place(path: &Path) -> PathBuf {
    manifest(path).with_extension("fsm")
}

/// Whether a path is that of a workspace.
pub(crate) fn is_workspace(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "Cargo.toml") || path.join("Cargo.toml").is_file()
}

/// The manifest of a workspace.
fn manifest(path: &Path) -> PathBuf {
    let manifest = if path.is_dir() { path.join("Cargo.toml") } else { path.to_owned() };
    // `./Cargo.toml` is `Cargo.toml` to everybody but a computer.
    manifest.strip_prefix(".").map_or(manifest.clone(), Path::to_owned)
}

fn workspace(metadata: &Metadata, directory: &Path) -> Workspace {
    let root = &metadata.workspace_root;
    let main = metadata.packages.iter().find(|package| package.manifest_path.parent() == Some(root.as_path()));
    let folder = || root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut packages: Vec<_> = metadata.packages.iter().map(|package| of_package(package, directory)).collect();
    // A package with neither a library nor a program is there for its tests.
    packages.retain(|package| package.library.is_some() || !package.products.is_empty());
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    Workspace { name: main.map_or_else(folder, |package| package.name.clone()), packages }
}

fn of_package(package: &metadata::Package, directory: &Path) -> Package {
    let products = package.targets.iter().filter_map(|target| {
        let kind = target.kinds.iter().find_map(|kind| match kind.as_str() {
            "bin" => Some(ProductKind::Binary),
            "cdylib" | "staticlib" => Some(ProductKind::Dynamic),
            "proc-macro" => Some(ProductKind::ProcMacro),
            _ => None,
        })?;
        Some(Product { name: target.name.clone(), kind })
    });
    let is_library = |kind: &String| matches!(kind.as_str(), "lib" | "rlib" | "proc-macro" | "dylib" | "cdylib");
    let library = package.targets.iter().find(|target| target.kinds.iter().any(is_library));
    let dependencies = package.dependencies.iter().filter(|dependency| dependency.kind.is_none());
    let dependencies = dependencies
        .map(|dependency| Dependency { package: dependency.name.clone(), features: dependency.features.clone() });
    Package {
        name: package.name.clone(),
        description: package.description.clone(),
        products: products.collect(),
        library: library.map(|target| target.name.replace('-', "_")),
        dependencies: dependencies.collect(),
        modules: modules::of(package, directory),
    }
}
