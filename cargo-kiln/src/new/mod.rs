//! `cargo kiln new`: creates a site from a template.

mod manifest;
mod name;
mod template;
mod vendor;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ArgMatches;

use self::manifest::Kiln;
use self::template::Template;

/// A site that does not exist yet.
#[derive(Debug)]
struct NewSite<'a> {
    folder: &'a Path,
    template: Template,
    kiln: Kiln,
}

/// Creates the site that the command line asks for, and says what to type next.
///
/// # Errors
///
/// Fails if the folder is not empty, or if a file cannot be written.
pub(crate) fn run(options: &ArgMatches) -> Result<()> {
    let folder = options.get_one::<PathBuf>("folder").context("no folder is named")?;
    let template = match (options.get_flag("bare"), options.get_flag("api")) {
        (true, _) => Template::Bare,
        (_, true) => Template::Api,
        _ => Template::Site,
    };
    let kiln = if options.get_flag("vendor") { Kiln::Vendored } else { Kiln::Released };
    NewSite { folder, template, kiln }.create()?;
    let shown = folder.display();
    let first = match template {
        Template::Site | Template::Api => "cargo dev",
        Template::Bare => "cargo run --release",
    };
    writeln!(io::stdout(), "created a site in {shown}:\n\n  cd {shown}\n  {first}")?;
    Ok(())
}

impl NewSite<'_> {
    fn create(&self) -> Result<()> {
        let folder = self.folder;
        if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            let folder = folder.display();
            bail!("{folder} is not empty\n  hint: name a folder that does not exist yet");
        }
        let name = name::of_package(folder);
        for (file, bytes) in self.template.files() {
            let path = folder.join(file);
            let name = name.as_deref();
            let text = match *file {
                "Cargo.toml" => manifest::of_site(utf8(bytes)?, name, self.kiln),
                "Cargo.lock" => manifest::lock(utf8(bytes)?, name),
                _ => {
                    write(&path, bytes)?;
                    continue;
                }
            };
            write(&path, text.as_bytes())?;
        }
        match self.kiln {
            Kiln::Vendored => vendor::copy(&folder.join("vendor/kiln")),
            Kiln::Released => Ok(()),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).context("a manifest of the template is not UTF-8")
}

/// Writes a file, and the folders above it.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        let created = fs::create_dir_all(folder);
        created.with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    /// A folder for new sites, removed at the end of a test.
    struct Parent(PathBuf);

    impl Parent {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("cargo-kiln-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            Parent(folder)
        }

        fn site(&self, template: Template, kiln: Kiln) -> PathBuf {
            let folder = self.0.join("my-blog");
            NewSite { folder: &folder, template, kiln }.create().expect("a new site");
            folder
        }
    }

    impl Drop for Parent {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn manifest(site: &Path) -> String {
        fs::read_to_string(site.join("Cargo.toml")).expect("a manifest")
    }

    #[test]
    fn a_vendored_site_names_nothing_outside_of_it() {
        let parent = Parent::new("vendored");
        let site = parent.site(Template::Site, Kiln::Vendored);
        let manifest = manifest(&site);
        for line in ["name = \"my-blog\"", "default-run = \"my-blog\"", "exclude = [\"vendor\"]"] {
            assert!(manifest.contains(line), "{manifest}");
        }
        assert!(
            manifest.contains("path = \"vendor/kiln\"") && !manifest.contains("\".."),
            "{manifest}"
        );
        let lock = fs::read_to_string(site.join("Cargo.lock")).expect("a lock file");
        assert!(lock.contains("name = \"my-blog\"\n"));
        for file in
            ["src/pages/index.rs", ".cargo/config.toml", ".gitignore", "vendor/kiln/src/lib.rs"]
        {
            assert!(site.join(file).exists(), "{file}");
        }
        assert!(!site.join("target").exists() && !site.join("dist").exists());
    }

    #[test]
    fn other_sites_depend_on_the_released_crates() {
        for template in [Template::Site, Template::Bare, Template::Api] {
            let parent = Parent::new(&format!("released-{template:?}"));
            let site = parent.site(template, Kiln::Released);
            let manifest = manifest(&site);
            assert!(
                !manifest.contains("path = \"..") && manifest.contains("\nkiln = "),
                "{manifest}"
            );
            assert!(!site.join("vendor").exists());
        }
    }

    #[test]
    fn the_smallest_site_has_one_page_and_one_dependency() {
        let parent = Parent::new("bare");
        let site = parent.site(Template::Bare, Kiln::Released);
        let pages = fs::read_dir(site.join("src/pages")).expect("pages").count();
        let manifest = manifest(&site);
        let dependencies = manifest.split("[dependencies]\n").nth(1).expect("dependencies");
        assert_eq!(pages, 1);
        assert_eq!(dependencies.split("\n\n").next().expect("a table").lines().count(), 1);
    }

    #[test]
    fn a_folder_with_files_is_left_alone() {
        let parent = Parent::new("again");
        let folder = parent.site(Template::Bare, Kiln::Released);
        let site = NewSite { folder: &folder, template: Template::Api, kiln: Kiln::Released };
        let error = site.create().expect_err("a folder that is not empty").to_string();
        assert!(error.contains("is not empty\n  hint: "), "{error}");
        assert!(!folder.join("src/tests.rs").exists());
    }
}
