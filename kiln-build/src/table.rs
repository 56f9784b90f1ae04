//! The order of routes, and conflicts between them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::Diagnostic;
use crate::page::Source;
use crate::pattern::{Part, RoutePattern, Segment};

/// The files with valid patterns, in the order in which their routes are tried.
pub(crate) fn sort(sources: &[Source]) -> Vec<&Source> {
    let mut routes: Vec<(&RoutePattern, &Source)> =
        sources.iter().filter_map(|source| Some((source.pattern.as_ref()?, source))).collect();
    routes.sort_by(|(a, _), (b, _)| compare(a, b));
    routes.into_iter().map(|(_, source)| source).collect()
}

/// A name or a set of paths that no two routes of a site may share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum ConflictKey {
    /// The path of a static route, as compared by a file system that ignores case.
    Path(String),
    /// The name of a file, as compared by such a file system.
    Name(String),
    /// The paths that a dynamic route matches on request.
    Shape(Vec<String>),
}

/// Routes that conflict, in table order; the later one of two is reported.
///
/// The paths of prerendered dynamic routes are only known once `static_paths` has run.
pub(crate) fn conflicts(routes: &[&Source]) -> Vec<Diagnostic> {
    let mut owners: BTreeMap<ConflictKey, &Source> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for source in routes {
        let Some(pattern) = &source.pattern else { continue };
        let conflict_keys = conflict_keys(source, pattern);
        let taken = conflict_keys.iter().find_map(|key| Some((key, *owners.get(key)?)));
        diagnostics.extend(taken.map(|(key, owner)| conflict(key, source, owner)));
        for key in conflict_keys {
            owners.entry(key).or_insert(source);
        }
    }
    diagnostics
}

fn conflict_keys(source: &Source, pattern: &RoutePattern) -> Vec<ConflictKey> {
    let mut conflict_keys = Vec::new();
    if pattern.is_static() {
        conflict_keys.push(ConflictKey::Path(fold(&pattern.to_string())));
    } else if source.is_on_demand {
        conflict_keys.push(ConflictKey::Shape(shape(pattern)));
    }
    conflict_keys.push(ConflictKey::Name(fold(source.file.stem())));
    conflict_keys
}

/// Returns true if and only if a file system that ignores case and Unicode form treats the names as equal.
pub(crate) fn is_one_file(a: &Source, b: &Source) -> bool {
    fold(a.file.stem()) == fold(b.file.stem())
}

/// A name with the case and the Unicode form removed that file systems may ignore.
pub(crate) fn fold(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// A pattern without the names of its params. Two patterns with the same shape match the same paths.
///
/// So do `/[a]/[...b]` and `/[...a]/[b]`: rest params are sorted after adjacent params.
pub(crate) fn shape(pattern: &RoutePattern) -> Vec<String> {
    let mut shape: Vec<String> = Vec::new();
    for segment in &pattern.segments {
        let text = segment.iter().map(|part| match part {
            Part::Text(text) => text,
            Part::Param(_) => "[]",
            Part::Rest(_) => "[...]",
        });
        let text: String = text.collect();
        let at = match shape.last() {
            Some(last) if last == "[...]" && text == "[]" => shape.len() - 1,
            _ => shape.len(),
        };
        shape.insert(at, text);
    }
    shape
}

fn conflict(key: &ConflictKey, source: &Source, earlier: &Source) -> Diagnostic {
    let (file, other) = (&source.file.name, &earlier.file.name);
    let pattern = |source: &Source| source.pattern.as_ref().map(ToString::to_string);
    let (path, other_path) =
        (pattern(source).unwrap_or_default(), pattern(earlier).unwrap_or_default());
    let is_one_name = file.nfc().eq(other.nfc());
    let (message, hint) = match key {
        ConflictKey::Shape(_) => (
            format!("`{path}` matches the same paths as `{other_path}` of {other}"),
            "keep one of the two files, or move one of them to another folder".into(),
        ),
        _ if is_one_name => (
            format!("the name differs from that of {other} only in its Unicode form"),
            format!("keep one of `{}` and `{}`", file.escape_default(), other.escape_default()),
        ),
        _ if path == other_path => {
            (format!("`{path}` is also made by {other}"), "keep one of the two files".into())
        }
        _ => (
            format!("`{path}` differs from `{other_path}` of {other} only in case"),
            "rename one of the two files: a file system that ignores case would replace one with the other"
                .into(),
        ),
    };
    let name = file.rfind('/').map_or(0, |slash| slash + 1);
    Diagnostic::in_name(file, name..file.len(), message).hint(hint)
}

/// Compares two patterns: the lesser one is tried first.
///
/// The first rule that distinguishes two segments decides, from left to right:
///
/// 1. two literal segments: by their bytes (`/about` before `/api`);
/// 2. a literal segment before one with a param (`/posts/new` before `/posts/[slug]`);
/// 3. a segment with text before one that is only a param (`/post-[id]` before `/[id]`);
/// 4. a segment without a rest param before one with (`/[id]` before `/[...path]`).
///
/// If all common segments are equal, the longer pattern comes first (`/a/[b]` before `/a`), except that a rest param,
/// which also matches nothing, comes after the pattern that it extends (`/docs` before `/docs/[...path]`). A rest param
/// with text beside it extends nothing: `/docs/[...path].json` never matches `/docs`, and sorting it after `/docs`
/// would make the order cyclic (it comes before `/docs/[id]`, which comes before `/docs`). Remaining ties are broken by
/// the bytes of the pattern, never by a locale.
pub(crate) fn compare(a: &RoutePattern, b: &RoutePattern) -> Ordering {
    compare_ranks(a, b).then_with(|| a.to_string().cmp(&b.to_string()))
}

/// The number of routes that are tried before a redirect from a pattern, including those with the same rank.
pub(crate) fn routes_before(routes: &[&Source], source: &RoutePattern) -> usize {
    let is_before = |route: &&Source| {
        route.pattern.as_ref().is_some_and(|route| compare_ranks(route, source).is_le())
    };
    routes.iter().rposition(is_before).map_or(0, |last| last + 1)
}

fn compare_ranks(a: &RoutePattern, b: &RoutePattern) -> Ordering {
    for (a, b) in a.segments.iter().zip(&b.segments) {
        let order = compare_segments(a, b);
        if order.is_ne() {
            return order;
        }
    }
    compare_lengths(a, b)
}

fn compare_segments(a: &Segment, b: &Segment) -> Ordering {
    match (literal(a), literal(b)) {
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => {
            only_params(a).cmp(&only_params(b)).then_with(|| has_rest(a).cmp(&has_rest(b)))
        }
    }
}

fn compare_lengths(a: &RoutePattern, b: &RoutePattern) -> Ordering {
    let (short, long, short_is) = match a.segments.len().cmp(&b.segments.len()) {
        Ordering::Equal => return Ordering::Equal,
        Ordering::Less => (a, b, Ordering::Less),
        Ordering::Greater => (b, a, Ordering::Greater),
    };
    let extends = long.segments.len() == short.segments.len() + 1
        && ends_in_rest(long)
        && !ends_in_rest(short);
    if extends { short_is } else { short_is.reverse() }
}

fn literal(segment: &Segment) -> Option<&str> {
    match segment.as_slice() {
        [Part::Text(text)] => Some(text),
        _ => None,
    }
}

fn only_params(segment: &Segment) -> bool {
    segment.iter().all(|part| part.name().is_some())
}

fn has_rest(segment: &Segment) -> bool {
    segment.iter().any(|part| matches!(part, Part::Rest(_)))
}

fn ends_in_rest(pattern: &RoutePattern) -> bool {
    matches!(pattern.segments.last().map(Vec::as_slice), Some([Part::Rest(_)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn sorts(expected: &[&str]) {
        let stem = |pattern: &&str| match pattern.trim_start_matches('/') {
            "" => "index".to_owned(),
            stem => stem.to_owned(),
        };
        let parse = |pattern: &&str| RoutePattern::parse(&stem(pattern)).expect(pattern);
        let mut patterns: Vec<_> = expected.iter().rev().map(parse).collect();
        patterns.sort_by(compare);
        let sorted: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn routes_are_tried_in_this_order() {
        sorts(&["/about", "/api"]);
        sorts(&["/posts/new", "/posts/[slug]"]);
        sorts(&["/game-[id]", "/[...path].json", "/[id]", "/[...path]"]);
        sorts(&["/a/1", "/"]);
        sorts(&["/foo/bar", "/foo", "/foo/[...r]"]);
        sorts(&["/", "/[...r]"]);
        sorts(&["/A", "/a"]);
        sorts(&["/[a]", "/[b]"]);
        sorts(&["/1", "/10", "/2"]);
        sorts(&["/[x]/y", "/[x]", "/[x]/[...r]"]);
    }
}
