//! The folder for lists that do not fit into memory, which is removed at the end.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::assets::cache::Cache;
use crate::build::dist::{out_folder, remove_left};
use crate::site::Site;

/// A folder for the files of a check. On drop, nothing is left of it.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: PathBuf,
    /// The folders above it that did not exist, the innermost first.
    new: Vec<PathBuf>,
}

/// The start of the name of the folder, before the id of the process, so that several checks may run at once. Names that start
/// like this are kiln's, also in an out folder.
const NAME: &str = ".kiln-check-";

impl Scratch {
    /// A folder in the one that was named, or else in the cache of the site.
    ///
    /// # Errors
    ///
    /// Fails if the folder that was named must not be written to.
    pub(crate) fn new(site: &Site, named: Option<&Path>) -> Result<Self> {
        let parent = match named {
            Some(out) => out_folder::resolve(site, out)?,
            None => Cache::of(&site.folder()).folder().to_path_buf(),
        };
        let new = parent.ancestors().take_while(|folder| !folder.exists());
        let new = new.map(Path::to_path_buf).collect();
        remove_left(&parent, NAME);
        Ok(Scratch { folder: parent.join(format!("{NAME}{}", std::process::id())), new })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that is not empty any more belongs to another program, or is the cache of the site.
        for folder in &self.new {
            let _ = fs::remove_dir(folder);
        }
    }
}
