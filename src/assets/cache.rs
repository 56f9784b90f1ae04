//! What earlier builds made, on disk, under `target/kiln`.
//!
//! Each kind of content has a [`Room`], a folder. Nothing depends on the cache but time: an entry that is missing, broken or
//! half-written is made again, and a cache that cannot be written is not an error. Builds may run at the same time.

mod key;
mod room;
mod used;
mod write;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

pub(crate) use self::key::Key;
pub(crate) use self::room::Room;
use crate::text::names::Names;

/// The cache of a site.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    rooms: Mutex<Names<Arc<Room>>>,
}

impl Cache {
    /// The cache of the site in a folder.
    pub(crate) fn of(site: &Path) -> Self {
        let program = env::current_exe().unwrap_or_default();
        let target = target_folder(&program).unwrap_or_else(|| site.join("target"));
        Cache::at(target.join("kiln"))
    }

    /// The cache in a folder.
    pub(crate) fn at(folder: PathBuf) -> Self {
        Cache { folder, rooms: Mutex::default() }
    }

    /// The folder that contains all rooms.
    #[cfg(feature = "check")]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The room with a name, which is that of its folder.
    pub(crate) fn room(&self, name: &str) -> Arc<Room> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(name) {
            return Arc::clone(room);
        }
        let room = Arc::new(Room::open(self.folder.join(name)));
        rooms.insert(name, Arc::clone(&room));
        room
    }

    /// Returns what an earlier build stored in a room under a key, or else calls `make` and stores the result.
    ///
    /// # Errors
    ///
    /// Fails if `make` fails.
    #[cfg_attr(
        not(any(test, feature = "content", feature = "og")),
        expect(dead_code, reason = "for Markdown and cards")
    )]
    pub(crate) fn cached(
        &self,
        room: &str,
        key: &Key,
        make: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let room = self.room(room);
        if let Some(bytes) = room.get(key) {
            return Ok(bytes);
        }
        let bytes = make()?;
        room.put(key, &bytes);
        Ok(bytes)
    }

    /// Removes what neither this build nor the one before it used. To be called when a build has succeeded.
    ///
    /// `build` names what is built again and again: a site, or one shard of it. What other builds in the same target folder use is
    /// kept.
    pub(crate) fn finish(&self, build: &str) {
        let build = Key::new(&[build.as_bytes()]);
        for name in used::rooms(&self.folder, &build) {
            self.room(&name);
        }
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.values().for_each(|room| room.finish(&build));
    }
}

/// The target folder of Cargo that a program is in.
fn target_folder(program: &Path) -> Option<PathBuf> {
    let by_cargo = |folder: &Path| {
        fs::read_to_string(folder.join("CACHEDIR.TAG")).is_ok_and(|tag| tag.contains("by cargo"))
    };
    program.ancestors().skip(1).find(|folder| by_cargo(folder)).map(Path::to_owned)
}

#[cfg(test)]
mod tests;
