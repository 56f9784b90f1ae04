//! The names of the typed links: which function of `crate::routes` links to which page.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::ident::snake_case;
use crate::page::Source;
use crate::pattern::{Part, RoutePattern};
use crate::table;

/// A module of `crate::routes`.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// By name, as source text.
    pub(crate) functions: BTreeMap<String, Link>,
    pub(crate) modules: BTreeMap<String, Links>,
}

/// A function of `crate::routes`.
#[derive(Debug)]
pub(crate) struct Link {
    /// The index of its route in the table.
    pub(crate) route: usize,
    /// The names of its arguments, in the order of the brackets.
    pub(crate) arguments: Vec<String>,
}

/// How params appear in the name of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `[a]` is `a`.
    Plain,
    /// `[a]` is `by_a`, and `[...a]` is `rest_a`, if `a` is the name of another file.
    Marked,
}

/// Names the links of all routes, in table order.
///
/// If two files would get the same name, the static one keeps it and the others mark their params.
pub(crate) fn name(routes: &[&Source]) -> (Links, Vec<Diagnostic>) {
    let plain = |source: &Source| link_path(source, Style::Plain);
    let mut owners: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for source in routes {
        *owners.entry(plain(source)).or_default() += 1;
    }
    let (mut links, mut diagnostics) = (Links::default(), Vec::new());
    let mut named: BTreeMap<Vec<String>, &Source> = BTreeMap::new();
    for (route, source) in routes.iter().enumerate() {
        let mut path = plain(source);
        if owners[&path] > 1 {
            path = link_path(source, Style::Marked);
        }
        if let Some(earlier) = named.get(&path) {
            // These two files are already reported as a conflict.
            if !table::is_one_file(earlier, source) {
                diagnostics.push(clash(&path, earlier, source));
            }
            continue;
        }
        named.insert(path.clone(), source);
        links.insert(&path, Link { route, arguments: arguments(source) });
    }
    (links, diagnostics)
}

impl Links {
    fn insert(&mut self, path: &[String], link: Link) {
        match path {
            [] => {}
            [function] => {
                self.functions.insert(function.clone(), link);
            }
            [module, rest @ ..] => {
                self.modules.entry(module.clone()).or_default().insert(rest, link);
            }
        }
    }
}

/// The modules and the function, from the components of the file's name.
fn link_path(source: &Source, style: Style) -> Vec<String> {
    source.file.stem().split('/').map(|component| link_name(component, style)).collect()
}

fn link_name(component: &str, style: Style) -> String {
    let pattern = (style == Style::Marked).then(|| RoutePattern::parse(component).ok()).flatten();
    let Some(pattern) = pattern else { return snake_case(component) };
    let words = pattern.segments.iter().flatten().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Param(name) => format!("_by_{name}_"),
        Part::Rest(name) => format!("_rest_{name}_"),
    });
    match words.collect::<String>() {
        // `index` adds nothing to a pattern, but it is the name of a link.
        none if none.is_empty() => snake_case(component),
        words => snake_case(&words),
    }
}

fn arguments(source: &Source) -> Vec<String> {
    let params = source.pattern.iter().flat_map(RoutePattern::params);
    let mut names: Vec<String> = Vec::new();
    for name in params.filter_map(Part::name) {
        let name = snake_case(name);
        // `[a]-[A]` has two params with the same name in snake case.
        let taken = names.contains(&name);
        names.push(if taken { format!("{name}_{}", names.len() + 1) } else { name });
    }
    names
}

fn clash(path: &[String], earlier: &Source, source: &Source) -> Diagnostic {
    let (file, earlier) = (&source.file.name, &earlier.file.name);
    Diagnostic::in_name(
        file,
        crate::scan::PAGES.len() + 1..file.len(),
        format!("the link `routes::{}` already belongs to {earlier}", path.join("::")),
    )
    .hint("rename one of the two files: the names of links leave out what differs between them")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::scan::PageFile;

    fn source(stem: &str) -> Source {
        let name = format!("src/pages/{stem}.rs");
        Source {
            file: PageFile { name, path: PathBuf::new() },
            module: String::new(),
            hash: 0,
            stops_rustc: None,
            pattern: RoutePattern::parse(stem).ok(),
            is_on_demand: false,
            page: None,
        }
    }

    fn names(links: &Links, prefix: &str, into: &mut Vec<String>) {
        for (name, link) in &links.functions {
            into.push(format!("{prefix}{name}({})", link.arguments.join(", ")));
        }
        for (name, module) in &links.modules {
            names(module, &format!("{prefix}{name}::"), into);
        }
    }

    #[track_caller]
    fn check(stems: &[&str], expected: &[&str]) {
        let sources: Vec<Source> = stems.iter().map(|stem| source(stem)).collect();
        let (links, diagnostics) = name(&sources.iter().collect::<Vec<_>>());
        assert_eq!(diagnostics, []);
        let mut shown = Vec::new();
        names(&links, "", &mut shown);
        assert_eq!(shown, expected);
    }

    #[test]
    fn files_become_functions() {
        check(&["index", "data.json"], &["data_json()", "index()"]);
        check(&["about", "about/index"], &["about()", "about::index()"]);
        check(&["posts/[slug]"], &["posts::slug(slug)"]);
        check(&["[lang]/posts/[...path]"], &["lang::posts::path(lang, path)"]);
        check(&["type", "404"], &["_404()", "r#type()"]);
        check(&["[a]-[A]"], &["a_a(a, a_2)"]);
    }

    #[test]
    fn a_static_file_keeps_its_name() {
        check(&["a", "[a]", "[...a]"], &["a()", "by_a(a)", "rest_a(a)"]);
        check(&["id.json", "[id].json"], &["by_id_json(id)", "id_json()"]);
        check(&["[a]/x", "a/x"], &["a::x()", "by_a::x(a)"]);
        check(&["[a]/index", "a/index"], &["a::index()", "by_a::index(a)"]);
        check(&["[a]/x", "a/y"], &["a::x(a)", "a::y()"]);
    }

    #[test]
    fn names_that_still_collide_are_refused() {
        let sources = [source("a-b"), source("a_b"), source("a.b")];
        let (_, diagnostics) = name(&sources.iter().collect::<Vec<_>>());
        assert_eq!(diagnostics.len(), 2);
        assert!(
            diagnostics[0]
                .to_string()
                .contains("`routes::a_b` already belongs to src/pages/a-b.rs")
        );
    }
}
