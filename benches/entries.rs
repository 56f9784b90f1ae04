//! A million posts: `cargo bench -p benches --bench entries`.
//!
//! The site `sites/entries` has a page for each post of a lazy source, pages of a list of all posts, of a list for each of 100 tags, a
//! feed and a sitemap. Each part is built alone and all together, with a hundredth, a tenth and all of `KILN_BENCH_COUNT` posts
//! (1,000,000), each time on a new file system, to see what grows.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use benches::compile_entries;
use benches::figures::megabytes;
use benches::ground::{Ground, Grounds};
use benches::process::{Cost, run};

/// The parts of the site. The feed and the sitemap are always there.
const PARTS: [(&str, &str); 5] = [
    ("", "feed and an empty sitemap"),
    ("posts", "a page for each post, and the sitemap"),
    ("list", "the list, 50 posts a page, and the sitemap"),
    ("tags", "100 tags, 50 posts a page, and the sitemap"),
    ("posts list tags", "all together"),
];

fn main() {
    let grounds = Grounds::find(env!("CARGO_TARGET_TMPDIR"));
    let count = env::var("KILN_BENCH_COUNT").map_or(1_000_000, |it| it.parse().expect("a number"));
    let site = compile_entries().join("entries");
    println!("on {}\n", grounds.all[0].name());
    println!("| site | posts | files | time | processor | peak |\n|---|---|---|---|---|---|");
    for (parts, name) in PARTS {
        for posts in [count / 100, count / 10, count] {
            let (cost, files) = build(&site, parts, posts, &grounds.all[0]);
            println!(
                "| {name} | {posts} | {files} | {:.2} s | {:.2} s | {} |",
                cost.time.as_secs_f64(),
                cost.processor.as_secs_f64(),
                megabytes(cost.peak)
            );
        }
    }
}

/// Builds the site. Returns the number of its files, from kiln's record.
fn build(site: &Path, parts: &str, posts: usize, ground: &Ground) -> (Cost, usize) {
    let fresh = ground.fresh();
    let out = fresh.folder().join("dist");
    let mut command = Command::new(site);
    command.args(["--quiet", "--out"]).arg(&out);
    command.env("KILN_BENCH_COUNT", posts.to_string()).env("KILN_BENCH_PARTS", parts);
    let cost = run(&mut command);
    let record = fs::read_to_string(out.join(".kiln-files")).expect("a record");
    let lines = record.lines().count();
    // The last line is its end.
    (cost, lines - 1)
}
