//! Pages of different shards that make the same file.

use super::parts::Parts;
use crate::support::{Run, TempFolder, run};

#[test]
fn merge_names_collisions_as_one_build_does() {
    let whole = TempFolder::new("clashing");
    let Run { status, stderr, .. } = run("clashing", &["--quiet"], &whole);
    assert_eq!(status, 1);
    let expected = stderr.replace(&whole.shown(), "<out>");
    for message in [
        "error: /zoo: two files share this address, and `cloudflare` would serve one instead of the other\n  \
         --> public/zoo.html\n  --> public/zoo/index.html\n",
        "error: feed: is a file from one source and a folder from another\n",
        "error: notes/Case.txt: differs only in case from notes/case.txt",
        "error: notes/same.txt: one route makes this file more than once\n  \
         --> /notes/same.txt from src/pages/notes/[name].txt.rs, at index 0 of `static_paths`, with name=same\n  \
         --> /notes/same.txt from src/pages/notes/[name].txt.rs, at index 1 of `static_paths`, with name=same\n",
        "error: notes/caf\u{e9}.txt: one route makes this file more than once\n",
        "at index 6 of `static_paths`, with name=cafe\u{301}, where `e\u{301}` (U+0065 U+0301) is written as \
         `\u{e9}` (U+00E9) in the path\n",
        "at index 2 of `static_paths`, with name=Case\n",
        "error: redirects.json: two sources make this file\n",
        "error: robots.txt: two sources make this file\n",
        "7 failures: ",
    ] {
        assert!(expected.contains(message), "{message}: {expected}");
    }
    for count in [2, 3, 8] {
        // No shard can see them by itself.
        let parts = Parts::build("clashing", count);
        let Run { status, stderr, .. } = parts.merge();
        assert_eq!(status, 1);
        assert_eq!(stderr.replace(&parts.out.shown(), "<out>"), expected, "{count} shards");
        assert!(!parts.out.exists());
    }
}
