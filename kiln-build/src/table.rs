//! The order in which routes are tried, and the routes that cannot stand beside each other.

use std::cmp::Ordering;

use crate::pattern::{Part, RoutePattern, Segment};

/// Compares two patterns: the one that is tried first is less.
///
/// Segment by segment, from the left, the first rule that tells the two apart decides:
///
/// 1. two literal segments: by their bytes (`/about` before `/api`);
/// 2. a literal segment before one with a param (`/posts/new` before `/posts/[slug]`);
/// 3. a segment with text before one that is only a param (`/post-[id]` before `/[id]`);
/// 4. a segment without a rest param before one with (`/[id]` before `/[...path]`).
///
/// Where all segments that both have are alike, the longer pattern is first (`/a/[b]` before `/a`), save
/// that a rest param, which also matches nothing, comes after the pattern that it extends (`/docs` before
/// `/docs/[...path]`). What is still equal is ordered by the bytes of the pattern, never by a locale.
pub(crate) fn compare(a: &RoutePattern, b: &RoutePattern) -> Ordering {
    for (a, b) in a.segments.iter().zip(&b.segments) {
        let order = compare_segments(a, b);
        if order.is_ne() {
            return order;
        }
    }
    compare_lengths(a, b).then_with(|| a.to_string().cmp(&b.to_string()))
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
    pattern.segments.last().is_some_and(has_rest)
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
