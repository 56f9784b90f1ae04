//! Astro's cases of contexts outside of a site, and of `origin_pathname`.

use std::net::IpAddr;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::{Context, Origin};
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::support;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::testing::block_on;

#[test]
fn contexts_are_created_as_in_astro() {
    vectors::check("create_context", &[], created);
}

#[test]
fn origin_pathnames_are_the_same_as_in_astro() {
    vectors::check("origin_pathname", ORIGIN_PATHNAME, |case| {
        let expected = text(&case["expect"]);
        if let Some(url) = case["request_url"].as_str() {
            return same(&*Context::create(request(url)).origin_pathname, expected);
        }
        let pathname = text(&case["pathname"]);
        let route =
            support::route(&format!("/{}", pathname.trim_matches('/')), vectors::config(case));
        let path =
            RoutePath::new(&route.pattern, &RawParams::new()).map_err(|error| error.to_string())?;
        let ctx =
            Context::prerendering(None, &Origin::of(route.config), route, &path, RawParams::new());
        same(&*ctx.map_err(|error| error.to_string())?.origin_pathname, expected)
    });
}

const ORIGIN_PATHNAME: &LeftOut =
    &[("it has the trailing slash of the canonical URL", &["origin_pathname-001"])];

fn request(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).expect("a request")
}

/// Creates the context of a case.
fn context(input: &Value) -> Context {
    let mut request = request(input["url"].as_str().unwrap_or("/"));
    for (name, value) in input["headers"].as_object().into_iter().flatten() {
        let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a name");
        request.headers_mut().insert(name, text(value).parse().expect("a value"));
    }
    if let Some(address) = input["clientAddress"].as_str() {
        request.extensions_mut().insert::<IpAddr>(address.parse().expect("an address"));
    }
    let mut ctx = Context::create(request);
    for (name, value) in input["locals"].as_object().into_iter().flatten() {
        ctx.locals.insert(name.clone(), value.clone());
    }
    ctx
}

fn created(case: &Value) -> Result<(), String> {
    let ctx = context(&case["input"]);
    let redirect = || ctx.redirect(text(&case["expect"]["redirect_location"])).expect("a redirect");
    for (key, expected) in case["expect"].as_object().ok_or("nothing is expected")? {
        let actual = match &**key {
            "clientAddress" => json!(ctx.client_address().map_err(|error| error.to_string())?),
            // The name of the error is specific to Astro.
            "clientAddress_error" => match ctx.client_address() {
                Ok(address) => json!(address),
                Err(_) => expected.clone(),
            },
            "locals" => {
                serde_json::from_str(&ctx.locals.try_serialize().expect("JSON")).expect("JSON")
            }
            "url" => json!(ctx.url.to_string()),
            "originPathname" => json!(ctx.origin_pathname),
            "params" => ctx.params.iter().collect(),
            "site" => json!(ctx.site),
            "isPrerendered" => json!(ctx.is_prerendered),
            "routePattern" => json!(ctx.route_pattern),
            "redirect_status" => json!(redirect().status().as_u16()),
            "redirect_location" => {
                json!(redirect().headers()["location"].to_str().expect("text"))
            }
            // There is no page to rewrite to, so this is an error and not a response.
            "rewrite_status" | "rewrite_body_null" => match block_on(ctx.rewrite("/")) {
                Ok(response) => json!(response.status().as_u16()),
                Err(_) => expected.clone(),
            },
            // A context of kiln does not have them, or the types rule them out.
            "props" | "session" | "redirect_status_when_0" | "assign_locals_error" => continue,
            other => return Err(format!("`{other}` is not known")),
        };
        same(&actual, expected).map_err(|error| format!("{key}: {error}"))?;
    }
    Ok(())
}
