//! The throughput of a site's server: `cargo bench -p benches --bench serving`.
//!
//! A page on request and a static file, under the load of wrk, in turn with a server that only uses axum. Then the
//! memory of the server after 10,000 and after `KILN_BENCH_REQUESTS` (1,000,000). Then a file and a page that is kept
//! (`REVALIDATE`) over `KILN_BENCH_CONNECTIONS` (10,000), in turn with nginx, which serves the same bytes as files.
//! `-- rates`, `-- memory` or `-- connections` selects one. `KILN_BENCH_PAIRS` sets the number of runs,
//! `KILN_BENCH_SECONDS` their length. Each connection needs a file handle in wrk, and another in the server: if the
//! hard limit of `ulimit -n` allows fewer, fewer are opened, and the table says so.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::client::{fetch, request};
use benches::figures::Spread;
use benches::handles;
use benches::nginx::{has_nginx, nginx};
use benches::server::Server;
use benches::wrk::{CONNECTIONS, Load, has_wrk, load, load_over};
use benches::{compile_servers, scratch};

const PAGE: &str = "/api/hello.json";
const FILE: &str = "/4k.txt";
const KEPT: &str = "/kept.json";

/// The numbers of requests before the first and the last measurement of memory.
const FEW: u32 = 10_000;
const MANY: u64 = 1_000_000;

/// The file handles that a process needs beside those of its connections: for the served files, the log and its runtime.
const OTHER_HANDLES: u64 = 200;

/// A row of the table, and the arguments of kiln.
struct Row {
    name: &'static str,
    path: &'static str,
    log: Log,
}

#[derive(PartialEq)]
enum Log {
    Nowhere,
    File,
    Off,
}

const ROWS: [Row; 5] = [
    Row { name: "a page on request, no log", path: PAGE, log: Log::Off },
    Row { name: "a page on request, log to /dev/null", path: PAGE, log: Log::Nowhere },
    Row { name: "a page on request, log to a file", path: PAGE, log: Log::File },
    Row { name: "a file of 4 KiB, no log", path: FILE, log: Log::Off },
    Row { name: "a file of 4 KiB, log to /dev/null", path: FILE, log: Log::Nowhere },
];

/// The name of a kind of request, the status of the responses, and the path of each.
type Kind = (&'static str, u16, fn(u32) -> String);

struct Bench {
    binaries: PathBuf,
    scratch: PathBuf,
    out: PathBuf,
}

fn main() -> ExitCode {
    if !has_wrk() {
        return ExitCode::FAILURE;
    }
    let (binaries, scratch) = (compile_servers(), scratch());
    fs::create_dir_all(&scratch).expect("a folder to make");
    let bench = Bench { out: scratch.join("dist"), binaries, scratch };
    benches::time_build(&bench.binaries.join("serving"), &bench.out);
    let chosen: Vec<String> = env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|it| it == name);
    if is_chosen("rates") {
        bench.rates();
    }
    if is_chosen("memory") {
        bench.memory();
    }
    if is_chosen("connections") && has_nginx() {
        bench.connections();
    }
    fs::remove_dir_all(&bench.scratch).expect("the scratch folder can be removed");
    ExitCode::SUCCESS
}

impl Bench {
    fn kiln(&self, log: &Log) -> Server {
        let mut command = Command::new(self.binaries.join("serving"));
        command.args(["serve", "--port", "0", "--out"]).arg(&self.out);
        if *log == Log::Off {
            command.arg("--quiet");
        }
        let file = self.scratch.join("log");
        Server::start(&mut command, (*log == Log::File).then_some(Path::new(&file)))
    }

    fn bare(&self) -> Server {
        Server::start(Command::new(self.binaries.join("bare")).arg(&self.out), None)
    }

    fn rates(&self) {
        let pairs = usize::try_from(number("KILN_BENCH_PAIRS", 5)).unwrap_or(1).max(1);
        let seconds = number("KILN_BENCH_SECONDS", 10);
        println!(
            "requests a second, {CONNECTIONS} connections, medians of {pairs} pairs of {seconds} s\n"
        );
        println!("| work | kiln | bare axum | kiln / bare | p99, kiln | p99, bare |");
        println!("|---|---|---|---|---|---|");
        for row in &ROWS {
            let (kiln, bare) = (self.kiln(&row.log), self.bare());
            let loads: Vec<(Load, Load)> =
                (0..pairs).map(|pair| in_turn(pair, &kiln, &bare, row.path, seconds)).collect();
            let rates = |of: fn(&(Load, Load)) -> f64| Spread::of(loads.iter().map(of));
            println!(
                "| {} | {} | {} | {} | {} | {} |",
                row.name,
                whole(rates(|(kiln, _)| kiln.rate)),
                whole(rates(|(_, bare)| bare.rate)),
                rates(|(kiln, bare)| kiln.rate / bare.rate).ratio(),
                rates(|(kiln, _)| kiln.p99).milliseconds(),
                rates(|(_, bare)| bare.p99).milliseconds(),
            );
        }
    }

    /// Many connections, compared with nginx.
    fn connections(&self) {
        let connections = possible_connections();
        let pairs = usize::try_from(number("KILN_BENCH_PAIRS", 5)).unwrap_or(1).max(1);
        let seconds = number("KILN_BENCH_SECONDS", 10);
        let kiln = self.kiln(&Log::Off);
        // nginx has the bytes of the page as a file.
        let page = fetch(&kiln.address, KEPT);
        fs::write(self.out.join("kept.json"), page).expect("a file to write");
        let nginx = nginx(&self.out, &self.scratch, false);
        println!(
            "\nrequests a second, {connections} connections, medians of {pairs} pairs of {seconds} s\n"
        );
        println!("| work | kiln | nginx | kiln / nginx | p99, kiln | p99, nginx | memory, kiln |");
        println!("|---|---|---|---|---|---|---|");
        for (name, path) in [("a file of 4 KiB", FILE), ("a page that is kept", KEPT)] {
            let one = || load_over(connections, &kiln.address, path, seconds);
            let other = || load_over(connections, &nginx.address, path, seconds);
            let loads: Vec<_> = (0..pairs).map(|pair| turns(pair, &one, &other)).collect();
            let of = |of: fn(&(Load, Load)) -> f64| Spread::of(loads.iter().map(of));
            println!(
                "| {name} | {} | {} | {} | {} | {} | {} |",
                whole(of(|(kiln, _)| kiln.rate)),
                whole(of(|(_, nginx)| nginx.rate)),
                of(|(kiln, nginx)| kiln.rate / nginx.rate).ratio(),
                of(|(kiln, _)| kiln.p99).milliseconds(),
                of(|(_, nginx)| nginx.p99).milliseconds(),
                shown(kiln.memory()),
            );
        }
    }

    fn memory(&self) {
        let many = u32::try_from(number("KILN_BENCH_REQUESTS", MANY)).unwrap_or(u32::MAX);
        println!("\n| {many} requests | memory after {FEW} | after all |");
        println!("|---|---|---|");
        let kinds: [Kind; 5] = [
            ("of one page", 200, |_| PAGE.to_owned()),
            ("of one file", 200, |_| FILE.to_owned()),
            ("of one page that is kept", 200, |_| KEPT.to_owned()),
            ("of pages of a dynamic route, each another", 200, |id| format!("/users/{id}.json")),
            ("of pages that there are not, each another", 404, |id| format!("/none/{id}")),
        ];
        for (name, status, path) in kinds {
            let server = self.kiln(&Log::Nowhere);
            request(&server.address, CONNECTIONS, 0..FEW, status, path);
            let few = server.memory();
            request(&server.address, CONNECTIONS, FEW..many.max(FEW), status, path);
            println!("| {name} | {} | {} |", shown(few), shown(server.memory()));
        }
    }
}

/// A pair of runs, in alternating order.
fn in_turn(pair: usize, kiln: &Server, bare: &Server, path: &str, seconds: u64) -> (Load, Load) {
    turns(pair, &|| load(&kiln.address, path, seconds), &|| load(&bare.address, path, seconds))
}

fn turns(pair: usize, one: &dyn Fn() -> Load, other: &dyn Fn() -> Load) -> (Load, Load) {
    if pair.is_multiple_of(2) {
        let first = one();
        (first, other())
    } else {
        let first = other();
        (one(), first)
    }
}

/// The number of connections that were asked for, or as many as the system allows.
fn possible_connections() -> u32 {
    let asked = u32::try_from(number("KILN_BENCH_CONNECTIONS", 10_000)).unwrap_or(1);
    let limit = handles::raise_limit();
    let possible = u32::try_from(limit.saturating_sub(OTHER_HANDLES)).unwrap_or(u32::MAX);
    if possible < asked {
        println!(
            "\n{asked} connections were asked for, but the hard limit of `ulimit -n` is {limit}: {possible} are opened."
        );
    }
    asked.min(possible)
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// `12345 (12000 to 13000)`.
fn whole(spread: Spread) -> String {
    format!("{:.0} ({:.0} to {:.0})", spread.median, spread.least, spread.greatest)
}

fn shown(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
