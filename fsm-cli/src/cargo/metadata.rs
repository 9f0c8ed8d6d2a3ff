//! What `cargo metadata` tells of a workspace, as far as it is of interest here.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::failure::{Failure, io_message};
use crate::printable::escaped;

/// A workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) packages: Vec<Package>,
    pub(super) workspace_root: PathBuf,
}

/// A package of it.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) targets: Vec<Target>,
    pub(super) manifest_path: PathBuf,
}

/// A dependency as the manifest declares it; what is needed at run time has no kind.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) kind: Option<String>,
    pub(super) features: Vec<String>,
}

/// What is built of a package.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
    #[serde(rename = "kind")]
    pub(super) kinds: Vec<String>,
    pub(super) src_path: PathBuf,
}

/// Asks Cargo. Of dependencies it tells what the manifests declare, so that nothing has to be resolved or fetched.
pub(super) fn read(manifest: &Path) -> Result<Metadata, Failure> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        // A toolchain that the workspace asks for and that is not there stays away.
        .env("RUSTUP_AUTO_INSTALL", "0")
        .output()
        .map_err(|error| Failure::new(format!("cannot run `cargo`: {}", io_message(&error))))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<_> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let said = said.join(" ");
        let said = said.strip_prefix("error: ").unwrap_or(&said);
        return Err(Failure::of(manifest, escaped(said).into_owned()).help("`cargo metadata` reads it"));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::of(manifest, format!("`cargo metadata` tells what is not understood: {error}")))
}
