//! The site as a process: after each change another one answers, and the one before is stopped.

pub(crate) mod group;
pub(crate) mod message;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::group::Group;
use self::message::Ready;
use crate::problem::Problem;
use crate::secret::secret;
use crate::terminal::Terminal;

/// How many of the last lines of stderr are shown if the process ends.
const LINES: usize = 40;

/// How long requests may take to be answered once another process answers.
const GRACE: Duration = Duration::from_secs(5);

/// A site that answers requests. The process ends when this value is dropped.
#[derive(Debug)]
pub(crate) struct SiteProcess {
    pub(crate) token: String,
    pub(crate) ready: Ready,
    /// The last lines of stderr.
    said: Said,
    ended: watch::Receiver<Option<String>>,
    /// The process ends with its stdin, and everything that it has started with its group.
    _stdin: ChildStdin,
    group: Group,
}

type Said = Arc<Mutex<VecDeque<String>>>;

/// A process that has not been asked for the site yet. It ends when this value is dropped.
#[derive(Debug)]
pub(crate) struct Waiting {
    token: String,
    said: Said,
    reading: JoinHandle<()>,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    group: Group,
    child: Child,
}

impl Waiting {
    /// Starts a process, which reads files ahead until it is asked for the site.
    ///
    /// # Errors
    ///
    /// Fails if the system refuses.
    pub(crate) async fn start(
        executable: &Path,
        folder: &Path,
        address: SocketAddr,
    ) -> Result<Self, Problem> {
        let token = secret().map_err(|error| cannot_start(&error.to_string(), ""))?;
        let mut child = spawn(executable, folder)
            .map_err(|error| cannot_start(&error.to_string(), &executable.display().to_string()))?;
        let group = Group::of(&child);
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(cannot_start("its streams are missing", ""));
        };
        let said = Said::default();
        let reading = tokio::spawn(keep_lines(stderr, Arc::clone(&said)));
        // If the process has ended, its output says why.
        let _ = stdin.write_all(message::start(&token, address).as_bytes()).await;
        let stdout = BufReader::new(stdout);
        Ok(Waiting { token, said, reading, stdin, stdout, group, child })
    }

    /// Asks for the site, and waits until it answers requests.
    ///
    /// # Errors
    ///
    /// Fails if the process ends before that.
    pub(crate) async fn site(self) -> Result<Arc<SiteProcess>, Problem> {
        let Waiting { token, said, reading, mut stdin, mut stdout, group, mut child } = self;
        let _ = stdin.write_all(message::ASK).await;
        let Some(ready) = first_line(&mut stdout).await else {
            let status = child.wait().await.ok();
            let _ = reading.await;
            return Err(cannot_start(&how_it_ended(status), &text(&said)));
        };
        tokio::spawn(pass_on(stdout));
        let (sender, ended) = watch::channel(None);
        tokio::spawn(async move {
            let status = child.wait().await.ok();
            let _ = reading.await;
            sender.send_replace(Some(how_it_ended(status)));
        });
        Ok(Arc::new(SiteProcess { token, ready, said, ended, _stdin: stdin, group }))
    }
}

impl SiteProcess {
    /// Resolves when the process has ended by itself: says how.
    pub(crate) fn ended(&self) -> impl Future<Output = String> + Send + use<> {
        let mut ended = self.ended.clone();
        async move {
            match ended.wait_for(Option::is_some).await {
                Ok(how) => how.clone().unwrap_or_default(),
                Err(_) => how_it_ended(None),
            }
        }
    }

    /// The last lines that the process has printed to stderr.
    pub(crate) fn last_lines(&self) -> String {
        text(&self.said)
    }

    /// Stops the process once the requests in flight are answered. Each of them has a reference to it.
    pub(crate) async fn retire(self: Arc<Self>) {
        let end = tokio::time::Instant::now() + GRACE;
        while Arc::strong_count(&self) > 1 && tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.group.stop();
    }
}

fn spawn(executable: &Path, folder: &Path) -> std::io::Result<Child> {
    let mut command = Command::new(executable);
    command.arg("__dev").current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Group::start(&mut command);
    command.spawn()
}

/// Reads stdout up to the line that says how to reach the site.
async fn first_line(stdout: &mut BufReader<ChildStdout>) -> Option<Ready> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if stdout.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        match Ready::parse(text.trim_end()) {
            Some(ready) => return Some(ready),
            None => Terminal::output(&text),
        }
    }
}

/// Prints what pages print.
async fn pass_on(mut stdout: BufReader<ChildStdout>) {
    let mut line = Vec::new();
    while stdout.read_until(b'\n', &mut line).await.is_ok_and(|count| count > 0) {
        Terminal::output(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

/// Prints the lines of stderr, and keeps the last ones.
async fn keep_lines(stderr: impl AsyncRead + Unpin, said: Said) {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    while stderr.read_until(b'\n', &mut line).await.is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&line).into_owned();
        Terminal::raw(&text);
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push_back(text);
        if said.len() > LINES {
            said.pop_front();
        }
        line.clear();
    }
}

fn text(said: &Said) -> String {
    said.lock().unwrap_or_else(PoisonError::into_inner).iter().map(String::as_str).collect()
}

fn how_it_ended(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "it ended".to_owned(), |status| format!("it ended with {status}"))
}

fn cannot_start(reason: &str, details: &str) -> Problem {
    Problem::of("The site does not start", format!("the site does not start: {reason}"), details)
}
