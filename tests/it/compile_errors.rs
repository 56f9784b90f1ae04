//! What the compiler says of a user's mistakes: where it points, and which words it uses.
//!
//! Each file in `tests/compile_errors` is a site, in sections that start with `-- path --`. The last section holds lines
//! that must stand in the compiler's answer, in this order; the rest of the answer is rustc's own and changes with
//! its version. Cargo compiles all of the sites at once, as the members of a workspace.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{cargo, messages, repository, scratch, write_features};

const WORKSPACE: &str = r#"
[workspace]
members = ["*"]
resolver = "3"
"#;

/// All have the build script of a site in `tests/sites`, which is compiled once for as long as nobody changes it.
const MANIFEST: &str = r#"
[package]
name = "<name>"
version = "0.0.0"
edition = "2024"
build = "<kiln>/tests/sites/basics/build.rs"

[dependencies]
kiln = { path = "<kiln>" }

[build-dependencies]
kiln-build = { path = "<kiln>/kiln-build" }
"#;

/// A site that does not compile.
struct Case {
    name: String,
    /// Paths and contents of its files.
    files: Vec<(String, String)>,
    /// Lines of the compiler's answer.
    expected: String,
}

#[test]
fn the_compiler_points_into_the_page() {
    let mut paths: Vec<PathBuf> = fs::read_dir(repository().join("tests/compile_errors"))
        .expect("the cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    paths.sort();
    let cases: Vec<Case> = paths.iter().map(|path| Case::read(path)).collect();
    assert!(cases.len() >= 10);
    let answers = compile(&cases);
    let differences: Vec<String> =
        cases.iter().zip(&answers).filter_map(|(case, answer)| case.difference(answer)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

impl Case {
    fn read(path: &Path) -> Self {
        let name = path.file_stem().expect("a name").to_str().expect("UTF-8").to_owned();
        let text = fs::read_to_string(path).expect("a case to read");
        let text = text.strip_prefix("-- ").expect("a section");
        let mut files: Vec<(String, String)> = text
            .split("\n-- ")
            .map(|section| section.split_once(" --\n").expect("the head of a section"))
            .map(|(path, content)| (path.to_owned(), content.to_owned()))
            .collect();
        let (last, expected) = files.pop().expect("a section");
        assert_eq!(last, "stderr", "the last section of {name}");
        assert!(!expected.is_empty(), "{name} expects nothing");
        Case { name, files, expected }
    }

    fn write(&self, folder: &Path) {
        let kiln = repository().to_str().expect("UTF-8").replace('\\', "/");
        let manifest = MANIFEST.replace("<kiln>", &kiln).replace("<name>", &self.name);
        write(&folder.join("Cargo.toml"), &manifest);
        write(&folder.join("src/main.rs"), "kiln::site!();\n");
        for (path, content) in &self.files {
            write(&folder.join(path), content);
        }
    }

    /// What is wrong with the compiler's answer, if anything.
    fn difference(&self, answer: &str) -> Option<String> {
        if answer.contains("unexpected `cfg` condition") {
            return Some(format!(
                "{}: rustc does not know a `cfg` of kiln in\n{answer}",
                self.name
            ));
        }
        let mut rest = answer;
        for line in self.expected.lines().map(str::trim) {
            let Some(at) = rest.find(line) else {
                return Some(format!("{}: expected `{line}` in\n{answer}", self.name));
            };
            rest = &rest[at + line.len()..];
        }
        None
    }
}

/// What the compiler says of each case, and what Cargo adds, with `<site>` for its folder and `site` for its name.
fn compile(cases: &[Case]) -> Vec<String> {
    let workspace = scratch().join("compile_errors");
    let _ = fs::remove_dir_all(&workspace);
    write(&workspace.join("Cargo.toml"), WORKSPACE);
    fs::copy(repository().join("Cargo.lock"), workspace.join("Cargo.lock")).expect("a lock file");
    write_features(&workspace.join("features"));
    for case in cases {
        case.write(&workspace.join(&case.name));
    }
    let mut build = cargo("build", &workspace);
    build.args(["--workspace", "--all-features", "--keep-going", "--message-format", "json"]);
    let output = build.output().expect("Cargo can be called");
    let (messages, stderr) = (messages(&output), String::from_utf8_lossy(&output.stderr));
    let workspace = fs::canonicalize(&workspace).expect("a folder");
    let answer = |case: &Case| {
        let is_of_case = |value: &serde_json::Value| {
            value.as_str().is_some_and(|id| id.contains(&format!("/{}#", case.name)))
        };
        let rendered = messages.iter().filter(|message| is_of_case(&message["package_id"]));
        let mut answer: String =
            rendered.filter_map(|message| message["message"]["rendered"].as_str()).collect();
        let end = format!("could not compile `{}` ", case.name);
        let end = stderr.lines().find(|line| line.contains(&end));
        let end = end.unwrap_or_else(|| panic!("{} compiles:\n{stderr}", case.name));
        writeln!(answer, "{end}").expect("a string");
        let folder = workspace.join(&case.name);
        answer.replace(folder.to_str().expect("UTF-8"), "<site>").replace(&case.name, "site")
    };
    cases.iter().map(answer).collect()
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
    fs::write(path, content).expect("a file to write");
}
