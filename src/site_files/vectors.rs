//! The cases of Next.js for `robots.txt` and for sitemaps.
//!
//! The files say the same. Next.js spells `User-Agent`, writes a priority with as many digits as it is given, and the image of a URL
//! before its date, where the schema of sitemaps does not have it.

use serde_json::Value;

use super::robots::Robots;
use super::sitemap::{Sitemap, Url};
use crate::page::response::body;
use crate::support::vectors;
use crate::testing::block_on;
use axum::response::IntoResponse;

#[test]
fn files_say_what_those_of_next_say() {
    vectors::check("metadata_bodies", LEFT_OUT, run);
}

const LEFT_OUT: &vectors::LeftOut = &[
    ("a rule has a path", &["metadata_bodies-004"]),
    ("text is escaped, without which the file is not XML", &["metadata_bodies-007"]),
];

fn run(case: &Value) -> Result<(), String> {
    let response = match case["kind"].as_str() {
        Some("robots") => robots(&case["input"]["rules"]).into_response(),
        _ => Sitemap::new(list(&case["input"]).into_iter().map(url)).into_response(),
    };
    let bytes = block_on(body::bytes(response.into_body())).map_err(|error| error.to_string())?;
    let own = said(&String::from_utf8_lossy(&bytes));
    vectors::same(&own, &said(case["body"].as_str().unwrap_or_default()))
}

fn robots(rules: &Value) -> Robots {
    list(rules).into_iter().fold(Robots::new(), |robots, rule| {
        let agent = rule["userAgent"].as_str().unwrap_or("*");
        let paths = |name: &str| list(&rule[name]).into_iter().filter_map(Value::as_str);
        let robots = paths("allow").fold(robots, |robots, path| robots.allow(&[agent], path));
        paths("disallow").fold(robots, |robots, path| robots.disallow(&[agent], path))
    })
}

fn url(entry: &Value) -> Url {
    let text = |name: &str| entry[name].as_str();
    let mut url = Url::new(text("url").unwrap_or_default());
    if let Some(date) = text("lastModified") {
        url = url.lastmod(date);
    }
    if let Some(frequency) = text("changeFrequency") {
        url = url.changefreq(frequency);
    }
    if let Some(priority) = entry["priority"].as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "it is from 0 to 1")]
        let priority = priority as f32;
        url = url.priority(priority);
    }
    list(&entry["images"]).into_iter().filter_map(Value::as_str).fold(url, Url::image)
}

/// The items of a list, a single item, or nothing.
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => vec![],
        Value::Array(items) => items.iter().collect(),
        item => vec![item],
    }
}

/// The rules or the elements with their texts, sorted, without the declarations of namespaces.
fn said(file: &str) -> Vec<String> {
    let apart = file.replace('<', "\n<").replace("User-agent", "User-Agent");
    let lines = apart.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut lines: Vec<String> = lines
        .map(|line| if line.starts_with("<urlset") { "<urlset>" } else { line }.to_owned())
        .collect();
    lines.sort();
    lines
}
