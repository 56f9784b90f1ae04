//! What `--changes` says since the last upload, with the sites `precompressed` and `hosted`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Run, TempFolder, binary, run_bare, scratch, tree};

/// A site that is uploaded: its out folder, and the file of its changes.
struct Upload {
    out: TempFolder,
    file: PathBuf,
}

impl Upload {
    fn new(name: &str) -> Self {
        let out = TempFolder::new(name);
        Upload { file: out.with_file_name("changes.jsonl"), out }
    }

    fn command(&self, site: &str, version: &str) -> Command {
        let mut command = Command::new(binary(site));
        command.args(["build", "--quiet", "--out"]).arg(&*self.out).env("VERSION", version);
        command.current_dir(scratch()).env("RUST_BACKTRACE", "0");
        command
    }

    /// Builds a version, and returns the lines of its changes.
    #[track_caller]
    fn build(&self, site: &str, version: &str) -> Vec<Value> {
        Run::of(self.command(site, version).arg("--changes").arg(&self.file)).succeeds();
        lines(&self.file)
    }

    fn acknowledge(&self) {
        fs::remove_file(&self.file).expect("changes");
    }
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("changes");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// `changed index.html`.
fn short(lines: &[Value]) -> Vec<String> {
    let text = |line: &Value, member: &str| line[member].as_str().expect("text").to_owned();
    lines.iter().map(|line| format!("{} {}", text(line, "change"), text(line, "path"))).collect()
}

fn of<'a>(lines: &'a [Value], path: &str) -> &'a Value {
    lines.iter().find(|line| line["path"] == path).expect(path)
}

/// The files that contain the version.
const VERSIONED: [&str; 4] = ["index.html", "index.html.br", "index.html.gz", "index.html.zst"];

#[test]
fn changes_are_those_since_the_last_upload() {
    let upload = Upload::new("upload");
    let first = upload.build("precompressed", "1");
    let names: Vec<String> = tree(&upload.out)
        .into_iter()
        .filter(|(name, _)| !name.starts_with(".kiln"))
        .map(|(name, _)| format!("added {name}"))
        .collect();
    let mut added = short(&first);
    added.sort();
    assert_eq!(added, names);
    upload.acknowledge();
    assert_eq!(upload.build("precompressed", "1"), [] as [Value; 0]);
    upload.acknowledge();

    // A build without the option changes nothing of what is published.
    Run::of(&mut upload.command("precompressed", "2")).succeeds();
    let changed = VERSIONED.map(|name| format!("changed {name}"));
    assert_eq!(short(&upload.build("precompressed", "2")), changed);
    // The upload has failed, anywhere: that the old bytes are back is no reason to leave them out.
    assert_eq!(short(&upload.build("precompressed", "1")), changed);
    upload.acknowledge();
    assert_eq!(upload.build("precompressed", "1"), [] as [Value; 0]);

    // A file that is gone is removed until the upload has succeeded, and is not there afterwards.
    let long = |length: &str| {
        let mut command = upload.command("precompressed", "1");
        Run::of(command.env("LONG", length).arg("--changes").arg(&upload.file)).succeeds();
        short(&lines(&upload.file))
    };
    let notes = |change: &str, list: &[String]| {
        assert_eq!(list.len(), 4, "{list:?}");
        assert!(
            list.iter().all(|line| line.starts_with(&format!("{change} notes/00"))),
            "{list:?}"
        );
    };
    notes("added", &long("40"));
    upload.acknowledge();
    let removed = short(&upload.build("precompressed", "1"));
    notes("removed", &removed);
    assert_eq!(short(&upload.build("precompressed", "1")), removed);
    notes("changed", &long("40"));
    upload.acknowledge();
    assert_eq!(long("40"), [""; 0]);
    assert_eq!(
        upload.out.siblings(),
        ["changes.jsonl", "changes.jsonl.state", "out"],
        "nothing else is left"
    );
}

#[test]
fn a_line_says_how_to_send_its_file() {
    let upload = Upload::new("sent");
    let changes = upload.build("precompressed", "1");
    let page = fs::read(upload.out.join("index.html")).expect("a page");
    let line = of(&changes, "index.html");
    assert_eq!(
        [&line["bytes"], &line["type"], &line["headers"]],
        [&json!(page.len()), &json!("text/html; charset=utf-8"), &json!({})]
    );
    let variant = of(&changes, "index.html.gz");
    assert_eq!(variant["type"], "text/html; charset=utf-8");
    assert_eq!(variant["headers"], json!({ "content-encoding": "gzip" }));
    // Its name has no extension: the page has said what it is.
    assert_eq!(of(&changes, "api/users")["type"], "application/json");
    assert_eq!(of(&changes, "api/users.br")["type"], "application/json");

    let upload = Upload::new("rules");
    let changes = upload.build("hosted", "1");
    let about = &of(&changes, "about/index.html")["headers"];
    assert_eq!([&about["x-frame-options"], &about["x-about"]], ["DENY", "yes"]);
    assert_eq!(of(&changes, "redirects.json")["headers"]["x-content-type-options"], "nosniff");
}

#[test]
fn merged_shards_have_the_changes_of_the_whole() {
    let whole = Upload::new("whole");
    whole.build("precompressed", "1");
    let merged = Upload::new("merged");
    let shards = ["1", "2"].map(|number| {
        let folder = merged.out.with_file_name(number);
        let mut command = Command::new(binary("precompressed"));
        command.args(["--quiet", "--shard", &format!("{number}/2"), "--out"]).arg(&folder);
        Run::of(command.current_dir(scratch()).env("VERSION", "1")).succeeds();
        folder
    });
    let mut command = Command::new(binary("precompressed"));
    command.args(["merge", "--quiet", "--out"]).arg(&*merged.out).args(shards);
    Run::of(command.arg("--changes").arg(&merged.file).current_dir(scratch())).succeeds();
    for name in ["changes.jsonl", "changes.jsonl.state"] {
        let read = |upload: &Upload| fs::read_to_string(upload.out.with_file_name(name));
        assert_eq!(read(&merged).expect("a file"), read(&whole).expect("a file"));
    }
}

#[test]
fn what_cannot_be_written_fails_before_the_site_changes() {
    let upload = Upload::new("refused");
    let arguments = |file: &str| {
        let out = upload.out.shown();
        run_bare("props", &["--quiet", "--out", &out, "--changes", file])
    };
    let folder = upload.out.parent().display().to_string();
    for (file, words) in [
        (format!("{folder}/none/changes"), "cannot write the changes"),
        (folder.clone(), "it is a folder"),
    ] {
        let Run { status, stderr, .. } = arguments(&file);
        assert_eq!(status, 1, "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    }
    fs::write(upload.out.with_file_name("changes.jsonl.state"), "a\t").expect("a file");
    let Run { status, stderr, .. } = arguments(&upload.file.display().to_string());
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("changes.jsonl.state is damaged"), "{stderr}");
    assert!(stderr.contains("hint: restore it"), "{stderr}");
    assert_eq!(upload.out.siblings(), ["changes.jsonl.state"]);
    let Run { status, stderr, .. } = run_bare("props", &["--shard", "1/2", "--changes", "x"]);
    assert_eq!(status, 2, "{stderr}");
}
