//! Redirects written in the pattern syntax of another tool, and the same rules in kiln's.
//!
//! A path may hold nearly any character, so only what is plainly a pattern is taken for one: `:slug` and `*` where a segment
//! begins, `*` where one ends, `{slug}`, `<slug>` and groups that are regular expressions. `Talk:Main`, `a(b)` and `star*red`
//! are text. What is meant as text all the same is percent-encoded: `%2A`.

mod token;

use std::ops::Range;

use self::token::{Side, Token, tokens};

/// A rule that is not written in kiln's syntax.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) place: Place,
    /// What is not kiln's, in the text of the source or the target.
    pub(crate) bytes: Range<usize>,
    /// The source and the target in kiln's syntax, with the same params.
    pub(crate) source: String,
    pub(crate) target: String,
    /// The text that had to be given a param of the other, where there is one: kiln's rules have the same in both.
    pub(crate) widened: Option<Place>,
}

/// The text that something stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Source,
    Target,
}

/// A param of the source.
#[derive(Debug, Clone)]
struct Param {
    name: String,
    is_rest: bool,
}

/// Finds foreign syntax in the texts of a source and a target.
pub(crate) fn find(source: &str, target: &str) -> Option<Foreign> {
    let source = Source::read(source);
    let target = Target::read(target, source.foreign.is_some());
    let (place, bytes) = match (&source.foreign, target.foreign(&source)) {
        (Some(bytes), _) => (Place::Source, bytes.clone()),
        (None, Some(bytes)) => (Place::Target, bytes),
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
        (true, _) => Some(Place::Source),
        (false, false) => Some(Place::Target),
        (false, true) => None,
    };
    let (source, target) = (source.shown(&params), target.shown(&params, &unused));
    Some(Foreign { place, bytes, source, target, widened })
}

/// The text of a source.
#[derive(Debug)]
struct Source {
    tokens: Vec<Token>,
    foreign: Option<Range<usize>>,
}

impl Source {
    fn read(text: &str) -> Self {
        // A regular expression may be anchored at both ends, with a slash that is optional.
        let start = usize::from(text.starts_with('^'));
        let mut path = &text[start..];
        if start > 0 || text.ends_with(")$") {
            path = path.strip_suffix('$').unwrap_or(path);
            path = path.strip_suffix("/?").unwrap_or(path);
        }
        let tokens = tokens(path, start, Side::Source);
        let foreign = match start {
            0 => first_foreign(&tokens),
            _ => Some(0..text.len()),
        };
        Source { tokens, foreign }
    }

    /// The params by their names in kiln's syntax; those without one get it from the target.
    fn params(&self, target: &Target) -> Vec<Param> {
        let own: Vec<(Option<&str>, bool)> = self.tokens.iter().filter_map(Token::param).collect();
        let last_rest = own.iter().rposition(|(_, is_rest)| *is_rest);
        let is_known = |name: &str| own.iter().any(|(known, _)| *known == Some(name));
        let mut given: Vec<(&str, bool)> =
            target.kiln_params().filter(|(name, _)| !is_known(name)).collect();
        let mut params: Vec<Param> = Vec::new();
        for (at, (name, is_rest)) in own.iter().enumerate() {
            // A route has one rest param.
            let is_rest = *is_rest && Some(at) == last_rest;
            let name = match name {
                Some(name) => (*name).to_owned(),
                None => match given.iter().position(|(_, of_rest)| *of_rest == is_rest) {
                    Some(at) => given.remove(at).0.to_owned(),
                    None => free_name(is_rest, &params),
                },
            };
            params.push(Param { name, is_rest });
        }
        params
    }

    fn shown(&self, params: &[Param]) -> String {
        let mut params = params.iter();
        let mut shown = String::new();
        for token in &self.tokens {
            match token {
                Token::Text(text) => shown.push_str(text),
                // `/blog*` is for all that is below `/blog`.
                Token::Param { is_star: true, .. } if shown.ends_with(char::is_alphanumeric) => {
                    shown.push('/');
                    shown.extend(params.next().map(Param::bracket));
                }
                Token::Param { .. } => shown.extend(params.next().map(Param::bracket)),
                Token::Reference { .. } => {}
            }
        }
        push_segments(&mut shown, params);
        if shown.starts_with('/') { shown } else { format!("/{shown}") }
    }
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

/// The text of a target.
#[derive(Debug)]
struct Target {
    /// The scheme and the host of another site.
    origin: String,
    tokens: Vec<Token>,
    /// The query and the fragment, and where they start.
    tail: (usize, String),
}

impl Target {
    /// `captures` says whether the source is foreign, and holds what a target may refer to.
    fn read(text: &str, captures: bool) -> Self {
        let path_start = text.find("://").map_or(0, |scheme| {
            let host = scheme + "://".len();
            text[host..].find(['/', '?', '#']).map_or(text.len(), |at| host + at)
        });
        let side = match (path_start, captures) {
            (_, true) => Side::Captured,
            (0, false) => Side::Target,
            // `https://web.archive.org/web/*/https://example.com/` is an address.
            _ => Side::OtherSite,
        };
        let path = &text[path_start..];
        let path_end = path_start + tail_start(path);
        let tokens = tokens(&text[path_start..path_end], path_start, side);
        // What makes a param optional is no query.
        let tail = text[path_end..].strip_prefix('?').filter(|rest| rest.is_empty());
        let tail = tail.unwrap_or(&text[path_end..]).to_owned();
        Target { origin: text[..path_start].to_owned(), tokens, tail: (path_end, tail) }
    }

    fn is_external(&self) -> bool {
        !self.origin.is_empty()
    }

    fn foreign(&self, source: &Source) -> Option<Range<usize>> {
        let is_param = |name: &str| {
            name == "splat" || source.tokens.iter().any(|token| token.name() == Some(name))
        };
        let (start, tail) = &self.tail;
        let in_tail = || {
            let mut names = tail.match_indices(':').map(|(at, _)| {
                let name = token::identifier(&tail[at + 1..]);
                (name, start + at..start + at + 1 + name.len())
            });
            names.find(|(name, _)| is_param(name)).map(|(_, bytes)| bytes)
        };
        first_foreign(&self.tokens).or_else(in_tail)
    }

    /// The params that are written as kiln has them.
    fn kiln_params(&self) -> impl Iterator<Item = (&str, bool)> {
        let own = self.tokens.iter().filter(|token| token.foreign().is_none());
        own.filter_map(Token::param).filter_map(|(name, is_rest)| Some((name?, is_rest)))
    }

    /// Which of the params a token of the path stands for.
    fn resolve(&self, token: &Token, params: &[Param]) -> Option<usize> {
        let by_name = |name: &str| params.iter().position(|param| param.name == name);
        let is_named =
            |at: &usize| self.tokens.iter().any(|token| token.name() == Some(&params[*at].name));
        match token {
            Token::Text(_) => None,
            Token::Param { name: Some(name), .. } => by_name(name)
                .or_else(|| only_rest(params).filter(|at| name == "splat" || !is_named(at))),
            Token::Param { name: None, .. } => only_rest(params),
            Token::Reference { number, .. } => {
                number.checked_sub(1).filter(|at| *at < params.len())
            }
        }
    }

    /// Adds to the params of the source those that the target alone has.
    fn add_missing(&self, params: &mut Vec<Param>) {
        for token in &self.tokens {
            let is_rest = match token {
                Token::Text(_) => continue,
                // A route has one rest param.
                Token::Param { is_rest, .. } => {
                    *is_rest && only_rest(params).is_none_or(|at| !params[at].is_rest)
                }
                Token::Reference { .. } => false,
            };
            if self.resolve(token, params).is_none() {
                let name = token.name().map(ToOwned::to_owned);
                let name = name.unwrap_or_else(|| free_name(is_rest, params));
                params.push(Param { name, is_rest });
            }
        }
    }

    /// The params that the path does not have.
    fn unused(&self, params: &[Param]) -> Vec<Param> {
        let used: Vec<usize> =
            self.tokens.iter().filter_map(|token| self.resolve(token, params)).collect();
        let unused = params.iter().enumerate().filter(|(at, _)| !used.contains(at));
        unused.map(|(_, param)| param.clone()).collect()
    }

    /// The target in kiln's syntax, with more params at the end of its path.
    fn shown(&self, params: &[Param], more: &[Param]) -> String {
        let mut shown = self.origin.clone();
        for token in &self.tokens {
            match token {
                Token::Text(text) => shown.push_str(text),
                token => shown.extend(self.resolve(token, params).map(|at| params[at].bracket())),
            }
        }
        push_segments(&mut shown, more.iter());
        // A param stands in the path alone.
        let is_param = |param: &Param| self.tail.1.contains(&format!(":{}", param.name));
        if !params.iter().any(is_param) && !self.tail.1.contains(":splat") {
            shown.push_str(&self.tail.1);
        }
        shown
    }
}

/// The rest param of a source, or else its only param.
fn only_rest(params: &[Param]) -> Option<usize> {
    let rest = params.iter().position(|param| param.is_rest);
    rest.or_else(|| (params.len() == 1).then_some(0))
}

/// Where the query or the fragment starts. A `?` that ends the path, or a segment, makes a param optional or begins a group.
fn tail_start(path: &str) -> usize {
    let starts = |at: usize, c: char| {
        let rest = &path[at + c.len_utf8()..];
        let is_modifier = c == '?' && (rest.starts_with('/') || path[..at].ends_with('('));
        matches!(c, '?' | '#') && !is_modifier
    };
    path.char_indices().find(|&(at, c)| starts(at, c)).map_or(path.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule in kiln's syntax, and what is marked.
    #[track_caller]
    fn check(source: &str, target: &str, marked: &str, expected: (&str, &str)) {
        let found = find(source, target).unwrap_or_else(|| panic!("{source} = {target}"));
        let text = if found.place == Place::Source { source } else { target };
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
            assert_eq!((&*found.target, found.widened), (shown, Some(Place::Target)), "{source}");
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
            assert_eq!(found.widened, Some(Place::Source), "{source} = {target}");
        }
        // Another name for the same.
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
                let of = if found.place == Place::Source { &source } else { &target };
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
