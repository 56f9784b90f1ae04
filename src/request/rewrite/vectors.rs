//! Astro's cases of where a rewrite leads.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::apply;
use crate::page::context::Context;
use crate::request::handle::Pages;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{self, leak};
use crate::testing::block_on;

#[test]
fn rewrites_lead_where_those_of_astro_do() {
    vectors::check("rewrite_pathname", LEFT_OUT, run);
}

const LEFT_OUT: &LeftOut = &[
    (
        "the canonical URL has the slash of the site",
        &["rewrite_pathname-009", "rewrite_pathname-011"],
    ),
    (
        "no file name is in a URL, whatever the format",
        &["rewrite_pathname-014", "rewrite_pathname-017"],
    ),
    ("nothing is collapsed", &["rewrite_pathname-021"]),
];

fn run(case: &Value) -> Result<(), String> {
    let site = leak(support::site(&["/[...path]"], vectors::config(case)));
    let engine = Pages::of(site);
    let request = Request::new(Bytes::new());
    let (of_ctx, origin) = (engine.clone(), support::CONFIG.origin());
    let mut ctx = Context::not_found(of_ctx, origin, request, "/".into(), "/");
    let (path, _) = block_on(apply(&*engine, &mut ctx, text(&case["payload_pathname"])))
        .map_err(|error| error.to_string())?;
    let expected = &case["expect"];
    // Astro's has a slash at its head or none, as it happens; the path that comes back here has no slash at its end.
    let trimmed = |path: &str| path.trim_matches('/').to_owned();
    same(&trimmed(&path), &trimmed(text(&expected["pathname"])))?;
    same(ctx.url.path(), text(&expected["resolved_url_pathname"]))
}
