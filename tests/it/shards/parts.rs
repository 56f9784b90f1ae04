//! The shards of a build, each in a folder of its own.

use std::path::{Path, PathBuf};

use crate::support::{self, Run, TempFolder};

/// kiln's own file that only the folder of a shard has.
pub(crate) const LIST: &str = ".kiln-shard";

/// All shards of a build of a site, and the out folder to merge them into.
pub(crate) struct Parts {
    pub(crate) site: &'static str,
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) out: TempFolder,
}

impl Parts {
    /// Builds a number of shards.
    #[track_caller]
    pub(crate) fn build(site: &'static str, count: usize) -> Self {
        let out = TempFolder::new(site);
        let folder = |number: usize| out.with_file_name(format!("shard-{number}"));
        let folders: Vec<PathBuf> = (1..=count).map(folder).collect();
        for (at, folder) in folders.iter().enumerate() {
            build(site, &format!("{}/{count}", at + 1), folder).succeeds();
        }
        Parts { site, folders, out }
    }

    /// Joins them.
    pub(crate) fn merge(&self) -> Run {
        merge(self.site, &self.folders, &self.out)
    }
}

/// Builds a shard.
pub(crate) fn build(site: &str, shard: &str, folder: &Path) -> Run {
    let folder = folder.to_str().expect("UTF-8");
    support::run_bare(site, &["build", "--quiet", "--shard", shard, "--out", folder])
}

/// Joins the shards in some folders.
pub(crate) fn merge(site: &str, folders: &[PathBuf], out: &Path) -> Run {
    let mut arguments = vec!["merge", "--quiet", "--out", out.to_str().expect("UTF-8")];
    arguments.extend(folders.iter().map(|folder| folder.to_str().expect("UTF-8")));
    support::run_bare(site, &arguments)
}
