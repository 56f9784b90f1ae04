//! The commands `serve` and `preview`: listens, answers until it is told to stop, and ends when all is answered.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use super::app::App;
use super::connections::{self, IsOurs, Limits};
use super::live::{Live, Unbuilt};
use super::origins::Origins;
use super::service::Service;
use super::stop::Stop;
use crate::build;
use crate::cli::{Answer, Listen, Mode};
use crate::server::{has_files, log};
use crate::site::Site;

/// Answers requests until the process is told to stop. `ready` is told the address, once there is somebody to answer.
///
/// # Errors
///
/// Where nothing is built in the out folder, or the address cannot be listened on.
pub(crate) fn run(
    site: &'static Site,
    out: &Path,
    answer: Answer<'_>,
    ready: impl FnOnce(&str),
) -> Result<()> {
    let Answer { mode, listen, quiet } = answer;
    // A site that makes no files needs no build.
    let needs_build = mode == Mode::Preview || has_files(site);
    let unbuilt = if needs_build { Unbuilt::Nothing } else { Unbuilt::Pages };
    let (live, opened) = Live::open(site, out, unbuilt);
    if needs_build {
        opened?;
    }
    let _writing = log::start(quiet).context("cannot start the log")?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = build::start_tokio(Builder::new_multi_thread().enable_all(), workers)?;
    let limits = Limits { body: site.config.server.body_limit as u64, ..Limits::default() };
    let served = runtime.block_on(async {
        let listener = bind(listen).await?;
        let address = listener.local_addr().context("cannot tell where it listens")?;
        let origins = Origins::of(site.config, Some(address));
        let app = Arc::new(App::new(site, live, mode == Mode::Serve, origins));
        let asked = Arc::clone(&app);
        let is_ours: IsOurs = Arc::new(move |authority| asked.origins().is_ours(authority));
        let stop = Stop::listen(limits.grace + limits.stream_grace)?;
        ready(&shown(listen, address));
        let demanded = stop.clone().demanded();
        let served = connections::serve(listener, Service(app), is_ours, limits, stop.asked());
        tokio::select! {
            biased;
            () = demanded => Ok(()),
            served = served => served.context("cannot listen any more"),
        }
    });
    // Pages that do not end would be waited for.
    runtime.shutdown_background();
    served
}

async fn bind(listen: &Listen) -> Result<TcpListener> {
    let Listen { host, port } = listen;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let bound = TcpListener::bind((host, *port)).await;
    bound.with_context(|| {
        format!(
            "cannot listen on {host}:{port}\n  hint: `--port` takes another port, 0 for any free one, and `--host` another address"
        )
    })
}

/// The address as a browser opens it: with the name that was asked for, where that is one.
fn shown(listen: &Listen, address: SocketAddr) -> String {
    match listen.host.parse::<IpAddr>() {
        Err(_) if !listen.host.starts_with('[') => {
            format!("http://{}:{}", listen.host, address.port())
        }
        _ => format!("http://{address}"),
    }
}
