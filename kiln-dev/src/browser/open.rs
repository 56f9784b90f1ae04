//! Starts the programs of the desktop.

use std::io;
use std::process::{Command, Stdio};

/// Opens an address in the browser.
pub(crate) fn in_browser(url: &str) -> io::Result<()> {
    let words: &[&str] = if cfg!(target_os = "macos") {
        &["open", url]
    } else if cfg!(windows) {
        &["rundll32", "url.dll,FileProtocolHandler", url]
    } else {
        &["xdg-open", url]
    };
    start(words)
}

/// Starts a program without a shell, and does not wait for its end.
pub(super) fn start(words: &[impl AsRef<str>]) -> io::Result<()> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program.as_ref());
    command.args(arguments.iter().map(AsRef::as_ref));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C ends this program, and not the editor.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    std::thread::spawn(move || child.wait());
    Ok(())
}
