//! Astro's cases of responses in a static build.

mod programs;

use serde_json::{Value, json};

use self::programs::Program;
use crate::config::Config;
use crate::page::context::Context;
use crate::page::origin::Origin;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{self, built, leak};

#[test]
fn responses_become_the_files_of_astro() {
    vectors::check_programs("static_response", LEFT_OUT, &[programs::PROGRAMS], run);
}

const LEFT_OUT: &LeftOut = &[
    (
        "2xx is a file, also where the body is empty",
        &["static_response-002", "static_response-022"],
    ),
    (
        "4xx and 5xx are errors",
        &[
            "static_response-012",
            "static_response-013",
            "static_response-015",
            "static_response-016",
        ],
    ),
    (
        "a value that is not a response does not compile",
        &[
            "static_response-023",
            "static_response-024",
            "static_response-025",
            "static_response-055",
        ],
    ),
    (
        "a path with an extension that is not HTML gets no page for its redirect",
        &[
            "static_response-032",
            "static_response-035",
            "static_response-036",
            "static_response-037",
        ],
    ),
    ("browsers only follow 301, 302, 303, 307 and 308", &["static_response-040"]),
    (
        "the page of a redirect has line breaks, and kiln does not minify HTML",
        &["static_response-005"],
    ),
    ("a `Location` is percent-encoded", &["static_response-045"]),
    (
        "a prerendered page without `get` or `all` fails the build",
        &["static_response-047", "static_response-049", "static_response-052"],
    ),
    ("a page that is rendered on request needs no adapter", &["static_response-057"]),
    ("a `PRERENDER` that is not a literal fails the build", &["static_response-058"]),
    ("`locals` of an endpoint cannot be assigned: it does not compile", &["static_response-063"]),
    ("a static file has no cookies", &["static_response-064"]),
    ("the generator is kiln, and some fields are specific to Astro", &["static_response-065"]),
];

fn run(case: &Value, program: &Program) -> Result<(), String> {
    let config = leak(config(&case["config"]));
    let expected = &case["expect"];
    let Program::Answers(program) = program else {
        let path = url_path(text(&case["route"]), config)?;
        return same(&*path, text(&expected["request_pathname"]));
    };
    let (page, others) = program.pages.split_first().ok_or("no page")?;
    same(page.0, &*file(case)?)?;
    let built = built::build(|folder| leak(program.site(config, |_| true, folder)));
    if expected["build_fails"] == true {
        let message = text(&expected["error"]["message"]);
        return match built {
            Ok(files) => Err(format!("writes {:?}, but should fail", files.keys())),
            Err(failure) if failure.contains(message) => Ok(()),
            Err(failure) => Err(failure),
        };
    }
    let mut files = built?;
    files.retain(|name, _| others.iter().all(|(file, ..)| file.trim_end_matches(".ts") != name));
    same(&!files.is_empty(), &(expected["written"] == true))?;
    let Some((name, bytes)) = files.first_key_value() else { return Ok(()) };
    same(&files.len(), &1)?;
    is_file(name, bytes, expected)
}

fn config(astro: &Value) -> Config {
    // kiln only uses the origin of this URL.
    let origin = astro["site"].as_str().map(|site| site.splitn(4, '/').take(3).collect::<Vec<_>>());
    let site = origin.map(|parts| &**leak(parts.join("/")));
    Config { site, ..vectors::config(astro) }
}

/// The page file of a case.
fn file(case: &Value) -> Result<String, String> {
    match (case["file"].as_str(), case["route"].as_str()) {
        (Some(file), _) => Ok(file.to_owned()),
        (None, Some("/")) => Ok("index.ts".to_owned()),
        (None, Some(route)) => Ok(format!("{}.ts", &route[1..])),
        (None, None) => Err("no file".to_owned()),
    }
}

/// Compares a file with the expectation of a case.
fn is_file(name: &str, bytes: &[u8], expected: &Value) -> Result<(), String> {
    let body = String::from_utf8_lossy(bytes);
    for (key, expected) in expected.as_object().into_iter().flatten() {
        match &**key {
            "written" | "build_fails" => {}
            "body" => same(&*body, text(expected))?,
            "output_bytes" => same(&json!(bytes), expected)?,
            "file" => same(name, text(expected))?,
            "redirect_html" => same(&body.contains("http-equiv=\"refresh\""), &(expected == true))?,
            "delay" => contains(&body, &format!("content=\"{expected};url="))?,
            "contains" => {
                for part in expected.as_array().into_iter().flatten() {
                    contains(&body, text(part))?;
                }
            }
            "no_newlines" => same(&body.trim_end().contains('\n'), &(expected != true))?,
            "html" => same(&redirect_in(&body), &redirect_in(text(expected)))?,
            other => return Err(format!("`{other}` is not known")),
        }
    }
    Ok(())
}

fn url_path(pattern: &str, config: &Config) -> Result<String, String> {
    let route = support::route(pattern, Config { ..*config });
    let path =
        RoutePath::new(&route.pattern, &RawParams::new()).map_err(|error| error.to_string())?;
    let ctx =
        Context::prerendering(None, &Origin::of(route.config), route, &path, RawParams::new());
    Ok(ctx.map_err(|error| error.to_string())?.url.path().to_owned())
}

fn contains(body: &str, part: &str) -> Result<(), String> {
    match body.contains(part) {
        true => Ok(()),
        false => Err(format!("{part:?} is missing in {body:?}")),
    }
}

/// A redirect page without line breaks, which do not matter in HTML.
fn redirect_in(page: &str) -> String {
    page.lines().collect::<String>().replace("</a></body>", "</a>").replace("</body>", "")
}
