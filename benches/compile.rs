//! The compile time of a large site: `cargo bench -p benches --bench compile`.
//!
//! Generates a site with 500 page files, 400 static and 100 dynamic, and times its build script alone, and `cargo build
//! --release` after touching a page, adding one, and changing a Markdown file.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use benches::{median, scratch};

/// How often each is timed.
const RUNS: usize = 5;

const STATIC_PAGE: &str = r#"use kiln::prelude::*;

pub fn get(ctx: &Context) -> impl IntoResponse {
    Html(format!("<p>NAME at {}</p><a href=\"{}\">first</a>", ctx.url, crate::routes::section_0::page_0()))
}
"#;

const DYNAMIC_PAGE: &str = r#"use kiln::prelude::*;

pub struct Params {
    pub slug: String,
    pub number: u32,
}

pub struct Post {
    title: String,
}

pub fn static_paths() -> impl IntoIterator<Item = StaticPath<Params, Post>> {
    (0..3).map(|number| {
        StaticPath::new(Params { slug: "NAME".into(), number }).props(Post { title: format!("Post {number}") })
    })
}

pub fn get(ctx: &Context, params: &Params, post: &Post) -> Result<impl IntoResponse> {
    Ok(Html(format!("<h1>{}</h1>{} of {} at {}", post.title, params.number, params.slug, ctx.url)))
}
"#;

fn main() {
    let site = scratch();
    make_site(&site);
    let first = cargo_build(&site);
    let lines = generated(&site);
    println!("500 pages; medians of {RUNS} runs");
    println!("generated file:                    {} lines, {} KiB", lines.0, lines.1 / 1024);
    println!("cargo build, all crates:           {:>7.2} s (once)", first.as_secs_f64());
    show("build script alone", || build_script(&site));
    let mut count = 0;
    show("cargo build, nothing changed", || cargo_build(&site));
    show("cargo build, a page touched", || {
        count += 1;
        let page = site.join("src/pages/section-1/page-1.rs");
        let text = STATIC_PAGE.replace("NAME", &format!("changed {count}"));
        fs::write(page, text).expect("a page to write");
        cargo_build(&site)
    });
    let mut added = 0;
    show("cargo build, a page added", || {
        added += 1;
        let page = site.join(format!("src/pages/section-1/added-{added}.rs"));
        fs::write(page, STATIC_PAGE.replace("NAME", "added")).expect("a page to write");
        cargo_build(&site)
    });
    show("cargo build, a Markdown file changed", || {
        count += 1;
        fs::write(site.join("content/post.md"), format!("{count}")).expect("a file to write");
        cargo_build(&site)
    });
    fs::remove_dir_all(&site).expect("the scratch folder can be removed");
}

fn show(what: &str, mut time: impl FnMut() -> Duration) {
    let times = (0..RUNS).map(|_| time()).collect();
    println!("{:<34} {:>7.3} s", format!("{what}:"), median(times).as_secs_f64());
}

fn make_site(site: &Path) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let kiln = repository.canonicalize().expect("the repository");
    let kiln = kiln.display();
    let manifest = format!(
        "[package]\nname = \"large\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nkiln = {{ path = \"{kiln}\", default-features = false }}\n\n\
         [build-dependencies]\nkiln-build = {{ path = \"{kiln}/kiln-build\" }}\n\n\
         [profile.release]\nincremental = true\n\n[workspace]\n"
    );
    write(site, "Cargo.toml", &manifest);
    write(site, "build.rs", "fn main() {\n    kiln_build::generate();\n}\n");
    write(site, "src/main.rs", "kiln::site!();\n");
    write(site, "content/post.md", "A post.\n");
    for section in 0..10 {
        for page in 0..40 {
            let name = format!("src/pages/section-{section}/page-{page}.rs");
            write(site, &name, &STATIC_PAGE.replace("NAME", &name));
        }
        for page in 0..10 {
            let name = format!("src/pages/section-{section}/list-{page}/[slug]/[number].rs");
            write(site, &name, &DYNAMIC_PAGE.replace("NAME", &page.to_string()));
        }
    }
}

fn write(site: &Path, name: &str, text: &str) {
    let path = site.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
    fs::write(path, text).expect("a file to write");
}

fn cargo_build(site: &Path) -> Duration {
    let started = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--target-dir", "target"])
        .current_dir(site)
        .status();
    let elapsed = started.elapsed();
    assert!(status.is_ok_and(|status| status.success()), "the site does not compile");
    elapsed
}

/// The build folders of the site itself.
fn build_folders(site: &Path) -> impl Iterator<Item = PathBuf> {
    let folders = fs::read_dir(site.join("target/release/build")).expect("the build folders");
    folders
        .map(|entry| entry.expect("a folder").path())
        .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("large-")))
}

fn build_script(site: &Path) -> Duration {
    let script = build_folders(site)
        .map(|folder| folder.join("build-script-build"))
        .find(|script| script.exists())
        .expect("the build script");
    let out = site.join("target/build-script-alone");
    fs::create_dir_all(&out).expect("a folder to make");
    let started = Instant::now();
    let output = Command::new(script)
        .env("CARGO_MANIFEST_DIR", site)
        .env("OUT_DIR", &out)
        .current_dir(site)
        .output();
    let elapsed = started.elapsed();
    assert!(output.is_ok_and(|output| output.status.success()), "the build script failed");
    elapsed
}

/// The lines and bytes of the generated file.
fn generated(site: &Path) -> (usize, usize) {
    let file = build_folders(site)
        .map(|folder| folder.join("out/site.rs"))
        .find(|file| file.exists())
        .expect("the generated file");
    let text = fs::read_to_string(file).expect("the generated file");
    (text.lines().count(), text.len())
}
