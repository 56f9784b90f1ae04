//! A site in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::diagnostic::Diagnostic;
use crate::generate::{Generated, MainFile, compile};

/// A folder with the files of a site, which is removed on drop.
pub(super) struct TestSite {
    folder: PathBuf,
}

/// The result of compiling a site.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The generated file, with `<site>` in place of the site's folder.
    pub(super) code: String,
    /// As shown to users, in order.
    pub(super) diagnostics: Vec<String>,
    /// As shown by Cargo, in order.
    pub(super) warnings: Vec<String>,
}

impl TestSite {
    /// A folder without files.
    pub(super) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("kiln-build-{}-{count}", process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        TestSite { folder: fs::canonicalize(folder).expect("a temporary folder") }
    }

    /// A folder with these files, written in order; `None` if the file system cannot hold all of them, for example
    /// because it ignores case.
    pub(super) fn with<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let site = Self::new();
        for (name, text) in files {
            if site.folder.join(name).exists() || site.write(name, text).is_err() {
                return None;
            }
        }
        Some(site)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        fs::write(path, text)
    }

    /// Runs the pipeline. A site with a `src/main.rs` is built from another package, since the file is only read then.
    pub(super) fn compile(&self) -> Outcome {
        let is_elsewhere = self.folder.join("src/main.rs").exists();
        let main = if is_elsewhere { MainFile::Elsewhere } else { MainFile::Included };
        let Generated { code, diagnostics, warnings } =
            compile(&self.folder, main).expect("a generated file");
        Outcome {
            code: code.replace(&*self.folder.to_string_lossy(), "<site>"),
            diagnostics: diagnostics.iter().map(ToString::to_string).collect(),
            warnings: warnings.iter().map(Diagnostic::in_one_line).collect(),
        }
    }
}

impl Drop for TestSite {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
