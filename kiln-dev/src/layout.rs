//! The folders of a site and of the package that compiles it.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The folders that the development server works with, all absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The site: `content/`, `public/`, `kiln.toml`.
    pub(crate) site: PathBuf,
    /// The package that compiles it. Most often, it is the same folder.
    pub(crate) package: PathBuf,
    /// Cargo's target folder; `None` if the program is not in one.
    pub(crate) target: Option<PathBuf>,
}

impl Layout {
    /// Finds the folders of the package that Cargo runs. `site` is relative to the package.
    ///
    /// # Errors
    ///
    /// Fails if there is no such package or site.
    pub(crate) fn find(site: &Path) -> Result<Self> {
        let current = env::current_dir().context("cannot get the current folder")?;
        let package = env::var_os("CARGO_MANIFEST_DIR").map_or(current, PathBuf::from);
        ensure!(
            package.join("Cargo.toml").is_file(),
            "{} has no Cargo.toml\n  hint: type `cargo dev` in the folder of the site",
            package.display()
        );
        let site = without_dots(&package.join(site));
        ensure!(site.is_dir(), "there is no folder {}", site.display());
        let target = env::current_exe().ok().and_then(|program| target_of(&program));
        Ok(Layout { site, package: without_dots(&package), target })
    }

    /// A path as people know it: relative to the site, or else to the package.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let short = path.strip_prefix(&self.site).or_else(|_| path.strip_prefix(&self.package));
        short.unwrap_or(path).display().to_string().replace('\\', "/")
    }

    /// A text of a compiler, with [paths as people know them](Layout::shown).
    pub(crate) fn shortened(&self, text: &str) -> String {
        let folder = |folder: &Path| format!("{}{MAIN_SEPARATOR}", folder.display());
        // The site may lie in the package.
        let text = text.replace(&folder(&self.site), "").replace(&folder(&self.package), "");
        text.lines().map(without_registry).collect::<Vec<_>>().join("\n")
    }

    /// The target folder, unless the site lies in it.
    pub(crate) fn separate_target(&self) -> Option<&Path> {
        let target = self.target.as_deref();
        target.filter(|target| !self.site.starts_with(target) && !self.package.starts_with(target))
    }

    /// The folder in the target folder for what belongs to this package alone.
    ///
    /// Several sites may share a target folder, and their packages may have one name.
    pub(crate) fn own_folder(&self) -> Option<PathBuf> {
        let mut hasher = DefaultHasher::new();
        self.package.hash(&mut hasher);
        let name = format!("{:016x}", hasher.finish());
        Some(self.target.as_deref()?.join("kiln").join("dev").join(name))
    }

    /// Returns true if and only if Cargo has not made a file.
    pub(crate) fn is_source(&self, file: &Path) -> bool {
        let is_below = |folder: &Path| file.starts_with(folder);
        match self.separate_target() {
            Some(target) => !is_below(target),
            None => is_below(&self.site) || is_below(&self.package),
        }
    }

    /// The file that a compiler or a site names, which is relative to one of the folders or absolute.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        let candidates = [self.site.join(name), self.package.join(name)];
        candidates.into_iter().find(|path| path.is_file())
    }
}

/// A line of rustc without the folder of downloaded packages: `axum-0.8.9/src/lib.rs:1:2` is enough.
fn without_registry(line: &str) -> String {
    let Some((start, rest)) = line.split_once("/registry/src/") else { return line.to_owned() };
    let before = start.rfind(char::is_whitespace).map_or("", |end| &start[..=end]);
    let package = rest.split_once('/').map_or(rest, |(_, package)| package);
    format!("{before}{package}")
}

/// The target folder of a program. Cargo marks each with a file.
fn target_of(program: &Path) -> Option<PathBuf> {
    let mut folders = program.ancestors().skip(1);
    folders.find(|folder| folder.join("CACHEDIR.TAG").is_file()).map(Path::to_path_buf)
}

/// Removes `.` and `..` from a path, without following links.
pub(crate) fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            component => plain.push(component),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_relative_to_the_site() {
        let layout = Layout { site: "/repo/site".into(), package: "/repo".into(), target: None };
        for (path, expected) in [
            ("/repo/site/content/a.md", "content/a.md"),
            ("/repo/src/lib.rs", "src/lib.rs"),
            ("/elsewhere/lib.rs", "/elsewhere/lib.rs"),
        ] {
            assert_eq!(layout.shown(Path::new(path)), expected);
        }
        assert_eq!(
            layout.shortened(
                " --> /repo/site/src/a.rs:1:2\n ::: /repo/src/b.rs:3:4\n /c.rs\n \
                 ::: /home/ada/.cargo/registry/src/index.crates.io-1a/axum-0.8.9/src/lib.rs:5:6"
            ),
            " --> src/a.rs:1:2\n ::: src/b.rs:3:4\n /c.rs\n ::: axum-0.8.9/src/lib.rs:5:6"
        );
        assert_eq!(without_dots(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
