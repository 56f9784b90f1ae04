//! Redirects in the pattern syntax of another tool, and their equivalents in kiln's.
//!
//! A path may contain nearly any character, so only obvious patterns count: `:slug` and `*` at the start of a segment,
//! `*` at the end of one, `{slug}`, `<slug>` and groups that are regular expressions. `Talk:Main`, `a(b)` and
//! `star*red` are text. Special characters can be percent-encoded to make them literal: `%2A`.

mod source;
mod target;
mod token;

use std::ops::Range;

use self::source::Source;
use self::target::Target;
use self::token::Token;

/// A rule in the syntax of another tool.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) side: RuleSide,
    /// The foreign syntax, in the text of the source or the target.
    pub(crate) bytes: Range<usize>,
    /// The source and the target in kiln's syntax, with the same params.
    pub(crate) source: String,
    pub(crate) target: String,
    /// The text that got an additional param, if any: in kiln, the source and the target have the same params.
    pub(crate) widened: Option<RuleSide>,
}

/// The text that contains something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleSide {
    Source,
    Target,
}

/// A param of the source.
#[derive(Debug, Clone)]
struct Param {
    name: String,
    is_rest: bool,
}

/// Finds foreign syntax in a source and a target.
pub(crate) fn find(source: &str, target: &str) -> Option<Foreign> {
    let source = Source::read(source);
    let target = Target::read(target, source.foreign.is_some());
    let (side, bytes) = match (&source.foreign, target.foreign(&source)) {
        (Some(bytes), _) => (RuleSide::Source, bytes.clone()),
        (None, Some(bytes)) => (RuleSide::Target, bytes),
        (None, None) => return None,
    };
    let mut params = source.params(&target);
    let own = params.len();
    target.add_missing(&mut params);
    let unused = match target.is_external() {
        true => vec![],
        false => target.unused(&params[..own]),
    };
    let widened = match (params.len() > own, unused.is_empty()) {
        (true, _) => Some(RuleSide::Source),
        (false, false) => Some(RuleSide::Target),
        (false, true) => None,
    };
    let (source, target) = (source.shown(&params), target.shown(&params, &unused));
    Some(Foreign { side, bytes, source, target, widened })
}

/// Appends params to a path, each as a segment.
fn push_segments<'a>(path: &mut String, params: impl Iterator<Item = &'a Param>) {
    for param in params {
        let slash = if path.ends_with('/') { "" } else { "/" };
        path.push_str(slash);
        path.push_str(&param.bracket());
    }
}

impl Param {
    fn bracket(&self) -> String {
        let dots = if self.is_rest { "..." } else { "" };
        format!("[{dots}{}]", self.name)
    }
}

fn free_name(is_rest: bool, params: &[Param]) -> String {
    let name = if is_rest { "splat" } else { "param" };
    let is_free = |name: &String| params.iter().all(|param| param.name != *name);
    let numbered = (2..).map(|number| format!("{name}{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

fn first_foreign(tokens: &[Token]) -> Option<Range<usize>> {
    tokens.iter().find_map(Token::foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the rule in kiln's syntax, and the marked text.
    #[track_caller]
    fn check(source: &str, target: &str, marked: &str, expected: (&str, &str)) {
        let found = find(source, target).unwrap_or_else(|| panic!("{source} = {target}"));
        let text = if found.side == RuleSide::Source { source } else { target };
        assert_eq!(&text[found.bytes.clone()], marked, "{source} = {target}");
        let shown = (found.source.as_str(), found.target.as_str());
        assert_eq!(shown, expected, "{source} = {target}");
    }

    #[test]
    fn stars_and_splats() {
        let rest = ("/blog/[...splat]", "/docs/[...splat]");
        for (source, target) in [
            ("/blog/*", "/docs/:splat"),
            ("/blog/*", "/docs/*"),
            ("/blog/*", "/docs/$1"),
            ("/blog*", "/docs/:splat"),
            ("/blog/*", "/docs/[...splat]"),
            ("/blog/:splat*", "/docs/:splat*"),
        ] {
            let marked = source.trim_start_matches("/blog").trim_start_matches('/');
            check(source, target, marked, rest);
        }
        check("/blog/**", "/docs/**", "**", rest);
        check("/blog/[...splat]", "/docs/:splat", ":splat", rest);
        check("/blog/[...splat]", "/docs/*", "*", rest);
        check("/a/*", "/b/[...path]", "*", ("/a/[...path]", "/b/[...path]"));
        check("/*", "/b/:splat", "*", ("/[...splat]", "/b/[...splat]"));
        check("/*.html", "/:splat", "*", ("/[...splat].html", "/[...splat]"));
        check("/old-*", "/new-*", "*", ("/old-[...splat]", "/new-[...splat]"));
        check("/*path", "/b/*path", "*path", ("/[...path]", "/b/[...path]"));
        check(
            "/a/*/b/*",
            "/c/:splat/$1",
            "*",
            ("/a/[param]/b/[...splat]", "/c/[...splat]/[param]"),
        );
        check("/b/*", "https://x.de/:splat", "*", ("/b/[...splat]", "https://x.de/[...splat]"));
        check("/b/*", "https://x.de/?a=b", "*", ("/b/[...splat]", "https://x.de/?a=b"));
    }

    #[test]
    fn names_with_a_colon() {
        for (source, target, marked, expected) in [
            ("/news/:slug", "/docs/:slug", ":slug", ("/news/[slug]", "/docs/[slug]")),
            ("/news/:slug", "/docs/[slug]", ":slug", ("/news/[slug]", "/docs/[slug]")),
            ("/news/[slug]", "/docs/:slug", ":slug", ("/news/[slug]", "/docs/[slug]")),
            ("/a/:path*", "/b/:path*", ":path*", ("/a/[...path]", "/b/[...path]")),
            ("/a/:path+", "/b/:path+", ":path+", ("/a/[...path]", "/b/[...path]")),
            ("/a/:path*", "/b/:path", ":path*", ("/a/[...path]", "/b/[...path]")),
            ("/a/:x?", "/b/:x?", ":x?", ("/a/[...x]", "/b/[...x]")),
            ("/a/:id(\\d+)", "/b/:id", ":id(\\d+)", ("/a/[id]", "/b/[id]")),
            ("/a/:p(.*)", "/b/:p", ":p(.*)", ("/a/[...p]", "/b/[...p]")),
            ("/:y-:m/:s.html", "/:s/:y-:m", ":y", ("/[y]-[m]/[s].html", "/[s]/[y]-[m]")),
            ("/:a", "/b/:a?x=1#y", ":a", ("/[a]", "/b/[a]?x=1#y")),
            ("/x/:id", "https://a.de:80/:id", ":id", ("/x/[id]", "https://a.de:80/[id]")),
            ("/x/:1", "/y/:1", ":1", ("/x/[1]", "/y/[1]")),
        ] {
            check(source, target, marked, expected);
        }
    }

    #[test]
    fn braces_angles_and_groups() {
        for (source, target, marked, expected) in [
            ("/a/{slug}", "/b/{slug}", "{slug}", ("/a/[slug]", "/b/[slug]")),
            ("/a/{*rest}", "/b/{*rest}", "{*rest}", ("/a/[...rest]", "/b/[...rest]")),
            ("/a/{rest...}", "/b/{rest}", "{rest...}", ("/a/[...rest]", "/b/[...rest]")),
            ("/a/{p:.*}", "/b/{p}", "{p:.*}", ("/a/[...p]", "/b/[...p]")),
            ("/a/p-{id}.html", "/b/{id}", "{id}", ("/a/p-[id].html", "/b/[id]")),
            ("/a/<slug>", "/b/<slug>", "<slug>", ("/a/[slug]", "/b/[slug]")),
            ("/a/<int:id>", "/b/<id>", "<int:id>", ("/a/[id]", "/b/[id]")),
            ("/a/<path:p>", "/b/<p>", "<path:p>", ("/a/[...p]", "/b/[...p]")),
            ("/a/<p..>", "/b/<p..>", "<p..>", ("/a/[...p]", "/b/[...p]")),
            ("/a/(.*)", "/b/$1", "(.*)", ("/a/[...splat]", "/b/[...splat]")),
            (
                "/a/(\\d+)/(.*)",
                "/b/$2/$1",
                "(\\d+)",
                ("/a/[param]/[...splat]", "/b/[...splat]/[param]"),
            ),
            ("/a/([^/]+)", "/b/$1", "([^/]+)", ("/a/[param]", "/b/[param]")),
            ("/a/(?<id>\\d+)", "/b/${id}", "(?<id>\\d+)", ("/a/[id]", "/b/[id]")),
            ("/a/(.*)$", "/b/$1", "(.*)", ("/a/[...splat]", "/b/[...splat]")),
            ("^/a/(.*)$", "/b/$1", "^/a/(.*)$", ("/a/[...splat]", "/b/[...splat]")),
            ("^/a\\.html/?$", "/b", "^/a\\.html/?$", ("/a.html", "/b")),
            ("/a/.*", "/b/$1", ".*", ("/a/[...splat]", "/b/[...splat]")),
            ("/a/[0-9]+", "/b/$1", "[0-9]+", ("/a/[param]", "/b/[param]")),
            ("/a/[[...s]]", "/b/[...s]", "[[...s]]", ("/a/[...s]", "/b/[...s]")),
            ("/a/[x]", "/b/$1", "$1", ("/a/[x]", "/b/[x]")),
        ] {
            check(source, target, marked, expected);
        }
    }

    #[test]
    fn a_rule_without_a_param_in_its_target_is_one_of_many_paths() {
        for (source, target, shown) in [
            ("/blog/*", "/", "/[...splat]"),
            ("/a/:id", "/b#top", "/b/[id]#top"),
            ("/q/:id", "/b?id=:id", "/b/[id]"),
            ("/a/:x/:y", "/b/:y", "/b/[y]/[x]"),
        ] {
            let found = find(source, target).expect(source);
            assert_eq!(
                (&*found.target, found.widened),
                (shown, Some(RuleSide::Target)),
                "{source}"
            );
        }
        check("/q/[id]", "https://x.de/?id=:id", ":id", ("/q/[id]", "https://x.de/"));
    }

    #[test]
    fn a_param_of_the_target_alone_is_one_of_the_source_as_well() {
        for (source, target, shown) in [
            ("/ok", "/docs/*", ("/ok/[...splat]", "/docs/[...splat]")),
            ("/ok", "/docs/:splat", ("/ok/[...splat]", "/docs/[...splat]")),
            ("/ok/", "/docs/{slug}", ("/ok/[slug]", "/docs/[slug]")),
            ("/", "/docs/:a/:b", ("/[a]/[b]", "/docs/[a]/[b]")),
            ("/ok", "/docs/$1", ("/ok/[param]", "/docs/[param]")),
            ("/a/[x]", "/b/:x/:y", ("/a/[x]/[y]", "/b/[x]/[y]")),
            ("/a/[x]/[y]", "/b/*", ("/a/[x]/[y]/[...splat]", "/b/[...splat]/[x]/[y]")),
        ] {
            let found = find(source, target).expect(target);
            assert_eq!((&*found.source, &*found.target), shown, "{source} = {target}");
            assert_eq!(found.widened, Some(RuleSide::Source), "{source} = {target}");
        }
        // Another name for the same param.
        check("/a/[x]", "/b/:y", ":y", ("/a/[x]", "/b/[x]"));
    }

    #[test]
    fn any_text_can_be_read() {
        const PIECES: [&str; 20] = [
            "/", ":", "a", "*", "(", ")", "{", "}", "<", ">", "$1", "?", "\\", "[", "]", ".",
            "\u{f6}", "+", "^", "://",
        ];
        let mut seed = 1_u32;
        let mut text = || {
            let pieces = (0..6).map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                PIECES[(seed >> 8) as usize % PIECES.len()]
            });
            pieces.collect::<String>()
        };
        for _ in 0..20_000 {
            let (source, target) = (format!("/{}", text()), text());
            if let Some(found) = find(&source, &target) {
                let of = if found.side == RuleSide::Source { &source } else { &target };
                assert!(of.get(found.bytes).is_some_and(|marked| !marked.is_empty()));
            }
        }
    }

    #[test]
    fn legal_paths_are_text() {
        for path in [
            "/",
            "/wiki/Talk:Main",
            "/a:b",
            "/a(b)",
            "/(group)/x",
            "/f(a+b)",
            "/c++",
            "/star*red",
            "/wiki/A*_search_algorithm",
            "/$host",
            "/$",
            "/price-$100",
            "/{http.request.host}",
            "/{$HOME}",
            "/{3f25-04e0}",
            "/:smile:",
            "/:-)",
            "/a<b",
            "/a>b",
            "/~user",
            "/wow!",
            "/it's",
            "/10:30",
            "/a;b,c=d&e@f",
            "/posts/[slug]",
            "/posts/[...slug].json",
            "/h\u{f6}he \u{fc}ber",
            "/%2A",
            "/.well-known/x",
            "/a...b",
        ] {
            assert_eq!(find(path, "/about"), None, "{path}");
            assert_eq!(find("/about", path), None, "{path}");
        }
        for target in [
            "/about?t=10:30&x=*",
            "/about?host=$host#:top",
            "https://web.archive.org/web/*/https://example.com/",
            "https://example.com:8080/a:b",
            "https://example.com/$1",
            "http://[::1]:80/",
        ] {
            assert_eq!(find("/a", target), None, "{target}");
        }
    }
}
