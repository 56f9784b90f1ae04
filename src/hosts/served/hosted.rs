//! The site in tests/sites that has redirects and headers of every kind, as Cargo builds it.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::scratch;
use crate::support::server::{Program, Server};

/// Builds the site, and requests each of its redirects and pages from a server.
#[track_caller]
fn hosted_site_is_served(program: Program) {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = scratch(&format!("hosted-{program:?}"));
    let dist = folder.join("dist");
    succeeds(Command::new(binary(root)).arg("--quiet").arg("--out").arg(&dist));
    let read = |file: &str| -> Value {
        let text = std::fs::read_to_string(file).expect(file);
        serde_json::from_str(&text).expect(file)
    };
    let redirects = read(&dist.join("redirects.json").display().to_string());
    let mut answers = read(&format!("{root}/tests/sites/hosted/answers.json"));
    for page in answers["headers"].as_array_mut().into_iter().flatten() {
        let missing = page["missing"][format!("{program:?}").to_lowercase()].take();
        for name in missing.as_array().into_iter().flatten().filter_map(Value::as_str) {
            page["headers"].as_object_mut().map(|headers| headers.remove(name));
        }
    }
    let server = Server::start(program, &program.including(&dist), &folder.join("server"));
    server.replay(&dist, &redirects, &answers);
    let pages = answers["headers"].as_array().map_or(0, Vec::len);
    let redirects = redirects.as_array().map_or(0, Vec::len);
    assert!(redirects >= 40, "{redirects} redirects");
    println!("{program:?}: {redirects} redirects and {pages} pages are answered as they should be");
    std::fs::remove_dir_all(folder).expect("a folder to remove");
}

/// The binary of the site. It is compiled with all other sites and with their profile, and the tests in tests/it have done so already.
fn binary(root: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test's own file");
    let target = test.ancestors().nth(3).expect("the target folder");
    let manifest = format!("{root}/tests/sites/Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    let profile = format!("{root}/tests/profile.toml");
    cargo.args(["build", "--quiet", "--workspace", "--manifest-path", &manifest]);
    succeeds(cargo.args(["--config", &profile, "--target-dir"]).arg(target));
    target.join("debug").join(format!("hosted{}", std::env::consts::EXE_SUFFIX))
}

#[track_caller]
fn succeeds(command: &mut Command) {
    let output = command.output().expect("a program that can be called");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn the_site_for_all_hosts_is_served_by_nginx() {
    hosted_site_is_served(Program::Nginx);
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn the_site_for_all_hosts_is_served_by_caddy() {
    hosted_site_is_served(Program::Caddy);
}
