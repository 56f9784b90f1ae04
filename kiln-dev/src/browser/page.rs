//! Pages in place of those of the site. They work without a script, and load nothing but the files of this program.

use std::fmt::Write as _;

use http::{HeaderValue, Response, StatusCode, header};

use super::editor::Editor;
use super::failure;
use super::html::escaped;
use crate::browser;
use crate::messages;
use crate::problem::{Hint, Mistake, Problem};
use crate::proxy::body::{ProxyBody, response};
use crate::site::message::FailedPage;

/// Nothing in a page of this program can load or run anything else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// A page of this program.
pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    /// HTML.
    pub(super) content: &'a str,
    pub(super) build: &'a str,
    /// The secret with which the page opens places in an editor.
    pub(super) token: Option<&'a str>,
}

impl Page<'_> {
    pub(super) fn response(&self, status: StatusCode) -> Response<ProxyBody> {
        let title = escaped(self.title);
        let token = self.token.map_or_else(String::new, |token| {
            format!("<meta name=\"kiln-token\" content=\"{token}\">\n<script type=\"module\" src=\"/_kiln/page.js\"></script>\n")
        });
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"/_kiln/kiln.css\">\n{token}{script}\n</head>\n\
             <body class=\"kiln-page\">\n<main class=\"kiln\">\n{content}</main>\n</body>\n</html>\n",
            content = self.content,
            script = browser::script(self.build),
        );
        let mut response = response(status, "text/html; charset=utf-8", html);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
        response
    }
}

/// The page while there is no site.
pub(crate) fn unavailable(problem: &Problem, build: &str, editor: &Editor) -> Response<ProxyBody> {
    let content = format!(
        "{}<p class=\"kiln-note\">This page reloads when the site compiles.</p>\n",
        shown(problem)
    );
    let page = Page { title: &problem.title, content: &content, build, token: Some(&editor.token) };
    page.response(StatusCode::SERVICE_UNAVAILABLE)
}

/// The page in place of one that has failed.
pub(crate) fn failed(
    page: &FailedPage,
    status: StatusCode,
    build: &str,
    editor: &Editor,
) -> Response<ProxyBody> {
    let mut problem = failure::problem(page, &editor.layout);
    editor.add(problem.places_mut());
    let route = match (&page.route, &page.file) {
        (Some(route), Some(file)) => {
            format!(" (route <code>{}</code>, <code>{}</code>)", escaped(route), escaped(file))
        }
        (None, Some(file)) => format!(" (<code>{}</code>)", escaped(file)),
        _ => String::new(),
    };
    in_place(&problem, &page.path, &route, status, build, editor)
}

/// The page in place of one that has ended the process of the site.
pub(crate) fn ended(
    path: &str,
    reason: &str,
    stderr: &str,
    build: &str,
    editor: &Editor,
) -> Response<ProxyBody> {
    let mistake = Mistake {
        message: format!("the process of the site does not answer: {reason}"),
        details: browser::ansi::stripped(stderr),
        hint: Some(Hint {
            text:
                "a page must not end the process: return an error, for example with `bail!(\"…\")`"
                    .to_owned(),
            more: messages::of_failure(""),
        }),
        ..Mistake::default()
    };
    let problem =
        Problem { title: "The page stopped the site".to_owned(), mistakes: vec![mistake] };
    in_place(&problem, path, "", StatusCode::INTERNAL_SERVER_ERROR, build, editor)
}

/// `route` is HTML.
fn in_place(
    problem: &Problem,
    path: &str,
    route: &str,
    status: StatusCode,
    build: &str,
    editor: &Editor,
) -> Response<ProxyBody> {
    let content = format!(
        "{}<p class=\"kiln-note\"><code>{}</code>{route} was answered with status {}. It reloads after the next change.</p>\n",
        shown(problem),
        escaped(path),
        status.as_u16(),
    );
    let page = Page { title: &problem.title, content: &content, build, token: Some(&editor.token) };
    page.response(status)
}

/// A problem as HTML. `overlay.js` makes the same elements.
fn shown(problem: &Problem) -> String {
    let mut html = format!("<h1>{}</h1>\n", escaped(&problem.title));
    for mistake in &problem.mistakes {
        html.push_str(&mistake_shown(mistake));
    }
    html
}

fn mistake_shown(mistake: &Mistake) -> String {
    let Mistake { message, places, causes, details, hint } = mistake;
    let mut html = format!("<article>\n<h2>{}</h2>\n", escaped(message));
    if !places.is_empty() {
        html.push_str("<ul class=\"kiln-places\">\n");
        for place in places {
            let (entry, shown) = (place.entry, escaped(&place.shown));
            let _ = writeln!(
                html,
                "<li><a href=\"/_kiln/open\" data-entry=\"{entry}\">{shown}</a></li>"
            );
        }
        html.push_str("</ul>\n");
    }
    if !details.is_empty() {
        let _ = writeln!(html, "<pre tabindex=\"0\">{}</pre>", escaped(details));
    }
    if !causes.is_empty() {
        html.push_str("<p class=\"kiln-label\">Caused by</p>\n<ol class=\"kiln-causes\">\n");
        for cause in causes {
            let _ = writeln!(html, "<li>{}</li>", escaped(cause));
        }
        html.push_str("</ol>\n");
    }
    if let Some(Hint { text, more }) = hint {
        let (text, more) = (escaped(text), escaped(more));
        let _ = writeln!(
            html,
            "<p class=\"kiln-hint\"><a href=\"{more}\" target=\"_blank\" rel=\"noreferrer\">hint:</a> {text}</p>"
        );
    }
    html + "</article>\n"
}
