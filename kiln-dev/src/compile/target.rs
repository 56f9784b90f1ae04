//! The name of the site's binary.

use std::env;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::layout::Layout;

/// Returns the name of the binary that Cargo runs by default, besides this program.
///
/// If Cargo does not answer, because the manifest has a mistake, that is the name of the package.
pub(super) async fn name(layout: &Layout) -> String {
    let package = env::var("CARGO_PKG_NAME").unwrap_or_default();
    metadata(layout).await.and_then(|metadata| binary(&metadata, layout)).unwrap_or(package)
}

async fn metadata(layout: &Layout) -> Option<Value> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&layout.package);
    command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

fn binary(metadata: &Value, layout: &Layout) -> Option<String> {
    let manifest = layout.package.join("Cargo.toml");
    let mut packages = metadata["packages"].as_array()?.iter();
    let package = packages.find(|package| {
        package["manifest_path"].as_str().is_some_and(|path| manifest == std::path::Path::new(path))
    })?;
    if let Some(name) = package["default_run"].as_str() {
        return Some(name.to_owned());
    }
    let is_binary = |target: &&Value| {
        target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "bin"))
    };
    let own = env::var("CARGO_BIN_NAME").unwrap_or_else(|_| "dev".to_owned());
    let targets = package["targets"].as_array()?.iter().filter(is_binary);
    let names: Vec<&str> =
        targets.filter_map(|target| target["name"].as_str()).filter(|name| *name != own).collect();
    let of_package = names.iter().find(|name| package["name"] == **name);
    of_package.or(names.first()).map(|name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_default_binary_is_found() {
        let layout = Layout { site: "/site".into(), package: "/site".into(), target: None };
        let bin = |name: &str| json!({ "kind": ["bin"], "name": name });
        let build = json!({ "kind": ["custom-build"], "name": "build-script-build" });
        for (default_run, targets, expected) in [
            (None, json!([bin("dev"), bin("my-site"), build]), "my-site"),
            (None, json!([bin("dev"), bin("other")]), "other"),
            (Some("two"), json!([bin("one"), bin("two"), bin("dev")]), "two"),
        ] {
            let package = json!({
                "name": "my-site",
                "manifest_path": "/site/Cargo.toml",
                "default_run": default_run,
                "targets": targets,
            });
            let metadata =
                json!({ "packages": [{ "manifest_path": "/other/Cargo.toml" }, package] });
            assert_eq!(binary(&metadata, &layout).as_deref(), Some(expected));
        }
    }
}
