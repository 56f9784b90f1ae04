//! Compressed variants of files, built with the site `precompressed`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::support::{Run, TempFolder, Tree, binary, run, scratch, tree};

/// The files that every encoding makes smaller.
const SMALLER: [&str; 10] = [
    "about/index.html",
    "api/users",
    "index.html",
    "large.txt",
    "notes/0.json",
    "notes/1.json",
    "notes/2.json",
    "notes/3.json",
    "notes/4.json",
    "style.css",
];
/// All others: a redirect, the list of redirects, pictures, and a file that is too short.
const ALONE: [&str; 5] =
    ["old/index.html", "photo.jpg", "picture.png", "redirects.json", "tiny.txt"];
const EXTENSIONS: [&str; 3] = ["gz", "br", "zst"];
const ENCODERS: &str = ".kiln-encoders";

fn command(version: &str, out: &Path) -> Command {
    let mut command = Command::new(binary("precompressed"));
    command.args(["build", "--quiet", "--out"]).arg(out);
    command.current_dir(scratch()).env("VERSION", version).env("RUST_BACKTRACE", "0");
    command
}

/// Builds a version of the site; returns what the report says of its variants.
#[track_caller]
fn build(version: &str, out: &Path) -> Value {
    report(version, out)["precompressed"].take()
}

#[track_caller]
fn report(version: &str, out: &Path) -> Value {
    let file = out.with_extension("report.json");
    Run::of(command(version, out).arg("--report").arg(&file)).succeeds();
    serde_json::from_slice(&fs::read(&file).expect("a report")).expect("JSON")
}

/// What a first build of version 1 or 2 writes.
fn fresh(version: &str) -> &'static Tree {
    static ONE: OnceLock<Tree> = OnceLock::new();
    static TWO: OnceLock<Tree> = OnceLock::new();
    let cell = if version == "1" { &ONE } else { &TWO };
    cell.get_or_init(|| {
        let out = TempFolder::new("fresh");
        build(version, &out);
        tree(&out)
    })
}

fn decompressed(extension: &str, variant: &[u8]) -> Vec<u8> {
    let mut decoder: Box<dyn Read + '_> = match extension {
        "gz" => Box::new(flate2::read::GzDecoder::new(variant)),
        "br" => Box::new(brotli::Decompressor::new(variant, 4096)),
        _ => Box::new(zstd::stream::read::Decoder::new(variant).expect("a decoder")),
    };
    let mut bytes = Vec::new();
    decoder.read_to_end(&mut bytes).expect("what was compressed");
    bytes
}

fn variants() -> Vec<String> {
    let of = |name: &str| EXTENSIONS.map(|extension| format!("{name}.{extension}"));
    SMALLER.into_iter().flat_map(of).collect()
}

/// When each file was last written.
fn modified(out: &Path) -> Vec<(String, SystemTime)> {
    let names = tree(out).into_keys();
    let modified = |name: &str| fs::metadata(out.join(name)).and_then(|data| data.modified());
    names.map(|name| (name.clone(), modified(&name).expect("a time"))).collect()
}

#[test]
fn variants_become_their_files_and_are_smaller() {
    let tree = fresh("1");
    let mut expected = variants();
    expected.extend(SMALLER.into_iter().chain(ALONE).map(str::to_owned));
    expected.extend([".kiln-files", ".kiln-sent", ENCODERS].map(str::to_owned));
    expected.sort();
    assert_eq!(tree.keys().cloned().collect::<Vec<_>>(), expected);
    for name in SMALLER {
        let original = &tree[name];
        for extension in EXTENSIONS {
            let variant = &tree[&format!("{name}.{extension}")];
            assert!(variant.len() < original.len(), "{name}.{extension}");
            assert!(decompressed(extension, variant) == *original, "{name}.{extension}");
        }
    }
    assert!(tree["large.txt"].len() > 1 << 20, "it is compressed in memory");
}

#[test]
fn variants_of_unchanged_files_are_kept() {
    let out = TempFolder::new("kept");
    assert_eq!(build("1", &out), json!({ "made": 30, "kept": 0 }));
    let before = modified(&out);
    let report = report("1", &out);
    assert_eq!(report["precompressed"], json!({ "made": 0, "kept": 30 }));
    assert_eq!(report["written"], 0);
    assert_eq!(report["unchanged"], 45);
    assert_eq!(modified(&out), before);
    let bytes: usize = tree(&out)
        .iter()
        .filter(|(name, _)| !name.starts_with(".kiln"))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert_eq!(report["bytes"], bytes);
}

#[test]
fn only_variants_of_changed_files_are_made_again() {
    let out = TempFolder::new("changed");
    build("1", &out);
    assert_eq!(build("2", &out), json!({ "made": 3, "kept": 27 }));
    assert!(tree(&out) == *fresh("2"), "not what a fresh build writes");
}

#[test]
fn a_variant_of_other_bytes_is_not_kept() {
    let out = TempFolder::new("other");
    build("1", &out);
    let fresh = tree(&out);
    let copy = |from: &str, to: &str| {
        fs::copy(out.join(from), out.join(to)).expect("a file to copy");
    };
    // The variant of another file, one that is not compressed, one that is cut short, one that is too long, and a missing one.
    copy("about/index.html.br", "index.html.br");
    copy("index.html", "index.html.gz");
    let cut = &fresh["about/index.html.zst"];
    fs::write(out.join("about/index.html.zst"), &cut[..cut.len() - 1]).expect("a file to write");
    let longer = [&fresh["large.txt.gz"][..], b"more"].concat();
    fs::write(out.join("large.txt.gz"), longer).expect("a file to write");
    fs::remove_file(out.join("style.css.gz")).expect("a file to remove");
    assert_eq!(build("1", &out), json!({ "made": 5, "kept": 25 }));
    assert!(tree(&out) == fresh, "not what a fresh build writes");
}

#[test]
fn a_file_that_was_edited_has_its_variants_made_again() {
    let out = TempFolder::new("edited");
    build("1", &out);
    // The next version of the file, with the variants of the old one.
    fs::write(out.join("index.html"), &fresh("2")["index.html"]).expect("a file to write");
    assert_eq!(build("2", &out), json!({ "made": 3, "kept": 27 }));
    assert!(tree(&out) == *fresh("2"), "not what a fresh build writes");
}

#[test]
fn variants_of_other_encoders_are_made_again() {
    let out = TempFolder::new("encoders");
    build("1", &out);
    let fresh = tree(&out);
    let before = modified(&out);
    let list = String::from_utf8(fresh[ENCODERS].clone()).expect("text");
    let encoders: Vec<&str> =
        list.lines().map(|line| line.split_once(' ').expect("a stamp").0).collect();
    assert_eq!(encoders, ["br", "gzip", "zstd"]);
    let brotli = list.lines().next().expect("a line");
    fs::write(out.join(ENCODERS), list.replace(brotli, "br 0123456789abcdef")).expect("a list");
    assert_eq!(build("1", &out), json!({ "made": 10, "kept": 20 }));
    assert!(tree(&out) == fresh, "not what a fresh build writes");
    // These encoders make the same bytes, so only the list changes.
    let others = |files: Vec<(String, SystemTime)>| -> Vec<_> {
        files.into_iter().filter(|(name, _)| !name.starts_with(".kiln")).collect()
    };
    assert_eq!(others(modified(&out)), others(before));
    fs::remove_file(out.join(ENCODERS)).expect("a list to remove");
    assert_eq!(build("1", &out), json!({ "made": 30, "kept": 0 }));
    assert_eq!(build("1", &out), json!({ "made": 0, "kept": 30 }));
}

#[test]
fn a_name_without_room_for_an_extension_has_no_variant() {
    for (length, made, shown) in [
        (250, 33, None),
        (252, 32, Some("has no variant `.zst`: its name of 252 bytes")),
        (253, 30, Some("has no variant `.gz`, `.br`, `.zst`: its name of 253 bytes")),
        (255, 30, Some("has no variant `.gz`, `.br`, `.zst`: its name of 255 bytes")),
    ] {
        let out = TempFolder::new("long");
        let report = out.with_extension("report.json");
        let name = format!("notes/{}.json", "0".repeat(length - 5));
        let mut build = command("1", &out);
        build.env("LONG", length.to_string()).arg("--report").arg(&report);
        let run = Run::of(&mut build);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let expected = shown.map(|shown| format!("warning: {name}: {shown}"));
        assert!(run.stderr.starts_with(&expected.clone().unwrap_or_default()), "{}", run.stderr);
        assert_eq!(run.stderr.is_empty(), expected.is_none(), "{}", run.stderr);
        let report: Value =
            serde_json::from_slice(&fs::read(&report).expect("a report")).expect("JSON");
        assert_eq!(report["precompressed"]["made"], made, "{length}");
        assert!(out.join(&name).is_file());
        let run = Run::of(build.arg("--strict"));
        assert_eq!(run.status, i32::from(expected.is_some()), "{}", run.stderr);
    }
}

#[test]
fn variants_are_removed_with_the_setting() {
    let [out, plain] = ["removed", "plain"].map(TempFolder::new);
    build("1", &out);
    run("basics", &["--quiet"], &out).succeeds();
    run("basics", &["--quiet"], &plain).succeeds();
    assert!(tree(&out) == tree(&plain), "something was left");
}

#[test]
fn a_variant_that_kiln_did_not_write_is_in_the_way() {
    for name in ["index.html.gz", "large.txt.br"] {
        let out = TempFolder::new("foreign");
        run("basics", &["--quiet"], &out).succeeds();
        // The same bytes as the variant.
        fs::write(out.join(name), &fresh("1")[name]).expect("a file to write");
        let before = tree(&out);
        let Run { status, stderr, .. } = Run::of(&mut command("1", &out));
        assert_eq!(status, 1, "{stderr}");
        let original: PathBuf = Path::new(name).with_extension("");
        for line in [
            format!("error: {name}: two sources make this file"),
            format!("{name} in the out folder was not written by kiln"),
            format!("{name}, which kiln makes from {}", original.display()),
        ] {
            assert!(stderr.contains(&line), "{line} in:\n{stderr}");
        }
        assert!(tree(&out) == before, "a failed build changed the out folder");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte_of_a_variant() {
    for jobs in ["1", "64"] {
        let out = TempFolder::new("jobs");
        Run::of(command("1", &out).args(["--jobs", jobs])).succeeds();
        assert!(tree(&out) == *fresh("1"), "{jobs} jobs");
    }
}
