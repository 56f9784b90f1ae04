//! Reads the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};
use lexopt::prelude::*;

/// A command, as it was typed.
#[derive(Debug)]
pub(super) enum Command {
    Build(BuildArguments),
    Routes {
        json: bool,
    },
    /// The text to print.
    Help(String),
}

#[derive(Debug, Default)]
pub(super) struct BuildArguments {
    /// As typed: relative to the current folder.
    pub(super) out: Option<PathBuf>,
    pub(super) jobs: Option<usize>,
    pub(super) report: Option<PathBuf>,
    pub(super) sync: bool,
    pub(super) quiet: bool,
    pub(super) strict: bool,
}

/// The most threads that can be asked for: as many as there are pages in the works.
const MOST_JOBS: usize = 1024;

const HELP: &str = "\
Builds this site, made with kiln.

Usage: cargo run --release [-- COMMAND [OPTIONS]]

Commands:
  build    calls every page and writes the site (the default)
  routes   lists the routes in the order in which they are tried

Options of build:
  --out DIR      the folder to write, instead of `out` of kiln.toml (dist)
  --jobs N       how many threads render; as many as there are cores where it is left out
  --report FILE  writes what was done as JSON
  --sync         waits until the new files are on the disk before they replace the old ones, so that a power cut
                 leaves the old site or the new one
  --quiet        prints nothing but mistakes and warnings
  --strict       takes every warning for a mistake

Options of routes:
  --json         as JSON, for other programs

  --help, --version

Examples:
  cargo run --release                               writes dist/
  cargo run --release -- --out /tmp/preview         writes another folder
  cargo run --release -- routes                     shows which file answers which path

Where pages fail, all failures are shown, nothing in the folder changes, and the exit status is 1.
";

/// Reads the arguments of the process, without its name.
pub(super) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut command: Option<String> = None;
    let (mut build, mut json) = (BuildArguments::default(), false);
    let mut options: Vec<(&str, &str)> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(HELP.into())),
            Short('V') | Long("version") => {
                let version = concat!("kiln ", env!("CARGO_PKG_VERSION"), "\n");
                return Ok(Command::Help(version.into()));
            }
            Long("out") => {
                build.out = Some(parser.value()?.into());
                options.push(("build", "--out"));
            }
            Short('j') | Long("jobs") => {
                build.jobs = Some(job_count(&parser.value()?.string()?)?);
                options.push(("build", "--jobs"));
            }
            Long("report") => {
                build.report = Some(parser.value()?.into());
                options.push(("build", "--report"));
            }
            Long("sync") => {
                build.sync = true;
                options.push(("build", "--sync"));
            }
            Short('q') | Long("quiet") => {
                build.quiet = true;
                options.push(("build", "--quiet"));
            }
            Long("strict") => {
                build.strict = true;
                options.push(("build", "--strict"));
            }
            Long("json") => {
                json = true;
                options.push(("routes", "--json"));
            }
            Value(word) if command.is_none() => command = Some(word.string()?),
            other => bail!("{}\n  hint: --help lists commands and options", other.unexpected()),
        }
    }
    let command = command.unwrap_or_else(|| "build".into());
    if let Some((of, option)) = options.iter().find(|(of, _)| *of != command)
        && ["build", "routes"].contains(&command.as_str())
    {
        bail!("`{option}` is an option of `{of}`, and not of `{command}`");
    }
    match command.as_str() {
        "build" => Ok(Command::Build(build)),
        "routes" => Ok(Command::Routes { json }),
        unknown => bail!(
            "there is no command `{unknown}`\n  hint: the commands are `build` and `routes`; --help tells more"
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
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_default_is_to_build() {
        let line = "--jobs 3 --quiet --sync --strict --out x --report=r.json";
        let Ok(Command::Build(arguments)) = parsed(line) else { panic!("not a build") };
        assert_eq!((arguments.jobs, arguments.quiet, arguments.sync), (Some(3), true, true));
        assert!(arguments.strict);
        assert_eq!(arguments.out, Some(PathBuf::from("x")));
        assert_eq!(arguments.report, Some(PathBuf::from("r.json")));
        assert!(matches!(parsed("build"), Ok(Command::Build(_))));
        assert!(matches!(parsed("routes --json"), Ok(Command::Routes { json: true })));
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let table = [
            ("biuld", "there is no command `biuld`"),
            ("--jobs 0", "`--jobs 0` is no number of threads"),
            ("--jobs 1025", "`--jobs 1025` is no number of threads"),
            ("--jobs x", "`--jobs x` is no number of threads"),
            ("--json", "`--json` is an option of `routes`, and not of `build`"),
            ("routes --strict", "`--strict` is an option of `build`, and not of `routes`"),
            ("routes --out x", "`--out` is an option of `build`, and not of `routes`"),
            ("build now", "unexpected argument \"now\""),
            ("--fast", "invalid option '--fast'"),
        ];
        for (line, message) in table {
            let error = parsed(line).expect_err(line).to_string();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
