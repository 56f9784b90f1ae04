//! Removes what a killed build left.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{exchange, in_place, staging};

/// Finishes or reverts what a killed build had started, and removes its files. A folder that kiln did not create is left
/// alone.
pub(super) fn clean(folder: &Path, out: &Path) -> Result<()> {
    if fs::symlink_metadata(folder).is_err() || !staging::is_kilns(folder) {
        return Ok(());
    }
    let _lock = staging::lock(folder)?;
    in_place::revert(folder, out)?;
    exchange::remove_if_old(folder, out)?;
    staging::remove(folder)
}
