//! The collections of `src/content.rs`.

use crate::site::Site;

impl Site {
    /// Says where the files of the collections are, before a page asks for an entry.
    #[cfg(feature = "content")]
    pub(crate) fn register_collections(&self) {
        if !self.collections.is_empty() {
            let settings = self.config.markdown;
            kiln_content::registry::register(&self.folder(), settings, self.collections);
        }
    }

    /// Loads all collections, so that no request waits for them.
    #[cfg(all(feature = "content", feature = "server"))]
    pub(crate) fn load_collections(&self) {
        self.register_collections();
        for (_, collection) in self.collections {
            collection.mistakes();
        }
    }

    /// Reads files of the collections before they are needed, until `stops` returns true.
    #[cfg(all(feature = "content", feature = "server"))]
    pub(crate) fn read_ahead(&self, stops: &(dyn Fn() -> bool + Sync)) {
        self.register_collections();
        for (_, collection) in self.collections {
            collection.read_ahead(stops);
        }
    }

    /// Does nothing: there are none.
    #[cfg(all(not(feature = "content"), feature = "server"))]
    #[expect(clippy::unused_self, reason = "a site with collections loads them")]
    pub(crate) fn load_collections(&self) {}

    /// Does nothing: there are none.
    #[cfg(all(not(feature = "content"), feature = "server"))]
    #[expect(clippy::unused_self, reason = "a site with collections reads them")]
    pub(crate) fn read_ahead(&self, _: &(dyn Fn() -> bool + Sync)) {}

    /// Does nothing: there are none.
    #[cfg(not(feature = "content"))]
    #[expect(clippy::unused_self, reason = "a site with collections registers them")]
    pub(crate) fn register_collections(&self) {}
}
