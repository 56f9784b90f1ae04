//! Writes the answers of a site without a build: those of the router of a server, and those of `kiln::testing::call`.
//!
//! `tests/it/server/parity.rs` runs this test in each site, and compares the answers with those of a server that has a build.

use std::fs;
use std::path::PathBuf;

use kiln::http::Request;
use kiln::prelude::*;
use kiln::testing::{block_on, call};
use tower_service::Service;

/// Requests the targets in a file of the folder `ANSWERS`, and writes the answers beside it.
#[test]
#[ignore = "run by tests/it/server/parity.rs, which sets ANSWERS"]
fn write_answers() {
    let folder = PathBuf::from(std::env::var_os("ANSWERS").expect("ANSWERS"));
    let targets = fs::read_to_string(folder.join("targets")).expect("a file of targets");
    let mut router = kiln::server::router(&crate::SITE);
    for (at, target) in targets.lines().enumerate() {
        let request = || Request::get(target).body(Body::empty()).expect("a target");
        let Ok(by_router) = block_on(router.call(request()));
        write(&folder.join(format!("router-{at}")), by_router);
        write(&folder.join(format!("call-{at}")), block_on(call(&crate::SITE, request())));
    }
}

/// Writes an answer as it would be sent.
fn write(file: &std::path::Path, response: Response) {
    let (head, body) = response.into_parts();
    let bytes = block_on(kiln::body::bytes(body)).expect("a body");
    let mut sent = format!("HTTP/1.1 {}\r\n", head.status.as_str()).into_bytes();
    for (name, value) in &head.headers {
        if !["content-length", "transfer-encoding"].contains(&name.as_str()) {
            sent.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
    }
    sent.extend(format!("content-length: {}\r\n\r\n", bytes.len()).bytes());
    sent.extend(bytes);
    fs::write(file, sent).expect("a file to write");
}
