//! nginx, which serves a folder of files.

#![expect(clippy::print_stderr, reason = "a benchmark prints what it lacks")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::Server;

/// Returns true if and only if nginx is installed, and prints a note otherwise.
pub fn has_nginx() -> bool {
    let mut nginx = Command::new("nginx");
    let is_there = nginx.arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !is_there {
        eprintln!("`nginx` cannot be run, so there is nothing to compare with");
    }
    is_there
}

/// Serves a folder, with a process for each core, room for 16,384 connections in each, and open files kept, as it is
/// recommended for static files. Its own files are in another folder.
///
/// # Panics
///
/// Panics if it does not start.
pub fn nginx(folder: &Path, own: &Path, has_log: bool) -> Server {
    // The port is free, and remains so for long enough.
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = free.expect("a free port").to_string();
    let log = if has_log { "access_log /dev/null;" } else { "access_log off;" };
    let (root, own) = (folder.display(), own.display());
    let conf = format!(
        "daemon off; worker_processes auto; pid {own}/nginx.pid; error_log {own}/error.log;\n\
         events {{ worker_connections 16384; }}\n\
         http {{ types {{ application/json json; text/plain txt; }} sendfile on; tcp_nopush on; tcp_nodelay on; {log}\n\
         open_file_cache max=1000; keepalive_requests 1000000000;\n\
         server {{ listen {address} backlog=4096; root {root}; }} }}\n"
    );
    let path = format!("{own}/nginx.conf");
    fs::write(&path, conf).expect("a configuration to write");
    let mut command = Command::new("nginx");
    command.args(["-c", &path]).stderr(Stdio::null());
    let server = Server::start_at(&mut command, address);
    server.wait(Instant::now() + Duration::from_secs(10));
    server
}
