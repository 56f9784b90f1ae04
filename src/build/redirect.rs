//! Redirects of a static site: an HTML file that sends the browser on, and a list that tools read.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use http::{StatusCode, header};
use serde_json::json;

use super::failure::{Failure, Place};
use super::manifest::Owner;
use super::plan::{self, Kind};
use super::{Build, render};
use crate::context::Context;
use crate::path::RoutePath;

/// The list, below the out folder.
const LIST: &str = "redirects.json";

/// From where, to where, and with which status.
pub(super) type Redirect = (String, String, StatusCode);

/// The redirects of a build, from all threads.
#[derive(Debug, Default)]
pub(super) struct Redirects {
    found: Mutex<Vec<Redirect>>,
}

impl Redirects {
    pub(super) fn push(&self, redirect: Redirect) {
        self.found().push(redirect);
    }

    pub(super) fn count(&self) -> usize {
        self.found().len()
    }

    /// All of them, sorted, whichever thread found them.
    pub(super) fn sorted(&self) -> MutexGuard<'_, Vec<Redirect>> {
        let mut found = self.found();
        found.sort();
        found
    }

    fn found(&self) -> MutexGuard<'_, Vec<Redirect>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what stands for a redirect in a static site.
pub(super) fn write(
    build: &Build,
    place: &Place,
    path: &RoutePath,
    ctx: &Context,
    response: &Response,
) -> Result<(), Failure> {
    let status = response.status();
    let location = response.headers().get(header::LOCATION);
    let Some(to) = location.and_then(|to| std::str::from_utf8(to.as_bytes()).ok()) else {
        return Err(Failure::at(place, format!("answered with status {status} and no `Location`"))
            .hint("return `ctx.redirect(\"/new\")`, or `Redirect::permanent(\"/new\")`"));
    };
    let from = ctx.url.path().to_owned();
    let page = html(status, to, ctx.site, &from);
    build.redirects.push((from, to.to_owned(), status));
    let file = plan::output_file(place.naming, path, Kind::Html)
        .map_err(|hint| Failure::at(place, "cannot be written as a file").hint(hint))?;
    if is_html(&file) {
        return render::write(build, place, path, &file, page.as_bytes());
    }
    // A browser that asks for `data.json` does not read a page.
    render::claim_path(build, place, path)
}

fn is_html(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"))
}

/// Writes the list of all redirects, where there are any.
pub(super) fn write_list(build: &Build) {
    let found = build.redirects.sorted();
    if found.is_empty() {
        return;
    }
    let entry = |(from, to, status): &Redirect| json!({ "from": from, "to": to, "status": status.as_u16() });
    let list = serde_json::Value::Array(found.iter().map(entry).collect());
    let written = build.writer.write(LIST, format!("{list:#}\n").as_bytes());
    let written = written.and_then(|written| build.manifest.add_file(LIST, Owner::KILN, written));
    if let Err(error) = written {
        build.failures.push(Failure::of(LIST, format!("{error:#}")));
    }
}

/// The page that sends a browser on: at once, or after two seconds where the redirect is temporary.
fn html(status: StatusCode, to: &str, site: Option<&str>, from: &str) -> String {
    let delay = if matches!(status.as_u16(), 302 | 303 | 307) { 2 } else { 0 };
    let absolute = match site {
        Some(site) if to.starts_with('/') && !to.starts_with("//") => format!("{site}{to}"),
        _ => to.to_owned(),
    };
    let (to, absolute, from) = (escape(to), escape(&absolute), escape(from));
    format!(
        "<!doctype html>\n\
         <title>Redirecting to: {to}</title>\n\
         <meta http-equiv=\"refresh\" content=\"{delay};url={to}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <link rel=\"canonical\" href=\"{absolute}\">\n\
         <body>\n\
         <a href=\"{to}\">Redirecting from <code>{from}</code> to <code>{to}</code></a>\n\
         </body>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_place() {
        let page = html(StatusCode::FOUND, "/a\"><script>'&", Some("https://a.de"), "/<b>");
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
        assert!(page.contains("content=\"2;url=/a&quot;&gt;&lt;script&gt;&#39;&amp;\""), "{page}");
        assert!(page.contains("href=\"https://a.de/a&quot;"), "{page}");
    }
}
