//! Photographs in three widths and two formats, beside the same work by other programs: `cargo bench -p benches --bench images`.
//!
//! `-- --photos N` sets the number of photographs (40), and `-- bombs` leaves all but the second part: the site gets files that expand
//! to gigabytes. README.md beside this folder explains both.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures")]

mod rivals;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use benches::figures::megabytes;
use benches::process::{self, Cost, run};
use benches::{compile_photos, photographs, scratch};

/// In pixels.
const WIDTHS: [u32; 3] = [480, 960, 1920];

/// The number of photographs, unless it is given.
const PHOTOS: usize = 40;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let count = match arguments[..] {
        [] => Some(PHOTOS),
        ["bombs"] => None,
        ["--photos", count] => Some(count.parse().expect("a number of photographs")),
        _ => panic!("the arguments are `bombs`, or `--photos N`"),
    };
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/photos");
    let binary = compile_photos().join("photos");
    let (photos, out) = (site.join("assets"), scratch());
    fs::create_dir_all(&out).expect("a folder to make");
    let bench = Bench { binary, photos, out };
    if let Some(count) = count {
        photographs::write(&bench.photos, count).expect("photographs to write");
        bench.compare(count);
    }
    bench.bombs();
    let _ = fs::remove_dir_all(&bench.out);
}

struct Bench {
    binary: PathBuf,
    /// The folder of the photographs.
    photos: PathBuf,
    /// For everything that is written.
    out: PathBuf,
}

impl Bench {
    /// All programs on the same photographs, each with kiln's share of its time.
    fn compare(&self, count: usize) {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        println!("{count} photographs of 12 megapixels; load {load}");
        println!("| work | time | processor | peak | kiln / it | the same, processor |");
        println!("|---|---|---|---|---|---|");
        let _ = fs::remove_dir_all(self.binary.with_file_name("../kiln"));
        let [cold, warm, same] = ["cold", "warm", "warm"].map(|out| self.kiln(out, count));
        show("kiln, cold", Some(cold), cold);
        show("kiln, warm, new out folder", Some(warm), warm);
        show("kiln, warm, the same out folder", Some(same), same);
        let photos: Vec<PathBuf> =
            (0..count).map(|number| self.photos.join(format!("{number}.jpg"))).collect();
        show("vipsthumbnail", rivals::vips(&photos, &self.out), cold);
        show("ImageMagick", rivals::magick(&photos, &self.out), cold);
        for (name, [rival_cold, rival_warm]) in [
            ("Astro (sharp)", rivals::astro(&photos, &self.out)),
            ("Hugo", rivals::hugo(&photos, &self.out)),
        ] {
            show(&format!("{name}, cold"), rival_cold, cold);
            show(&format!("{name}, warm"), rival_warm, warm);
        }
    }

    fn build(&self, out: &str) -> Command {
        let mut command = Command::new(&self.binary);
        // A backtrace of a refused file takes ten times as long as all else.
        command.env("RUST_BACKTRACE", "0").args(["--quiet", "--out"]).arg(self.out.join(out));
        command
    }

    fn kiln(&self, out: &str, count: usize) -> Cost {
        run(self.build(out).env("PHOTOS", count.to_string()))
    }

    /// Each of the files that expand to gigabytes, on a page of its own, beside a build without pages.
    fn bombs(&self) {
        println!("\n| file | bytes | result | time | peak |\n|---|---|---|---|---|");
        fs::create_dir_all(&self.photos).expect("a folder to make");
        let empty = self.kiln("bombs", 0);
        let milliseconds = empty.time.as_millis();
        println!("| none | | built | {milliseconds} ms | {} |", megabytes(empty.peak));
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

/// Prints a row, with the share that kiln takes of the cost.
fn show(work: &str, cost: Option<Cost>, kiln: Cost) {
    let Some(cost) = cost else {
        println!("| {work} | cannot be run | | | | |");
        return;
    };
    let of = |kiln: Duration, other| kiln.div_duration_f64(other);
    println!(
        "| {work} | {:.2} s | {:.2} s | {} | {:.2} | {:.2} |",
        cost.time.as_secs_f64(),
        cost.processor.as_secs_f64(),
        megabytes(cost.peak),
        of(kiln.time, cost.time),
        of(kiln.processor, cost.processor),
    );
}
