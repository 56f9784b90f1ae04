//! Checks that the targets of redirects exist: pages, files of `public/`, or redirects to them.

use anyhow::Result;

use super::list::Redirect;
use super::location::{self, Target};
use crate::build::manifest::{Entry, Listing, Owner, key};
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::hosts::lookup::Lookup;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::site::Site;
use crate::text::names::NameSet;
use crate::text::sorted::sorted;

/// Reports redirects with missing targets and loops, and warns about chains.
///
/// The list of all files is read once, and only if there is a redirect to check.
pub(crate) fn check(build: &Build, listing: &Listing) -> Result<()> {
    let redirects = build.redirects.sorted();
    let targets: Vec<Target> = redirects
        .iter()
        .map(|redirect| location::classify(build.site, &redirect.for_hosts.to))
        .collect();
    let mut paths = targets.iter().filter_map(|target| match target {
        Target::Page(path) => Some(path),
        _ => None,
    });
    let missing = missing(build, listing, &mut paths)?;
    let mut chains = Chains::new(&redirects, &targets);
    for (at, redirect) in redirects.iter().enumerate() {
        let subject = subject(build.site, redirect);
        match &targets[at] {
            Target::NoPage => build.failures.push(not_found(&subject, &redirect.for_hosts.to)),
            Target::Page(path) if missing.contains(path.as_str()) => {
                let route = build.site.matches(path).next();
                build.failures.push(
                    match route.is_some_and(|(route, _)| route.pattern.is_error_page()) {
                        true => to_error_page(&subject, &redirect.for_hosts.to),
                        false => not_found(&subject, &redirect.for_hosts.to),
                    },
                );
            }
            Target::OutsideBase => {
                build.warnings.add(Kind::Redirect, outside(build, &subject, redirect));
            }
            Target::Page(_) | Target::External => chains.check(build, at, &subject),
        }
    }
    unused_rules(build, &redirects);
    Ok(())
}

/// The paths among some that have no response. Those whose page may have failed, which is reported, are left out.
pub(crate) fn missing(
    build: &Build,
    listing: &Listing,
    paths: &mut dyn Iterator<Item = &RoutePath>,
) -> Result<NameSet> {
    let site = build.site;
    let failed = build.failures.routes();
    let paths = paths
        .filter(|path| !is_answered_on_request(site, path))
        .filter(|path| !may_have_failed(site, &failed, path))
        .map(RoutePath::as_str);
    let missing = without_page(site, listing, paths)?;
    if missing.is_empty() {
        return Ok(missing);
    }
    without_file(site, listing, missing)
}

/// The paths among some that no page has. Keys are compared, since there may be as many paths as pages.
fn without_page<'a>(
    site: &Site,
    listing: &Listing,
    paths: impl Iterator<Item = &'a str>,
) -> Result<NameSet> {
    let wanted = sorted(paths.map(|path| (key::of(path), path)).collect());
    if wanted.is_empty() {
        return Ok(NameSet::default());
    }
    let mut is_there = vec![false; wanted.len()];
    let mut at = 0;
    for entry in listing.entries()? {
        let entry = entry?;
        at += wanted[at..].iter().take_while(|(key, _)| **key < *entry.key).count();
        // The same path may be wanted several times.
        let same = wanted[at..].iter().take_while(|(key, _)| **key == *entry.key).count();
        if same > 0 && entry.kind.is_path() && !is_of_error_page(site, &entry) {
            is_there[at..at + same].fill(true);
        }
    }
    let mut missing = NameSet::default();
    for ((_, path), _) in wanted.iter().zip(is_there).filter(|(_, is_there)| !is_there) {
        missing.insert((*path).to_owned());
    }
    Ok(missing)
}

/// The paths among some at which no file answers, by the rule of kiln's server.
fn without_file(site: &Site, listing: &Listing, mut missing: NameSet) -> Result<NameSet> {
    let mut answering = Vec::new();
    for path in missing.iter() {
        for name in Lookup::of_kiln(site.config, path).names {
            answering.push((name, path.to_owned()));
        }
    }
    let answering = sorted(answering);
    for entry in listing.files()? {
        let entry = entry?;
        if is_of_error_page(site, &entry) {
            continue;
        }
        let name = entry.name();
        let first = answering.partition_point(|(answer, _)| *answer < name);
        for (_, path) in answering[first..].iter().take_while(|(answer, _)| *answer == name) {
            missing.remove(path);
        }
    }
    Ok(missing)
}

/// Returns true if and only if an entry is of an error page, which is not served as a page at its own path.
fn is_of_error_page(site: &Site, entry: &Entry<'_>) -> bool {
    let source = entry.owner.route_index().and_then(|index| site.source(index));
    source.is_some_and(|source| source.pattern().is_error_page())
}

/// Returns true if and only if a path may belong to a page of a route that has failed.
fn may_have_failed(site: &Site, failed: &[usize], path: &RoutePath) -> bool {
    let mut routes = failed.iter().filter_map(|index| site.routes().get(*index));
    routes.any(|route| matching::params(&route.pattern, path).is_some())
}

/// Returns true if and only if a path matches a page rendered on request, or a redirect from a pattern.
fn is_answered_on_request(site: &Site, path: &RoutePath) -> bool {
    let is_match = |pattern| matching::params(pattern, path).is_some();
    let mut routes = site.routes().iter().filter(|route| !route.is_prerendered());
    let mut rules = site.redirects.iter().filter(|rule| !site.is_listed(rule));
    routes.any(|route| is_match(&route.pattern)) || rules.any(|rule| is_match(&rule.source))
}

/// Reports rules of kiln.toml whose target pattern does not match any route.
fn unused_rules(build: &Build, redirects: &[Redirect]) {
    let routes = build.site.routes().len();
    for (index, rule) in &build.expanding {
        let owner = Owner::route(routes + index);
        let is_used = redirects.iter().any(|redirect| redirect.owner == owner);
        let has_no_target =
            || build.site.is_listed(rule) && build.site.sample_route(rule).is_none();
        if !is_used
            && has_no_target()
            && let Some(subject) = PageRef::of_source(build.site, routes + index)
        {
            let target = rule.target_pattern().map_or("", |target| target.text);
            build.failures.push(not_found(&subject, target));
        }
    }
}

fn subject(site: &Site, redirect: &Redirect) -> PageRef {
    let index = redirect.owner.route_index().unwrap_or_default();
    let place = PageRef::of_source(site, index);
    let place = place.unwrap_or_else(|| PageRef::of_route(&site.routes()[0], index));
    PageRef { path: RoutePath::of_segments(&redirect.path), ..place }
}

fn not_found(subject: &PageRef, to: &str) -> Diagnostic {
    Diagnostic::at(subject, format!("redirects to `{to}`, which does not exist"))
        .hint("redirect to a page of the site, a file of `public/`, or a URL with `https://`")
}

fn to_error_page(subject: &PageRef, to: &str) -> Diagnostic {
    let message = format!("redirects to `{to}`, which is an error page without a URL of its own");
    Diagnostic::at(subject, message)
        .hint("remove the redirect: a path without a page gets the error page anyway")
}

fn outside(build: &Build, subject: &PageRef, redirect: &Redirect) -> Diagnostic {
    let (to, base) = (&redirect.for_hosts.to, build.site.config.base);
    Diagnostic::at(subject, format!("redirects to `{to}`, which is not below the base `{base}`"))
        .hint(format!(
            "write `{base}{to}` for a page of this site, or `routes::…()`, which knows the base"
        ))
}

/// Redirects and their targets.
struct Chains<'a> {
    redirects: &'a [Redirect],
    targets: &'a [Target],
    /// The paths of the redirects with their indices, sorted.
    by_path: Vec<(&'a str, usize)>,
    /// For each redirect, the last one that was followed through it.
    seen: Vec<Option<usize>>,
}

impl<'a> Chains<'a> {
    fn new(redirects: &'a [Redirect], targets: &'a [Target]) -> Self {
        let by_path = redirects.iter().enumerate().map(|(at, redirect)| (&*redirect.path, at));
        let by_path = sorted(by_path.collect());
        Chains { redirects, targets, by_path, seen: vec![None; redirects.len()] }
    }

    /// The redirect at the target of a redirect, if there is one.
    fn next(&self, at: usize) -> Option<usize> {
        let Target::Page(path) = &self.targets[at] else { return None };
        let found = self.by_path.binary_search_by(|(known, _)| (*known).cmp(path.as_str()));
        found.ok().map(|found| self.by_path[found].1)
    }

    /// Follows a redirect to its final target.
    fn check(&mut self, build: &Build, first: usize, subject: &PageRef) {
        self.seen[first] = Some(first);
        let mut path = vec![first];
        while let Some(next) = path.last().and_then(|last| self.next(*last)) {
            path.push(next);
            if self.seen[next].replace(first) == Some(first) {
                // A loop is reported once, at its first path; redirects that lead into it are not reported.
                let cycle = &path[path.iter().position(|at| *at == next).unwrap_or_default()..];
                if cycle.iter().min() == Some(&first) {
                    let message = format!("redirects form a loop: {}", self.shown(cycle));
                    build.failures.push(
                        Diagnostic::at(subject, message)
                            .hint("change one of them to redirect to a page"),
                    );
                }
                return;
            }
        }
        if path.len() > 1 {
            let last = &self.redirects[path[path.len() - 1]].for_hosts.to;
            let message = format!("redirects through a chain: {} to `{last}`", self.shown(&path));
            let hint = format!("redirect to `{last}` directly: each step costs visitors a request");
            build.warnings.add(Kind::Redirect, Diagnostic::at(subject, message).hint(hint));
        }
    }

    fn shown(&self, path: &[usize]) -> String {
        let from = |at: &usize| format!("`{}`", self.redirects[*at].for_hosts.from);
        path.iter().map(from).collect::<Vec<_>>().join(" to ")
    }
}
