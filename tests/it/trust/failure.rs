//! Pages that fail.

use super::snapshot::Snapshot;
use super::versions::{One, Two, build_whole};
use crate::support::{Run, TempFolder};

#[test]
fn a_page_that_fails_leaves_every_file_untouched() {
    for (failure, words) in [
        ("error", "error: /fails: the page was asked to fail"),
        ("panic", "error: /fails: panicked: the page was asked to panic"),
    ] {
        let out = TempFolder::new("failure");
        build_whole(One, &out, "a first build");
        let before = Snapshot::of(&out);
        let Run { status, stderr, .. } = Run::of(Two.command(&out).env("FAIL", failure));
        assert_eq!(status, 1, "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
        Snapshot::of(&out).assert_unchanged(&before, failure);
        assert_eq!(out.siblings(), [out.name()], "{failure}");
        build_whole(Two, &out, "the build after it");
    }
}

#[test]
fn a_first_build_with_a_page_that_fails_leaves_nothing() {
    for failure in ["error", "panic"] {
        let out = TempFolder::new("failure-first");
        let run = Run::of(One.command(&out).env("FAIL", failure));
        assert_eq!(run.status, 1, "{}", run.stderr);
        assert_eq!(out.siblings(), [""; 0], "{failure}");
    }
}
