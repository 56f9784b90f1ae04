//! Formats a site: what Cargo knows of it, and the pages, which are modules of generated code only.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use crate::current::{CurrentSite, cargo};
use crate::forward::status_of;

/// As many files as fit into the command line of every system.
const FILES_AT_ONCE: usize = 200;

/// Formats all files of the site, or checks that they are formatted.
///
/// # Errors
///
/// Fails if rustfmt cannot be started, or if `src/pages` cannot be read.
pub(crate) fn run(site: &CurrentSite, is_check: bool) -> Result<ExitCode> {
    let check = is_check.then_some("--check");
    let mut cargo_fmt = Command::new(cargo());
    cargo_fmt.current_dir(&site.folder).arg("fmt").args(check);
    let mut status = status_of(&mut cargo_fmt)?;
    for files in pages(site)?.chunks(FILES_AT_ONCE) {
        let rustfmt = env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
        let mut rustfmt = Command::new(rustfmt);
        rustfmt
            .current_dir(&site.folder)
            .args(["--edition", &site.edition])
            .args(check)
            .args(files);
        let pages = status_of(&mut rustfmt)?;
        if pages != ExitCode::SUCCESS {
            status = pages;
        }
    }
    Ok(status)
}

/// The Rust files below `src/pages`, sorted.
fn pages(site: &CurrentSite) -> Result<Vec<PathBuf>> {
    let folder = site.folder.join("src/pages");
    let mut files = vec![];
    for entry in WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|it| it == "rs") {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
