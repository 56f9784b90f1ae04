//! The steps of a page: from params to a response, and from the response to a file or a redirect.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;

use super::engine::WorkerState;
use super::task::{NewPage, Rendered, Work};
use crate::build::manifest::Owner;
use crate::build::output::content::Content;
use crate::build::output::file_name::{self, Kind};
use crate::build::output::{headers, page_file, precompress};
use crate::build::redirects;
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::page_ref::within_page;
use crate::build::report::warning;
use crate::build::sitemap;
use crate::build::state::Build;
#[cfg(feature = "og")]
use crate::page::card::CardWarnings;
use crate::page::content_type;
use crate::page::context::Context;
use crate::page::error;
use crate::page::route::{ResponseFuture, Route};
use crate::page::static_path::PageCall;
use crate::request::engine::Engine;
use crate::request::run::respond;
use crate::request::target::Target;
use crate::routing::page_path::RoutePath;

/// Begins a page: creates its path and its context, and returns the future that calls it. A failure is reported, and
/// the result is `None`.
pub(super) fn begin(build: &Build, worker: &WorkerState, page: NewPage) -> Option<(PageRef, Work)> {
    let NewPage { route, place, mut page } = page;
    // The page is moved into the closure: if its path is invalid, its props must be dropped there.
    let made = caught(build, &place, move || {
        let params = page.params()?;
        let path =
            RoutePath::new(&route.pattern, params).map_err(|error| match params.iter().next() {
                Some(_) => error.context(format!("cannot make a path from {params}")),
                None => error,
            })?;
        Ok((path, page.into_parts()))
    });
    let (path, (params, call)) = made.map_err(|failure| build.failures.push(failure)).ok()?;
    build.listed_params.keep(&place, &path, &params);
    redirects::of_page(build, route, &path);
    let params = params.without_empty();
    let engine = Some(worker.engine.clone() as _);
    let ctx = Context::prerendering(engine, &worker.origin, route, &path, params);
    let place = PageRef { path: Some(path), ..place };
    let ctx = match ctx {
        Ok(ctx) => ctx,
        Err(error) => {
            error::discard(call);
            build.failures.push(Diagnostic::failed(&place, &error));
            return None;
        }
    };
    Some((place, work(build, worker, route, ctx, call)))
}

/// The future that calls a page and reads its body. Inlined, because a context is large.
#[inline]
fn work(
    build: &Build,
    worker: &WorkerState,
    route: &'static Route,
    mut ctx: Context,
    call: PageCall,
) -> Work {
    let engine = build.site.middleware.as_ref().map(|_| Arc::clone(&worker.engine));
    let scratch = Arc::clone(&worker.scratch);
    // A block rather than an `async fn`, whose arguments would be moved once more into its future.
    Box::pin(async move {
        #[cfg_attr(not(feature = "og"), expect(unused_mut, reason = "for cards"))]
        let mut response = match engine {
            // Most sites have no middleware, and their pages are called directly.
            None => call.call(&ctx).await?,
            Some(engine) => through_middleware(&*engine, &mut ctx, (call, route)).await?,
        };
        #[cfg(feature = "og")]
        ctx.draw_card(&mut response)?;
        let (head, body) = response.into_parts();
        let is_file = head.status.is_success() || route.pattern.is_error_page();
        let content = match is_file {
            true => Content::of(body, scratch).await?,
            false => Content::Bytes(Bytes::new()),
        };
        ctx.check_images()?;
        Ok(Rendered { head, content, cookie: ctx.cookies.first_outgoing() })
    })
}

/// Calls a page through the middleware. Boxed, so that the futures of pages without middleware stay small.
fn through_middleware<'a>(
    engine: &'a dyn Engine,
    ctx: &'a mut Context,
    (call, route): (PageCall, &'static Route),
) -> ResponseFuture<'a> {
    Box::pin(async move {
        let path = ctx.origin_pathname.clone();
        respond(engine, Some(&path), ctx, Target::Page(call, route)).await
    })
}

/// Calls a function that may run code of the page, and converts an error or a panic to a failure.
fn caught<T>(
    build: &Build,
    place: &PageRef,
    call: impl FnOnce() -> Result<T>,
) -> Result<T, Diagnostic> {
    let called = within_page(place, || {
        catch_unwind(AssertUnwindSafe(|| {
            // Inside of the call, because formatting an error runs code of the page.
            call().map_err(|error| Diagnostic::failed(place, &error).of_params())
        }))
    });
    called.unwrap_or_else(|panic| {
        let failure = Diagnostic::panicked(build.site.folder, place, &*panic);
        error::discard(panic);
        Err(failure)
    })
}

/// Writes the file of a page.
pub(super) fn finish(build: &Build, place: &PageRef, rendered: Rendered) -> Result<(), Diagnostic> {
    let Rendered { mut head, mut content, cookie } = rendered;
    let Some(path) = &place.path else { return Ok(()) };
    if let Some(name) = cookie {
        return Err(headers::cookie(place, &format!("sets the cookie `{name}`")));
    }
    if let Some(finished) = without_file(build, place, path, &head) {
        return finished;
    }
    let known = place.naming.media_type();
    let of_name = content_type::settle_file(known, path.as_str(), &mut head);
    let sent = of_name.unwrap_or_else(|| sent_type(&head));
    // If the type is that of the extension, the path is the name of the file.
    let kind = if of_name.is_some() { Kind::Other } else { kind(sent) };
    let file = file_name::output_file(place.naming, path, kind)
        .map_err(|unwritable| unwritable.failure(place, path, sent))?;
    if of_name.is_none() {
        warn_of_type(build, place, &file, sent);
    }
    #[cfg(feature = "og")]
    warn_of_card(build, place, &head);
    // Hosts send the type of the extension themselves.
    if of_name.is_none() || !content_type::is_only(&head.headers) {
        headers::keep(build, place, path, &file, &head.headers)?;
    }
    if build.sitemap.is_some() && self::kind(sent) == Kind::Html {
        sitemap::list::add(build, place, path, &head, &mut content)
            .map_err(|error| Diagnostic::failed(place, &error))?;
    }
    #[cfg(feature = "check")]
    if let Some(check) = &build.check
        && self::kind(sent) == Kind::Html
    {
        check
            .add_page(place, path, &mut content)
            .map_err(|error| Diagnostic::failed(place, &error))?;
    }
    let written = page_file::write(build, place, path, &file, &mut content)?;
    let owner = Owner::page(place.route_index, place.item);
    precompress::page(build, &file, sent, &mut content, owner, written)
        .map_err(|error| Diagnostic::failed(place, &error))
}

/// Finishes a page whose status does not result in a file: it has no content, redirects, or is an error.
fn without_file(
    build: &Build,
    place: &PageRef,
    path: &RoutePath,
    head: &Parts,
) -> Option<Result<(), Diagnostic>> {
    let status = head.status;
    let is_error_page = place.source().pattern().is_error_page();
    let is_without_page = status == StatusCode::NO_CONTENT || status.is_redirection();
    Some(match status {
        _ if is_without_page && is_error_page => {
            let message = format!("is an error page, and returned status {status}");
            let hint = format!("hosts show `{}.html` for an error: return `Html(…)`", path.as_str());
            Err(Diagnostic::at(place, message).hint(hint))
        }
        StatusCode::NO_CONTENT => page_file::claim_path(build, place, path),
        _ if status.is_redirection() => redirects::of_response(build, place, path, head),
        _ if status.is_success() || is_error_page => return None,
        _ => Err(Diagnostic::at(place, format!("returned status {status}"))
            .hint("a static site only contains successful pages: return status 200, or leave the page out")),
    })
}

/// Warns about a content type that contradicts the extension of the file: browsers and hosts would disagree.
fn warn_of_type(build: &Build, place: &PageRef, file: &str, sent: &str) {
    // Nearly all pages have the type of their extension, which is known without another lookup.
    let is_html =
        file.strip_suffix(".html").is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'));
    let usual = if is_html { Some("text/html") } else { place.naming.media_type() };
    if usual.is_some_and(|usual| content_type::is_type(usual, sent)) {
        return;
    }
    if sent.is_empty() || content_type::agrees(file, sent) {
        return;
    }
    let (_, extension) = file.rsplit_once('.').unwrap_or_default();
    let expected = content_type::of_file(file);
    let message = format!(
        "has the content type `{sent}`, but the extension `.{extension}` means `{expected}`"
    );
    let hint =
        "remove the type to use that of the extension, or give the page the extension of its type";
    build.warnings.add(warning::Kind::Type, Diagnostic::at(place, message).hint(hint));
}

/// Warns about text of a card that is not as its author meant it.
#[cfg(feature = "og")]
fn warn_of_card(build: &Build, place: &PageRef, head: &Parts) {
    let Some(CardWarnings(warnings)) = head.extensions.get() else { return };
    for warning in warnings {
        let diagnostic = Diagnostic::at(place, &warning.message).hint(&warning.hint);
        build.warnings.add(warning::Kind::Card, diagnostic);
    }
}

/// The kind of a response with a content type.
fn kind(sent: &str) -> Kind {
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("text/html") { Kind::Html } else { Kind::Other }
}

/// The content type of a response; empty without one.
fn sent_type(head: &Parts) -> &str {
    let content_type = content_type::of_headers(&head.headers);
    content_type.and_then(|value| value.to_str().ok()).unwrap_or_default()
}
