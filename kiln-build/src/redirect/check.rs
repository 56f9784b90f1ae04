//! Checks redirects against each other, and against the routes of the site.

use std::collections::BTreeMap;

use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, position};
use crate::page::Source;
use crate::pattern::{Part, RoutePattern};
use crate::redirect::{Redirect, Target};
use crate::table::{fold, shape};

/// Reports all mistakes in the redirects.
pub(crate) fn redirects(config: &Config, routes: &[&Source]) -> Vec<Diagnostic> {
    let check = Check { config };
    let mut diagnostics = check.sources(routes);
    diagnostics.extend(config.redirects.iter().flat_map(|redirect| check.params(redirect)));
    diagnostics.extend(check.loops());
    diagnostics
}

struct Check<'a> {
    config: &'a Config,
}

impl Check<'_> {
    /// Reports redirects from the path of a page or of another redirect.
    fn sources(&self, routes: &[&Source]) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        let mut owners: BTreeMap<Vec<String>, (String, &str)> = BTreeMap::new();
        for source in routes {
            if let Some(pattern) = &source.pattern {
                let owner = || (source.file.name.clone(), "keep the page or the redirect");
                owners.entry(conflict_key(pattern)).or_insert_with(owner);
            }
        }
        for redirect in &self.config.redirects {
            let conflict_key = conflict_key(&redirect.source);
            if let Some((owner, hint)) = owners.get(&conflict_key) {
                diagnostics.push(self.at_source(
                    redirect,
                    format!("`{}` is also made by {owner}", redirect.source),
                    hint,
                ));
                continue;
            }
            let (line, _) = position(&self.config.text, redirect.source_bytes.start);
            let owner = format!("line {line} of {}", config::FILE);
            owners.insert(conflict_key, (owner, "keep one of the two lines"));
        }
        diagnostics
    }

    /// The target has to have the params of the source: a static site has a page for each path that is redirected.
    fn params(&self, redirect: &Redirect) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        let target = redirect.target.params();
        let source: Vec<&Part> = redirect.source.params().collect();
        for part in &target {
            let name = part.name().unwrap_or_default();
            let hint = match source.iter().find(|known| known.name() == Some(name)) {
                Some(known) if known == part => continue,
                Some(known) => format!("write `{known}` in both, or `{part}` in both"),
                None if source.is_empty() => {
                    "write the path of a single page: the source has no params".into()
                }
                None => format!("the params of the source are {}", shown(&source)),
            };
            let message =
                format!("the target has the param `{part}`, which the source does not have");
            diagnostics.push(self.at_target(redirect, message, hint));
        }
        if !diagnostics.is_empty() || matches!(redirect.target, Target::External(_)) {
            return diagnostics;
        }
        for part in source.iter().filter(|part| !target.contains(part)) {
            diagnostics.push(self.at_target(
                redirect,
                format!("the target does not contain the param `{part}` of the source"),
                format!("add it to the target, whose pages list the values that `{part}` has"),
            ));
        }
        diagnostics
    }

    /// Redirects that form a loop; each loop once.
    fn loops(&self) -> Vec<Diagnostic> {
        let by_source: BTreeMap<Vec<String>, &Redirect> = self
            .config
            .redirects
            .iter()
            .map(|redirect| (conflict_key(&redirect.source), redirect))
            .collect();
        let next = |redirect: &Redirect| match &redirect.target {
            Target::Internal { path, .. } => by_source.get(&conflict_key(path)).copied(),
            Target::External(_) => None,
        };
        let mut diagnostics = Vec::new();
        for first in &self.config.redirects {
            let mut chain = vec![first];
            while let Some(redirect) = chain.last().and_then(|last| next(last)) {
                if std::ptr::eq(redirect, first) {
                    // The report starts at the first line of the loop in the file.
                    let starts =
                        |other: &&Redirect| other.source_bytes.start < first.source_bytes.start;
                    if !chain.iter().any(starts) {
                        diagnostics.push(self.circle(&chain));
                    }
                    break;
                }
                if chain.iter().any(|known| std::ptr::eq(*known, redirect)) {
                    break;
                }
                chain.push(redirect);
            }
        }
        diagnostics
    }

    fn circle(&self, chain: &[&Redirect]) -> Diagnostic {
        let path: Vec<String> = chain
            .iter()
            .chain(&chain[..1])
            .map(|redirect| format!("`{}`", redirect.source))
            .collect();
        let message = match chain.len() {
            1 => format!("{} redirects to itself", path[0]),
            _ => format!("redirects form a loop: {}", path.join(" to ")),
        };
        self.at_target(chain[0], message, "change one of them to redirect to a page")
    }

    fn at_source(&self, redirect: &Redirect, message: String, hint: &str) -> Diagnostic {
        let bytes = redirect.source_bytes.clone();
        Diagnostic::at_bytes(config::FILE, &self.config.text, bytes, message).hint(hint)
    }

    fn at_target(
        &self,
        redirect: &Redirect,
        message: String,
        hint: impl Into<String>,
    ) -> Diagnostic {
        let bytes = redirect.target_bytes.clone();
        Diagnostic::at_bytes(config::FILE, &self.config.text, bytes, message).hint(hint)
    }
}

/// What two patterns that match the same paths have in common, as far as their text shows.
fn conflict_key(pattern: &RoutePattern) -> Vec<String> {
    shape(pattern).iter().map(|segment| fold(segment)).collect()
}

fn shown(params: &[&Part]) -> String {
    params.iter().map(|part| format!("`{part}`")).collect::<Vec<_>>().join(", ")
}
