//! Astro's cases of the targets of rewrites.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::apply;
use crate::page::context::Context;
use crate::page::origin::Origin;
use crate::request::handle::Pages;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{self, leak};
use crate::testing::block_on;

#[test]
fn rewrites_have_the_same_targets_as_in_astro() {
    vectors::check("rewrite_pathname", LEFT_OUT, run);
}

const LEFT_OUT: &LeftOut = &[
    (
        "the canonical URL follows the trailing slash of the site",
        &["rewrite_pathname-009", "rewrite_pathname-011"],
    ),
    ("a URL never contains a file name", &["rewrite_pathname-014", "rewrite_pathname-017"]),
    ("nothing is collapsed", &["rewrite_pathname-021"]),
];

fn run(case: &Value) -> Result<(), String> {
    let site = leak(support::site(&["/[...path]"], vectors::config(case)));
    let engine = Pages::of(site);
    let request = Request::new(Bytes::new());
    let (of_ctx, origin) = (engine.clone(), Origin::of(&support::CONFIG));
    let mut ctx = Context::not_found(of_ctx, &origin, request, "/".into(), "/");
    let (path, _) = block_on(apply(&*engine, &mut ctx, text(&case["payload_pathname"])))
        .map_err(|error| error.to_string())?;
    let expected = &case["expect"];
    // In Astro, the leading slash is optional. The path here has no trailing slash.
    let trimmed = |path: &str| path.trim_matches('/').to_owned();
    same(&trimmed(&path), &trimmed(text(&expected["pathname"])))?;
    same(ctx.url.path(), text(&expected["resolved_url_pathname"]))
}
