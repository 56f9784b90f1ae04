//! The commands of a site: Cargo compiles and runs its binary.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::ArgMatches;

use crate::current::{CurrentSite, cargo};

/// The names of the commands, and what they do.
pub(crate) const COMMANDS: [(&str, &str); 6] = [
    ("dev", "Serves the site while you work on it"),
    ("build", "Writes the site to dist/"),
    ("check", "Reports links that lead nowhere, without writing"),
    ("preview", "Serves dist/ as a host of static files would"),
    ("serve", "Serves dist/, and renders the other pages on request"),
    ("routes", "Prints the table of routes"),
];

/// Runs a command of a site, and returns its exit status.
///
/// # Errors
///
/// Fails if Cargo cannot be started, or if the site has no development server.
pub(crate) fn run(site: &CurrentSite, name: &str, options: &ArgMatches) -> Result<ExitCode> {
    let mut command = Command::new(cargo());
    command.args(cargo_arguments(site, name)?);
    command.args(options.get_many::<OsString>("arguments").unwrap_or_default());
    status_of(&mut command)
}

/// The arguments of Cargo, up to those of the site's command.
fn cargo_arguments(site: &CurrentSite, name: &str) -> Result<Vec<String>> {
    let run = |options: &[&str], feature: Option<&str>| {
        let mut arguments = vec!["run".to_owned()];
        arguments.extend(options.iter().map(ToString::to_string));
        if let Some(feature) = feature {
            arguments.extend(["--features".to_owned(), site.feature(feature)]);
        }
        arguments.push("--".to_owned());
        arguments
    };
    let release = |feature| {
        let mut arguments = run(&["--release"], feature);
        arguments.push(name.to_owned());
        arguments
    };
    Ok(match name {
        "dev" if !(site.has_binary("dev") && site.has_feature("dev")) => bail!(
            "{} has no development server: no binary `dev`, or no feature of this name\n  \
             hint: {}/dev/ lists the lines that add one",
            site.folder.join("Cargo.toml").display(),
            env!("CARGO_PKG_HOMEPAGE"),
        ),
        "dev" => run(&["--bin", "dev"], Some("dev")),
        "preview" | "serve" => release(Some("server")),
        "check" => release(Some("check")),
        _ => release(None),
    })
}

/// Runs a program to its end. Its exit status becomes that of this program.
pub(crate) fn status_of(command: &mut Command) -> Result<ExitCode> {
    let status = command.status();
    let status =
        status.with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
