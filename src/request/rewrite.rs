//! Rewrites: another page of the site answers, and the URL stays the same.
//!
//! A rewrite looks for its page again. A build keeps no paths, and may have written that page long ago. So a rewrite to
//! a dynamic page calls the `static_paths` of its route once more, and takes the props from there. Ten thousand pages
//! that rewrite to one page cost ten thousand lists; a redirect or a function call costs none.

#[cfg(test)]
mod vectors;

use anyhow::{Context as _, Result, bail};
use http::{Method, StatusCode, Uri};

use crate::page::context::Context;
use crate::page::error::{error, rewrite_to_nowhere};
use crate::request::engine::Engine;
use crate::request::resolve::find_page;
use crate::request::target::{ResolvedPage, Target};
use crate::routing::page_path::RoutePath;
use crate::routing::request_path::RequestPath;
use crate::routing::url;

/// The most rewrites of a request. More are assumed to be a loop.
const MOST: usize = 8;

/// Changes the page of a context, and returns the path of the new page and the target to call.
///
/// # Errors
///
/// Fails with status 508 if there are too many rewrites, and with 404 if there is no such page.
pub(crate) async fn apply(
    engine: &dyn Engine,
    ctx: &mut Context,
    to: &str,
) -> Result<(String, Target)> {
    ctx.rewrites.push(to.to_owned());
    if ctx.rewrites.len() > MOST {
        let reason = format!("too many rewrites, probably a loop: {}", chain(ctx));
        return Err(error(StatusCode::LOOP_DETECTED, reason));
    }
    let (to_path, query) = match to.split('#').next().unwrap_or(to).split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (to.split('#').next().unwrap_or(to), None),
    };
    let Some((path, page)) = find(engine, ctx.request.method(), to_path).await? else {
        let reason = format!("rewrites to a path that no page answers: {}", chain(ctx));
        let path = path_without_page(engine.site().config.base, to_path);
        return Err(rewrite_to_nowhere(path, reason));
    };
    let ResolvedPage { route, params, target } = page;
    let query = query.map(|query| format!("?{}", url::escaped(query))).unwrap_or_default();
    *ctx.request.uri_mut() = Uri::try_from(format!("/{query}"))
        .with_context(|| format!("`{to}` does not make a valid URL"))?;
    ctx.set_page(&path, route, params);
    Ok((path.display(), target))
}

/// Finds the page of a path, which may include the base.
async fn find(
    engine: &dyn Engine,
    method: &Method,
    to: &str,
) -> Result<Option<(RoutePath, ResolvedPage)>> {
    if !to.starts_with('/') {
        bail!("cannot rewrite to `{to}`: the path does not start with a slash");
    }
    // A path as people write it, `/caf\u{e9}`, is encoded as in a browser.
    let Ok(path) = RequestPath::parse(&url::escaped(to)) else { return Ok(None) };
    let base = engine.site().config.base;
    let as_given = Some(path.clone()).filter(|_| !base.is_empty());
    for path in path.below(base).into_iter().chain(as_given) {
        let Some(path) = path.route_path() else { continue };
        if let Some(page) = find_page(engine, path, method).await? {
            return Ok(Some((path.clone(), page)));
        }
    }
    Ok(None)
}

/// The target of a rewrite without a page, decoded and without the base. It decides which 404 page answers.
fn path_without_page(base: &str, to: &str) -> String {
    let Ok(path) = RequestPath::parse(&url::escaped(to)) else { return "/".to_owned() };
    path.clone().below(base).unwrap_or(path).display()
}

/// The paths of a request in order. A loop is shown once.
fn chain(ctx: &Context) -> String {
    let mut shown: Vec<&str> = Vec::new();
    let mut end = "";
    for path in std::iter::once(&ctx.origin_pathname).chain(&ctx.rewrites) {
        let is_again = shown.contains(&&**path);
        shown.push(path);
        if is_again {
            end = " and so on";
            break;
        }
    }
    format!("`{}`{end}", shown.join("` -> `"))
}
