//! Samples of host files, which `tests/hosts/vercel-firebase` replays with what the hosts read them with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::deployment::{Deployment, HostFiles, Lost, SiteFile};
use super::example::Example;
use crate::config::{Config, Format, TrailingSlash};
use crate::hosts::{azure, firebase, vercel};
use crate::support::CONFIG;

type Host = (&'static str, fn(&Deployment<'_>) -> Result<HostFiles>);

const HOSTS: [Host; 3] =
    [("azure", azure::files), ("firebase", firebase::files), ("vercel", vercel::files)];

/// A site, and what its hosts must do beside what follows from it.
struct Sample {
    site: Example,
    /// Hosts, and redirects that they cannot be told: their HTML files stand for them.
    left_to_html: &'static [(&'static str, &'static str)],
    of_patterns: OfPatterns,
    /// Paths that no redirect is for.
    of_none: &'static [&'static str],
}

/// Paths of patterns, where they lead, with which status, and the hosts that cannot be told of them.
type OfPatterns = &'static [(&'static str, &'static str, u16, &'static [&'static str])];

const LEFT_TO_HTML: &[(&str, &str)] = &[
    // It would be a wildcard.
    ("azure", "/(.*)"),
    ("azure", "/*"),
    // Of the targets, `:y` would be a param, and `%25`, `%26` and `%5B` would be written otherwise.
    ("firebase", "/:x"),
    ("firebase", "/100%25"),
    // The emulator would send to `http://evil.com`.
    ("firebase", "/old.html"),
    // The query of a request would come behind the fragment.
    ("firebase", "/caf%C3%A9"),
    // `:30` would be a param.
    ("vercel", "/%3F%23"),
];

const OF_PATTERNS: OfPatterns = &[
    ("/go/x-y-z", "https://x.com/y-z/x/", 302, &["azure"]),
    ("/go/caf%C3%A9-@evil.com", "https://x.com/@evil.com/caf%C3%A9/", 302, &["azure"]),
    // Firebase's emulator encodes once more what it has not decoded.
    ("/go/a%3Fb%23-c%26d&e=", "https://x.com/c%26d&e=/a%3Fb%23/", 302, &["azure", "firebase"]),
    ("/moved", "/new", 301, &["azure"]),
    ("/moved/a/b%20c", "/new/a/b%20c", 301, &["azure"]),
    ("/gone", "https://x.com/gone", 308, &[]),
    ("/gone/a/b", "https://x.com/gone", 308, &[]),
];

const OF_NONE: &[&str] = &[
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

/// Redirects from and to what means something to a host, and headers of the same kind.
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

/// A site below a base, whose pages are no folders.
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

/// Pages whose files are beside each other, and one whose own path ends in `.html`.
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

/// Pages of each kind, as the settings have their files and URLs.
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
    // With a slash at its end, a path is that of a page.
    if slash.is_empty() {
        let sent = [("content-type", "application/json")];
        example = example.page("api", &format!("{base}/api"), &sent);
    }
    example
}

/// What must be answered, but for what hosts cannot be told.
fn expected(sample: &Sample, lost: &BTreeMap<&str, BTreeSet<Lost>>) -> Result<Value> {
    let deployment = sample.site.deployment();
    let except = |is_lost: &dyn Fn(&Lost) -> bool| -> Vec<&str> {
        lost.iter().filter(|(_, lost)| lost.iter().any(is_lost)).map(|(host, _)| *host).collect()
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
    deployment.files.each(&mut |SiteFile { name: file, path }| {
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in deployment.headers_of(&path) {
            values.entry(name).or_default().push(value);
        }
        for (name, values) in values {
            let lost = Lost::Header { path: path.clone(), name: name.into() };
            headers.push(json!({
                "path": path, "file": file, "headers": { name: values.join(", ") },
                "except": except(&|known| *known == lost),
            }));
        }
        Ok(())
    })?;
    Ok(json!({ "redirects": redirects, "headers": headers, "none": sample.of_none }))
}

/// Compares the files of a sample; `BLESS=1` writes them.
#[track_caller]
fn check(name: &str, sample: &Sample) {
    let mut files = Vec::new();
    let mut lost = BTreeMap::new();
    for (host, make) in HOSTS {
        let told = make(&sample.site.deployment()).expect("files that can be read");
        assert_eq!(told.mistakes, [], "{host}");
        files.extend(told.files);
        lost.insert(host, told.lost);
    }
    let expected = expected(sample, &lost).expect("files that can be read");
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
fn what_means_something_to_hosts_is_taken_literally() {
    let sample = Sample {
        site: hostile(),
        left_to_html: LEFT_TO_HTML,
        of_patterns: OF_PATTERNS,
        of_none: OF_NONE,
    };
    check("hostile", &sample);
}

#[test]
fn a_base_is_where_the_site_is_answered() {
    let of_patterns: OfPatterns = &[
        ("/docs/go", "/docs/new/", 301, &["azure"]),
        ("/docs/go/a/b/", "/docs/new/a/b/", 301, &["azure"]),
    ];
    let of_none = &["/docs", "/docs/old/x", "/old", "/doc", "/docsold"];
    check(
        "below-a-base",
        &Sample { site: below_a_base(), left_to_html: &[], of_patterns, of_none },
    );
}

#[test]
fn pages_are_answered_without_their_extension() {
    let site = files_without_a_slash();
    let sample = Sample { site, left_to_html: &[], of_patterns: &[], of_none: &["/oldest"] };
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
        check(name, &Sample { site, left_to_html: &[], of_patterns: &[], of_none: &[] });
    }
}
