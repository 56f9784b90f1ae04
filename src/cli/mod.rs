//! The commands of a site's binary. This is the only module that prints, and that chooses the exit status.
//!
//! The current folder becomes that of the site, so pages read `content/…` by a relative path wherever the binary was
//! started, and also under `KILN_SITE`. `--out` and `--report` are relative to where the command was typed. Tests share
//! one process, so `testing::call` leaves the current folder alone; code that other packages test uses `SITE.folder()`,
//! as the template does.

mod arguments;
mod check;
mod explained;
mod help;
mod routes;
mod serve;
mod shard;

use std::env;
use std::fs;
use std::io::{Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};

use self::arguments::{BuildArguments, Command};
use self::serve::ServeOptions;
use crate::build::{self, Diagnostic, Outcome, Report, Warnings};
use crate::site::Site;

const SUCCESS: u8 = 0;
const FAILURE: u8 = 1;
const INVALID_COMMAND_LINE: u8 = 2;

/// Runs the command in the process's arguments: the `main` of a site's binary.
///
/// It is called by `kiln::site!()`. It sets the current folder to that of the site, so that pages can read `content/`
/// by its relative path wherever the binary was started.
///
/// The exit status is 0 on success, 1 for problems of the site, and 2 for an invalid command line.
pub fn run(site: &'static Site) -> ExitCode {
    let variable = |name: &str| env::var(name).ok();
    let status = match arguments::parse(env::args_os().skip(1), &variable) {
        Err(error) => {
            print(&mut stderr(), &format!("error: {error:#}\n"));
            INVALID_COMMAND_LINE
        }
        Ok(Command::Help(text)) => {
            print(&mut stdout(), &text);
            SUCCESS
        }
        Ok(command) => execute(site, &command).unwrap_or_else(|error| {
            print(&mut stderr(), &format!("error: {error:#}\n"));
            FAILURE
        }),
    };
    ExitCode::from(status)
}

fn execute(site: &'static Site, command: &Command) -> Result<u8> {
    match command {
        Command::Help(_) => Ok(SUCCESS),
        Command::Routes { json } => {
            let table = if *json { routes::json(site) } else { routes::table(site) };
            print(&mut stdout(), &table);
            Ok(SUCCESS)
        }
        Command::Check(arguments) => check::run(site, arguments),
        Command::Serve { mode, listen, out, quiet } => {
            let out = out_folder(site, out.as_deref())?;
            go_to(site)?;
            let options = ServeOptions { mode: *mode, listen, quiet: *quiet };
            serve::run(site, &out, options, |address| {
                print(&mut stdout(), &format!("listening on {address}\n"));
            })?;
            Ok(SUCCESS)
        }
        Command::Dev => {
            go_to(site)?;
            serve::run_dev(site, |line| print(&mut stdout(), line))?;
            Ok(SUCCESS)
        }
        Command::Build(arguments) => {
            write(site, arguments, &|options, warnings| build::build(site, options, warnings))
        }
        Command::Merge { folders, arguments } => {
            let current = current_folder()?;
            let folders: Vec<PathBuf> =
                folders.iter().map(|folder| normalize(&current.join(folder))).collect();
            write(site, arguments, &|options, warnings| {
                build::merge(site, &folders, options, warnings)
            })
        }
    }
}

/// Builds or merges the out folder, and prints the result.
fn write(
    site: &'static Site,
    arguments: &BuildArguments,
    make: &dyn Fn(&build::Options, &Arc<Warnings>) -> Result<Outcome>,
) -> Result<u8> {
    let current = current_folder()?;
    let out = out_folder(site, arguments.out.as_deref())?;
    let report_file = arguments.report.as_ref().map(|file| current.join(file));
    if let Some(file) = &report_file {
        // Now, and not after the site has been replaced.
        let opened = fs::File::options().append(true).create(true).open(file);
        opened.with_context(|| format!("cannot write the report {}", file.display()))?;
    }
    go_to(site)?;
    let changes = arguments.changes.as_ref().map(|file| normalize(&current.join(file)));
    let options = build::Options { changes, ..options(arguments, out) };
    let warnings = Arc::default();
    let outcome = make(&options, &warnings);
    let has_warned = show_warnings(&warnings, options.strict);
    let outcome = match outcome {
        Err(error) if arguments.out.is_some() && error.is::<build::RefusedFolder>() => {
            print(&mut stderr(), &format!("error: {error}\n"));
            return Ok(INVALID_COMMAND_LINE);
        }
        outcome => outcome?,
    };
    match outcome {
        Outcome::Built(mut report) => {
            show_report(site, arguments, &options.out, &report);
            if let Some(file) = report_file {
                fs::write(&file, format!("{:#}\n", report.json()))
                    .with_context(|| format!("cannot write the report {}", file.display()))?;
            }
            // The new site is in place: nobody has to wait until the old one is removed.
            report.clean_up(&options.out, &warnings);
            let has_warned = show_warnings(&warnings, options.strict) || has_warned;
            Ok(if options.strict && has_warned { FAILURE } else { SUCCESS })
        }
        Outcome::Failed(failures) => {
            let end = format!("nothing in {} has changed", options.out.display());
            show_failures(&failures, &end);
            Ok(FAILURE)
        }
    }
}

fn options(arguments: &BuildArguments, out: PathBuf) -> build::Options {
    build::Options {
        out,
        jobs: arguments.jobs.unwrap_or_else(available_threads),
        sync: arguments.sync,
        quiet: arguments.quiet,
        strict: arguments.strict,
        replacement: arguments.replacement,
        shard: arguments.shard,
        changes: None,
    }
}

/// Prints the warnings that are not failures. Returns true if there are any.
fn show_warnings(warnings: &Warnings, is_strict: bool) -> bool {
    let warnings = warnings.take();
    for warning in &warnings {
        let shown = if is_strict { warning.clone().into_error() } else { warning.clone() };
        print(&mut stderr(), &format!("{shown}\n\n"));
    }
    !warnings.is_empty()
}

/// Prints failures, their number, their consequence, and where they are explained.
fn show_failures(failures: &[Diagnostic], consequence: &str) {
    let shown: Vec<String> = failures.iter().map(|failure| format!("{failure}\n\n")).collect();
    let end = format!("{}: {consequence}\n{}", summary(failures), explained::line(failures));
    print(&mut stderr(), &format!("{}{end}", shown.concat()));
}

/// The number of failures; and the number of pages if some failures have several.
fn summary(failures: &[Diagnostic]) -> String {
    let count = match failures.iter().map(Diagnostic::count).sum() {
        1 => "1 failure".to_owned(),
        count => format!("{} failures", crate::text::grouped(count)),
    };
    let affected = failures.iter().map(Diagnostic::affected);
    let [pages, wholes] = affected.clone().fold([0, 0], |[a, b], [c, d]| [a + c, b + d]);
    match affected.into_iter().any(|[pages, wholes]| pages + wholes > 1) {
        true => format!("{count} in {}", build::counted([pages, wholes], "")),
        false => count,
    }
}

fn show_report(site: &Site, arguments: &BuildArguments, out: &Path, report: &Report) {
    if arguments.quiet {
        return;
    }
    let on_demand = site.routes().iter().filter(|route| !route.is_prerendered()).count();
    let note = match on_demand {
        0 => String::new(),
        1 => "1 route is rendered on request, and has no file\n".to_owned(),
        count => format!("{count} routes are rendered on request, and have no files\n"),
    };
    print(&mut stdout(), &format!("{}: {report}{note}", out.display()));
}

/// The out folder from the command line or from kiln.toml.
fn out_folder(site: &Site, typed: Option<&Path>) -> Result<PathBuf> {
    let current = current_folder()?;
    Ok(normalize(&typed.map_or_else(|| site.out_folder(), |out| current.join(out))))
}

/// Changes to the site's folder, where pages look for `content/`. The process belongs to the site, so no other code
/// depends on the current folder.
fn go_to(site: &Site) -> Result<()> {
    let folder = site.folder();
    env::set_current_dir(&folder)
        .with_context(|| format!("cannot change to the site's folder {}", folder.display()))
}

fn current_folder() -> Result<PathBuf> {
    env::current_dir().context("cannot get the current folder")
}

fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Makes a path absolute and removes `.` and `..`, without accessing the file system.
fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

/// Prints text. A closed pipe, as in `routes | head`, is not an error.
fn print(stream: &mut impl Write, text: &str) {
    // If printing fails, the error cannot be printed either.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}
