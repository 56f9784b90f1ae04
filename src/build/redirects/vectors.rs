//! Astro's cases of redirects in its settings: their files and targets.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::build::redirects::list::{Redirect, expanding};
use crate::build::redirects::plan;
use crate::build::report::diagnostic::PageRef;
use crate::config::Config;
use crate::page::route::Route;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::redirect_rule::RedirectTarget;
use crate::site::Site;
use crate::support::case::route;
use crate::support::{self, leak, vectors};

#[test]
fn redirects_of_the_settings_make_files() {
    vectors::check("redirects_config", LEFT_OUT, run);
}

/// Cases that `kiln-build` rejects at compile time are tested there.
const LEFT_OUT: &vectors::LeftOut = &[
    ("the status is always used", &["redirects_config-021", "redirects_config-022"]),
    ("303 and 307 are temporary like 302", &["redirects_config-024"]),
    ("the URL is in canonical form", &["redirects_config-023"]),
    ("a path with an extension has no page", &["redirects_config-048"]),
    ("targets are written without base", &["redirects_config-049"]),
    ("the canonical URL always follows the trailing slash of the site", &["redirects_config-050"]),
];

fn run(case: &Value) -> Result<(), String> {
    let expected = &case["expect"];
    if !expected["error"].is_null() {
        return Ok(());
    }
    let astro = &case["config"];
    let config = leak(Config {
        format: vectors::config(&astro["build"]).format,
        ..vectors::config(&serde_json::json!({
            "base": astro["base"],
            "trailing_slash": astro["trailingSlash"],
        }))
    });
    let pages: Vec<(Route, Vec<RawParams>)> = case["pages"]
        .as_object()
        .expect("pages")
        .iter()
        .filter(|(file, _)| !file.starts_with("src/"))
        .map(|(file, text)| (*route(file, config), params(vectors::text(text))))
        .collect();
    let rules = case["redirects"].as_object().expect("redirects").iter().map(|(from, to)| {
        let status = to["status"].as_u64().and_then(|status| status.try_into().ok());
        let to = to.as_str().unwrap_or_else(|| vectors::text(&to["destination"]));
        support::redirect_rule(from, to, status)
    });
    let redirects = rules.collect::<Vec<_>>().leak();
    let routes = pages.iter().map(|(route, _)| *route).collect::<Vec<_>>().leak();
    let site = leak(Site { config, routes, redirects, ..Site::EMPTY });
    let made = made(site, &pages)?;
    let expected = expected["outputs"].as_object().expect("outputs").iter();
    let redirects = expected.filter(|(_, output)| !output["redirect"].is_null());
    let expected: BTreeMap<String, (u64, String)> = redirects
        .map(|(file, output)| {
            let to = vectors::text(&output["redirect"]["refresh_url"]).replace("&amp;", "&");
            let delay = output["redirect"]["refresh_delay"].as_u64().expect("a delay");
            (file.clone(), (delay, to))
        })
        .collect();
    vectors::same(&made, &expected)
}

/// The files of all redirects, each with its delay and its target.
fn made(
    site: &'static Site,
    pages: &[(Route, Vec<RawParams>)],
) -> Result<BTreeMap<String, (u64, String)>, String> {
    let mut redirects: Vec<Redirect> = Vec::new();
    let mut push = |index: usize, params: &RawParams| -> Result<(), String> {
        let rule = &site.redirects[index];
        let place = PageRef::of_source(site, site.routes.len() + index).expect("a redirect");
        let (_, redirect) =
            plan(site, rule, &place, params).map_err(|failure| failure.to_string())?;
        redirects.push(redirect);
        Ok(())
    };
    for (index, rule) in site.redirects.iter().enumerate() {
        if rule.source.is_static() {
            push(index, &RawParams::new())?;
        }
    }
    for (index, rule) in expanding(site) {
        let RedirectTarget::Internal { path: target, .. } = &rule.target else { continue };
        for (route, lists) in pages {
            for params in lists {
                let page =
                    RoutePath::new(&route.pattern, params).map_err(|error| error.to_string())?;
                if let Some(params) = matching::params(target, &page) {
                    push(index, &params)?;
                }
            }
        }
    }
    let entry = |Redirect { for_hosts, .. }: Redirect| {
        let delay = if matches!(for_hosts.status, 302 | 303 | 307) { 2 } else { 0 };
        Some((for_hosts.file?, (delay, for_hosts.to)))
    };
    Ok(redirects.into_iter().filter_map(entry).collect())
}

/// The params in the text of a page, `params:{slug:"a"}`; empty if it lists no paths.
fn params(page: &str) -> Vec<RawParams> {
    if !page.contains("getStaticPaths") {
        return vec![RawParams::new()];
    }
    let objects = page.split("params:{").skip(1).filter_map(|rest| rest.split_once('}'));
    let param = |pair: &str| {
        let (name, value) = pair.split_once(':')?;
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    };
    objects.map(|(object, _)| object.split(',').filter_map(param).collect()).collect()
}
