//! The site in tests/sites that has redirects and headers of every kind, as Cargo builds it.

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
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "hosted", "--manifest-path"])
        .arg(format!("{root}/tests/sites/Cargo.toml"))
        .args(["--target-dir", &format!("{root}/target/tmp/sites"), "--", "--quiet", "--out"])
        .arg(&dist)
        .output()
        .expect("Cargo can be called");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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

#[test]
fn the_site_for_all_hosts_is_served_by_nginx() {
    hosted_site_is_served(Program::Nginx);
}

#[test]
fn the_site_for_all_hosts_is_served_by_caddy() {
    hosted_site_is_served(Program::Caddy);
}
