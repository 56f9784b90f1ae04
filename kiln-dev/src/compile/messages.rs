//! Reads Cargo's messages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Failed, diagnostics, dylib};
use crate::browser::ansi;
use crate::layout::Layout;
use crate::problem::{Mistake, Problem};

/// The messages of Cargo so far.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// The site's binary.
    pub(super) executable: Option<PathBuf>,
    /// The library of kiln.
    pub(super) kiln: Option<PathBuf>,
    /// The folders of packages that are no dependencies from a registry.
    pub(super) packages: BTreeSet<PathBuf>,
    mistakes: Vec<Mistake>,
    /// The messages of rustc, for the terminal.
    rendered: String,
}

impl Messages {
    /// Reads a line of `--message-format json`.
    pub(super) fn add(&mut self, line: &str, layout: &Layout, binary: &str) {
        let Ok(message) = serde_json::from_str::<Value>(line) else { return };
        match message["reason"].as_str() {
            Some("compiler-artifact") => self.add_artifact(&message, layout, binary),
            Some("compiler-message") => {
                let diagnostic = &message["message"];
                let rendered = diagnostic["rendered"].as_str().unwrap_or_default();
                if !self.rendered.contains(rendered) {
                    self.rendered.push_str(rendered);
                }
                let mistake = diagnostics::mistake(diagnostic, layout);
                self.mistakes.extend(mistake.filter(|new| !self.mistakes.contains(new)));
            }
            _ => {}
        }
    }

    fn add_artifact(&mut self, message: &Value, layout: &Layout, binary: &str) {
        let manifest = message["manifest_path"].as_str().map(Path::new);
        let Some(folder) = manifest.and_then(Path::parent) else { return };
        if message["package_id"].as_str().is_some_and(|id| id.contains("path+file://")) {
            self.packages.insert(folder.to_path_buf());
        }
        if message["target"]["name"] == "kiln"
            && let Some(files) = message["filenames"].as_array()
        {
            let mut files = files.iter().filter_map(Value::as_str).map(Path::new);
            let rlib = files.find(|file| file.extension().is_some_and(|it| it == "rlib"));
            self.kiln = rlib.map(Path::to_path_buf).or(self.kiln.take());
        }
        if folder == layout.package
            && message["target"]["name"] == binary
            && let Some(executable) = message["executable"].as_str()
        {
            self.executable = Some(executable.into());
        }
    }

    /// The problem of a site that did not compile. `stderr` is that of Cargo.
    pub(super) fn failed(self, stderr: &str, layout: &Layout) -> Failed {
        let own: Vec<&str> = stderr.lines().filter(|line| !is_progress(line)).collect();
        let own = own.join("\n") + "\n";
        // The linker, or the format in which rustc finds a crate, is at no place in the source.
        let has_no_place = self.mistakes.iter().any(|mistake| mistake.places.is_empty());
        let may_be_of_dylib = has_no_place || self.rendered.contains(dylib::NAME);
        let problem = match self.mistakes.is_empty() {
            true => problem_of_cargo(&own, layout),
            false => {
                let title = match self.mistakes.len() {
                    1 => "The site does not compile".to_owned(),
                    count => format!("The site does not compile: {count} errors"),
                };
                Problem { title, mistakes: self.mistakes }
            }
        };
        Failed { problem, messages: self.rendered + &own, may_be_of_dylib }
    }
}

/// Returns true for what Cargo prints while it works.
fn is_progress(line: &str) -> bool {
    let line = ansi::stripped(line);
    let words = [
        "Compiling",
        "Blocking",
        "Updating",
        "Locking",
        "Downloading",
        "Downloaded",
        "Finished",
        "Dirty",
        "Fresh",
        "Adding",
    ];
    words.iter().any(|word| line.trim_start().starts_with(word))
}

/// The problem if rustc said nothing: the manifest or a build script has a mistake.
fn problem_of_cargo(stderr: &str, layout: &Layout) -> Problem {
    let text = ansi::stripped(stderr);
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    let message = layout.shortened(first.trim_start_matches("error: "));
    let places =
        text.lines().filter_map(|line| diagnostics::place_in_line(line, layout)).take(1).collect();
    let mistake =
        Mistake { message, places, details: layout.shortened(rest), ..Mistake::default() };
    Problem { title: "Cargo cannot compile the site".to_owned(), mistakes: vec![mistake] }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::support::TempFolder;

    fn layout() -> Layout {
        Layout { site: "/site".into(), package: "/site".into(), target: None }
    }

    #[test]
    fn the_binary_and_local_packages_are_found() {
        let mut messages = Messages::default();
        let artifact = |id: &str, folder: &str, name: &str, executable: Option<&str>| {
            json!({
                "reason": "compiler-artifact",
                "package_id": id,
                "manifest_path": format!("{folder}/Cargo.toml"),
                "target": { "name": name },
                "filenames": [format!("/t/deps/lib{name}-0f.rlib"), format!("/t/deps/lib{name}-0f.rmeta")],
                "executable": executable,
            })
            .to_string()
        };
        for line in [
            artifact("registry+https://x#a@1.0.0", "/cargo/a", "a", None),
            artifact("registry+https://x#kiln@0.1.0", "/cargo/kiln", "kiln", None),
            artifact("path+file:///lib#0.1.0", "/lib", "lib", None),
            artifact("path+file:///site#0.1.0", "/site", "build-script-build", Some("/t/build")),
            artifact("path+file:///site#0.1.0", "/site", "my-site", Some("/t/debug/my-site")),
            "not JSON".to_owned(),
        ] {
            messages.add(&line, &layout(), "my-site");
        }
        assert_eq!(messages.executable, Some("/t/debug/my-site".into()));
        assert_eq!(messages.kiln, Some("/t/deps/libkiln-0f.rlib".into()));
        assert_eq!(messages.packages, ["/lib", "/site"].map(PathBuf::from).into());
    }

    #[test]
    fn errors_of_the_linker_may_be_those_of_the_library() {
        let folder = TempFolder::new();
        folder.write("src/main.rs", "");
        let layout =
            Layout { site: folder.to_path_buf(), package: folder.to_path_buf(), target: None };
        for (message, file, expected) in [
            ("mismatched types", Some("src/main.rs"), false),
            (
                "can't find crate for `kiln` which `kiln_dylib` depends on",
                Some("src/main.rs"),
                true,
            ),
            ("linking with `cc` failed: exit status: 1", None, true),
        ] {
            let spans = file.map(|file| {
                json!({ "is_primary": true, "file_name": file, "line_start": 1, "column_start": 1 })
            });
            let line = json!({ "reason": "compiler-message", "message": {
                "level": "error",
                "message": message,
                "rendered": format!("error: {message}\n"),
                "spans": spans.as_slice(),
            } });
            let mut messages = Messages::default();
            messages.add(&line.to_string(), &layout, "my-site");
            assert_eq!(messages.failed("", &layout).may_be_of_dylib, expected, "{message}");
        }
    }

    #[test]
    fn without_rustc_the_text_of_cargo_is_the_problem() {
        let stderr = "   Compiling my-site v0.1.0\nerror: failed to parse manifest at `/site/Cargo.toml`\n\nCaused by:\n  no `name`\n";
        let failed = Messages::default().failed(stderr, &layout());
        let mistake = &failed.problem.mistakes[0];
        assert_eq!(mistake.message, "failed to parse manifest at `Cargo.toml`");
        assert!(mistake.details.contains("no `name`"));
        assert!(!failed.messages.contains("Compiling"));
    }
}
