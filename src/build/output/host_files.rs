//! The files for the hosts of the site.

use anyhow::Result;

use super::headers::collector::OwnedHeaders;
use crate::build::manifest::{Entry, Listing, Owner};
use crate::build::redirects::list::Redirect;
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::hosts::deployment::{self, Deployment, Files, PageHeaders, SiteFile, Unsupported};
use crate::hosts::{self, reason};
use crate::routing::page_path::RoutePath;
use crate::routing::redirect_rule::RedirectRule;
use crate::routing::url;
use crate::site::Site;
use crate::text::sorted::sorted;

/// Generates the files for all hosts in kiln.toml, as names and contents. What exceeds the limits of a host fails the
/// build, and what no host supports is a warning.
pub(crate) fn of(build: &Build, listing: &Listing) -> Result<Vec<(String, String)>> {
    let site = build.site;
    let redirects = build.redirects.sorted();
    let sent = build.headers.sorted();
    let for_hosts: Vec<deployment::Redirect> =
        redirects.iter().map(|redirect| redirect.for_hosts.clone()).collect();
    let headers: Vec<PageHeaders> = sent.iter().map(|sent| sent.for_hosts.clone()).collect();
    let is_pattern = |rule: &&RedirectRule| !rule.source.is_static() && !site.is_listed(rule);
    let patterns: Vec<&RedirectRule> = site.redirects.iter().filter(is_pattern).collect();
    // A site without requested files needs no rule for them.
    let rules = match build.asset_files.names().is_empty() {
        true => site.headers,
        false => site.headers_with_assets,
    };
    let files = ListedFiles { build, listing, redirects: &redirects };
    let deployment = Deployment {
        config: site.config,
        hosts: site.hosts,
        rules,
        redirects: &for_hosts,
        patterns: &patterns,
        headers: &headers,
        files: &files,
    };
    let output = hosts::files(site.hosts, &deployment)?;
    let warning = Warning { build, deployment: &deployment, headers: &sent, redirects: &redirects };
    for mistake in output.mistakes {
        build.failures.push(Diagnostic::of(mistake.subject, mistake.message).hint(mistake.hint));
    }
    for unsupported in &output.unsupported {
        warning.add(unsupported);
    }
    warn_of_folders(build, listing)?;
    Ok(output.files)
}

/// Warns about 404 pages of folders, once for each route, if a host only has one such page for the whole site.
fn warn_of_folders(build: &Build, listing: &Listing) -> Result<()> {
    let hosts = hosts::with_one_not_found_page(build.site.hosts);
    if hosts.is_empty() {
        return Ok(());
    }
    let (mut pages, mut has_root): (Vec<Entry<'_>>, bool) = (Vec::new(), false);
    for entry in listing.files()? {
        let entry = entry?;
        let name = entry.name();
        if hosts::error_status(&name) != Some(404) {
            continue;
        }
        match name.rsplit_once('/') {
            Some(_) => {
                let route = entry.owner.route_index();
                if pages.iter().all(|page| page.owner.route_index() != route) {
                    pages.push(entry);
                }
            }
            None => has_root = true,
        }
    }
    let names = hosts::names(&hosts);
    for page in pages {
        build.warnings.add(Kind::Header, of_folder(build.site, &page, &names, has_root));
    }
    Ok(())
}

/// The warning about the 404 page of a folder, which some hosts never show.
fn of_folder(site: &Site, entry: &Entry<'_>, hosts: &str, has_root: bool) -> Diagnostic {
    let name = entry.name();
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let message =
        format!("is never shown by {hosts}: there, all folders use the `404.html` of the root");
    let index = entry.owner.route_index();
    let warning = match index.and_then(|index| PageRef::of_source(site, index)) {
        Some(place) => {
            let path = RoutePath::of_segments(&entry.path());
            Diagnostic::at(&PageRef { path, ..place }, message)
        }
        None => Diagnostic::of(name.clone(), message),
    };
    let hint = match has_root {
        true => format!(
            "paths below `/{folder}` get the 404 page of the root there: leave {hosts} out of `hosts` in kiln.toml if that \
             is not acceptable"
        ),
        false => format!(
            "write src/pages/404.rs for all folders, or leave {hosts} out of `hosts` in kiln.toml"
        ),
    };
    warning.hint(hint)
}

/// Warns about features that neither an HTML file nor a host of the site can express.
struct Warning<'a> {
    build: &'a Build,
    deployment: &'a Deployment<'a>,
    headers: &'a [OwnedHeaders],
    redirects: &'a [Redirect],
}

impl Warning<'_> {
    fn add(&self, unsupported: &Unsupported) {
        let warning = match unsupported {
            // Without the rule, files are only cached for a shorter time.
            Unsupported::RuleHeader { line: 0, .. } => None,
            Unsupported::Header { .. } | Unsupported::RuleHeader { .. } => self.header(unsupported),
            Unsupported::Redirect { from } => self.redirect(from, unsupported),
            Unsupported::Pattern { line } => Some(self.pattern(*line, unsupported)),
            Unsupported::NotFoundPage => {
                let names = hosts::names(self.deployment.hosts);
                let message = format!(
                    "is missing, so {names} shows its own page for paths that do not exist"
                );
                Some(Diagnostic::of("404.html", message).hint("write src/pages/404.rs"))
            }
        };
        if let Some(warning) = warning {
            self.build.warnings.add(Kind::Header, warning);
        }
    }

    fn header(&self, unsupported: &Unsupported) -> Option<Diagnostic> {
        let names = hosts::names(self.deployment.hosts);
        let hint = "remove it, or add a host that supports it to `hosts` in kiln.toml";
        let warning = match unsupported {
            Unsupported::Header { path, name } => {
                let message = format!("sets the header `{name}`, which {names} cannot express");
                let sent = self.headers.iter().find(|sent| sent.for_hosts.path == *path)?;
                self.of_page(sent.owner, path.trim_matches('/'), message)?
            }
            Unsupported::RuleHeader { line, name } => Diagnostic::of(
                format!("kiln.toml:{line}"),
                format!("sets the header `{name}`, which {names} cannot express"),
            ),
            Unsupported::Redirect { .. }
            | Unsupported::Pattern { .. }
            | Unsupported::NotFoundPage => return None,
        };
        Some(warning.hint(hint))
    }

    fn redirect(&self, from: &str, unsupported: &Unsupported) -> Option<Diagnostic> {
        let at =
            self.redirects.binary_search_by(|redirect| redirect.for_hosts.from.as_str().cmp(from));
        let redirect = &self.redirects[at.ok()?];
        let message = format!(
            "redirects to `{}`, which has no effect: its path is not that of an HTML file, and {}",
            redirect.for_hosts.to,
            self.reasons(unsupported)
        );
        Some(self.of_page(redirect.owner, &redirect.path, message)?.hint(self.hint()))
    }

    fn pattern(&self, line: u32, unsupported: &Unsupported) -> Diagnostic {
        let mut rules = self.deployment.patterns.iter();
        let rule = rules.find(|rule| rule.line == line);
        let message = format!(
            "redirects from `{}`, which has no effect: kiln cannot list its paths to write HTML files, and {}",
            rule.map_or("", |rule| rule.source.text),
            self.reasons(unsupported)
        );
        Diagnostic::of(format!("kiln.toml:{line}"), message).hint(self.hint())
    }

    fn reasons(&self, unsupported: &Unsupported) -> String {
        reason::reasons(self.deployment.hosts, self.deployment, unsupported)
    }

    fn hint(&self) -> &'static str {
        match self.deployment.hosts {
            [] => {
                "name the host of the site, for example hosts = [\"nginx\"] in kiln.toml; `serve` and `preview` redirect it in any case"
            }
            _ => {
                "add a host that supports it to `hosts` in kiln.toml: `nginx` and `caddy` support every redirect"
            }
        }
    }

    fn of_page(&self, owner: Owner, path: &str, message: String) -> Option<Diagnostic> {
        let index = owner.route_index().unwrap_or_default();
        let place = PageRef::of_source(self.build.site, index)?;
        let path = RoutePath::of_segments(path);
        Some(Diagnostic::at(&PageRef { path, ..place }, message))
    }
}

/// The files of a build, read from its listing.
#[derive(Debug)]
struct ListedFiles<'a> {
    build: &'a Build,
    listing: &'a Listing,
    /// Sorted by path.
    redirects: &'a [Redirect],
}

impl Files for ListedFiles<'_> {
    fn for_each(&self, visit: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()> {
        let files = self.redirects.iter().filter_map(|it| it.for_hosts.file.as_deref());
        let stand_for_redirects = sorted(files.collect());
        for entry in self.listing.files()? {
            let entry = entry?;
            let name = entry.name();
            let is_own = entry.owner == Owner::KILN || entry.kind.is_variant();
            if is_own || stand_for_redirects.binary_search(&&*name).is_ok() {
                continue;
            }
            visit(SiteFile { name, path: url_of(self.build.site, &entry) })?;
        }
        Ok(())
    }
}

/// The canonical URL path of a file.
pub(crate) fn url_of(site: &Site, entry: &Entry<'_>) -> String {
    let source = entry.owner.route_index().and_then(|index| site.source(index));
    let page = source.and_then(|source| Some((source, RoutePath::of_segments(&entry.path())?)));
    match page {
        Some((source, path)) => path.url(source.pattern(), site.config),
        None => {
            let mut path = format!("{}/", site.config.base);
            url::push_encoded(&mut path, &entry.name());
            path
        }
    }
}
