//! A file that answers a request.

use std::io;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::encoding;
use super::record::Files;
use super::reply::Reply;
use crate::config::{Config, Encoding, TrailingSlash};
use crate::hosts;
use crate::page::content_type;
use crate::request::header_rules::{headers_of_rules, parsed};
use crate::routing::page_path::RoutePath;
use crate::routing::url;
use crate::server::NO_STORE;

/// How a file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The path is its name.
    Exact,
    /// It is the page of the path: `about/index.html` or `about.html` for `/about`.
    Page,
}

/// A file that answers a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    pub(super) files: &'a Files,
    /// Relative to the out folder.
    pub(super) name: &'a str,
    /// The path of the request, or of the error page.
    pub(super) path: &'a str,
    pub(crate) form: Form,
    /// The status of the response.
    pub(super) status: StatusCode,
}

/// Permits to open a file. Each takes a thread: tokio would start up to 512, and more do not make a disk faster.
static TURNS: Semaphore = Semaphore::const_new(32);

/// The response to a method that no file has; `None` for `GET` and `HEAD`.
pub(super) fn refused_method(method: &Method) -> Option<Response> {
    let status = match *method {
        Method::GET | Method::HEAD => return None,
        Method::OPTIONS => StatusCode::NO_CONTENT,
        _ => StatusCode::METHOD_NOT_ALLOWED,
    };
    let allowed = HeaderValue::from_static("GET, HEAD, OPTIONS");
    Some((status, [(header::ALLOW, allowed), (header::CACHE_CONTROL, NO_STORE)]).into_response())
}

impl Files {
    /// The file that answers a path: the one with that name, or the file of a page. Error pages have no path.
    pub(crate) fn find<'a>(&'a self, path: &'a RoutePath) -> Option<File<'a>> {
        let path = path.as_str();
        let file = |name, form| File { files: self, name, path, form, status: StatusCode::OK };
        let page = |name: &str| self.name(name).filter(|name| hosts::error_status(name).is_none());
        if let Some(name) = page(path) {
            return Some(file(name, Form::Exact));
        }
        let mut suffixes = self.site.config.format.suffixes().iter();
        let name = match path {
            "" => self.name("index.html"),
            _ => suffixes.find_map(|suffix| page(&format!("{path}{suffix}"))),
        };
        name.map(|name| file(name, Form::Page))
    }

    /// The page of an error at its own path, such as `docs/404`. It answers with the status of the error.
    pub(crate) fn error_page<'a>(&'a self, path: &'a str, status: StatusCode) -> Option<File<'a>> {
        let name = self.name(&format!("{path}.html"))?;
        let is_it = hosts::error_status(name) == Some(status.as_u16());
        is_it.then_some(File { files: self, name, path, form: Form::Page, status })
    }
}

impl File<'_> {
    /// Answers a request with the file; `None` if another build has replaced it: then the files must be read again. An error page
    /// answers every method, and ignores conditions.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, for example because it is gone or a link has replaced it.
    pub(crate) async fn respond(&self, head: &Parts) -> io::Result<Option<Response>> {
        if self.status.is_success()
            && let Some(refused) = refused_method(&head.method)
        {
            return Ok(Some(refused));
        }
        let mut headers = self.said();
        let variants = match headers.contains_key(header::CONTENT_ENCODING) {
            // The page is compressed already.
            true => vec![],
            false => self.variants(),
        };
        let variant = |encoding| variants.iter().find(|(of, _)| *of == encoding);
        let chosen = encoding::choose(&head.headers, |encoding| variant(encoding).is_some());
        if !variants.is_empty() {
            vary_by_encoding(&mut headers);
        }
        if let Some(encoding) = chosen {
            let value = HeaderValue::from_static(encoding.name());
            headers.insert(header::CONTENT_ENCODING, value);
        }
        if !headers.contains_key(header::CONTENT_TYPE) {
            let kind = content_type::header_value(content_type::of_file(self.name));
            headers.extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
        }
        let name = chosen.and_then(variant).map_or(self.name, |(_, name)| name);
        let reply = Reply {
            encoding: chosen,
            status: self.status,
            headers,
            method: head.method.clone(),
            asked: head.headers.clone(),
        };
        // The semaphore is never closed.
        let _turn = TURNS.acquire().await.map_err(io::Error::other)?;
        let (view, digest) = (Arc::clone(&self.files.view), self.files.digest(name));
        let name = name.to_owned();
        spawn_blocking(move || reply.response(&view, &name, digest)).await?
    }

    /// The compressed variants that the build wrote.
    fn variants(&self) -> Vec<(Encoding, &str)> {
        let variant = |encoding: &Encoding| {
            let name = format!("{}.{}", self.name, encoding.extension());
            Some((*encoding, self.files.name(&name)?))
        };
        self.files.site.config.precompress.iter().filter_map(variant).collect()
    }

    /// The headers of its page, and those of the rules of kiln.toml. A later rule replaces an earlier one.
    fn said(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in self.files.sent(self.name) {
            if let Some((name, value)) = parsed(&name, &value) {
                headers.append(name, value);
            }
        }
        let rules = self.files.site.header_rules(self.name);
        // Most sites have no rules.
        let url = if rules.is_empty() { String::new() } else { self.url() };
        for (name, value) in headers_of_rules(rules, &url) {
            headers.entry(name).or_insert(value);
        }
        headers
    }

    /// Its canonical URL path, which the rules of kiln.toml match.
    fn url(&self) -> String {
        let Config { base, trailing_slash, .. } = self.files.site.config;
        let ends_in_slash = match self.form {
            Form::Page if self.path.is_empty() => {
                base.is_empty() || *trailing_slash != TrailingSlash::Never
            }
            Form::Page => *trailing_slash == TrailingSlash::Always,
            Form::Exact => false,
        };
        let mut url = (*base).to_owned();
        if !self.path.is_empty() {
            url.push('/');
            url::push_encoded(&mut url, self.path);
        }
        url.push_str(if ends_in_slash { "/" } else { "" });
        url
    }
}

/// Tells caches that the variant depends on the request.
fn vary_by_encoding(headers: &mut HeaderMap) {
    let is_said = |value: &HeaderValue| {
        let mut names = value.to_str().unwrap_or_default().split(',').map(str::trim);
        names.any(|name| name == "*" || name.eq_ignore_ascii_case("accept-encoding"))
    };
    if !headers.get_all(header::VARY).iter().any(is_said) {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Site;

    use crate::config::header_rule::HeaderRule;
    use crate::server::files::sample::Sample;
    use crate::support::{CONFIG, leak};

    #[test]
    fn what_a_file_is_says_its_page_or_its_name() {
        let sample = Sample::new(CONFIG);
        for (path, expected) in [
            ("", "text/html; charset=utf-8"),
            ("assets/a.css", "text/css; charset=utf-8"),
            ("latin.txt", "text/plain; charset=iso-8859-1"),
            ("tagged.txt", "text/plain; charset=utf-8"),
            ("api/users", "application/json"),
            ("large.bin", "application/octet-stream"),
            ("nothing.known", "application/octet-stream"),
        ] {
            let sent = sample.send("GET", path, &[]);
            let types: Vec<_> = sent.headers.get_all(header::CONTENT_TYPE).iter().collect();
            assert_eq!(types, [expected], "{path}");
        }
    }

    #[test]
    fn a_file_is_only_read() {
        let sample = Sample::new(CONFIG);
        for (method, status) in [("POST", 405), ("DELETE", 405), ("get", 405), ("OPTIONS", 204)] {
            let sent = sample.send(method, "about", &[("if-match", "\"x\"")]);
            assert_eq!((sent.status.as_u16(), sent.bytes.len()), (status, 0), "{method}");
            assert_eq!(sent.header("allow"), "GET, HEAD, OPTIONS");
            assert_eq!(sent.header("cache-control"), "no-store");
        }
    }

    const RULES: &[HeaderRule] = &[
        HeaderRule {
            before: "/docs/",
            after: Some(""),
            headers: &[("cache-control", "max-age=60"), ("x-a", "all"), ("x-b", "all")],
            line: 1,
        },
        HeaderRule {
            before: "/docs/about",
            after: None,
            headers: &[("cache-control", "max-age=1"), ("x-a", "page")],
            line: 2,
        },
        HeaderRule {
            before: "/docs/caf%C3%A9",
            after: Some(".txt"),
            headers: &[("content-type", "text/x"), ("x-b", "coffee")],
            line: 3,
        },
        HeaderRule { before: "/docs/a", after: Some("t/"), headers: &[("x-b", "slash")], line: 4 },
    ];

    #[test]
    fn the_page_goes_before_the_last_rule_and_that_before_others() {
        for trailing_slash in [TrailingSlash::Always, TrailingSlash::Never] {
            let base = "/docs";
            let of_about = if trailing_slash == TrailingSlash::Always { "slash" } else { "all" };
            let config = leak(Config { base, trailing_slash, ..CONFIG });
            let sample = Sample::of(Site { config, headers: RULES, ..Site::EMPTY });
            for (path, cache_control, a, b, content_type) in [
                ("", "max-age=60", "all", "all", "text/html; charset=utf-8"),
                ("about", "no-cache", "page", of_about, "text/html; charset=utf-8"),
                ("about/index.html", "no-cache", "all", "all", "text/html; charset=utf-8"),
                ("caf\u{e9}.txt", "max-age=60", "all", "coffee", "text/x"),
            ] {
                for status in [200, 304] {
                    let condition = [("if-none-match", if status == 304 { "*" } else { "\"\"" })];
                    let sent = sample.send("GET", path, &condition);
                    assert_eq!(sent.status, status, "{path}");
                    assert_eq!(sent.header("cache-control"), cache_control, "{path}");
                    assert_eq!((sent.header("x-a"), sent.header("x-b")), (a, b), "{path}");
                    let expected = if status == 304 { "" } else { content_type };
                    assert_eq!(sent.header("content-type"), expected, "{path}");
                }
            }
        }
    }
}
