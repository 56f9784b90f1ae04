//! Random entries, the same ones in every run.

use fancy_regex::Regex;

use super::compile;

/// A random number generator: 64-bit xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 33) % end as u64).expect("less than `end`")
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// Text outside groups.
const OUTSIDE: &[&str] = &[
    "/",
    "/",
    "/",
    "a",
    "-",
    ".",
    ":a",
    ":b",
    ":",
    "{",
    "{-",
    "}",
    "}?",
    "?",
    "*",
    "+",
    "\\",
    "\\(",
    "(.*)",
    "(a|b)",
    "%20",
    "%C3%A9",
    "%F0",
    "%2f",
    "%",
    "\u{e9}",
    "e\u{301}",
    "\u{1f980}",
    "[",
    "]",
    "^",
    "$",
    "|",
    " ",
    "#",
    "&&",
    ")",
    "(",
];

/// Text inside groups.
const INSIDE: &[&str] = &[
    "a",
    "b",
    "/",
    ".",
    "-",
    "\u{e9}",
    "\u{301}",
    "\u{1f980}",
    "\u{10ffff}",
    " ",
    "#",
    "&&",
    "--",
    "~~",
    ".*",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\b",
    "\\B",
    "\\.",
    "\\/",
    "\\-",
    "\\x41",
    "\\u00e9",
    "\\uD800",
    "\\cJ",
    "\\0",
    "\\1",
    "\\k<n>",
    "\\K",
    "\\z",
    "\\p{L}",
    "(?:",
    "(?:",
    "(?=",
    "(?!",
    "(?<=",
    "(?<n>",
    "(?>",
    "(?i)",
    "(?(1)",
    "(?P<m>",
    "(",
    ")",
    ")",
    ")",
    "|",
    "|",
    "*",
    "+",
    "?",
    "*?",
    "++",
    "{2}",
    "{0}",
    "{1,3}",
    "{2,}",
    "{,2}",
    "{3,1}",
    "{40}",
    "{999999999999999999999}",
    "{",
    "}",
    "[",
    "[^",
    "[^/]",
    "]",
    "[]",
    "[^]",
    "a-c",
    "c-a",
    "[a-",
    "[:alpha:]",
    "[[:alpha:]]",
    "^",
    "$",
    "%20",
    "%",
    "\\",
];

fn group(random: &mut Random) -> String {
    let mut group: String = (0..=random.below(8)).map(|_| random.one_of(INSIDE)).collect();
    // Most groups are closed: an unclosed one hides the rest of the entry.
    let is_open = group.matches('(').count().saturating_sub(group.matches(')').count());
    if random.below(5) > 0 {
        group += &")".repeat(is_open);
    }
    format!("({group})")
}

fn entry(random: &mut Random) -> String {
    let mut entry = String::from("/");
    for _ in 0..random.below(6) {
        match random.below(3) {
            0 => entry += random.one_of(OUTSIDE),
            1 => entry += &group(random),
            _ => {
                entry += random.one_of(&["/a", "/", "-", "/:a", "/{-:b}", "/b{/:c}"]);
                entry += &group(random);
                entry += random.one_of(&["", "?", "*", "+"]);
            }
        }
    }
    entry
}

/// An accepted entry compiles and matches without a panic, and a rejected one has a position.
#[test]
fn entries_compile_or_are_refused() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..10_000 {
        let entry = entry(&mut random);
        match compile(&entry) {
            Err(mistake) => {
                assert!(entry.is_char_boundary(mistake.at), "{entry}: {mistake:?}");
                refused += 1;
            }
            Ok(source) => {
                let regex = Regex::new(&source)
                    .unwrap_or_else(|error| panic!("{entry}: {source}: {error}"));
                // The only error is exceeding a limit, which the site treats as a match.
                let _ = regex.is_match("/a/b-a-\u{e9}/.a b//");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 2000 && refused > 2000, "{accepted} accepted, {refused} refused");
}
