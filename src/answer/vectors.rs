//! Astro's cases of error pages.

use serde_json::json;

use crate::support::exchange;
use crate::support::vectors::{self, LeftOut};

#[test]
fn error_pages_are_those_of_astro() {
    vectors::check("error_pages", LEFT_OUT, exchange::run);
}

const LEFT_OUT: &LeftOut = &[
    ("a method without export is 405", &["error_pages-002"]),
    ("an error never goes through a rest route", &["error_pages-011"]),
    ("a `404.rs` in a folder is the error page of that folder", &["error_pages-005"]),
];

/// What an endpoint answers is never replaced, and what the middleware answers only where it says nothing.
#[test]
fn an_empty_error_of_the_middleware_has_the_page_of_that_error() {
    let empty = "new Response(null,{status:404,headers:{'content-length':'999','x-a':'1'}})";
    let cookie = "new Response('none',{status:404,headers:{'x-a':'2','set-cookie':'a=b'}})";
    let page = |source: &str| json!({ "GET": format!("()=>{source}") });
    let case = json!({
        "middleware_js": format!(
            "async(c,n)=>{{const p=c.url.pathname;if(p==='/empty')return {empty};\
             if(p==='/said')return new Response('said',{{status:404}});return n()}}",
        ),
        "modules": {
            "empty.ts": page("new Response('')"),
            "said.ts": page("new Response('')"),
            "own.ts": page("new Response(null,{status:404})"),
            "404.ts": { "ALL": format!("()=>{cookie}") },
        },
        "requests": [
            {
                "method": "GET",
                "path": "/empty",
                "expect": {
                    "status": 404,
                    "body": "none",
                    "x-a": "1",
                    "content-length": null,
                    "set_cookie": ["a=b"],
                },
            },
            { "method": "GET", "path": "/said", "expect": { "status": 404, "body": "said" } },
            { "method": "GET", "path": "/own", "expect": { "status": 404, "body": "" } },
        ],
    });
    assert_eq!(exchange::run(&case), Ok(()));
}
