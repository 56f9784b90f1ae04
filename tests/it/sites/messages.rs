//! What a build says of a site with mistakes, and that it says so once.

use std::fs;
use std::process::Command;

use crate::support::{self, Run, TempFolder, binary, run, tree};

/// Builds the site `failing` with environment variables.
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
    // No handler is called, but the status is not 0.
    let Run { status, .. } = build(&out, &[("EXIT", "abort")], &[]);
    assert_ne!(status, 0);
    assert_eq!(tree(&out), before);
    // What they have left does not disturb the next build.
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

#[test]
fn redirects_to_missing_pages_fail_the_build() {
    let out = TempFolder::new("astray");
    let Run { status, stderr, .. } = run("astray", &[], &out);
    assert_eq!(status, 1, "{stderr}");
    support::check_text("tests/sites/astray/expected.txt", &stderr.replace(&out.shown(), "<out>"));
    assert!(!out.exists(), "a failed build wrote something");
}

#[test]
fn mistakes_in_content_are_shown_once() {
    let out = TempFolder::new("mistaken");
    let Run { status, stderr, .. } = run("mistaken", &["--jobs", "1"], &out);
    assert_eq!(status, 1, "{stderr}");
    support::check_text(
        "tests/sites/mistaken/expected.txt",
        &stderr.replace(&out.shown(), "<out>"),
    );
    assert!(!out.exists(), "a failed build wrote something");
    let again = run("mistaken", &["--jobs", "8"], &out).stderr;
    assert_eq!(again, stderr, "the number of threads matters");
}

#[test]
fn a_redirect_without_a_host_or_a_file_is_a_warning() {
    let out = TempFolder::new("unredirected");
    let Run { status, stderr, .. } = run("served", &["--quiet"], &out);
    assert_eq!(status, 0, "{stderr}");
    let expected = "warning: kiln.toml:7: redirects from `/out/[x]`, which has no effect: kiln cannot list its paths \
                    to write HTML files, and `hosts` in kiln.toml is empty\n  hint: name the host of the site";
    assert!(stderr.contains(expected), "{stderr}");
    let Run { status, stderr, .. } = run("served", &["--quiet", "--strict"], &out);
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("error: kiln.toml:7: redirects from `/out/[x]`"), "{stderr}");
}

#[test]
fn failures_in_middleware_are_shown() {
    let out = TempFolder::new("unruly");
    let Run { status, stderr, .. } = run("unruly", &[], &out);
    assert_eq!(status, 1, "{stderr}");
    support::check_text("tests/sites/unruly/expected.txt", &stderr.replace(&out.shown(), "<out>"));
    assert!(!out.exists(), "a failed build wrote something");
}

#[test]
fn every_failure_is_shown_and_nothing_changes() {
    let out = TempFolder::new("failing");
    run("basics", &["--quiet"], &out).succeeds();
    let before = tree(&out);
    let Run { status, stdout, stderr } = run("failing", &[], &out);
    assert_eq!(status, 1, "{stderr}");
    assert_eq!(stdout, "");
    let shown = stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/failing/expected.txt", &shown);
    assert_eq!(tree(&out), before, "a failed build changed the out folder");
    assert_eq!(out.siblings(), [out.name()], "a failed build left something");
}

#[cfg(unix)]
#[test]
fn every_warning_is_shown_and_fails_a_strict_build() {
    let out = TempFolder::new("names");
    run("names", &["--quiet", "--jobs", "1"], &out).succeeds();
    // Names that end in a space among them.
    run("names", &["--quiet"], &out).succeeds();
    let folder = fs::read_to_string(out.join("where.txt")).expect("a page");
    let settings = std::path::Path::new(&folder).join("site/kiln.toml");
    for name in ["mine.txt", "a/mine.txt"] {
        fs::create_dir_all(out.join("a")).expect("a folder");
        fs::write(out.join(name), "not kiln's").expect("a file to write");
    }
    fs::write(&settings, "").expect("a file to write");
    let before = tree(&out);
    let lenient = run("names", &["--quiet", "--jobs", "64"], &out);
    let strict = run("names", &["--strict"], &out);
    let refused = support::run_bare("names", &["--strict", "--out", &folder]);
    fs::remove_file(settings).expect("a file to remove");
    assert_eq!((lenient.status, &*lenient.stdout), (0, ""));
    let shown = |run: &Run| run.stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/names/warnings.txt", &shown(&lenient));
    assert_eq!((strict.status, &*strict.stdout), (1, ""));
    support::check_text("tests/sites/names/strict.txt", &shown(&strict));
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.starts_with("error: kiln.toml: has changed"), "{}", refused.stderr);
    assert_eq!(tree(&out), before, "a strict build changed the out folder");
    assert_eq!(out.siblings(), [out.name()], "a strict build left something");
}

#[test]
fn a_strict_build_without_warnings_writes_what_any_other_does() {
    let (strict, lenient) = (TempFolder::new("strict"), TempFolder::new("lenient"));
    for _ in 0..2 {
        let run = run("props", &["--strict", "--quiet"], &strict);
        assert_eq!((run.status, &*run.stderr), (0, ""));
    }
    run("props", &["--quiet"], &lenient).succeeds();
    assert_eq!(tree(&strict), tree(&lenient));
}

#[test]
fn a_file_for_hosts_is_not_a_page_or_a_file_of_public() {
    let out = TempFolder::new("hosts");
    let Run { status, stderr, .. } = run("hosts", &["--quiet"], &out);
    assert_eq!(status, 1, "{stderr}");
    let shown = stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/hosts/expected.txt", &shown);
    assert!(!out.exists());
}
