//! Reads the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use super::serve::{Listen, Mode};
use super::shard::{self, Variable};
use crate::build::{Shard, Way};

/// A command, as it was typed.
#[derive(Debug)]
pub(super) enum Command {
    Build(BuildArguments),
    Merge {
        /// As typed; at least one.
        folders: Vec<PathBuf>,
        arguments: BuildArguments,
    },
    Routes {
        json: bool,
    },
    /// `serve` or `preview`.
    Answer {
        mode: Mode,
        listen: Listen,
        /// As typed: relative to the current folder.
        out: Option<PathBuf>,
        quiet: bool,
    },
    /// The text to print.
    Help(String),
}

/// Of the commands that write the out folder.
#[derive(Debug, Default)]
pub(super) struct BuildArguments {
    /// As typed: relative to the current folder.
    pub(super) out: Option<PathBuf>,
    pub(super) jobs: Option<usize>,
    pub(super) report: Option<PathBuf>,
    pub(super) sync: bool,
    pub(super) quiet: bool,
    pub(super) strict: bool,
    pub(super) way: Way,
    /// Of `build` only.
    pub(super) shard: Option<Shard>,
}

/// The most threads that can be asked for: as many as there are pages in the works.
const MOST_JOBS: usize = 1024;

const HELP: &str = "\
Builds this site, made with kiln.

Usage: cargo run --release [-- COMMAND [OPTIONS]]

With an alias such as `cargo preview`, options follow with or without another `--`.

Commands:
  build    calls every page and writes the site (the default)
  merge    joins the shards of one build: merge DIR... --out DIR
  routes   lists the routes in the order in which they are tried
  preview  serves the folder that a build wrote, as a host of static files would
  serve    serves it as well, and renders the other pages on request

Options of build and merge:
  --out DIR      the folder to write, instead of `out` of kiln.toml (dist)
  --jobs N       how many threads work; as many as there are cores where it is left out
  --report FILE  writes what was done as JSON
  --atomic       puts the new site in the place of the old one in one step, however little changed; an error where
                 that is impossible
  --sync         waits until the new files are on the disk before they replace the old ones, so that a power cut
                 leaves the old site or the new one
  --quiet        prints nothing but mistakes and warnings
  --strict       takes every warning for a mistake

Options of build:
  --shard K/N    builds part K of N, from 1 to N, for `merge` to join
  --shard auto   reads K and N from the variables of GitLab, Slurm or AWS Batch
  --shard auto/N reads K from these, or from that of a Kubernetes Indexed Job

Options of serve and preview (they need the feature `server` of kiln):
  --out DIR      the folder that was written, instead of `out` of kiln.toml (dist)
  --host HOST    the name or address to listen on (127.0.0.1); 0.0.0.0 for everybody
  --port N       the port (4321); 0 for any free one
  --quiet        logs mistakes and warnings only, and no line for each request

  Both switch to the new files when a build of the folder finishes. Ctrl-C or SIGTERM ends them when the requests that have
  begun are answered; answers that are still being sent after 5 seconds are closed. A second signal ends them at once. The
  exit status is 0 in each case.

Options of routes:
  --json         as JSON, for other programs

  --help, --version

Examples:
  cargo run --release                               writes dist/
  cargo run --release -- --out /tmp/preview         writes another folder
  cargo run --release -- --shard 2/8 --out shard-2  writes an eighth of the site
  cargo run --release -- merge shard-*              joins all eighths in dist/
  cargo run --release -- routes                     shows which file answers which path

Where pages fail, all failures are shown, nothing in the folder changes, and the exit status is 1.
";

impl BuildArguments {
    const NAMES: [&str; 8] =
        ["out", "jobs", "report", "sync", "quiet", "strict", "atomic", "shard"];

    /// Takes an option; gives the commands that it belongs to, and how it is typed.
    fn read(
        &mut self,
        name: &str,
        parser: &mut lexopt::Parser,
        variable: &Variable<'_>,
    ) -> Result<(&'static [&'static str], &'static str)> {
        Ok(match name {
            "out" => {
                self.out = Some(parser.value()?.into());
                (&["build", "merge", "preview", "serve"], "--out")
            }
            "jobs" => {
                self.jobs = Some(job_count(&parser.value()?.string()?)?);
                (WRITING, "--jobs")
            }
            "report" => {
                self.report = Some(parser.value()?.into());
                (WRITING, "--report")
            }
            "sync" => {
                self.sync = true;
                (WRITING, "--sync")
            }
            "quiet" => {
                self.quiet = true;
                (&["build", "merge", "preview", "serve"], "--quiet")
            }
            "strict" => {
                self.strict = true;
                (WRITING, "--strict")
            }
            "atomic" => {
                self.way = Way::Atomic;
                (WRITING, "--atomic")
            }
            _ => {
                self.shard = Some(shard::parse(&parser.value()?.string()?, variable)?);
                (&["build"], "--shard")
            }
        })
    }
}

/// The commands that write the out folder.
const WRITING: &[&str] = &["build", "merge"];

/// The commands that answer requests.
const ANSWERING: &[&str] = &["preview", "serve"];

const COMMANDS: [&str; 5] = ["build", "merge", "routes", "preview", "serve"];

/// Reads the arguments of the process, without its name, and the variables that they ask for.
pub(super) fn parse(
    arguments: impl Iterator<Item = OsString>,
    variable: &Variable<'_>,
) -> Result<Command> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut command: Option<String> = None;
    let (mut build, mut json) = (BuildArguments::default(), false);
    let mut listen = Listen::default();
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut options: Vec<(&[&str], &str)> = Vec::new();
    while let Some(argument) = next(&mut parser, &folders)? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(HELP.into())),
            Short('V') | Long("version") => {
                let version = concat!("kiln ", env!("CARGO_PKG_VERSION"), "\n");
                return Ok(Command::Help(version.into()));
            }
            Short('j') => options.push(build.read("jobs", &mut parser, variable)?),
            Short('q') => options.push(build.read("quiet", &mut parser, variable)?),
            Long("json") => {
                json = true;
                options.push((&["routes"], "--json"));
            }
            Long("host") => {
                listen.host = parser.value()?.string()?;
                options.push((ANSWERING, "--host"));
            }
            Long("port") => {
                listen.port = port(&parser.value()?.string()?)?;
                options.push((ANSWERING, "--port"));
            }
            Long(name) if BuildArguments::NAMES.contains(&name) => {
                let name = name.to_owned();
                options.push(build.read(&name, &mut parser, variable)?);
            }
            Value(word) if command.is_none() => command = Some(word.string()?),
            Value(folder) if command.as_deref() == Some("merge") => folders.push(folder.into()),
            other => bail!("{}\n  hint: --help lists commands and options", other.unexpected()),
        }
    }
    let command = command.unwrap_or_else(|| "build".into());
    if let Some((of, option)) = options.iter().find(|(of, _)| !of.contains(&&*command))
        && COMMANDS.contains(&&*command)
    {
        let of = listed(of);
        bail!("`{option}` is an option of `{of}`, and not of `{command}`");
    }
    match command.as_str() {
        "build" => Ok(Command::Build(build)),
        "merge" if folders.is_empty() => bail!(
            "`merge` joins the folders of shards, and none is named\n  hint: write `merge DIR... --out DIR`, with a folder for each shard"
        ),
        "merge" => Ok(Command::Merge { folders, arguments: build }),
        "routes" => Ok(Command::Routes { json }),
        "serve" | "preview" => {
            let mode = if command == "serve" { Mode::Serve } else { Mode::Preview };
            Ok(Command::Answer { mode, listen, out: build.out, quiet: build.quiet })
        }
        unknown => bail!(
            "there is no command `{unknown}`\n  hint: the commands are `{}`; --help tells more",
            listed(&COMMANDS)
        ),
    }
}

/// The next argument.
///
/// A `--` is skipped, as `cargo preview -- --port 80` has one more than the alias needs. Only behind the first folder of
/// `merge` it ends the options, so that the name of a folder may start with `-`.
fn next<'a>(
    parser: &'a mut lexopt::Parser,
    folders: &[PathBuf],
) -> Result<Option<lexopt::Arg<'a>>> {
    let skip = |parser: &mut lexopt::Parser| {
        let arguments = parser.try_raw_args();
        arguments.is_some_and(|mut it| it.next_if(|argument| argument == "--").is_some())
    };
    while folders.is_empty() && skip(parser) {}
    Ok(parser.next()?)
}

/// Words between backticks that the text around provides.
fn listed(words: &[&str]) -> String {
    match words {
        [words @ .., last] if !words.is_empty() => format!("{}` and `{last}", words.join("`, `")),
        words => words.join(""),
    }
}

fn port(text: &str) -> Result<u16> {
    match text.parse() {
        Ok(port) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(port),
        _ => bail!(
            "`--port {text}` is no port\n  hint: write a whole number from 1 to 65535, or 0 for any port that is free"
        ),
    }
}

fn job_count(text: &str) -> Result<usize> {
    match text.parse() {
        Ok(number) if (1..=MOST_JOBS).contains(&number) => Ok(number),
        _ => bail!(
            "`--jobs {text}` is no number of threads\n  hint: write a whole number from 1 to {MOST_JOBS}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(OsString::from), &|_| None)
    }

    #[test]
    fn commands_have_their_options() {
        let line = "--jobs 3 --quiet --sync --strict --atomic --out x --report=r.json";
        let Ok(Command::Build(arguments)) = parsed(line) else { panic!("not a build") };
        assert_eq!((arguments.jobs, arguments.quiet, arguments.sync), (Some(3), true, true));
        assert!(arguments.strict);
        assert_eq!(arguments.way, Way::Atomic);
        assert_eq!(arguments.out, Some(PathBuf::from("x")));
        assert_eq!(arguments.report, Some(PathBuf::from("r.json")));
        assert!(
            matches!(parsed("build"), Ok(Command::Build(build)) if build.way == Way::InProportion)
        );
        let Ok(Command::Merge { folders, arguments }) = parsed("merge a --out x b") else {
            panic!("not a merge");
        };
        assert_eq!(folders, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(arguments.out, Some(PathBuf::from("x")));
        let Ok(Command::Answer { mode, listen, out, quiet }) =
            parsed("serve --host 0.0.0.0 --port 0 --out x --quiet")
        else {
            panic!("not a server");
        };
        assert_eq!((mode, out, quiet), (Mode::Serve, Some(PathBuf::from("x")), true));
        assert_eq!(listen, Listen { host: "0.0.0.0".into(), port: 0 });
        let Ok(Command::Answer { mode, listen, out, quiet }) = parsed("preview") else {
            panic!("not a server");
        };
        assert_eq!((mode, listen, out, quiet), (Mode::Preview, Listen::default(), None, false));
        assert!(matches!(parsed("routes --json"), Ok(Command::Routes { json: true })));
    }

    #[test]
    fn dashes_of_an_alias_are_skipped() {
        for line in [
            "preview --port 4399",
            "preview -- --port 4399",
            "-- preview --port 4399",
            "-- preview -- --port 4399 --",
            "preview --quiet -- --port 4399",
            "--quiet -- preview --port=4399",
        ] {
            let parsed = parsed(line);
            let Ok(Command::Answer { mode: Mode::Preview, listen, .. }) = parsed else {
                panic!("{line}: {parsed:?}");
            };
            assert_eq!(listen.port, 4399, "{line}");
        }
        assert!(matches!(parsed("-- build --"), Ok(Command::Build(_))));
        assert!(matches!(parsed("--"), Ok(Command::Build(_))));
        assert!(matches!(parsed("serve -- --help"), Ok(Command::Help(_))));
        assert!(matches!(parsed("routes -- --json"), Ok(Command::Routes { json: true })));
        let build = parsed("--out --");
        assert!(matches!(build, Ok(Command::Build(it)) if it.out == Some(PathBuf::from("--"))));
        assert!(parsed("-- --fast").is_err_and(|error| error.to_string().contains("--fast")));
    }

    #[test]
    fn dashes_behind_the_first_folder_end_the_options() {
        for (line, expected) in [
            ("merge -- a b --out x", ["a", "b"]),
            ("-- merge a --out x b", ["a", "b"]),
            ("merge --out x a -- -b", ["a", "-b"]),
            ("merge --out x -- a -- --out", ["a", "--out"]),
        ] {
            let Ok(Command::Merge { folders, arguments }) = parsed(line) else { panic!("{line}") };
            assert_eq!(folders, expected.map(PathBuf::from), "{line}");
            assert_eq!(arguments.out, Some(PathBuf::from("x")), "{line}");
        }
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let table = [
            ("biuld", "there is no command `biuld`"),
            ("--jobs 0", "`--jobs 0` is no number of threads"),
            ("--jobs 1025", "`--jobs 1025` is no number of threads"),
            ("--jobs x", "`--jobs x` is no number of threads"),
            ("--json", "`--json` is an option of `routes`, and not of `build`"),
            (
                "routes --out x",
                "`--out` is an option of `build`, `merge`, `preview` and `serve`, and not of `routes`",
            ),
            ("--port 80", "`--port` is an option of `preview` and `serve`, and not of `build`"),
            ("serve --jobs 2", "`--jobs` is an option of `build` and `merge`, and not of `serve`"),
            ("serve --port 65536", "`--port 65536` is no port"),
            ("preview --port +1", "`--port +1` is no port"),
            (
                "serve --atomic",
                "`--atomic` is an option of `build` and `merge`, and not of `serve`",
            ),
            ("merge", "`merge` joins the folders of shards, and none is named"),
            ("merge a --shard 1/2", "`--shard` is an option of `build`, and not of `merge`"),
            ("--shard 3/2", "`--shard 3/2` is no part of a build"),
            ("build now", "unexpected argument \"now\""),
            ("--fast", "invalid option '--fast'"),
        ];
        for (line, message) in table {
            let error = parsed(line).expect_err(line).to_string();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
