//! Reads the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use lexopt::prelude::*;

use super::help::HELP;
use super::serve::{Listen, Mode};
use super::shard::{self, Variable};
use crate::build::{Replacement, Shard};

/// A command with its arguments.
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
    Check(CheckArguments),
    /// `serve` or `preview`.
    Serve {
        mode: Mode,
        listen: Listen,
        /// As typed: relative to the current folder.
        out: Option<PathBuf>,
        quiet: bool,
    },
    /// The site as `cargo dev` runs it. The command is not listed, since it takes its arguments from `cargo dev`.
    Dev,
    /// The text to print.
    Help(String),
}

/// Arguments of the commands that write the out folder.
#[derive(Debug, Default)]
pub(super) struct BuildArguments {
    /// As typed: relative to the current folder.
    pub(super) out: Option<PathBuf>,
    pub(super) jobs: Option<usize>,
    pub(super) report: Option<PathBuf>,
    pub(super) sync: bool,
    pub(super) quiet: bool,
    pub(super) strict: bool,
    pub(super) replacement: Replacement,
    /// As typed: relative to the current folder.
    pub(super) changes: Option<PathBuf>,
    /// Only for `build`.
    pub(super) shard: Option<Shard>,
}

/// Arguments of `check`.
#[derive(Debug)]
#[cfg_attr(
    not(any(feature = "check", test)),
    expect(dead_code, reason = "the command only reports the missing feature")
)]
pub(super) struct CheckArguments {
    /// The folder for temporary files, as typed: relative to the current folder.
    pub(super) out: Option<PathBuf>,
    pub(super) jobs: Option<usize>,
    pub(super) json: bool,
    pub(super) quiet: bool,
    pub(super) strict: bool,
}

#[cfg(feature = "check")]
impl CheckArguments {
    /// The same arguments of a build.
    pub(super) fn as_build(&self) -> BuildArguments {
        let CheckArguments { jobs, quiet, strict, .. } = *self;
        BuildArguments { jobs, quiet, strict, ..BuildArguments::default() }
    }
}

/// The most threads: as many as there can be pages in flight.
const MAX_JOBS: usize = 1024;

impl BuildArguments {
    /// Reads an option. Returns the commands that have it, and how it is typed.
    fn read(
        &mut self,
        name: &str,
        parser: &mut lexopt::Parser,
        variable: &Variable<'_>,
    ) -> Result<(&'static [&'static str], &'static str)> {
        Ok(match name {
            "out" => {
                self.out = Some(parser.value()?.into());
                (&["build", "merge", "preview", "serve", "check"], "--out")
            }
            "jobs" => {
                self.jobs = Some(job_count(&parser.value()?.string()?)?);
                (RENDERING, "--jobs")
            }
            "report" => {
                self.report = Some(parser.value()?.into());
                (WRITING, "--report")
            }
            "changes" => {
                self.changes = Some(parser.value()?.into());
                (WRITING, "--changes")
            }
            "sync" => {
                self.sync = true;
                (WRITING, "--sync")
            }
            "quiet" => {
                self.quiet = true;
                (&["build", "merge", "preview", "serve", "check"], "--quiet")
            }
            "strict" => {
                self.strict = true;
                (RENDERING, "--strict")
            }
            "atomic" => {
                self.replacement = Replacement::Atomic;
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

/// The commands that have the options of a build, except for those of its files.
const RENDERING: &[&str] = &["build", "merge", "check"];

/// The commands that run a server.
const SERVING: &[&str] = &["preview", "serve"];

const OPTIONS: [&str; 12] = [
    "out", "jobs", "report", "changes", "sync", "quiet", "strict", "atomic", "shard", "json",
    "host", "port",
];

const COMMANDS: [&str; 6] = ["build", "merge", "routes", "preview", "serve", "check"];

/// Parses the arguments of the process, without its name, and the environment variables that they refer to.
pub(super) fn parse(
    arguments: impl Iterator<Item = OsString>,
    variable: &Variable<'_>,
) -> Result<Command> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut typed = Typed::default();
    while let Some(argument) = next(&mut parser, &typed.folders)? {
        let text = match argument {
            Short('h') | Long("help") => HELP,
            Short('V') | Long("version") => concat!("kiln ", env!("CARGO_PKG_VERSION"), "\n"),
            Value(word) => {
                typed.add_word(word)?;
                continue;
            }
            Short('j') => {
                typed.add_option("jobs", &mut parser, variable)?;
                continue;
            }
            Short('q') => {
                typed.add_option("quiet", &mut parser, variable)?;
                continue;
            }
            Long(name) if OPTIONS.contains(&name) => {
                let name = name.to_owned();
                typed.add_option(&name, &mut parser, variable)?;
                continue;
            }
            other => return Err(unexpected(other)),
        };
        return Ok(Command::Help(text.into()));
    }
    typed.into_command()
}

/// The arguments so far, before the command is known.
#[derive(Debug, Default)]
struct Typed {
    command: Option<String>,
    folders: Vec<PathBuf>,
    build: BuildArguments,
    listen: Listen,
    json: bool,
    /// Each option with the commands that have it.
    options: Vec<(&'static [&'static str], &'static str)>,
}

impl Typed {
    fn add_word(&mut self, word: OsString) -> Result<()> {
        match self.command.as_deref() {
            None => self.command = Some(word.string()?),
            Some("merge") => self.folders.push(word.into()),
            Some(_) => return Err(unexpected(Value(word))),
        }
        Ok(())
    }

    fn add_option(
        &mut self,
        name: &str,
        parser: &mut lexopt::Parser,
        variable: &Variable<'_>,
    ) -> Result<()> {
        self.options.push(match name {
            "json" => {
                self.json = true;
                (&["routes", "check"], "--json")
            }
            "host" => {
                self.listen.host = parser.value()?.string()?;
                (SERVING, "--host")
            }
            "port" => {
                self.listen.port = port(&parser.value()?.string()?)?;
                (SERVING, "--port")
            }
            name => self.build.read(name, parser, variable)?,
        });
        Ok(())
    }

    fn into_command(self) -> Result<Command> {
        let Typed { command, folders, build, listen, json, options } = self;
        let command = command.unwrap_or_else(|| "build".into());
        if let Some((of, option)) = options.iter().find(|(of, _)| !of.contains(&&*command))
            && COMMANDS.contains(&&*command)
        {
            let of = listed(of);
            bail!("`{option}` is an option of `{of}`, and not of `{command}`");
        }
        match command.as_str() {
            "build" if build.shard.is_some() && build.changes.is_some() => bail!(
                "a shard has no changes of the site\n  hint: write `--changes` after `merge`, which has the files of all shards"
            ),
            "build" => Ok(Command::Build(build)),
            "merge" if folders.is_empty() => bail!(
                "`merge` needs the folders of the shards\n  hint: write `merge DIR... --out DIR`, with a folder for each shard"
            ),
            "merge" => Ok(Command::Merge { folders, arguments: build }),
            "routes" => Ok(Command::Routes { json }),
            "check" => {
                let BuildArguments { out, jobs, quiet, strict, .. } = build;
                Ok(Command::Check(CheckArguments { out, jobs, json, quiet, strict }))
            }
            "__dev" => Ok(Command::Dev),
            "serve" | "preview" => {
                let mode = if command == "serve" { Mode::Serve } else { Mode::Preview };
                Ok(Command::Serve { mode, listen, out: build.out, quiet: build.quiet })
            }
            unknown => bail!(
                "unknown command `{unknown}`\n  hint: the commands are `{}`; --help explains them",
                listed(&COMMANDS)
            ),
        }
    }
}

fn unexpected(argument: lexopt::Arg<'_>) -> anyhow::Error {
    anyhow!("{}\n  hint: --help lists commands and options", argument.unexpected())
}

/// The next argument.
///
/// A `--` is skipped, because `cargo preview -- --port 80` has one more than the alias needs. Only after the first
/// folder of `merge` does it end the options, so that the name of a folder may start with `-`.
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

/// Joins words; the text around them contains the outer backticks.
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
            "`--port {text}` is not a valid port\n  hint: write a whole number from 1 to 65535, or 0 for any free port"
        ),
    }
}

fn job_count(text: &str) -> Result<usize> {
    match text.parse() {
        Ok(number) if (1..=MAX_JOBS).contains(&number) => Ok(number),
        _ => bail!(
            "`--jobs {text}` is not a valid number of threads\n  hint: write a whole number from 1 to {MAX_JOBS}"
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
        let line =
            "--jobs 3 --quiet --sync --strict --atomic --out x --report=r.json --changes c.jsonl";
        let Ok(Command::Build(arguments)) = parsed(line) else { panic!("not a build") };
        assert_eq!((arguments.jobs, arguments.quiet, arguments.sync), (Some(3), true, true));
        assert!(arguments.strict);
        assert_eq!(arguments.replacement, Replacement::Atomic);
        assert_eq!(arguments.out, Some(PathBuf::from("x")));
        assert_eq!(arguments.report, Some(PathBuf::from("r.json")));
        assert_eq!(arguments.changes, Some(PathBuf::from("c.jsonl")));
        assert!(
            matches!(parsed("build"), Ok(Command::Build(build)) if build.replacement == Replacement::InProportion)
        );
        let Ok(Command::Merge { folders, arguments }) = parsed("merge a --out x b") else {
            panic!("not a merge");
        };
        assert_eq!(folders, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(arguments.out, Some(PathBuf::from("x")));
        let Ok(Command::Serve { mode, listen, out, quiet }) =
            parsed("serve --host 0.0.0.0 --port 0 --out x --quiet")
        else {
            panic!("not a server");
        };
        assert_eq!((mode, out, quiet), (Mode::Serve, Some(PathBuf::from("x")), true));
        assert_eq!(listen, Listen { host: "0.0.0.0".into(), port: 0 });
        let Ok(Command::Serve { mode, listen, out, quiet }) = parsed("preview") else {
            panic!("not a server");
        };
        assert_eq!((mode, listen, out, quiet), (Mode::Preview, Listen::default(), None, false));
        assert!(matches!(parsed("routes --json"), Ok(Command::Routes { json: true })));
        let Ok(Command::Check(arguments)) = parsed("check --json --strict --jobs 2 --out x -q")
        else {
            panic!("not a check");
        };
        assert!(arguments.json && arguments.strict && arguments.quiet);
        assert_eq!((arguments.jobs, arguments.out), (Some(2), Some(PathBuf::from("x"))));
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
            let Ok(Command::Serve { mode: Mode::Preview, listen, .. }) = parsed else {
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
    fn dashes_after_the_first_folder_end_the_options() {
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
            ("biuld", "unknown command `biuld`"),
            ("--jobs 0", "`--jobs 0` is not a valid number of threads"),
            ("--jobs 1025", "`--jobs 1025` is not a valid number of threads"),
            ("--jobs x", "`--jobs x` is not a valid number of threads"),
            ("--json", "`--json` is an option of `routes` and `check`, and not of `build`"),
            (
                "routes --out x",
                "`--out` is an option of `build`, `merge`, `preview`, `serve` and `check`, and not of `routes`",
            ),
            ("--port 80", "`--port` is an option of `preview` and `serve`, and not of `build`"),
            (
                "serve --jobs 2",
                "`--jobs` is an option of `build`, `merge` and `check`, and not of `serve`",
            ),
            ("check --sync", "`--sync` is an option of `build` and `merge`, and not of `check`"),
            ("serve --port 65536", "`--port 65536` is not a valid port"),
            ("preview --port +1", "`--port +1` is not a valid port"),
            (
                "serve --atomic",
                "`--atomic` is an option of `build` and `merge`, and not of `serve`",
            ),
            ("merge", "`merge` needs the folders of the shards"),
            ("merge a --shard 1/2", "`--shard` is an option of `build`, and not of `merge`"),
            ("--shard 1/2 --changes c", "a shard has no changes of the site"),
            (
                "check --changes c",
                "`--changes` is an option of `build` and `merge`, and not of `check`",
            ),
            ("--changes", "missing argument for option '--changes'"),
            ("--shard 3/2", "`--shard 3/2` is not a valid shard"),
            ("build now", "unexpected argument \"now\""),
            ("--fast", "invalid option '--fast'"),
        ];
        for (line, message) in table {
            let error = parsed(line).expect_err(line).to_string();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
