//! What a static build writes is what a server answers: with the files, and by calling the pages.
//!
//! What differs on purpose: without a build, files of `public/` have no answer, and a page says nothing of its file (`ETag`,
//! `Last-Modified`, `Accept-Ranges`) and is private where it does not say how it is kept. `500.html` is for what goes
//! wrong, and is never answered by its name.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::client::{Answer, Client};
use super::process::{Server, built};
use crate::support::{self, TempFolder, tree};

/// A site, and what of its settings is in URLs.
struct Site {
    name: &'static str,
    base: &'static str,
    always_slash: bool,
}

const fn site(name: &'static str) -> Site {
    Site { name, base: "", always_slash: false }
}

const fn slashed(name: &'static str, base: &'static str) -> Site {
    Site { name, base, always_slash: true }
}

const SITES: [Site; 13] = [
    site("basics"),
    slashed("settings", "/docs"),
    site("props"),
    slashed("pages", "/repo"),
    site("versions"),
    site("names"),
    slashed("redirects", "/docs"),
    site("hosted"),
    site("precompressed"),
    site("middleware"),
    site("served"),
    slashed("based", "/app"),
    site("slashless"),
];

/// A page of a build: its URL and the expected answer.
struct Page {
    url: String,
    bytes: Vec<u8>,
    status: u16,
    /// Whether a page made it, and not a file of `public/`.
    is_made: bool,
}

/// What a site's build lists of its redirects: from, to, status.
fn redirects(out: &Path) -> Vec<(String, String, u16)> {
    let Ok(text) = fs::read_to_string(out.join("redirects.json")) else { return vec![] };
    let listed: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let redirect = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().expect(key).to_owned();
        let status = entry["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        (text("from"), text("to"), status.expect("a status"))
    };
    listed.iter().map(redirect).collect()
}

/// The pages of a build, save for those that stand for a redirect and what is for hosts.
fn pages(site: &Site, out: &Path) -> Vec<Page> {
    let redirects = redirects(out);
    let public = support::repository().join("tests/sites").join(site.name).join("public");
    let mut pages = Vec::new();
    for (file, bytes) in tree(out) {
        if is_of_host(&file) || is_compressed(out, &file) {
            continue;
        }
        let is_made = !public.join(&file).is_file() && !is_public_name(&file);
        let url = url(site, &file, is_made);
        let path = url.trim_end_matches('/');
        let named = format!("{}/{file}", site.base);
        let is_it = |from: &str| from == named || from.trim_end_matches('/') == path;
        // It answers failures, and no request by its name.
        if file == "500.html" || redirects.iter().any(|(from, ..)| is_it(from)) {
            continue;
        }
        let status = if file == "404.html" { 404 } else { 200 };
        pages.push(Page { url, bytes, status, is_made });
    }
    pages
}

/// The files that the build script of `names` puts into `public/`.
fn is_public_name(file: &str) -> bool {
    ["prn.css", "a /b.txt", "10:30.txt", "console.txt", "_redirects"].contains(&file)
}

/// What is there for kiln, and for hosts.
fn is_of_host(file: &str) -> bool {
    const NAMES: [&str; 10] = [
        "redirects.json",
        "sitemap.xml",
        "vercel.json",
        "firebase.json",
        "staticwebapp.config.json",
        "nginx.conf",
        "Caddyfile",
        "s3.json",
        "_headers",
        ".nojekyll",
    ];
    NAMES.contains(&file) || file.starts_with(".kiln") || file == "_redirects"
}

/// A file that stands beside the one that it is made from.
fn is_compressed(out: &Path, file: &str) -> bool {
    let stem = [".gz", ".br", ".zst"].iter().find_map(|end| file.strip_suffix(end));
    stem.is_some_and(|stem| out.join(stem).is_file())
}

/// The one URL path of a file.
fn url(site: &Site, file: &str, is_made: bool) -> String {
    let page = file.strip_suffix(".html").filter(|_| is_made);
    let path = page.map_or(file, |page| page.strip_suffix("index").unwrap_or(page));
    let path = path.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let has_extension = page.is_none() && last.contains('.');
    let slash = site.always_slash && is_made && !has_extension && !path.is_empty();
    let escaped: String = path.bytes().fold(String::new(), |url, byte| match byte {
        b if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&b) => {
            url + std::str::from_utf8(&[b]).expect("ASCII")
        }
        b => url + &format!("%{b:02X}"),
    });
    format!("{}/{escaped}{}", site.base, if slash { "/" } else { "" })
}

/// The answers of a site without a build: of the router, and of `kiln::testing::call`.
fn answers_without_build(site: &Site, urls: &[&str]) -> Vec<[Answer; 2]> {
    let folder = TempFolder::new(&format!("answers-{}", site.name));
    fs::create_dir_all(&*folder).expect("a folder to make");
    fs::write(folder.join("targets"), urls.join("\n")).expect("a file to write");
    let output = support::test_command(site.name)
        .args(["--ignored", "--exact", "answers::write_answers"])
        .env("ANSWERS", &*folder)
        .output()
        .expect("the site's tests can be called");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{}: {shown}", site.name);
    let read = |kind: &str, at: usize| {
        let bytes = fs::read(folder.join(format!("{kind}-{at}"))).expect("an answer");
        Client::read(&bytes).expect("an answer")
    };
    (0..urls.len()).map(|at| [read("router", at), read("call", at)]).collect()
}

/// Headers that are about the answer, or the file, and that no page sends.
fn is_of_answer(name: &str) -> bool {
    const NAMES: [&str; 7] = [
        "date",
        "connection",
        "content-length",
        "etag",
        "last-modified",
        "accept-ranges",
        "cache-control",
    ];
    NAMES.contains(&name)
}

#[track_caller]
fn check_site(site: &Site) {
    let out = built(site.name);
    let server = Server::start(site.name, "serve", &out);
    let preview = Server::start(site.name, "preview", &out);
    let mut wrong = Vec::new();
    let pages = pages(site, &out);
    assert!(!pages.is_empty(), "{} has no pages", site.name);
    let made: Vec<&Page> = pages.iter().filter(|page| page.is_made).collect();
    let answers =
        answers_without_build(site, &made.iter().map(|page| &*page.url).collect::<Vec<_>>());
    let called = made.iter().zip(&answers).map(|(page, answers)| (&*page.url, answers));
    let called: Vec<(&str, &[Answer; 2])> = called.collect();
    for page in &pages {
        let answers = [server.get(&page.url), preview.get(&page.url)];
        for (command, answer) in ["serve", "preview"].iter().zip(&answers) {
            if answer.status != page.status || answer.body != page.bytes {
                let shown = answer.text();
                wrong.push(format!("{command} {} {}: {shown:.80}", page.url, answer.status));
            }
        }
        let Some((_, [by_router, by_call])) = called.iter().find(|(url, _)| *url == page.url)
        else {
            continue;
        };
        let agree = [(&answers[0], by_router, "router"), (&answers[0], by_call, "call")];
        for (of_file, of_page, kind) in agree {
            if let Some(difference) = difference(of_file, of_page) {
                wrong.push(format!("{kind} {}: {difference}", page.url));
            }
        }
    }
    wrong.extend(wrong_redirects(site, &out, &[&server, &preview]));
    let count = pages.len();
    assert!(wrong.is_empty(), "{}, {count} pages:\n{}", site.name, wrong.join("\n"));
    println!("{}: {count} pages and {} redirects agree", site.name, redirects(&out).len());
}

/// How the answer with a file differs from that of the page, if it does.
fn difference(of_file: &Answer, of_page: &Answer) -> Option<String> {
    if of_file.status != of_page.status {
        return Some(format!("{} and not {}", of_page.status, of_file.status));
    }
    if of_file.body != of_page.body {
        return Some(format!("{:.80} and not {:.80}", of_page.text(), of_file.text()));
    }
    for (name, value) in of_page.headers.iter().filter(|(name, _)| !is_of_answer(name)) {
        if !of_file.headers.contains(&(name.clone(), value.clone())) {
            return Some(format!("{name}: {value} and not {:?}", of_file.header(name)));
        }
    }
    None
}

/// The redirects of a build that are not answered as it lists them.
fn wrong_redirects(site: &Site, out: &Path, servers: &[&Server]) -> Vec<String> {
    let redirects = redirects(out);
    let froms: Vec<&str> = redirects.iter().map(|(from, ..)| &**from).collect();
    let called = if froms.is_empty() { vec![] } else { answers_without_build(site, &froms) };
    let mut wrong = Vec::new();
    for (at, (from, to, status)) in redirects.iter().enumerate() {
        let served = servers.iter().map(|server| server.get(from));
        for answer in served.chain(called[at].iter().cloned()) {
            if answer.status != *status || answer.header("location") != Some(to) {
                let location = answer.header("location");
                wrong.push(format!("{from} {}: {location:?} and not {to} {status}", answer.status));
            }
        }
    }
    wrong
}

/// A test for each site, so that they run side by side.
macro_rules! sites {
    ($($test:ident: $at:literal,)+) => {
        $(#[test]
        fn $test() {
            assert!(stringify!($test).starts_with(SITES[$at].name));
            check_site(&SITES[$at]);
        })+

        #[test]
        fn every_site_has_its_test() {
            assert_eq!([$($at),+].len(), SITES.len());
        }
    };
}

sites! {
    basics_agrees: 0,
    settings_agrees: 1,
    props_agrees: 2,
    pages_agrees: 3,
    versions_agrees: 4,
    names_agrees: 5,
    redirects_agrees: 6,
    hosted_agrees: 7,
    precompressed_agrees: 8,
    middleware_agrees: 9,
    served_agrees: 10,
    based_agrees: 11,
    slashless_agrees: 12,
}
