//! The files of `public/`: whether a path has one.

use crate::assets::published::is_published;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// Returns true if and only if the site has a folder `public/`.
#[cfg(feature = "server")]
pub(crate) fn has_folder(site: &Site) -> bool {
    site.folder().join("public").is_dir()
}

/// Returns true if and only if a path is answered by a published file of `public/`.
pub(crate) fn has_file(site: &Site, path: &RoutePath) -> bool {
    let public = site.folder().join("public");
    let names = site.config.file_names(path.as_str());
    names.iter().any(|name| is_published(name) && public.join(name).is_file())
}
