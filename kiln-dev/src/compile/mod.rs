//! Compiles the site with Cargo. A compilation that is dropped is stopped, with all that Cargo has started.

mod dep_info;
mod diagnostics;
mod messages;
mod own_copy;
mod target;

pub(crate) use self::diagnostics::place_in_line;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use self::messages::Messages;
use crate::change::Inputs;
use crate::layout::Layout;
use crate::problem::Problem;
use crate::site::group::Group;
use crate::terminal::Terminal;

/// The result of a compilation.
#[derive(Debug)]
pub(crate) enum Outcome {
    Compiled(Compiled),
    Failed(Failed),
}

/// A site that compiled.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) executable: PathBuf,
    /// The name of the binary, for the next time.
    pub(crate) binary: String,
    pub(crate) inputs: Inputs,
}

/// A site that did not compile.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) problem: Problem,
    /// Cargo's messages, for the terminal.
    pub(crate) messages: String,
}

/// Compiles the site. Cargo is asked for the name of the binary if it is not known.
///
/// # Errors
///
/// Fails if Cargo cannot be started.
pub(crate) async fn compile(
    layout: &Layout,
    binary: Option<String>,
    terminal: Terminal,
) -> Result<Outcome> {
    let name = match binary {
        Some(name) => name,
        None => target::name(layout).await,
    };
    let mut command = command(layout, terminal);
    command.args(["--bin", &name]);
    let mut child = command.spawn().context("cannot start Cargo")?;
    // It ends with this function, and when this function is dropped.
    let _group = Group::of(&child);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let read_stderr = async {
        let mut text = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.read_to_end(&mut text).await;
        }
        String::from_utf8_lossy(&text).into_owned()
    };
    let read_stdout = async {
        let mut messages = Messages::default();
        let Some(stdout) = stdout else { return messages };
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            messages.add(&line, layout, &name);
        }
        messages
    };
    let (stderr, messages) = tokio::join!(read_stderr, read_stdout);
    let status = child.wait().await.context("cannot wait for Cargo")?;
    Ok(match (status.success(), &messages.executable) {
        (true, Some(executable)) => {
            let mut inputs = dep_info::read(executable);
            inputs.packages = messages.packages;
            let executable = own_copy::of(executable, layout);
            Outcome::Compiled(Compiled { executable, binary: name, inputs })
        }
        _ => Outcome::Failed(messages.failed(&stderr, layout)),
    })
}

fn command(layout: &Layout, terminal: Terminal) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    let format = match terminal.has_colors() {
        true => "json-diagnostic-rendered-ansi",
        false => "json",
    };
    command.args(["build", "--message-format", format]);
    // The features with which Cargo has compiled this program, so that no dependency is compiled twice.
    command.args(["--features", "dev,kiln/server"]);
    if let Some(target) = &layout.target {
        command.arg("--target-dir").arg(target);
    }
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
