//! `cargo kiln`: starts sites, runs their commands, and formats their pages.

mod cli;
mod current;
mod format;
mod forward;
mod new;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::ArgMatches;

use crate::current::CurrentSite;

fn main() -> ExitCode {
    match run(&cli::command().get_matches_from(arguments())) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The arguments of the program. Cargo adds the name of the subcommand before those of the user.
fn arguments() -> impl Iterator<Item = OsString> {
    let mut arguments = env::args_os();
    let program = arguments.next().into_iter();
    let mut arguments = arguments.peekable();
    arguments.next_if(|first| first == "kiln");
    program.chain(arguments)
}

fn run(matches: &ArgMatches) -> Result<ExitCode> {
    match matches.subcommand() {
        Some(("new", options)) => new::run(options).map(|()| ExitCode::SUCCESS),
        Some(("fmt", options)) => format::run(&CurrentSite::find()?, options.get_flag("check")),
        Some(("completions", options)) => {
            cli::print_completions(options);
            Ok(ExitCode::SUCCESS)
        }
        Some((name, options)) => forward::run(&CurrentSite::find()?, name, options),
        None => unreachable!("clap requires a subcommand"),
    }
}
