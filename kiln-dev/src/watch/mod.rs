//! Watches folders, and reports changes in batches.
//!
//! A folder is watched without its subfolders, and each of these with all that is below, unless it is ignored: on Linux, each watched
//! folder takes a handle, and a target folder has thousands.

mod batch;
mod editor_files;
mod ignored;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use self::batch::{Batch, Effect};
pub(crate) use self::ignored::Ignored;

/// How often `--poll` looks for changes.
const POLL: Duration = Duration::from_millis(500);

/// How long nothing must change before a batch is complete. What comes later joins the start of the site, so that this may be short.
const QUIET: Duration = Duration::from_millis(2);

/// The same if a file is still open. Saving a file takes several steps.
const QUIET_OPEN: Duration = Duration::from_millis(8);

/// The same if there is a new folder: the system reports its files only once it is watched, too.
const QUIET_FOLDER: Duration = Duration::from_millis(50);

/// How long a batch may take, if something changes all the time.
const LONGEST: Duration = Duration::from_millis(300);

type Reported = notify::Result<Event>;

/// The watched folders, and their changes.
pub(crate) struct Watch {
    watcher: Box<dyn Watcher + Send>,
    reported: UnboundedReceiver<Reported>,
    roots: Vec<PathBuf>,
    /// What has changed since the last batch was complete.
    batch: Batch,
    pub(crate) ignored: Ignored,
}

impl Watch {
    /// Starts to watch. No folder is watched yet.
    ///
    /// # Errors
    ///
    /// Fails if the system refuses.
    pub(crate) fn start(polls: bool, ignored: Ignored) -> Result<Self> {
        let (sender, reported) = unbounded_channel();
        // The receiver is gone when the program ends.
        let report = move |event: Reported| drop(sender.send(event));
        let config = Config::default().with_poll_interval(POLL).with_follow_symlinks(false);
        let watcher: Box<dyn Watcher + Send> = match polls {
            true => Box::new(PollWatcher::new(report, config).context("cannot watch files")?),
            false => {
                Box::new(RecommendedWatcher::new(report, config).context("cannot watch files")?)
            }
        };
        Ok(Watch { watcher, reported, roots: vec![], batch: Batch::default(), ignored })
    }

    /// Watches a folder with all that is below it and not ignored.
    ///
    /// # Errors
    ///
    /// Fails if the system refuses, for example because too many folders are watched.
    pub(crate) fn add(&mut self, root: &Path) -> Result<()> {
        if self.roots.iter().any(|watched| root == watched) {
            return Ok(());
        }
        self.ignored.add_root(root);
        self.watch(root, RecursiveMode::NonRecursive)?;
        let entries =
            fs::read_dir(root).with_context(|| format!("cannot list {}", root.display()))?;
        for entry in entries.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.watch_below(&entry.path())?;
            }
        }
        self.roots.push(root.to_path_buf());
        Ok(())
    }

    fn watch_below(&mut self, folder: &Path) -> Result<()> {
        match self.ignored.has(folder) {
            true => Ok(()),
            false => self.watch(folder, RecursiveMode::Recursive),
        }
    }

    fn watch(&mut self, folder: &Path, mode: RecursiveMode) -> Result<()> {
        self.watcher.watch(folder, mode).with_context(|| {
            format!(
                "cannot watch {}\n  hint: `cargo dev --poll` looks for changes without the help of the system",
                folder.display()
            )
        })
    }

    /// The next changed paths, sorted. Waits until nothing has changed for a moment.
    ///
    /// If the future is dropped before that, the next call begins with what has changed so far.
    pub(crate) async fn next(&mut self) -> Vec<PathBuf> {
        loop {
            if self.batch.is_empty() {
                let Some(first) = self.reported.recv().await else {
                    return std::future::pending().await;
                };
                self.take(first);
            }
            let end = tokio::time::Instant::now() + LONGEST;
            while let Ok(Some(next)) =
                tokio::time::timeout(self.quiet(), self.reported.recv()).await
            {
                self.take(next);
                if tokio::time::Instant::now() > end {
                    break;
                }
            }
            let changed = std::mem::take(&mut self.batch).changed();
            if !changed.is_empty() {
                return changed;
            }
        }
    }

    fn quiet(&self) -> Duration {
        match (self.batch.has_folder(), self.batch.is_open()) {
            (true, _) => QUIET_FOLDER,
            (false, true) => QUIET_OPEN,
            (false, false) => QUIET,
        }
    }

    fn take(&mut self, reported: Reported) {
        let Ok(event) = reported else { return };
        let Some(effect) = Effect::of(event.kind) else { return };
        for path in &event.paths {
            if path.file_name().is_some_and(|name| name == ".gitignore") {
                self.ignored.forget_rules();
            }
            if self.ignored.has(path) || self.roots.contains(path) {
                continue;
            }
            self.batch.add(effect, path);
            let is_child =
                path.parent().is_some_and(|parent| self.roots.iter().any(|root| root == parent));
            let is_other = matches!(effect, Effect::Created | Effect::Renamed);
            if is_other && is_child && path.is_dir() {
                // What cannot be watched is missed, and everything else is not.
                let _ = self.watch_below(path);
            }
        }
    }
}
