//! The commands that answer requests: `serve` and `preview`.

use std::path::Path;

use anyhow::Result;

#[cfg(feature = "server")]
use crate::server::Options;
use crate::site::Site;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// A name, or an address.
    pub(crate) host: String,
    /// 0 for any that is free.
    pub(crate) port: u16,
}

impl Default for Listen {
    fn default() -> Self {
        Listen { host: "127.0.0.1".to_owned(), port: 4321 }
    }
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Files, and pages on request.
    Serve,
    /// Files alone, as a host of static files does.
    Preview,
}

/// How a command that answers requests was called.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only a server listens"))]
pub(crate) struct Answer<'a> {
    pub(crate) mode: Mode,
    pub(crate) listen: &'a Listen,
    /// Whether only mistakes and warnings are logged.
    pub(crate) quiet: bool,
}

/// Answers requests until the process is told to stop. `ready` is told the address.
///
/// # Errors
///
/// Where nothing is built in the out folder, or the address cannot be listened on.
#[cfg(feature = "server")]
pub(super) fn run(
    site: &'static Site,
    out: &Path,
    answer: Answer<'_>,
    ready: impl FnOnce(&str),
) -> Result<()> {
    let Answer { mode, listen, quiet } = answer;
    let options =
        Options { renders: mode == Mode::Serve, host: &listen.host, port: listen.port, quiet };
    crate::server::run(site, out, options, ready)
}

/// Says what is missing.
#[cfg(not(feature = "server"))]
pub(super) fn run(
    _site: &'static Site,
    _out: &Path,
    answer: Answer<'_>,
    _ready: impl FnOnce(&str),
) -> Result<()> {
    let command = if answer.mode == Mode::Serve { "serve" } else { "preview" };
    anyhow::bail!(
        "`{command}` needs the feature `server` of kiln, which is off\n  \
         hint: type `cargo {command}`, which turns it on in kiln's repository and in a site from `cargo new-site`; elsewhere add the feature where \
         Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"server\"] }}"
    )
}
