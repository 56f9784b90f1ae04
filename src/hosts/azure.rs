//! Azure Static Web Apps: `staticwebapp.config.json`.
//!
//! Azure applies only the first route that matches a request, so that route has to contain everything. Redirects come
//! first, then the files that have headers of their own, then rules of kiln.toml that end in a `*` after a folder. A
//! file for which such a wildcard would be wrong gets a route before it. All other rules become routes of the files
//! that they match.
//!
//! Routes are compared with paths as they appear in URLs. The route of an `index.html` also matches its folder, with
//! and without a slash, but not the other way round. A literal `*` cannot be written. Azure serves from the root of the
//! host; under a base, each file has a route that leads to it.

mod common;

use anyhow::Result;
use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value, json};

use self::common::{Common, Headers, extension};
use super::deployment::{Deployment, HostFiles, Mistake, Redirect, SiteFile, Unsupported, joined};
use crate::config::TrailingSlash;
use crate::config::header_rule::HeaderRule;
use crate::hosts::{captures, captures::UrlPart};
use crate::routing::url::ESCAPED;
use crate::text::grouped;

const FILE: &str = "staticwebapp.config.json";

/// The longest file that Azure reads, in bytes.
const SIZE: usize = 20 * 1_024;

/// Generates the settings for Azure.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut output = HostFiles::default();
    let common = Common::of(deployment)?;
    let mut routes = redirects(deployment, &mut output);
    let wildcards = wildcards(deployment, &common);
    deployment.files.for_each(&mut |file| {
        routes.extend(routes_of(deployment, &common, &wildcards, &file, &mut output));
        Ok(())
    })?;
    routes.extend(wildcards.iter().map(Wildcard::route));
    routes.extend(patterns(deployment, &mut output)?);
    let slash = if ends_in_slash(deployment) { "always" } else { "never" };
    let mut settings = Map::new();
    settings.insert("trailingSlash".into(), slash.into());
    if common.has_not_found_page {
        settings.insert("responseOverrides".into(), json!({ "404": { "rewrite": "/404.html" } }));
    }
    if !common.headers.is_empty() {
        settings.insert("globalHeaders".into(), json!(common.headers));
    }
    if !common.types.is_empty() {
        settings.insert("mimeTypes".into(), json!(common.types));
    }
    if !routes.is_empty() {
        settings.insert("routes".into(), routes.into());
    }
    // Written without spaces, because they count towards the limit.
    let text = format!("{}\n", Value::Object(settings));
    output.mistakes.extend(too_long(text.len(), deployment.config.base));
    output.files.push((FILE.into(), text));
    Ok(output)
}

fn too_long(size: usize, base: &str) -> Option<Mistake> {
    let (size, limit, is_too_long) = (grouped(size), grouped(SIZE), size > SIZE);
    let instead = match base {
        "" => "set headers for whole folders, for example `\"/assets/*\"`".to_owned(),
        _ => format!(
            "take `base = \"{base}\"` out of kiln.toml, with which every file needs a route of its own"
        ),
    };
    is_too_long.then(|| Mistake {
        message: format!("needs a `{FILE}` of {size} bytes, but Azure allows {limit}"),
        hint: format!("{instead}, or remove `azure` from `hosts`"),
    })
}

fn ends_in_slash(deployment: &Deployment<'_>) -> bool {
    deployment.config.trailing_slash == TrailingSlash::Always
}

/// A rule of kiln.toml for all files below a folder.
#[derive(Debug)]
struct Wildcard<'a> {
    rule: &'a HeaderRule,
    headers: Headers,
}

impl Wildcard<'_> {
    fn route(&self) -> Value {
        json!({ "route": format!("{}*", self.rule.before), "headers": self.headers })
    }

    /// Returns true if the route may match requests for a file.
    fn may_match(&self, file: &SiteFile) -> bool {
        let folder = self.rule.before.trim_end_matches('/');
        let is_below = |path: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        is_below(&file.path) || is_below(&url_of(&file.name))
    }

    /// Returns true if the route matches all requests for a file. The index of the folder itself is not below it.
    fn matches(&self, file: &SiteFile) -> bool {
        let is_below =
            |path: &str| path.strip_prefix(self.rule.before).is_some_and(|rest| !rest.is_empty());
        is_below(&file.path)
            && is_below(&url_of(&file.name))
            && url_of(&file.name) != format!("{}index.html", self.rule.before)
    }
}

/// The rules that become routes of their own, the most specific first.
fn wildcards<'a>(deployment: &Deployment<'a>, common: &Common) -> Vec<Wildcard<'a>> {
    let config = deployment.config;
    // Under a base each file has a route, and no request reaches these.
    let is_route = |rule: &&HeaderRule| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~%".contains(&b);
        config.base.is_empty()
            && rule.after == Some("")
            && rule.before.len() > 1
            && rule.before.ends_with('/')
            && rule.before.bytes().all(is_plain)
    };
    let wildcards = deployment.rules.iter().rev().filter(is_route).map(|rule| {
        let contains =
            |wider: &&HeaderRule| wider.after == Some("") && rule.before.starts_with(wider.before);
        let mut headers = Headers::new();
        for wider in deployment.rules.iter().filter(contains) {
            headers.extend(joined(wider.headers.iter().copied()));
        }
        headers.retain(|name, value| common.headers.get(name) != Some(value) && !value.is_empty());
        Wildcard { rule, headers }
    });
    wildcards.filter(|wildcard| !wildcard.headers.is_empty()).collect()
}

/// The routes of a file; empty if the common settings are already right for it.
fn routes_of(
    deployment: &Deployment<'_>,
    common: &Common,
    wildcards: &[Wildcard<'_>],
    file: &SiteFile,
    output: &mut HostFiles,
) -> Vec<Value> {
    let mut headers: Headers = joined(deployment.headers_of(&file.path)).into_iter().collect();
    let typed = extension(&file.name).and_then(|extension| common.types.get(&extension));
    headers.retain(|name, value| {
        let is_common = common.headers.get(name) == Some(value);
        let is_typed = name == "content-type" && typed == Some(value);
        !is_common && !is_typed
    });
    // In Azure's settings, an empty value removes a header.
    let paths = paths_of(deployment, file);
    let cannot = |value: &str| value.is_empty() || paths.iter().any(|path| path.contains('*'));
    for (name, _) in headers.iter().filter(|(_, value)| cannot(value)) {
        output.unsupported.extend(unsupported(deployment, &file.path, name));
    }
    headers.retain(|_, value| !cannot(value));
    let is_right = match wildcards.iter().find(|wildcard| wildcard.may_match(file)) {
        Some(wildcard) => wildcard.matches(file) && wildcard.headers == headers,
        None => headers.is_empty(),
    };
    let is_below_base = !deployment.config.base.is_empty();
    if (is_right && !is_below_base) || paths.iter().any(|path| path.contains('*')) {
        return Vec::new();
    }
    let route = |path: &String| {
        let mut route = Map::new();
        route.insert("route".into(), path.as_str().into());
        if is_below_base {
            route.insert("rewrite".into(), url_of(&file.name).into());
        }
        if !headers.is_empty() {
            route.insert("headers".into(), json!(headers));
        }
        Value::Object(route)
    };
    paths.iter().map(route).collect()
}

/// Names a header of a path that Azure cannot send: the page's own, or else the one of a rule.
fn unsupported(deployment: &Deployment<'_>, path: &str, name: &str) -> Option<Unsupported> {
    let page = deployment.headers.binary_search_by(|page| page.path.as_str().cmp(path));
    let sent = page.map(|at| deployment.headers[at].headers.as_slice()).unwrap_or_default();
    if sent.iter().any(|(known, _)| known == name) {
        return Some(Unsupported::Header { path: path.to_owned(), name: name.to_owned() });
    }
    let has_name = |rule: &&HeaderRule| {
        rule.matches(path) && rule.headers.iter().any(|(known, _)| *known == name)
    };
    let rule = deployment.rules.iter().rev().find(has_name)?;
    Some(Unsupported::RuleHeader { line: rule.line, name: name.to_owned() })
}

/// The routes at which requests for a file are matched.
fn paths_of(deployment: &Deployment<'_>, file: &SiteFile) -> Vec<String> {
    let url = url_of(&file.name);
    if !deployment.config.base.is_empty() {
        return both_forms(&file.path, &file.name);
    }
    if url == file.path {
        return vec![url];
    }
    if url.ends_with("/index.html") && !file.path.contains('.') {
        return vec![url];
    }
    // Azure's own emulator finds no index for a path with a dot, and it finds no `about.html` for `/about`.
    let mut paths = both_forms(&file.path, &file.name);
    paths.push(url);
    paths
}

fn redirects(deployment: &Deployment<'_>, output: &mut HostFiles) -> Vec<Value> {
    let mut routes = Vec::new();
    for redirect in deployment.redirects {
        let Redirect { from, to, status, file } = redirect;
        if from.contains('*') {
            output.fall_back_to_html(redirect);
            continue;
        }
        for path in both_forms(from, file.as_deref().unwrap_or("")) {
            routes.push(
                json!({ "route": path, "redirect": to, "statusCode": supported_status(*status) }),
            );
        }
    }
    routes
}

/// The patterns that redirect everything below a folder to one URL: Azure has no params.
fn patterns(deployment: &Deployment<'_>, output: &mut HostFiles) -> Result<Vec<Value>> {
    let mut routes = Vec::new();
    for rule in captures::hiding_no_file(deployment, &mut output.unsupported)? {
        match captures::translate(deployment.config, rule).and_then(|all| pattern(&all)) {
            Some(paths) => routes.extend(paths.into_iter().map(|(path, to)| {
                json!({ "route": path, "redirect": to, "statusCode": supported_status(rule.static_status()) })
            })),
            None => output.unsupported.push(Unsupported::Pattern { line: rule.line }),
        }
    }
    Ok(routes)
}

/// Routes and targets; `None` if the target depends on the path.
fn pattern(all: &[captures::Captures]) -> Option<Vec<(String, String)>> {
    let mut routes = Vec::new();
    for rule in all {
        let [UrlPart::Text(to)] = rule.target.as_slice() else { return None };
        let paths = match rule.source.as_slice() {
            [UrlPart::Text(path)] => both_forms(path, "index.html"),
            [UrlPart::Text(folder), UrlPart::Rest(_)] if folder.ends_with('/') => {
                vec![format!("{folder}*")]
            }
            _ => return None,
        };
        if paths.iter().any(|path| path.trim_end_matches("/*").contains('*')) {
            return None;
        }
        routes.extend(paths.into_iter().map(|path| (path, to.clone())));
    }
    Some(routes)
}

/// The closest status that Azure supports: the same except for the method.
fn supported_status(status: u16) -> u16 {
    if matches!(status, 301 | 308) { 301 } else { 302 }
}

/// A path with and without a slash at its end; only the path itself if it is that of a file, or the root.
fn both_forms(path: &str, file: &str) -> Vec<String> {
    let is_html = |name: &str| name.strip_suffix(".html").is_some();
    let is_page = is_html(file) && !is_html(path);
    let short = path.strip_suffix('/').unwrap_or(path);
    if short.is_empty() || !is_page {
        return vec![path.to_owned()];
    }
    vec![short.to_owned(), format!("{short}/")]
}

/// The URL path at which Azure finds a file.
fn url_of(file: &str) -> String {
    let segments = file.split('/').map(|segment| utf8_percent_encode(segment, ESCAPED).to_string());
    segments.fold(String::new(), |url, segment| format!("{url}/{segment}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Format};
    use crate::hosts::example::Example;
    use crate::support::CONFIG;
    use crate::text::sorted::sorted_set;

    fn routes(example: &Example) -> Vec<Value> {
        let output = files(&example.deployment()).unwrap();
        let settings: Value = serde_json::from_str(&output.files[0].1).unwrap();
        settings["routes"].as_array().cloned().unwrap_or_default()
    }

    #[test]
    fn a_site_without_rules_sets_the_trailing_slash() {
        let example = Example::new(CONFIG).file("about/index.html", "/about");
        let output = files(&example.deployment()).unwrap();
        assert_eq!(output.files, [(FILE.to_owned(), "{\"trailingSlash\":\"never\"}\n".to_owned())]);
    }

    #[test]
    fn a_status_becomes_the_closest_that_azure_supports() {
        for (status, expected) in [(301, 301), (302, 302), (303, 302), (307, 302), (308, 301)] {
            let routes = routes(&Example::new(CONFIG).redirect("/a.json", "/b", status));
            let expected = json!({ "route": "/a.json", "redirect": "/b", "statusCode": expected });
            assert_eq!(routes, [expected]);
        }
    }

    #[test]
    fn the_first_matching_route_has_everything() {
        let example = Example::new(CONFIG)
            .rule("/*", "a", "all")
            .rule("/b/*", "a", "b")
            .rule("/b/c/*", "c", "c")
            .rule("/b/c/d*", "a", "all")
            .file("b/index.html", "/b")
            .file("b/x/index.html", "/b/x")
            .file("b/c/y", "/b/c/y")
            .file("b/c/d", "/b/c/d")
            .file("e", "/e");
        assert_eq!(
            routes(&example),
            [
                json!({ "route": "/b/c/d", "headers": { "c": "c" } }),
                // The index of a folder is not below it.
                json!({ "route": "/b/index.html", "headers": { "a": "b" } }),
                json!({ "route": "/b/c/*", "headers": { "a": "b", "c": "c" } }),
                json!({ "route": "/b/*", "headers": { "a": "b" } }),
            ]
        );
    }

    #[test]
    fn a_page_has_a_route_for_each_path_at_which_it_is_found() {
        let sent = [("a", "b")];
        for (file, path, expected) in [
            ("index.html", "/", &["/index.html"] as &[&str]),
            ("a/index.html", "/a", &["/a/index.html"]),
            ("myindex.html", "/myindex", &["/myindex", "/myindex/", "/myindex.html"]),
            ("v1.0/index.html", "/v1.0", &["/v1.0", "/v1.0/", "/v1.0/index.html"]),
            ("page.html", "/page.html", &["/page.html"]),
            ("caf\u{e9}", "/caf%C3%A9", &["/caf%C3%A9"]),
        ] {
            let config = Config { format: Format::Preserve, ..CONFIG };
            let routes = routes(&Example::new(config).page(file, path, &sent));
            let routes: Vec<&str> = routes.iter().map(|r| r["route"].as_str().unwrap()).collect();
            assert_eq!(routes, expected);
        }
    }

    #[test]
    fn types_are_set_by_extension_if_all_files_agree() {
        let sent = [("content-type", "a/b")];
        let types = |example: &Example| {
            let output = files(&example.deployment()).unwrap();
            serde_json::from_str::<Value>(&output.files[0].1).unwrap()["mimeTypes"].clone()
        };
        let example = Example::new(CONFIG).page("x.bin", "/x.bin", &sent);
        assert_eq!(types(&example), json!({ ".bin": "a/b" }));
        assert_eq!(routes(&example), [] as [Value; 0]);
        let example = example.file("y.bin", "/y.bin");
        assert_eq!(types(&example), Value::Null);
        assert_eq!(routes(&example).len(), 1);
        let example = Example::new(CONFIG).page("x", "/x", &sent);
        assert_eq!(types(&example), Value::Null);
        assert_eq!(routes(&example).len(), 1);
    }

    #[test]
    fn unsupported_features_are_listed() {
        let example = Example::new(CONFIG)
            .redirect("/a*.json", "/b", 301)
            .redirect("/a*", "/b", 301)
            .pattern("/go/[a]", "https://x.com/", None)
            .pattern("/to/[...a]", "https://x.com/[...a]", None)
            .rule("/*", "a", "")
            .page("p", "/p", &[("b", "")])
            .page("s*", "/s*", &[("c", "d")]);
        let unsupported: Vec<Unsupported> =
            sorted_set(files(&example.deployment()).unwrap().unsupported);
        let header =
            |path: &str, name: &str| Unsupported::Header { path: path.into(), name: name.into() };
        assert_eq!(
            unsupported,
            [
                header("/p", "b"),
                header("/s*", "c"),
                Unsupported::RuleHeader { line: 1, name: "a".into() },
                Unsupported::Redirect { from: "/a*.json".into() },
                Unsupported::Pattern { line: 1 },
                Unsupported::Pattern { line: 2 },
            ]
        );
    }

    #[test]
    fn the_bytes_of_the_file_are_counted() {
        let site = |count: usize| {
            (0..count).fold(Example::new(CONFIG), |site, number| {
                site.page(&format!("{number:04}"), &format!("/{number:04}"), &[("x", "0123456789")])
            })
        };
        assert_eq!(files(&site(400).deployment()).unwrap().mistakes, []);
        let output = files(&site(500).deployment()).unwrap();
        assert_eq!(
            output.mistakes[0].message,
            "needs a `staticwebapp.config.json` of 23,537 bytes, but Azure allows 20,480"
        );
        assert_eq!(
            output.mistakes[0].hint,
            "set headers for whole folders, for example `\"/assets/*\"`, or remove `azure` from `hosts`"
        );
        assert_eq!(
            too_long(SIZE + 1, "/docs").unwrap().hint,
            "take `base = \"/docs\"` out of kiln.toml, with which every file needs a route of its own, or remove `azure` from `hosts`"
        );
    }
}
