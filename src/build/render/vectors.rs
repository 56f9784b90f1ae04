//! Astro's cases of what a response becomes in a static build.

use serde_json::{Value, json};

use crate::config::Config;
use crate::context::Context;
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::support::scripted_site::Program;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{self, built, leak};

#[test]
fn responses_become_the_files_of_astro() {
    vectors::check("static_response", LEFT_OUT, run);
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
        "an answer that is no response does not compile",
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
    ("browsers follow 301, 302, 303, 307 and 308 alone", &["static_response-040"]),
    ("the page of a redirect has lines, and kiln compresses no HTML", &["static_response-005"]),
    ("a `Location` is percent-encoded", &["static_response-045"]),
    (
        "a prerendered page without `get` or `all` fails the build",
        &["static_response-047", "static_response-049", "static_response-052"],
    ),
    ("a page that is rendered on request needs no adapter", &["static_response-057"]),
    ("a `PRERENDER` that is no literal fails the build", &["static_response-058"]),
    ("`locals` of an endpoint cannot be assigned: it does not compile", &["static_response-063"]),
    ("a static file has no cookies", &["static_response-064"]),
    ("the generator is kiln, and some fields are Astro's alone", &["static_response-065"]),
];

/// What cases say in words.
const MODULES: [(&str, &str); 4] = [
    ("reads request.headers", "new Response(JSON.stringify([...c.request.headers]))"),
    ("cookies in static", "{c.cookies.set('a','b');return new Response('b')}"),
    ("non-Latin-1 Location", "c.redirect('/\u{65e5}\u{672c}')"),
    (
        "context fields",
        "new Response([c.isPrerendered,c.generator,c.site,c.routePattern].join('|'))",
    ),
];

fn run(case: &Value) -> Result<(), String> {
    let given = &case["config"];
    let mut config = vectors::config(given);
    // Of an URL only the origin counts, and kiln takes no other.
    let origin = given["site"].as_str().map(|site| site.splitn(4, '/').take(3).collect::<Vec<_>>());
    config.site = origin.map(|parts| &**leak(parts.join("/")));
    let config = leak(config);
    let expected = &case["expect"];
    if let Some(pathname) = expected["request_pathname"].as_str() {
        return same(&*url_path(text(&case["route"]), config)?, pathname);
    }
    let file = case["file"].as_str().or(case["route"].as_str()).ok_or("no file")?;
    let stem = file.trim_start_matches('/').trim_end_matches(".ts");
    let stem = if stem.is_empty() { "index" } else { stem };
    let mut program = Program::default();
    let source = format!("c=>{}", source(case));
    program
        .page(&format!("{stem}.ts"), true, [("GET", &*source)], config)
        .map_err(|error| error.to_string())?;
    let targets = targets(&source);
    for target in &targets {
        let there = [("GET", "()=>new Response('the target of a redirect')")];
        program
            .page(&format!("{target}.ts"), true, there, config)
            .map_err(|error| error.to_string())?;
    }
    let built = built::build(program, config);
    if expected["build_fails"] == true {
        let message = text(&expected["error"]["message"]);
        return match built {
            Ok(files) => Err(format!("makes {:?}, and should fail", files.keys())),
            Err(failure) if failure.contains(message) => Ok(()),
            Err(failure) => Err(failure),
        };
    }
    let mut files = built?;
    files.retain(|name, _| !targets.contains(name));
    same(&!files.is_empty(), &(expected["written"] == true))?;
    let Some((name, bytes)) = files.first_key_value() else { return Ok(()) };
    same(&files.len(), &1)?;
    let body = String::from_utf8_lossy(bytes);
    for (key, expected) in expected.as_object().into_iter().flatten() {
        match &**key {
            "written" | "build_fails" => {}
            "body" => same(&*body, text(expected))?,
            "output_bytes" => same(&json!(bytes), expected)?,
            "file" => same(&**name, text(expected))?,
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
    let path = RoutePath::new(route, &RawParams::new()).map_err(|error| error.to_string())?;
    let ctx = Context::prerendering(None, route, &path, RawParams::new());
    Ok(ctx.map_err(|error| error.to_string())?.url.path().to_owned())
}

/// The paths that a source names: a redirect leads to a page that is there.
fn targets(source: &str) -> Vec<String> {
    let texts = source.split(['"', '\'']).skip(1).step_by(2);
    texts.filter_map(|text| text.strip_prefix('/')).map(String::from).collect()
}

/// What the endpoint of a case does.
fn source(case: &Value) -> String {
    if let Some(module) = case["module"].as_str() {
        if let Some((_, source)) = MODULES.iter().find(|(words, _)| *words == module) {
            return (*source).to_owned();
        }
        // The settings that it names are those of the case.
        let module = module.split(" with ").next().unwrap_or(module);
        return match module.starts_with("throw ") {
            true => format!("{{{module}}}"),
            false => module.to_owned(),
        };
    }
    let response = &case["response"];
    let mut headers = response["headers"].as_object().cloned().unwrap_or_default();
    if let Some(to) = response["location"].as_str() {
        headers.insert("location".to_owned(), to.into());
    }
    if case["kind"] == "page" {
        headers.insert("content-type".to_owned(), "text/html".into());
    }
    let body = match &response["body_bytes"] {
        Value::Null => response["body"].to_string(),
        bytes => format!("new Uint8Array({bytes})"),
    };
    let init = json!({ "status": response["status"], "headers": headers });
    format!("new Response({body},{init})")
}

fn contains(body: &str, part: &str) -> Result<(), String> {
    match body.contains(part) {
        true => Ok(()),
        false => Err(format!("{part:?} is not in {body:?}")),
    }
}

/// A redirect page without the ends of its lines, which mean nothing in HTML.
fn redirect_in(page: &str) -> String {
    page.lines().collect::<String>().replace("</a></body>", "</a>").replace("</body>", "")
}
