//! A site that is rebuilt while it is served: every response is that of one build.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use crate::process::Server;
use crate::support::{Run, TempFolder, binary, scratch};

const CLIENTS: usize = 8;

/// Targets whose responses differ between the two versions: other bytes, a page of one version only, a redirect.
const TARGETS: [&str; 10] = [
    "/",
    "/notes/7",
    "/big.txt",
    "/mixed/0.txt",
    "/mixed/50.txt",
    "/docs/only-1/0/0",
    "/docs/only-2/0/0",
    "/shape/a",
    "/shape/a/b",
    "/old",
];

/// How the old files are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Exchange,
    FileByFile,
}

/// A response: its status, location, tag and body.
type Seen = (u16, Option<String>, Option<String>, Vec<u8>);

struct Site {
    out: TempFolder,
    server: Server,
    /// The responses of the two versions, by target.
    expected: [Vec<Seen>; 2],
    /// The last build that was started, and the last that succeeded. Even numbers are the first version.
    begun: AtomicUsize,
    ended: AtomicUsize,
}

impl Site {
    fn start(command: &str, way: Way) -> Self {
        let out = TempFolder::new("switched");
        build(&out, 0);
        #[cfg(unix)]
        if way == Way::FileByFile {
            use std::os::unix::fs::PermissionsExt;
            // A folder with other permissions cannot move to another tree.
            let own = out.join("own");
            std::fs::create_dir(&own).expect("a folder to make");
            let rights = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(own, rights).expect("a folder");
        }
        let server = Server::start("versions", command, &out);
        let see = || TARGETS.map(|target| seen(&server, target)).to_vec();
        let one = see();
        build(&out, 1);
        let two = see();
        build(&out, 2);
        assert_eq!(see(), one);
        for (target, (one, two)) in TARGETS.into_iter().zip(one.iter().zip(&two)) {
            assert_ne!(one, two, "{target}");
            assert!(
                [one.0, two.0].iter().all(|status| [200, 308, 404].contains(status)),
                "{target}"
            );
        }
        let count = || AtomicUsize::new(2);
        Site { out, server, expected: [one, two], begun: count(), ended: count() }
    }

    /// Requests one target after the other until the last build, and compares each response with those of current builds.
    fn ask(&self, first: usize, is_done: &AtomicBool) -> usize {
        let mut count = 0;
        for at in (first..TARGETS.len()).chain((0..TARGETS.len()).cycle()) {
            let before = self.ended.load(SeqCst);
            let seen = seen(&self.server, TARGETS[at]);
            let after = self.begun.load(SeqCst);
            let is_expected = (before..=after).any(|build| self.expected[build % 2][at] == seen);
            let text = String::from_utf8_lossy(&seen.3[..seen.3.len().min(100)]).into_owned();
            let shown = (seen.0, &seen.1, text);
            assert!(is_expected, "{}: {shown:?} of no build from {before} to {after}", TARGETS[at]);
            count += 1;
            if is_done.load(SeqCst) {
                return count;
            }
        }
        count
    }

    /// Builds the other version, and requests all targets.
    fn build(&self) {
        let number = self.begun.fetch_add(1, SeqCst) + 1;
        build(&self.out, number);
        self.ended.store(number, SeqCst);
        for (target, expected) in TARGETS.into_iter().zip(&self.expected[number % 2]) {
            assert!(seen(&self.server, target) == *expected, "{target} after build {number}");
        }
    }

    /// Builds the other version, and kills the process after some time.
    fn build_and_kill(&self, milliseconds: u64) {
        let number = self.begun.fetch_add(1, SeqCst) + 1;
        let mut child = command(&self.out, number).stderr(Stdio::null()).spawn().expect("a build");
        thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().expect("a child");
    }
}

fn command(out: &TempFolder, number: usize) -> std::process::Command {
    let mut command = std::process::Command::new(binary("versions"));
    command.args(["build", "--quiet", "--out"]).arg(&**out).current_dir(scratch());
    command.env("VERSION", if number.is_multiple_of(2) { "1" } else { "2" });
    command
}

fn build(out: &TempFolder, number: usize) {
    Run::of(&mut command(out, number)).succeeds();
}

fn seen(server: &Server, target: &str) -> Seen {
    let answer = server.get(target);
    let header = |name: &str| answer.header(name).map(str::to_owned);
    (answer.status, header("location"), header("etag"), answer.body.clone())
}

/// Runs builds while clients send requests.
fn while_asked(site: &Site, builds: impl FnOnce()) {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let is_done = &is_done;
                scope.spawn(move || site.ask(client, is_done))
            })
            .collect();
        // A client that fails ends the test.
        let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(builds));
        is_done.store(true, SeqCst);
        for client in clients {
            assert!(client.join().expect("right answers") > 0);
        }
        built.expect("builds");
    });
}

#[test]
fn a_build_is_seen_as_a_whole_or_not_at_all() {
    for (command, way) in [("serve", Way::Exchange), ("preview", Way::FileByFile)] {
        let site = Site::start(command, way);
        while_asked(&site, || (0..8).for_each(|_| site.build()));
    }
}

#[test]
fn a_build_that_is_killed_leaves_the_site_as_a_whole() {
    let site = Site::start("serve", Way::FileByFile);
    while_asked(&site, || {
        for round in 0..12 {
            site.build_and_kill(10 * round);
            // The same version again, to the end.
            site.begun.fetch_add(1, SeqCst);
            site.build();
        }
    });
}

#[test]
fn a_site_that_is_removed_comes_back() {
    let site = Site::start("serve", Way::Exchange);
    std::fs::remove_dir_all(&*site.out).expect("a folder to remove");
    for target in TARGETS {
        let answer = site.server.get(target);
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{target}");
    }
    site.build();
}
