//! A site in shards: `cargo bench -p benches --bench shards`.
//!
//! `KILN_BENCH_COUNT` JSON pages (1,000,000) are built by one process, and by `KILN_BENCH_SHARDS` (8), one after the other, as if each had a
//! machine of its own. What `merge` writes is compared with the single build, byte for byte. Each page takes 4 KB on the file system: a
//! million pages need 10 GB, for the shards and what is merged from them.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs::{self, DirEntry};
use std::hash::Hasher;
use std::path::Path;
use std::process::Command;

use benches::compile_json;
use benches::figures::{Spread, megabytes};
use benches::ground::{Ground, Grounds};
use benches::process::{Cost, run};

fn main() {
    let grounds = Grounds::find(env!("CARGO_TARGET_TMPDIR"));
    let number = |name: &str, default: usize| {
        env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let (count, shards) = (number("KILN_BENCH_COUNT", 1_000_000), number("KILN_BENCH_SHARDS", 8));
    let site = compile_json().join("json");
    let ground = &grounds.all[0];
    println!("{count} pages in {shards} shards on {}\n", ground.name());
    println!("| step | time | processor | peak |\n|---|---|---|---|");
    let whole = whole(&site, count, ground);
    let fresh = ground.fresh();
    let folders: Vec<_> = (1..=shards).map(|at| fresh.folder().join(at.to_string())).collect();
    let costs: Vec<Cost> = folders
        .iter()
        .enumerate()
        .map(|(at, folder)| {
            let shard = format!("{}/{shards}", at + 1);
            run(build(&site, count, folder).args(["--shard", &shard]))
        })
        .collect();
    let times = Spread::of(costs.iter().map(|cost| cost.time.as_secs_f64()));
    let processor: f64 = costs.iter().map(|cost| cost.processor.as_secs_f64()).sum();
    let peak = costs.iter().map(|cost| cost.peak).max().unwrap_or_default();
    println!("| a shard | {} | {processor:.2} s in all | {} |", times.seconds(), megabytes(peak));
    let merged = fresh.folder().join("merged");
    let mut merge = Command::new(&site);
    merge.args(["merge", "--quiet", "--out"]).arg(&merged).args(&folders);
    show("merge", run(&mut merge));
    assert!(digest(&merged) == whole, "the merged site differs from the one of a single build");
    println!("\nThe merged files are those of the single build, byte for byte.");
}

/// Builds the whole site, and returns its digest.
fn whole(site: &Path, count: usize, ground: &Ground) -> u64 {
    let fresh = ground.fresh();
    let out = fresh.folder().join("dist");
    show("the whole site", run(&mut build(site, count, &out)));
    digest(&out)
}

fn build(site: &Path, count: usize, out: &Path) -> Command {
    let mut command = Command::new(site);
    command.args(["--quiet", "--out"]).arg(out);
    command.env("KILN_BENCH_COUNT", count.to_string()).env("KILN_BENCH_VERSION", "1");
    command
}

fn show(name: &str, cost: Cost) {
    let [time, processor] = [cost.time, cost.processor].map(|time| time.as_secs_f64());
    println!("| {name} | {time:.2} s | {processor:.2} s | {} |", megabytes(cost.peak));
}

/// A digest of all names and bytes below a folder, kiln's own files among them.
fn digest(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    add(folder, &mut hasher);
    hasher.finish()
}

fn add(folder: &Path, hasher: &mut DefaultHasher) {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut entries: Vec<DirEntry> = entries.map(|entry| entry.expect("an entry")).collect();
    entries.sort_by_key(DirEntry::file_name);
    for entry in entries {
        hasher.write(entry.file_name().as_encoded_bytes());
        match entry.file_type().expect("a type").is_dir() {
            true => add(&entry.path(), hasher),
            false => {
                let bytes = fs::read(entry.path()).expect("a file");
                hasher.write_usize(bytes.len());
                hasher.write(&bytes);
            }
        }
    }
}
