//! Astro's cases of `getStaticPaths`: the files for a list of params, and lists that fail a build.

use std::path::PathBuf;

use serde_json::Value;

use super::dist::Written;
use super::manifest::collisions;
use super::manifest::listed_params::ListedParams;
use super::manifest::{Manifest, Owner};
use super::output::file_name::{self, Kind};
use super::output::naming::Naming;
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::site::Site;
use crate::site::source::Source;
use crate::support::case;
use crate::support::vectors::{self, same};

#[test]
fn static_paths_make_files() {
    vectors::check(
        "static_paths",
        &[
            (
                "any value with `Display` is a param",
                &["static_paths-004", "static_paths-064", "static_paths-065", "static_paths-069"],
            ),
            ("null is a rest param that is absent", &["static_paths-006"]),
            ("`paginate` has cases of its own", &["static_paths-011"]),
            (
                "one path made twice fails the build",
                &["static_paths-019", "static_paths-022", "static_paths-028", "static_paths-029"],
            ),
            ("names that differ only in case fail the build", &["static_paths-025"]),
            ("the same path in public/ fails the build", &["static_paths-033"]),
            ("a key that the route does not have is an error", &["static_paths-052"]),
            ("it gets a `&Route`, and paginate is a method of that", &["static_paths-062"]),
            (
                "a slash in `[x]`, or at the ends of a rest value, is an error",
                &["static_paths-072", "static_paths-073", "static_paths-106"],
            ),
            (
                "the endpoint gets what static_paths gave, and the file has the raw name",
                &["static_paths-078", "static_paths-079", "static_paths-116"],
            ),
            ("`%` is a character like others", &["static_paths-080"]),
            ("`:` is a character like others", &["static_paths-092"]),
            ("the endpoint gets the Unicode form that static_paths gave", &["static_paths-077"]),
            ("a file and a folder of one name fail where there are both", &["static_paths-102"]),
            ("a response other than HTML cannot have a URL with a slash", &["static_paths-119"]),
        ],
        run,
    );
}

fn output_file(route: &'static Route, path: &RoutePath, kind: Kind) -> Result<String, String> {
    let file = file_name::output_file(Naming::of(Source::Route(route), route.config), path, kind);
    file.map(Into::into).map_err(|reason| format!("{reason:?}"))
}

/// The pages of a case, as they are made.
#[derive(Default)]
struct Pages {
    routes: Vec<Route>,
    files: Vec<String>,
    failure: Option<String>,
}

impl Pages {
    /// Adds the pages of a page file.
    fn add(&mut self, manifest: &Manifest, case: &Value, file: &str, paths: &Value) {
        let (_, extension) = file.rsplit_once('.').expect("an extension");
        let kind = if extension == "astro" { Kind::Html } else { Kind::Other };
        let route = case::route(file, &vectors::config(&case["config"]));
        self.routes.push(*route);
        let owner = Owner::route(self.routes.len() - 1);
        let is_static = route.pattern.is_static();
        for params in list_params(paths, is_static) {
            let made = params.and_then(|params| {
                let path =
                    RoutePath::new(&route.pattern, &params).map_err(|error| error.to_string())?;
                let file = output_file(route, &path, kind)?;
                manifest.add_page(path.as_str(), Some(&file), owner, Written::NEW).expect("memory");
                let expected = &case["expect"]["params"][&file];
                if !expected.is_null() {
                    same(&params.without_empty(), &vectors::params(expected))?;
                }
                Ok(file)
            });
            match made {
                Ok(file) => self.files.push(file),
                Err(error) => self.failure = Some(error),
            }
        }
    }
}

fn run(case: &Value) -> Result<(), String> {
    let expected = &case["expect"];
    let manifest = Manifest::new(PathBuf::new());
    let mut pages = Pages::default();
    for (file, paths) in case["pages"].as_object().expect("pages") {
        match file.strip_prefix("public/") {
            Some(name) => manifest.add_file(name, Owner::PUBLIC, Written::NEW).expect("memory"),
            None => pages.add(&manifest, case, file, paths),
        }
    }
    let Pages { routes, mut files, failure } = pages;
    let site = Site { routes: routes.leak(), ..Site::EMPTY };
    let collisions =
        collisions::collisions(&manifest.close(), &[], &site, &ListedParams::default());
    let collision = collisions.expect("a list").failures.first().map(ToString::to_string);
    let failure = collision.or(failure);
    if expected["fails"] == true {
        return failure.map(drop).ok_or_else(|| format!("made {files:?}, and should fail"));
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    files.sort();
    let names = expected["files"].as_array().into_iter().flatten().map(vectors::text);
    same(&files, &names.map(String::from).collect())
}

/// The params of each path; an error for values that Rust's types do not allow.
fn list_params(paths: &Value, is_static: bool) -> Vec<Result<RawParams, String>> {
    if is_static {
        return vec![Ok(RawParams::new())];
    }
    let Some(paths) = paths.as_array() else { return vec![Err(format!("{paths} is not a list"))] };
    let entry = |path: &Value| {
        let params = path["params"].as_object().ok_or_else(|| format!("{path} has no params"))?;
        let mut raw = RawParams::new();
        for (name, value) in params {
            match value {
                Value::Null => {}
                Value::String(value) => raw.push(name.clone(), value.clone()),
                Value::Number(_) | Value::Bool(_) => raw.push(name.clone(), value.to_string()),
                other => return Err(format!("{other} has no `Display`")),
            }
        }
        Ok(raw)
    };
    paths.iter().map(entry).collect()
}
