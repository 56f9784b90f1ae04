//! A test case in one text file: the files of a site, and the mistakes in them.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::site::TestSite;

const LAST: &str = "-- mistakes --\n";

/// Runs all cases of a folder, and reports all failures at once. Returns the number of cases.
///
/// A section starts with a line `-- path --`. In the texts of files, `<CR>`, `<BOM>` and `<FF>` stand for bytes that an
/// editor would change.
#[track_caller]
pub(super) fn run(folder: &str, mistakes: impl Fn(&TestSite) -> String) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).expect("a folder of cases");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.sort();
    let mut failures = String::new();
    for path in &paths {
        let source = fs::read_to_string(path).expect("a case that can be read");
        let (head, expected) = source.split_once(LAST).unwrap_or((&source, ""));
        let files = files(head);
        let site = TestSite::with(files.iter().map(|(name, bytes)| (name.as_str(), &**bytes)));
        let found = mistakes(&site);
        if found == expected {
            continue;
        }
        if env::var_os("BLESS").is_some_and(|value| value == "1") {
            fs::write(path, format!("{head}{LAST}{found}")).expect("a case that can be written");
            continue;
        }
        let _ = writeln!(failures, "==== {}\n{found}\n---- expected\n{expected}", path.display());
    }
    assert!(failures.is_empty(), "{failures}\nto accept what is shown: BLESS=1 cargo test");
    paths.len()
}

fn files(head: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in head.split_inclusive('\n') {
        let name = line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --"));
        match (name, files.last_mut()) {
            (Some(name), _) => files.push((name.to_owned(), Vec::new())),
            (None, Some((_, bytes))) => bytes.extend(unescaped(line)),
            (None, None) => panic!("no section before {line:?}"),
        }
    }
    files
}

fn unescaped(line: &str) -> Vec<u8> {
    let line = line.replace("<CR>", "\r").replace("<BOM>", "\u{feff}");
    let mut parts = line.split("<FF>");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(0xff);
        bytes.extend(part.as_bytes());
    }
    bytes
}
