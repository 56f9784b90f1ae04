//! The loop that reacts to changes: compiles, starts the site, and tells open pages.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinHandle;

use crate::arguments::{self, Arguments, Command};
use crate::browser::editor::Editor;
use crate::browser::open;
use crate::change::{Inputs, Reaction, reaction};
use crate::compile::{self, Compiled, Outcome};
use crate::layout::Layout;
use crate::listen::{self, Listening};
use crate::problem::Problem;
use crate::proxy;
use crate::proxy::hosts::Hosts;
use crate::site::{SiteProcess, Waiting};
use crate::state::{Shared, Update};
use crate::stop;
use crate::terminal::Terminal;
use crate::watch::{Ignored, Watch};

/// The most characters of a line that are names of changed files.
const MOST_NAMES: usize = 120;

/// How long after a change the process for the next one starts: open pages have been loaded by then.
const IDLE: Duration = Duration::from_millis(200);

const FAILURE: i32 = 1;
const INVALID_COMMAND_LINE: i32 = 2;

/// Runs the development server of a site. Returns the exit status.
pub(crate) fn run(site: &Path) -> i32 {
    let terminal = Terminal::detect();
    let arguments = match arguments::parse(env::args_os().skip(1)) {
        Ok(Command::Run(arguments)) => arguments,
        Ok(Command::Help(text)) => {
            Terminal::output(text);
            return 0;
        }
        Err(error) => {
            terminal.error(&format!("{error:#}"));
            return INVALID_COMMAND_LINE;
        }
    };
    match serve(site, &arguments, terminal) {
        Ok(()) => 0,
        Err(error) => {
            terminal.error(&format!("{error:#}"));
            FAILURE
        }
    }
}

fn serve(site: &Path, arguments: &Arguments, terminal: Terminal) -> Result<()> {
    let layout = Layout::find(site)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot start tokio")?;
    let served = runtime.block_on(async {
        let listening = listen::listen(arguments).await?;
        if let Some(port) = listening.taken {
            Terminal::line(&format!("port {port} is taken, so another one is used"));
        }
        let Listening { listener, address, url, .. } = listening;
        let hosts = Hosts::of(arguments.host.as_deref());
        let shared = Arc::new(Shared::new(hosts, Editor::new(layout.clone())?)?);
        tokio::spawn(proxy::serve(listener, Arc::clone(&shared), terminal));
        let mut watch = Watch::start(arguments.polls, ignored(&layout))?;
        watch.add(&layout.site)?;
        watch.add(&layout.package)?;
        let session = Session {
            layout,
            shared,
            address,
            terminal,
            watch,
            greeting: Some(Greeting::of(arguments, url)),
            inputs: Inputs::default(),
            executable: None,
            binary: None,
            standby: None,
            idle_from: None,
            task: None,
            reading: None,
            what: "the site".to_owned(),
            since: Instant::now(),
            swaps: false,
            is_broken: false,
            owes_start: false,
        };
        tokio::select! {
            () = session.run() => {}
            () = stop::signal() => {}
        }
        Ok(())
    });
    // There is nothing to wait for: the site and Cargo end with their process groups.
    runtime.shutdown_background();
    served
}

/// The folders that programs write.
fn ignored(layout: &Layout) -> Ignored {
    let mut folders = vec![layout.site.join("target"), layout.site.join("dist")];
    folders.extend([layout.package.join("target"), layout.package.join("dist")]);
    folders.extend(layout.separate_target().map(Path::to_path_buf));
    Ignored::of(folders)
}

/// What is printed once the server answers.
struct Greeting {
    url: String,
    opens: bool,
    /// Whether other machines can reach the server.
    is_public: bool,
}

impl Greeting {
    fn of(arguments: &Arguments, url: String) -> Self {
        let is_public = arguments.host.as_deref().is_some_and(|host| !Hosts::is_loopback(host));
        Greeting { url, opens: arguments.opens, is_public }
    }

    fn print(self, terminal: Terminal, base: &str) {
        Terminal::line(&format!("listening on {}", self.url));
        if self.is_public {
            let port = self.url.rsplit(':').next().unwrap_or_default();
            for address in listen::own_addresses() {
                let address = std::net::SocketAddr::new(address, port.parse().unwrap_or_default());
                Terminal::line(&format!("             http://{address}"));
            }
            terminal.warning(
                "everyone in your network can see the site and its source lines in errors",
            );
        }
        if self.opens
            && let Err(error) = open::in_browser(&format!("{}{base}/", self.url))
        {
            terminal.warning(&format!("cannot open a browser: {error}"));
        }
    }
}

/// A task in the background, which ends when this value is dropped.
enum Task {
    Compile(JoinHandle<Result<Outcome>>),
    Start(JoinHandle<Result<Arc<SiteProcess>, Problem>>),
}

impl Drop for Task {
    fn drop(&mut self) {
        match self {
            Task::Compile(task) => task.abort(),
            Task::Start(task) => task.abort(),
        }
    }
}

enum Done {
    Compiled(Result<Outcome>),
    Started(Result<Arc<SiteProcess>, Problem>),
}

impl Task {
    async fn done(task: &mut Option<Task>) -> Done {
        let panicked = "a task panicked: this is a bug in kiln-dev";
        match task {
            Some(Task::Compile(task)) => Done::Compiled(task.await.expect(panicked)),
            Some(Task::Start(task)) => Done::Started(task.await.expect(panicked)),
            None => std::future::pending().await,
        }
    }
}

/// The state of the loop.
struct Session {
    layout: Layout,
    shared: Arc<Shared>,
    address: std::net::SocketAddr,
    terminal: Terminal,
    watch: Watch,
    /// `None` once it is printed.
    greeting: Option<Greeting>,
    inputs: Inputs,
    /// The newest binary that Cargo has made.
    executable: Option<PathBuf>,
    /// Its name, until the manifest changes.
    binary: Option<String>,
    /// A process of this binary that waits for the next change.
    standby: Option<Waiting>,
    /// When to start that process; `None` if there is nothing to start.
    idle_from: Option<Instant>,
    task: Option<Task>,
    /// The task that reads the inputs once Cargo has ended.
    reading: Option<JoinHandle<Inputs>>,
    /// What the running task is for.
    what: String,
    since: Instant,
    /// Whether open pages swap all that has changed, and do not reload.
    swaps: bool,
    /// Whether the newest sources do not compile.
    is_broken: bool,
    /// Whether the current binary has to start again if the compilation fails.
    owes_start: bool,
}

impl Session {
    async fn run(mut self) {
        Terminal::line("compiling the site ...");
        self.compile();
        loop {
            let site = self.shared.now.borrow().site.clone();
            let ended = async {
                match site {
                    Some(site) => site.ended().await,
                    None => std::future::pending().await,
                }
            };
            let idle = async {
                match self.idle_from {
                    Some(from) => tokio::time::sleep_until(from.into()).await,
                    None => std::future::pending().await,
                }
            };
            // What a change leads to depends on the inputs.
            let knows_inputs = self.reading.is_none();
            let read = async {
                match &mut self.reading {
                    Some(reading) => reading.await.unwrap_or_default(),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = self.watch.next(), if knows_inputs => self.changed(&changed),
                inputs = read => self.set_inputs(inputs),
                done = Task::done(&mut self.task) => {
                    self.task = None;
                    match done {
                        Done::Compiled(outcome) => self.compiled(outcome),
                        Done::Started(started) => self.started(started),
                    }
                }
                how = ended => self.ended(&how),
                () = idle => self.stand_by().await,
            }
        }
    }

    fn changed(&mut self, paths: &[PathBuf]) {
        let is_compiling = matches!(self.task, Some(Task::Compile(_)));
        let lock = self.layout.package.join("Cargo.lock");
        // Cargo itself may write the lock file while it compiles.
        let paths: Vec<PathBuf> =
            paths.iter().filter(|path| !(is_compiling && **path == lock)).cloned().collect();
        let reaction = reaction(&paths, &self.layout, &self.inputs);
        if reaction == Reaction::Nothing {
            return;
        }
        let what = self.named(&paths);
        match reaction {
            Reaction::Nothing => {}
            Reaction::Compile => {
                if paths.contains(&self.layout.package.join("Cargo.toml")) {
                    self.binary = None;
                }
                self.begin(what);
                self.compile();
            }
            // The new site will see these changes, too.
            Reaction::Reload | Reaction::Swap(_) if is_compiling => {
                self.join(what);
                self.owes_start = true;
            }
            Reaction::Reload => {
                self.begin(what);
                self.start(Some(Update::Reload));
            }
            Reaction::Swap(swapped) => {
                let swaps = self.swaps || self.task.is_none();
                self.begin(what);
                self.start(Some(Update::Swap(swapped)));
                self.swaps = swaps;
            }
        }
    }

    /// Sets what the next task is for. If a task is running, the next one is for the same changes, too.
    fn begin(&mut self, what: String) {
        match self.task {
            Some(_) if self.greeting.is_none() => self.join(what),
            _ => self.what = what,
        }
        self.since = Instant::now();
    }

    fn join(&mut self, what: String) {
        if self.what.contains(&what) {
            return;
        }
        let joined = format!("{}, {what}", self.what);
        self.what = if joined.len() > MOST_NAMES { what } else { joined };
    }

    /// The names of changed files, for the terminal.
    fn named(&self, paths: &[PathBuf]) -> String {
        let first = paths.first().map(|path| self.layout.shown(path)).unwrap_or_default();
        match paths.len() {
            0 | 1 => first,
            2 => format!("{first}, {}", self.layout.shown(&paths[1])),
            count => format!("{first} and {} other files", count - 1),
        }
    }

    /// Compiles the site. A compilation that is running is stopped.
    fn compile(&mut self) {
        let (layout, binary, terminal) = (self.layout.clone(), self.binary.clone(), self.terminal);
        if matches!(self.task, Some(Task::Start(_))) {
            self.owes_start = true;
            self.shared.keep_site();
        }
        self.task = None;
        // The next process has another binary.
        (self.standby, self.idle_from) = (None, None);
        let compile = async move { compile::compile(&layout, binary, terminal).await };
        self.task = Some(Task::Compile(tokio::spawn(compile)));
    }

    /// Starts the newest binary. Open pages begin to update meanwhile, if there is an update.
    fn start(&mut self, update: Option<Update>) {
        let Some(executable) = self.executable.clone() else { return };
        self.swaps = false;
        if let Some(update) = update {
            self.shared.announce(update);
        }
        self.idle_from = None;
        let standby = self.standby.take();
        let (folder, address) = (self.layout.site.clone(), self.address);
        let start = async move {
            // Somebody may have ended the process.
            if let Some(standby) = standby
                && let Ok(site) = standby.site().await
            {
                return Ok(site);
            }
            Waiting::start(&executable, &folder, address).await?.site().await
        };
        self.task = Some(Task::Start(tokio::spawn(start)));
    }

    /// Starts a process for the next change. If it does not start, the next change does without.
    async fn stand_by(&mut self) {
        self.idle_from = None;
        let Some(executable) = &self.executable else { return };
        self.standby = Waiting::start(executable, &self.layout.site, self.address).await.ok();
    }

    fn compiled(&mut self, outcome: Result<Outcome>) {
        match outcome {
            Ok(Outcome::Compiled(Compiled { executable, binary, inputs })) => {
                (self.executable, self.binary) = (Some(executable), Some(binary));
                self.reading = Some(inputs);
                (self.is_broken, self.owes_start) = (false, false);
                self.start(Some(Update::Reload));
            }
            Ok(Outcome::Failed(compile::Failed { problem, messages, .. })) => {
                Terminal::raw(&messages);
                self.is_broken = true;
                self.failed("does not compile", problem);
            }
            Err(error) => {
                let problem = Problem::of("Cargo cannot be started", format!("{error:#}"), "");
                self.terminal.error(&format!("{error:#}"));
                self.is_broken = true;
                self.failed("cannot be compiled", problem);
            }
        }
    }

    fn set_inputs(&mut self, inputs: Inputs) {
        self.reading = None;
        for package in &inputs.packages {
            if let Err(error) = self.watch.add(package) {
                self.terminal.warning(&format!("{error:#}"));
            }
        }
        self.inputs = inputs;
    }

    fn failed(&mut self, how: &str, problem: Problem) {
        let count = problem.mistakes.len();
        let how = match count {
            0 | 1 => how.to_owned(),
            count => format!("{how}: {count} errors"),
        };
        self.terminal.failed(&self.what, &how, self.since.elapsed());
        self.shared.set_problem(problem);
        self.greet();
        self.idle_from = Some(Instant::now() + IDLE);
        if std::mem::take(&mut self.owes_start) {
            self.start(Some(Update::Reload));
        }
    }

    fn started(&mut self, started: Result<Arc<SiteProcess>, Problem>) {
        match started {
            Ok(site) => {
                self.watch.ignored.add(site.ready.out.clone());
                let done = if self.swaps { "swapped" } else { "reloaded" };
                let before = self.shared.set_site(site, !self.is_broken);
                if let Some(before) = before {
                    tokio::spawn(before.retire());
                }
                self.idle_from = Some(Instant::now() + IDLE);
                if self.greeting.is_none() {
                    self.terminal.done(&self.what, done, self.since.elapsed());
                }
                self.greet();
            }
            Err(problem) => {
                let message = &problem.mistakes[0].message;
                self.terminal.error(message);
                self.failed("does not start", problem);
            }
        }
    }

    fn greet(&mut self) {
        let Some(greeting) = self.greeting.take() else { return };
        let base = self.shared.now.borrow().site.as_ref().map(|site| site.ready.base.clone());
        greeting.print(self.terminal, &base.unwrap_or_default());
    }

    /// Starts the site again, since a page has ended its process.
    fn ended(&mut self, how: &str) {
        self.shared.now.send_modify(|now| now.site = None);
        match self.task {
            // A page that reloads would end the next process, too: open pages stay as they are.
            None => {
                self.begin(format!("the process of the site: {how}"));
                self.start(None);
            }
            Some(Task::Compile(_)) => self.owes_start = true,
            Some(Task::Start(_)) => {}
        }
    }
}
