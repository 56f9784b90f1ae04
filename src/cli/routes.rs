//! Lists the routes of a site.

use std::fmt::Write;

use serde_json::json;

use crate::page::route::Route;
use crate::site::Site;

/// A table for people, in the order in which routes are tried.
pub(super) fn table(site: &Site) -> String {
    let head = ["PATTERN", "METHODS", "RENDERED", "FILE"].map(String::from);
    let rows: Vec<[String; 4]> =
        std::iter::once(head).chain(site.routes().iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let [a, b, c] = [0, 1, 2].map(|column| width(column).unwrap_or_default());
    let mut table = String::new();
    for [pattern, methods, rendered, file] in &rows {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{pattern:a$}  {methods:b$}  {rendered:c$}  {file}");
    }
    table
}

fn row(route: &Route) -> [String; 4] {
    let methods: Vec<&str> = route.methods().collect();
    let rendered = if route.is_prerendered() { "at build" } else { "on request" };
    [route.pattern().into(), methods.join(" "), rendered.into(), route.file.into()]
}

/// The same as JSON.
pub(super) fn json(site: &Site) -> String {
    let route = |route: &Route| {
        json!({
            "pattern": route.pattern(),
            "file": route.file,
            "methods": route.methods().collect::<Vec<_>>(),
            "prerender": route.is_prerendered(),
            "params": route.params().collect::<Vec<_>>(),
        })
    };
    let routes: Vec<_> = site.routes().iter().map(route).collect();
    format!("{:#}\n", serde_json::Value::Array(routes))
}
