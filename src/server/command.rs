//! The commands `serve` and `preview`: they listen, and answer requests until a signal stops them.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use super::app::App;
use super::connections::{self, Limits};
use super::live::{Live, Unbuilt};
use super::log;
use super::stop;
use crate::page::route::Route;
use crate::request::forwarded::Forwarded;
use crate::request::runtime;
use crate::site::{Site, public_files};

/// The most threads for what waits for the disk, and for `spawn_blocking` in pages.
///
/// tokio starts one whenever none is idle at that moment, up to 512, though files are answered 32 at a time. Each keeps some 80 KB
/// of memory.
const BLOCKING_THREADS: usize = 64;

/// The options of a server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options<'a> {
    /// Whether pages are rendered on request. Otherwise the server has files only, like a static host.
    pub(crate) renders: bool,
    /// The name or address to listen on.
    pub(crate) host: &'a str,
    /// The port to listen on; 0 for any free one.
    pub(crate) port: u16,
    /// Whether only warnings and errors are logged.
    pub(crate) quiet: bool,
}

/// Answers requests until a signal stops the process. `ready` gets the URL once the server listens.
///
/// # Errors
///
/// If the out folder has no build, or the server cannot listen on the address.
pub(crate) fn run(
    site: &'static Site,
    out: &Path,
    options: Options<'_>,
    ready: impl FnOnce(&str),
) -> Result<()> {
    // A site without files needs no build.
    let needs_build = !options.renders || has_files(site);
    let unbuilt = if needs_build { Unbuilt::Nothing } else { Unbuilt::Pages };
    let (live, opened) = Live::open(site, out, unbuilt);
    if needs_build {
        opened?;
    }
    let _writing = log::start(options.quiet)?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().max_blocking_threads(BLOCKING_THREADS);
    let runtime = runtime::start_tokio(&mut builder, workers)?;
    let limits = Limits { body: site.config.server.body_limit, ..Limits::default() };
    let served = runtime.block_on(async {
        let listener = bind(options).await?;
        let address = listener.local_addr().context("cannot read the address of the server")?;
        let origins = Forwarded::of(site.config, Some(address));
        let app = Arc::new(App::new(site, live, options.renders, origins));
        let [stopping, ending] = stop::listen(limits.grace + limits.stream_grace)?;
        ready(&shown(options.host, address));
        let stopping = async { stopping.await.unwrap_or_default() };
        tokio::select! {
            biased;
            _ = ending => {}
            () = connections::serve(listener, app, limits, stopping) => {}
        }
        Ok(())
    });
    // It does not wait for pages that never end.
    runtime.shutdown_background();
    served
}

/// Returns true if and only if a build of a site writes files that a server needs.
fn has_files(site: &Site) -> bool {
    site.routes().iter().any(Route::is_prerendered) || public_files::has_folder(site)
}

async fn bind(options: Options<'_>) -> Result<TcpListener> {
    let Options { host, port, .. } = options;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let bound = TcpListener::bind((host, port)).await;
    bound.with_context(|| {
        format!(
            "cannot listen on {host}:{port}\n  hint: `--port` takes another port, 0 for any free one, and `--host` another address"
        )
    })
}

/// The URL of the server, with the name of the host if `--host` is a name.
fn shown(host: &str, address: SocketAddr) -> String {
    match host.parse::<IpAddr>() {
        Err(_) if !host.starts_with('[') => {
            format!("http://{host}:{}", address.port())
        }
        _ => format!("http://{address}"),
    }
}
