//! Amazon S3 as the endpoint of a website: `s3.json`, the objects that need more than their bytes.
//!
//! An object has its headers, and its redirect, from when it was put there. So all files are uploaded first, without the list,
//! and then those that stand in it are put once more, with what `aws s3api` takes as the input of `put-object`:
//!
//! ```sh
//! aws s3 sync dist "s3://$bucket" --exclude s3.json
//! jq --compact-output '.objects[]' dist/s3.json | while read -r object; do
//!     file=$(jq --raw-output '.file // empty' <<<"$object")
//!     aws s3api put-object --bucket "$bucket" ${file:+--body "dist/$file"} \
//!         --cli-input-json "$(jq --compact-output .input <<<"$object")"
//! done
//! ```
//!
//! With a base, the keys start with it: sync to `s3://$bucket/base`.
//!
//! A redirect of S3 is permanent. One that is not stays with its HTML file.

use std::collections::BTreeMap;

use anyhow::Result;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::deployment::{Deployment, HostFiles, Lost, Mistake, Redirect};
use super::error_status;
use crate::page::content_type;
use crate::text::grouped;

/// The list, below the out folder.
const LIST: &str = "s3.json";
/// How many bytes a key has at most.
const KEY: usize = 1_024;
/// How many bytes the target of a redirect has at most.
const TARGET: usize = 2_048;

/// The headers that an object has, and what `put-object` calls them.
const HEADERS: [(&str, &str); 6] = [
    ("cache-control", "CacheControl"),
    ("content-disposition", "ContentDisposition"),
    ("content-encoding", "ContentEncoding"),
    ("content-language", "ContentLanguage"),
    ("content-type", "ContentType"),
    ("expires", "Expires"),
];

/// An object to put.
#[derive(Debug, Default)]
struct Object {
    /// Its bytes, below the out folder; none where it only redirects.
    file: Option<String>,
    /// The input of `put-object`, without the key.
    input: Map<String, Value>,
}

/// The objects by their keys.
type Objects = BTreeMap<String, Object>;

/// What S3 is given.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut given = HostFiles::default();
    let mut objects = Objects::new();
    for redirect in deployment.redirects {
        add_redirect(deployment, redirect, &mut objects, &mut given);
    }
    given.lost.extend(deployment.patterns.iter().map(|rule| Lost::Pattern { line: rule.line }));
    add_files(deployment, &mut objects)?;
    given.lost.extend(deployment.lost_headers(carries));
    for key in objects.keys().filter(|key| key.len() > KEY) {
        let (length, limit) = (grouped(key.len()), grouped(KEY));
        given.mistakes.push(Mistake {
            message: format!("the key `{key}` has {length} bytes, and S3 takes {limit}"),
            hint: "shorten the path".to_owned(),
        });
    }
    if !objects.is_empty() {
        let object = |(key, Object { file, mut input }): (String, Object)| {
            input.insert("Key".to_owned(), key.into());
            json!({ "file": file, "input": input })
        };
        let list = json!({ "objects": objects.into_iter().map(object).collect::<Vec<_>>() });
        given.files.push((LIST.to_owned(), format!("{list:#}\n")));
    }
    Ok(given)
}

/// Adds a redirect: its HTML file, and the path itself, which S3 would else lead to the other slash form first.
fn add_redirect(
    deployment: &Deployment<'_>,
    redirect: &Redirect,
    objects: &mut Objects,
    given: &mut HostFiles,
) {
    let mut input = Map::new();
    if let Some(file) = &redirect.file {
        input.insert("ContentType".to_owned(), content_type::of_file(file).into());
    }
    if !matches!(redirect.status, 301 | 308) {
        match redirect.file.clone() {
            None => drop(given.lost.insert(Lost::Redirect { from: redirect.from.clone() })),
            // It is found for its path as it is.
            Some(file) if is_index(&file) => {}
            Some(file) => {
                objects.insert(key_of_path(&redirect.from), Object { file: Some(file), input });
            }
        }
        return;
    }
    if redirect.to.len() > TARGET {
        let (length, limit) = (grouped(redirect.to.len()), grouped(TARGET));
        given.mistakes.push(Mistake {
            message: format!(
                "the target of `{}` has {length} bytes, and S3 takes {limit}",
                redirect.from
            ),
            hint:
                "shorten the target, or let its status be 302: then its HTML file redirects alone"
                    .to_owned(),
        });
    }
    input.insert("WebsiteRedirectLocation".to_owned(), redirect.to.clone().into());
    let file = redirect.file.clone();
    if let Some(file) = &file {
        let object = Object { file: Some(file.clone()), input: input.clone() };
        objects.insert(key_of_file(deployment, file), object);
    }
    objects.insert(key_of_path(&redirect.from), Object { file, input });
}

/// Adds the files that have headers, and those that S3 would not find at their path.
fn add_files(deployment: &Deployment<'_>, objects: &mut Objects) -> Result<()> {
    deployment.files.each(&mut |file| {
        let mut input = Map::new();
        for (name, value) in deployment.headers_of(&file.path) {
            let Some((_, member)) = HEADERS.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            if !carries(name, value) {
                continue;
            }
            // What is sent twice is one list.
            let value = match input.get(*member).and_then(Value::as_str) {
                Some(earlier) => format!("{earlier}, {value}"),
                None => value.to_owned(),
            };
            input.insert((*member).to_owned(), value.into());
        }
        let key = key_of_file(deployment, &file.name);
        let has_headers = !input.is_empty();
        // An object that is put again without a type has none.
        input.entry("ContentType").or_insert_with(|| content_type::of_file(&file.name).into());
        // It finds `a/index.html` for `/a` and for `/a/`, and for other paths the key that they are.
        let of_path = key_of_path(&file.path);
        let is_page = file.name.strip_suffix(".html").is_some() && !is_index(&file.name);
        let is_error_page = error_status(&file.name).is_some();
        if is_page && !is_error_page && of_path != key {
            let object = Object { file: Some(file.name.clone()), input: input.clone() };
            objects.insert(of_path, object);
        }
        if has_headers {
            objects.insert(key, Object { file: Some(file.name), input });
        }
        Ok(())
    })
}

/// Returns true if and only if an object can have this header.
fn carries(name: &str, value: &str) -> bool {
    let is_known = HEADERS.iter().any(|(known, _)| *known == name);
    // The time is taken apart on its way, and made again; all others are sent as they are, and are ASCII.
    is_known && value.is_ascii() && (name != "expires" || httpdate::parse_http_date(value).is_ok())
}

/// The key of a file.
fn key_of_file(deployment: &Deployment<'_>, file: &str) -> String {
    let base = percent_decode_str(deployment.config.base).decode_utf8_lossy();
    format!("{base}/{file}").trim_start_matches('/').to_owned()
}

/// The key that S3 looks for when it is asked for a path.
fn key_of_path(path: &str) -> String {
    let path = percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy();
    let index = if path.is_empty() || path.ends_with('/') { "index.html" } else { "" };
    format!("{path}{index}")
}

fn is_index(file: &str) -> bool {
    file == "index.html" || file.ends_with("/index.html")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::sample::{Sample, rule};

    /// The list in short, a line each: the key, the file, and the input of `put-object`.
    #[track_caller]
    fn check(sample: &Sample, expected: &[&str]) -> HostFiles {
        let given = files(&sample.deployment()).unwrap();
        let text = given.files.first().map_or("{\"objects\":[]}", |(_, text)| text);
        let list: Value = serde_json::from_str(text).unwrap();
        let line = |object: &Value| {
            let mut input = object["input"].as_object().unwrap().clone();
            let key = input.remove("Key").unwrap();
            let file = object["file"].as_str().unwrap_or("-");
            let input: Vec<_> =
                input.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {file} {}", key.as_str().unwrap(), input.join(" "))
        };
        let objects = list["objects"].as_array().unwrap();
        assert_eq!(objects.iter().map(line).collect::<Vec<_>>(), expected);
        given
    }

    #[test]
    fn nothing_to_tell_is_no_file() {
        let sample = Sample::new(&[], "").file("/", "index.html", &[]).file("/a", "a", &[]);
        assert_eq!(check(&sample, &[]), HostFiles::default());
    }

    #[test]
    fn permanent_redirects_are_objects_and_the_others_stay_html_files() {
        let sample = Sample::new(&[], "/b%C3%A9")
            .redirect("/b%C3%A9/a%20b", "https://a.de/?c#d", 308)
            .redirect("/b%C3%A9/data.json", "/c", 301)
            .redirect("/b%C3%A9/tmp", "/c", 302)
            .redirect("/b%C3%A9/tmp.json", "/c", 307)
            .pattern("/go/[x]", "https://a.de/[x]", 5);
        let html = "a b/index.html ContentType=\"text/html; charset=utf-8\" WebsiteRedirectLocation=\"https://a.de/?c#d\"";
        let given = check(
            &sample,
            &[
                &format!("bé/a b {html}"),
                &format!("bé/a b/index.html {html}"),
                "bé/data.json - WebsiteRedirectLocation=\"/c\"",
            ],
        );
        let lost =
            [Lost::Redirect { from: "/b%C3%A9/tmp.json".to_owned() }, Lost::Pattern { line: 5 }];
        assert_eq!(given.lost.into_iter().collect::<Vec<_>>(), lost);
    }

    #[test]
    fn an_object_has_the_six_headers_that_s3_knows() {
        let rules = [rule("/a/*", 1, &[("cache-control", "no-cache"), ("x-a", "b")])];
        let sample = Sample::new(&rules, "")
            .file("/a/b.xml", "a/b.xml", &[("content-language", "de"), ("content-language", "fr")])
            .file("/a/c", "a/c", &[("content-type", "application/json"), ("link", "<a>")])
            .file("/d", "d", &[("expires", "Wed, 21 Oct 2026 07:28:00 GMT")])
            .file("/e", "e", &[("expires", "0")]);
        let given = check(
            &sample,
            &[
                "a/b.xml a/b.xml CacheControl=\"no-cache\" ContentLanguage=\"de, fr\" ContentType=\"text/xml; charset=utf-8\"",
                "a/c a/c CacheControl=\"no-cache\" ContentType=\"application/json\"",
                "d d ContentType=\"application/octet-stream\" Expires=\"Wed, 21 Oct 2026 07:28:00 GMT\"",
            ],
        );
        let header =
            |path: &str, name: &str| Lost::Header { path: path.to_owned(), name: name.to_owned() };
        let lost = [
            header("/a/c", "link"),
            header("/e", "expires"),
            Lost::RuleHeader { line: 1, name: "x-a".to_owned() },
        ];
        assert_eq!(given.lost.into_iter().collect::<Vec<_>>(), lost);
    }

    #[test]
    fn a_page_lies_where_s3_looks_for_it() {
        let html = "ContentType=\"text/html; charset=utf-8\"";
        let sample = Sample::new(&[], "")
            .file("/404", "404.html", &[])
            .file("/a", "a.html", &[])
            .file("/b/", "b.html", &[])
            .file("/c", "c/index.html", &[])
            .file("/d.html", "d.html", &[])
            .redirect_by("/moved", "/a", 301, Some("moved.html".to_owned()))
            .redirect_by("/away", "/a", 307, Some("away.html".to_owned()));
        check(
            &sample,
            &[
                &format!("a a.html {html}"),
                &format!("away away.html {html}"),
                &format!("b/index.html b.html {html}"),
                &format!("moved moved.html {html} WebsiteRedirectLocation=\"/a\""),
                &format!("moved.html moved.html {html} WebsiteRedirectLocation=\"/a\""),
            ],
        );
    }

    #[test]
    fn limits_are_counted() {
        let mistakes = |path: usize, to: usize| {
            let (path, to) =
                (format!("/{}.json", "a".repeat(path)), format!("/{}", "b".repeat(to)));
            let sample = Sample::new(&[], "").redirect(&path, &to, 301);
            let mistakes = files(&sample.deployment()).unwrap().mistakes;
            mistakes.into_iter().map(|mistake| mistake.message).collect::<Vec<_>>()
        };
        assert!(mistakes(1_019, 2_047).is_empty());
        let key = "a".repeat(1_020);
        let expected = [
            format!("the target of `/{key}.json` has 2,049 bytes, and S3 takes 2,048"),
            format!("the key `{key}.json` has 1,025 bytes, and S3 takes 1,024"),
        ];
        assert_eq!(mistakes(1_020, 2_048), expected);
    }
}
