//! Puts the templates into the program: a table of their files, for `include!`.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

const TEMPLATES: [&str; 3] = ["site", "bare", "api"];

fn main() {
    let package =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("a folder of the package"));
    let mut table = String::new();
    for template in TEMPLATES {
        let folder = folder(&package, template);
        println!("cargo::rerun-if-changed={}", folder.display());
        let _ = writeln!(table, "pub(super) static {}: &[File] = &[", template.to_uppercase());
        for (name, path) in files(&folder) {
            let _ = writeln!(table, "    ({name:?}, include_bytes!({path:?})),");
        }
        table.push_str("];\n");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("a folder for generated code"));
    fs::write(out.join("templates.rs"), table).expect("the table can be written");
}

/// The folder of a template. That of the whole site has links to `site-template`, which a published package has as files. A clone is
/// asked for the folder itself, since git writes links as text on Windows.
fn folder(package: &Path, template: &str) -> PathBuf {
    let in_clone = package.join("../site-template");
    match template {
        "site" if in_clone.join("Cargo.toml").exists() => in_clone,
        _ => package.join("templates").join(template),
    }
}

/// The files of a template with their names in a new site, sorted.
fn files(folder: &Path) -> Vec<(String, String)> {
    let is_source = |entry: &DirEntry| {
        let is_made = ["target", "dist"].iter().any(|made| entry.file_name() == *made);
        entry.depth() != 1 || !is_made
    };
    let files = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let files = files.into_iter().filter_entry(is_source);
    let files = files.map(|entry| entry.expect("a readable template"));
    let files = files.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| {
        let name = entry.path().strip_prefix(folder).expect("a file of the folder");
        let name = utf8(name).replace('\\', "/");
        // Cargo packages no folder that has a manifest of its own, and git follows no link with the name `.gitignore`.
        (name.trim_end_matches(".in").to_owned(), utf8(entry.path()).to_owned())
    });
    files.collect()
}

fn utf8(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
