//! Receives the pages of a route, and keeps their paths.

use crate::page::route::Route;
use crate::page::static_path::{Pages, StaticPage};
use crate::routing::page_path::RoutePath;

#[derive(Debug)]
pub(super) struct Paths {
    pub(super) route: &'static Route,
    pub(super) paths: Vec<RoutePath>,
}

impl Pages for Paths {
    fn expect(&mut self, count: usize) {
        self.paths.reserve(count);
    }

    fn push(&mut self, mut page: StaticPage) {
        let path = page.params().and_then(|params| RoutePath::new(&self.route.pattern, params));
        self.paths.extend(path);
    }
}
