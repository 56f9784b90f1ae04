//! Problems that a check finds.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Value, json};

use super::groups::{Page, Pages};
use crate::site::Site;
use crate::text::grouped;

/// The kind of a finding, in the order in which they are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A link to a path that has no response.
    Link,
    /// A fragment that matches no element of the page.
    Fragment,
    DuplicateId,
    /// An image without `alt`.
    Alt,
    Title,
    Lang,
    /// A link that is redirected. A warning.
    Redirect,
    /// A link that is not below the base of the site, which may be another site. A warning.
    Base,
}

impl Kind {
    const ALL: [Kind; 8] = [
        Kind::Link,
        Kind::Fragment,
        Kind::DuplicateId,
        Kind::Alt,
        Kind::Title,
        Kind::Lang,
        Kind::Redirect,
        Kind::Base,
    ];

    /// The name in JSON.
    fn name(self) -> &'static str {
        match self {
            Kind::Link => "link",
            Kind::Fragment => "fragment",
            Kind::DuplicateId => "duplicate-id",
            Kind::Alt => "alt",
            Kind::Title => "title",
            Kind::Lang => "lang",
            Kind::Redirect => "redirect",
            Kind::Base => "base",
        }
    }

    fn is_warning(self) -> bool {
        matches!(self, Kind::Redirect | Kind::Base)
    }
}

/// What is known of the path that a link was meant for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearest {
    /// Nothing.
    None,
    /// A link that leads there.
    Known(String),
    /// A decoded path, which may be similar to that of a page.
    SimilarTo(String),
}

/// A problem, with all pages that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    /// The link as written, or the id with a `#`; empty for a page without title or language, or an image without `src`.
    pub(crate) link: String,
    pub(crate) nearest: Nearest,
    pub(crate) pages: Pages,
    /// The files of the first pages.
    files: Vec<&'static str>,
}

/// A finding as a text without pages, by which it is sorted and grouped.
pub(super) fn text(kind: Kind, link: &str, nearest: &Nearest) -> String {
    let nearest = match nearest {
        Nearest::None => String::new(),
        Nearest::Known(link) => format!("={}", field(link)),
        Nearest::SimilarTo(path) => format!("?{}", field(path)),
    };
    format!("{}\t{}\t{nearest}", kind as u8, field(link))
}

/// A text without the characters that separate fields and lines. URLs do not contain them.
pub(super) fn field(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        true => text.replace(char::is_control, "\u{fffd}").into(),
        false => text.into(),
    }
}

impl Finding {
    /// Restores the result of [`text`].
    pub(super) fn of(site: &Site, text: &str, pages: &Pages) -> Option<Self> {
        let mut fields = text.split('\t');
        let kind = *Kind::ALL.get(fields.next()?.parse::<usize>().ok()?)?;
        let link = fields.next()?.to_owned();
        let nearest = fields.next()?;
        let nearest = match nearest.split_at_checked(1) {
            Some(("=", link)) => Nearest::Known(link.to_owned()),
            Some((_, path)) => Nearest::SimilarTo(path.to_owned()),
            None => Nearest::None,
        };
        let mut finding = Finding { kind, link, nearest, pages: pages.clone(), files: Vec::new() };
        finding.find_files(site);
        Some(finding)
    }

    /// Adds the pages of a finding that is equal but for its target: a relative link of a layout, for example. Returns false
    /// if it is another finding.
    pub(super) fn merge(&mut self, site: &Site, other: &Finding) -> bool {
        if (self.kind, &self.link) != (other.kind, &other.link) {
            return false;
        }
        if other.pages.first.first() < self.pages.first.first() {
            self.nearest = other.nearest.clone();
        }
        self.pages.merge(&other.pages);
        self.find_files(site);
        true
    }

    fn find_files(&mut self, site: &Site) {
        let file = |page: &Page| site.source(page.source).map_or("", |source| source.file());
        self.files = self.pages.first.iter().map(file).collect();
    }

    /// Whether it only fails a strict check.
    pub(crate) fn is_warning(&self) -> bool {
        self.kind.is_warning()
    }

    /// The link that is probably meant.
    fn nearest(&self) -> Option<&str> {
        match &self.nearest {
            Nearest::Known(link) => Some(link),
            Nearest::None | Nearest::SimilarTo(_) => None,
        }
    }

    /// The finding for other programs.
    pub(crate) fn json(&self) -> Value {
        let link = Some(&self.link).filter(|link| !link.is_empty());
        json!({
            "kind": self.kind.name(),
            "page": self.pages.first.first().map(|page| &page.url),
            "file": self.files.first(),
            "link": link,
            "nearest": self.nearest(),
            "pages": self.pages.count,
        })
    }

    fn message(&self) -> String {
        let Finding { kind, link, .. } = self;
        match kind {
            Kind::Link => format!("links to `{link}`, which does not exist"),
            Kind::Fragment => {
                format!("links to `{link}`, but the page has no element with this id")
            }
            Kind::DuplicateId => format!("has more than one element with the id `{}`", &link[1..]),
            Kind::Alt if link.is_empty() => "has an image without `alt`".to_owned(),
            Kind::Alt => format!("has the image `{link}` without `alt`"),
            Kind::Title => "has no `<title>`".to_owned(),
            Kind::Lang => "has no `lang` in `<html>`".to_owned(),
            Kind::Redirect => match self.nearest() {
                Some(to) => format!("links to `{link}`, which is redirected to `{to}`"),
                None => format!("links to `{link}`, which is redirected"),
            },
            Kind::Base => format!("links to `{link}`, which is not below the base of the site"),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match (self.kind, self.nearest()) {
            (Kind::Link | Kind::Fragment | Kind::Base, Some(nearest)) => {
                format!("did you mean `{nearest}`?")
            }
            (Kind::Link | Kind::Fragment | Kind::Base, None) => return None,
            (Kind::DuplicateId, _) => "give each element an id of its own".to_owned(),
            (Kind::Alt, _) => {
                "describe the image in `alt`, or write `alt=\"\"` if it only decorates".to_owned()
            }
            (Kind::Title, _) => "add a `<title>` with text to the `<head>`".to_owned(),
            (Kind::Lang, _) => {
                "write the language of the page, as in `<html lang=\"en\">`".to_owned()
            }
            (Kind::Redirect, _) => {
                "link there directly: each redirect costs visitors a request".to_owned()
            }
        })
    }
}

/// Shows a finding in the form of the failures of a build.
struct Shown<'a> {
    finding: &'a Finding,
    is_strict: bool,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.finding.write(f, self.is_strict)
    }
}

impl Finding {
    /// The finding for people. In a strict check, a warning is an error.
    pub(crate) fn shown(&self, is_strict: bool) -> impl fmt::Display {
        Shown { finding: self, is_strict }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, is_strict: bool) -> fmt::Result {
        let severity = if self.is_warning() && !is_strict { "warning" } else { "error" };
        let page = self.pages.first.first().map_or("", |page| &page.url);
        write!(f, "{severity}: {page}: {}", self.message())?;
        if let Some(file) = self.files.first() {
            write!(f, "\n  --> {file}")?;
        }
        if let Some(hint) = self.hint() {
            write!(f, "\n  hint: {hint}")?;
        }
        let others: Vec<&str> = self.pages.first.iter().skip(1).map(|page| &*page.url).collect();
        let unnamed = self.pages.count.saturating_sub(self.pages.first.len());
        match (others.is_empty(), unnamed) {
            (true, _) => Ok(()),
            (false, 0) => write!(f, "\n  also on {}", others.join(", ")),
            (false, 1) => write!(f, "\n  also on {} and 1 more page", others.join(", ")),
            (false, unnamed) => {
                write!(f, "\n  also on {} and {} more pages", others.join(", "), grouped(unnamed))
            }
        }
    }
}
