//! Files that pages request, with the site `assets`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{self, Run, TempFolder, binary, run, run_bare, scratch, tree};

/// Builds the site with further requested files, separated by semicolons.
fn run_with(wanted: &str, arguments: &[&str], out: &Path) -> Run {
    let mut command = Command::new(binary("assets"));
    command.args(["build", "--out"]).arg(out).args(arguments).current_dir(scratch());
    Run::of(command.env("WANTED", wanted).env("RUST_BACKTRACE", "0"))
}

fn report(wanted: &str, out: &Path) -> Value {
    let file = out.with_extension("report.json");
    let argument = file.display().to_string();
    run_with(wanted, &["--quiet", "--report", &argument], out).succeeds();
    serde_json::from_slice(&std::fs::read(&file).expect("a report")).expect("JSON")
}

#[test]
fn requested_files_and_the_files_of_hosts_are_written() {
    support::check_site("assets");
}

#[test]
fn they_are_counted_and_removed_when_nothing_requests_them() {
    let out = TempFolder::new("assets-removed");
    let first = report("live/live.css", &out);
    assert_eq!(first["assets"]["total"], 12);
    assert_eq!(first["assets"]["stylesheets"], 4);
    assert_eq!(first["assets"]["images"], 5);
    let again = report("live/live.css", &out);
    assert_eq!((&again["written"], &again["removed"]), (&0.into(), &0.into()));
    let second = report("", &out);
    assert_eq!(second["assets"]["total"], 10);
    // Both files, and the page.
    assert_eq!(second["removed"], 3);
    let text = run("assets", &[], &out).succeeds();
    assert!(text.contains("10 assets: 3 stylesheets, 4 images, 2 fonts, 1 other"), "{text}");
}

#[test]
fn all_mistakes_are_reported_at_once_and_in_their_places() {
    let out = TempFolder::new("assets-failures");
    let wanted = [
        "ap.css",
        "nowhere/app.css",
        "/app.css",
        "../src/main.rs",
        "images//logo.svg",
        "images",
        "broken/missing.css",
        "broken/cycle/a.css",
        "broken/cycle/b.css",
        ".env",
    ];
    for jobs in ["1", "8"] {
        let Run { status, stderr, .. } = run_with(&wanted.join(";"), &["--jobs", jobs], &out);
        assert_eq!(status, 1, "{stderr}");
        let shown = stderr.replace(&out.shown(), "<out>");
        support::check_text("tests/sites/assets/failures.txt", &shown);
    }
    assert!(!out.exists());
}

#[test]
fn shards_have_the_files_of_their_pages_and_merge_keeps_one() {
    let whole = TempFolder::new("assets-whole");
    run("assets", &["--quiet", "--jobs", "1"], &whole).succeeds();
    for count in [2, 3, 5] {
        let parts: Vec<TempFolder> = (1..=count)
            .map(|number| {
                let out = TempFolder::new("assets-part");
                let shard = format!("{number}/{count}");
                run("assets", &["--quiet", "--shard", &shard], &out).succeeds();
                out
            })
            .collect();
        let merged = TempFolder::new("assets-merged");
        let shown: Vec<String> = parts.iter().map(TempFolder::shown).collect();
        let mut arguments = vec!["merge", "--quiet"];
        arguments.extend(shown.iter().map(String::as_str));
        let out = merged.shown();
        arguments.extend(["--out", &out]);
        run_bare("assets", &arguments).succeeds();
        assert_eq!(tree(&merged), tree(&whole), "{count} shards");
    }
}
