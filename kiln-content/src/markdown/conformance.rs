//! Renders the examples of the specifications of `CommonMark` and GFM.
//!
//! What kiln adds is taken away before the comparison: links and images stay as they are written, headings have no ids.

use std::path::Path;

use pulldown_cmark_escape::{escape_href, escape_html};
use serde_json::Value;

use super::mask::mask;
use super::outline::Outline;
use super::read::{Read, read};
use super::write::{Hole, Writer};
use super::{Highlight, Markdown, Renderer, Settings};

struct Example {
    number: u64,
    section: String,
    markdown: String,
    html: String,
}

fn examples(file: &str) -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec").join(file);
    let examples: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let example = |value: &Value| Example {
        number: value["example"].as_u64().unwrap(),
        section: text(&value["section"]),
        markdown: text(&value["markdown"]),
        html: text(&value["html"]),
    };
    examples.iter().map(example).collect()
}

/// Renders a text as its writer does, with the simplest content for each hole.
fn rendered(markdown: &str) -> String {
    let settings = Settings { highlight: Highlight::Off, ..Settings::DEFAULT };
    let renderer = Renderer::new(settings, Markdown::new());
    let masked = mask(markdown);
    let Read { mut events, tags } = read(&masked, &renderer);
    let outline = Outline::read(&mut events, markdown);
    let written = Writer::new(&renderer, &outline, markdown, &tags).whole(events);
    let (mut html, mut from) = (String::new(), 0);
    for (at, hole) in &written.holes {
        html.push_str(&written.html[from..*at]);
        from = *at;
        html.push_str(&simplest(hole));
    }
    html + &written.html[from..]
}

fn simplest(hole: &Hole) -> String {
    let attribute = |name: &str, value: &str| {
        let mut html = String::new();
        match name {
            "href" | "src" => escape_href(&mut html, value).unwrap(),
            _ => escape_html(&mut html, value).unwrap(),
        }
        format!(" {name}=\"{html}\"")
    };
    let titled =
        |title: &str| if title.is_empty() { String::new() } else { attribute("title", title) };
    match hole {
        Hole::Link { url, title, .. } => format!("<a{}{}>", attribute("href", url), titled(title)),
        Hole::Image { url, title, alt, .. } => {
            format!("<img{}{}{} />", attribute("src", url), attribute("alt", alt), titled(title))
        }
        Hole::Code { block, .. } => block.plain(),
        other => panic!("{other:?}"),
    }
}

/// Takes away what has no meaning: ids of headings, line breaks between tags, and the order of attributes.
fn normal(html: &str) -> String {
    let mut parts = html.split(" id=\"");
    let mut normal = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_heading = matches!(normal.get(normal.len().saturating_sub(3)..), Some(tag) if tag.starts_with("<h"));
        match part.split_once('"').filter(|_| is_heading) {
            Some((_, rest)) => normal.push_str(rest),
            None => normal = normal + " id=\"" + part,
        }
    }
    let normal = without_names(&normal).replace(
        "<input disabled=\"\" type=\"checkbox\" checked=\"\"/>",
        "<input checked=\"\" disabled=\"\" type=\"checkbox\">",
    );
    let normal = normal.replace(
        "<input disabled=\"\" type=\"checkbox\"/>",
        "<input disabled=\"\" type=\"checkbox\">",
    );
    // In text, a quote need not be escaped.
    let normal = normal.replace("&quot;", "\"");
    let mut lines = normal.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let mut joined = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        if !(joined.ends_with('>') || line.starts_with('<')) {
            joined.push('\n');
        }
        joined.push_str(line);
    }
    joined
}

/// HTML without the names of the boxes of tasks.
fn without_names(html: &str) -> String {
    let mut parts = html.split(" aria-label=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |html, part| html + part.split_once('"').map_or("", |(_, rest)| rest))
}

#[track_caller]
fn check(file: &str, deviations: &[(u64, &str)]) {
    let mut different = Vec::new();
    for example in examples(file) {
        let html = rendered(&example.markdown);
        if normal(&html) != normal(&example.html) {
            println!(
                "{} {}\n{}---\n{}---\n{html}",
                example.section, example.number, example.markdown, example.html
            );
            different.push(example.number);
        }
    }
    let listed: Vec<u64> = deviations.iter().map(|(number, _)| *number).collect();
    assert_eq!(different, listed);
}

#[test]
fn commonmark_is_rendered_as_specified() {
    check("commonmark.json", &[(163, "`<Warning>` on a line of its own is a component")]);
}

#[test]
fn the_extensions_of_github_are_rendered_as_specified() {
    check("gfm.json", &[]);
}
