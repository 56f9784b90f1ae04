//! The paths of a dynamic route: as `static_paths` returns them, and as the build receives them.
//!
//! Params and props keep their types from `static_paths` to the endpoint. Generated code passes a closure that takes
//! the types of the page, and [`StaticPages`] pairs each path with it before it erases them. So props need not be
//! `Clone`, and a mismatch is a compile error whose note points at the function of the page.

use std::fmt;
use std::marker::PhantomData;

use anyhow::{Context as _, Result, bail};

use crate::page::context::Context;
use crate::page::route::ResponseFuture;
use crate::routing::params::{GivenParams, RawParams};

/// A path of a dynamic route: its params, and the props for its endpoint.
///
/// `static_paths` returns any number of them. The endpoint receives the props with their own type.
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
    /// Creates a path with these params and no props.
    ///
    /// The params are the page's own `Params`, a [`RawParams`], or an array or a `Vec` of `(name, value)` whose values
    /// implement `Display`. A rest param that matches nothing is omitted or empty.
    pub fn new(params: impl Into<P>) -> Self {
        StaticPath { params: params.into(), props: () }
    }
}

impl<P, D> StaticPath<P, D> {
    /// Adds props to the path.
    pub fn props<E>(self, props: E) -> StaticPath<P, E> {
        StaticPath { params: self.params, props }
    }
}

/// A path of a static build: its params, and its endpoint with its arguments.
///
/// The thread that lists paths does no more than create it. The params are formatted on the thread that renders.
pub(crate) struct StaticPage {
    /// `None` until they are needed.
    params: Option<RawParams>,
    call: PageCall,
}

/// An endpoint with its arguments.
pub(crate) trait Call: Send {
    /// The params as text. It is called once, before `call`.
    fn params(&mut self) -> Result<RawParams>;
    fn call(self: Box<Self>, ctx: &Context) -> ResponseFuture<'_>;
}

impl StaticPage {
    /// The only page of a static route.
    pub(crate) fn of_static_route(endpoint: for<'a> fn(&'a Context) -> ResponseFuture<'a>) -> Self {
        StaticPage { params: None, call: PageCall::OnContext(endpoint) }
    }

    /// The params as text.
    pub(crate) fn params(&mut self) -> Result<&RawParams> {
        if self.params.is_none() {
            self.params = Some(match &mut self.call {
                PageCall::OnContext(_) => RawParams::new(),
                PageCall::WithArguments(call) => call.params()?,
            });
        }
        Ok(self.params.get_or_insert_default())
    }

    /// The params, and the call of the endpoint.
    pub(crate) fn into_parts(self) -> (RawParams, PageCall) {
        (self.params.unwrap_or_default(), self.call)
    }
}

/// An endpoint with all its arguments except the context. It can be called once.
pub(crate) enum PageCall {
    /// It has no other arguments.
    OnContext(for<'a> fn(&'a Context) -> ResponseFuture<'a>),
    WithArguments(Box<dyn Call>),
}

impl PageCall {
    pub(crate) fn call(self, ctx: &Context) -> ResponseFuture<'_> {
        match self {
            PageCall::OnContext(endpoint) => endpoint(ctx),
            PageCall::WithArguments(call) => call.call(ctx),
        }
    }
}

impl fmt::Debug for PageCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageCall").finish_non_exhaustive()
    }
}

impl fmt::Debug for StaticPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticPage").field("params", &self.params).finish_non_exhaustive()
    }
}

/// An endpoint that takes params `T` and props `D`, with the params that `static_paths` returned.
struct OnParams<P, T, D, F> {
    given: Option<P>,
    params: Option<T>,
    props: D,
    endpoint: F,
}

impl<P, T, D, F> Call for OnParams<P, T, D, F>
where
    P: GivenParams<T>,
    T: Send + 'static,
    D: Send + 'static,
    F: for<'a> Fn(&'a Context, T, D) -> ResponseFuture<'a> + Send,
{
    fn params(&mut self) -> Result<RawParams> {
        let given =
            self.given.take().context("the params were taken twice, this is a bug in kiln")?;
        let (raw, params) = given.into_both()?;
        self.params = Some(params);
        Ok(raw)
    }

    fn call(self: Box<Self>, ctx: &Context) -> ResponseFuture<'_> {
        match self.params {
            Some(params) => (self.endpoint)(ctx, params, self.props),
            None => Box::pin(async { bail!("the params are missing, this is a bug in kiln") }),
        }
    }
}

/// Receives the paths of a route one by one, as `static_paths` returns them.
#[derive(Debug)]
pub struct Sink<'a> {
    pages: &'a mut dyn Pages,
}

/// Receives the paths of one route.
pub(crate) trait Pages: fmt::Debug {
    /// Announces how many paths will follow, if that is known.
    fn expect(&mut self, count: usize);
    /// Receives a path.
    fn push(&mut self, page: StaticPage);
}

impl<'a> Sink<'a> {
    pub(crate) fn new(pages: &'a mut dyn Pages) -> Self {
        Sink { pages }
    }
}

/// The pages of a route whose endpoint takes `T` as params.
///
/// It is a type rather than a function so that generated code can name `T` and leave the rest to inference.
#[derive(Debug)]
pub struct StaticPages<T>(PhantomData<T>);

impl<T: Send + 'static> StaticPages<T> {
    /// Pairs each path of a route with its endpoint, and passes it on before the next one is produced.
    pub fn send<P, D, F>(
        paths: impl IntoIterator<Item = StaticPath<P, D>>,
        sink: &mut Sink<'_>,
        endpoint: F,
    ) -> Result<()>
    where
        P: GivenParams<T>,
        D: Send + 'static,
        F: for<'a> Fn(&'a Context, T, D) -> ResponseFuture<'a> + Copy + Send + 'static,
    {
        let paths = paths.into_iter();
        let (least, most) = paths.size_hint();
        if most == Some(least) {
            sink.pages.expect(least);
        }
        for StaticPath { params, props } in paths {
            let call = OnParams { given: Some(params), params: None, props, endpoint };
            let call = PageCall::WithArguments(Box::new(call));
            sink.pages.push(StaticPage { params: None, call });
        }
        Ok(())
    }
}
