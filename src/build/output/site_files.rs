//! What is made of all pages together, once they are all there: the list of redirects, and the files that hosts read.

use anyhow::Result;
use serde_json::{Value, json};

use super::host_files;
use crate::build::manifest::Owner;
use crate::build::redirects::list::Redirect;
use crate::build::redirects::targets;
use crate::build::state::Build;

/// The list of redirects, below the out folder.
const LIST: &str = "redirects.json";

/// Writes them; in a shard the list alone, since no shard knows what the others made.
pub(crate) fn write(build: &Build) -> Result<()> {
    write_list(build, &build.redirects.sorted())?;
    let is_told = !build.site.hosts.is_empty();
    let redirects = build.redirects.count() > 0 || !build.site.redirects.is_empty();
    if build.shard.is_some() || !(is_told || redirects) {
        return Ok(());
    }
    let listing = build.manifest.close();
    targets::check(build, &listing)?;
    let files = host_files::of(build, &listing)?;
    build.manifest.reopen(listing);
    files.iter().try_for_each(|(name, content)| add(build, name, content))
}

/// Writes the list of all redirects, where there are any.
fn write_list(build: &Build, redirects: &[Redirect]) -> Result<()> {
    if redirects.is_empty() {
        return Ok(());
    }
    let entry = |Redirect { told, .. }: &Redirect| json!({ "from": told.from, "to": told.to, "status": told.status });
    let list = Value::Array(redirects.iter().map(entry).collect());
    add(build, LIST, &format!("{list:#}\n"))
}

fn add(build: &Build, name: &str, content: &str) -> Result<()> {
    let written = build.writer.write(name, content.as_bytes())?;
    build.manifest.add_file(name, Owner::KILN, written)
}
