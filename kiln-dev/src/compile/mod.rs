//! Compiles the site with Cargo. A compilation that is dropped is stopped, with all that Cargo has started.

mod command;
mod dep_info;
mod diagnostics;
mod dylib;
mod messages;
mod own_copy;
mod target;

pub(crate) use self::diagnostics::place_in_line;

use std::path::PathBuf;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::task::JoinHandle;

use self::dylib::Dylib;
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
    /// What the binary was compiled from, which Cargo writes after the binary, before it ends.
    pub(crate) inputs: JoinHandle<Inputs>,
}

/// A site that did not compile.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) problem: Problem,
    /// Cargo's messages, for the terminal.
    pub(crate) messages: String,
    /// Whether the library of kiln may be what is wrong, and not the site.
    may_be_of_dylib: bool,
}

/// Compiles the site, until there is a binary. Cargo is asked for its name if it is not known.
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
    let Some(dylib) = Dylib::of_last(layout) else {
        return run(layout, name, None, terminal).await;
    };
    match run(layout, name.clone(), Some(&dylib), terminal).await? {
        Outcome::Failed(failed) if failed.may_be_of_dylib => {
            let outcome = run(layout, name, None, terminal).await?;
            // If Cargo has just compiled another kiln, a library of that one will be made.
            if matches!(outcome, Outcome::Compiled(_)) && dylib.is_current() {
                dylib.reject();
            }
            Ok(outcome)
        }
        outcome => Ok(outcome),
    }
}

/// Runs Cargo, until there is a binary.
async fn run(
    layout: &Layout,
    name: String,
    dylib: Option<&Dylib>,
    terminal: Terminal,
) -> Result<Outcome> {
    let mut child =
        command::command(layout, &name, dylib, terminal).spawn().context("cannot start Cargo")?;
    // It ends when this function is dropped.
    let group = Group::of(&child);
    let stderr = tokio::spawn(read(child.stderr.take()));
    let mut lines = child.stdout.take().map(|stdout| BufReader::new(stdout).lines());
    let mut messages = Messages::default();
    while messages.executable.is_none()
        && let Some(line) = next(&mut lines).await
    {
        messages.add(&line, layout, &name);
    }
    if let Some(built) = messages.executable {
        let executable = own_copy::of(&built, layout);
        let layout = layout.clone();
        let inputs = tokio::spawn(async move {
            while next(&mut lines).await.is_some() {}
            let _ = (child.wait().await, group);
            if let Some(rlib) = messages.kiln {
                tokio::spawn(Dylib::make(rlib, layout));
            }
            Inputs { packages: messages.packages, ..dep_info::read(&built) }
        });
        return Ok(Outcome::Compiled(Compiled { executable, binary: name, inputs }));
    }
    child.wait().await.context("cannot wait for Cargo")?;
    let stderr = stderr.await.unwrap_or_default();
    Ok(Outcome::Failed(messages.failed(&stderr, layout)))
}

/// The next line of stdout; `None` at its end.
async fn next(lines: &mut Option<Lines<BufReader<ChildStdout>>>) -> Option<String> {
    lines.as_mut()?.next_line().await.ok()?
}

/// The text of stderr, once it ends.
async fn read(stderr: Option<ChildStderr>) -> String {
    let mut text = Vec::new();
    if let Some(mut stderr) = stderr {
        let _ = stderr.read_to_end(&mut text).await;
    }
    String::from_utf8_lossy(&text).into_owned()
}
