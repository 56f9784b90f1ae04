//! All files that a build, a server or a test has requested, each loaded once.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use super::asset::{self, Asset};
use super::cache::Cache;
use super::error::{AssetError, Mistake};
#[cfg(feature = "og")]
use super::fonts::Cards;
use super::images::Images;
use super::index::Index;
use super::path;
use super::read::{Stamp, read, unread};
#[cfg(feature = "content")]
use super::rendered::Rendered;
use super::trail::Trail;
use crate::assets::digest::Digest;
use crate::text::names::Names;

/// How long a store relies on a file that it has loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// To the end. Each file is read once, and a build compares it again when it writes it.
    Once,
    /// Until its size or time changes.
    UntilChanged,
}

/// The most failures that a build keeps.
const MOST_FAILURES: usize = 1_000;

/// The requested files of a site.
///
/// There is one entry for each file, whatever the number of requests: its path is checked to have one spelling only.
pub(crate) struct Store {
    /// The folder of the site, with `assets/` and `content/`.
    pub(super) folder: PathBuf,
    base: &'static str,
    lifetime: Lifetime,
    /// By path, and by the keys of generated files.
    loaded: RwLock<Names<Slot>>,
    /// The number of requests that failed.
    failures: AtomicUsize,
    /// By the name in the out folder.
    names: Mutex<Names<Arc<Asset>>>,
    /// Held while stylesheets are loaded: two threads that each wait for a stylesheet of the other would never end.
    stylesheets: Mutex<()>,
    /// For URLs of files that no page has requested yet.
    pub(super) index: Mutex<Index>,
    pub(crate) cache: Cache,
    pub(super) images: Images,
    #[cfg(feature = "og")]
    pub(super) cards: Cards,
    #[cfg(feature = "content")]
    pub(crate) rendered: Rendered,
}

pub(super) type Loaded = Result<Arc<Asset>, AssetError>;

/// A file, once it is loaded. Other threads wait meanwhile.
type Slot = Arc<OnceLock<Loaded>>;

/// Without the files, which would be a long text, and their types compiled for it alone.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// An empty store for the site in a folder.
    pub(crate) fn new(folder: PathBuf, base: &'static str, lifetime: Lifetime) -> Self {
        Store {
            cache: Cache::of(&folder),
            folder,
            base,
            lifetime,
            loaded: RwLock::default(),
            failures: AtomicUsize::new(0),
            names: Mutex::default(),
            stylesheets: Mutex::default(),
            index: Mutex::default(),
            images: Images::default(),
            #[cfg(feature = "og")]
            cards: Cards::default(),
            #[cfg(feature = "content")]
            rendered: Rendered::default(),
        }
    }

    /// Whether what was read once is relied on to the end.
    pub(super) fn lasts(&self) -> bool {
        self.lifetime == Lifetime::Once
    }

    /// The URL path of a requested file, with the base.
    pub(crate) fn url(&self, asset: &Asset) -> String {
        asset.url(self.base)
    }

    /// Requests a file by its path below `assets/`.
    ///
    /// # Errors
    ///
    /// Like [`file`](Self::file).
    pub(crate) fn asset(&self, path: &str) -> Result<Arc<Asset>, AssetError> {
        below_assets(path, |path| self.file(path))
    }

    /// Requests a file by its path from the site's folder, which starts with `assets/` or `content/`.
    ///
    /// # Errors
    ///
    /// Fails if the path is invalid or leads out of these folders, if the file does not exist or changes while it is
    /// read, and for all mistakes in a stylesheet.
    pub(crate) fn file(&self, path: &str) -> Result<Arc<Asset>, AssetError> {
        // A path that is known has been checked.
        if let Some(loaded) = self.known(path).as_deref().and_then(OnceLock::get) {
            return loaded.clone();
        }
        path::check(path)?;
        let slot = self.slot(path);
        if let Some(loaded) = slot.get() {
            return loaded.clone();
        }
        let loaded = if is_stylesheet(path) {
            let _turn = lock(&self.stylesheets);
            self.stylesheet(path, &mut Trail::default())
        } else {
            slot.get_or_init(|| self.load(path)).clone()
        };
        loaded.inspect_err(|_| self.forget(path))
    }

    /// Removes a path that has failed: pages may request any number of files that do not exist. A build keeps some, so that
    /// pages with the same mistake do not look for the nearest name again.
    fn forget(&self, path: &str) {
        let failures = self.failures.fetch_add(1, Relaxed);
        if self.lifetime == Lifetime::UntilChanged || failures >= MOST_FAILURES {
            self.loaded.write().unwrap_or_else(PoisonError::into_inner).remove(path);
        }
    }

    /// Everything that was requested, sorted by name.
    pub(crate) fn requested(&self) -> Vec<Arc<Asset>> {
        lock(&self.names).values().map(Arc::clone).collect()
    }

    /// A requested file, by its name in the out folder.
    pub(super) fn named(&self, name: &str) -> Option<Arc<Asset>> {
        lock(&self.names).get(name).map(Arc::clone)
    }

    /// The slot of a path or of a key. One whose file has changed, or could not be loaded, is replaced on a server.
    pub(super) fn slot(&self, key: &str) -> Slot {
        if let Some(slot) = self.known(key) {
            return slot;
        }
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        let slot = loaded.get_or_insert_with(key, Slot::default);
        // Another thread may have replaced it.
        if !self.is_current(slot) {
            if let Some(Ok(old)) = slot.get() {
                lock(&self.names).remove(&old.name);
            }
            *slot = Slot::default();
        }
        Arc::clone(slot)
    }

    fn known(&self, key: &str) -> Option<Slot> {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        loaded.get(key).filter(|slot| self.is_current(slot)).map(Arc::clone)
    }

    fn is_current(&self, slot: &Slot) -> bool {
        self.lasts()
            || slot.get().is_none_or(|loaded| loaded.as_ref().is_ok_and(|asset| asset.is_fresh()))
    }

    fn load(&self, path: &str) -> Loaded {
        let file = path::locate(&self.folder, path)?;
        let (stamp, digest) = read(&file, &mut |_| {}).map_err(|error| unread(path, error))?;
        self.add(Asset {
            name: asset::name(path, digest),
            source: path.to_owned(),
            path: file,
            digest,
            rewritten: None,
            stamp,
            references: vec![],
        })
    }

    /// Adds a loaded file by its name. Files with the same name and the same bytes are one in the out folder.
    pub(super) fn add(&self, asset: Asset) -> Loaded {
        let mut names = lock(&self.names);
        if let Some(other) = names.get(&asset.name).filter(|other| other.is_fresh()) {
            if other.written_digest() == asset.written_digest() {
                return Ok(Arc::new(asset));
            }
            let (one, another) = (&*asset.source, &*other.source);
            let (first, last) = (one.min(another), one.max(another));
            let message = format!("and {last} have the same name, and by chance the same hash");
            return Err(Mistake::of(first, message).hint("rename one of them").into());
        }
        let asset = Arc::new(asset);
        names.insert(&asset.name, Arc::clone(&asset));
        Ok(asset)
    }
}

/// Passes the path from the site's folder of a file below `assets/`. In mistakes, similar paths start there, too.
pub(super) fn below_assets<T>(
    path: &str,
    request: impl FnOnce(&str) -> Result<T, AssetError>,
) -> Result<T, AssetError> {
    if let Some(relative) = path.strip_prefix('/') {
        let hint = format!("paths start in `assets/`: write `{relative}`");
        return Err(Mistake::of(path, "starts with a slash").hint(hint).into());
    }
    let in_assets = |path: String| path.strip_prefix("assets/").map_or(path.clone(), str::to_owned);
    request(&format!("assets/{path}")).map_err(|error| {
        let mistakes = error.mistakes().iter().cloned();
        let mistakes = mistakes.map(|mistake| match mistake.position {
            None => mistake.map_nearest(in_assets),
            Some(_) => mistake,
        });
        mistakes.collect::<Vec<_>>().into()
    })
}

/// Reads a file again, and returns its digest if it has changed.
pub(crate) fn changed(asset: &Asset) -> bool {
    !read(&asset.path, &mut |_| {}).is_ok_and(|(_, digest): (Stamp, Digest)| digest == asset.digest)
}

pub(super) fn is_stylesheet(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("css"))
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
