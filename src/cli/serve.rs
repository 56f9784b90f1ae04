//! The commands `serve` and `preview`.

use std::path::Path;

use anyhow::Result;

#[cfg(feature = "server")]
use crate::server::Options;
use crate::site::Site;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// A name or an address.
    pub(crate) host: String,
    /// 0 for any free port.
    pub(crate) port: u16,
}

impl Default for Listen {
    fn default() -> Self {
        Listen { host: "127.0.0.1".to_owned(), port: 4321 }
    }
}

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Files, and pages on request.
    Serve,
    /// Only files, like a static host.
    Preview,
}

/// The options of a command that runs a server.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only a server listens"))]
pub(crate) struct ServeOptions<'a> {
    pub(crate) mode: Mode,
    pub(crate) listen: &'a Listen,
    /// Whether only errors and warnings are logged.
    pub(crate) quiet: bool,
}

/// Runs the server until the process is stopped. `ready` is called with the address.
///
/// # Errors
///
/// Fails if there is no build in the out folder, or if the address cannot be bound.
#[cfg(feature = "server")]
pub(super) fn run(
    site: &'static Site,
    out: &Path,
    options: ServeOptions<'_>,
    ready: impl FnOnce(&str),
) -> Result<()> {
    let ServeOptions { mode, listen, quiet } = options;
    let options =
        Options { renders: mode == Mode::Serve, host: &listen.host, port: listen.port, quiet };
    crate::server::run(site, out, options, ready)
}

/// Runs the site for `cargo dev`. `ready` gets the line that says how to reach it.
///
/// # Errors
///
/// Fails if the process was not started by `cargo dev`, or cannot listen.
#[cfg(feature = "server")]
pub(super) fn run_dev(site: &'static Site, ready: impl FnOnce(&str)) -> Result<()> {
    crate::server::run_dev(site, ready)
}

/// Reports the missing feature.
#[cfg(not(feature = "server"))]
pub(super) fn run_dev(_site: &'static Site, _ready: impl FnOnce(&str)) -> Result<()> {
    anyhow::bail!(
        "`cargo dev` needs the feature `server` of kiln\n  \
         hint: write `dev = [\"dep:kiln-dev\", \"kiln/server\"]` below [features] in Cargo.toml"
    )
}

/// Reports the missing feature.
#[cfg(not(feature = "server"))]
pub(super) fn run(
    _site: &'static Site,
    _out: &Path,
    options: ServeOptions<'_>,
    _ready: impl FnOnce(&str),
) -> Result<()> {
    let command = if options.mode == Mode::Serve { "serve" } else { "preview" };
    anyhow::bail!(
        "`{command}` needs the feature `server` of kiln, which is off\n  \
         hint: type `cargo {command}`, which turns it on in kiln's repository and in a site from `cargo new-site`; elsewhere add the feature in \
         Cargo.toml, for example kiln = {{ version = \"0.1\", features = [\"server\"] }}"
    )
}
