//! The site of the current folder.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The site whose package the current folder belongs to.
#[derive(Debug)]
pub(crate) struct CurrentSite {
    /// The folder of Cargo.toml.
    pub(crate) folder: PathBuf,
    pub(crate) edition: String,
    features: Vec<String>,
    binaries: Vec<String>,
}

impl CurrentSite {
    /// Asks Cargo for the package.
    ///
    /// # Errors
    ///
    /// Fails outside of a package, and in one that does not depend on kiln.
    pub(crate) fn find() -> Result<Self> {
        let located = ask_cargo(&["locate-project"])?;
        let manifest =
            located["root"].as_str().context("cargo locate-project names no manifest")?;
        let metadata = ask_cargo(&["metadata", "--no-deps", "--format-version", "1"])?;
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(package) = packages.iter().find(|package| package["manifest_path"] == manifest)
        else {
            bail!(
                "{manifest} is a workspace without a package\n  hint: change to the folder of the site"
            );
        };
        Self::of_package(package)
    }

    fn of_package(package: &Value) -> Result<Self> {
        let manifest = Path::new(text(&package["manifest_path"]));
        let is_site = package["name"] == "kiln"
            || items(&package["dependencies"]).any(|dependency| dependency["name"] == "kiln");
        if !is_site {
            bail!(
                "{} does not depend on kiln\n  \
                 hint: change to the folder of a site, or create one: cargo kiln new my-site",
                manifest.display()
            );
        }
        let binaries = items(&package["targets"]).filter(|target| target["kind"][0] == "bin");
        let features = package["features"].as_object();
        Ok(CurrentSite {
            folder: manifest.parent().unwrap_or(manifest).to_owned(),
            edition: text(&package["edition"]).to_owned(),
            features: features.into_iter().flatten().map(|(name, _)| name.clone()).collect(),
            binaries: binaries.map(|target| text(&target["name"]).to_owned()).collect(),
        })
    }

    /// What turns a feature of kiln on: the site's own feature of this name, if there is one, as its aliases do.
    pub(crate) fn feature(&self, name: &str) -> String {
        let is_own = self.features.iter().any(|feature| feature == name);
        if is_own { name.to_owned() } else { format!("kiln/{name}") }
    }

    pub(crate) fn has_feature(&self, name: &str) -> bool {
        self.features.iter().any(|feature| feature == name)
    }

    pub(crate) fn has_binary(&self, name: &str) -> bool {
        self.binaries.iter().any(|binary| binary == name)
    }
}

/// The Cargo that started this program.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The JSON that a command of Cargo prints. Its messages go to the terminal.
fn ask_cargo(arguments: &[&str]) -> Result<Value> {
    let mut command = Command::new(cargo());
    command.args(arguments).stderr(std::process::Stdio::inherit());
    let output = command.output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("not in the folder of a site\n  hint: create one: cargo kiln new my-site");
    }
    serde_json::from_slice(&output.stdout).context("cannot read what cargo printed")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package() -> Value {
        json!({
            "name": "my-site",
            "manifest_path": "/sites/my-site/Cargo.toml",
            "edition": "2024",
            "dependencies": [{ "name": "serde" }, { "name": "kiln" }],
            "features": { "server": ["kiln/server"] },
            "targets": [
                { "kind": ["bin"], "name": "my-site" },
                { "kind": ["custom-build"], "name": "build-script-build" },
            ],
        })
    }

    #[test]
    fn a_site_is_a_package_that_depends_on_kiln() {
        let site = CurrentSite::of_package(&package()).expect("a site");
        assert_eq!(site.folder, Path::new("/sites/my-site"));
        assert_eq!(site.edition, "2024");
        assert!(site.has_binary("my-site") && !site.has_binary("dev"));
        let mut other = package();
        other["dependencies"] = json!([{ "name": "serde" }]);
        let error = CurrentSite::of_package(&other).expect_err("no site").to_string();
        assert!(
            error.starts_with("/sites/my-site/Cargo.toml does not depend on kiln\n"),
            "{error}"
        );
    }

    #[test]
    fn the_feature_of_the_site_goes_before_that_of_kiln() {
        let site = CurrentSite::of_package(&package()).expect("a site");
        assert_eq!(site.feature("server"), "server");
        assert_eq!(site.feature("check"), "kiln/check");
    }
}
