//! Reads the command line.

use std::ffi::OsString;

use anyhow::{Result, bail};
use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
Runs this site while you work on it: renders each page on request, and reloads it after each change.

Usage: cargo dev [OPTIONS]

Options:
  --host HOST  the name or address to listen on (127.0.0.1); 0.0.0.0 for all interfaces
  --port N     the port (4321, or the next free one); 0 for any free one
  --open       opens the site in the browser
  --poll       looks for changes twice a second, for file systems that do not report them
  --help, --version

The variable KILN_EDITOR says how a file is opened from an error: an address such as
`zed://file/{file}:{line}:{column}`, or a command such as `emacsclient +{line}:{column} {file}`.

Ctrl-C stops the server and everything that it has started.
";

/// The arguments of `cargo dev`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// `None` if the server listens on this machine alone.
    pub(crate) host: Option<String>,
    /// `None` for the first free port from the default on.
    pub(crate) port: Option<u16>,
    pub(crate) opens: bool,
    pub(crate) polls: bool,
}

/// A command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run(Arguments),
    /// The text to print.
    Help(&'static str),
}

/// Parses the arguments of the process, without its name.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command> {
    // The alias already contains a `--`; another one means the same.
    let arguments = arguments.filter(|argument| argument != "--");
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut parsed = Arguments { host: None, port: None, opens: false, polls: false };
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help(HELP)),
            Short('V') | Long("version") => {
                return Ok(Command::Help(concat!("kiln-dev ", env!("CARGO_PKG_VERSION"), "\n")));
            }
            Long("host") => parsed.host = Some(parser.value()?.string()?),
            Long("port") => parsed.port = Some(port(&parser.value()?.string()?)?),
            Long("open") => parsed.opens = true,
            Long("poll") => parsed.polls = true,
            other => bail!("{}\n  hint: --help lists the options", other.unexpected()),
        }
    }
    Ok(Command::Run(parsed))
}

fn port(text: &str) -> Result<u16> {
    match text.parse() {
        Ok(port) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(port),
        _ => bail!(
            "`--port {text}` is not a valid port\n  hint: write a whole number from 1 to 65535, or 0 for any free port"
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
    fn options_are_read() {
        let none = Arguments { host: None, port: None, opens: false, polls: false };
        assert_eq!(parsed("").expect("arguments"), Command::Run(none.clone()));
        assert_eq!(parsed("--").expect("arguments"), Command::Run(none));
        let all =
            Arguments { host: Some("0.0.0.0".to_owned()), port: Some(0), opens: true, polls: true };
        let line = "--host 0.0.0.0 -- --port=0 --open --poll";
        assert_eq!(parsed(line).expect("arguments"), Command::Run(all));
        assert_eq!(parsed("--port 80 --help").expect("arguments"), Command::Help(HELP));
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (line, expected) in [
            ("--port 65536", "`--port 65536` is not a valid port"),
            ("--port +1", "`--port +1` is not a valid port"),
            ("--fast", "--fast"),
            ("serve", "serve"),
        ] {
            let error = parsed(line).expect_err(line).to_string();
            assert!(error.contains(expected) && error.contains("hint: "), "{line}: {error}");
        }
    }
}
