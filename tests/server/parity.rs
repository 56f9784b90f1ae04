//! A static build and a server give the same responses, with the files and by calling the pages.
//!
//! Differences on purpose: without a build, files of `public/` are missing, and a page has no headers about its file (`ETag`,
//! `Last-Modified`, `Accept-Ranges`) and is private unless it has a `Cache-Control`. `500.html` answers errors only, and has no URL.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::client::{Answer, Client};
use crate::process::{Server, built};
use crate::support::{self, TempFolder, tree};

/// A site with the settings that its URLs depend on.
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

/// A page of a build, with its URL and its response.
struct Page {
    url: String,
    bytes: Vec<u8>,
    status: u16,
    /// Whether it is a page, and not a file of `public/`.
    is_made: bool,
}

/// The redirects of a build: from, to, status.
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

/// The pages of a build, without redirect pages and files for hosts.
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
        // It answers errors only, and has no URL.
        if file == "500.html" || redirects.iter().any(|(from, ..)| is_it(from)) {
            continue;
        }
        let status = if file == "404.html" { 404 } else { 200 };
        pages.push(Page { url, bytes, status, is_made });
    }
    pages
}

/// The files that the build script of `names` writes to `public/`.
fn is_public_name(file: &str) -> bool {
    ["prn.css", "a /b.txt", "10:30.txt", "console.txt", "_redirects"].contains(&file)
}

/// Files for kiln itself and for hosts.
fn is_of_host(file: &str) -> bool {
    const NAMES: [&str; 9] = [
        "redirects.json",
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

/// A compressed variant of another file.
fn is_compressed(out: &Path, file: &str) -> bool {
    let stem = [".gz", ".br", ".zst"].iter().find_map(|end| file.strip_suffix(end));
    stem.is_some_and(|stem| out.join(stem).is_file())
}

/// The canonical URL path of a file.
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

/// The responses of a site without a build, by the router and by `kiln::testing::call`.
fn asked(site: &Site, urls: &[&str]) -> Vec<[Answer; 2]> {
    let folder = TempFolder::new(&format!("asked-{}", site.name));
    fs::create_dir_all(&*folder).expect("a folder to make");
    fs::write(folder.join("targets"), urls.join("\n")).expect("a file to write");
    let output = Command::new(asking(site.name))
        .args(["--ignored", "--exact", "asked::asked"])
        .env("ASKED", &*folder)
        .current_dir(support::repository().join("tests/sites").join(site.name))
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

/// The test binary of a site. The first call compiles those of all sites.
fn asking(site: &str) -> String {
    static COMPILED: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["test", "--no-run", "--bins", "--message-format", "json", "--manifest-path"]);
        command.arg(support::repository().join("tests/sites/Cargo.toml"));
        command.arg("--target-dir").arg(support::scratch().join("sites"));
        command.args(SITES.iter().flat_map(|site| ["-p", site.name]));
        let output = command.output().expect("Cargo can be called");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the tests of sites do not compile:\n{stderr}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let binary = |message: Value| {
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, message["executable"].as_str()?.to_owned()))
        };
        messages.filter_map(binary).collect()
    });
    compiled.iter().find(|(name, _)| name == site).expect(site).1.clone()
}

/// Headers about the response or the file, which no page sets.
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
    let asked_of = asked(site, &made.iter().map(|page| &*page.url).collect::<Vec<_>>());
    let called = made.iter().zip(&asked_of).map(|(page, answers)| (&*page.url, answers));
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

/// How the response with a file differs from that of the page, if it does.
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

/// The redirects of a build that the server answers in another way.
fn wrong_redirects(site: &Site, out: &Path, servers: &[&Server]) -> Vec<String> {
    let redirects = redirects(out);
    let froms: Vec<&str> = redirects.iter().map(|(from, ..)| &**from).collect();
    let called = if froms.is_empty() { vec![] } else { asked(site, &froms) };
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

/// A test for each site, so that they run in parallel.
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
