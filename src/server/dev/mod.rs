//! The site as `cargo dev` runs it: every page is rendered on request, and files come from `public/`.
//!
//! The process belongs to that of `cargo dev`, the only client, which takes another one after each change. It gets a secret on
//! stdin, answers on a port of its own once a second line asks for the site, and ends with its stdin. Until it is asked, it reads
//! files ahead. A failure of a page is sent as data, and rendered by `cargo dev`.

mod app;
mod gate;
mod message;
mod pages;
mod public;
mod sitemap;

use std::io::{BufRead, BufReader, stdin};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::thread;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use self::app::DevApp;
use self::gate::Gate;
use self::message::{Ready, Start};
use super::connections::{self, Limits};
use super::log;
use crate::request::forwarded::Forwarded;
use crate::request::{panics, runtime};
use crate::site::{Site, dev};

/// Answers requests until stdin ends. `ready` gets the line for `cargo dev` once the site listens.
///
/// # Errors
///
/// If the first line of stdin is not from `cargo dev`, or the process cannot listen.
pub(crate) fn run(site: &'static Site, ready: impl FnOnce(&str)) -> Result<()> {
    let mut input = BufReader::new(stdin());
    let mut line = String::new();
    input.read_line(&mut line).context("cannot read from `cargo dev`")?;
    let start = Start::parse(&line)?;
    let asked = follow(input).context("cannot start a thread")?;
    dev::enter();
    let _writing = log::start(true)?;
    panics::keep_panics();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let runtime = runtime::start_tokio(Builder::new_multi_thread().enable_all(), workers)?;
    site.read_ahead(&|| asked.get().is_some());
    asked.wait();
    let limits = Limits { body: site.config.server.body_limit, ..Limits::default() };
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.context("cannot listen on a port of this machine")?;
        let address: SocketAddr = listener.local_addr().context("the socket has no address")?;
        let app = DevApp::new(site, Forwarded::of(site.config, Some(start.address)));
        let gate = Arc::new(Gate { token: start.token, app });
        ready(&Ready::of(site, address.port()).line());
        connections::serve(listener, gate, limits, std::future::pending()).await;
        Ok(())
    })
}

/// Follows stdin, which has a line when the site is asked for. The process ends when it ends, however `cargo dev` has ended.
fn follow(mut input: impl BufRead + Send + 'static) -> std::io::Result<Arc<OnceLock<()>>> {
    let asked = Arc::new(OnceLock::new());
    let told = Arc::clone(&asked);
    let follow = move || {
        if input.read_line(&mut String::new()).is_ok_and(|length| length > 0) {
            told.get_or_init(|| ());
        }
        let _ = std::io::copy(&mut input, &mut std::io::sink());
        std::process::exit(0);
    };
    thread::Builder::new().name("kiln-dev-stdin".to_owned()).spawn(follow)?;
    Ok(asked)
}
