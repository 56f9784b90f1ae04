//! A site: its folders, its settings and its route table.

pub(crate) mod collection_ref;
mod collections;
pub(crate) mod dev;
pub(crate) mod hash;
pub(crate) mod public_files;
pub(crate) mod redirects;
pub(crate) mod source;
pub(crate) mod stale_sources;
pub(crate) mod table;

use std::path::{Path, PathBuf};

use crate::assets::store::Lifetime;
use crate::assets::{self, Store};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Host};
use crate::middleware::Middleware;
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::redirect_rule::RedirectRule;
use crate::site::collection_ref::CollectionRef;
use crate::site::stale_sources::Sources;

/// A site: its folder, its settings and its routes.
///
/// `kiln::site!()` defines the site of a package as `crate::SITE`.
#[derive(Debug)]
pub struct Site {
    #[doc(hidden)]
    pub package: &'static str,
    #[doc(hidden)]
    pub folder: &'static str,
    #[doc(hidden)]
    pub config: &'static Config,
    #[doc(hidden)]
    pub routes: &'static [Route],
    /// The redirects of kiln.toml, in the order in which they are tried.
    #[doc(hidden)]
    pub redirects: &'static [RedirectRule],
    /// The headers of kiln.toml, the least specific rule first. If a header is set more than once, the last one counts.
    #[doc(hidden)]
    pub headers: &'static [HeaderRule],
    /// The same with the rule that kiln adds for requested files.
    #[doc(hidden)]
    pub headers_with_assets: &'static [HeaderRule],
    /// The hosts that the site is built for, each once, in the order of kiln.toml.
    #[doc(hidden)]
    pub hosts: &'static [Host],
    #[doc(hidden)]
    pub middleware: Option<Middleware>,
    /// The collections of `src/content.rs`, each with the name of its static.
    #[doc(hidden)]
    pub collections: &'static [(&'static str, CollectionRef)],
    #[doc(hidden)]
    pub sources: Sources,
}

impl Site {
    /// An empty site, for struct literals.
    #[doc(hidden)]
    pub const EMPTY: Site = Site {
        package: "",
        folder: "",
        config: &Config::DEFAULT,
        routes: &[],
        redirects: &[],
        headers: &[],
        headers_with_assets: &[],
        hosts: &[],
        middleware: None,
        collections: &[],
        sources: &[],
    };

    /// The routes, in the order in which they are tried.
    pub fn routes(&self) -> &'static [Route] {
        self.routes
    }

    /// The folder of the site, which contains `content/`, `assets/` and `public/`.
    ///
    /// It is the folder in which the site was compiled, or the current folder if that does not exist, for example in a
    /// container. The site's binary runs in this folder, so only other code needs this method, for example the tests of
    /// another package.
    pub fn folder(&self) -> PathBuf {
        existing_or_current(self.folder)
    }

    /// The source folders of the site. kiln never writes to them.
    pub(crate) fn source_folders(&self) -> impl Iterator<Item = PathBuf> {
        let folders = [self.folder(), existing_or_current(self.package)];
        let names = ["src", "content", "public", "assets"];
        folders.into_iter().flat_map(move |folder| names.map(|name| folder.join(name)))
    }

    /// The sources that have changed since the binary was compiled; empty if the sources are not available.
    pub(crate) fn changed_sources(&self) -> Vec<&'static str> {
        let folder = Path::new(self.folder);
        if folder.is_dir() { stale_sources::changed(self.sources, folder) } else { vec![] }
    }

    /// A text that is the same for all binaries with the same version of kiln, pages and settings.
    pub(crate) fn fingerprint(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        format!("{} kiln {version}", stale_sources::fingerprint(self.sources))
    }

    /// The rules of headers for a file of the out folder.
    pub(crate) fn header_rules(&self, file: &str) -> &'static [HeaderRule] {
        match assets::is_below_folder(file) {
            true => self.headers_with_assets,
            false => self.headers,
        }
    }

    /// Returns true if and only if a build writes the sitemap to a path.
    pub(crate) fn has_sitemap_at(&self, path: &RoutePath) -> bool {
        self.config.sitemap.is_some() && path.as_str() == "sitemap.xml"
    }

    /// An empty store for the files that pages of the site request.
    pub(crate) fn assets(&self, lifetime: Lifetime) -> Store {
        Store::new(self.folder(), self.config.base, lifetime)
    }

    /// The out folder: `out` of kiln.toml, relative to the folder of the package.
    pub(crate) fn out_folder(&self) -> PathBuf {
        existing_or_current(self.package).join(self.config.out)
    }
}

fn existing_or_current(folder: &str) -> PathBuf {
    let folder = Path::new(folder);
    if folder.is_dir() {
        return folder.to_path_buf();
    }
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}
