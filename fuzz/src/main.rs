//! The checks without a nightly compiler, and without knowledge of which code was reached:
//! `cargo run --release -- SECONDS [SEED]`.

#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use fuzz::{front_matter, headers, html, markdown, seeds, target};

/// Numbers that look like random ones, the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A seed with some changes.
fn changed(numbers: &mut Numbers, seeds: &[&str], pieces: &[&str]) -> Vec<u8> {
    let mut bytes = numbers.of(seeds).as_bytes().to_vec();
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(8)).min(bytes.len());
        match numbers.below(6) {
            0 => drop(bytes.splice(at..end, numbers.of(pieces).bytes())),
            1 => drop(bytes.splice(at..at, numbers.of(pieces).bytes())),
            2 => drop(bytes.drain(at..end)),
            3 if at < bytes.len() => bytes[at] = (numbers.next() & 0xff) as u8,
            4 => {
                let again: Vec<u8> = bytes[at..end].repeat(numbers.below(40));
                drop(bytes.splice(at..at, again));
            }
            _ => {
                let other = numbers.of(seeds).as_bytes();
                bytes.truncate(at);
                bytes.extend_from_slice(&other[numbers.below(other.len())..]);
            }
        }
    }
    bytes
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().expect("a number"));
    let time = Duration::from_secs(arguments.next().expect("seconds"));
    let seed = arguments.next().unwrap_or(1);
    let (mut numbers, begun, mut count) = (Numbers(seed), Instant::now(), 0_u64);
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    while begun.elapsed() < time {
        let path = changed(&mut numbers, &seeds::TARGETS, &seeds::PIECES);
        let header = changed(&mut numbers, &seeds::HEADERS, &seeds::PIECES);
        let page = changed(&mut numbers, &seeds::HTML, &seeds::HTML_PIECES);
        let text = changed(&mut numbers, &seeds::MARKDOWN, &seeds::MARKDOWN_PIECES);
        let front = changed(&mut numbers, &seeds::FRONT_MATTER, &seeds::FRONT_MATTER_PIECES);
        for (name, bytes, check) in [
            ("front_matter", front, front_matter::check as fn(&[u8])),
            ("target", path, target::check),
            ("headers", header, headers::check),
            ("html", page, html::check),
            ("markdown", text, markdown::check),
        ] {
            if std::panic::catch_unwind(|| check(&bytes)).is_err() {
                eprintln!("{name}: {:?}", String::from_utf8_lossy(&bytes));
                std::process::exit(1);
            }
        }
        count += 1;
    }
    println!("seed {seed}: {count} of each in {} s", begun.elapsed().as_secs());
}
