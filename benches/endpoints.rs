//! The cost of an `async fn`: `cargo bench -p benches --bench endpoints`.
//!
//! Builds 100,000 small pages with a sync endpoint and with an async one that never waits, in turn, and a thousand
//! pages that each wait 100 ms. Each run writes a new folder, and the folders are removed only after all runs.
//! `KILN_BENCH_DIR` names the folder to write in, for example one on tmpfs.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs;

use benches::{compile_sites, median, scratch, time_build};

/// How often each site is built.
const RUNS: usize = 9;

fn main() {
    let (binaries, scratch) = (compile_sites(), scratch());
    let mut times = [const { Vec::new() }; 3];
    for round in 0..RUNS {
        for (site, times) in ["sync", "ready", "waiting"].iter().zip(&mut times) {
            let out = scratch.join(format!("{site}-{round}"));
            times.push(time_build(&binaries.join(site), &out));
        }
    }
    let [sync, ready, waiting] = times.map(median);
    println!("medians of {RUNS} runs in turn");
    println!("100,000 pages, fn:                      {:>6.3} s", sync.as_secs_f64());
    println!("100,000 pages, async fn that is ready:  {:>6.3} s", ready.as_secs_f64());
    println!("  ratio:                                {:>6.3}", ready.div_duration_f64(sync));
    println!("1,000 pages that wait 100 ms each:      {:>6.3} s", waiting.as_secs_f64());
    fs::remove_dir_all(&scratch).expect("the scratch folder can be removed");
}
