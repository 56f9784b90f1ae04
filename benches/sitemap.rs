//! The cost of a sitemap: `cargo bench -p benches --bench sitemap`.
//!
//! Two sites only differ in `sitemap` of kiln.toml. They are built in turn, with `KILN_BENCH_COUNT` pages (1,000,000), each time on a new
//! file system. Then valgrind counts the instructions that a page costs, and those in the code of the sitemap: none without it.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use benches::figures::{Spread, megabytes};
use benches::ground::{Ground, Grounds};
use benches::instructions::{has_valgrind, instructions};
use benches::process::{Cost, run};
use benches::{compile_sitemaps, scratch};

const SITES: [(&str, &str); 2] = [("unlisted", "without a sitemap"), ("listed", "with a sitemap")];

fn main() {
    let grounds = Grounds::find(env!("CARGO_TARGET_TMPDIR"));
    let number = |name: &str, default: usize| {
        env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let (count, pairs) = (number("KILN_BENCH_COUNT", 1_000_000), number("KILN_BENCH_PAIRS", 3));
    let binaries = compile_sitemaps();
    println!("{count} pages on {}, {pairs} pairs\n", grounds.all[0].name());
    println!("| build | time | peak |\n|---|---|---|");
    let mut costs = [const { Vec::new() }; SITES.len()];
    for _ in 0..pairs {
        for ((site, _), costs) in SITES.iter().zip(&mut costs) {
            costs.push(build(&binaries.join(site), count, &grounds.all[0]));
        }
    }
    for ((_, name), costs) in SITES.iter().zip(&costs) {
        let times = Spread::of(costs.iter().map(|cost| cost.time.as_secs_f64()));
        let peak = costs.iter().map(|cost| cost.peak).max().unwrap_or_default();
        println!("| {name} | {} | {} |", times.seconds(), megabytes(peak));
    }
    if has_valgrind() {
        count_instructions(&binaries);
    }
}

fn build(site: &Path, count: usize, ground: &Ground) -> Cost {
    let fresh = ground.fresh();
    let mut command = Command::new(site);
    command.args(["--quiet", "--out"]).arg(fresh.folder().join("dist"));
    run(command.env("KILN_BENCH_COUNT", count.to_string()))
}

/// The instructions of 2,000 pages, and the functions of the sitemap in the profile.
fn count_instructions(binaries: &Path) {
    let scratch = scratch();
    fs::create_dir_all(&scratch).expect("a folder to make");
    println!(
        "\n| build | instructions a page | functions of the sitemap that ran |\n|---|---|---|"
    );
    for (site, name) in SITES {
        let site = binaries.join(site);
        let few = instructions(&site, 1_000, &scratch);
        let many = instructions(&site, 3_000, &scratch);
        let profile = fs::read_to_string(scratch.join("callgrind.out")).expect("a profile");
        let functions = profile.lines().filter_map(|line| line.strip_prefix("fn="));
        let mut of_sitemap: Vec<&str> =
            functions.filter(|name| name.contains("build::sitemap::")).collect();
        of_sitemap.sort_unstable();
        of_sitemap.dedup();
        println!("| {name} | {} | {} |", many.saturating_sub(few) / 2_000, of_sitemap.len());
    }
    let _ = fs::remove_dir_all(&scratch);
}
