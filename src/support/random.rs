//! Random patterns and values, which are the same in every run.

use crate::config::{Config, Format, TrailingSlash};
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;

/// A random number generator: 64-bit xorshift.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // Similar seeds must not start with similar numbers, and a state of zero would never change.
        let mut random = Random((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.below(1);
        random
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 33) % end as u64).expect("less than `end`")
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// A route with values for its params, which may or may not be valid.
#[derive(Debug)]
pub(crate) struct Case {
    seed: u64,
    pub(crate) route: &'static Route,
    /// In the order of the brackets.
    pub(crate) values: Vec<String>,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let pattern = pattern(&mut random);
        let config = Config {
            base: random.one_of(&["", "/docs", "/~a/b.c"]),
            format: random.one_of(&[Format::Directory, Format::File, Format::Preserve]),
            trailing_slash: random.one_of(&[
                TrailingSlash::Always,
                TrailingSlash::Never,
                TrailingSlash::Ignore,
            ]),
            ..super::CONFIG
        };
        let route = match random.below(4) {
            0 => super::index_route(&pattern, config),
            _ => super::route(&pattern, config),
        };
        let is_rest = |name: &str| pattern.contains(&format!("[...{name}]"));
        let values = route.params().map(|name| value(&mut random, is_rest(name))).collect();
        Case { seed, route, values }
    }

    pub(crate) fn params(&self) -> RawParams {
        self.route.params().zip(&self.values).collect()
    }
}

/// Prints the case if the test fails.
impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Case { seed, route, values } = self;
            eprintln!("seed {seed}: {} with {values:?} and {:?}", route.pattern, route.config);
        }
    }
}

/// Calls a test with several thousand cases whose values make a valid path.
#[track_caller]
pub(crate) fn check(test: impl Fn(&Case, &RoutePath)) {
    let mut paths = 0;
    for seed in 0..6000 {
        let case = Case::new(seed);
        if let Ok(path) = RoutePath::new(&case.route.pattern, &case.params()) {
            paths += 1;
            test(&case, &path);
        }
    }
    assert!(paths > 2000, "only {paths} cases make a path");
}

const TEXTS: [&str; 14] = [
    "a",
    "posts",
    "v",
    "-",
    ".",
    "..",
    "x.json",
    ".json",
    "caf\u{e9}",
    "e",
    "\u{301}",
    "\u{1100}",
    "a b",
    "v1.0",
];

fn pattern(random: &mut Random) -> String {
    let mut pattern = String::new();
    let mut has_rest = false;
    for segment in 0..random.below(4) {
        let mut text = String::new();
        let mut after_param = false;
        for part in 0..=random.below(4) {
            if !after_param && random.below(2) == 0 {
                let is_rest = !has_rest && random.below(4) == 0;
                has_rest |= is_rest;
                text += if is_rest { "[..." } else { "[" };
                // No name is used twice.
                text += ["a", "b", "c", "d"][segment];
                text += ["a]", "b]", "c]", "d]"][part];
                after_param = true;
            } else {
                text += random.one_of(&TEXTS);
                after_param = false;
            }
        }
        // A page file cannot have such a name.
        if !matches!(&*text, "." | "..") {
            pattern = format!("{pattern}/{text}");
        }
    }
    if pattern.is_empty() { "/".to_owned() } else { pattern }
}

const PIECES: [&str; 40] = [
    "a",
    "b",
    "Z",
    "0",
    "-",
    "-",
    ".",
    ".",
    "..",
    "_",
    "~",
    " ",
    "%",
    "%20",
    "%2F",
    "&",
    "?",
    "#",
    "+",
    ";",
    ":",
    "=",
    "@",
    "'",
    "\"",
    "<",
    "[",
    "]",
    "json",
    ".json",
    "\u{e9}",
    "e\u{301}",
    "\u{301}",
    "\u{323}",
    "\u{1161}",
    "\u{1f980}",
    "\u{6f22}",
    "\u{958}",
    "\u{212a}",
    "\u{2028}",
];

fn value(random: &mut Random, is_rest: bool) -> String {
    let mut value = String::new();
    for _ in 0..random.below(5) {
        value += random.one_of(&PIECES);
        if is_rest && random.below(3) == 0 {
            value.push('/');
        }
    }
    match random.below(50) {
        0 => value + "\n",
        1 => value + "\\",
        2 => value + "/",
        3 => value.repeat(40),
        _ => value,
    }
}
