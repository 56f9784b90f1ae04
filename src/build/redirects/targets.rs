//! Whether redirects lead to something: a page, a file of `public/`, or another redirect that does.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::list::Redirect;
use super::location::{self, Place};
use crate::build::manifest::{Listing, Owner};
use crate::build::report::failure::{Failure, Place as Subject};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::hosts::lookup::Lookup;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// Reports the redirects that lead nowhere or in a circle, and warns of those that take a detour.
///
/// The list of all that was made is read once, and only where there is a redirect to look for.
pub(crate) fn check(build: &Build, listing: &Listing) -> Result<()> {
    let redirects = build.redirects.sorted();
    let targets: Vec<Place> =
        redirects.iter().map(|redirect| location::place(build.site, &redirect.told.to)).collect();
    let here = targets.iter().filter_map(|target| match target {
        Place::Here(path) => Some(path.as_str()),
        _ => None,
    });
    let mut missing = missing(build.site, listing, here.collect())?;
    // The page may be one that has failed, which is told already.
    let failed = build.failures.routes();
    missing.retain(|path| !may_have_failed(build.site, &failed, path));
    let by_path: BTreeMap<&str, usize> =
        redirects.iter().enumerate().map(|(at, redirect)| (&*redirect.path, at)).collect();
    let chains = Chains { redirects: &redirects, targets: &targets, by_path };
    for (at, redirect) in redirects.iter().enumerate() {
        let subject = subject(build.site, redirect);
        match &targets[at] {
            Place::Nowhere => build.failures.push(nowhere(&subject, &redirect.told.to)),
            Place::Here(path) if missing.contains(path.as_str()) => {
                let route = build.site.matches(path).next();
                build.failures.push(
                    match route.is_some_and(|(route, _)| route.pattern.is_error_page()) {
                        true => to_error_page(&subject, &redirect.told.to),
                        false => nowhere(&subject, &redirect.told.to),
                    },
                );
            }
            Place::Outside => {
                build.warnings.add(Kind::Redirect, outside(build, &subject, redirect));
            }
            Place::Here(_) | Place::Elsewhere => chains.check(build, at, &subject),
        }
    }
    idle_rules(build, &redirects);
    Ok(())
}

/// The paths of some that nothing answers.
fn missing<'a>(
    site: &Site,
    listing: &Listing,
    paths: BTreeSet<&'a str>,
) -> Result<BTreeSet<&'a str>> {
    let answered = |path: &&str| {
        let path = RoutePath::of_segments(path);
        path.is_some_and(|path| is_answered_on_request(site, &path))
    };
    let mut missing: BTreeSet<&str> = paths.into_iter().filter(|path| !answered(path)).collect();
    if missing.is_empty() {
        return Ok(missing);
    }
    // The files that answer each path, by the rule of kiln's server.
    let mut answering: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for path in &missing {
        for name in Lookup::of_kiln(site.config, path).names {
            answering.entry(name).or_default().push(path);
        }
    }
    for entry in listing.entries()? {
        let entry = entry?;
        // At its own path, the page of an error is what every path is that nothing answers.
        let source = entry.owner.route_index().and_then(|index| site.source(index));
        if source.is_some_and(|source| source.pattern().is_error_page()) {
            continue;
        }
        let name = entry.name();
        if entry.claim.is_path() {
            missing.remove(&*name);
        }
        if entry.claim.is_file() {
            for path in answering.get(&name).into_iter().flatten() {
                missing.remove(path);
            }
        }
    }
    Ok(missing)
}

/// Whether a path may be that of a page of a route that has failed.
fn may_have_failed(site: &Site, failed: &BTreeSet<usize>, path: &str) -> bool {
    let Some(path) = RoutePath::of_segments(path) else { return false };
    let mut routes = failed.iter().filter_map(|index| site.routes().get(*index));
    routes.any(|route| matching::params(&route.pattern, &path).is_some())
}

/// Whether a page rendered on request answers a path, or a redirect whose paths nobody lists.
fn is_answered_on_request(site: &Site, path: &RoutePath) -> bool {
    let mut routes = site.matches(path).map(|(route, _)| route);
    let rules = site.redirects.iter().filter(|rule| !site.is_listed(rule));
    routes.any(|route| !route.is_prerendered())
        || rules.into_iter().any(|rule| matching::params(&rule.source, path).is_some())
}

/// Rules of kiln.toml that lead to a pattern which no route has.
fn idle_rules(build: &Build, redirects: &[Redirect]) {
    let routes = build.site.routes().len();
    for (index, rule) in &build.expanding {
        let owner = Owner::route(routes + index);
        let is_used = redirects.iter().any(|redirect| redirect.owner == owner);
        let leads_nowhere =
            || build.site.is_listed(rule) && build.site.sample_route(rule).is_none();
        if !is_used
            && leads_nowhere()
            && let Some(subject) = Subject::of_source(build.site, routes + index)
        {
            let target = rule.target_pattern().map_or("", |target| target.text);
            build.failures.push(nowhere(&subject, target));
        }
    }
}

fn subject(site: &Site, redirect: &Redirect) -> Subject {
    let index = redirect.owner.route_index().unwrap_or_default();
    let place = Subject::of_source(site, index);
    let place = place.unwrap_or_else(|| Subject::of_route(&site.routes()[0], index));
    Subject { path: RoutePath::of_segments(&redirect.path), ..place }
}

fn nowhere(subject: &Subject, to: &str) -> Failure {
    Failure::at(subject, format!("redirects to `{to}`, and nothing is there")).hint(
        "lead it to a page of the site, to a file of `public/`, or to an address of `https://`",
    )
}

fn to_error_page(subject: &Subject, to: &str) -> Failure {
    let message =
        format!("redirects to `{to}`, which is an error page and has no address of its own");
    Failure::at(subject, message)
        .hint("leave the redirect out: a path that nothing answers gets the error page at once")
}

fn outside(build: &Build, subject: &Subject, redirect: &Redirect) -> Failure {
    let (to, base) = (&redirect.told.to, build.site.config.base);
    Failure::at(subject, format!("redirects to `{to}`, which is not below the base `{base}`")).hint(
        format!(
            "write `{base}{to}` for a page of this site, or `routes::…()`, which knows the base"
        ),
    )
}

/// Redirects, and where each leads.
struct Chains<'a> {
    redirects: &'a [Redirect],
    targets: &'a [Place],
    by_path: BTreeMap<&'a str, usize>,
}

impl Chains<'_> {
    /// The redirect that a redirect leads to, where it leads to one.
    fn next(&self, at: usize) -> Option<usize> {
        let Place::Here(path) = &self.targets[at] else { return None };
        self.by_path.get(path.as_str()).copied()
    }

    /// Follows a redirect to its end.
    fn check(&self, build: &Build, first: usize, subject: &Subject) {
        let mut seen = BTreeSet::from([first]);
        let mut path = vec![first];
        while let Some(next) = path.last().and_then(|last| self.next(*last)) {
            path.push(next);
            if !seen.insert(next) {
                // A circle is told once, by the first of its paths; whoever leads into it has another failure to mend.
                let circle = &path[path.iter().position(|at| *at == next).unwrap_or_default()..];
                if circle.iter().min() == Some(&first) {
                    let message = format!("redirects go round in a circle: {}", self.shown(circle));
                    build
                        .failures
                        .push(Failure::at(subject, message).hint("let one of them lead to a page"));
                }
                return;
            }
        }
        if path.len() > 1 {
            let last = &self.redirects[path[path.len() - 1]].told.to;
            let message = format!("takes a detour: {} to `{last}`", self.shown(&path));
            let hint = format!("lead it to `{last}` at once: each step costs a visitor a request");
            build.warnings.add(Kind::Redirect, Failure::at(subject, message).hint(hint));
        }
    }

    fn shown(&self, path: &[usize]) -> String {
        let from = |at: &usize| format!("`{}`", self.redirects[*at].told.from);
        path.iter().map(from).collect::<Vec<_>>().join(" to ")
    }
}
