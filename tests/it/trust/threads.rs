//! Threads that the system refuses.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::snapshot::Snapshot;
use super::versions::{One, build_whole};
use crate::support::{Run, TempFolder, binary, run};

/// How long a command that ends at once may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs a command that may start a number of threads besides its first.
///
/// Each thread reserves a gibibyte for its stack, and the address space is limited to these and half a gibibyte for the rest. So
/// the limit is the same for every user, and memory does not run out.
fn limited(threads: u32, command: &Command) -> Run {
    let space = u64::from(threads) * (1 << 20) + (1 << 19);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -v \"$0\" && exec \"$@\"", &space.to_string()]);
    limited.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        limited.env(name, value.expect("a variable that is set"));
    }
    limited.env("RUST_MIN_STACK", (1_u64 << 30).to_string()).env("RUST_BACKTRACE", "0");
    limited.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = limited.spawn().expect("a shell");
    let begun = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().expect("a child to kill");
            panic!("with {threads} more threads, it does not end: {command:?}");
        }
        sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("a child");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap_or(-1);
    Run { status, stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

#[test]
fn a_build_ends_however_few_threads_there_may_be() {
    let out = TempFolder::new("threads");
    let mut now = One;
    build_whole(now, &out, "a first build");
    let (mut failed, mut built) = (0, 0);
    for threads in 0..10 {
        let before = Snapshot::of(&out);
        let mut command = now.other().command(&out);
        command.args(["--jobs", "3"]);
        let Run { status, stderr, .. } = limited(threads, &command);
        let when = format!("with {threads} more threads");
        match status {
            0 => {
                now = now.other();
                Snapshot::of(&out).assert_same(now.fresh(), &when);
                built += 1;
            }
            1 => {
                assert!(stderr.contains("error: cannot start "), "{when}: {stderr}");
                assert_eq!(
                    stderr.contains("hint: use fewer threads with `--jobs N`"),
                    threads < 3,
                    "{when}: {stderr}"
                );
                Snapshot::of(&out).assert_unchanged(&before, &when);
                failed += 1;
            }
            _ => panic!("{when}, it ends with the status {status}: {stderr}"),
        }
        assert_eq!(out.siblings(), [out.name()], "{when}");
    }
    assert!(failed >= 3 && built >= 3, "{failed} failed, {built} were built");
}

#[test]
fn more_threads_than_there_can_be_are_an_error() {
    let out = TempFolder::new("many-threads");
    let mut command = One.command(&out);
    command.args(["--jobs", "1024"]);
    let Run { status, stderr, .. } = limited(20, &command);
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.starts_with("error: cannot start 1024 threads: "), "{stderr}");
    assert!(stderr.ends_with("hint: use fewer threads with `--jobs N`\n"), "{stderr}");
    assert_eq!(out.siblings(), [""; 0]);
}

#[test]
fn a_server_without_threads_is_an_error() {
    let out = TempFolder::new("no-server");
    run("served", &["--quiet"], &out).succeeds();
    let serve = |out: &Path| {
        let mut command = Command::new(binary("served"));
        command.args(["serve", "--port", "0", "--out"]).arg(out);
        command
    };
    for (threads, message) in [(0, "cannot start the log"), (1, "cannot start tokio")] {
        let Run { status, stderr, .. } = limited(threads, &serve(&out));
        assert_eq!(status, 1, "{stderr}");
        assert!(stderr.contains(&format!("error: {message}")), "{stderr}");
    }
}
