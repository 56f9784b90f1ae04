//! The files that the hosts of the site read.

use std::collections::BTreeSet;

use anyhow::Result;

use super::headers::sent::Sent;
use crate::build::manifest::{Entry, Listing, Owner};
use crate::build::redirects::list::Redirect;
use crate::build::report::failure::{Failure, Place};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::hosts::deployment::{self, Deployment, Files, Lost, PageHeaders, SiteFile};
use crate::hosts::{self, reason};
use crate::routing::page_path::RoutePath;
use crate::routing::redirect_rule::RedirectRule;
use crate::routing::url;
use crate::site::Site;

/// The files of all hosts in kiln.toml, names and contents; what a host does not take fails the build, and what no host
/// takes is a warning.
pub(crate) fn of(build: &Build, listing: &Listing) -> Result<Vec<(String, String)>> {
    let site = build.site;
    let redirects = build.redirects.sorted();
    let sent = build.sent.sorted();
    let told: Vec<deployment::Redirect> =
        redirects.iter().map(|redirect| redirect.told.clone()).collect();
    let headers: Vec<PageHeaders> = sent.iter().map(|sent| sent.told.clone()).collect();
    let is_pattern = |rule: &&RedirectRule| !rule.source.is_static() && !site.is_listed(rule);
    let patterns: Vec<&RedirectRule> = site.redirects.iter().filter(is_pattern).collect();
    let files = ListedFiles { build, listing, redirects: &redirects };
    let deployment = Deployment {
        config: site.config,
        hosts: site.hosts,
        rules: site.headers,
        redirects: &told,
        patterns: &patterns,
        headers: &headers,
        files: &files,
    };
    let told = hosts::files(site.hosts, &deployment)?;
    let warning = Warning { build, deployment: &deployment, sent: &sent, redirects: &redirects };
    for mistake in told.mistakes {
        build.failures.push(Failure::of(mistake.subject, mistake.message).hint(mistake.hint));
    }
    for lost in &told.lost {
        warning.add(lost);
    }
    warn_of_folders(build, listing)?;
    Ok(told.files)
}

/// Warns of 404 pages of folders, once for each route, where a host has one such page for the whole site.
fn warn_of_folders(build: &Build, listing: &Listing) -> Result<()> {
    let hosts = hosts::with_one_not_found_page(build.site.hosts);
    if hosts.is_empty() {
        return Ok(());
    }
    let (mut seen, mut pages, mut has_root) = (BTreeSet::new(), Vec::new(), false);
    for entry in listing.files()? {
        let entry = entry?;
        let name = entry.name();
        if hosts::error_status(&name) != Some(404) {
            continue;
        }
        match name.rsplit_once('/') {
            Some(_) if seen.insert(entry.owner.route_index()) => pages.push(entry),
            Some(_) => {}
            None => has_root = true,
        }
    }
    let names = hosts::names(&hosts);
    for page in pages {
        build.warnings.add(Kind::Header, of_folder(build.site, &page, &names, has_root));
    }
    Ok(())
}

/// The warning of the 404 page of a folder, which some hosts never show.
fn of_folder(site: &Site, entry: &Entry, hosts: &str, has_root: bool) -> Failure {
    let name = entry.name();
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let message = format!(
        "is never shown by {hosts}, where the `404.html` of the root stands for all folders"
    );
    let index = entry.owner.route_index();
    let warning = match index.and_then(|index| Place::of_source(site, index)) {
        Some(place) => {
            let path = RoutePath::of_segments(&entry.path());
            Failure::at(&Place { path, ..place }, message)
        }
        None => Failure::of(name.clone(), message),
    };
    let hint = match has_root {
        true => format!(
            "paths below `/{folder}` get the 404 page of the root there: leave {hosts} out of `hosts` in kiln.toml if that \
             does not do"
        ),
        false => format!(
            "write src/pages/404.rs for all folders, or leave {hosts} out of `hosts` in kiln.toml"
        ),
    };
    warning.hint(hint)
}

/// Warns of what neither a file nor a host of the site can express.
struct Warning<'a> {
    build: &'a Build,
    deployment: &'a Deployment<'a>,
    sent: &'a [Sent],
    redirects: &'a [Redirect],
}

impl Warning<'_> {
    fn add(&self, lost: &Lost) {
        let warning = match lost {
            Lost::Header { .. } | Lost::RuleHeader { .. } => self.header(lost),
            Lost::Redirect { from } => self.redirect(from, lost),
            Lost::Pattern { line } => Some(self.pattern(*line, lost)),
            Lost::NotFoundPage => {
                let names = hosts::names(self.deployment.hosts);
                let message = format!(
                    "is missing, and {names} shows a page of its own where nothing is at a path"
                );
                Some(Failure::of("404.html", message).hint("write src/pages/404.rs"))
            }
        };
        if let Some(warning) = warning {
            self.build.warnings.add(Kind::Header, warning);
        }
    }

    fn header(&self, lost: &Lost) -> Option<Failure> {
        let names = hosts::names(self.deployment.hosts);
        let hint = "leave it out, or add a host to `hosts` in kiln.toml that can";
        let warning = match lost {
            Lost::Header { path, name } => {
                let message = format!("sends a header `{name}`, which {names} cannot be told of");
                let sent = self.sent.iter().find(|sent| sent.told.path == *path)?;
                self.of_page(sent.owner, path.trim_matches('/'), message)?
            }
            Lost::RuleHeader { line, name } => Failure::of(
                format!("kiln.toml:{line}"),
                format!("sets a header `{name}`, which {names} cannot be told of"),
            ),
            Lost::Redirect { .. } | Lost::Pattern { .. } | Lost::NotFoundPage => return None,
        };
        Some(warning.hint(hint))
    }

    fn redirect(&self, from: &str, lost: &Lost) -> Option<Failure> {
        let at = self.redirects.binary_search_by(|redirect| redirect.told.from.as_str().cmp(from));
        let redirect = &self.redirects[at.ok()?];
        let message = format!(
            "redirects to `{}`, which visitors never see: its path is not that of an HTML file, and {}",
            redirect.told.to,
            self.reasons(lost)
        );
        Some(self.of_page(redirect.owner, &redirect.path, message)?.hint(self.hint()))
    }

    fn pattern(&self, line: u32, lost: &Lost) -> Failure {
        let mut rules = self.deployment.patterns.iter();
        let rule = rules.find(|rule| rule.line == line);
        let message = format!(
            "redirects from `{}`, which visitors never see: kiln cannot list its paths to write HTML files, and {}",
            rule.map_or("", |rule| rule.source.text),
            self.reasons(lost)
        );
        Failure::of(format!("kiln.toml:{line}"), message).hint(self.hint())
    }

    fn reasons(&self, lost: &Lost) -> String {
        reason::reasons(self.deployment.hosts, self.deployment, lost)
    }

    fn hint(&self) -> &'static str {
        match self.deployment.hosts {
            [] => {
                "name the host of the site, for example hosts = [\"nginx\"] in kiln.toml; `serve` and `preview` redirect it in any case"
            }
            _ => {
                "add a host that can to `hosts` in kiln.toml: `nginx` and `caddy` take every redirect"
            }
        }
    }

    fn of_page(&self, owner: Owner, path: &str, message: String) -> Option<Failure> {
        let index = owner.route_index().unwrap_or_default();
        let place = Place::of_source(self.build.site, index)?;
        let path = RoutePath::of_segments(path);
        Some(Failure::at(&Place { path, ..place }, message))
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
            let site = self.build.site;
            let source = index.and_then(|index| site.source(index));
            let page =
                source.and_then(|source| Some((source, RoutePath::of_segments(&entry.path())?)));
            let path = match page {
                Some((source, path)) => path.url(source.pattern(), site.config),
                None => {
                    let mut path = format!("{}/", site.config.base);
                    url::push_encoded(&mut path, &name);
                    path
                }
            };
            see(SiteFile { name, path })?;
        }
        Ok(())
    }
}
