//! Compares the links of all pages with what the site has, once all pages are rendered.

use anyhow::{Context, Result};

use super::Check;
use super::finding::{self, Kind, Nearest};
use super::page::{paths_of_file, similar_fragment};
use super::record::{self, Definition, Record, Reference, Slash};
use crate::build::manifest::{Entry, Listing, Owner};
use crate::build::report::diagnostic::PageRef;
use crate::build::state::Build;
use crate::config::TrailingSlash;
use crate::routing::page_path::RoutePath;
use crate::routing::url::push_encoded;
use crate::site::Site;
use crate::site::public_files;
use crate::site::table::Candidate;

/// Finds the links that lead nowhere or are redirected.
///
/// # Errors
///
/// Fails if a list cannot be read or written.
pub(super) fn resolve(build: &Build, check: &Check, listing: &Listing) -> Result<()> {
    define_all(build, check, listing)?;
    let mut known = Known::default();
    check.references.for_each(|line, pages| {
        let (path, record) = record::parse(line).context("a list of links was changed")?;
        if known.path != path {
            known = Known { path: path.to_owned(), ..Known::default() };
        }
        match record {
            Record::Definition(definition) => {
                known.definition.get_or_insert(definition);
            }
            Record::Id(id) => known.ids.push(id.to_owned()),
            Record::Reference(link) => {
                for (kind, nearest) in known.problems(build.site, link) {
                    check.findings.add_group(&finding::text(kind, link.link, &nearest), pages)?;
                }
            }
        }
        Ok(())
    })
}

/// Adds a definition for each path of the site.
fn define_all(build: &Build, check: &Check, listing: &Listing) -> Result<()> {
    for redirect in build.redirects.sorted().iter() {
        let definition = Definition::Redirect(redirect.for_hosts.to.clone());
        check.define(&redirect.path, &definition, std::iter::empty())?;
    }
    for entry in listing.entries()? {
        define(build.site, check, &entry?)?;
    }
    Ok(())
}

fn define(site: &Site, check: &Check, entry: &Entry<'_>) -> Result<()> {
    if is_hidden(site, entry) {
        return Ok(());
    }
    let name = entry.name();
    let add = |path: &str, definition| check.define(path, &definition, std::iter::empty());
    if entry.kind.is_path()
        && let Some(url) = url_of_page(site, entry.owner, &name)
    {
        return add(&name, Definition::Other(Slash::of_url(site.config, &url)));
    }
    if entry.kind.is_file() {
        add(&name, Definition::File)?;
        if entry.owner == Owner::PUBLIC {
            paths_of_file(site.config, &name)
                .try_for_each(|path| add(path, Definition::Other(Slash::Any)))?;
        }
    }
    Ok(())
}

/// Returns true if and only if no link can lead to an entry: it is an error page, or a compressed variant.
pub(super) fn is_hidden(site: &Site, entry: &Entry<'_>) -> bool {
    let source = entry.owner.route_index().and_then(|index| site.source(index));
    entry.kind.is_variant() || source.is_some_and(|source| source.pattern().is_error_page())
}

/// The canonical URL of a page; `None` if it is a file and not a page.
pub(super) fn url_of_page(site: &Site, owner: Owner, path: &str) -> Option<String> {
    let place = PageRef::of_source(site, owner.route_index()?)?;
    Some(place.naming.url(&RoutePath::of_segments(path)?))
}

/// The URL of a file with exactly this name.
pub(super) fn url_of_file(site: &Site, name: &str) -> String {
    let mut url = format!("{}/", site.config.base);
    push_encoded(&mut url, name);
    url
}

/// What the lines so far say of a path.
#[derive(Debug, Default)]
struct Known {
    path: String,
    definition: Option<Definition>,
    /// Sorted.
    ids: Vec<String>,
}

/// What answers at a path.
enum Answer {
    Nothing,
    Found,
    RedirectTo(String),
    /// A file, after whose name the link has a slash.
    SlashAfterFile,
}

impl Known {
    fn problems(&self, site: &Site, link: Reference<'_>) -> Vec<(Kind, Nearest)> {
        let mut problems: Vec<(Kind, Nearest)> = self.missing_fragment(link).into_iter().collect();
        if link.is_of_file {
            return problems;
        }
        let answer = self.answer(site, link.has_slash);
        problems.extend(match answer {
            Answer::Nothing if !link.is_below_base => Some((Kind::Base, Nearest::None)),
            // The author has forgotten the base.
            _ if !link.is_below_base => Some((Kind::Link, Nearest::Known(self.url(site)))),
            Answer::Nothing => Some((Kind::Link, Nearest::SimilarTo(self.path.clone()))),
            Answer::Found => None,
            Answer::RedirectTo(to) => Some((Kind::Redirect, Nearest::Known(to))),
            Answer::SlashAfterFile => {
                let kind = match site.config.trailing_slash {
                    // Hosts of static files do not find it.
                    TrailingSlash::Ignore => Kind::Link,
                    _ => Kind::Redirect,
                };
                Some((kind, Nearest::Known(url_of_file(site, &self.path))))
            }
        });
        problems
    }

    fn missing_fragment(&self, link: Reference<'_>) -> Option<(Kind, Nearest)> {
        let is_known = match self.definition {
            Some(Definition::Page(_)) => true,
            Some(Definition::PublicPage) => !link.is_of_file,
            _ => false,
        };
        let has_it = || self.ids.binary_search_by(|id| id.as_str().cmp(link.fragment)).is_ok();
        if link.fragment.is_empty() || !link.is_below_base || !is_known || has_it() {
            return None;
        }
        let ids = self.ids.iter().map(String::as_str);
        Some((Kind::Fragment, similar_fragment(link.link, link.fragment, ids)))
    }

    fn answer(&self, site: &Site, has_slash: bool) -> Answer {
        match &self.definition {
            Some(Definition::Page(slash) | Definition::Other(slash)) => {
                let is_other_form = match slash {
                    Slash::Any => false,
                    Slash::With => !has_slash,
                    Slash::Without => has_slash,
                };
                if is_other_form { Answer::RedirectTo(self.url(site)) } else { Answer::Found }
            }
            Some(Definition::Redirect(to)) => Answer::RedirectTo(to.clone()),
            Some(Definition::File) if has_slash && !self.path.is_empty() => Answer::SlashAfterFile,
            Some(Definition::PublicPage | Definition::File) => Answer::Found,
            None => self.answer_on_request(site, has_slash),
        }
    }

    /// What a server answers: a page that is rendered on request, or a redirect from a pattern.
    fn answer_on_request(&self, site: &Site, has_slash: bool) -> Answer {
        let Some(path) = RoutePath::of_segments(&self.path) else { return Answer::Nothing };
        for candidate in site.candidates(&path) {
            match candidate {
                Candidate::Route(route, _)
                    if route.is_prerendered() || route.pattern.is_error_page() => {}
                Candidate::Route(route, _) => {
                    let url = path.url(&route.pattern, site.config);
                    let is_other_form = site.config.trailing_slash != TrailingSlash::Ignore
                        && has_slash != url.ends_with('/');
                    return if is_other_form { Answer::RedirectTo(url) } else { Answer::Found };
                }
                Candidate::Redirect(rule, _) if site.is_listed(rule) => {}
                Candidate::Redirect(rule, params) => {
                    let to =
                        site.location(rule, &params, |path| public_files::has_file(site, path));
                    return to.map_or(Answer::Nothing, Answer::RedirectTo);
                }
            }
        }
        Answer::Nothing
    }

    /// The canonical URL.
    fn url(&self, site: &Site) -> String {
        let slash = match &self.definition {
            Some(Definition::Page(Slash::With) | Definition::Other(Slash::With)) => "/",
            _ => "",
        };
        let url = url_of_file(site, &self.path);
        match url.trim_end_matches('/') {
            "" => url,
            url => format!("{url}{slash}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::support::{self, CONFIG};

    /// The problems of a link to `x`, as the kind and the link that is meant.
    fn problems(
        config: Config,
        definition: Option<Definition>,
        link: Reference<'_>,
    ) -> Vec<String> {
        let known =
            Known { path: "x".to_owned(), definition, ids: vec!["a".to_owned(), "b".to_owned()] };
        let problems = known.problems(&support::site(&["/"], config), link);
        let shown = |(kind, nearest): (Kind, Nearest)| match nearest {
            Nearest::None => format!("{kind:?}"),
            Nearest::Known(link) => format!("{kind:?} {link}"),
            Nearest::SimilarTo(path) => format!("{kind:?} like {path}"),
        };
        problems.into_iter().map(shown).collect()
    }

    const LINK: Reference<'_> = Reference {
        link: "/x",
        fragment: "",
        has_slash: false,
        is_below_base: true,
        is_of_file: false,
    };

    #[test]
    fn the_other_form_of_a_path_is_redirected() {
        use TrailingSlash::{Always, Ignore, Never};
        let page = |url: &str, config: &Config| Definition::Page(Slash::of_url(config, url));
        for (trailing_slash, url, has_slash, expected) in [
            (Ignore, "/x", false, ""),
            (Ignore, "/x", true, ""),
            (Always, "/x/", true, ""),
            (Always, "/x/", false, "Redirect /x/"),
            (Always, "/x", false, ""),
            (Always, "/x", true, "Redirect /x"),
            (Never, "/x", false, ""),
            (Never, "/x", true, "Redirect /x"),
        ] {
            let config = Config { trailing_slash, ..CONFIG };
            let definition = page(url, &config);
            let found = problems(config, Some(definition), Reference { has_slash, ..LINK });
            assert_eq!(found.join(", "), expected, "{trailing_slash:?} {url} {has_slash}");
        }
    }

    #[test]
    fn what_answers_decides() {
        let page = || Some(Definition::Page(Slash::Any));
        let redirect = || Some(Definition::Redirect("/y".to_owned()));
        let slash = Reference { has_slash: true, ..LINK };
        let fragment = |fragment| Reference { link: "/x#c", fragment, ..LINK };
        let of_file = Reference { is_of_file: true, ..fragment("c") };
        let outside = Reference { is_below_base: false, ..LINK };
        for (definition, link, expected) in [
            (None, LINK, "Link like x"),
            (None, fragment("c"), "Link like x"),
            (redirect(), LINK, "Redirect /y"),
            (redirect(), fragment("c"), "Redirect /y"),
            (page(), fragment("a"), ""),
            (page(), fragment("c"), "Fragment /x#a"),
            (page(), of_file, "Fragment /x#a"),
            (Some(Definition::PublicPage), fragment("c"), "Fragment /x#a"),
            (Some(Definition::PublicPage), of_file, ""),
            (Some(Definition::Other(Slash::Any)), fragment("c"), ""),
            (Some(Definition::File), LINK, ""),
            (Some(Definition::File), slash, "Link /x"),
            (None, of_file, ""),
            (None, outside, "Base"),
            (page(), outside, "Link /x"),
        ] {
            let shown = format!("{definition:?} {link:?}");
            assert_eq!(problems(CONFIG, definition, link).join(", "), expected, "{shown}");
        }
    }
}
