//! The Rust code in docs/content, compiled and run as it is written there.
//!
//! A block of code whose first line is a comment with a path, or whose fence has a title, is a file. Other blocks of Rust are the body
//! of a function, which has the context of a page as `ctx`. A block that can be neither says why: `skip="…"` behind its fence.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, cargo, compiled, executable, repository, scratch};

/// The pages whose code is a site of its own, because it is one from start to end. The files of all others are one site together, with
/// what lies in `tests/docs`.
const SITES: [&str; 5] = ["tutorial", "data-api", "pictures", "login", "languages"];

/// The sites that have tests.
const TESTED: [&str; 4] = ["shared", "tutorial", "data-api", "login"];

#[test]
fn the_code_of_the_docs_compiles_and_runs() {
    let root = scratch().join("docs");
    let _ = fs::remove_dir_all(&root);
    write_workspace(&root);
    let mut fragments = String::new();
    for page in pages() {
        let site = if SITES.contains(&&*page.name) { &page.name } else { "shared" };
        for block in blocks(&page.text) {
            match block.file() {
                // The settings of different pages would contradict each other.
                Some(("kiln.toml", _)) if site == "shared" => {}
                Some((path, code)) => write(&root.join(site).join(path), code),
                None if block.is_fragment() => push_fragment(&mut fragments, &page.name, &block),
                None => {}
            }
        }
    }
    write(&root.join("shared/src/fragments.rs"), &fragments);

    compiled(&mut cargo("build", &root), "the code of docs/content");
    for site in SITES.iter().chain(&["shared"]) {
        let binary = executable(&format!("docs-{site}"));
        Run::of(Command::new(binary).arg("--quiet")).succeeds();
    }
    let mut tests = cargo("test", &root);
    tests.args(TESTED.iter().flat_map(|site| ["--package".into(), format!("docs-{site}")]));
    compiled(&mut tests, "the tests of docs/content");

    let journal = root.join("tutorial/dist");
    let home = fs::read_to_string(journal.join("index.html")).expect("the home page");
    assert!(home.contains("Three bowls survived."), "{home}");
    for file in ["tags/bowls/index.html", "feed.xml", "sitemap.xml", "404.html"] {
        assert!(journal.join(file).exists(), "{file}");
    }
}

/// On GitHub, docs/README.md is the list of all pages.
#[test]
fn the_list_of_pages_on_github_is_whole() {
    let list = fs::read_to_string(repository().join("docs/README.md")).expect("docs/README.md");
    for page in pages() {
        assert!(list.contains(&format!("(content/{}.md)", page.name)), "{} is missing", page.name);
    }
    let here = fs::read_dir(repository().join("docs")).expect("docs");
    let names = here.map(|entry| entry.expect("an entry").file_name());
    let stray: Vec<_> =
        names.filter(|name| Path::new(name).extension() == Some("md".as_ref())).collect();
    assert_eq!(stray, ["README.md"], "pages belong in docs/content, where they are checked");
}

/// Messages of kiln link to the pages, by the `homepage` of the packages.
#[test]
fn messages_link_to_where_the_docs_are_published() {
    let read = |name: &str| fs::read_to_string(repository().join(name)).expect(name);
    let settings = read("docs/kiln.toml");
    let setting = |key: &str| {
        let line = settings.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.and_then(|rest| rest.strip_suffix('"')).expect(key)
    };
    let homepage = format!("\nhomepage = \"{}{}\"\n", setting("site"), setting("base"));
    assert!(read("Cargo.toml").contains(&homepage), "Cargo.toml needs {homepage}");
}

/// Manifests and commands in the pages are not run. The features and the benchmarks that they name exist.
#[test]
fn features_and_benchmarks_of_the_docs_exist() {
    let read = |name: &str| fs::read_to_string(repository().join(name)).expect(name);
    let (kiln, benches) = (read("Cargo.toml"), read("benches/Cargo.toml"));
    for Page { name, text } in pages() {
        for line in text.lines().filter(|line| line.starts_with("kiln = {")) {
            let features = line.split_once("features = [").map_or("", |(_, rest)| rest);
            for feature in features.split('"').skip(1).step_by(2) {
                assert!(kiln.contains(&format!("\n{feature} = [")), "{name}: no feature {feature}");
            }
        }
        for rest in text.split("--bench ").skip(1) {
            let bench = rest.split([' ', '`', '\n']).next().unwrap_or_default();
            assert!(
                benches.contains(&format!("name = \"{bench}\"")),
                "{name}: no benchmark {bench}"
            );
        }
    }
}

struct Page {
    /// The name of the file, without its extension.
    name: String,
    text: String,
}

fn pages() -> Vec<Page> {
    let folder = fs::read_dir(repository().join("docs/content")).expect("docs/content");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension() == Some("md".as_ref())).collect();
    paths.sort();
    let page = |path: PathBuf| Page {
        name: path.file_stem().expect("a name").to_str().expect("UTF-8").to_owned(),
        text: fs::read_to_string(&path).expect("a page"),
    };
    paths.into_iter().map(page).collect()
}

/// A block of code between two fences.
struct Block<'a> {
    line: usize,
    info: &'a str,
    code: String,
}

/// The blocks of a page. One in a longer fence is a part of that.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut open): (_, Option<(&str, Block<'_>)>) = (Vec::new(), None);
    for (at, line) in text.lines().enumerate() {
        match &mut open {
            Some((fence, _)) if line == *fence => {
                blocks.extend(open.take().map(|(_, block)| block));
            }
            Some((_, block)) => block.code.extend([line, "\n"]),
            None if line.starts_with("```") => {
                let end = line.find(|c| c != '`').unwrap_or(line.len());
                let (fence, info) = line.split_at(end);
                open = Some((fence, Block { line: at + 1, info, code: String::new() }));
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

impl Block<'_> {
    /// The path and the text, if the block is a file that belongs to a site.
    fn file(&self) -> Option<(&str, &str)> {
        if self.is_skipped() {
            return None;
        }
        let titled = self.attribute("title").map(|path| (path, &*self.code));
        let (path, code) = titled.or_else(|| {
            let (first, rest) = self.code.split_once('\n')?;
            let path = first.strip_prefix("// ").or_else(|| first.strip_prefix("# "))?;
            Some((path, rest))
        })?;
        let is_path = path.contains('.') && !path.contains(' ');
        // Manifests are those of the test, and `cargo dev` is not run.
        let is_written = !["Cargo.toml", "src/bin/dev.rs"].contains(&path);
        (is_path && is_written).then_some((path, code))
    }

    fn is_fragment(&self) -> bool {
        let language = self.info.split_once(' ').map_or(self.info, |(language, _)| language);
        language == "rust" && !self.is_skipped() && !self.code.starts_with("// src/")
    }

    fn is_skipped(&self) -> bool {
        self.attribute("skip").is_some_and(|reason| {
            assert!(reason.len() > 10, "`skip` needs a reason");
            true
        })
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.info.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value)
    }
}

/// Appends a block as the body of a function.
fn push_fragment(fragments: &mut String, page: &str, block: &Block<'_>) {
    let module = page.replace('-', "_");
    let _ = write!(
        fragments,
        "mod {module}_{line} {{\n    // docs/content/{page}.md:{line}\n    use kiln::prelude::*;\n    use crate::{{SITE, content::*, routes}};\n    \
         fn fragment(ctx: &Context) -> Result<()> {{\n        let _ = {{\n{code}        }};\n        Ok(())\n    }}\n}}\n",
        line = block.line,
        code = block.code,
    );
}

/// A workspace like that of `tests/sites`, so that kiln is compiled once for both.
fn write_workspace(root: &Path) {
    let sites = repository().join("tests/sites");
    let manifest = fs::read_to_string(sites.join("Cargo.toml")).expect("a manifest");
    let (head, rest) = manifest.split_once("members = [").expect("members");
    let (_, rest) = rest.split_once(']').expect("the end of the members");
    let kiln = repository().to_str().expect("UTF-8").replace('\\', "/");
    write(
        &root.join("Cargo.toml"),
        &format!("{head}members = [\"*\"]{}", rest.replace("../..", &kiln)),
    );
    fs::copy(sites.join("Cargo.lock"), root.join("Cargo.lock")).expect("a lock file");
    for site in SITES.iter().chain(&["shared"]) {
        write(&root.join(site).join("Cargo.toml"), &MANIFEST.replace("SITE", site));
        write(&root.join(site).join("build.rs"), "fn main() {\n    kiln_build::generate();\n}\n");
        write(&root.join(site).join("kiln.toml"), SETTINGS);
    }
    write(&root.join("shared/src/main.rs"), MAIN);
    copy(&repository().join("tests/docs"), &root.join("shared"));
    copy(&repository().join("tests/docs/assets"), &root.join("pictures/assets"));
}

const MANIFEST: &str = r#"[package]
name = "docs-SITE"
version = "0.0.0"
edition = "2024"

[dependencies]
axum = { version = "0.8", default-features = false }
getrandom = "0.4"
kiln.workspace = true
# Not used: with these, other crates have the features with which all sites are compiled.
kiln-dev.workspace = true
kiln-og.workspace = true
serde.workspace = true

[build-dependencies]
kiln-build.workspace = true
"#;

/// The docs hold in a new site, and so with the settings of the template.
const SETTINGS: &str = "site = \"https://example.com\"\ntrailing-slash = \"always\"\n";

/// The modules that pages of the shared site declare, and the fragments.
const MAIN: &str = "\
mod content;
mod layout;

#[cfg(test)]
mod contact_tests;
#[cfg(test)]
mod tests;

#[allow(dead_code, unused)]
mod fragments;

kiln::site!();
";

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("an entry");
        if entry.file_type().is_file() {
            let path = to.join(entry.path().strip_prefix(from).expect("a path below"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
            fs::copy(entry.path(), path).expect("a file to copy");
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
    fs::write(path, text).expect("a file to write");
}
