//! A test case in one text file: the files of a site, and the expected result.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a site, and a last section with the expected result.
///
/// A section starts with a line `-- path --`; the path may contain the escapes `\n`, `\t`, `\r`, `\\` and `\u{…}`.
pub(super) struct Case {
    path: PathBuf,
    /// The text of the file without its last section.
    head: String,
    pub(super) files: Vec<(String, String)>,
    expected: String,
}

impl Case {
    fn read(path: PathBuf, last: &str) -> Self {
        let source = fs::read_to_string(&path).expect("a case that can be read");
        let header = format!("-- {last} --\n");
        let (head, expected) = source.split_once(&header).unwrap_or((&source, ""));
        let mut files: Vec<(String, String)> = Vec::new();
        for line in head.split_inclusive('\n') {
            let name = line.trim_end().strip_prefix("-- ").and_then(|l| l.strip_suffix(" --"));
            match (name, files.last_mut()) {
                (Some(name), _) => files.push((unescape(name), String::new())),
                (None, Some((_, text))) => text.push_str(line),
                (None, None) => panic!("{}: no section before {line:?}", path.display()),
            }
        }
        Case { head: head.to_owned(), files, expected: expected.to_owned(), path }
    }

    pub(super) fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Compares the last section with the result, or writes it if `BLESS` is set.
    fn compare(&self, last: &str, got: &str) -> Result<(), String> {
        if self.expected == got {
            return Ok(());
        }
        if env::var_os("BLESS").is_some_and(|value| value == "1") {
            let text = format!("{}-- {last} --\n{got}", self.head);
            fs::write(&self.path, text).expect("a case that can be written");
            return Ok(());
        }
        let mut shown = String::new();
        let expected = self.expected.as_str();
        let _ =
            writeln!(shown, "---- expected\n{expected}\n---- got\n{got}\n---- first difference");
        let pair = expected.lines().zip(got.lines()).find(|(a, b)| a != b);
        let _ = match pair {
            Some((a, b)) => writeln!(shown, "expected: {a}\n     got: {b}"),
            None => writeln!(shown, "one is longer than the other"),
        };
        Err(shown)
    }
}

/// Runs all cases of a folder below `tests`, and reports all failures at once.
///
/// Returns the number of cases.
#[track_caller]
pub(super) fn run(
    folder: &str,
    last: &str,
    of_case: impl Fn(&Case) -> Result<String, String>,
) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).expect("a folder of cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let mut failures = String::new();
    for path in &paths {
        let case = Case::read(path.clone(), last);
        if let Err(failure) = of_case(&case).and_then(|got| case.compare(last, &got)) {
            let _ = writeln!(failures, "\n======== {}\n{failure}", case.name());
        }
    }
    assert!(failures.is_empty(), "{failures}\nto accept what is shown: BLESS=1 cargo test");
    paths.len()
}

fn unescape(name: &str) -> String {
    let mut plain = String::new();
    let mut rest = name;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = escape.strip_prefix("u{").and_then(|code| code.split_once('}'));
        rest = match (escape.chars().next(), code) {
            (_, Some((code, after))) => {
                let code = u32::from_str_radix(code, 16).expect("hexadecimal digits");
                plain.push(char::from_u32(code).expect("a character"));
                after
            }
            (Some(letter), None) => {
                let letters = [('n', '\n'), ('t', '\t'), ('r', '\r'), ('\\', '\\')];
                let known = letters.into_iter().find(|(from, _)| *from == letter);
                plain.push(known.expect("a known escape").1);
                &escape[letter.len_utf8()..]
            }
            (None, None) => panic!("{name:?} ends in an escape"),
        };
    }
    plain + rest
}

#[test]
fn names_are_unescaped() {
    assert_eq!(unescape(r"a\n\\n\u{301}\\"), "a\n\\n\u{301}\\");
}
