//! A program that reads the out folder while it is built, for example a web server.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, yield_now};

use super::snapshot::Snapshot;
use super::versions::{FOREIGN, One, Two, build_whole, write_files};
use crate::support::TempFolder;

#[test]
fn a_reader_finds_every_file_whole_during_builds() {
    read_while_it_is_built(&[], 12);
}

#[test]
fn a_reader_finds_every_foreign_file_during_builds() {
    read_while_it_is_built(&FOREIGN, 4);
}

fn read_while_it_is_built(foreign: &[(&str, &str)], count: usize) {
    let out = TempFolder::new("reader");
    build_whole(One, &out, "a first build");
    write_files(&out, foreign);
    let versions = &[One, Two].map(|version| version.pages().clone().with(foreign));
    let (folder, is_over) = (&*out, &AtomicBool::new(false));
    thread::scope(|scope| {
        let readers = [0, 1].map(|at| scope.spawn(move || read_all(folder, versions, at, is_over)));
        for _ in 0..count {
            let runs = [Two, One].map(|version| version.build(&out).status);
            assert_eq!(runs, [0, 0]);
        }
        is_over.store(true, Relaxed);
        for reader in readers {
            let (count, wrong) = reader.join().expect("a reader");
            assert!(wrong.is_empty(), "of {count} files read, these were wrong: {wrong:#?}");
        }
    });
}

/// Reads files that both versions have until the builds end; returns how many, and what was wrong.
fn read_all(
    out: &Path,
    [one, two]: &[Snapshot; 2],
    at: usize,
    is_over: &AtomicBool,
) -> (usize, Vec<String>) {
    let names: Vec<&str> = one.files().filter(|name| two.bytes(name).is_some()).collect();
    let (mut count, mut wrong) = (0, Vec::new());
    // Each reader starts somewhere else.
    for name in names.iter().cycle().skip(at * names.len() / 2) {
        if is_over.load(Relaxed) || wrong.len() > 4 {
            break;
        }
        count += 1;
        match read_slowly(&out.join(name)) {
            Err(error) => wrong.push(format!("{name}: {error}")),
            Ok(bytes) => {
                if one.bytes(name) != Some(&bytes) && two.bytes(name) != Some(&bytes) {
                    wrong.push(format!("{name}: {} bytes of neither version", bytes.len()));
                }
            }
        }
    }
    (count, wrong)
}

/// Reads a file in two halves, so that a file that is written in its place is caught.
fn read_slowly(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let half = file.metadata()?.len() / 2;
    let mut bytes = Vec::new();
    file.by_ref().take(half).read_to_end(&mut bytes)?;
    yield_now();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
