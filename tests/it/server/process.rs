//! The process of a site that answers requests, and what it logs.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::ExitStatus;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant};

use super::client::{Answer, Client, PATIENCE};
use crate::support;

/// A site that answers until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    log: Arc<Log>,
}

/// The lines that the process has written to stderr.
#[derive(Debug, Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

impl Server {
    /// Starts `serve` or `preview` with the out folder of a build.
    pub(crate) fn start(site: &str, command: &str, out: &Path) -> Self {
        Server::start_with(site, command, out, &[])
    }

    /// The same with environment variables.
    pub(crate) fn start_with(
        site: &str,
        command: &str,
        out: &Path,
        variables: &[(&str, &str)],
    ) -> Self {
        let mut program = Command::new(support::binary(site));
        program.envs(variables.iter().copied());
        Server::start_program(program, command, out)
    }

    /// The same with the program of a site.
    pub(crate) fn start_program(mut program: Command, command: &str, out: &Path) -> Self {
        let mut child = program
            .args([command, "--port", "0", "--out"])
            .arg(out)
            .env("RUST_BACKTRACE", "0")
            .current_dir(support::scratch())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the site's binary can be called");
        let log = Arc::new(Log::default());
        let stderr = child.stderr.take().expect("a pipe");
        let follow = Arc::clone(&log);
        thread::spawn(move || follow.follow(stderr));
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.and_then(|address| address.parse().ok());
        let Some(address) = address else { panic!("{program:?}: {line:?} {:?}", log.lines()) };
        Server { child, address, log }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address).expect("a connection")
    }

    /// Sends the bytes of a request, and reads the answer.
    #[track_caller]
    pub(crate) fn send(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut client = self.connect();
        let _ = client.write(request.as_ref());
        let is_head = request.as_ref().starts_with(b"HEAD ");
        client.answer(is_head).unwrap_or_else(|error| {
            panic!("{error}: {:?}", String::from_utf8_lossy(request.as_ref()))
        })
    }

    /// Sends a request. Each header is a whole line.
    #[track_caller]
    pub(crate) fn request(&self, method: &str, target: &str, headers: &str, body: &str) -> Answer {
        self.send(request_bytes(method, target, headers, body))
    }

    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.request("GET", target, "", "")
    }

    /// Waits for a line of the log.
    #[track_caller]
    pub(crate) fn logged(&self, is_it: impl Fn(&str) -> bool) -> String {
        self.logged_after(0, is_it)
    }

    /// Waits for a line of the log behind as many others.
    #[track_caller]
    fn logged_after(&self, count: usize, is_it: impl Fn(&str) -> bool) -> String {
        let line = self.log.find(count, is_it);
        line.unwrap_or_else(|| panic!("not logged: {:#?}", self.log.lines()))
    }

    /// How many lines the log has.
    pub(crate) fn log_length(&self) -> usize {
        self.log.lines().len()
    }

    /// The line of the log about the request of a client that was connected when the log had as many lines. The system gives the
    /// port of an earlier client to a later one.
    #[track_caller]
    pub(crate) fn line_of(&self, client: SocketAddr, length: usize) -> String {
        let peer = format!(" peer={client} ");
        self.logged_after(length, |line| line.contains("kiln::request:") && line.contains(&peer))
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Tells the process to end, as a service manager does.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([name, &id]).status().expect("`kill`");
        assert!(status.success());
    }

    /// Waits for the end of the process.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the process does not end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Log {
    fn follow(&self, stderr: impl Read) {
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            self.more.notify_all();
        }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn find(&self, after: usize, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let find = |lines: &Vec<String>| lines[after..].iter().find(|line| is_it(line)).cloned();
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.more.wait_timeout_while(lines, PATIENCE, |lines| find(lines).is_none());
        find(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

/// The bytes of a request that closes its connection.
pub(crate) fn request_bytes(method: &str, target: &str, headers: &str, body: &str) -> String {
    let length = match (body, method) {
        ("", "GET" | "HEAD" | "OPTIONS") => String::new(),
        (body, _) => format!("Content-Length: {}\r\n", body.len()),
    };
    let host = if headers.starts_with("Host: ") { "" } else { "Host: good.example\r\n" };
    format!("{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n{length}{headers}\r\n{body}")
}

/// The folder that the static build of a site has written. Each site is built once.
pub(crate) fn built(site: &str) -> PathBuf {
    static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let out = support::scratch().join("built").join(site);
    if built.insert(site.to_owned()) {
        let _ = fs::remove_dir_all(&out);
        fs::create_dir_all(out.parent().expect("a folder")).expect("a folder to make");
        let path = out.to_str().expect("UTF-8");
        support::run_bare(site, &["build", "--quiet", "--out", path]).succeeds();
    }
    out
}
