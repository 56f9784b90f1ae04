//! What every page has in common.

use kiln::content::Ref;
use kiln::prelude::*;

use crate::{
    content::{self, Doc, SECTIONS},
    routes,
};

pub const REPOSITORY: &str = "https://github.com/kiln-rs/kiln";

/// Sets the scheme that the reader chose before anything is painted.
const SCHEME: &str = "document.documentElement.dataset.theme=localStorage.theme??''";

/// A whole page: `content` with head, header and footer around it.
pub fn page(
    ctx: &Context,
    title: &str,
    description: &str,
    home: &str,
    content: &Markup,
) -> Result<Markup> {
    let is_home = ctx.route_pattern == "/";
    let is_404 = ctx.route_pattern == "/404";
    let icon = ctx.asset("icon.svg")?;
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) @if !is_home { " · kiln" } }
                meta name="description" content=(description);
                @if is_404 {
                    meta name="robots" content="noindex";
                } @else {
                    link rel="canonical" href=(ctx.url);
                    meta property="og:url" content=(ctx.url);
                }
                meta property="og:title" content=(title);
                meta property="og:description" content=(description);
                meta property="og:type" content="website";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(ctx.generator());
                script { (PreEscaped(SCHEME)) }
                link rel="icon" type="image/svg+xml" href=(icon);
                link rel="stylesheet" href=(ctx.asset("style.css")?);
                link rel="stylesheet" href=(routes::code_css());
                script type="module" src=(ctx.asset("site.js")?) data-home=(home) {}
            }
            body {
                a.skip href="#_main" { "Skip to the content" }
                (header(&icon, is_home))
                (content)
                (footer())
                (search())
            }
        }
    })
}

fn header(icon: &str, is_home: bool) -> Markup {
    html! {
        header.bar {
            @if !is_home {
                button.menu type="button" popovertarget="_sidebar" aria-label="Pages" { "☰" }
            }
            a.brand href=(routes::index()) aria-current=[is_home.then_some("page")] {
                img src=(icon) alt="" width="28" height="28";
                "kiln"
            }
            nav.top aria-label="Main" {
                a href=(routes::path("get-started")) { "Docs" }
                a href=(routes::path("comparison")) { "Compare" }
                a href=(REPOSITORY) { "GitHub" }
            }
            button.search type="button" hidden {
                span { "Search" } kbd { "/" }
            }
            button.scheme type="button" hidden aria-label="Dark colors" aria-pressed="false" {
                span aria-hidden="true" { "◐" }
            }
        }
    }
}

/// The dialog that site.js fills with what Pagefind finds.
fn search() -> Markup {
    html! {
        dialog #_search aria-label="Search" {
            form method="dialog" role="search" {
                input type="search" aria-label="Search the documentation" placeholder="Search the documentation"
                    autocomplete="off" spellcheck="false" aria-controls="_results";
                button type="submit" aria-label="Close" { "Esc" }
            }
            p.status role="status" {}
            ul #_results {}
        }
    }
}

fn footer() -> Markup {
    html! {
        footer.bottom {
            p { "kiln is free software under the MIT and Apache 2.0 licences." }
            p { "This site is made with kiln: " a href={ (REPOSITORY) "/tree/main/docs" } { "its source" } "." }
        }
    }
}

/// The list of all pages. On a narrow screen it is a popover, which the button in the header opens.
pub fn sidebar(current: &Entry<Doc>) -> Result<Markup> {
    Ok(html! {
        nav.sidebar #_sidebar popover aria-label="Pages" {
            @for section in SECTIONS.entries()? {
                h2 { (section.title) }
                ul {
                    @for doc in section.pages.iter().map(Ref::get) {
                        (sidebar_item(doc?, current)?)
                    }
                }
            }
        }
    })
}

fn sidebar_item(doc: &Entry<Doc>, current: &Entry<Doc>) -> Result<Markup> {
    let is_current = doc.id() == current.id();
    Ok(html! {
        li {
            a href=(doc.url()?) aria-current=[is_current.then_some("page")] { (content::title(doc)?) }
        }
    })
}

/// Links to the page before and the page after, in the order of the sidebar.
pub fn neighbors(doc: &Entry<Doc>) -> Result<Markup> {
    let docs = content::in_order()?;
    let at =
        docs.iter().position(|other| other.id() == doc.id()).context("every page is listed")?;
    let before = at.checked_sub(1).map(|at| docs[at]);
    let after = docs.get(at + 1).copied();
    Ok(html! {
        nav.neighbors aria-label="Previous and next page" {
            @if let Some(doc) = before {
                a.previous rel="prev" href=(doc.url()?) { span { "Previous" } (content::title(doc)?) }
            }
            @if let Some(doc) = after {
                a.next rel="next" href=(doc.url()?) { span { "Next" } (content::title(doc)?) }
            }
        }
    })
}
