//! A site in a temporary folder, and the collections of all kinds that it has.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::markdown;
use crate::registry::{self, Registered};
use crate::{Asset, Collection, Date, Ref};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "most fields are only read from the files")]
pub(super) struct Post {
    pub(super) title: String,
    pub(super) date: Option<Date>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) draft: bool,
    pub(super) author: Option<Ref<Author>>,
    pub(super) cover: Option<Asset>,
    #[serde(default)]
    gallery: Vec<Asset>,
    #[serde(default)]
    reviewers: Vec<Ref<Author>>,
    #[serde(default)]
    blocks: Vec<Block>,
    status: Option<Status>,
    rating: Option<u8>,
    series: Option<Series>,
}

/// serde reads it without places.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(dead_code, reason = "they are only read from the files")]
enum Block {
    Quote { by: Ref<Author>, on: Option<Date> },
    Picture { file: Asset },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ready,
    Planned,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "they are only read from the files")]
struct Series {
    name: String,
    part: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Author {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Settings {
    pub(super) title: String,
}

/// A site in a temporary folder, which is removed with it.
#[derive(Debug)]
pub(super) struct TestSite {
    pub(super) folder: PathBuf,
}

impl TestSite {
    pub(super) fn with<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("kiln-content-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let folder = std::env::temp_dir().join(name);
        for (name, bytes) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file to write");
        }
        TestSite { folder }
    }

    /// Adds a collection to the site.
    pub(super) fn collection<T: DeserializeOwned + Send + Sync + 'static>(
        &self,
        name: &'static str,
        collection: Collection<T>,
    ) -> &'static Collection<T> {
        let collection: &'static Collection<T> = Box::leak(Box::new(collection));
        registry::register(
            &self.folder,
            markdown::Settings::DEFAULT,
            &[(name, collection as &dyn Registered)],
        );
        collection
    }

    /// The path of a file.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(Path::new(name))
    }
}

impl Drop for TestSite {
    fn drop(&mut self) {
        registry::forget(&self.folder);
        // What is left is removed by the system.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
