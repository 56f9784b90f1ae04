//! Which folder is written, and which must never be.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::site::Site;

/// An out folder that kiln must not write to.
#[derive(Debug)]
pub(crate) struct RefusedFolder {
    reason: String,
    hint: String,
}

impl RefusedFolder {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        let hint = "name an empty folder, or one that does not exist";
        RefusedFolder { reason: reason.into(), hint: hint.into() }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        RefusedFolder { hint: hint.into(), ..self }
    }
}

impl fmt::Display for RefusedFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  hint: {}", self.reason, self.hint)
    }
}

impl std::error::Error for RefusedFolder {}

/// Resolves links in the path of the out folder.
///
/// # Errors
///
/// Fails if it is a link that leads out of its own folder, and if it is the root of the file system, the home folder,
/// or contains or is inside the sources of the site.
pub(crate) fn resolve(site: &Site, out: &Path) -> Result<PathBuf> {
    let folder = real(out);
    if out.is_symlink() {
        if out.canonicalize().is_err() {
            bail!(RefusedFolder::new(format!("{} is a broken link", out.display())));
        }
        if !out.parent().is_some_and(|parent| folder.starts_with(real(parent))) {
            bail!(RefusedFolder {
                reason: format!("{} is a link to {}", out.display(), folder.display()),
                hint: "to write there, name that folder itself".into(),
            });
        }
    }
    let refused = |what: String| RefusedFolder::new(format!("{} {what}", folder.display()));
    if folder.parent().is_none() {
        bail!(refused("is the root of the file system".into()));
    }
    if env::home_dir()
        .is_some_and(|home| !home.as_os_str().is_empty() && real(&home).starts_with(&folder))
    {
        bail!(refused("is the home folder, or contains it".into()));
    }
    for source in site.source_folders() {
        let source = real(&source);
        if folder.starts_with(&source) || source.starts_with(&folder) {
            bail!(refused(format!(
                "cannot be written: {} is a source of the site",
                source.display()
            )));
        }
    }
    Ok(folder)
}

/// The path with links resolved, as far as it exists.
pub(crate) fn real(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    match existing {
        Some((folder, real)) => match path.strip_prefix(folder) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path.to_path_buf(),
    }
}
