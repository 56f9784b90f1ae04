//! The site that exists in several versions.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::snapshot::Snapshot;
use crate::support::{Run, TempFolder, binary, scratch};

/// Which version of the site is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    Two,
    /// The first with five other files: one is changed, and two become folders or the other way round.
    Few,
}

pub(crate) use Version::{Few, One, Two};

impl Version {
    pub(crate) fn other(self) -> Self {
        match self {
            One | Few => Two,
            Two => One,
        }
    }

    /// The command that builds it.
    pub(crate) fn command(self, out: &Path) -> Command {
        let mut command = Command::new(binary("versions"));
        command.args(["build", "--quiet", "--out"]).arg(out).current_dir(scratch());
        command.env("VERSION", ["1", "2", "few"][self as usize]);
        command.env("RUST_BACKTRACE", "0");
        command
    }

    pub(crate) fn build(self, out: &Path) -> Run {
        Run::of(&mut self.command(out))
    }

    /// What a first build of it writes.
    pub(crate) fn fresh(self) -> &'static Snapshot {
        static FRESH: [OnceLock<Snapshot>; 3] = [const { OnceLock::new() }; 3];
        FRESH[self as usize].get_or_init(|| {
            let out = TempFolder::new("fresh");
            self.build(&out).succeeds();
            Snapshot::of(&out)
        })
    }

    /// The same without kiln's own files.
    pub(crate) fn pages(self) -> &'static Snapshot {
        static PAGES: [OnceLock<Snapshot>; 3] = [const { OnceLock::new() }; 3];
        PAGES[self as usize].get_or_init(|| self.fresh().clone().without_kiln())
    }
}

/// Foreign files, in folders of their own and in kiln's.
pub(crate) const FOREIGN: [(&str, &str); 4] = [
    ("CNAME", "example.com\n"),
    ("mixed/mine.txt", "in a folder that both versions have\n"),
    ("mine/HEAD", "in a foreign folder\n"),
    ("mine/objects/ab/cd", "and below it\n"),
];

/// A repository in the out folder. It keeps builds from exchanging folders.
pub(crate) const REPOSITORY: [(&str, &str); 2] =
    [(".git/HEAD", "ref: refs/heads/main\n"), (".git/objects/ab/cd", "an object\n")];

/// Makes these files.
pub(crate) fn write_files(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
        fs::write(path, text).expect("a file to write");
    }
}

/// Builds a version, and fails where the out folder is not what a first build would have made, or where anything is
/// left beside it.
#[track_caller]
pub(crate) fn build_whole(version: Version, out: &TempFolder, when: &str) {
    let run = version.build(out);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{when}");
    Snapshot::of(out).assert_same(version.fresh(), when);
    assert_eq!(out.siblings(), [out.name()], "{when}, something was left beside it");
}
