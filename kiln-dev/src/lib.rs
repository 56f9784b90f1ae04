//! The development server of kiln: `cargo dev`.
//!
//! A site's `src/bin/dev.rs` calls [`main`]. The program watches the site, compiles it with Cargo, runs it as another process, passes
//! requests on to it, and tells open pages when to reload. It does not depend on kiln, so it runs while the site does not compile.
//!
//! `session.rs` is the loop that reacts to changes; `state.rs` is what it shares with `proxy`, which answers requests.

mod arguments;
mod browser;
mod change;
mod compile;
mod layout;
mod listen;
mod messages;
mod problem;
mod proxy;
mod secret;
mod session;
mod site;
mod state;
mod stop;
#[cfg(test)]
mod support;
mod terminal;
mod watch;

use std::path::PathBuf;

/// Runs the development server of the package whose binary calls it, and ends the process: the `main` of `src/bin/dev.rs`.
///
/// # Example
///
/// ```no_run
/// // src/bin/dev.rs
/// fn main() {
///     kiln_dev::main()
/// }
/// ```
pub fn main() {
    Site::new(".").run();
}

/// A site in a folder, which need not be that of the package that compiles it.
///
/// # Example
///
/// ```no_run
/// // src/bin/dev.rs of a package that builds a site next to it
/// fn main() {
///     kiln_dev::Site::new("../my-site").run()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Site {
    folder: PathBuf,
}

impl Site {
    /// Creates a site from its folder, absolute or relative to the package whose binary calls it.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Site { folder: folder.into() }
    }

    /// Runs the development server as [`main`](main()) does, and ends the process.
    ///
    /// The exit status is 0 after Ctrl-C, 1 if the server cannot start, and 2 for an invalid command line.
    pub fn run(&self) -> ! {
        std::process::exit(session::run(&self.folder));
    }
}
