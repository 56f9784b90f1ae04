//! Files that depend on all pages: the list of redirects, the sitemap, and the files for hosts.

use anyhow::Result;
use serde_json::{Value, json};

use super::host_files;
use crate::build::manifest::Owner;
use crate::build::redirects::list::Redirect;
use crate::build::redirects::targets;
use crate::build::sitemap;
use crate::build::state::Build;

/// The name of the list of redirects in the out folder.
const LIST: &str = "redirects.json";

/// Writes the files. A shard only writes the list, because it does not know the pages of other shards.
pub(crate) fn write(build: &Build) -> Result<()> {
    write_list(build, &build.redirects.sorted())?;
    let has_hosts = !build.site.hosts.is_empty();
    let redirects = build.redirects.count() > 0 || !build.site.redirects.is_empty();
    if build.shard.is_none() {
        sitemap::file::write(build)?;
    }
    if build.shard.is_some() || !(has_hosts || redirects) {
        return Ok(());
    }
    let listing = build.manifest.close();
    targets::check(build, &listing)?;
    let files = host_files::of(build, &listing)?;
    build.manifest.reopen(listing);
    files.iter().try_for_each(|(name, content)| add(build, name, content))
}

/// Writes the list of all redirects if there are any.
fn write_list(build: &Build, redirects: &[Redirect]) -> Result<()> {
    if redirects.is_empty() {
        return Ok(());
    }
    let entry = |Redirect { for_hosts, .. }: &Redirect| json!({ "from": for_hosts.from, "to": for_hosts.to, "status": for_hosts.status });
    let list = Value::Array(redirects.iter().map(entry).collect());
    add(build, LIST, &format!("{list:#}\n"))
}

fn add(build: &Build, name: &str, content: &str) -> Result<()> {
    let written = build.writer.write(name, content.as_bytes())?;
    build.manifest.add_file(name, Owner::KILN, written)
}
