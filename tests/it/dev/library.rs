//! The library of kiln that later compilations link.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::{DevServer, EditedSite, PATIENCE};

const PAGE: &str = "src/pages/linked.rs";

/// Where there is a library. A process tells what it has linked on Linux alone.
const IS_SUPPORTED: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

/// Waits for the library, which is made once the site has compiled.
pub(super) fn wait_until_kiln_is_linked(server: &DevServer) {
    if IS_SUPPORTED {
        let record = record(server);
        wait("a library", server, || record.is_file());
    }
}

/// Checks that the last compilation has linked the site alone.
#[track_caller]
pub(super) fn check_that_it_is_used(server: &DevServer) {
    assert!(!IS_SUPPORTED || uses_library(server), "{}", server.log());
}

/// A library that cannot be used is left out of the next compilation, and one that is removed comes back.
pub(super) fn kiln_is_linked_again_where_it_must_be(site: &EditedSite, server: &DevServer) {
    if !IS_SUPPORTED {
        return;
    }
    let compile = |text: &str| {
        site.write(PAGE, &format!("pub fn get() -> &'static str {{\n    {text:?}\n}}\n"));
        server.until("/linked", text);
    };
    let record = record(server);
    // As if rustc had made what it cannot read, in a folder that is not watched.
    let rlib = site.path("target/deps/libkiln-0.rlib");
    let library = site.path("target/deps/libkiln_dylib-0.so");
    for file in [&rlib, &library] {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder to make");
        fs::write(file, "no library").expect("a file to write");
        let file = File::options().append(true).open(file).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("a time to set");
    }
    let made = fs::read(&record).expect("a record");
    let text = format!("{{\"rlib\":{:?},\"std\":{:?}}}", path(&rlib), path(&library));
    fs::write(&record, text).expect("a record to write");
    compile("all of it");
    assert!(!uses_library(server), "{}", server.log());
    assert_eq!(fs::metadata(&library).expect("a file").len(), 0, "it is not used again");
    assert!(!server.log().contains("kiln_dylib"), "{}", server.log());

    wait("the library of before", server, || fs::read(&record).is_ok_and(|now| now == made));
    fs::remove_dir_all(site.path("target")).expect("a folder to remove");
    compile("the site alone, again");
    assert!(uses_library(server), "{}", server.log());
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn wait(what: &str, server: &DevServer, is_there: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_there() {
        assert!(Instant::now() < end, "no {what}:\n{}", server.log());
        thread::sleep(Duration::from_millis(20));
    }
}

/// What the server remembers of the library, in the folder of the site's binary.
fn record(server: &DevServer) -> PathBuf {
    let processes = server.idle();
    let binary = fs::read_link(Path::new("/proc").join(&processes[0]).join("exe"));
    binary.expect("a process").with_file_name("dylib.json")
}

fn uses_library(server: &DevServer) -> bool {
    let processes = server.idle();
    let libraries = Path::new("/proc").join(&processes[0]).join("maps");
    fs::read_to_string(libraries).expect("a process").contains("libkiln_dylib-")
}
