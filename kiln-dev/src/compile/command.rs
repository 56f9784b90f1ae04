//! The call of Cargo.

use std::env;
use std::ffi::OsString;
use std::process::Stdio;

use tokio::process::Command;

use super::dylib::Dylib;
use crate::layout::Layout;
use crate::site::group::Group;
use crate::terminal::Terminal;

/// What rustc gets for a binary that contains everything, and not for its dependencies.
///
/// A binary at a fixed address needs no table of relocations, so the linker has less to do. benches/README.md has figures.
const STATIC: &[&str] =
    match cfg!(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")) {
        true => &["-C", "relocation-model=static"],
        false => &[],
    };

/// The call of Cargo that compiles a binary of the site, which contains kiln if there is no library of it.
pub(super) fn command(
    layout: &Layout,
    binary: &str,
    dylib: Option<&Dylib>,
    terminal: Terminal,
) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    let format = match terminal.has_colors() {
        true => "json-diagnostic-rendered-ansi",
        false => "json",
    };
    command.args(["rustc", "--message-format", format, "--bin", binary]);
    // The features with which Cargo has compiled this program, so that no dependency is compiled twice.
    command.args(["--features", "dev,kiln/server"]);
    if let Some(target) = &layout.target {
        command.arg("--target-dir").arg(target);
    }
    command.arg("--");
    match dylib {
        Some(dylib) => command.args(dylib.flags()),
        None => command.args(STATIC),
    };
    command.current_dir(&layout.package);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // They describe this program, and not the site.
    for (name, _) in env::vars_os() {
        let is_of_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_BIN_")
                || name == "CARGO_MANIFEST_DIR"
                || name == "CARGO_MANIFEST_PATH"
                || name == "CARGO_CRATE_NAME"
        });
        if is_of_package {
            command.env_remove(name);
        }
    }
    Group::start(&mut command);
    command
}
