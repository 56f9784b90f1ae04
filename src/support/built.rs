//! Builds the site of a test case.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{env, fs, process};

use walkdir::WalkDir;

use crate::build::{self, Options, Outcome, Warnings};
use crate::site::Site;

/// Builds a site in a temporary folder, and returns the files of its pages and redirects.
///
/// # Errors
///
/// Fails with the messages of a failed build.
pub(crate) fn build(
    site: impl FnOnce(&'static str) -> &'static Site,
) -> Result<BTreeMap<String, Vec<u8>>, String> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("kiln-cases-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
    let folder = env::temp_dir().join(name);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let site = site(folder.display().to_string().leak());
    let out = folder.join("dist");
    let options = Options::for_test(out.clone(), 1);
    let outcome = build::build(site, &options, &Arc::new(Warnings::default()));
    let files = WalkDir::new(&out).into_iter().flatten().filter(|it| it.file_type().is_file());
    let files = files.filter_map(|file| {
        let name = file.path().strip_prefix(&out).ok()?.to_str()?.to_owned();
        let is_of_pages = !name.starts_with(".kiln") && name != "redirects.json";
        is_of_pages.then_some((name, fs::read(file.path()).ok()?))
    });
    let files = files.collect();
    fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    match outcome {
        Ok(Outcome::Built(_)) => Ok(files),
        Ok(Outcome::Failed(failures)) => {
            let failures: Vec<String> = failures.iter().map(ToString::to_string).collect();
            Err(failures.join("\n"))
        }
        Err(error) => Err(format!("{error:#}")),
    }
}
