//! Copies of the site `versions`, compiled in temporary folders that are gone by the time they run.
//!
//! The binary of a site whose folder is gone uses the current folder instead. So one binary builds the site in any folder,
//! and a bug in kiln cannot damage the sources of the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use walkdir::WalkDir;

use crate::support::{cargo, compiled, messages, repository, scratch};

/// Not used: with the two, other crates have the features with which all sites are compiled.
const DEPENDENCIES: &str = "[dependencies]\nkiln-dev.workspace = true\nkiln-og.workspace = true\n";

/// A copy that was compiled.
pub(crate) struct Copy {
    pub(crate) binary: PathBuf,
    /// The generated code, with `<site>` for the folder.
    pub(crate) generated: String,
}

/// The order in which the files of a copy are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Forwards,
    Backwards,
}

impl Order {
    fn package(self) -> &'static str {
        match self {
            Order::Forwards => "forwards",
            Order::Backwards => "backwards",
        }
    }

    /// The copy whose files were made in this order; both are compiled by the first call.
    pub(crate) fn copy(self) -> &'static Copy {
        static COPIES: OnceLock<[Copy; 2]> = OnceLock::new();
        let [forwards, backwards] = COPIES.get_or_init(compile);
        if self == Order::Forwards { forwards } else { backwards }
    }

    /// The command that builds a site in a folder.
    pub(crate) fn command(self, site: &Path) -> Command {
        let mut command = Command::new(&self.copy().binary);
        command.args(["build", "--quiet"]).current_dir(site).env("RUST_BACKTRACE", "0");
        command
    }

    /// Makes the files of the site in a folder.
    pub(crate) fn make_site(self, folder: &Path) {
        let from = repository().join("tests/sites/versions");
        let mut files: Vec<PathBuf> = WalkDir::new(&from)
            .sort_by_file_name()
            .into_iter()
            .map(|entry| entry.expect("a folder to list"))
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&from).expect("below the folder").to_path_buf())
            .collect();
        if self == Order::Backwards {
            files.reverse();
        }
        for name in files {
            let to = folder.join(&name);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder to make");
            fs::copy(from.join(&name), to).expect("a file to copy");
        }
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a file to read");
        let manifest = manifest.replace("\"versions\"", &format!("{:?}", self.package()));
        let manifest = manifest.replace("[dependencies]\n", DEPENDENCIES);
        fs::write(folder.join("Cargo.toml"), manifest).expect("a file to write");
    }
}

fn compile() -> [Copy; 2] {
    let workspace = scratch().join("copies");
    let _ = fs::remove_dir_all(&workspace);
    fs::create_dir(&workspace).expect("a folder to make");
    let sites = repository().join("tests/sites");
    fs::copy(sites.join("Cargo.lock"), workspace.join("Cargo.lock")).expect("a file to copy");
    // The same as that of the other sites, so that kiln is compiled once for all of them.
    let manifest = fs::read_to_string(sites.join("Cargo.toml")).expect("a file to read");
    let (_, rest) = manifest.split_once("resolver").expect("a workspace");
    let rest = rest.replace("../..", repository().to_str().expect("UTF-8"));
    let manifest = format!("[workspace]\nmembers = [\"forwards\", \"backwards\"]\nresolver{rest}");
    fs::write(workspace.join("Cargo.toml"), manifest).expect("a file to write");
    for order in [Order::Forwards, Order::Backwards] {
        order.make_site(&workspace.join(order.package()));
    }
    let mut build = cargo("build", &workspace);
    build.args(["--workspace", "--message-format", "json"]);
    let messages = messages(&compiled(&mut build, "the copies"));
    let copies = [Order::Forwards, Order::Backwards].map(|order| {
        let folder = workspace.join(order.package());
        let text = |key: &str| text_about(&messages, &folder, key);
        let generated = Path::new(text("out_dir")).join("site.rs");
        let generated = fs::read_to_string(generated).expect("the generated code");
        Copy {
            binary: text("executable").into(),
            generated: generated.replace(folder.to_str().expect("UTF-8"), "<site>"),
        }
    });
    fs::remove_dir_all(&workspace).expect("a folder to remove");
    copies
}

/// The value of a key in Cargo's messages about a package.
fn text_about<'a>(messages: &'a [Value], package: &Path, key: &str) -> &'a str {
    let folder = package.to_str().expect("UTF-8");
    let mut about = messages.iter().filter(|message| {
        message["package_id"].as_str().is_some_and(|id| id.contains(&format!("{folder}#")))
    });
    about.find_map(|message| message[key].as_str()).expect("a message of Cargo's")
}
