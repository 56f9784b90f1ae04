//! Decides what a change leads to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::layout::Layout;

/// What a change leads to, the least work first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reaction {
    Nothing,
    /// The site is started again, and open pages replace only these styles and pictures.
    Swap(Vec<Swapped>),
    /// The site is started again, and open pages reload.
    Reload,
    /// The site is compiled, and open pages reload.
    Compile,
}

/// A changed file that a page can replace without reloading.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Swapped {
    pub(crate) kind: SwappedKind,
    /// The path of the URL without base, for a file of `public/`. Other files have a hash in their URL.
    pub(crate) path: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SwappedKind {
    Style,
    Image,
}

/// What the site's binary was compiled from, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    pub(crate) files: BTreeSet<PathBuf>,
    pub(crate) folders: BTreeSet<PathBuf>,
    /// The folders of packages that are no dependencies from a registry.
    pub(crate) packages: BTreeSet<PathBuf>,
}

/// The files of a package that Cargo reads, beside those that dep-info names.
const OF_CARGO: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    ".cargo/config",
];

const STYLES: [&str; 1] = ["css"];

const IMAGES: [&str; 8] = ["apng", "avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];

/// Returns what the change of some files leads to.
pub(crate) fn reaction(paths: &[PathBuf], layout: &Layout, inputs: &Inputs) -> Reaction {
    if paths.iter().any(|path| is_compiled(path, layout, inputs)) {
        return Reaction::Compile;
    }
    let of_site: Vec<&PathBuf> =
        paths.iter().filter(|path| path.starts_with(&layout.site)).collect();
    if of_site.is_empty() {
        return Reaction::Nothing;
    }
    let swapped: Option<Vec<Swapped>> =
        of_site.iter().map(|path| swapped(path, &layout.site)).collect();
    swapped.map_or(Reaction::Reload, Reaction::Swap)
}

/// Returns true if and only if the binary is compiled from a file, or may be from now on.
pub(crate) fn is_compiled(path: &Path, layout: &Layout, inputs: &Inputs) -> bool {
    let is_below = |folder: &Path| path.starts_with(folder);
    let packages = || inputs.packages.iter().chain([&layout.package]);
    inputs.files.contains(path)
        || inputs.folders.iter().any(|folder| is_below(folder))
        || path == layout.site.join("kiln.toml")
        || is_below(&layout.site.join("src"))
        || packages().any(|package| {
            is_below(&package.join("src")) || OF_CARGO.iter().any(|name| path == package.join(name))
        })
}

/// A file that a page can replace without reloading; `None` for all others, and for removed files.
fn swapped(path: &Path, site: &Path) -> Option<Swapped> {
    let name = path.strip_prefix(site).ok()?;
    let public = name.strip_prefix("public").ok();
    if public.is_none() && !name.starts_with("assets") && !name.starts_with("content") {
        return None;
    }
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    let kind = match &*extension {
        // Only styles of these folders are styles of pages.
        extension if STYLES.contains(&extension) && !name.starts_with("content") => {
            SwappedKind::Style
        }
        extension if IMAGES.contains(&extension) => SwappedKind::Image,
        _ => return None,
    };
    if !path.is_file() {
        return None;
    }
    let path = public.map(|name| format!("/{}", name.display().to_string().replace('\\', "/")));
    Some(Swapped { kind, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TempFolder;

    fn with_site(test: impl FnOnce(&Layout, &Inputs)) {
        let folder = TempFolder::new();
        for name in ["public/style.css", "public/images/a b.PNG", "assets/app.css", "content/a.jpg"]
        {
            folder.write(&format!("site/{name}"), "");
        }
        let site = folder.join("site");
        let inputs = Inputs {
            files: [site.join("content/included.txt"), folder.join("lib/src/lib.rs")].into(),
            folders: [site.join("templates")].into(),
            packages: [folder.join("lib")].into(),
        };
        test(&Layout { site, package: folder.to_path_buf(), target: None }, &inputs);
    }

    #[test]
    fn a_change_leads_to_as_little_work_as_possible() {
        with_site(|layout, inputs| {
            let swap = |kind, path: Option<&str>| {
                Reaction::Swap(vec![Swapped { kind, path: path.map(str::to_owned) }])
            };
            for (name, expected) in [
                ("site/src/pages/index.rs", Reaction::Compile),
                ("site/src/pages/new.rs", Reaction::Compile),
                ("site/kiln.toml", Reaction::Compile),
                ("Cargo.toml", Reaction::Compile),
                ("build.rs", Reaction::Compile),
                (".cargo/config.toml", Reaction::Compile),
                ("lib/src/lib.rs", Reaction::Compile),
                ("lib/src/new.rs", Reaction::Compile),
                ("lib/Cargo.toml", Reaction::Compile),
                ("site/content/included.txt", Reaction::Compile),
                ("site/templates/a.html", Reaction::Compile),
                ("site/content/a.md", Reaction::Reload),
                ("site/content/removed.jpg", Reaction::Reload),
                ("site/public/robots.txt", Reaction::Reload),
                ("site/data.json", Reaction::Reload),
                ("site/public/style.css", swap(SwappedKind::Style, Some("/style.css"))),
                ("site/public/images/a b.PNG", swap(SwappedKind::Image, Some("/images/a b.PNG"))),
                ("site/assets/app.css", swap(SwappedKind::Style, None)),
                ("site/content/a.jpg", swap(SwappedKind::Image, None)),
                ("lib/README.md", Reaction::Nothing),
                ("tests/it.rs", Reaction::Nothing),
            ] {
                let path = layout.package.join(name);
                assert_eq!(reaction(&[path], layout, inputs), expected, "{name}");
            }
        });
    }

    #[test]
    fn several_changes_lead_to_the_most_that_one_needs() {
        with_site(|layout, inputs| {
            let path = |name: &str| layout.site.join(name);
            let style = path("public/style.css");
            let of = |paths: &[PathBuf]| reaction(paths, layout, inputs);
            assert_eq!(of(&[style.clone(), path("content/a.md")]), Reaction::Reload);
            assert_eq!(of(&[style, path("src/a.rs")]), Reaction::Compile);
            assert_eq!(of(&[]), Reaction::Nothing);
        });
    }
}
