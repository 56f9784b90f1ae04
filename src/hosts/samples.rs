//! Samples of host files, which `tests/hosts/vercel-firebase` replays with what the hosts read them with.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::deployment::{Deployment, HostFiles, SiteFile, Unsupported};
use super::example::Example;
use crate::config::{Config, Format, TrailingSlash};
use crate::hosts::{azure, firebase, vercel};
use crate::support::CONFIG;

type Host = (&'static str, fn(&Deployment<'_>) -> Result<HostFiles>);

const HOSTS: [Host; 3] =
    [("azure", azure::files), ("firebase", firebase::files), ("vercel", vercel::files)];

/// A site, and the expectations that do not follow from it.
struct Sample {
    site: Example,
    /// Redirects that a host cannot express, by host: their HTML files are used instead.
    left_to_html: &'static [(&'static str, &'static str)],
    of_patterns: OfPatterns,
    /// Paths that no redirect matches.
    not_redirected: &'static [&'static str],
}

/// Paths that match patterns, with their target, their status, and the hosts that cannot express the pattern.
type OfPatterns = &'static [(&'static str, &'static str, u16, &'static [&'static str])];

const LEFT_TO_HTML: &[(&str, &str)] = &[
    // Azure would read it as a wildcard.
    ("azure", "/(.*)"),
    ("azure", "/*"),
    // In the targets, `:y` would be a param, and `%25`, `%26` and `%5B` would be encoded differently.
    ("firebase", "/:x"),
    ("firebase", "/100%25"),
    // The emulator would redirect to `http://evil.com`.
    ("firebase", "/old.html"),
    // The query of a request would be appended after the fragment.
    ("firebase", "/caf%C3%A9"),
    // `:30` would be a param.
    ("vercel", "/%3F%23"),
];

const OF_PATTERNS: OfPatterns = &[
    ("/go/x-y-z", "https://x.com/y-z/x/", 302, &["azure"]),
    ("/go/caf%C3%A9-@evil.com", "https://x.com/@evil.com/caf%C3%A9/", 302, &["azure"]),
    // Firebase's emulator encodes again what it has not decoded.
    ("/go/a%3Fb%23-c%26d&e=", "https://x.com/c%26d&e=/a%3Fb%23/", 302, &["azure", "firebase"]),
    ("/moved", "/new", 301, &["azure"]),
    ("/moved/a/b%20c", "/new/a/b%20c", 301, &["azure"]),
    ("/gone", "https://x.com/gone", 308, &[]),
    ("/gone/a/b", "https://x.com/gone", 308, &[]),
];

const NOT_REDIRECTED: &[&str] = &[
    "/anything",
    "/:z",
    "/v1x0",
    "/aab;c=d,e@f!'(g)~&$1",
    "/go/x",
    "/go/x-y/z",
    "/go//-x",
    "/go/-y",
    "/goner",
    "/moved//evil.com",
    "/moved/\\evil.com",
];

/// Redirects and headers with characters that are special on some host.
fn hostile() -> Example {
    Example::new(CONFIG)
        .redirect("/(.*)", "/about", 301)
        .redirect("/*", "/about?x=1", 301)
        .redirect("/:x", "/:y/a:b(c)*+$1", 302)
        .redirect("/a+b;c=d,e@f!'(g)~&$1", "/about#$1:x", 303)
        .redirect("/100%25", "https://x.com:8080/100%25?q=%26", 307)
        .redirect("/%5Bslug%5D", "https://x.com/@%5B:1", 308)
        .redirect("/%7B%7D", "/caf%C3%A9%20b?c=%C3%A9", 308)
        .redirect("/%3F%23", "/about?t=12:30", 301)
        .redirect("/caf%C3%A9", "/x?a=b#c", 301)
        .redirect("/data.json", "/new.json", 301)
        .redirect("/old.html", "/http:/evil.com", 302)
        .redirect("/v1.0", "/v2.0", 301)
        .pattern("/go/[a]-[b]", "https://x.com/[b]/[a]/", Some(302))
        .pattern("/moved/[...rest]", "/new/[...rest]", None)
        .pattern("/gone/[...rest]", "https://x.com/gone", Some(308))
        .rule("/*", "x-frame-options", "DENY")
        .rule("/assets/*", "cache-control", "public, max-age=31536000, immutable")
        .rule("/assets/now/*", "cache-control", "no-store")
        .rule("/*.svg", "content-security-policy", "default-src 'none'; \"\\{}#")
        .rule("/about", "x-frame-options", "SAMEORIGIN")
        .rule("/a(b)/*", "x-brackets", "yes")
        .page("about/index.html", "/about", &[("link", "<a>; rel=\"b\""), ("link", "<c>")])
        .page("api/users", "/api/users", &[("content-type", "application/json")])
        .page("feed.bin", "/feed.bin", &[("content-type", "application/x-feed")])
        .page("a(b)/c+d$1/index.html", "/a(b)/c+d$1", &[("x-cost", "$1 $host {x}")])
        .file("assets/a.js", "/assets/a.js")
        .file("assets/now/b.js", "/assets/now/b.js")
        .file("assets/logo.svg", "/assets/logo.svg")
        .file("caf\u{e9}/d.svg", "/caf%C3%A9/d.svg")
        .file("404.html", "/404")
        .file("index.html", "/")
}

/// A site below a base, with `format = "file"`.
fn below_a_base() -> Example {
    let (format, trailing_slash) = (Format::File, TrailingSlash::Always);
    Example::new(Config { base: "/docs", format, trailing_slash, ..CONFIG })
        .redirect("/docs/old/", "/docs/new/", 308)
        .redirect("/docs/older.html", "https://x.com/", 302)
        .pattern("/go/[...rest]", "/new/[...rest]", None)
        .rule("/docs/*", "x-frame-options", "DENY")
        .rule("/docs/guide/", "cache-control", "no-cache")
        .page("guide.html", "/docs/guide/", &[("x-page", "guide")])
        .file("guide/start.html", "/docs/guide/start/")
        .file("data.json", "/docs/data.json")
        .file("index.html", "/docs/")
}

/// Pages with `format = "file"`, and one whose own path ends in `.html`.
fn files_without_a_slash() -> Example {
    let (format, trailing_slash) = (Format::File, TrailingSlash::Never);
    Example::new(Config { format, trailing_slash, ..CONFIG })
        .redirect("/old.html", "/guide", 301)
        .redirect("/older", "/guide", 301)
        .rule("/*.html", "x-html", "yes")
        .page("guide.html", "/guide", &[("x-page", "guide")])
        .page("page.html", "/page.html", &[("x-page", "page")])
        .file("myindex.html", "/myindex")
        .file("index.html", "/")
}

/// Pages of each kind, with files and URLs according to the settings.
fn of_each_kind(base: &'static str, format: Format, trailing_slash: TrailingSlash) -> Example {
    let slash = if trailing_slash == TrailingSlash::Always { "/" } else { "" };
    let root = match (base, trailing_slash) {
        ("", _) => "/".to_owned(),
        (_, TrailingSlash::Never) => base.to_owned(),
        _ => format!("{base}/"),
    };
    let file = |name: &str, is_index: bool| match format {
        Format::Directory => format!("{name}/index.html"),
        Format::Preserve if is_index => format!("{name}/index.html"),
        Format::File | Format::Preserve => format!("{name}.html"),
    };
    let url = |name: &str| format!("{base}/{name}{slash}");
    let mut example = Example::new(Config { base, format, trailing_slash, ..CONFIG })
        .rule(&format!("{base}/*"), "x-all", "yes")
        .rule(&format!("{base}/blog/*"), "x-blog", "yes")
        .redirect(&url("old"), &url("about"), 301)
        .file("index.html", &root)
        .file("data.json", &format!("{base}/data.json"))
        .page(&file("about", false), &url("about"), &[("x-page", "about")])
        .page(&file("blog", true), &url("blog"), &[("x-page", "blog")])
        .file(&file("blog/v1.0", false), &url("blog/v1.0"))
        .file(&file("caf\u{e9} b", false), &url("caf%C3%A9%20b"));
    // A path with a slash at its end is that of an HTML page.
    if slash.is_empty() {
        let sent = [("content-type", "application/json")];
        example = example.page("api", &format!("{base}/api"), &sent);
    }
    example
}

/// The responses that the replay has to find, except where a host does not support a feature.
fn expected(sample: &Sample, unsupported: &BTreeMap<&str, Vec<Unsupported>>) -> Result<Value> {
    let deployment = sample.site.deployment();
    let except = |is_lost: &dyn Fn(&Unsupported) -> bool| -> Vec<&str> {
        unsupported
            .iter()
            .filter(|(_, unsupported)| unsupported.iter().any(is_lost))
            .map(|(host, _)| *host)
            .collect()
    };
    let redirects = deployment.redirects.iter().map(|redirect| {
        let left = sample.left_to_html.iter().filter(|(_, from)| *from == redirect.from);
        let left: Vec<&str> = left.map(|(host, _)| *host).collect();
        json!({
            "from": redirect.from, "to": redirect.to, "status": redirect.status, "file": redirect.file,
            "except": left,
        })
    });
    let of_patterns = sample.of_patterns.iter().map(|(from, to, status, except)| {
        json!({ "from": from, "to": to, "status": status, "except": except })
    });
    let redirects: Vec<Value> = redirects.chain(of_patterns).collect();
    let mut headers = Vec::new();
    deployment.files.for_each(&mut |SiteFile { name: file, path }| {
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in deployment.headers_of(&path) {
            values.entry(name).or_default().push(value);
        }
        for (name, values) in values {
            let unsupported = Unsupported::Header { path: path.clone(), name: name.into() };
            headers.push(json!({
                "path": path, "file": file, "headers": { name: values.join(", ") },
                "except": except(&|known| *known == unsupported),
            }));
        }
        Ok(())
    })?;
    Ok(json!({ "redirects": redirects, "headers": headers, "none": sample.not_redirected }))
}

/// Compares the files of a sample with those on disk; `BLESS=1` writes them.
#[track_caller]
fn check(name: &str, sample: &Sample) {
    let mut files = Vec::new();
    let mut unsupported = BTreeMap::new();
    for (host, make) in HOSTS {
        let output = make(&sample.site.deployment()).expect("files that can be read");
        assert_eq!(output.mistakes, [], "{host}");
        files.extend(output.files);
        unsupported.insert(host, output.unsupported);
    }
    let expected = expected(sample, &unsupported).expect("files that can be read");
    files.push(("expected.json".into(), format!("{expected:#}\n")));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosts/vercel-firebase/samples");
    for (file, text) in files {
        let file = folder.join(name).join(&file);
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(&file, &text).expect("a file");
        }
        let known = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(known, text, "{}; `BLESS=1` takes over what came out", file.display());
    }
}

#[test]
fn special_characters_are_taken_literally() {
    let sample = Sample {
        site: hostile(),
        left_to_html: LEFT_TO_HTML,
        of_patterns: OF_PATTERNS,
        not_redirected: NOT_REDIRECTED,
    };
    check("hostile", &sample);
}

#[test]
fn a_site_is_served_below_its_base() {
    let of_patterns: OfPatterns = &[
        ("/docs/go", "/docs/new/", 301, &["azure"]),
        ("/docs/go/a/b/", "/docs/new/a/b/", 301, &["azure"]),
    ];
    let not_redirected = &["/docs", "/docs/old/x", "/old", "/doc", "/docsold"];
    check(
        "below-a-base",
        &Sample { site: below_a_base(), left_to_html: &[], of_patterns, not_redirected },
    );
}

#[test]
fn pages_are_served_without_their_extension() {
    let site = files_without_a_slash();
    let sample = Sample { site, left_to_html: &[], of_patterns: &[], not_redirected: &["/oldest"] };
    check("files-without-a-slash", &sample);
}

#[test]
fn pages_of_each_kind_open_at_their_canonical_urls() {
    use {Format::*, TrailingSlash::*};
    for (name, base, format, trailing_slash) in [
        ("directory-always", "", Directory, Always),
        ("directory-never", "", Directory, Never),
        ("file-ignore", "", File, Ignore),
        ("file-always", "", File, Always),
        ("preserve-ignore", "", Preserve, Ignore),
        ("directory-ignore-base", "/docs", Directory, Ignore),
        ("file-never-base", "/docs/v1.0", File, Never),
        ("preserve-always-base", "/docs", Preserve, Always),
    ] {
        let site = of_each_kind(base, format, trailing_slash);
        check(name, &Sample { site, left_to_html: &[], of_patterns: &[], not_redirected: &[] });
    }
}
