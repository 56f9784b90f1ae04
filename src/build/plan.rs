//! Which file a page becomes.

use std::borrow::Cow;

use crate::config::Format;
use crate::path::RoutePath;
use crate::route::Route;

/// The longest name that common file systems take, in bytes.
pub(super) const MAX_NAME: usize = 255;

/// What a response is, as far as the name of its file is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Other,
}

/// What the files of a route are called by. It is the same for all of its pages, and looked up once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming {
    route: &'static Route,
    /// What the extension of the pattern says, where there is one.
    media_type: Option<&'static str>,
}

impl Naming {
    pub(super) fn of(route: &'static Route) -> Self {
        Naming { route, media_type: route.media_type() }
    }

    /// What the extension of the pattern says that all files of the route are.
    pub(super) fn media_type(&self) -> Option<&'static str> {
        self.media_type
    }
}

/// The file of a page, below the out folder, with `/` on every system.
///
/// A function of the route, the path and the kind of the response, and of nothing else:
///
/// | pattern | response | directory | file | preserve |
/// |---|---|---|---|---|
/// | ends in a known extension | any | as it is | as it is | as it is |
/// | `/` | HTML | `index.html` | `index.html` | `index.html` |
/// | `/404`, `/500` | HTML | `404.html` | `404.html` | `404.html` |
/// | `/about` by `about.rs` | HTML | `about/index.html` | `about.html` | `about.html` |
/// | `/about` by `about/index.rs` | HTML | `about/index.html` | `about.html` | `about/index.html` |
/// | `/api` | other | `api` | `api` | `api` |
///
/// # Errors
///
/// Where the response is no HTML and the path is the root or the URL ends in a slash; and where the path leaves
/// no room for what is added to it. The error is the hint.
pub(super) fn output_file(
    naming: Naming,
    path: &RoutePath,
    kind: Kind,
) -> Result<Cow<'_, str>, String> {
    let (name, route) = (path.as_str(), naming.route);
    if naming.media_type.is_some() {
        return Ok(name.into());
    }
    match kind {
        Kind::Html => check_name(html_file(route, name)).map(Cow::Owned),
        Kind::Other if name.is_empty() || path.ends_in_slash(route) => Err(format!(
            "the response is no HTML, and its URL, `{}`, ends in a slash{}: return `Html(…)`, or say in the name of \
             the page what it is, for example `{}.json.rs`",
            path.url(route),
            if name.is_empty() { "" } else { ", as `trailing-slash = \"always\"` has it" },
            route.file.trim_end_matches(".rs")
        )),
        Kind::Other => Ok(name.into()),
    }
}

fn check_name(file: String) -> Result<String, String> {
    let name = file.rsplit('/').next().unwrap_or_default();
    match name.len().checked_sub(MAX_NAME) {
        Some(excess @ 1..) => Err(format!(
            "the file would be `{name}`, and file systems take names of {MAX_NAME} bytes: shorten it by {excess}"
        )),
        _ => Ok(file),
    }
}

fn html_file(route: &Route, name: &str) -> String {
    match (route.config.format, name) {
        (_, "") => "index.html".to_owned(),
        (_, "404" | "500") => format!("{name}.html"),
        (Format::Directory, _) => format!("{name}/index.html"),
        (Format::Preserve, _) if route.is_index() => format!("{name}/index.html"),
        (Format::File | Format::Preserve, _) => format!("{name}.html"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    use crate::config::{Config, TrailingSlash};
    use crate::params::RawParams;
    use crate::support::{self, CONFIG};
    use crate::support::{random, vectors};

    const FORMATS: [Format; 3] = [Format::Directory, Format::File, Format::Preserve];

    fn file(route: &'static Route, params: &[(&str, &str)], kind: Kind) -> Result<String, String> {
        let params: RawParams = params.iter().copied().collect();
        let path = RoutePath::new(route, &params).expect("a path");
        output_file(Naming::of(route), &path, kind).map(Cow::into_owned)
    }

    /// The files of an HTML page with the formats `directory`, `file` and `preserve`.
    #[track_caller]
    fn check(pattern: &str, params: &[(&str, &str)], expected: [&str; 3]) {
        for (format, expected) in FORMATS.into_iter().zip(expected) {
            for base in ["", "/docs"] {
                let route = support::route(pattern, Config { base, format, ..CONFIG });
                let file = file(route, params, Kind::Html);
                assert_eq!(file.as_deref(), Ok(expected), "{pattern} {format:?}");
            }
        }
    }

    #[track_caller]
    fn check_index(pattern: &str, expected: [&str; 3]) {
        for (format, expected) in FORMATS.into_iter().zip(expected) {
            let route = support::index_route(pattern, Config { format, ..CONFIG });
            assert_eq!(file(route, &[], Kind::Html).as_deref(), Ok(expected), "{format:?}");
        }
    }

    #[test]
    fn the_root_is_the_index() {
        check("/", &[], ["index.html", "index.html", "index.html"]);
        check_index("/", ["index.html", "index.html", "index.html"]);
        check("/[...rest]", &[], ["index.html", "index.html", "index.html"]);
    }

    #[test]
    fn html_follows_the_format() {
        check("/about", &[], ["about/index.html", "about.html", "about.html"]);
        check("/a/b", &[], ["a/b/index.html", "a/b.html", "a/b.html"]);
        check(
            "/posts/[slug]",
            &[("slug", "x")],
            ["posts/x/index.html", "posts/x.html", "posts/x.html"],
        );
    }

    #[test]
    fn an_index_file_counts_with_preserve() {
        check_index("/about", ["about/index.html", "about.html", "about/index.html"]);
        check_index("/a/b", ["a/b/index.html", "a/b.html", "a/b/index.html"]);
    }

    #[test]
    fn error_pages_have_the_names_that_hosts_look_for() {
        check("/404", &[], ["404.html", "404.html", "404.html"]);
        check("/500", &[], ["500.html", "500.html", "500.html"]);
        check_index("/404", ["404.html", "404.html", "404.html"]);
        check("/403", &[], ["403/index.html", "403.html", "403.html"]);
        check("/a/404", &[], ["a/404/index.html", "a/404.html", "a/404.html"]);
    }

    #[test]
    fn a_known_extension_of_the_pattern_decides_first() {
        for (pattern, expected) in [
            ("/data.json", "data.json"),
            ("/page.html", "page.html"),
            ("/[x].svg", "v.svg"),
            ("/a-[x].tar.gz", "a-v.tar.gz"),
            ("/DATA.JSON", "DATA.JSON"),
        ] {
            let params = if pattern.contains('x') { &[("x", "v")][..] } else { &[] };
            check(pattern, params, [expected; 3]);
            let route = support::route(pattern, CONFIG);
            assert_eq!(file(route, params, Kind::Other).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn an_extension_of_a_value_decides_nothing() {
        check("/[x]", &[("x", "v1.2")], ["v1.2/index.html", "v1.2.html", "v1.2.html"]);
        check("/[x]", &[("x", "a.json")], ["a.json/index.html", "a.json.html", "a.json.html"]);
        check(
            "/[a].[b]",
            &[("a", "x"), ("b", "json")],
            ["x.json/index.html", "x.json.html", "x.json.html"],
        );
        check("/v1.0", &[], ["v1.0/index.html", "v1.0.html", "v1.0.html"]);
        check("/a.json/b", &[], ["a.json/b/index.html", "a.json/b.html", "a.json/b.html"]);
    }

    #[test]
    fn names_are_raw_and_in_nfc() {
        check(
            "/[x]",
            &[("x", "a b/".trim_end_matches('/'))],
            ["a b/index.html", "a b.html", "a b.html"],
        );
        check("/[x]", &[("x", "100%")], ["100%/index.html", "100%.html", "100%.html"]);
        check("/[x]", &[("x", "e\u{301}")], ["\u{e9}/index.html", "\u{e9}.html", "\u{e9}.html"]);
    }

    #[test]
    fn what_is_no_html_is_written_as_it_is() {
        for format in FORMATS {
            for trailing_slash in [TrailingSlash::Never, TrailingSlash::Ignore] {
                let config = || Config { format, trailing_slash, ..CONFIG };
                let users = support::index_route("/api/users", config());
                assert_eq!(file(users, &[], Kind::Other).as_deref(), Ok("api/users"));
                let value = support::route("/[x]", config());
                assert_eq!(file(value, &[("x", "v1.2")], Kind::Other).as_deref(), Ok("v1.2"));
            }
        }
    }

    #[track_caller]
    fn refuses(pattern: &str, config: Config, hint: &str) {
        let route = support::route(pattern, config);
        let file = file(route, &[], Kind::Other);
        assert!(file.as_ref().is_err_and(|shown| shown.contains(hint)), "{file:?}");
    }

    #[test]
    fn what_is_no_html_cannot_be_where_a_slash_is() {
        let always = || Config { trailing_slash: TrailingSlash::Always, ..CONFIG };
        refuses("/api", always(), "for example `src/pages/api.json.rs`");
        refuses("/v1.0", always(), "for example `src/pages/v1.0.json.rs`");
        for trailing_slash in [TrailingSlash::Always, TrailingSlash::Never, TrailingSlash::Ignore] {
            for base in ["", "/docs"] {
                let config = Config { base, trailing_slash, ..CONFIG };
                refuses("/", config, "for example `src/pages/index.json.rs`");
            }
        }
        let json = support::route("/data.json", always());
        assert_eq!(file(json, &[], Kind::Other).as_deref(), Ok("data.json"));
    }

    #[test]
    fn a_name_that_gets_too_long_is_refused() {
        let value = "a".repeat(251);
        let file = |format, value: &str| {
            let route = support::route("/[x]", Config { format, ..CONFIG });
            file(route, &[("x", value)], Kind::Html)
        };
        assert!(file(Format::Directory, &value).is_ok());
        assert!(file(Format::File, &value).is_err_and(|hint| hint.contains("shorten it by 1")));
        assert!(file(Format::File, &value[1..]).is_ok());
    }

    #[test]
    fn files_are_those_of_astro() {
        vectors::check("output_file", OUTPUT_FILE, |case| {
            let path = vectors::text(&case["pathname"]).trim_end_matches('/');
            let path = if path.is_empty() { "/" } else { path };
            let kind = if case["kind"] == "endpoint" { Kind::Other } else { Kind::Html };
            // With `always`, what is no HTML has no file; that is checked above.
            let slashes: &[&str] = match kind {
                Kind::Html => &["always", "never", "ignore"],
                Kind::Other => &["never", "ignore"],
            };
            // What does not depend on a setting is checked with each.
            let all = |key: &str, values: &[&str]| match case[key].as_str() {
                Some("any") => values.iter().map(|value| json!(value)).collect(),
                _ => vec![case[key].clone()],
            };
            for base in all("base", &["/", "/docs"]) {
                for trailing_slash in all("trailing_slash", slashes) {
                    for format in all("format", &["directory", "file", "preserve"]) {
                        let config = json!({ "base": base, "trailing_slash": trailing_slash, "format": format });
                        let config = vectors::config(&config);
                        let file = match (case["is_index"] == true, path.strip_suffix("/index")) {
                            (true, _) => file(support::index_route(path, config), &[], kind),
                            (false, None) => file(support::route(path, config), &[], kind),
                            // By its name, a page for this path alone would be an index.
                            (false, Some(folder)) => {
                                let route = support::route(&format!("{folder}/[name]"), config);
                                file(route, &[("name", "index")], kind)
                            }
                        };
                        vectors::same(&file.as_deref(), &Ok(vectors::text(&case["file"])))?;
                    }
                }
            }
            Ok(())
        });
    }

    const OUTPUT_FILE: &vectors::LeftOut = &[
        (
            "with a known extension, the path is the file",
            &["output_file-035", "output_file-061", "output_file-081"],
        ),
        ("a redirect from a path with an extension has no page", &["output_file-069"]),
    ];

    #[test]
    fn files_are_those_of_other_generators() {
        vectors::check("export_files", EXPORT_FILES, |case| {
            let out = vectors::text(case["out"].get(0).ok_or("no file")?);
            let is_html = out.rsplit_once('.').is_some_and(|(_, extension)| extension == "html");
            let kind = if is_html { Kind::Html } else { Kind::Other };
            // What they set by other names: whether a page is a folder with an index.
            let folders = [&case["trailingSlash"], &case["autoSubfolderIndex"]];
            let is_folder = folders.iter().any(|set| **set == true || **set == "always");
            let format = if is_folder { Format::Directory } else { Format::File };
            let pattern = vectors::text(&case["route"]).trim_end_matches('/');
            let pattern = if pattern.is_empty() { "/" } else { pattern };
            let route = support::route(pattern, Config { format, ..CONFIG });
            vectors::same(&file(route, &[], kind).as_deref(), &Ok(out))
        });
    }

    const EXPORT_FILES: &vectors::LeftOut = &[
        ("what is no HTML cannot be where a slash is", &["export_files-011", "export_files-022"]),
        ("a file has the name of its path", &["export_files-012"]),
        ("a slash at the end of a path says nothing of its file", &["export_files-020"]),
        ("a path has no query", &["export_files-023"]),
    ];

    #[test]
    fn files_stay_below_the_out_folder() {
        random::check(|case, path| {
            for kind in [Kind::Html, Kind::Other] {
                let Ok(file) = output_file(Naming::of(case.route), path, kind) else { continue };
                let components: Vec<_> = std::path::Path::new(&*file).components().collect();
                let names: Vec<&str> = file.split('/').collect();
                assert_eq!(components.len(), names.len(), "{file:?}");
                for (component, name) in components.into_iter().zip(names) {
                    assert_eq!(component, std::path::Component::Normal(name.as_ref()), "{file:?}");
                    assert!(name.len() <= 255 && !name.contains('\\'), "{file:?}");
                }
            }
        });
    }
}
