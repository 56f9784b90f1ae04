//! Photographs in three widths and two formats, beside the same work by `vips`: `cargo bench -p benches --bench images`.
//!
//! `KILN_BENCH_PHOTOS` is the number of photographs (20). The second part gives the site files that expand to gigabytes.
//! README.md beside this file explains both.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use benches::figures::megabytes;
use benches::process::{self, Cost, run};
use benches::{compile_photos, photographs, scratch};

const WIDTHS: [u32; 3] = [480, 960, 1920];

fn main() {
    let count = env::var("KILN_BENCH_PHOTOS").map_or(20, |count| count.parse().expect("a number"));
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/photos");
    let photos = site.join("assets");
    photographs::write(&photos, count).expect("photographs to write");
    let bench = Bench { binary: compile_photos().join("photos"), photos, out: scratch(), count };
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{count} photographs of 12 megapixels; load {load}");
    println!("| work | time | peak |\n|---|---|---|");
    let _ = fs::remove_dir_all(bench.binary.with_file_name("../kiln"));
    show("kiln, cold", bench.kiln("cold"));
    show("kiln, warm, new out folder", bench.kiln("warm"));
    show("kiln, warm, the same out folder", bench.kiln("warm"));
    match bench.vips() {
        Some(time) => println!("| vipsthumbnail | {:.2} s | |", time.as_secs_f64()),
        None => println!("| vipsthumbnail | not installed | |"),
    }
    bench.bombs();
    let _ = fs::remove_dir_all(&bench.out);
}

fn show(work: &str, cost: Cost) {
    println!("| {work} | {:.3} s | {} |", cost.time.as_secs_f64(), megabytes(cost.peak));
}

struct Bench {
    binary: PathBuf,
    photos: PathBuf,
    out: PathBuf,
    count: usize,
}

impl Bench {
    fn build(&self, out: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["--quiet", "--out"]).arg(self.out.join(out));
        command
    }

    fn kiln(&self, out: &str) -> Cost {
        run(self.build(out).env("PHOTOS", self.count.to_string()))
    }

    /// The same files by `vipsthumbnail`, with one process for each core, which has one part of the photographs.
    fn vips(&self) -> Option<Duration> {
        Command::new("vipsthumbnail").arg("--version").stdout(Stdio::null()).status().ok()?;
        let out = self.out.join("vips");
        fs::create_dir_all(&out).expect("a folder to write");
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let photos: Vec<PathBuf> =
            (0..self.count).map(|number| self.photos.join(format!("{number}.jpg"))).collect();
        let started = Instant::now();
        thread::scope(|scope| {
            for part in photos.chunks(self.count.div_ceil(cores)) {
                let out = &out;
                scope.spawn(move || thumbnails(part, out));
            }
        });
        Some(started.elapsed())
    }

    /// Each of the files that expand to gigabytes, on a page of its own.
    fn bombs(&self) {
        println!("\n| file | bytes | result | time | peak |\n|---|---|---|---|---|");
        for (name, bytes) in photographs::bombs() {
            let length = bytes.len();
            let file = self.photos.join(format!("bomb-{name}"));
            fs::write(&file, bytes).expect("a file to write");
            let mut command = self.build("bombs");
            command.env("BOMB", format!("bomb-{name}")).stderr(Stdio::null());
            let (cost, status) = process::measure(&mut command);
            let result = if status.success() { "published" } else { "refused" };
            let milliseconds = cost.time.as_millis();
            println!(
                "| {name} | {length} | {result} | {milliseconds} ms | {} |",
                megabytes(cost.peak)
            );
            fs::remove_file(file).expect("a file to remove");
        }
    }
}

fn thumbnails(photos: &[PathBuf], out: &Path) {
    for width in WIDTHS {
        for format in ["jpg[Q=80,strip]", "webp[Q=80,strip]"] {
            let name = format!("{}/%s-{width}.{format}", out.display());
            let mut command = Command::new("vipsthumbnail");
            command.env("VIPS_CONCURRENCY", "1").args(photos);
            command.args(["--size", &format!("{width}x"), "--output", &name]);
            let status = command.stderr(Stdio::null()).status();
            assert!(status.is_ok_and(|status| status.success()), "vipsthumbnail failed");
        }
    }
}
