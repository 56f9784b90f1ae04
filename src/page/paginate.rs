//! Pagination: splits a long list into the pages of a route with `[page]` or `[...page]`.

use std::fmt;

use crate::page::route::Route;
use crate::page::static_path::StaticPath;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::pattern::Part;

/// The name of the param for the number of the page.
const PAGE: &str = "page";

/// One page of a list, created by [`Route::paginate`].
///
/// # Example
///
/// ```
/// // src/pages/posts/[...page].rs: /posts, /posts/2, /posts/3
/// use kiln::prelude::*;
///
/// pub fn static_paths(route: &Route) -> impl IntoIterator<Item = StaticPath<RawParams, Page<u32>>> {
///     route.paginate(1..=25, 10)
/// }
///
/// pub fn get(page: &Page<u32>) -> impl IntoResponse {
///     let older = page.url.next.as_deref().unwrap_or("#");
///     Html(format!("<p>Page {} of {}</p><a href=\"{older}\">Older</a>", page.current_page, page.last_page))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this page.
    pub data: Vec<T>,
    /// The index of its first item in the whole list, from 0.
    pub start: usize,
    /// The index of its last item in the whole list, or −1 for an empty list.
    pub end: isize,
    /// The maximum number of items on a page.
    pub size: usize,
    /// The number of items in the whole list.
    pub total: usize,
    /// The number of this page, from 1.
    pub current_page: usize,
    /// The number of the last page, from 1. An empty list has one page.
    pub last_page: usize,
    /// The URLs of this page and of other pages of the list.
    pub url: PageUrl,
}

/// The URL paths of a page of a list and of related pages, with the base and the trailing slash of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUrl {
    /// The URL path of this page.
    pub current: String,
    /// The URL path of the next page; `None` on the last page.
    pub next: Option<String>,
    /// The URL path of the previous page; `None` on the first page.
    pub prev: Option<String>,
    /// The URL path of the first page; `None` on the first page itself.
    pub first: Option<String>,
    /// The URL path of the last page; `None` on the last page itself.
    pub last: Option<String>,
}

impl Route {
    /// Splits a list into pages, to be returned by `static_paths` of a route with `[page]` or `[...page]`.
    ///
    /// With `[page]`, the first page is `1`; with `[...page]`, it is the path without a number. An empty list has one
    /// page. The endpoint takes `&Page<T>`. Other params of the route and further props are added with
    /// [`params`](Paginate::params) and [`props`](Paginate::props).
    ///
    /// # Panics
    ///
    /// Panics if the page size is 0, or if the route has no param `page`. A build reports it like any other failure,
    /// with the location of the call.
    #[track_caller]
    pub fn paginate<T>(&self, items: impl IntoIterator<Item = T>, page_size: usize) -> Paginate<T> {
        assert!(page_size > 0, "the page size must be at least 1");
        assert!(
            self.params().any(|name| name == PAGE),
            "`{}` has no param `page`: name the file `[page].rs` or `[...page].rs`",
            self.file
        );
        let items: Vec<T> = items.into_iter().collect();
        Paginate { route: *self, params: RawParams::new(), items, size: page_size }
    }
}

/// The paths of a paginated list, created by [`Route::paginate`].
pub struct Paginate<T> {
    route: Route,
    params: RawParams,
    items: Vec<T>,
    size: usize,
}

impl<T> Paginate<T> {
    /// Adds other params of the route, the same for every page: `.params([("tag", "rust")])`.
    #[must_use]
    pub fn params(mut self, params: impl Into<RawParams>) -> Self {
        self.params = params.into();
        self
    }

    /// Adds props, the same for every page. The endpoint takes `&(Page<T>, X)`.
    pub fn props<X: Clone>(self, props: X) -> PaginateWith<T, X> {
        PaginateWith { pages: self, props }
    }

    fn pages(self) -> impl ExactSizeIterator<Item = (RawParams, Page<T>)> {
        let Paginate { route, params, items, size } = self;
        let total = items.len();
        let last = total.div_ceil(size).max(1);
        let link = Link { route, params, last };
        let mut items = items.into_iter();
        (0..last).map(move |index| {
            let data: Vec<T> = items.by_ref().take(size).collect();
            let start = index * size;
            let page = Page {
                start,
                // It fits: the list was in a `Vec`, which has at most `isize::MAX` items.
                end: (start + data.len()).cast_signed() - 1,
                data,
                size,
                total,
                current_page: index + 1,
                last_page: last,
                url: link.urls(index + 1),
            };
            (link.params(index + 1), page)
        })
    }
}

/// Makes the params and URLs of all pages.
struct Link {
    route: Route,
    params: RawParams,
    last: usize,
}

impl Link {
    fn params(&self, number: usize) -> RawParams {
        let mut parts = self.route.pattern.segments.iter().copied().flatten();
        let of_page = parts.find(|part| part.name() == Some(PAGE));
        let is_first_of_rest = number == 1 && matches!(of_page, Some(Part::Rest(_)));
        let mut params: RawParams = self.params.iter().filter(|(name, _)| *name != PAGE).collect();
        if !is_first_of_rest {
            params.push(PAGE, number.to_string());
        }
        params
    }

    fn url(&self, number: usize) -> String {
        // The build reports invalid params when it renders the page.
        RoutePath::new(&self.route.pattern, &self.params(number))
            .map(|path| path.url(&self.route.pattern, self.route.config))
            .unwrap_or_default()
    }

    fn urls(&self, number: usize) -> PageUrl {
        let (is_first, is_last) = (number == 1, number == self.last);
        PageUrl {
            current: self.url(number),
            next: (!is_last).then(|| self.url(number + 1)),
            prev: (!is_first).then(|| self.url(number - 1)),
            first: (!is_first).then(|| self.url(1)),
            last: (!is_last).then(|| self.url(self.last)),
        }
    }
}

impl<T: 'static> IntoIterator for Paginate<T> {
    type Item = StaticPath<RawParams, Page<T>>;
    type IntoIter = Paths<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        let paths = self.pages().map(|(params, page)| StaticPath::new(params).props(page));
        Paths { paths: Box::new(paths) }
    }
}

/// The paths of a paginated list with further props, created by [`Paginate::props`].
pub struct PaginateWith<T, X> {
    pages: Paginate<T>,
    props: X,
}

impl<T, X> PaginateWith<T, X> {
    /// Adds other params of the route, the same for every page: `.params([("tag", "rust")])`.
    #[must_use]
    pub fn params(mut self, params: impl Into<RawParams>) -> Self {
        self.pages = self.pages.params(params);
        self
    }
}

impl<T: 'static, X: Clone + 'static> IntoIterator for PaginateWith<T, X> {
    type Item = StaticPath<RawParams, (Page<T>, X)>;
    type IntoIter = Paths<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        let PaginateWith { pages, props } = self;
        let paths = pages
            .pages()
            .map(move |(params, page)| StaticPath::new(params).props((page, props.clone())));
        Paths { paths: Box::new(paths) }
    }
}

/// An iterator over the paths of a paginated list.
pub struct Paths<I> {
    paths: Box<dyn ExactSizeIterator<Item = I>>,
}

impl<I> Iterator for Paths<I> {
    type Item = I;

    fn next(&mut self) -> Option<I> {
        self.paths.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.paths.size_hint()
    }
}

impl<I> ExactSizeIterator for Paths<I> {}

impl<T> fmt::Debug for Paginate<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paginate")
            .field("route", &self.route)
            .field("items", &self.items.len())
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<T, X> fmt::Debug for PaginateWith<T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaginateWith").field("pages", &self.pages).finish_non_exhaustive()
    }
}

impl<I> fmt::Debug for Paths<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paths").field("left", &self.paths.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::support::vectors::{self, same};
    use crate::support::{self, CONFIG};

    #[test]
    fn lists_are_paginated_as_in_astro() {
        vectors::check(
            "paginate",
            &[
                ("URLs are always in canonical form", &["paginate-006"]),
                ("a page size of 0 is an error", &["paginate-013"]),
                ("a page size is an integer", &["paginate-017"]),
                ("with `never`, the root below a base has no slash", &["paginate-025"]),
                ("URLs are percent-encoded", &["paginate-031"]),
            ],
            run,
        );
    }

    fn run(case: &Value) -> Result<(), String> {
        let route = support::route(vectors::text(&case["route"]), vectors::config(case));
        let options = &case["options"];
        let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
        let total = number(&case["total_items"]).ok_or("no number of items")?;
        let size = number(&options["pageSize"]).ok_or("the page size is not an integer")?;
        let expected = &case["expect"];
        let paths = std::panic::catch_unwind(|| {
            let mut paths = route.paginate(0..total, size);
            if options["params"].is_object() {
                paths = paths.params(vectors::params(&options["params"]));
            }
            paths.pages().collect::<Vec<_>>()
        });
        let is_whole = |paths: &Vec<(RawParams, Page<usize>)>| {
            paths.iter().all(|(params, _)| RoutePath::new(&route.pattern, params).is_ok())
        };
        let Some(paths) = paths.ok().filter(is_whole) else {
            return same(&expected["error"].is_object(), &true);
        };
        let pages = expected["pages"].as_array().ok_or("succeeds, but should fail")?;
        same(&paths.len(), &pages.len())?;
        for ((params, page), expected) in paths.iter().zip(pages) {
            let mut given: Vec<_> = params.iter().collect();
            given.sort_unstable();
            let wanted = vectors::params(&expected["params"]);
            let mut wanted: Vec<_> = wanted.iter().collect();
            wanted.sort_unstable();
            same(&given, &wanted)?;
            same_page(page, &expected["page"])?;
        }
        Ok(())
    }

    fn same_page(page: &Page<usize>, expected: &Value) -> Result<(), String> {
        let shown = serde_json::json!({
            "start": page.start,
            "end": page.end,
            "size": page.size,
            "total": page.total,
            "currentPage": page.current_page,
            "lastPage": page.last_page,
            "url": {
                "current": page.url.current,
                "next": page.url.next,
                "prev": page.url.prev,
                "first": page.url.first,
                "last": page.url.last,
            },
            "data_len": page.data.len(),
        });
        same(&shown, expected)
    }

    #[test]
    fn each_item_is_on_one_page() {
        let route = support::route("/[tag]/[...page]", CONFIG);
        let paths = route.paginate("abcde".chars(), 2).params([("tag", "x")]).props("y");
        let pages: Vec<_> = paths.pages.pages().collect();
        let data: Vec<&[char]> = pages.iter().map(|(_, page)| page.data.as_slice()).collect();
        assert_eq!(data, [&['a', 'b'][..], &['c', 'd'], &['e']]);
        let params: Vec<String> = pages.iter().map(|(params, _)| params.to_string()).collect();
        assert_eq!(params, ["tag=x", "tag=x, page=2", "tag=x, page=3"]);
    }

    #[test]
    #[should_panic(expected = "the page size must be at least 1")]
    fn a_page_size_of_0_is_refused() {
        let _ = support::route("/[page]", CONFIG).paginate([1], 0);
    }

    #[test]
    #[should_panic(expected = "`src/pages/posts.rs` has no param `page`")]
    fn a_route_without_a_page_param_is_refused() {
        let _ = support::route("/posts", CONFIG).paginate([1], 1);
    }
}
