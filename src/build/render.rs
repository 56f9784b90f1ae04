//! Renders one page and hands its bytes on: to the writer, or to the redirects.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::response::Response;
use http::{StatusCode, header};

use super::failure::{Failure, Place};
use super::plan::{self, Kind};
use super::{Build, redirect, task};
use crate::context::Context;
use crate::path::RoutePath;
use crate::response::body;
use crate::route::Route;
use crate::static_path::StaticPage;

/// Starts a page. There must be room for it in the gate.
pub(super) fn start(
    build: &Arc<Build>,
    route: &'static Route,
    route_index: usize,
    page: StaticPage,
) {
    let place = Place { route, route_index, path: None };
    let path = match RoutePath::new(route, &page.params) {
        Ok(path) => path,
        Err(error) => {
            let error = match page.params.iter().next() {
                Some(_) => error.context(format!("no path can be made of {}", page.params)),
                None => error,
            };
            build.failures.push(Failure::failed(&place, &error));
            build.progress.done();
            build.gate.leave();
            return;
        }
    };
    let place = Place { path: Some(path.display()), ..place };
    let work = render(Arc::clone(build), place.clone(), path, page);
    task::start(build, place, work);
}

/// The life of a page, from its params to its file.
async fn render(
    build: Arc<Build>,
    place: Place,
    path: RoutePath,
    page: StaticPage,
) -> Result<(), Failure> {
    let rendered = respond(&place, &path, page).await;
    let (ctx, response) = rendered.map_err(|error| Failure::failed(&place, &error))?;
    let status = response.status();
    let tally = &build.tallies[place.route_index];
    if status == StatusCode::NO_CONTENT {
        tally.add_path(0);
        build.claims.claim_path(&place);
        return Ok(());
    }
    if status.is_redirection() {
        return redirect::write(&build, &place, &path, &ctx, &response);
    }
    if !status.is_success() && !place.route.is_error_page() {
        return Err(Failure::at(&place, format!("answered with status {status}"))
            .hint("a static site only has pages that are there: answer with a status of 200, or leave the page out"));
    }
    let file = plan::output_file(place.route, &path, kind(&response))
        .map_err(|hint| Failure::at(&place, "cannot be written as a file").hint(hint))?;
    let bytes = body::bytes(response.into_body()).await;
    let bytes = bytes.map_err(|error| Failure::failed(&place, &error))?;
    write(&build, &place, file, &bytes)
}

/// Claims an output file for a page, and writes it.
pub(super) fn write(
    build: &Build,
    place: &Place,
    file: String,
    bytes: &[u8],
) -> Result<(), Failure> {
    let tally = &build.tallies[place.route_index];
    tally.add_path(bytes.len() as u64);
    if !build.claims.claim_page(&file, place) {
        return Ok(());
    }
    build.writer.write(file, bytes).map_err(|error| Failure::failed(place, &error))
}

async fn respond(place: &Place, path: &RoutePath, page: StaticPage) -> Result<(Context, Response)> {
    let ctx = Context::prerendering(place.route, path, page.params.without_empty())
        .context("the path makes no URL: this is a bug in kiln")?;
    let response = (page.call)(&ctx).await?;
    Ok((ctx, response))
}

/// What a response says that it is.
fn kind(response: &Response) -> Kind {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let text = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("text/html") { Kind::Html } else { Kind::Other }
}
