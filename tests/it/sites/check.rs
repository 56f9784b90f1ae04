//! The command `check`: what it finds, prints and leaves alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{self, Run, TempFolder, binary, check_text, run, tree};

/// Checks a site.
fn check(site: &str, arguments: &[&str]) -> Run {
    support::run_bare(site, &[&["check"], arguments].concat())
}

/// Checks the site `checked` without its mistakes, of which warnings remain.
fn check_without_mistakes(arguments: &[&str]) -> Run {
    let mut command = Command::new(binary("checked"));
    command.arg("check").args(arguments).current_dir(support::scratch());
    Run::of(command.env("MISTAKES", "0").env("RUST_BACKTRACE", "0"))
}

#[test]
fn all_findings_are_shown_once_whatever_the_number_of_threads() {
    let Run { status, stdout, .. } = check("checked", &["--jobs", "1"]);
    assert_eq!(status, 1, "{stdout}");
    check_text("tests/sites/checked/expected.txt", &stdout);
    for jobs in ["2", "16"] {
        assert_eq!(check("checked", &["--jobs", jobs]).stdout, stdout, "{jobs} jobs");
    }
}

#[test]
fn findings_are_listed_for_programs() {
    let Run { status, stdout, .. } = check("checked", &["--json"]);
    assert_eq!(status, 1, "{stdout}");
    check_text("tests/sites/checked/expected.json", &stdout);
    let findings: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    let findings = findings.as_array().expect("an array");
    let shared = findings.iter().find(|finding| finding["link"] == "/docs/abuot/");
    assert_eq!(
        shared.expect("the link of the layout"),
        &serde_json::json!({
            "kind": "link",
            "page": "/docs/",
            "file": "src/pages/index.rs",
            "link": "/docs/abuot/",
            "nearest": "/docs/about/",
            "pages": 9,
        })
    );
}

#[test]
fn warnings_fail_a_strict_check() {
    let Run { status, stdout, stderr } = check_without_mistakes(&[]);
    assert_eq!(status, 0, "{stdout}{stderr}");
    assert!(stdout.contains("warning: ") && !stdout.contains("error: "), "{stdout}");
    let Run { status, stdout, .. } = check_without_mistakes(&["--strict"]);
    assert_eq!(status, 1, "{stdout}");
    assert!(!stdout.contains("warning: /") && stdout.contains("error: /"), "{stdout}");
}

#[test]
fn a_site_without_findings_passes() {
    let Run { status, stdout, stderr } = check("blog", &["--json", "--strict"]);
    assert_eq!((status, &*stdout), (0, "[]\n"), "{stderr}");
    let stdout = check("blog", &[]).succeeds();
    assert!(stdout.ends_with(" links: no findings\n"), "{stdout}");
    assert_eq!(check("blog", &["--quiet"]).succeeds(), "");
}

#[test]
fn nothing_is_written() {
    let out = TempFolder::new("check");
    run("props", &["--quiet"], &out).succeeds();
    let before = tree(&out);
    for folder in [&*out, &out.with_file_name("new"), &out.with_file_name("a/b")] {
        let Run { status, stderr, .. } = check("checked", &["--out", shown(folder)]);
        assert_eq!(status, 1, "{stderr}");
        assert_eq!(tree(&out), before);
        assert_eq!(out.siblings(), [out.name()]);
    }
    // A folder that another program uses is not emptied.
    let foreign = out.with_file_name("foreign");
    fs::create_dir(&foreign).expect("a folder");
    fs::write(foreign.join("notes.txt"), "mine").expect("a file");
    check("blog", &["--out", shown(&foreign)]).succeeds();
    assert_eq!(tree(&foreign).keys().collect::<Vec<_>>(), ["notes.txt"]);
}

#[test]
fn what_a_killed_check_left_is_removed() {
    let out = TempFolder::new("killed-check");
    let left = out.join(".kiln-check-1");
    fs::create_dir_all(left.join("files")).expect("a folder");
    fs::write(left.join("lock"), "kiln 1").expect("a file");
    // It was not made by kiln.
    let foreign = out.join(".kiln-check-2");
    fs::create_dir_all(&foreign).expect("a folder");
    fs::write(foreign.join("notes.txt"), "mine").expect("a file");
    check("blog", &["--out", shown(&out)]).succeeds();
    assert_eq!(tree(&out).keys().collect::<Vec<_>>(), [".kiln-check-2/notes.txt"]);
}

#[test]
fn the_sources_of_the_site_are_not_scratch() {
    let source = support::repository().join("tests/sites/checked/src");
    let Run { status, stderr, .. } = check("checked", &["--out", shown(&source)]);
    assert_eq!(status, 2, "{stderr}");
    assert!(stderr.contains("is a source of the site"), "{stderr}");
}

#[test]
fn failures_of_pages_are_reported_instead() {
    let Run { status, stdout, stderr } = check("failing", &["--json"]);
    assert_eq!((status, &*stdout), (1, ""), "{stderr}");
    let end = "whole routes: no links were checked\nfor more about these messages: https://";
    assert!(stderr.contains(end), "{stderr}");
}

fn shown(folder: &Path) -> &str {
    folder.to_str().expect("UTF-8")
}
