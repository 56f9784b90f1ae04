//! One path of a dynamic route, as `static_paths` gives it, and as the build gets it.

use std::fmt;
use std::marker::PhantomData;

use anyhow::Result;

use crate::context::Context;
use crate::params::{GivenParams, RawParams};
use crate::route::Answer;

/// One path of a dynamic route: its params, and the props that its endpoint asks for.
///
/// `static_paths` gives any number of them. The props go to the endpoint as the type they are.
///
/// # Example
///
/// ```
/// use kiln::prelude::*;
///
/// struct Post { title: &'static str }
///
/// pub fn static_paths() -> impl IntoIterator<Item = StaticPath<RawParams, Post>> {
///     [("hello", "Hello"), ("bye", "Good bye")]
///         .map(|(slug, title)| StaticPath::new([("slug", slug)]).props(Post { title }))
/// }
///
/// pub fn get(post: &Post) -> impl IntoResponse {
///     Html(format!("<h1>{}</h1>", post.title))
/// }
/// # assert_eq!(static_paths().into_iter().count(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaticPath<P = RawParams, D = ()> {
    params: P,
    props: D,
}

impl<P> StaticPath<P> {
    /// A path with these params and no props.
    ///
    /// Takes the page's own `Params`, a [`RawParams`], or an array or a `Vec` of `(name, value)` with values
    /// that have `Display`. A rest param that matches nothing is left out or empty.
    pub fn new(params: impl Into<P>) -> Self {
        StaticPath { params: params.into(), props: () }
    }
}

impl<P, D> StaticPath<P, D> {
    /// The same path with these props.
    pub fn props<E>(self, props: E) -> StaticPath<P, E> {
        StaticPath { params: self.params, props }
    }
}

/// A path of a static build: its params, and its endpoint with all that it asks for.
pub(crate) struct StaticPage {
    pub(crate) params: RawParams,
    pub(crate) call: Call,
}

type Call = Box<dyn for<'a> FnOnce(&'a Context) -> Answer<'a> + Send>;

impl StaticPage {
    pub(crate) fn new(
        params: RawParams,
        call: impl for<'a> FnOnce(&'a Context) -> Answer<'a> + Send + 'static,
    ) -> Self {
        StaticPage { params, call: Box::new(call) }
    }
}

impl fmt::Debug for StaticPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticPage").field("params", &self.params).finish_non_exhaustive()
    }
}

/// Where the paths of a route go, one by one, as `static_paths` makes them.
#[derive(Debug)]
pub struct Sink<'a> {
    pages: &'a mut dyn Pages,
}

/// Takes the paths of one route.
pub(crate) trait Pages: fmt::Debug {
    /// Says how many paths are to come, where that is known.
    fn expect(&mut self, count: usize);
    /// Takes a path, or the error that stands in its place.
    fn push(&mut self, page: Result<StaticPage>);
}

impl<'a> Sink<'a> {
    pub(crate) fn new(pages: &'a mut dyn Pages) -> Self {
        Sink { pages }
    }
}

/// The pages of a route whose endpoint asks for `T` as params.
///
/// A type of its own and not only a function, so that generated code names `T` and leaves the rest to inference.
#[derive(Debug)]
pub struct StaticPages<T>(PhantomData<T>);

impl<T: Send + 'static> StaticPages<T> {
    /// Pairs each path of a route with its endpoint, and sends it on before the next one is made.
    pub fn send<P, D, F>(
        paths: impl IntoIterator<Item = StaticPath<P, D>>,
        sink: &mut Sink<'_>,
        endpoint: F,
    ) -> Result<()>
    where
        P: GivenParams<T>,
        D: Send + 'static,
        F: for<'a> Fn(&'a Context, T, D) -> Answer<'a> + Copy + Send + 'static,
    {
        let paths = paths.into_iter();
        let (least, most) = paths.size_hint();
        if most == Some(least) {
            sink.pages.expect(least);
        }
        for StaticPath { params, props } in paths {
            sink.pages.push(params.into_both().map(|(raw, params)| {
                StaticPage::new(raw, move |ctx| endpoint(ctx, params, props))
            }));
        }
        Ok(())
    }
}
