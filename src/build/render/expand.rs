//! Lists the pages of every route: the one of a static route, and those that `static_paths` returns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use super::task::{NewPage, Ready};
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::page_ref::within_page;
use crate::build::shards::Shard;
use crate::build::shards::digest::ListDigest;
use crate::build::state::Build;
use crate::page::error;
use crate::page::route::{Endpoint, Route};
use crate::page::static_path::{Pages, Sink, StaticPage};

/// Starts the pages of all prerendered routes.
///
/// Each route is listed by one thread, several routes in parallel, and each path is passed on before the next is
/// produced: a list of any length is never in memory. These threads do not render, since they block while enough pages
/// are in flight.
pub(crate) fn all(build: &Arc<Build>, jobs: usize) {
    let routes = build.site.routes();
    let next = AtomicUsize::new(0);
    let expand_some = || {
        loop {
            let route_index = next.fetch_add(1, Relaxed);
            let Some(route) = routes.get(route_index) else { return };
            if route.is_prerendered() {
                expand(build, route, route_index);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.min(routes.len()) {
            // If the system refuses more threads, the existing ones list all routes.
            if thread::Builder::new().spawn_scoped(scope, expand_some).is_err() {
                break;
            }
        }
        expand_some();
    });
}

fn expand(build: &Arc<Build>, route: &'static Route, route_index: usize) {
    let place = PageRef::of_route(route, route_index);
    let listed = ListDigest::default();
    let mut pages =
        RoutePages { build, route, place: place.clone(), listed, expected: 0, next_item: 0 };
    match route.prerendered_endpoint() {
        None => {}
        Some(Endpoint::OnContext(call)) => {
            pages.expect(1);
            pages.push(StaticPage::of_static_route(call));
        }
        Some(Endpoint::OnStaticPaths(static_paths)) => {
            let expanded = build.runtime.within(|| {
                within_page(&place, || {
                    catch_unwind(AssertUnwindSafe(|| {
                        // Inside of the call, because formatting an error runs code of the page.
                        static_paths(route, &mut Sink::new(&mut pages))
                            .map_err(|error| Diagnostic::failed(&place, &error))
                    }))
                })
            });
            match expanded {
                Ok(Ok(())) => {}
                Ok(Err(failure)) => build.failures.push(failure),
                Err(panic) => {
                    build.failures.push(Diagnostic::panicked(build.site.folder, &place, &*panic));
                    error::discard(panic);
                }
            }
        }
    }
    pages.end();
}

/// Receives the paths of one route and starts their pages.
#[derive(Debug)]
struct RoutePages<'a> {
    build: &'a Arc<Build>,
    route: &'static Route,
    place: PageRef,
    /// The paths so far, including those of other shards. It is only used with shards.
    listed: ListDigest,
    /// The number of announced paths of this shard that are still missing.
    expected: usize,
    /// The index of the next path in the list from `static_paths`.
    next_item: u32,
}

impl RoutePages<'_> {
    /// Withdraws announced paths that did not arrive.
    fn end(&mut self) {
        let listed = std::mem::take(&mut self.listed);
        self.build.tallies[self.place.route_index].listed.get_or_init(|| listed);
        self.build.progress.expect_less(self.expected);
    }
}

impl Pages for RoutePages<'_> {
    fn expect(&mut self, count: usize) {
        let share = |shard: Shard| shard.share(self.place.route_index, count);
        self.expected = self.build.shard.map_or(count, share);
        self.build.progress.expect(self.expected);
    }

    fn push(&mut self, mut page: StaticPage) {
        let item = self.next_item;
        self.next_item = item.saturating_add(1);
        if let Some(shard) = self.build.shard {
            let number = self.listed.count();
            self.listed.add(page.params().ok());
            if !shard.has(self.place.route_index, number) {
                return;
            }
        }
        match self.expected {
            0 => self.build.progress.expect(1),
            _ => self.expected -= 1,
        }
        let place = PageRef { item, ..self.place.clone() };
        let page = NewPage { route: self.route, place, page };
        self.build.queue.push(Ready::New(page));
    }
}
