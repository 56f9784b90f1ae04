//! Pages that cannot be files: the reason, and what the author can do.

use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::routing::page_path::RoutePath;
use crate::routing::pattern::Part;
use crate::site::source::Source;

/// Why a page has no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unwritable {
    /// The response is not HTML, and its URL ends in a slash like that of a folder.
    Slash,
    /// The name of the file would be too long for file systems.
    Long { name: String, excess: usize },
    /// An error page that is not HTML, which hosts would not show.
    ErrorPage { file: String },
    /// Another page would get the file of an error page. `format` names the setting that causes it.
    ErrorName { path: String, file: String, format: &'static str, status: u16 },
}

impl Unwritable {
    /// The failure of a page whose response has this content type.
    pub(crate) fn failure(
        self,
        place: &PageRef,
        path: &RoutePath,
        content_type: &str,
    ) -> Diagnostic {
        match self {
            Unwritable::ErrorPage { .. } | Unwritable::ErrorName { .. } => {
                let failure = Diagnostic::at(place, "cannot be written as a file");
                failure.hint(self.error_hint().unwrap_or_default())
            }
            Unwritable::Slash => {
                let message = match path.as_str() {
                    "" => {
                        "cannot be written as a file: the response is not HTML, and the root is a folder"
                    }
                    _ => {
                        "cannot be written as a file: the response is not HTML, and the URL ends in a slash, as \
                         `trailing-slash = \"always\"` asks for"
                    }
                };
                let hint = slash_hint(place.source(), path, extension(content_type));
                Diagnostic::at(place, message).hint(hint)
            }
            Unwritable::Long { name, excess } => Diagnostic::at(
                place,
                format!("cannot be written as a file: `{name}` is longer than 255 bytes"),
            )
            .hint(format!("shorten the path by {excess} bytes")),
        }
    }

    /// How to fix a page that is an error page, or would be mistaken for one.
    pub(super) fn error_hint(&self) -> Option<String> {
        match self {
            Unwritable::ErrorPage { file } => Some(format!(
                "`{file}` is what hosts show for an error: return `Html(…)`, whose content type is `text/html`"
            )),
            Unwritable::ErrorName { path, file, format, status } => Some(format!(
                "`{path}` would be written to `{file}`{format}, which hosts show as the page of error {status}: give it \
                 another path, or write src/pages/{}.rs for that error",
                file.trim_end_matches(".html")
            )),
            Unwritable::Slash | Unwritable::Long { .. } => None,
        }
    }
}

/// How to fix a page that is not HTML, and has the URL of a folder.
///
/// The name of the page's file needs a known extension, which cannot be a param.
fn slash_hint(source: Source, path: &RoutePath, extension: &str) -> String {
    let last = source.pattern().segments.last().copied().unwrap_or_default();
    let file = source.file();
    let name = file.strip_suffix(".rs").unwrap_or(file);
    let (folder, stem) = name.rsplit_once('/').unwrap_or(("", name));
    match last {
        // A rest param that matches nothing, in a route whose other paths may be valid.
        [Part::Rest(rest)] if path.as_str().is_empty() => format!(
            "return `Html(…)` where `{rest}` is empty, or leave that path out of `static_paths`"
        ),
        [.., Part::Text(dot), Part::Param(_) | Part::Rest(_)] if dot.ends_with('.') => {
            let bracket = stem.rfind('[').unwrap_or(stem.len());
            format!(
                "kiln knows the type of a page by the extension in the name of its file, which cannot be a bracket: write a \
                 page for each extension, for example `{folder}/{}{extension}.rs`, or set `trailing-slash = \"ignore\"` in \
                 kiln.toml",
                &stem[..bracket]
            )
        }
        // `about/index.json.rs` would be another path.
        _ if stem == "index" && !path.as_str().is_empty() => {
            format!("return `Html(…)`, or name the page `{folder}.{extension}.rs`")
        }
        _ => format!("return `Html(…)`, or name the page `{name}.{extension}.rs`"),
    }
}

/// The usual extension of a content type.
fn extension(content_type: &str) -> &'static str {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        "text/plain" => "txt",
        "text/css" => "css",
        "text/csv" => "csv",
        "text/javascript" | "application/javascript" => "js",
        "text/xml" | "application/xml" => "xml",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "image/webp" => "webp",
        "application/pdf" => "pdf",
        _ => "json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::config::{Config, TrailingSlash};
    use crate::page::route::Route;
    use crate::routing::params::RawParams;
    use crate::support::{self, CONFIG};

    /// Checks the hint for a route whose params all have this value.
    #[track_caller]
    fn check(route: &'static Route, value: &str, content_type: &str, expected: &str) {
        let params: RawParams = route.params().map(|name| (name, value)).collect();
        let path = RoutePath::new(&route.pattern, &params).expect("a path");
        let place = PageRef { path: Some(path.clone()), ..PageRef::of_route(route, 0) };
        let shown = Unwritable::Slash.failure(&place, &path, content_type).to_string();
        assert!(shown.ends_with(&format!("\n  hint: {expected}")), "{shown}");
    }

    fn route(pattern: &str) -> &'static Route {
        let trailing_slash = TrailingSlash::Always;
        support::route(pattern, Config { trailing_slash, ..CONFIG })
    }

    #[test]
    fn a_page_is_named_after_its_route_or_path() {
        let json = "application/json";
        check(route("/"), "", json, "return `Html(…)`, or name the page `src/pages/index.json.rs`");
        check(
            route("/api"),
            "",
            json,
            "return `Html(…)`, or name the page `src/pages/api.json.rs`",
        );
        check(
            route("/v1.0"),
            "",
            "text/plain; charset=utf-8",
            "return `Html(…)`, or name the page `src/pages/v1.0.txt.rs`",
        );
        check(
            route("/a/[x]"),
            "v",
            "image/png",
            "return `Html(…)`, or name the page `src/pages/a/[x].png.rs`",
        );
        check(
            route("/[...x]"),
            "a/v",
            "text/css",
            "return `Html(…)`, or name the page `src/pages/[...x].css.rs`",
        );
        check(
            support::index_route(
                "/about",
                Config { trailing_slash: TrailingSlash::Always, ..CONFIG },
            ),
            "",
            json,
            "return `Html(…)`, or name the page `src/pages/about.json.rs`",
        );
    }

    #[test]
    fn an_extension_in_a_bracket_is_written_out() {
        for (pattern, example) in [
            ("/[...asset].[ext]", "src/pages/[...asset].png.rs"),
            ("/a/[x].[y]", "src/pages/a/[x].png.rs"),
            ("/a.[y]", "src/pages/a.png.rs"),
            ("/v[x].[y]", "src/pages/v[x].png.rs"),
        ] {
            let expected = format!(
                "kiln knows the type of a page by the extension in the name of its file, which cannot be a bracket: write a \
                 page for each extension, for example `{example}`, or set `trailing-slash = \"ignore\"` in kiln.toml"
            );
            check(route(pattern), "v", "image/png", &expected);
        }
    }

    #[test]
    fn a_rest_param_that_matches_nothing_is_the_root() {
        let expected =
            "return `Html(…)` where `rest` is empty, or leave that path out of `static_paths`";
        check(route("/[...rest]"), "", "text/plain", expected);
    }
}
