//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::forward;

/// The command line, for parsing, for `--help` and for completions.
pub(crate) fn command() -> Command {
    let forwarded = forward::COMMANDS.iter().map(|(name, about)| {
        let arguments = Arg::new("arguments")
            .help(format!("Arguments of `{name}`; `cargo kiln {name} -- --help` lists them"))
            .value_name("ARGUMENTS")
            .value_parser(value_parser!(OsString))
            .num_args(0..)
            .trailing_var_arg(true)
            .allow_hyphen_values(true);
        Command::new(*name).about(*about).disable_help_flag(true).arg(arguments)
    });
    Command::new("cargo-kiln")
        .bin_name("cargo kiln")
        .about("Starts sites made with kiln, and runs their commands")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(new())
        .subcommands(forwarded)
        .subcommand(fmt())
        .subcommand(completions())
}

fn new() -> Command {
    let flag = |name, help| Arg::new(name).long(name).help(help).action(ArgAction::SetTrue);
    Command::new("new")
        .about("Creates a site in a new folder")
        .arg(
            Arg::new("folder")
                .value_name("DIR")
                .help("The folder, which also gives the package its name")
                .value_parser(value_parser!(PathBuf))
                .required(true),
        )
        .arg(flag("bare", "The smallest site: one page, one dependency").conflicts_with("api"))
        .arg(flag("api", "Data files, two endpoints on request, and a test"))
        .arg(flag("vendor", "Copies kiln into the site, from the clone that cargo-kiln is part of"))
}

fn fmt() -> Command {
    let check = Arg::new("check")
        .long("check")
        .help("Changes nothing, and fails if a file is not formatted")
        .action(ArgAction::SetTrue);
    Command::new("fmt")
        .about("Formats the site, with the pages, which cargo fmt does not see")
        .arg(check)
}

fn completions() -> Command {
    let shell = Arg::new("shell")
        .value_name("SHELL")
        .help("The shell that is to complete `cargo-kiln`")
        .value_parser(value_parser!(Shell))
        .required(true);
    Command::new("completions").about("Prints the completions for a shell").arg(shell)
}

/// Prints a script for the shell. Shells complete the name of a program, which is `cargo-kiln`.
pub(crate) fn print_completions(options: &ArgMatches) {
    if let Some(shell) = options.get_one::<Shell>("shell") {
        print!("{}", completions_for(*shell));
    }
}

fn completions_for(shell: Shell) -> String {
    // In a script for bash, clap_complete writes a hyphen in this name in two ways, so that nothing completes after a
    // subcommand (clap-rs/clap#6421). So the script has a name without one, but for the lines that register it.
    let name = if shell == Shell::Bash { "cargo_kiln" } else { "cargo-kiln" };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command().bin_name(name), name, &mut script);
    String::from_utf8_lossy(&script).replace(" cargo_kiln\n", " cargo-kiln\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_valid() {
        command().debug_assert();
    }

    #[test]
    fn arguments_of_commands_are_passed_on() {
        let passed = |line: &str| {
            let matches = command().try_get_matches_from(line.split(' ')).expect("a command line");
            let (name, options) = matches.subcommand().expect("a subcommand");
            let arguments = options.get_many::<OsString>("arguments").unwrap_or_default();
            let arguments: Vec<_> = arguments.map(|argument| argument.to_string_lossy()).collect();
            format!("{name} {}", arguments.join(" "))
        };
        assert_eq!(passed("cargo-kiln build --out public --jobs 2"), "build --out public --jobs 2");
        assert_eq!(passed("cargo-kiln dev --help"), "dev --help");
        assert_eq!(passed("cargo-kiln serve -- --port 0"), "serve --port 0");
        assert_eq!(passed("cargo-kiln routes"), "routes ");
    }

    #[test]
    fn mistakes_are_usage_errors() {
        for (line, part) in [
            ("cargo-kiln", "Usage: cargo kiln <COMMAND>"),
            ("cargo-kiln new", "<DIR>"),
            ("cargo-kiln new a --bare --api", "cannot be used with"),
            ("cargo-kiln biuld", "a similar subcommand exists: 'build'"),
            ("cargo-kiln completions tcsh", "possible values: bash"),
        ] {
            let error = command().try_get_matches_from(line.split(' ')).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
            assert!(error.to_string().contains(part), "{line}: {error}");
        }
    }
}
