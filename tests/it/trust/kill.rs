//! Builds that are killed at any moment.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::snapshot::Snapshot;
use super::versions::{FOREIGN, One, REPOSITORY, Two, Version, build_whole, write_files};
use crate::support::{Run, TempFolder};

#[test]
fn a_build_that_is_killed_leaves_one_version_or_the_other() {
    kill_builds("KILL", 100, &[]);
}

#[test]
fn a_build_that_is_killed_loses_no_foreign_file() {
    kill_builds("KILL", 40, &FOREIGN);
}

#[test]
fn a_build_that_is_terminated_leaves_one_version_or_the_other() {
    kill_builds("TERM", 20, &[]);
}

#[test]
fn a_build_that_is_killed_file_by_file_is_undone_by_the_next() {
    let out = TempFolder::new("kill-in-place");
    let mut now = One;
    build_whole(now, &out, "a first build");
    write_files(&out, &REPOSITORY);
    let pages = [One, Two].map(|version| version.pages().clone().with(&REPOSITORY));
    let inode = fs::metadata(&*out).expect("a folder").ino();
    let mut moments = Moments::new(|n| {
        let started = Instant::now();
        version(n + 1).build(&out).succeeds();
        started.elapsed()
    });
    let mut cut_short = 0;
    for _ in 0..40 {
        now.build(&out).succeeds();
        let before = Snapshot::of(&out);
        let when = moments.kill_one("KILL", now.other(), &out);
        let after = Snapshot::of(&out).without_kiln();
        for name in after.files() {
            let is_whole = pages.iter().any(|pages| pages.bytes(name) == after.bytes(name));
            assert!(is_whole, "{when}: {name} is half a file");
        }
        let is_one = pages.iter().any(|pages| after.holds_the_same(pages));
        cut_short += usize::from(!is_one);
        // It fails and changes nothing, but first undoes the build that was killed.
        assert_eq!(Run::of(now.command(&out).env("FAIL", "error")).status, 1, "{when}");
        let back = Snapshot::of(&out);
        if !back.clone().without_kiln().holds_the_same(&pages[now.other() as usize]) {
            back.assert_same(&before, &when);
        }
        assert_eq!(out.siblings(), [out.name()], "{when}");
    }
    assert_eq!(fs::metadata(&*out).expect("a folder").ino(), inode, "it was exchanged");
    now = now.other();
    now.build(&out).succeeds();
    Snapshot::of(&out).assert_same(&now.fresh().clone().with(&REPOSITORY), "at the end");
    let _ = writeln!(std::io::stderr(), "file by file: {cut_short} of 40 were cut short");
}

#[test]
fn a_first_build_that_is_killed_leaves_nothing_or_the_whole() {
    let mut moments = Moments::new(|n| {
        let out = TempFolder::new("kill-timed");
        let started = Instant::now();
        version(n).build(&out).succeeds();
        started.elapsed()
    });
    for n in 0..30 {
        let out = TempFolder::new("kill-first");
        let version = version(n);
        let when = moments.kill_one("KILL", version, &out);
        let after = Snapshot::of(&out).without_kiln();
        if out.exists() {
            after.assert_same(version.pages(), &when);
        }
        build_whole(version, &out, &format!("the build {when}"));
    }
}

/// Kills builds of the other version again and again, with foreign files in the out folder.
fn kill_builds(signal: &str, count: usize, foreign: &[(&str, &str)]) {
    let out = TempFolder::new("kill");
    let mut now = One;
    build_whole(now, &out, "a first build");
    write_files(&out, foreign);
    let pages = |version: Version| version.pages().clone().with(foreign);
    let mut moments = Moments::new(|n| {
        let started = Instant::now();
        version(n + 1).build(&out).succeeds();
        started.elapsed()
    });
    let (mut olds, mut news) = (0, 0);
    for _ in 0..count {
        let before = Snapshot::of(&out).without_kiln();
        let when = moments.kill_one(signal, now.other(), &out);
        let after = Snapshot::of(&out).without_kiln();
        if after.holds_the_same(&pages(now.other())) {
            now = now.other();
            news += 1;
        } else {
            after.assert_same(&pages(now), &format!("{when}, it is neither version: {now:?} with"));
            olds += 1;
        }
        after.assert_untouched(&before, &when);
        let when = format!("the build {when}");
        now.build(&out).succeeds();
        let next = Snapshot::of(&out);
        next.assert_same(&now.fresh().clone().with(foreign), &when);
        next.without_kiln().assert_untouched(&after, &when);
        assert_eq!(out.siblings(), [out.name()], "{when}, something was left beside it");
    }
    let _ = writeln!(std::io::stderr(), "{signal}: {olds} old versions, {news} new ones");
}

/// Both versions in turn.
fn version(n: usize) -> Version {
    if n.is_multiple_of(2) { One } else { Two }
}

/// The moments at which builds are killed, from their start to shortly after their end.
///
/// They are random. A failure names its seed, and `KILL_SEED=7` repeats the moments of that run.
struct Moments {
    /// A little longer than a whole build.
    span: Duration,
    seed: u64,
    /// The number of moments so far.
    count: u64,
}

impl Moments {
    /// Measures how long builds take; `build` makes the nth of them.
    fn new(build: impl Fn(usize) -> Duration) -> Self {
        let longest = (0..4).map(build).max().expect("a build");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
        let seed = std::env::var("KILL_SEED").ok().map(|seed| seed.parse().expect("a number"));
        let seed = seed.unwrap_or(now.as_secs());
        Moments { span: longest * 5 / 4, seed, count: 0 }
    }

    /// Starts a build and kills it; says when.
    fn kill_one(&mut self, signal: &str, version: Version, out: &TempFolder) -> String {
        self.count += 1;
        let moment = self.span.mul_f64(random(self.seed, self.count));
        let mut command = version.command(out);
        let mut build = command.stderr(Stdio::null()).spawn().expect("the site's binary");
        sleep(moment);
        send(signal, &mut build);
        let status = build.wait().expect("a build to wait for");
        let when = format!(
            "after kill {} of version {version:?} at {moment:?} ({status}, KILL_SEED={})",
            self.count, self.seed
        );
        // It was killed, or had ended before.
        assert!(signal != "KILL" || status.code().is_none_or(|code| code == 0), "{when}");
        when
    }
}

fn send(signal: &str, build: &mut Child) {
    if signal == "KILL" {
        return build.kill().expect("a build to kill");
    }
    // Nobody has waited for it yet, so no other process can have its id.
    let id = build.id().to_string();
    let status = Command::new("sh").args(["-c", &format!("kill -{signal} {id}")]).status();
    assert!(status.expect("a shell").success(), "the signal {signal} could not be sent");
}

/// A number from 0 to 1: the nth of a seed, by splitmix64.
fn random(seed: u64, n: u64) -> f64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from((z ^ (z >> 31)) >> 32).expect("32 bits")) / f64::from(u32::MAX)
}
