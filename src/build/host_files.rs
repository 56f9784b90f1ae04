//! The files that the hosts of the site read.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Build;
use super::failure::{Failure, Place};
use super::manifest::{Listing, Owner};
use super::redirect::Redirect;
use super::sent::Sent;
use super::warning::Kind;
use crate::hosts;
use crate::hosts::deployment::{self, Deployment, Files, Lost, PageHeaders, SiteFile};
use crate::path::{self, RoutePath};
use crate::redirect_rule::RedirectRule;

/// The files of all hosts in kiln.toml, names and contents; what a host does not take fails the build, and what no host
/// takes is a warning.
pub(super) fn of(build: &Build, listing: &Listing) -> Result<Vec<(String, String)>> {
    let config = build.site.config;
    if config.hosts.is_empty() {
        return Ok(vec![]);
    }
    let redirects = build.redirects.sorted();
    let sent = build.sent.sorted();
    let told: Vec<deployment::Redirect> =
        redirects.iter().map(|redirect| redirect.told.clone()).collect();
    let headers: Vec<PageHeaders> = sent.iter().map(|sent| sent.told.clone()).collect();
    let is_pattern = |rule: &&RedirectRule| !rule.is_static() && !rule.is_listed(build.site);
    let patterns: Vec<&RedirectRule> = config.redirects.iter().filter(is_pattern).collect();
    let files = ListedFiles { build, listing, redirects: &redirects };
    let deployment = Deployment {
        config,
        redirects: &told,
        patterns: &patterns,
        headers: &headers,
        files: &files,
    };
    let told = hosts::files(config.hosts, &deployment)?;
    for mistake in told.mistakes {
        build.failures.push(Failure::of(mistake.subject, mistake.message).hint(mistake.hint));
    }
    for lost in &told.lost {
        warn(build, lost, &sent, &redirects);
    }
    warn_of_folders(build, listing)?;
    Ok(told.files)
}

/// Warns of 404 pages of folders, once for each route, where a host has one such page for the whole site.
fn warn_of_folders(build: &Build, listing: &Listing) -> Result<()> {
    let hosts = hosts::with_one_not_found_page(build.site.config.hosts);
    if hosts.is_empty() {
        return Ok(());
    }
    let mut seen = BTreeSet::new();
    for entry in listing.files()? {
        let entry = entry?;
        let name = entry.name();
        let Some((folder, _)) = name.rsplit_once('/') else { continue };
        if hosts::error_status(&name).is_none() || !seen.insert(entry.owner.route_index()) {
            continue;
        }
        let names = hosts::names(&hosts);
        let message = format!(
            "is never shown by {names}, where the `404.html` of the root stands for all folders"
        );
        let index = entry.owner.route_index();
        let route = index.and_then(|index| Some((index, build.site.source(index)?)));
        let warning = match route {
            Some((index, route)) => {
                let path = RoutePath::of_segments(&entry.path());
                Failure::at(&Place { path, ..Place::of_route(route, index) }, message)
            }
            None => Failure::of(name.clone(), message),
        };
        let hint = format!(
            "paths below `/{folder}` get the 404 page of the root there: write src/pages/404.rs for all of them, or leave \
             {names} out of `hosts` in kiln.toml"
        );
        build.warnings.add(Kind::Header, warning.hint(hint));
    }
    Ok(())
}

/// Warns of what no host of the site can be told.
fn warn(build: &Build, lost: &Lost, sent: &[Sent], redirects: &[Redirect]) {
    let names = hosts::names(build.site.config.hosts);
    let of_page = |owner: Owner, path: &str, message: String| {
        let index = owner.route_index().unwrap_or_default();
        let route = build.site.source(index)?;
        let path = RoutePath::of_segments(path);
        Some(Failure::at(&Place { path, ..Place::of_route(route, index) }, message))
    };
    let of_line = |line: &u32, message: String| {
        let place = format!("kiln.toml:{line}");
        Some(Failure::of(place, message))
    };
    let warning = match lost {
        Lost::Header { path, name } => {
            let sent = sent.iter().find(|sent| sent.told.path == *path);
            let message = format!("sends a header `{name}`, which {names} cannot be told of");
            sent.and_then(|sent| of_page(sent.owner, path.trim_matches('/'), message))
        }
        Lost::RuleHeader { line, name } => {
            of_line(line, format!("sets a header `{name}`, which {names} cannot be told of"))
        }
        Lost::Redirect { from } => {
            let redirect = redirects.iter().find(|redirect| redirect.told.from == *from);
            let message =
                format!("redirects a path that is no page, which {names} cannot be told of");
            redirect.and_then(|redirect| of_page(redirect.owner, &redirect.path, message))
        }
        Lost::NotFoundPage => {
            let message = format!(
                "is missing, and {names} shows a page of its own where nothing is at a path"
            );
            let warning = Failure::of("404.html", message);
            return build.warnings.add(Kind::Header, warning.hint("write src/pages/404.rs"));
        }
        Lost::Pattern { line } => of_line(
            line,
            format!("redirects from paths that nobody lists, which {names} cannot be told of"),
        ),
    };
    if let Some(warning) = warning {
        let hint = "leave it out, or add a host to `hosts` in kiln.toml that can";
        build.warnings.add(Kind::Header, warning.hint(hint));
    }
}

/// The files of a build, read from its list.
#[derive(Debug)]
struct ListedFiles<'a> {
    build: &'a Build,
    listing: &'a Listing,
    /// Sorted.
    redirects: &'a [Redirect],
}

impl Files for ListedFiles<'_> {
    fn each(&self, see: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()> {
        let stands_for_redirect: std::collections::BTreeSet<&str> =
            self.redirects.iter().filter_map(|redirect| redirect.told.file.as_deref()).collect();
        for entry in self.listing.files()? {
            let entry = entry?;
            let name = entry.name();
            let is_own = entry.owner == Owner::KILN || entry.claim.is_variant();
            if is_own || stands_for_redirect.contains(&*name) {
                continue;
            }
            let index = entry.owner.route_index();
            let route = index.and_then(|index| self.build.site.source(index));
            let page =
                route.and_then(|route| Some((route, RoutePath::of_segments(&entry.path())?)));
            let path = match page {
                Some((route, path)) => path.url(route),
                None => {
                    let mut path = format!("{}/", self.build.site.config.base);
                    path::push_encoded(&mut path, &name);
                    path
                }
            };
            see(SiteFile { name, path })?;
        }
        Ok(())
    }
}
