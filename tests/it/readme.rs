//! The site of README.md, as it is written there, but with kiln from this repository.

use std::fs;
use std::process::Command;

use crate::support::{Run, cargo, compiled, executable, repository, scratch, write_features};

#[test]
fn the_site_in_30_lines_works() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("README.md");
    let (_, section) = readme.split_once("## A site in 30 lines\n").expect("the section");
    let site = scratch().join("readme");
    let _ = fs::remove_dir_all(&site);
    let mut lines = 0;
    for (path, content) in
        files(block(section, "toml", '#')).chain(files(block(section, "rust", '/')))
    {
        lines += content.lines().filter(|line| !line.is_empty()).count();
        let path = site.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
        fs::write(path, content).expect("a file to write");
    }
    assert!(lines <= 30, "the site in 30 lines has {lines}");
    // The folder lies in kiln's own workspace, which a user's does not.
    let manifest = fs::read_to_string(site.join("Cargo.toml")).expect("a manifest");
    let manifest = manifest + "\n[workspace]\nmembers = [\"features\"]\n";
    fs::write(site.join("Cargo.toml"), manifest).expect("a file to write");
    write_features(&site.join("features"));
    fs::copy(repository().join("Cargo.lock"), site.join("Cargo.lock")).expect("a lock file");
    let kiln = repository().to_str().expect("UTF-8").replace('\\', "/");
    let mut build = cargo("build", &site);
    build.args(["--workspace", "--all-features"]);
    build.args(["--config", &format!("patch.crates-io.kiln.path='{kiln}'")]);
    build.args(["--config", &format!("patch.crates-io.kiln-build.path='{kiln}/kiln-build'")]);
    compiled(&mut build, "the site of README.md");
    Run::of(Command::new(executable("hello")).current_dir(&site)).succeeds();
    let page = fs::read_to_string(site.join("dist/api/3.json")).expect("a page");
    assert_eq!(page, r#"{"name":"Elian"}"#);
}

/// A fenced block of a language, and the character that its comments start with.
fn block<'a>(text: &'a str, language: &str, comment: char) -> (&'a str, char) {
    let (_, rest) = text.split_once(&format!("```{language}\n")).expect("a block");
    let (block, _) = rest.split_once("```").expect("the end of the block");
    (block, comment)
}

/// The files of a block: each starts with a comment that holds its path.
fn files((block, comment): (&str, char)) -> impl Iterator<Item = (&str, String)> {
    let is_head = move |line: &&str| line.starts_with(comment);
    let heads: Vec<usize> = block
        .lines()
        .enumerate()
        .filter_map(|(at, line)| is_head(&line).then_some(at))
        .chain([block.lines().count()])
        .collect();
    let lines: Vec<&str> = block.lines().collect();
    let file = |pair: &[usize]| {
        let head = lines[pair[0]].trim_start_matches(comment).trim_start();
        let path = head.split([':', ' ']).next().unwrap_or(head);
        (path, lines[pair[0] + 1..pair[1]].join("\n") + "\n")
    };
    heads.windows(2).map(file).collect::<Vec<_>>().into_iter()
}
