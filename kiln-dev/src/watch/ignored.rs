//! The files and folders that are not watched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::editor_files;

/// The folders of repositories and editors.
const FOLDERS: [&str; 9] =
    [".bzr", ".git", ".hg", ".idea", ".jj", ".svn", ".vs", ".vscode", "node_modules"];

/// Decides which paths are watched: by name, by folder, and by the rules of `.gitignore` files in a repository or not.
#[derive(Debug, Default)]
pub(crate) struct Ignored {
    /// The watched folders.
    roots: Vec<PathBuf>,
    /// Folders that programs write: the target folder and the output folder.
    folders: Vec<PathBuf>,
    /// The rules of each folder that was looked at; `None` if it has no `.gitignore`.
    rules: BTreeMap<PathBuf, Option<Gitignore>>,
}

impl Ignored {
    pub(crate) fn of(folders: Vec<PathBuf>) -> Self {
        Ignored { folders, ..Ignored::default() }
    }

    /// Adds a watched folder. The folders above it may have any name, and any rules.
    pub(super) fn add_root(&mut self, root: &Path) {
        self.roots.push(root.to_path_buf());
    }

    /// Adds a folder that a program writes.
    pub(crate) fn add(&mut self, folder: PathBuf) {
        if !self.folders.contains(&folder) {
            self.folders.push(folder);
        }
    }

    /// Forgets the rules, since a `.gitignore` has changed.
    pub(crate) fn forget_rules(&mut self) {
        self.rules.clear();
    }

    /// Returns true if and only if a path, or a folder that it is in, is not watched.
    pub(crate) fn has(&mut self, path: &Path) -> bool {
        if self.folders.iter().any(|folder| path.starts_with(folder) || is_staging(path, folder)) {
            return true;
        }
        let roots = self.roots.iter().filter(|root| path.starts_with(root));
        let depth = roots.map(|root| root.components().count()).max().unwrap_or_default();
        let is_below_root = |step: &&Path| step.components().count() > depth;
        let mut steps: Vec<&Path> = path.ancestors().take_while(is_below_root).collect();
        steps.reverse();
        let is_folder = path.is_dir();
        steps.into_iter().any(|step| {
            let name = step.file_name().unwrap_or_default().to_string_lossy();
            FOLDERS.contains(&&*name)
                || editor_files::is_editor_file(&name)
                || self.is_in_rules(step, step != path || is_folder)
        })
    }

    /// Applies the rules of the folders above a path, the nearest first.
    fn is_in_rules(&mut self, path: &Path, is_folder: bool) -> bool {
        for folder in path.ancestors().skip(1) {
            let rules = self.rules.entry(folder.to_path_buf()).or_insert_with(|| rules(folder));
            match rules.as_ref().map(|rules| rules.matched(path, is_folder)) {
                Some(Match::Ignore(_)) => return true,
                Some(Match::Whitelist(_)) => return false,
                _ => {}
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        false
    }
}

/// The folder in which a build prepares an output folder.
fn is_staging(path: &Path, out: &Path) -> bool {
    let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else { return false };
    let Ok(below) = path.strip_prefix(parent) else { return false };
    let start = format!(".{}.kiln-", name.to_string_lossy());
    below.iter().next().is_some_and(|first| first.to_string_lossy().starts_with(&start))
}

fn rules(folder: &Path) -> Option<Gitignore> {
    let file = folder.join(".gitignore");
    let text = fs::read_to_string(&file).ok()?;
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.lines() {
        // An invalid rule is one that Git does not apply either.
        let _ = builder.add_line(Some(file.clone()), line);
    }
    builder.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_gitignore_apply_in_a_repository_or_not() {
        let root = std::env::temp_dir().join(format!("kiln-dev-ignored-{}", std::process::id()));
        let site = root.join("site");
        fs::create_dir_all(site.join("content/private")).expect("a folder to make");
        fs::create_dir_all(site.join("notes")).expect("a folder to make");
        fs::write(root.join(".gitignore"), "*.log\n/site/notes/\n").expect("a file to write");
        fs::write(site.join(".gitignore"), "/cache/\n!keep.log\n").expect("a file to write");
        fs::write(site.join("content/.gitignore"), "private\n").expect("a file to write");
        let mut ignored = Ignored::of(vec![site.join("target"), site.join("dist")]);
        ignored.add_root(&site);
        for (name, expected) in [
            ("content/a.md", false),
            ("content/private/a.md", true),
            ("notes/a.md", true),
            ("a.log", true),
            ("content/keep.log", false),
            ("cache/a", true),
            ("content/cache/a", false),
            ("target/debug/a", true),
            ("dist/index.html", true),
            (".dist.kiln-new/index.html", true),
            ("distance.md", false),
            (".git/HEAD", true),
            ("node_modules/a/b.js", true),
            ("content/.a.md.swp", true),
            ("public/.well-known/a", false),
            (".gitignore", false),
        ] {
            assert_eq!(ignored.has(&site.join(name)), expected, "{name}");
        }
        fs::remove_dir_all(root).expect("a folder to remove");
    }

    #[test]
    fn a_site_may_lie_in_a_folder_of_any_name() {
        let root = std::env::temp_dir().join(format!("kiln-dev-above-{}", std::process::id()));
        let site = root.join("node_modules/ignored/site");
        fs::create_dir_all(&site).expect("a folder to make");
        fs::write(root.join(".gitignore"), "ignored\n*.log\n").expect("a file to write");
        let mut ignored = Ignored::default();
        ignored.add_root(&site);
        assert!(!ignored.has(&site.join("content/a.md")));
        assert!(ignored.has(&site.join("a.log")));
        assert!(ignored.has(&site.join("node_modules/a.js")));
        fs::remove_dir_all(root).expect("a folder to remove");
    }
}
