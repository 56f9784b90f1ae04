//! What the compiler says of a user's mistakes: where it points, and which words it uses.
//!
//! Each file in `tests/compile_errors` is a site, in sections that start with `-- path --`. The last section holds lines
//! that must stand in the compiler's answer, in this order; the rest of the answer is rustc's own and changes with
//! its version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MANIFEST: &str = r#"
[package]
name = "site"
version = "0.0.0"
edition = "2024"

[dependencies]
kiln = { path = "<kiln>", default-features = false }

[build-dependencies]
kiln-build = { path = "<kiln>/kiln-build" }

[workspace]
"#;

#[test]
fn the_compiler_points_into_the_page() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases: Vec<PathBuf> = fs::read_dir(repository.join("tests/compile_errors"))
        .expect("the cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    let failures: Vec<String> = cases.iter().filter_map(|case| check(repository, case)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(cases.len() >= 10);
}

/// Compiles the site of a case; gives what is wrong with the compiler's answer.
fn check(repository: &Path, case: &Path) -> Option<String> {
    let text = fs::read_to_string(case).expect("a case to read");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_errors");
    let site = scratch.join("site");
    let _ = fs::remove_dir_all(&site);
    let mut expected = String::new();
    for (name, content) in sections(&text) {
        match name {
            "stderr" => content.clone_into(&mut expected),
            name => write(&site.join(name), content),
        }
    }
    let kiln = repository.to_str().expect("UTF-8").replace('\\', "/");
    write(&site.join("Cargo.toml"), &MANIFEST.replace("<kiln>", &kiln));
    write(&site.join("build.rs"), "fn main() {\n    kiln_build::generate();\n}\n");
    write(&site.join("src/main.rs"), "kiln::site!();\n");
    let _ = fs::copy(repository.join("tests/sites/Cargo.lock"), site.join("Cargo.lock"));
    let output = Command::new(env!("CARGO"))
        .args(["check", "--color", "never", "--target-dir"])
        .arg(scratch.join("target"))
        .current_dir(&site)
        .output()
        .expect("Cargo can be called");
    assert!(!output.status.success(), "{} compiles", case.display());
    assert!(!expected.is_empty(), "{} expects nothing", case.display());
    let stderr = String::from_utf8_lossy(&output.stderr);
    let site = fs::canonicalize(&site).expect("the site's folder");
    let got = stderr.replace(site.to_str().expect("UTF-8"), "<site>");
    let mut rest = got.as_str();
    for line in expected.lines() {
        match rest.find(line.trim()) {
            Some(at) => rest = &rest[at + line.trim().len()..],
            None => {
                return Some(format!("{}: expected `{line}` in\n{got}", case.display()));
            }
        }
    }
    None
}

/// The names and contents of the sections of a case.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = text.strip_prefix("-- ").expect("a section");
    text.split("\n-- ").filter_map(|section| section.split_once(" --\n"))
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
    fs::write(path, content).expect("a file to write");
}
