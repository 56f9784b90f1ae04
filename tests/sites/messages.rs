//! What a build says of a site that is at fault, and that it says so once.

use std::process::Command;

use crate::support::{self, Run, TempFolder, binary, run, tree};

/// Builds the site `failing` with some variables set.
fn build(out: &TempFolder, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = Command::new(binary("failing"));
    command.args(["build", "--quiet", "--out"]).arg(&**out).args(arguments);
    command.current_dir(support::scratch()).env("RUST_BACKTRACE", "0");
    Run::of(command.envs(variables.iter().copied()))
}

#[test]
fn a_cause_is_shown_once_whatever_the_number_of_threads() {
    let out = TempFolder::new("once");
    let one = build(&out, &[], &["--jobs", "1"]).stderr;
    for jobs in ["2", "64"] {
        assert_eq!(build(&out, &[], &["--jobs", jobs]).stderr, one, "{jobs} jobs");
    }
    assert_eq!(one.matches("unknown field `titel`").count(), 1, "{one}");
    assert_eq!(one.matches("index out of bounds").count(), 2, "{one}");
    let end = "failures in 56 pages and 2 whole routes: nothing in ";
    assert!(one.contains(end), "{one}");
}

#[test]
fn a_page_that_ends_the_process_fails_the_build() {
    let out = TempFolder::new("exit");
    run("basics", &["--quiet"], &out).succeeds();
    let before = tree(&out);
    for (place, subject) in [
        ("get", "/exit-get"),
        ("thread", "code of the site"),
        ("static_paths", "static_paths of /exit-[place]"),
    ] {
        let Run { status, stdout, stderr } = build(&out, &[("EXIT", place)], &[]);
        assert_eq!((status, &*stdout), (1, ""), "{place}: {stderr}");
        let message =
            format!("error: {subject}: ends the process, for example with `std::process::exit`");
        assert!(stderr.contains(&message), "{place}: {stderr}");
        assert!(stderr.contains("\n  hint: return an error"), "{place}: {stderr}");
        assert_eq!(tree(&out), before, "{place}");
    }
    // No handler is called, and the status tells.
    let Run { status, .. } = build(&out, &[("EXIT", "abort")], &[]);
    assert_ne!(status, 0);
    assert_eq!(tree(&out), before);
    // What they have left lying is in nobody's way.
    run("basics", &["--quiet"], &out).succeeds();
    assert_eq!(tree(&out), before);
    assert_eq!(out.siblings(), [out.name()]);
}

#[test]
fn a_backtrace_is_of_the_code_of_the_site() {
    let out = TempFolder::new("backtrace");
    let plain = build(&out, &[], &[]).stderr;
    let short = build(&out, &[("RUST_BACKTRACE", "1")], &[]).stderr;
    let panics = short.matches("--> panicked at ").count();
    assert!(panics >= 3 && short.contains("failing::posts::boom"), "{short}");
    let notes = short.matches("`RUST_BACKTRACE=full` shows all").count();
    assert!(notes >= panics, "{short}");
    for foreign in
        ["std::panicking", "core::panicking", "kiln::build", "rayon", "failing::SITE", "from_raw"]
    {
        assert!(!short.contains(foreign), "{foreign}: {short}");
    }
    let lines = |text: &str| text.lines().count();
    assert!(lines(&short) < lines(&plain) + 6 * notes, "{short}");
    let full = build(&out, &[("RUST_BACKTRACE", "full")], &[]).stderr;
    assert!(full.contains("kiln::build") && lines(&full) > lines(&short), "{full}");
}
