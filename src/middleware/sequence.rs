//! A chain of middlewares.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::response::Response;

use super::next::{Continue, LastStep, Next};
use crate::page::context::Context;
use crate::page::route::ResponseFuture;

/// Chains middlewares: `sequence((validation, auth, greeting)).run(ctx, next).await`.
///
/// Each is an `async fn` with the signature of `on_request`, or a sequence itself; there are two to twelve. They run in
/// order: the code before `next.run(ctx)` in the first one runs first, and the code after it runs last. A middleware
/// that returns without calling `next` skips the later ones and the page.
///
/// # Example
///
/// ```
/// // src/middleware.rs
/// use kiln::prelude::*;
///
/// async fn timing(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
///     let started = std::time::Instant::now();
///     let mut response = next.run(ctx).await?;
///     let value = format!("page;dur={}", started.elapsed().as_millis());
///     response.headers_mut().insert("server-timing", value.parse()?);
///     Ok(response)
/// }
///
/// async fn auth(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
///     match ctx.cookies.get("session") {
///         Some(_) => next.run(ctx).await,
///         None => ctx.redirect("/login"),
///     }
/// }
///
/// pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
///     sequence((timing, auth)).run(ctx, next).await
/// }
/// ```
pub fn sequence<T: Handlers>(handlers: T) -> Sequence<T> {
    Sequence { handlers }
}

/// A chain of middlewares, created by [`sequence`].
#[derive(Clone, Copy)]
pub struct Sequence<T> {
    handlers: T,
}

impl<T: Handlers> Sequence<T> {
    /// Runs the middlewares, and after the last of them the rest of the chain.
    ///
    /// # Errors
    ///
    /// Like [`Next::run`].
    pub async fn run(&self, ctx: &mut Context, next: Next<'_>) -> Result<Response> {
        self.handlers.run(ctx, next).await
    }
}

impl<T> fmt::Debug for Sequence<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequence").finish_non_exhaustive()
    }
}

/// A middleware: an `async fn(&mut Context, Next<'_>) -> Result<Response>`, or a [`Sequence`] of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a middleware",
    note = "a middleware is an `async fn(ctx: &mut Context, next: Next<'_>) -> Result<Response>`, or a `sequence(…)` of such"
)]
pub trait Handler: Send + Sync + sealed::Handler {}

/// Two to twelve middlewares, as a tuple.
#[diagnostic::on_unimplemented(
    message = "`sequence` takes a tuple of two to twelve middlewares",
    note = "a middleware is an `async fn(ctx: &mut Context, next: Next<'_>) -> Result<Response>`, or a `sequence(…)` of such"
)]
pub trait Handlers: Send + Sync + sealed::Handlers {}

/// Methods of the public traits that only kiln calls or implements.
mod sealed {
    use super::super::next::Next;
    use crate::page::context::Context;
    use crate::page::route::ResponseFuture;

    pub trait Handler {
        fn handle<'a>(&'a self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a>;
    }

    pub trait Handlers {
        fn run<'a>(&'a self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a>;
    }
}

/// An `async fn` for one lifetime of its borrowed arguments.
trait AsyncFn<'a>: Send + Sync {
    fn start(&self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a>;
}

impl<'a, F, Given> AsyncFn<'a> for F
where
    F: Fn(&'a mut Context, Next<'a>) -> Given + Send + Sync,
    Given: Future<Output = Result<Response>> + Send + 'a,
{
    fn start(&self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
        Box::pin(self(ctx, next))
    }
}

impl<F: for<'a> AsyncFn<'a>> sealed::Handler for F {
    fn handle<'a>(&'a self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
        self.start(ctx, next)
    }
}

impl<F: for<'a> AsyncFn<'a>> Handler for F {}

impl<T: Handlers> sealed::Handler for Sequence<T> {
    fn handle<'a>(&'a self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
        self.handlers.run(ctx, next)
    }
}

impl<T: Handlers> Handler for Sequence<T> {}

/// The middlewares of a sequence, and the rest of the chain after them.
struct Chain<'h, 'n> {
    handlers: &'h [&'h dyn Handler],
    /// Taken when it is run.
    last: Mutex<Option<Next<'n>>>,
    page: &'n (dyn LastStep + 'n),
}

/// A position in a chain: the index of the next middleware.
struct Link<'c, 'h, 'n> {
    chain: &'c Chain<'h, 'n>,
    at: usize,
}

impl Continue for Link<'_, '_, '_> {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> ResponseFuture<'c> {
        let Link { chain, at } = *self;
        match chain.handlers.get(at) {
            Some(handler) => Box::pin(async move {
                let link = Link { chain, at: at + 1 };
                handler.handle(ctx, Next::step(&link, chain.page)).await
            }),
            None => {
                let last = chain.last.lock().unwrap_or_else(PoisonError::into_inner).take();
                Box::pin(async move {
                    let last = last.context("a middleware has run twice: a bug in kiln")?;
                    last.run(ctx).await
                })
            }
        }
    }
}

/// Implements [`Handlers`] for tuples of this many type parameters and more.
macro_rules! tuples {
    ($first:ident $second:ident $($others:ident)*) => {
        tuples!(@ [$first $second] $($others)*);
    };
    (@ [$($handler:ident)+]) => { tuple!($($handler)+); };
    (@ [$($handler:ident)+] $next:ident $($others:ident)*) => {
        tuple!($($handler)+);
        tuples!(@ [$($handler)+ $next] $($others)*);
    };
}

macro_rules! tuple {
    ($($handler:ident)+) => {
        impl<$($handler: Handler),+> sealed::Handlers for ($($handler,)+) {
            fn run<'a>(&'a self, ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
                Box::pin(async move {
                    #[allow(non_snake_case)]
                    let ($($handler,)+) = self;
                    let handlers: &[&dyn Handler] = &[$($handler),+];
                    let page = next.last();
                    let chain = Chain { handlers, last: Mutex::new(Some(next)), page };
                    Link { chain: &chain, at: 0 }.go(ctx).await
                })
            }
        }

        impl<$($handler: Handler),+> Handlers for ($($handler,)+) {}
    };
}

tuples!(A B C D E F G H I J K L);

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use bytes::Bytes;
    use http::Request;

    use super::*;
    use crate::middleware::Rewritten;
    use crate::testing::block_on;

    /// Records when it starts and when it ends.
    macro_rules! notes {
        ($($name:ident)+) => {
            $(async fn $name(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
                note(ctx, stringify!($name));
                let response = next.run(ctx).await?;
                note(ctx, concat!("/", stringify!($name)));
                Ok(response)
            })+
        };
    }

    notes!(a b c d e f g h i j k l);

    async fn stops(ctx: &mut Context, _: Next<'_>) -> Result<Response> {
        note(ctx, "stops");
        Ok("stopped".into_response())
    }

    fn note(ctx: &mut Context, what: &str) {
        let before = ctx.locals.get::<String>("notes").cloned().unwrap_or_default();
        ctx.locals.insert("notes", format!("{before} {what}").trim_start().to_owned());
    }

    /// A page without a site.
    struct Page;

    impl Continue for Page {
        fn go<'c>(&'c self, _: &'c mut Context) -> ResponseFuture<'c> {
            Box::pin(async { Ok("page".into_response()) })
        }
    }

    impl LastStep for Page {
        fn rewrite<'c>(&'c self, _: &'c mut Context, to: &'c str) -> Rewritten<'c> {
            Box::pin(async move { anyhow::bail!("there is no {to}") })
        }
    }

    #[track_caller]
    fn runs(handlers: impl Handlers, expected: &str) {
        let chain = sequence(handlers);
        // A sequence can be run more than once.
        for _ in 0..2 {
            let mut ctx = Context::create(Request::new(Bytes::new()));
            block_on(chain.run(&mut ctx, Next::page(&Page))).expect("a response");
            assert_eq!(ctx.locals.get::<String>("notes").expect("notes"), expected);
        }
    }

    #[test]
    fn the_first_middleware_ends_last() {
        runs((a, b), "a b /b /a");
        runs((a, b, c), "a b c /c /b /a");
        runs(
            (a, b, c, d, e, f, g, h, i, j, k, l),
            "a b c d e f g h i j k l /l /k /j /i /h /g /f /e /d /c /b /a",
        );
    }

    #[test]
    fn a_sequence_is_a_middleware() {
        runs((a, sequence((b, c)), d), "a b c d /d /c /b /a");
        let inner = sequence((b, sequence((c, d))));
        runs((inner, inner), "b c d b c d /d /c /b /d /c /b");
    }

    #[test]
    fn a_middleware_that_returns_early_skips_the_others() {
        runs((a, stops, b), "a stops /a");
        runs((a, sequence((b, stops)), c), "a b stops /b /a");
    }
}
