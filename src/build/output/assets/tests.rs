use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::response::IntoResponse;

use crate::build::{self, Options, Outcome, Report, Shard, Warnings};
use crate::config::{Config, Encoding};
use crate::page::context::Context;
use crate::page::route::{Endpoint, ResponseFuture, Route};
use crate::site::Site;
use crate::support::{self, CONFIG, leak};

/// The folder of a site, whose pages each request the file at the end of their path.
struct Folder(PathBuf);

/// Answers with the URL of the file.
fn request(ctx: &Context) -> ResponseFuture<'_> {
    let path = ctx.route_pattern.rsplit('/').next().unwrap_or_default();
    Box::pin(async move { Ok(ctx.asset(path)?.into_response()) })
}

/// Changes the file after the request, to text of the same length.
fn change(ctx: &Context) -> ResponseFuture<'_> {
    let path = ctx.route_pattern.rsplit('/').next().unwrap_or_default();
    Box::pin(async move {
        let url = ctx.asset(path)?;
        let asset = ctx.assets(path)?.asset(path)?;
        let text = fs::read_to_string(&asset.path)?;
        fs::write(&asset.path, text.replace('a', "b"))?;
        Ok(url.into_response())
    })
}

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("kiln-output-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let folder = Folder(folder);
        for (file, text) in [
            ("assets/app.css", "@import 'print.css' print; a { b: url(logo.svg) }".to_owned()),
            ("assets/print.css", "a { b: url('logo.svg') }".repeat(9)),
            ("assets/logo.svg", "<svg>a</svg>".to_owned()),
            ("assets/other.txt", "a text".to_owned()),
            ("assets/never.txt", "never".to_owned()),
        ] {
            folder.write(file, &text);
        }
        folder
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
        fs::write(path, text).expect("a file to write");
    }

    fn site(&self, patterns: &[&str], config: Config) -> &'static Site {
        let site = support::site(patterns, config);
        let route = |route: &Route| {
            let call = if route.pattern.text.starts_with("/change") { change } else { request };
            let endpoints = leak([("GET", Endpoint::OnContext(call))]);
            Route { endpoints, ..*route }
        };
        let routes: Vec<Route> = site.routes.iter().map(route).collect();
        let folder: &str = self.0.display().to_string().leak();
        leak(Site { package: folder, folder, routes: routes.leak(), ..site })
    }

    fn options(&self, out: &str, jobs: usize, shard: Option<Shard>) -> Options {
        Options { shard, ..Options::for_test(self.0.join(out), jobs) }
    }

    /// Builds a site; returns the report, or all failures.
    fn build(&self, site: &'static Site) -> Result<Report, String> {
        outcome(build::build(site, &self.options("dist", 2, None), &Arc::default()))
    }

    /// The names of all files in an out folder, without kiln's own.
    fn names(&self, out: &str) -> Vec<String> {
        files(&self.0.join(out)).into_iter().map(|(name, _)| name).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn outcome(outcome: anyhow::Result<Outcome>) -> Result<Report, String> {
    match outcome {
        Ok(Outcome::Built(mut report)) => {
            report.clean_up(Path::new("dist"), &Warnings::default());
            Ok(*report)
        }
        Ok(Outcome::Failed(failures)) => {
            let failures: Vec<String> = failures.iter().map(ToString::to_string).collect();
            Err(failures.join("\n") + "\n")
        }
        Err(error) => Err(format!("{error:#}")),
    }
}

fn files(out: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(out).sort_by_file_name().into_iter().flatten();
    let entries = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let name = entry.path().strip_prefix(out).expect("a file below").display().to_string();
        (name, fs::read(entry.path()).expect("a file"))
    });
    entries.filter(|(name, _)| !name.starts_with(".kiln")).collect()
}

/// A name without the hash in it.
fn plain(name: &str) -> String {
    let parts = name.split('.').filter(|part| part.len() != 8);
    parts.collect::<Vec<_>>().join(".")
}

#[test]
fn requested_files_are_written_once_and_removed_later() {
    let folder = Folder::new("once");
    let config = || Config { precompress: &[Encoding::Gzip], ..CONFIG };
    let all = folder.site(&["/1/app.css", "/2/app.css", "/3/other.txt"], config());
    let report = folder.build(all).expect("a site");
    assert_eq!(report.assets.to_string(), "4 assets: 2 stylesheets, 1 image, 1 other");
    let names: Vec<String> = folder.names("dist").iter().map(|name| plain(name)).collect();
    let expected = [
        "1/app.css",
        "2/app.css",
        "3/other.txt",
        "_assets/app.css",
        "_assets/logo.svg",
        "_assets/other.txt",
        "_assets/print.css",
        "_assets/print.css.gz",
    ];
    assert_eq!(names, expected);
    let url = fs::read_to_string(folder.0.join("dist/3/other.txt")).expect("a page");
    let text = fs::read_to_string(folder.0.join("dist").join(url.trim_start_matches('/')));
    assert_eq!(text.expect("a file"), "a text");
    let again = folder.build(all).expect("a site");
    assert_eq!((again.committed.written, again.committed.removed), (0, 0));
    let fewer = folder.site(&["/3/other.txt"], config());
    let report = folder.build(fewer).expect("a site");
    assert_eq!((report.assets.total(), report.committed.removed), (1, 6));
    assert_eq!(folder.names("dist").len(), 2);
    folder.write("assets/other.txt", "another text");
    let report = folder.build(fewer).expect("a site");
    // The page, and the file under its new name.
    assert_eq!((report.committed.written, report.committed.removed), (2, 1));
}

#[test]
fn a_file_that_changes_during_the_build_fails_it() {
    for file in ["other.txt", "app.css", "logo.svg"] {
        let folder = Folder::new("changed");
        let site = folder.site(&["/app.css", "/other.txt"], CONFIG);
        folder.build(site).expect("a site");
        let before = files(&folder.0.join("dist"));
        let pattern = format!("/change/{file}");
        let site = folder.site(&["/app.css", "/other.txt", &pattern], CONFIG);
        let expected = format!(
            "error: assets/{file}: changed while the site was built\n  \
             hint: build again: pages may already contain the URL of the old file\n"
        );
        assert_eq!(folder.build(site).map(drop), Err(expected));
        assert_eq!(files(&folder.0.join("dist")), before);
    }
}

#[test]
fn a_missing_file_is_one_failure_with_its_page() {
    let folder = Folder::new("missing");
    let site = folder.site(&["/a/ap.css", "/b/ap.css"], CONFIG);
    let failures = folder.build(site).map(drop).expect_err("no file");
    let expected = "error: /a/ap.css: assets/ap.css: does not exist\n  \
                    --> src/pages/a/ap.css.rs\n  \
                    hint: did you mean `app.css`?\n  \
                    and in 1 more page:\n    /b/ap.css (src/pages/b/ap.css.rs)\n";
    // With `RUST_BACKTRACE=1` the functions that asked for the file are listed before the hint.
    let lines = failures.split_inclusive('\n').filter(|line| !is_of_backtrace(line));
    assert_eq!(lines.collect::<String>(), expected);
}

fn is_of_backtrace(line: &str) -> bool {
    // Without debug information there are no lines to list, which it says.
    line.starts_with("  backtrace") || (line.starts_with("    ") && !line.contains(".css.rs"))
}

#[test]
fn nothing_else_is_below_the_folder() {
    let folder = Folder::new("reserved");
    folder.write("public/_assets/app.css", "");
    folder.write("public/_assets.txt", "");
    let site = folder.site(&["/_assets/other.txt", "/_assets/a/other.txt"], CONFIG);
    let failures = folder.build(site).map(drop).expect_err("reserved names");
    for part in [
        "/_assets/other.txt: `_assets/other.txt` is in a folder that is reserved for files of `assets/`",
        "/_assets/a/other.txt: `_assets/a/other.txt` is in a folder",
        "public/_assets/app.css: is in a folder that is reserved for files of assets/",
    ] {
        assert!(failures.contains(part), "{failures}");
    }
    assert!(!failures.contains("_assets.txt:"), "{failures}");
}

#[test]
fn threads_and_shards_write_the_same_files() {
    let folder = Folder::new("shards");
    let patterns: Vec<String> = ["app.css", "print.css", "other.txt", "logo.svg"]
        .iter()
        .flat_map(|file| (0..5).map(move |page| format!("/{page}/{file}")))
        .collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let config = Config { precompress: &[Encoding::Gzip], ..CONFIG };
    let site = folder.site(&patterns, config);
    let run = |options: &Options| outcome(build::build(site, options, &Arc::default()));
    let whole = run(&folder.options("dist", 1, None)).expect("a site");
    let expected = files(&folder.0.join("dist"));
    run(&folder.options("threads", 8, None)).expect("a site");
    assert_eq!(files(&folder.0.join("threads")), expected);
    let mut parts = Vec::new();
    for number in 1..=3 {
        let out = format!("shard-{number}");
        run(&folder.options(&out, 2, Shard::new(number, 3))).expect("a shard");
        assert!(folder.names(&out).iter().any(|name| name.starts_with("_assets/")));
        parts.push(folder.0.join(out));
    }
    let merge = |out: &str| {
        outcome(build::merge(site, &parts, &folder.options(out, 2, None), &Arc::default()))
    };
    assert_eq!(merge("merged").expect("a site").assets, whole.assets);
    assert_eq!(files(&folder.0.join("merged")), expected);
    // A shard whose file is damaged is not merged.
    let svg = folder.names("shard-2").into_iter().find(|name| name.starts_with("_assets/logo"));
    folder.write(&format!("shard-2/{}", svg.expect("a file")), "<svg>b</svg>");
    let failures = merge("damaged").map(drop).expect_err("a damaged file");
    assert!(
        failures.contains("differs from the file with this name in another shard"),
        "{failures}"
    );
}

#[cfg(feature = "images")]
#[test]
fn images_have_as_many_threads_as_pages() {
    let folder = Folder::new("jobs");
    let site = folder.site(&["/"], CONFIG);
    for jobs in [1, 3] {
        let build = build::Build::start(site, &folder.options("dist", jobs, None), &Arc::default());
        assert_eq!(build.expect("threads").assets.image_threads(), jobs);
    }
}
