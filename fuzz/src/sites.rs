//! The sites that paths are looked for in: the same pages with each base and each form of slashes at the end.

use std::sync::LazyLock;

use kiln::private::{Config, Part, Pattern, TrailingSlash};
use kiln::{Route, Site};

use Part::{Param, Rest, Text};

/// The base of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// None.
    None,
    /// `/docs`.
    Docs,
}

/// The form of the paths of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slash {
    /// With a slash at the end.
    Always,
    /// Without one.
    Never,
    /// Either.
    Ignore,
}

/// Patterns that have all there is, in the order in which a site tries them.
const ROUTES: [(&str, &[&[Part]]); 10] = [
    ("/", &[]),
    ("/404", &[&[Text("404")]]),
    ("/posts/new", &[&[Text("posts")], &[Text("new")]]),
    ("/caf\u{e9}/a b", &[&[Text("caf\u{e9}")], &[Text("a b")]]),
    ("/posts/[slug].json", &[&[Text("posts")], &[Param("slug"), Text(".json")]]),
    ("/posts/[slug]", &[&[Text("posts")], &[Param("slug")]]),
    ("/range/[from]-[to]", &[&[Text("range")], &[Param("from"), Text("-"), Param("to")]]),
    ("/og/[...path].png", &[&[Text("og")], &[Rest("path"), Text(".png")]]),
    ("/[lang]/[...path]/edit", &[&[Param("lang")], &[Rest("path")], &[Text("edit")]]),
    ("/all/[...path]", &[&[Text("all")], &[Rest("path")]]),
];

static ALL: LazyLock<Vec<((Base, Slash), &'static Site)>> = LazyLock::new(|| {
    let slashes = [Slash::Always, Slash::Never, Slash::Ignore];
    let kinds = [Base::None, Base::Docs].into_iter().flat_map(|base| slashes.map(|it| (base, it)));
    kinds.map(|(base, slash)| ((base, slash), site(base, slash))).collect()
});

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Site> {
    ALL.iter().map(|(_, site)| *site)
}

/// One of them.
pub fn one(base: Base, slash: Slash) -> &'static Site {
    let found = ALL.iter().find(|(kind, _)| *kind == (base, slash));
    found.expect("a site of each kind").1
}

fn site(base: Base, slash: Slash) -> &'static Site {
    let config = Box::leak(Box::new(Config {
        base: if base == Base::Docs { "/docs" } else { "" },
        trailing_slash: match slash {
            Slash::Always => TrailingSlash::Always,
            Slash::Never => TrailingSlash::Never,
            Slash::Ignore => TrailingSlash::Ignore,
        },
        ..Config::DEFAULT
    }));
    let route = |(text, segments): (&'static str, &'static [&'static [Part]])| Route {
        config,
        pattern: Pattern { text, segments },
        file: "",
        prerender: true,
        revalidate: None,
        accepts: None,
        endpoints: &[],
    };
    let routes = ROUTES.map(route).to_vec().leak();
    Box::leak(Box::new(Site { config, routes, ..Site::EMPTY }))
}
