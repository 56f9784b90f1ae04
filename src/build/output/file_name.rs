//! The name of a page's file.

mod unwritable;

use std::borrow::Cow;

pub(crate) use self::unwritable::Unwritable;
use super::naming::Naming;
use crate::config::Format;
use crate::hosts;
use crate::routing::page_path::RoutePath;

/// The longest name on common file systems, in bytes.
pub(crate) const MAX_NAME: usize = 255;

/// The kind of a response, which decides the name of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Html,
    Other,
}

/// The file of a page, relative to the out folder, with `/` on every system.
///
/// It only depends on the route, the path and the kind of the response:
///
/// | pattern | response | directory | file | preserve |
/// |---|---|---|---|---|
/// | ends in a known extension | any | as it is | as it is | as it is |
/// | `/` | HTML | `index.html` | `index.html` | `index.html` |
/// | `/404`, `/docs/404`, `/500` | HTML | `404.html`, … | `404.html`, … | `404.html`, … |
/// | `/about` by `about.rs` | HTML | `about/index.html` | `about.html` | `about.html` |
/// | `/about` by `about/index.rs` | HTML | `about/index.html` | `about.html` | `about/index.html` |
/// | `/api` | other | `api` | `api` | `api` |
///
/// # Errors
///
/// Fails if the response is not HTML and the path is the root, its URL ends in a slash, or the page is an error page;
/// if another page would get the name of an error page; and if the path is too long to append a suffix.
pub(crate) fn output_file(
    naming: Naming,
    path: &RoutePath,
    kind: Kind,
) -> Result<Cow<'_, str>, Unwritable> {
    let (pattern, config) = (naming.pattern(), naming.config);
    let name = path.as_str();
    if naming.media_type().is_some() {
        return not_of_an_error(name, config.format, path).map(Cow::from);
    }
    match kind {
        Kind::Html if pattern.is_error_page() => check_name(format!("{name}.html")).map(Cow::Owned),
        Kind::Html => {
            let file = html_file(naming, name);
            not_of_an_error(&file, config.format, path)?;
            check_name(file).map(Cow::Owned)
        }
        Kind::Other if pattern.is_error_page() => {
            Err(Unwritable::ErrorPage { file: format!("{name}.html") })
        }
        Kind::Other if name.is_empty() || path.ends_in_slash(pattern, config) => {
            Err(Unwritable::Slash)
        }
        Kind::Other => Ok(name.into()),
    }
}

/// Reserves the name of an error page: hosts would show the file of another page for every missing path.
fn not_of_an_error<'a>(
    file: &'a str,
    format: Format,
    path: &RoutePath,
) -> Result<&'a str, Unwritable> {
    let Some(status) = hosts::error_status(file) else { return Ok(file) };
    let format = match format {
        _ if file == path.as_str() => "",
        Format::Directory => " with `format = \"directory\"`",
        Format::File => " with `format = \"file\"`",
        Format::Preserve => " with `format = \"preserve\"`",
    };
    Err(Unwritable::ErrorName { path: path.display(), file: file.to_owned(), format, status })
}

fn check_name(file: String) -> Result<String, Unwritable> {
    let name = file.rsplit('/').next().unwrap_or_default();
    match name.len().checked_sub(MAX_NAME) {
        Some(excess @ 1..) => Err(Unwritable::Long { name: name.to_owned(), excess }),
        _ => Ok(file),
    }
}

fn html_file(naming: Naming, name: &str) -> String {
    match (naming.config.format, name) {
        (_, "") => "index.html".to_owned(),
        (Format::Directory, _) => format!("{name}/index.html"),
        (Format::Preserve, _) if naming.is_index() => format!("{name}/index.html"),
        (Format::File | Format::Preserve, _) => format!("{name}.html"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    use crate::config::{Config, TrailingSlash};
    use crate::page::route::Route;
    use crate::routing::params::RawParams;
    use crate::site::source::Source;
    use crate::support::{self, CONFIG};
    use crate::support::{random, vectors};

    const FORMATS: [Format; 3] = [Format::Directory, Format::File, Format::Preserve];

    fn naming(route: &'static Route) -> Naming {
        Naming::of(Source::Route(route), route.config)
    }

    fn file(
        route: &'static Route,
        params: &[(&str, &str)],
        kind: Kind,
    ) -> Result<String, Unwritable> {
        let params: RawParams = params.iter().copied().collect();
        let path = RoutePath::new(&route.pattern, &params).expect("a path");
        output_file(naming(route), &path, kind).map(Cow::into_owned)
    }

    /// Checks the files of an HTML page with the formats `directory`, `file` and `preserve`.
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
        check("/a/404", &[], ["a/404.html", "a/404.html", "a/404.html"]);
        check_index("/a/404", ["a/404.html", "a/404.html", "a/404.html"]);
        check("/[lang]/404", &[("lang", "de")], ["de/404.html", "de/404.html", "de/404.html"]);
        check("/[...path]/404", &[], ["404.html", "404.html", "404.html"]);
        check("/a/500", &[], ["a/500/index.html", "a/500.html", "a/500.html"]);
    }

    #[test]
    fn no_other_page_gets_the_name_of_an_error_page() {
        let refused = |pattern: &str, params: &[(&str, &str)], format, expected: &str| {
            let route = support::route(pattern, Config { format, ..CONFIG });
            let hint = file(route, params, Kind::Html).expect_err(pattern);
            let hint = hint.error_hint().expect(pattern);
            assert!(hint.contains(expected), "{pattern}: {hint}");
        };
        for (pattern, params, path) in [
            ("/[code]", &[("code", "404")][..], "404"),
            ("/[code]", &[("code", "500")], "500"),
            ("/docs/[...path]", &[("path", "a/404")], "docs/a/404"),
            ("/[a]0[b]", &[("a", "4"), ("b", "4")], "404"),
        ] {
            let route = support::route(pattern, CONFIG);
            let expected = Ok(format!("{path}/index.html"));
            assert_eq!(file(route, params, Kind::Html), expected, "{pattern}");
            for format in [Format::File, Format::Preserve] {
                refused(pattern, params, format, &format!("`/{path}` would be written to"));
                let other =
                    file(support::route(pattern, Config { format, ..CONFIG }), params, Kind::Other);
                assert_eq!(other.as_deref(), Ok(path), "{pattern}");
            }
        }
        for format in FORMATS {
            let hint = "write src/pages/docs/404.rs for that error";
            refused(
                "/404.html",
                &[],
                format,
                "`404.html`, which hosts show as the page of error 404",
            );
            refused(
                "/500.html",
                &[],
                format,
                "`500.html`, which hosts show as the page of error 500",
            );
            refused("/docs/404.html", &[], format, hint);
            refused("/docs/[name].html", &[("name", "404")], format, hint);
        }
        let expected = ["docs/500/index.html", "docs/500.html", "docs/500.html"];
        check("/docs/[code]", &[("code", "500")], expected);
        check("/docs/500.html", &[], ["docs/500.html"; 3]);
        check("/404.json", &[], ["404.json"; 3]);
    }

    #[test]
    fn an_error_page_is_html() {
        for pattern in ["/404", "/500", "/docs/404"] {
            let file = file(support::route(pattern, CONFIG), &[], Kind::Other);
            let hint = file.expect_err(pattern).error_hint().expect(pattern);
            assert!(hint.contains("return `Html(\u{2026})`"), "{hint}");
        }
    }

    #[test]
    fn a_known_extension_of_the_pattern_comes_first() {
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
    fn an_extension_in_a_value_is_ignored() {
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
    fn other_types_are_written_at_their_path() {
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

    #[test]
    fn other_types_cannot_have_a_url_with_a_slash() {
        let always = || Config { trailing_slash: TrailingSlash::Always, ..CONFIG };
        let other = |route| file(route, &[], Kind::Other);
        assert_eq!(other(support::route("/api", always())), Err(Unwritable::Slash));
        assert_eq!(other(support::route("/v1.0", always())), Err(Unwritable::Slash));
        for trailing_slash in [TrailingSlash::Always, TrailingSlash::Never, TrailingSlash::Ignore] {
            for base in ["", "/docs"] {
                let route = support::route("/", Config { base, trailing_slash, ..CONFIG });
                assert_eq!(other(route), Err(Unwritable::Slash));
            }
        }
        let json = support::route("/data.json", always());
        assert_eq!(other(json).as_deref(), Ok("data.json"));
    }

    #[test]
    fn a_name_that_gets_too_long_is_refused() {
        let value = "a".repeat(251);
        let file = |format, value: &str| {
            let route = support::route("/[x]", Config { format, ..CONFIG });
            file(route, &[("x", value)], Kind::Html)
        };
        assert!(file(Format::Directory, &value).is_ok());
        let long = Unwritable::Long { name: format!("{value}.html"), excess: 1 };
        assert_eq!(file(Format::File, &value), Err(long));
        assert!(file(Format::File, &value[1..]).is_ok());
    }

    #[test]
    fn files_are_the_same_as_in_astro() {
        vectors::check("output_file", OUTPUT_FILE, |case| {
            let path = vectors::text(&case["pathname"]).trim_end_matches('/');
            let path = if path.is_empty() { "/" } else { path };
            let kind = if case["kind"] == "endpoint" { Kind::Other } else { Kind::Html };
            // With `always`, a page that is not HTML has no file, which is checked above.
            let slashes: &[&str] = match kind {
                Kind::Html => &["always", "never", "ignore"],
                Kind::Other => &["never", "ignore"],
            };
            // A case without a setting is checked with every value of it.
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
                            // A page for only this path would have the name of an index.
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
    fn files_are_the_same_as_in_other_generators() {
        vectors::check("export_files", EXPORT_FILES, |case| {
            let out = vectors::text(case["out"].get(0).ok_or("no file")?);
            let is_html = out.rsplit_once('.').is_some_and(|(_, extension)| extension == "html");
            let kind = if is_html { Kind::Html } else { Kind::Other };
            // Their settings with other names: whether a page is a folder with an index.
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
        ("other types cannot have a URL with a slash", &["export_files-011", "export_files-022"]),
        ("a file has the name of its path", &["export_files-012"]),
        ("a slash at the end of a path says nothing of its file", &["export_files-020"]),
        ("a path has no query", &["export_files-023"]),
    ];

    #[test]
    fn files_stay_below_the_out_folder() {
        random::check(|case, path| {
            for kind in [Kind::Html, Kind::Other] {
                let Ok(file) = output_file(naming(case.route), path, kind) else { continue };
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
