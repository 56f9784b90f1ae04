//! Runs the middleware and the page of a request.
//!
//! The middleware of a prerendered page ran when the page was built, and the headers that it set are in the list of the
//! file. If it runs again for the request, as for an error page or a rewrite, the headers that it adds replace those.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use anyhow::{Error, Result, bail};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::assets::Store;
use crate::assets::error::AssetError;
use crate::config::Config;
use crate::middleware::{Middleware, Next};
use crate::page::context::Context;
use crate::page::error::{InMiddleware, PanicInMiddleware};
#[cfg(feature = "content")]
use crate::page::rewrite::Answer;
use crate::page::rewrite::Rewrite;
use crate::page::route::ResponseFuture;
#[cfg(feature = "content")]
use crate::request::answer;
use crate::request::engine::Engine;
use crate::request::pending::Pending;
use crate::request::target::Target;
use crate::request::{exit, rewrite};
use crate::routing::url;

/// Calls a target through the middleware, if there is one for the path. The path is decoded and without the base; `None` for one
/// outside of the base.
///
/// # Errors
///
/// Fails if the page fails, or if the middleware itself fails, with an [`InMiddleware`] error. A panic of the
/// middleware continues with a [`PanicInMiddleware`] as its payload.
pub(crate) async fn respond(
    engine: &dyn Engine,
    path: Option<&str>,
    ctx: &mut Context,
    target: Target,
) -> Result<Response> {
    #[cfg_attr(not(feature = "og"), expect(unused_mut, reason = "for cards"))]
    let mut response = match &engine.site().middleware {
        Some(middleware) if middleware.is_for(path) => {
            let response = through(middleware, ctx, Pending::new(engine, target)).await?;
            ctx.check_images()?;
            response
        }
        _ => target.call(ctx).await?,
    };
    #[cfg(feature = "og")]
    ctx.draw_card(&mut response)?;
    Ok(response)
}

async fn through(
    middleware: &Middleware,
    ctx: &mut Context,
    pending: Pending<'_>,
) -> Result<Response> {
    let called = caught(async { (middleware.on_request)(ctx, Next::page(&pending)).await }).await;
    match called {
        Ok(Ok(response)) => Ok(without_repeats(response)),
        Ok(Err(error)) if !pending.is_in_page() && !error.is::<InMiddleware>() => {
            Err(Error::new(InMiddleware(error)))
        }
        Ok(Err(error)) => Err(error),
        Err(panic) if pending.is_in_page() || panic.is::<PanicInMiddleware>() => {
            resume_unwind(panic)
        }
        Err(panic) => resume_unwind(Box::new(PanicInMiddleware(panic))),
    }
}

impl<E: Engine> Rewrite for E {
    fn config(&self) -> &'static Config {
        self.site().config
    }

    fn assets(&self) -> &Store {
        self.store()
    }

    #[cfg(feature = "content")]
    fn site_folder(&self) -> std::path::PathBuf {
        self.site().folder()
    }

    #[cfg(feature = "content")]
    fn answer(&self, path: &str) -> Answer {
        answer::of(self, path)
    }

    fn asset_url(&self, path: &str) -> Result<String, AssetError> {
        self.request_asset(path)
    }

    fn rewrite<'a>(&'a self, ctx: &'a mut Context, to: &'a str) -> ResponseFuture<'a> {
        // Boxed, because a page may rewrite to itself, and the future would contain itself.
        Box::pin(async move {
            let (path, target) = rewrite::apply(self, ctx, to).await?;
            respond(self, Some(&path), ctx, target).await
        })
    }
}

/// The headers of a file from the build, including those of the middleware, which already ran at that time. It is an
/// extension of the response.
#[derive(Debug, Clone)]
pub(crate) struct MadeBefore(pub(crate) HeaderMap);

/// Removes headers that are repeated because the middleware ran for both the file and the request.
///
/// The values that the middleware added for the request replace the same number of values of the file. `Vary` and
/// `Link` are lists, of which all values are kept.
fn without_repeats(mut response: Response) -> Response {
    let Some(MadeBefore(before)) = response.extensions().get::<MadeBefore>().cloned() else {
        return response;
    };
    for name in before.keys() {
        let old: Vec<&HeaderValue> = before.get_all(name).iter().collect();
        let all: Vec<HeaderValue> = response.headers().get_all(name).iter().cloned().collect();
        let Some((head, added)) = all.split_at_checked(old.len()) else { continue };
        if added.is_empty() || !head.iter().eq(old.iter().copied()) {
            continue;
        }
        let new = added.iter().filter(|value| !old.contains(value));
        let is_list = name == header::VARY || name == header::LINK;
        let kept = if is_list { old.len() } else { old.len().saturating_sub(new.clone().count()) };
        response.headers_mut().remove(name);
        for value in head[..kept].iter().chain(new) {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// Percent-encodes the `Location` of a response as in a static build. Pages and middleware may set it unencoded, for
/// example with axum's `Redirect`.
///
/// # Errors
///
/// Fails if it redirects to another host without a scheme, as in a static build: a path that came from the visitor would lead there
/// unseen.
pub(crate) fn encode_location(response: &mut Response) -> Result<()> {
    // Responses have few headers, so a walk costs less than a lookup.
    let mut headers = response.headers().iter();
    let Some((_, location)) = headers.find(|(name, _)| *name == header::LOCATION) else {
        return Ok(());
    };
    if location.as_bytes().starts_with(b"//") && response.status().is_redirection() {
        bail!(
            "redirects to {location:?}, which leads to another site without a scheme: write `https://` for another site, or one slash for this one"
        );
    }
    let encoded = match std::str::from_utf8(location.as_bytes()) {
        Ok(location) => url::escaped(location),
        Err(_) => url::escaped(&url::escaped_bytes(location.as_bytes())),
    };
    // A static build refuses backslashes: browsers treat them as slashes, so `/\host` would be another site.
    let encoded = encoded.replace('\\', "%5C");
    if encoded.as_bytes() != location.as_bytes()
        && let Ok(encoded) = HeaderValue::from_str(&encoded)
    {
        response.headers_mut().insert(header::LOCATION, encoded);
    }
    Ok(())
}

/// Awaits a future, and catches its panics.
pub(crate) async fn caught<T>(
    future: impl Future<Output = T>,
) -> Result<T, Box<dyn Any + Send + 'static>> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let poll = AssertUnwindSafe(|| future.as_mut().poll(context));
        match exit::within_site(|| catch_unwind(poll)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::response::{IntoResponse, Redirect};
    use http::{HeaderName, Request, StatusCode};

    use crate::page::route::{Endpoint, Route};
    use crate::site::Site;
    use crate::support::{self, CONFIG, leak};
    use crate::testing::{block_on, call};

    /// The target of the redirect: the query of the request, with every byte percent-encoded.
    fn target(ctx: &Context) -> String {
        let query = ctx.request.uri().query().unwrap_or_default();
        percent_encoding::percent_decode_str(query).decode_utf8_lossy().into_owned()
    }

    fn by_context(ctx: &Context) -> ResponseFuture<'_> {
        Box::pin(async move { ctx.redirect(target(ctx)) })
    }

    fn by_axum(ctx: &Context) -> ResponseFuture<'_> {
        Box::pin(async move { Ok(Redirect::to(&target(ctx)).into_response()) })
    }

    fn by_header(ctx: &Context) -> ResponseFuture<'_> {
        Box::pin(async move {
            let location = HeaderValue::from_bytes(target(ctx).as_bytes())?;
            Ok((StatusCode::FOUND, [(HeaderName::from_static("location"), location)])
                .into_response())
        })
    }

    fn by_middleware<'a>(ctx: &'a mut Context, _: Next<'a>) -> ResponseFuture<'a> {
        by_axum(ctx)
    }

    fn sites() -> Vec<&'static Site> {
        let site = |page: fn(&Context) -> ResponseFuture<'_>, middleware: Option<Middleware>| {
            let endpoints = vec![("GET", Endpoint::OnContext(page))].leak();
            let route = Route { prerender: false, endpoints, ..*support::route("/a", CONFIG) };
            let routes = vec![route].leak();
            leak(Site { routes, middleware, ..support::site(&[], CONFIG) })
        };
        let middleware = Middleware { on_request: by_middleware, matcher: None };
        vec![
            site(by_context, None),
            site(by_axum, None),
            site(by_header, None),
            site(by_context, Some(middleware)),
        ]
    }

    fn send(site: &'static Site, to: &str) -> Response {
        let escape = |byte: u8| format!("%{byte:02X}");
        let query: String = to.bytes().map(escape).collect();
        let request = Request::get(format!("/a?{query}")).body(()).expect("a request");
        block_on(call(site, request))
    }

    #[test]
    fn a_location_on_request_is_encoded_as_in_a_static_build() {
        for (to, expected) in [
            ("/a b", "/a%20b"),
            ("/a%20b", "/a%20b"),
            ("/caf\u{e9}?x=\"y\"#z w", "/caf%C3%A9?x=%22y%22#z%20w"),
            ("/<b>{c}|`^[d]", "/%3Cb%3E%7Bc%7D%7C%60%5E%5Bd%5D"),
            ("/it's", "/it's"),
            ("/\\evil.example", "/%5Cevil.example"),
            ("/50%", "/50%25"),
            ("/\u{65e5}\u{672c}", "/%E6%97%A5%E6%9C%AC"),
            ("https://example.com/a b?c=d e", "https://example.com/a%20b?c=d%20e"),
            ("../up one", "../up%20one"),
            ("/plain?a=b&c=%20#d", "/plain?a=b&c=%20#d"),
        ] {
            for site in sites() {
                let response = send(site, to);
                assert!(response.status().is_redirection(), "{to}: {}", response.status());
                assert_eq!(response.headers()["location"], expected, "{to}");
            }
        }
    }

    #[test]
    fn a_redirect_to_another_host_needs_a_scheme_as_in_a_static_build() {
        for to in ["//evil.example", "///evil.example", "//"] {
            for site in sites() {
                let response = send(site, to);
                assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{to}");
                assert!(!response.headers().contains_key("location"), "{to}");
            }
        }
    }

    #[test]
    fn a_location_that_is_no_redirect_may_lead_anywhere() {
        let headers = [(header::LOCATION, "//example.com")];
        let mut response = (StatusCode::CREATED, headers).into_response();
        encode_location(&mut response).expect("a location");
        assert_eq!(response.headers()["location"], "//example.com");
    }

    #[test]
    fn a_redirect_cannot_contain_control_characters() {
        for to in ["/a\r\nset-cookie: a=b", "/\0", "/\t", "/a\u{7f}", "/\u{85}"] {
            let response = send(sites()[0], to);
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{to:?}");
        }
    }

    #[test]
    fn a_location_that_is_not_utf_8_becomes_ascii() {
        let latin = HeaderValue::from_bytes(b"/caf\xe9 x").expect("a header");
        let mut response = (StatusCode::FOUND, [(header::LOCATION, latin)]).into_response();
        encode_location(&mut response).expect("a location");
        assert_eq!(response.headers()["location"], "/caf%E9%20x");
    }
}
