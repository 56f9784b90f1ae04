//! Amazon S3 as a website endpoint: `s3.json` lists the objects that need more than their bytes.
//!
//! An object gets its headers and its redirect when it is put. So all files are uploaded first, without the list, and
//! then the objects in the list are put again, with the input for `put-object` of `aws s3api`:
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
//! A redirect of S3 is permanent. A temporary one stays an HTML file.

use std::collections::BTreeMap;

use anyhow::Result;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::deployment::{Deployment, HostFiles, Mistake, Redirect, Unsupported};
use super::error_status;
use crate::page::content_type;
use crate::text::grouped;

/// The name of the list in the out folder.
const LIST: &str = "s3.json";
/// The longest key, in bytes.
const KEY: usize = 1_024;
/// The longest target of a redirect, in bytes.
const TARGET: usize = 2_048;

/// The headers that an object can have, and their names in `put-object`.
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
    /// The file with its bytes, relative to the out folder; `None` if it only redirects.
    file: Option<String>,
    /// The input of `put-object`, without the key.
    input: Map<String, Value>,
}

/// The objects by their keys.
type Objects = BTreeMap<String, Object>;

/// Generates the list for S3.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut output = HostFiles::default();
    let mut objects = Objects::new();
    for redirect in deployment.redirects {
        add_redirect(deployment, redirect, &mut objects, &mut output);
    }
    output
        .unsupported
        .extend(deployment.patterns.iter().map(|rule| Unsupported::Pattern { line: rule.line }));
    add_files(deployment, &mut objects)?;
    output.unsupported.extend(deployment.unsupported_headers(can_send));
    for key in objects.keys().filter(|key| key.len() > KEY) {
        let (length, limit) = (grouped(key.len()), grouped(KEY));
        output.mistakes.push(Mistake {
            message: format!("the key `{key}` has {length} bytes, but S3 allows {limit}"),
            hint: "shorten the path".to_owned(),
        });
    }
    if !objects.is_empty() {
        let object = |(key, Object { file, mut input }): (String, Object)| {
            input.insert("Key".to_owned(), key.into());
            json!({ "file": file, "input": input })
        };
        let list = json!({ "objects": objects.into_iter().map(object).collect::<Vec<_>>() });
        output.files.push((LIST.to_owned(), format!("{list:#}\n")));
    }
    Ok(output)
}

/// Adds a redirect for its HTML file and for the path itself. S3 would otherwise first redirect the path to its other
/// slash form.
fn add_redirect(
    deployment: &Deployment<'_>,
    redirect: &Redirect,
    objects: &mut Objects,
    output: &mut HostFiles,
) {
    let mut input = Map::new();
    if let Some(file) = &redirect.file {
        input.insert("ContentType".to_owned(), content_type::of_file(file).into());
    }
    if !matches!(redirect.status, 301 | 308) {
        match redirect.file.clone() {
            None => {
                output.unsupported.push(Unsupported::Redirect { from: redirect.from.clone() });
            }
            // S3 finds it at its path.
            Some(file) if is_index(&file) => {}
            Some(file) => {
                objects.insert(key_of_path(&redirect.from), Object { file: Some(file), input });
            }
        }
        return;
    }
    output.mistakes.extend(too_long(redirect));
    input.insert("WebsiteRedirectLocation".to_owned(), redirect.to.clone().into());
    let file = redirect.file.clone();
    if let Some(file) = &file {
        let object = Object { file: Some(file.clone()), input: input.clone() };
        objects.insert(key_of_file(deployment, file), object);
    }
    objects.insert(key_of_path(&redirect.from), Object { file, input });
}

fn too_long(redirect: &Redirect) -> Option<Mistake> {
    let (length, limit) = (grouped(redirect.to.len()), grouped(TARGET));
    (redirect.to.len() > TARGET).then(|| Mistake {
        message: format!(
            "the target of `{}` has {length} bytes, but S3 allows {limit}",
            redirect.from
        ),
        hint: "shorten the target, or set its status to 302: then its HTML file redirects alone"
            .to_owned(),
    })
}

/// Adds the files that have headers, and those that S3 would not find at their path.
fn add_files(deployment: &Deployment<'_>, objects: &mut Objects) -> Result<()> {
    deployment.files.for_each(&mut |file| {
        let mut input = Map::new();
        for (name, value) in deployment.headers_of(&file.path) {
            let Some((_, member)) = HEADERS.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            if !can_send(name, value) {
                continue;
            }
            // The values of a repeated header are joined.
            let value = match input.get(*member).and_then(Value::as_str) {
                Some(earlier) => format!("{earlier}, {value}"),
                None => value.to_owned(),
            };
            input.insert((*member).to_owned(), value.into());
        }
        let key = key_of_file(deployment, &file.name);
        let has_headers = !input.is_empty();
        // An object that is put again without a type loses it.
        input.entry("ContentType").or_insert_with(|| content_type::of_file(&file.name).into());
        // S3 finds `a/index.html` for `/a` and `/a/`, and for other paths the key that equals the path.
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
fn can_send(name: &str, value: &str) -> bool {
    let is_known = HEADERS.iter().any(|(known, _)| *known == name);
    // S3 parses and reformats a date. All other values are sent unchanged and have to be ASCII.
    is_known && value.is_ascii() && (name != "expires" || httpdate::parse_http_date(value).is_ok())
}

/// The key of a file.
fn key_of_file(deployment: &Deployment<'_>, file: &str) -> String {
    let base = percent_decode_str(deployment.config.base).decode_utf8_lossy();
    format!("{base}/{file}").trim_start_matches('/').to_owned()
}

/// The key that S3 looks for at a path.
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
    use crate::text::sorted::sorted_set;

    /// Checks the list in short form, a line for each object: the key, the file, and the input of `put-object`.
    #[track_caller]
    fn check(sample: &Sample, expected: &[&str]) -> HostFiles {
        let output = files(&sample.deployment()).unwrap();
        let text = output.files.first().map_or("{\"objects\":[]}", |(_, text)| text);
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
        output
    }

    #[test]
    fn a_site_without_rules_has_no_file() {
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
        let output = check(
            &sample,
            &[
                &format!("bé/a b {html}"),
                &format!("bé/a b/index.html {html}"),
                "bé/data.json - WebsiteRedirectLocation=\"/c\"",
            ],
        );
        let unsupported = [
            Unsupported::Redirect { from: "/b%C3%A9/tmp.json".to_owned() },
            Unsupported::Pattern { line: 5 },
        ];
        assert_eq!(sorted_set(output.unsupported), unsupported);
    }

    #[test]
    fn an_object_has_the_six_headers_that_s3_knows() {
        let rules = [rule("/a/*", 1, &[("cache-control", "no-cache"), ("x-a", "b")])];
        let sample = Sample::new(&rules, "")
            .file("/a/b.xml", "a/b.xml", &[("content-language", "de"), ("content-language", "fr")])
            .file("/a/c", "a/c", &[("content-type", "application/json"), ("link", "<a>")])
            .file("/d", "d", &[("expires", "Wed, 21 Oct 2026 07:28:00 GMT")])
            .file("/e", "e", &[("expires", "0")]);
        let output = check(
            &sample,
            &[
                "a/b.xml a/b.xml CacheControl=\"no-cache\" ContentLanguage=\"de, fr\" ContentType=\"text/xml; charset=utf-8\"",
                "a/c a/c CacheControl=\"no-cache\" ContentType=\"application/json\"",
                "d d ContentType=\"application/octet-stream\" Expires=\"Wed, 21 Oct 2026 07:28:00 GMT\"",
            ],
        );
        let header = |path: &str, name: &str| Unsupported::Header {
            path: path.to_owned(),
            name: name.to_owned(),
        };
        let unsupported = [
            header("/a/c", "link"),
            header("/e", "expires"),
            Unsupported::RuleHeader { line: 1, name: "x-a".to_owned() },
        ];
        assert_eq!(sorted_set(output.unsupported), unsupported);
    }

    #[test]
    fn a_page_is_where_s3_looks_for_it() {
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
            format!("the target of `/{key}.json` has 2,049 bytes, but S3 allows 2,048"),
            format!("the key `{key}.json` has 1,025 bytes, but S3 allows 1,024"),
        ];
        assert_eq!(mistakes(1_020, 2_048), expected);
    }
}
