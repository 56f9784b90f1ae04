//! Checks the rules for a page as a whole: its exports have to fit together, and fit the name of its file.

use crate::page::{ArgumentKind, Container, Field, Method, Page};
use crate::parse::{Misspelt, Mistakes};
use crate::pattern::{Part, RoutePattern};

/// Reports every rule that the page breaks.
pub(crate) fn page(
    page: &Page,
    pattern: &RoutePattern,
    is_on_demand: bool,
    mistakes: &mut Mistakes<'_>,
) {
    let is_refused = |method: &Method| page.refused.contains(method.function());
    if page.endpoints.is_empty() && !Method::ALL.iter().any(is_refused) {
        if report_misspelt(page, Misspelt::is_endpoint, mistakes) {
            return;
        }
        mistakes.report_in_name(
            None,
            "a page needs an endpoint",
            "add `pub fn get(ctx: &Context) -> impl IntoResponse`; start the name of a file that is not a page with `_`",
        );
    }
    if pattern.is_error_page() {
        check_error_page(page, mistakes);
    }
    // Without a known value, the rules that depend on it cannot be checked.
    if !page.refused.contains("PRERENDER") {
        if !is_on_demand {
            check_prerendered(page, pattern, mistakes);
        }
        check_props(page, pattern, is_on_demand, mistakes);
    }
    check_params(page, pattern, mistakes);
}

/// An error page is called through `get`, or else `all`, whatever the method of the failed request.
fn check_error_page(page: &Page, mistakes: &mut Mistakes<'_>) {
    for endpoint in page.endpoints.iter().filter(|endpoint| !endpoint.method.can_prerender()) {
        mistakes.report(
            endpoint.span,
            format!("`{}` is never called in an error page", endpoint.method.function()),
            "write `pub fn get` instead: it handles errors for every request method",
        );
    }
    if let Some(span) = page.revalidate {
        mistakes.report(span, "`REVALIDATE` has no effect in an error page", "remove it");
    }
}

fn check_prerendered(page: &Page, pattern: &RoutePattern, mistakes: &mut Mistakes<'_>) {
    let is_prerender = |misspelt: &Misspelt| misspelt.meant == "PRERENDER";
    for endpoint in &page.endpoints {
        if !endpoint.method.can_prerender() && !pattern.is_error_page() {
            if report_misspelt(page, is_prerender, mistakes) {
                return;
            }
            mistakes.report(
                endpoint.span,
                format!("`{}` cannot be prerendered", endpoint.method.function()),
                match page.prerender {
                    Some(_) => "change its `PRERENDER` to `false` to render the page on request",
                    None => {
                        "add `pub const PRERENDER: bool = false;` to render the page on request"
                    }
                },
            );
        }
    }
    let lists_paths = page.static_paths.is_some() || page.refused.contains("static_paths");
    if let (Some(part), false) = (pattern.params().next(), lists_paths) {
        let name = part.name().unwrap_or_default();
        let is_meant =
            |misspelt: &Misspelt| is_prerender(misspelt) || misspelt.meant == "static_paths";
        if report_misspelt(page, is_meant, mistakes) {
            return;
        }
        mistakes.report_in_name(
            Some(part),
            format!("a page with the param `{name}` needs to say which paths to build"),
            "add `pub fn static_paths() -> impl IntoIterator<Item = StaticPath>`, \
             or `pub const PRERENDER: bool = false;` to render it on request",
        );
    }
}

/// Reports misspelt exports that explain another mistake. Returns false if there are none.
fn report_misspelt(
    page: &Page,
    is_meant: impl Fn(&Misspelt) -> bool,
    mistakes: &mut Mistakes<'_>,
) -> bool {
    let mut found = false;
    for misspelt in page.misspelt.iter().filter(|misspelt| is_meant(misspelt)) {
        mistakes.report(misspelt.span, misspelt.message(), misspelt.hint());
        found = true;
    }
    found
}

/// Warnings for a page without mistakes: it may contain anything besides its exports.
pub(crate) fn warnings(page: &Page, mistakes: &mut Mistakes<'_>) {
    report_misspelt(page, |_| true, mistakes);
}

fn check_props(
    page: &Page,
    pattern: &RoutePattern,
    is_on_demand: bool,
    mistakes: &mut Mistakes<'_>,
) {
    for endpoint in &page.endpoints {
        let props = endpoint.arguments.iter().find(|a| a.kind == ArgumentKind::Props);
        let Some(props) = props else { continue };
        if pattern.is_static() {
            mistakes.report(
                props.span,
                "props come from `static_paths`, which a route without params does not have",
                "remove the argument and compute the value in the endpoint; an endpoint can ask for `&Context`",
            );
        } else if is_on_demand {
            mistakes.report(
                props.span,
                "props come from `static_paths`, which is not called for a page rendered on request",
                match page.prerender {
                    Some(_) => "remove the argument and load the value with `ctx.params` in the endpoint",
                    None => "load the value with `ctx.params` in the endpoint, or add `pub const PRERENDER: bool = true;` \
                        to have the page rendered when the site is built",
                },
            );
        }
    }
}

fn check_params(page: &Page, pattern: &RoutePattern, mistakes: &mut Mistakes<'_>) {
    let Some(params) = &page.params else { return };
    for part in pattern.params() {
        let name = part.name().unwrap_or_default();
        match params.fields.iter().find(|field| field.name == name) {
            Some(field) => check_container(field, part, mistakes),
            None => mistakes.report(
                params.span,
                format!("`struct Params` has no field for `{part}`"),
                if matches!(part, Part::Rest(_)) && syn::parse_str::<syn::Ident>(name).is_ok() {
                    format!("add `pub {name}: String`, or `pub {name}: Vec<String>`")
                } else if syn::parse_str::<syn::Ident>(name).is_ok() {
                    format!(
                        "add `pub {name}: String`, or another type that has `Display` and `FromStr`"
                    )
                } else {
                    format!(
                        "`{name}` cannot be the name of a field: give the bracket a name that can"
                    )
                },
            ),
        }
    }
    for field in &params.fields {
        if !pattern.params().any(|part| part.name() == Some(&field.name)) {
            mistakes.report(
                field.span,
                format!("`{}` is not a param of `{pattern}`", field.name),
                match pattern.params().next() {
                    Some(part) => format!(
                        "the fields are named after the brackets in the file name, such as `{part}`"
                    ),
                    None => {
                        "the file name has no brackets: remove `struct Params`, or rename the file"
                            .into()
                    }
                },
            );
        }
    }
}

fn check_container(field: &Field, part: &Part, mistakes: &mut Mistakes<'_>) {
    let name = &field.name;
    if let (Part::Rest(_), Some(primitive)) = (part, &field.primitive) {
        return mistakes.report(
            field.span,
            format!("`[...{name}]` matches any number of segments, and `{primitive}` is one value"),
            format!("write `pub {name}: String` or `pub {name}: Vec<String>`, or name the bracket `[{name}]`"),
        );
    }
    match (part, field.container) {
        (_, Container::One) | (Part::Rest(_), _) => {}
        (_, Container::Option | Container::OptionVec) => mistakes.report(
            field.span,
            format!("`[{name}]` always has a value"),
            format!(
                "remove the `Option`, or name the bracket `[...{name}]` for one that may be empty"
            ),
        ),
        (_, Container::Vec) => mistakes.report(
            field.span,
            format!("`[{name}]` matches one segment, so it has one value"),
            format!(
                "remove the `Vec`, or name the bracket `[...{name}]` for any number of segments"
            ),
        ),
    }
}
