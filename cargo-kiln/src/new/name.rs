//! The name of the package of a new site.

use std::path::Path;

/// Names that the site's own dependencies and binaries have, and those that Cargo refuses.
const TAKEN: [&str; 14] = [
    "build",
    "core",
    "deps",
    "dev",
    "examples",
    "incremental",
    "kiln",
    "kiln-build",
    "kiln-content",
    "kiln-dev",
    "kiln-macros",
    "kiln-og",
    "std",
    "test",
];

/// The name of the folder, if a package can have it.
pub(super) fn of_package(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?.to_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_plain);
    (is_name && !TAKEN.contains(&name.as_str())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_named_after_the_folder_if_cargo_allows_it() {
        for (folder, name) in [
            ("../My-Blog", Some("my-blog")),
            ("a_b", Some("a_b")),
            ("a b", None),
            ("2fa", None),
            ("kiln", None),
            ("..", None),
        ] {
            assert_eq!(of_package(Path::new(folder)).as_deref(), name, "{folder}");
        }
    }
}
