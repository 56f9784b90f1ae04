//! A measured server: a separate process that ends on drop.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A server that is listening.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Its host and port.
    pub address: String,
}

impl Server {
    /// Starts a server that prints `listening on http://…`. Its log goes to a file, or nowhere.
    ///
    /// # Panics
    ///
    /// Panics if it does not listen.
    pub fn start(command: &mut Command, log: Option<&Path>) -> Self {
        let log = log.map_or_else(Stdio::null, |log| File::create(log).expect("a log").into());
        let started = command.stdout(Stdio::piped()).stderr(log).spawn();
        let mut process = started.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = process.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("a line of its output");
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("{command:?} says {line:?}")).to_owned();
        Server { process, address }
    }

    /// Starts a server that listens at a known address and has a process for each core, which it ends itself.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be started.
    pub fn start_at(command: &mut Command, address: String) -> Self {
        let process = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Server { process, address }
    }

    /// Waits until it accepts connections.
    ///
    /// # Panics
    ///
    /// Panics if it does not in time.
    pub fn wait(&self, deadline: Instant) {
        while TcpStream::connect(&self.address).is_err() {
            assert!(Instant::now() < deadline, "{} does not listen", self.address);
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its resident memory now, in bytes.
    ///
    /// # Panics
    ///
    /// Panics if the system does not report it.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("what the system knows of a process");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok());
        kilobytes.map(|kilobytes: u64| kilobytes * 1024).expect("its resident memory")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM, so that the processes that it has started end, too.
        let id = self.process.id().to_string();
        let is_asked = Command::new("kill").args(["-TERM", &id]).status();
        if !is_asked.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
