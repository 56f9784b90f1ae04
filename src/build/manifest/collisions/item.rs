//! Describes the item of `static_paths` that a page comes from, and how two spellings of a name differ.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::build::manifest::Entry;
use crate::build::manifest::listed_params::ListedParams;
use crate::page::route::Route;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;

/// Describes the item of `static_paths` for an entry; `None` if its route has no such list.
///
/// The params are those in the path, unless `static_paths` returned them in another form.
pub(super) fn shown(
    entry: &Entry<'_>,
    route: &Route,
    listed_params: &ListedParams,
) -> Option<String> {
    route.params().next()?;
    let index = entry.owner.item();
    let mut text = format!("at index {index} of `static_paths`");
    let params = match listed_params.get(entry.owner) {
        Some(params) => Some(params),
        None => RoutePath::of_segments(&entry.path())
            .and_then(|path| matching::params(&route.pattern, &path))
            .map(|params| params.to_string()),
    };
    if let Some(params) = params.filter(|params| !params.is_empty()) {
        let _ = write!(text, ", with {params}");
        let in_path: String = params.nfc().collect();
        if let Some([listed, path]) = difference(&params, &in_path) {
            let _ = write!(text, ", where {listed} is written as {path} in the path");
        }
    }
    Some(text)
}

/// The first characters in which two spellings of a name differ, with their code points: `é` (U+00E9).
///
/// `None` if the names differ in more than their Unicode form.
pub(super) fn difference(one: &str, other: &str) -> Option<[String; 2]> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    if start == one.len() && start == other.len() {
        return None;
    }
    // A combining mark belongs to the letter before it.
    let is_mark = |chars: &[char], at: usize| {
        chars.get(at).is_some_and(|c| canonical_combining_class(*c) != 0)
    };
    while start > 0 && (is_mark(&one, start) || is_mark(&other, start)) {
        start -= 1;
    }
    let ends = |chars: &[char]| -> Vec<usize> {
        (start + 1..=chars.len())
            .filter(|&end| !is_mark(chars, end))
            .take(MAX_DECOMPOSITION)
            .collect()
    };
    let (one_ends, other_ends) = (ends(&one), ends(&other));
    let pairs = one_ends.iter().flat_map(|a| other_ends.iter().map(move |b| (*a, *b)));
    let same = |(a, b): &(usize, usize)| {
        let [one, other] = [&one[start..*a], &other[start..*b]].map(String::from_iter);
        one.nfd().eq(other.nfd())
    };
    let (a, b) = pairs.into_iter().find(same)?;
    Some([code_points(&one[start..a]), code_points(&other[start..b])])
}

/// The most characters that the decomposition of a character is searched for.
const MAX_DECOMPOSITION: usize = 8;

fn code_points(chars: &[char]) -> String {
    let text: String = chars.iter().collect();
    let points: Vec<String> = chars.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    format!("`{text}` ({})", points.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: Option<[&str; 2]>) {
        let found = difference(one, other);
        let found = found.as_ref().map(|both| both.each_ref().map(String::as_str));
        assert_eq!(found, expected, "{one:?} {other:?}");
    }

    #[test]
    fn the_code_points_of_two_forms_are_shown() {
        let e = ["`\u{e9}` (U+00E9)", "`e\u{301}` (U+0065 U+0301)"];
        check("caf\u{e9}", "cafe\u{301}", Some(e));
        check("\u{e9}t\u{e9}", "e\u{301}te\u{301}", Some(e));
        check("x\u{e9}", "xe\u{301}", Some(e));
        check(
            "\u{ac01}",
            "\u{1100}\u{1161}\u{11a8}",
            Some(["`\u{ac01}` (U+AC01)", "`\u{1100}\u{1161}\u{11a8}` (U+1100 U+1161 U+11A8)"]),
        );
        check("\u{212b}", "\u{c5}", Some(["`\u{212b}` (U+212B)", "`\u{c5}` (U+00C5)"]));
        check(
            "a\u{301}\u{323}",
            "a\u{323}\u{301}",
            Some([
                "`a\u{301}\u{323}` (U+0061 U+0301 U+0323)",
                "`a\u{323}\u{301}` (U+0061 U+0323 U+0301)",
            ]),
        );
    }

    #[test]
    fn other_names_have_no_such_difference() {
        for (one, other) in [("a", "a"), ("a", "b"), ("a", "A"), ("", "a"), ("e", "e\u{301}")] {
            check(one, other, None);
        }
    }
}
