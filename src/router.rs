//! Which route answers a path.

use crate::config::TrailingSlash;
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::request_path::{BadPath, RequestPath};
use crate::route::Route;
use crate::route_match;
use crate::site::Site;

/// What answers a path of a site, as [`Site::find`] says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Found {
    /// A route, with the params that the path gives it.
    Route {
        /// The first route in the order of the table whose pattern the path fits.
        route: &'static Route,
        /// Its params, decoded and NFC-normalised. A rest param that matched nothing is absent.
        params: RawParams,
    },
    /// A redirect to the canonical form of a path that a route answers: with a trailing slash or without.
    Redirect {
        /// The canonical URL path, with base and percent-encoded, as [`Context::url`](crate::Context::url)
        /// has it. The query of the request is to be added.
        to: String,
    },
    /// No route: the path leads to the 404 page.
    Nothing,
    /// No path that anything could answer.
    BadPath(BadPath),
}

impl Site {
    /// The route that answers the path of a request, with its params; or what else there is to say.
    ///
    /// The path is the URL's: percent-encoded, with base and without a query. Where `trailing-slash` is `always`
    /// or `never` and the path has the other form, the answer is a redirect. `404.rs` and `500.rs` are the
    /// answer to no path.
    ///
    /// Only patterns are looked at. That a prerendered route has no page for these params, or a page rendered on
    /// request a field that they do not parse into, is for the caller to find out.
    ///
    /// # Example
    ///
    /// ```
    /// use kiln::Found;
    /// # use kiln::private::{Config, Format, Part, TrailingSlash};
    /// # static CONFIG: Config = Config {
    /// #     site: None,
    /// #     base: "",
    /// #     format: Format::Directory,
    /// #     trailing_slash: TrailingSlash::Never,
    /// #     out: "dist",
    /// # };
    /// # static ROUTES: [kiln::Route; 1] = [kiln::Route {
    /// #     config: &CONFIG,
    /// #     pattern: "/posts/[slug]",
    /// #     file: "src/pages/posts/[slug].rs",
    /// #     segments: &[&[Part::Text("posts")], &[Part::Param("slug")]],
    /// #     prerender: true,
    /// #     endpoints: &[],
    /// # }];
    /// # static SITE: kiln::Site =
    /// #     kiln::Site { package: "", folder: "", config: &CONFIG, routes: &ROUTES };
    ///
    /// // In a site with src/pages/posts/[slug].rs, where `SITE` is what `kiln::site!()` defines:
    /// let Found::Route { route, params } = SITE.find("/posts/caf%C3%A9") else { panic!("not found") };
    /// assert_eq!(route.pattern(), "/posts/[slug]");
    /// assert_eq!(&params["slug"], "caf\u{e9}");
    ///
    /// // With trailing-slash = "never":
    /// assert!(matches!(SITE.find("/posts/hello/"), Found::Redirect { to } if to == "/posts/hello"));
    /// assert!(matches!(SITE.find("/posts"), Found::Nothing));
    /// assert!(matches!(SITE.find("/posts/../secret"), Found::BadPath(_)));
    /// ```
    pub fn find(&self, path: &str) -> Found {
        let path = match RequestPath::parse(path) {
            Ok(path) => path,
            Err(reason) => return Found::BadPath(reason),
        };
        match path.below(self.config.base) {
            Some(path) => self.find_below_base(&path),
            None => Found::Nothing,
        }
    }

    fn find_below_base(&self, request: &RequestPath) -> Found {
        let Some(path) = request.route_path() else { return Found::Nothing };
        let Some((route, params)) = self.matches(&path).next() else { return Found::Nothing };
        // Its pattern is its own: `/404` is not for `[slug].rs` to answer, where there is a `404.rs`.
        if route.is_error_page() {
            return Found::Nothing;
        }
        let is_canonical = self.config.trailing_slash == TrailingSlash::Ignore
            || request.has_trailing_slash() == path.ends_in_slash(route);
        if is_canonical {
            Found::Route { route, params }
        } else {
            Found::Redirect { to: path.url(route) }
        }
    }

    /// The routes whose patterns a path fits, in the order of the table, each with its params.
    pub(crate) fn matches(
        &self,
        path: &RoutePath,
    ) -> impl Iterator<Item = (&'static Route, RawParams)> {
        let fits = |route| Some((route, route_match::params(route, path)?));
        self.routes.iter().filter_map(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::testing::{self, CONFIG};

    /// A line for what was found: `/[slug] slug=x`, `-> /x/`, `nothing`, `400`.
    fn shown(found: &Found) -> String {
        match found {
            Found::Route { route, params } => format!("{} {params}", route.pattern).trim().into(),
            Found::Redirect { to } => format!("-> {to}"),
            Found::Nothing => "nothing".into(),
            Found::BadPath(reason) => reason.status().as_u16().to_string(),
        }
    }

    #[track_caller]
    fn check(config: Config, patterns: &[&str], expected: &[(&str, &str)]) {
        let site = testing::site(patterns, config);
        for (path, expected) in expected {
            assert_eq!(shown(&site.find(path)), *expected, "{path}");
        }
    }

    #[test]
    fn the_first_route_that_matches_answers() {
        check(
            CONFIG,
            &["/", "/posts/new", "/posts/[slug].json", "/posts/[slug]", "/posts/[...rest]"],
            &[
                ("/", "/"),
                ("/posts/new", "/posts/new"),
                ("/posts/a.json", "/posts/[slug].json slug=a"),
                ("/posts/a", "/posts/[slug] slug=a"),
                ("/posts/a/b", "/posts/[...rest] rest=a/b"),
                ("/posts", "/posts/[...rest]"),
                ("/Posts/new", "nothing"),
                ("/posts/New", "/posts/[slug] slug=New"),
                ("/about", "nothing"),
            ],
        );
    }

    #[test]
    fn bad_paths_are_refused_whatever_the_base() {
        let expected = [
            ("/posts/%zz", "400"),
            ("/posts/..", "400"),
            ("/posts/a%2Fb", "400"),
            ("posts", "400"),
            ("/posts?page=2", "400"),
            ("//posts", "404"),
            ("/posts//", "404"),
        ];
        check(CONFIG, &["/[...rest]"], &expected);
        check(Config { base: "/docs", ..CONFIG }, &["/[...rest]"], &expected);
    }

    #[test]
    fn a_site_answers_below_its_base() {
        check(
            Config { base: "/docs", ..CONFIG },
            &["/", "/[slug]"],
            &[
                ("/docs", "/"),
                ("/docs/", "/"),
                ("/docs/a", "/[slug] slug=a"),
                ("/docs/docs", "/[slug] slug=docs"),
                ("/docsX", "nothing"),
                ("/a", "nothing"),
                ("/", "nothing"),
            ],
        );
    }

    const FORMS: [&str; 5] = ["/", "/a", "/data.json", "/v1.0", "/[id].json"];

    #[test]
    fn with_ignore_both_forms_are_answered() {
        check(
            CONFIG,
            &FORMS,
            &[
                ("/a", "/a"),
                ("/a/", "/a"),
                ("/data.json", "/data.json"),
                ("/data.json/", "/data.json"),
            ],
        );
    }

    #[test]
    fn with_always_the_form_without_a_slash_is_redirected() {
        check(
            Config { trailing_slash: TrailingSlash::Always, ..CONFIG },
            &FORMS,
            &[
                ("/", "/"),
                ("/a/", "/a"),
                ("/a", "-> /a/"),
                ("/%61", "-> /a/"),
                ("/v1.0", "-> /v1.0/"),
                ("/data.json", "/data.json"),
                ("/data.json/", "-> /data.json"),
                ("/7.json/", "-> /7.json"),
                ("/b", "nothing"),
                ("/a//", "404"),
            ],
        );
    }

    #[test]
    fn with_never_the_form_with_a_slash_is_redirected() {
        check(
            Config { trailing_slash: TrailingSlash::Never, ..CONFIG },
            &FORMS,
            &[
                ("/", "/"),
                ("/a", "/a"),
                ("/a/", "-> /a"),
                ("/data.json/", "-> /data.json"),
                ("/b/", "nothing"),
            ],
        );
    }

    #[test]
    fn the_root_of_a_base_has_one_form_too() {
        let config = |trailing_slash| Config { base: "/docs", trailing_slash, ..CONFIG };
        check(
            config(TrailingSlash::Always),
            &["/"],
            &[("/docs/", "/"), ("/docs", "-> /docs/"), ("/docs//", "404")],
        );
        check(config(TrailingSlash::Never), &["/"], &[("/docs", "/"), ("/docs/", "-> /docs")]);
        check(config(TrailingSlash::Ignore), &["/"], &[("/docs", "/"), ("/docs/", "/")]);
    }

    /// A client must not take the first segment of a target for a host.
    #[test]
    fn a_redirect_never_leads_to_another_host() {
        let config = Config { trailing_slash: TrailingSlash::Always, ..CONFIG };
        check(
            config,
            &["/[...rest]"],
            &[
                ("//evil.example", "404"),
                ("/%2Fevil.example", "400"),
                ("/%5Cevil.example", "400"),
                ("/@evil.example", "-> /@evil.example/"),
                ("/a%0D%0Ab", "400"),
            ],
        );
    }

    #[test]
    fn error_pages_are_not_found() {
        let all = ["/404", "/500", "/docs/404", "/[...rest]"];
        check(
            CONFIG,
            &all,
            &[
                ("/404", "nothing"),
                ("/404/", "nothing"),
                ("/500", "nothing"),
                ("/docs/404", "/docs/404"),
                ("/403", "/[...rest] rest=403"),
            ],
        );
        check(CONFIG, &["/[slug]"], &[("/404", "/[slug] slug=404")]);
    }

    #[test]
    fn paths_that_no_page_can_have_lead_nowhere() {
        let long = format!("/{}", "a".repeat(256));
        let deep = "/a".repeat(513);
        let hostile = format!("/{}", "-/".repeat(4096));
        let expected = [(&*long, "nothing"), (&*deep, "nothing"), (&*hostile, "nothing")];
        check(CONFIG, &["/[a]-[b]-[c]-[...d]!", "/[...rest]"], &expected);
        assert!(matches!(
            testing::site(&["/[...rest]"], CONFIG).find(&"/a".repeat(512)),
            Found::Route { .. }
        ));
    }
}
