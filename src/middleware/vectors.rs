//! Astro's cases of middleware: the middleware alone, requests through a whole site, and static builds.

mod alone;
mod built;
mod requested;
mod rewritten;

use serde_json::Value;

use crate::support::case::Case;
use crate::support::exchange;
use crate::support::vectors::{self, LeftOut, text};

#[test]
fn middleware_behaves_as_in_astro() {
    let tables = [alone::CASES, requested::CASES, rewritten::CASES, built::CASES];
    vectors::check_programs("middleware", LEFT_OUT, &tables, run);
}

const LEFT_OUT: &LeftOut = &[
    (
        "an answer that is not a response does not compile",
        &[
            "middleware-002",
            "middleware-003",
            "middleware-007",
            "middleware-026",
            "middleware-028",
            "middleware-035",
            "middleware-085",
            "middleware-086",
        ],
    ),
    ("a handler that is not a function does not compile", &["middleware-020"]),
    ("`next` is used up: a page answers once", &["middleware-025"]),
    ("a path is decoded once", &["middleware-043"]),
    ("nothing is collapsed", &["middleware-063"]),
    ("a rewrite may lead to a prerendered page", &["middleware-073"]),
    ("4xx and 5xx are errors of a static build", &["middleware-093"]),
    ("a rewrite changes the context, whoever asks for it", &["middleware-095"]),
    (
        "a rewrite to nowhere or in a loop is an error of a static build",
        &["middleware-099", "middleware-100", "middleware-104"],
    ),
    ("a rewrite's path may be given with or without base", &["middleware-106"]),
    ("Markdown is not a page, and two pages of one path are an error", &["middleware-107"]),
];

fn run(case: &Value, program: &Case) -> Result<(), String> {
    match text(&case["level"]) {
        level if level.starts_with("unit") => alone::run(case, program),
        "static build" => built::run(case, program),
        _ => exchange::run(case, program),
    }
}
