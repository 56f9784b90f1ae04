//! The targets of requests: what path they are, and which page it leads to.

use kiln::{RawParams, Route, RouteMatch, Site};

use crate::sites::{self, Base, Slash};

/// Looks for the page of a path.
pub fn check(bytes: &[u8]) {
    let Ok(path) = str::from_utf8(bytes) else { return };
    let mut refused = None;
    for site in sites::all() {
        let is_refused = check_on(site, path);
        assert_eq!(*refused.get_or_insert(is_refused), is_refused, "a site refuses it alone");
    }
    for base in [Base::None, Base::Docs] {
        let always = page(sites::one(base, Slash::Always), path);
        let never = page(sites::one(base, Slash::Never), path);
        let ignore = page(sites::one(base, Slash::Ignore), path);
        assert_eq!(shown(&always), shown(&ignore), "with a slash, another page");
        assert_eq!(shown(&never), shown(&ignore), "without a slash, another page");
    }
}

/// Returns true if and only if the path is refused.
fn check_on(site: &'static Site, path: &str) -> bool {
    match site.find(path) {
        RouteMatch::Route { route, params } => {
            check_page(site, route, &params);
            false
        }
        RouteMatch::Redirect { to } => {
            assert!(
                matches!(site.find(&to), RouteMatch::Route { .. }),
                "a redirect to no page: {to}"
            );
            false
        }
        RouteMatch::NotFound => false,
        RouteMatch::BadPath(reason) => {
            assert!(matches!(reason.status().as_u16(), 400 | 404));
            true
        }
        other => panic!("what is that? {other:?}"),
    }
}

/// The page of a path, behind a redirect to its other form.
fn page(site: &'static Site, path: &str) -> Option<(&'static Route, RawParams)> {
    match site.find(path) {
        RouteMatch::Route { route, params } => Some((route, params)),
        RouteMatch::Redirect { to } => match site.find(&to) {
            RouteMatch::Route { route, params } => Some((route, params)),
            other => panic!("a redirect to {to} leads to {other:?}"),
        },
        _ => None,
    }
}

fn shown(page: &Option<(&'static Route, RawParams)>) -> Option<(&'static str, String)> {
    page.as_ref().map(|(route, params)| (route.pattern(), params.to_string()))
}

/// Checks the params of a page, and that its own URL leads to it.
fn check_page(site: &'static Site, route: &'static Route, params: &RawParams) {
    for (name, value) in params.iter() {
        assert!(!value.is_empty(), "{name} is empty");
        for segment in value.split('/') {
            assert!(!segment.is_empty(), "{name} has an empty segment: {value:?}");
            assert!(!segment.contains('\\') && !segment.contains(char::is_control), "{value:?}");
        }
        let whole = route
            .pattern()
            .split('/')
            .any(|segment| segment == format!("[{name}]") || segment == format!("[...{name}]"));
        let climbs = value.split('/').any(|segment| matches!(segment, "." | ".."));
        assert!(!whole || !climbs, "{name} leads elsewhere: {value:?}");
    }
    let values: Vec<&str> = route.params().map(|name| params.get(name).unwrap_or("")).collect();
    let values: Vec<&dyn std::fmt::Display> = values.iter().map(|value| value as _).collect();
    let url = route.link(&values);
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
    match site.find(&url) {
        RouteMatch::Route { route: again, params: same } => {
            assert_eq!(again.pattern(), route.pattern(), "its URL {url} leads elsewhere");
            assert_eq!(same, *params, "its URL {url} has other params");
        }
        other => panic!("its URL {url} leads to {other:?}"),
    }
}
