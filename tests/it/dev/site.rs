//! A copy of a site that is edited, and the process of `cargo dev` in it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::server::client::{Answer, Client};
use crate::support::{cargo, compiled, profile, repository, scratch};

/// How long a compilation may take on a machine that does other work.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// A copy of `tests/sites/edited`, which is removed at the end.
pub(super) struct EditedSite {
    folder: PathBuf,
    name: String,
}

impl EditedSite {
    pub(super) fn new(name: &str) -> Self {
        let folder = scratch().join(format!("edited-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let sites = repository().join("tests/sites");
        copy(&sites.join("edited"), &folder);
        fs::copy(sites.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        let site = EditedSite { folder, name: name.to_owned() };
        // The package is a workspace of its own, with the dependencies and the profile of all sites.
        let configuration = fs::read_to_string(profile()).expect("a profile");
        site.write(".cargo/config.toml", &configuration);
        let all = fs::read_to_string(sites.join("Cargo.toml")).expect("a manifest");
        let from = all.find("[workspace.dependencies]").expect("the dependencies");
        let kiln = repository().to_str().expect("UTF-8").replace('\\', "/");
        let all = all[from..]
            .replace("\"../../", &format!("\"{kiln}/"))
            .replace("\"../..\"", &format!("\"{kiln}\""));
        let own = site.read("Cargo.toml").replace("edition.workspace = true", "edition = \"2024\"");
        // Cargo replaces the binaries of packages with the same name by each other.
        let own = own.replace("\"edited\"", &format!("\"edited-{name}\""));
        let own = own.replace("\"dev\"\n", &format!("\"dev-{name}\"\n"));
        let own = own.replace("bin/dev.rs", &format!("bin/dev-{name}.rs"));
        let server = site.path("src/bin/dev.rs");
        fs::rename(server, site.path(&format!("src/bin/dev-{name}.rs"))).expect("a file to move");
        site.write("Cargo.toml", &format!("{own}\n[workspace]\n\n{all}"));
        site
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file to read")
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
        fs::write(path, text).expect("a file to write");
    }

    /// The name of the binary that is the development server.
    fn binary(&self) -> String {
        format!("dev-{}", self.name)
    }

    #[track_caller]
    pub(super) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not contain {from}");
        self.write(name, &text.replace(from, to));
    }
}

impl Drop for EditedSite {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("a folder to list");
        let to = to.join(entry.path().strip_prefix(from).expect("below the folder"));
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(to).expect("a folder to make"),
            false => drop(fs::copy(entry.path(), to).expect("a file to copy")),
        }
    }
}

/// A running `cargo dev`, which is stopped at the end.
pub(super) struct DevServer {
    child: Child,
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    pub(super) address: SocketAddr,
}

impl DevServer {
    /// Starts the server, and waits until it answers.
    pub(super) fn start(site: &EditedSite, arguments: &[&str]) -> Self {
        DevServer::compile(site);
        DevServer::start_compiled(site, arguments)
    }

    /// Compiles the server, and not the site.
    pub(super) fn compile(site: &EditedSite) {
        let mut build = cargo("build", &site.folder);
        compiled(build.args(["--bin", &site.binary(), "--features", "dev"]), "kiln-dev");
    }

    /// Starts the server, which is compiled.
    pub(super) fn start_compiled(site: &EditedSite, arguments: &[&str]) -> Self {
        DevServer::spawn(&mut DevServer::command(site, arguments))
    }

    /// Calls the server, and waits until it answers.
    pub(super) fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the server can be called");
        let (sender, lines) = channel();
        let log = Arc::new(Mutex::new(String::new()));
        let streams: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("stdout")),
            Box::new(child.stderr.take().expect("stderr")),
        ];
        for stream in streams {
            let (sender, log) = (sender.clone(), Arc::clone(&log));
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut log = log.lock().expect("a log");
                    log.push_str(&line);
                    log.push('\n');
                    drop(log);
                    let _ = sender.send(line);
                }
            });
        }
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let mut server = DevServer { child, lines, log, address };
        let line = server.line("listening on http://");
        let (_, address) = line.split_once("http://").expect("an address");
        server.address = address.parse().expect("an address");
        server.address.set_ip(Ipv4Addr::LOCALHOST.into());
        server
    }

    pub(super) fn command(site: &EditedSite, arguments: &[&str]) -> Command {
        let target = scratch().parent().expect("the target folder");
        let mut command = Command::new(target.join("debug").join(site.binary()));
        command.args(arguments).current_dir(&site.folder);
        // As Cargo does.
        command.env("CARGO", env!("CARGO")).env("CARGO_MANIFEST_DIR", &site.folder);
        command.env("CARGO_PKG_NAME", format!("edited-{}", site.name));
        command.env("CARGO_BIN_NAME", site.binary());
        command.env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line that contains a text.
    #[track_caller]
    pub(super) fn line(&self, text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            if line.contains(text) {
                return line;
            }
        }
        panic!("no line with {text:?}:\n{}", self.log());
    }

    /// Waits until the log contains a text: lines of stdout and stderr come in any order.
    #[track_caller]
    pub(super) fn logged(&self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.log().contains(text) {
            assert!(Instant::now() < end, "no {text:?}:\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub(super) fn log(&self) -> String {
        self.log.lock().expect("a log").clone()
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n"))
    }

    /// Sends a request, and reads the answer to its end.
    pub(super) fn send(&self, request: &str) -> Answer {
        let mut client = Client::connect(self.address).expect("a connection");
        client.write(request.as_bytes()).expect("a request");
        client.answer(false).expect("an answer")
    }

    /// Asks for a path until the answer contains a text.
    #[track_caller]
    pub(super) fn until(&self, path: &str, text: &str) -> Answer {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path);
            if answer.shown().contains(text) {
                return answer;
            }
            assert!(Instant::now() < end, "no {text:?}:\n{}\n{}", answer.shown(), self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends Ctrl-C, and waits for the end. Returns the exit status.
    pub(super) fn interrupt(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-INT", &id]).status();
        assert!(kill.is_ok_and(|status| status.success()));
        self.child.wait().expect("a process").code()
    }

    /// The memory that the server has in use, in kilobytes, and the number of its open files.
    pub(super) fn resources(&self) -> (usize, usize) {
        let folder = Path::new("/proc").join(self.id().to_string());
        let status = fs::read_to_string(folder.join("status")).unwrap_or_default();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = memory.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok());
        let files = fs::read_dir(folder.join("fd")).map_or(0, Iterator::count);
        (memory.unwrap_or_default(), files)
    }

    /// Waits until the server has started what it does without a change: the site, and a process that waits for the next change.
    #[track_caller]
    pub(super) fn idle(&self) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let children = self.children();
            // The site before may not have ended yet.
            thread::sleep(Duration::from_millis(300));
            if children.len() == 2 && children == self.children() {
                return children;
            }
            assert!(Instant::now() < end, "{children:?}\n{}", self.log());
        }
    }

    /// The processes that the server has started.
    pub(super) fn children(&self) -> Vec<String> {
        let output =
            Command::new("ps").args(["-o", "pid=", "--ppid", &self.id().to_string()]).output();
        let text = String::from_utf8(output.expect("ps").stdout).expect("UTF-8");
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until processes have ended: the system may take a moment to end them.
#[track_caller]
pub(super) fn wait_for_end(processes: &[String]) {
    let end = Instant::now() + PATIENCE;
    while processes.iter().any(|process| is_running(process)) {
        assert!(Instant::now() < end, "the site still runs");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Returns true if and only if a process has not ended.
fn is_running(process: &str) -> bool {
    let state = fs::read_to_string(Path::new("/proc").join(process).join("stat"));
    state.is_ok_and(|state| !state.contains(") Z "))
}
