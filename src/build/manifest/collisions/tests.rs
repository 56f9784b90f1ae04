use super::*;
use std::path::PathBuf;

use crate::build::dist::written::Written;
use crate::build::manifest::{Manifest, Owner};
use crate::config::Host;
use crate::support::{self, CONFIG};

/// Claims `path from file of route` for pages, and `public: file` or `variant: file` for others. Returns the text
/// of the failures, which must not depend on the order.
#[track_caller]
fn collisions(claims: &[(&str, &str)]) -> Vec<String> {
    collisions_for(&[], claims)
}

#[track_caller]
fn collisions_for(hosts: &'static [Host], claims: &[(&str, &str)]) -> Vec<String> {
    let paths: Vec<&str> = claims.iter().map(|(path, _)| *path).collect();
    let site = Site { hosts, ..support::site(&paths, CONFIG) };
    let collide = |order: &[usize]| {
        let all = Manifest::new(PathBuf::new());
        for &at in order {
            let (path, file) = claims[at];
            match path.strip_prefix('/') {
                None if path == "variant" => all.add_variant(file, Owner::PUBLIC, Written::NEW),
                None => all.add_file(file, Owner::PUBLIC, Written::NEW),
                Some(path) => {
                    let file = Some(file).filter(|file| !file.is_empty());
                    all.add_page(path, file, Owner::route(at), Written::NEW)
                }
            }
            .expect("memory");
        }
        let collisions = super::collisions(&all.close(), &[], &site, &ListedParams::default());
        let collisions = collisions.expect("a list");
        let failures = collisions.failures.iter().map(ToString::to_string);
        let warnings = collisions.warnings.into_iter().map(Diagnostic::into_warning);
        failures.chain(warnings.map(|it| it.to_string())).collect::<Vec<_>>()
    };
    let forwards: Vec<usize> = (0..claims.len()).collect();
    let backwards: Vec<usize> = (0..claims.len()).rev().collect();
    let found = collide(&forwards);
    assert_eq!(found, collide(&backwards), "the order matters");
    found
}

#[test]
fn names_that_do_not_collide() {
    for claims in [
        [("/a", "a/index.html"), ("/a/b", "a/b/index.html")],
        [("/a", "a.html"), ("/a/b", "a/b.html")],
        [("/strasse", "strasse.html"), ("/stra\u{df}e", "stra\u{df}e.html")],
        [("/e", "e"), ("/\u{e9}", "\u{e9}")],
        [("/a", ""), ("/a/b", "a/b/index.html")],
    ] {
        assert_eq!(collisions(&claims), [""; 0]);
    }
}

#[test]
fn two_pages_of_one_file() {
    let expected = "\
error: a/index.html: two sources make this file
  --> /a from src/pages/a.rs
  --> /a from src/pages/a.rs
  hint: keep one of the two";
    assert_eq!(collisions(&[("/a", "a/index.html"), ("/a", "a/index.html")]), [expected]);
}

#[test]
fn items_of_one_route_are_named() {
    let site = support::site(&["/[x]", "/a"], CONFIG);
    let shown = |items: &[(u32, &str)], listed_params: &[(u32, &str)]| {
        let (manifest, all) = (Manifest::new(PathBuf::new()), ListedParams::default());
        for (item, name) in items {
            let (owner, file) = (Owner::page(0, *item), format!("{name}/index.html"));
            manifest.add_page(name, Some(&file), owner, Written::NEW).expect("memory");
        }
        for (item, params) in listed_params {
            all.add(Owner::page(0, *item), (*params).to_owned());
        }
        let found = super::collisions(&manifest.close(), &[], &site, &all).expect("a list");
        found.failures.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let expected = "\
error: b c/index.html: one route makes this file more than once
  --> /b c from src/pages/[x].rs, at index 3 of `static_paths`, with x=b c
  --> /b c from src/pages/[x].rs, at index 17 of `static_paths`, with x=b c
  hint: return only one of them from `static_paths`";
    assert_eq!(shown(&[(17, "b c"), (3, "b c"), (0, "d")], &[]), [expected]);
    let expected = "\
error: \u{e9}/index.html: one route makes this file more than once
  --> /\u{e9} from src/pages/[x].rs, at index 0 of `static_paths`, with x=\u{e9}
  --> /\u{e9} from src/pages/[x].rs, at index 1 of `static_paths`, with x=e\u{301}, where `e\u{301}` (U+0065 U+0301) \
is written as `\u{e9}` (U+00E9) in the path
  hint: return only one of them from `static_paths`";
    assert_eq!(shown(&[(0, "\u{e9}"), (1, "\u{e9}")], &[(1, "x=e\u{301}")]), [expected]);
    let many: Vec<_> = (0..1_234).map(|item| (item, "b")).collect();
    let found = shown(&many, &[]);
    assert!(found[0].contains("\n  --> and 1,224 more\n"), "{found:?}");
}

#[test]
fn a_page_and_a_file_of_public() {
    let expected = "\
error: a.json: two sources make this file
  --> public/a.json
  --> /a.json from src/pages/a.json.rs
  hint: keep one of the two";
    assert_eq!(collisions(&[("/a.json", "a.json"), ("public", "a.json")]), [expected]);
}

#[test]
fn a_name_that_is_a_file_and_a_folder() {
    let expected = "\
error: a: is a file from one source and a folder from another
  --> /a from src/pages/a.rs
  --> /a/b from src/pages/a/b.rs
  hint: give the file an extension in the name of its page, for example `.json.rs`";
    assert_eq!(collisions(&[("/a", "a"), ("/a/b", "a/b/index.html"), ("/a/c", "a/c")]), [expected]);
}

#[test]
fn a_file_of_public_where_a_page_needs_a_folder() {
    let found = collisions(&[("public", "about"), ("/about", "about/index.html")]);
    let hint = "\n  hint: rename the file in `public/`";
    assert!(found[0].starts_with("error: about: is a file") && found[0].ends_with(hint));
}

#[test]
fn names_that_differ_only_in_case() {
    let expected = "\
error: A.txt: differs only in case from a.txt, and many file systems treat them as equal
  --> public/A.txt
  --> /a.txt from src/pages/a.txt.rs
  hint: use the same spelling, or rename one of them";
    assert_eq!(collisions(&[("/a.txt", "a.txt"), ("public", "A.txt")]), [expected]);
    for (a, b) in [
        ("\u{c9}", "\u{e9}"),
        ("\u{3c3}", "\u{3c2}"),
        ("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c3}"),
        ("A/x", "a/y"),
        ("K", "\u{212a}"),
    ] {
        let found = collisions(&[("public", a), ("public", b)]);
        assert!(found.len() == 1 && found[0].contains("differs only in"), "{a} {b}: {found:?}");
    }
}

#[test]
fn names_that_differ_only_in_unicode_form() {
    let found = collisions(&[("/caf\u{e9}", "caf\u{e9}"), ("public", "cafe\u{301}")]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("differs only in Unicode form from"), "{found:?}");
    assert!(
        found[0].contains("`e\u{301}` (U+0065 U+0301) here, `\u{e9}` (U+00E9) there"),
        "{found:?}"
    );
}

#[test]
fn a_file_that_is_a_variant_of_another() {
    let variant = ("variant", "a/index.html.gz");
    let expected = "\
error: a/index.html.gz: two sources make this file
  --> a/index.html.gz, which kiln makes from a/index.html for `precompress` in kiln.toml
  --> /a/index.html.gz from src/pages/a/index.html.gz.rs
  hint: rename it, or remove its encoding from `precompress` in kiln.toml";
    let page = ("/a/index.html.gz", "a/index.html.gz");
    assert_eq!(collisions(&[page, ("/a", "a/index.html"), variant]), [expected]);
    for (name, message) in [
        ("a/index.html.gz", "two sources make this file"),
        ("A/index.html.gz", "differs only in case from"),
        ("a/index.html.gz/b", "is a file from one source and a folder from another"),
    ] {
        let found = collisions(&[("/a", "a/index.html"), variant, ("public", name)]);
        let is_named = |failure: &String| failure.contains(message) && failure.contains(name);
        assert!(found.iter().any(is_named), "{found:?}");
    }
    assert_eq!(collisions(&[("/a", "a/index.html"), variant, ("/a/b", "a/b.gz")]), [""; 0]);
}

#[test]
fn variants_of_colliding_files_are_not_reported() {
    for names in [["a.txt", "a.txt"], ["a.txt", "A.txt"], ["a/b.txt", "A/c.txt"]] {
        let alone = collisions(&names.map(|name| ("public", name)));
        let [one, other] = names.map(|name| format!("{name}.br"));
        let [a, b] = names.map(|name| ("public", name));
        let found = collisions(&[a, ("variant", &one), b, ("variant", &other)]);
        assert_eq!(found, alone);
        assert_eq!(found.len(), 1);
    }
}

#[test]
fn one_path_with_two_files() {
    let expected = "\
error: /a: two sources make this path
  --> /a from src/pages/a.rs
  --> /a from src/pages/a.rs
  hint: keep one of the two, or change one of the paths";
    assert_eq!(collisions(&[("/a", "a.html"), ("/a", "a")]), [expected]);
    assert_eq!(collisions(&[("/a", "a.html"), ("/a", "")]), [expected]);
    assert_eq!(collisions(&[("/a", ""), ("/a", "")]), [expected]);
    assert_eq!(collisions(&[("/a", "a.html"), ("public", "a")]).len(), 1);
}

#[test]
fn all_sources_of_a_file_are_listed_once() {
    let found =
        collisions(&[("/x", "x.html"), ("/x", "x.html"), ("/x", "x.html"), ("public", "x.html")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].matches("  --> ").count(), 4, "{found:?}");
}

#[test]
fn a_file_that_kiln_did_not_write_is_in_the_way() {
    let site = support::site(&["/a.json"], CONFIG);
    let manifest = Manifest::new(PathBuf::new());
    manifest.add_page("a.json", Some("a.json"), Owner::route(0), Written::NEW).expect("memory");
    let listing = manifest.close();
    for (foreign, count) in [("A.json", 1), ("a.json", 1), ("a.json/b", 1), ("a.jsonl", 0)] {
        let foreign_files = [foreign.into()];
        let found = super::collisions(&listing, &foreign_files, &site, &ListedParams::default());
        let found = found.expect("a list").failures;
        assert_eq!(found.len(), count, "{foreign}");
        for failure in found {
            let shown = failure.to_string();
            assert!(
                shown.contains(&format!("--> {foreign} in the out folder was not written by kiln"))
                    && shown.contains("hint: move the file that kiln did not write"),
                "{shown}"
            );
        }
    }
}

#[test]
fn a_name_that_a_host_reads_is_reserved() {
    const HOSTS: &[Host] = &[Host::Netlify, Host::S3, Host::Cloudflare];
    let found = |claims: &[(&str, &str)]| collisions_for(HOSTS, claims);
    let expected = "\
error: _redirects: is the name of a file that a host reads
  --> _redirects, which is reserved for `netlify` and `cloudflare` (`hosts` in kiln.toml)
  --> public/_redirects
  hint: rename it, or remove the host from `hosts` in kiln.toml";
    assert_eq!(found(&[("public", "_redirects"), ("/a", "a.html")]), [expected]);
    let expected = "\
error: _headers: is a file from one source and a folder from another
  --> _headers, which is reserved for `netlify` and `cloudflare` (`hosts` in kiln.toml)
  --> public/_headers/index.js
  hint: rename it, or remove the host from `hosts` in kiln.toml";
    assert_eq!(found(&[("public", "_headers/index.js")]), [expected]);
    assert_eq!(found(&[("/_headers", "_headers")]).len(), 1);
    assert_eq!(found(&[("public", "_Headers")]).len(), 1);
    for name in ["a/_headers", "_headers.txt", "vercel.json", ".nojekyll"] {
        assert_eq!(found(&[("public", name)]), [""; 0], "{name}");
    }
    assert_eq!(collisions(&[("public", "_redirects")]), [""; 0]);
}

#[test]
fn a_file_that_kiln_did_not_write_may_be_for_a_host() {
    let site = Site { hosts: &[Host::Netlify], ..Site::EMPTY };
    let listing = Manifest::new(PathBuf::new()).close();
    let foreign = ["_redirects".into()];
    let found = super::collisions(&listing, &foreign, &site, &ListedParams::default());
    let found = found.expect("a list");
    assert_eq!(found.failures, []);
}

#[test]
fn two_files_at_one_address() {
    let expected = "\
warning: /about: two files share this address on hosts with clean URLs, and `netlify`, `cloudflare`, `azure` and \
`github-pages` would serve one instead of the other
  --> public/about.html
  --> about/index.html, which is /about from src/pages/about.rs
  hint: keep one of them, or rename one";
    let about = [("/about", "about/index.html"), ("public", "about.html")];
    assert_eq!(collisions(&about), [expected]);
    let expected = "\
error: /about: two files share this address, and `github-pages` would serve one instead of the other
  --> public/about.html
  --> about/index.html, which is /about from src/pages/about.rs
  hint: keep one of them, or rename one";
    assert_eq!(collisions_for(&[Host::GithubPages, Host::Nginx], &about), [expected]);
    assert_eq!(collisions_for(&[Host::Nginx, Host::Vercel, Host::S3], &about), [""; 0]);
    for claims in [
        [("public", "a.html"), ("public", "a/index.html")],
        [("/", "index.html"), ("/index", "index/index.html")],
        [("/a/index", "a/index/index.html"), ("/a", "a/index.html")],
        [("/about.html", "about.html"), ("/about", "about/index.html")],
    ] {
        let found = collisions_for(&[Host::Cloudflare], &claims);
        assert!(
            found.len() == 1 && found[0].contains("this address, and `cloudflare`"),
            "{found:?}"
        );
    }
}

#[test]
fn files_at_one_address_are_named_by_the_paths_of_their_pages() {
    // A rest param with the values `""` and `"index"`, with `format = "file"`.
    let expected = "\
error: /r: two files share this address, and kiln's own server would serve one instead of the other
  --> r.html, which is /r from src/pages/r.rs
  --> r/index.html, which is /r/index from src/pages/r/index.rs
  hint: keep one of them, or rename one";
    let found = collisions_for(&[Host::Nginx], &[("/r", "r.html"), ("/r/index", "r/index.html")]);
    assert_eq!(found, [expected]);
}

#[test]
fn two_sources_of_one_file_are_reported_once() {
    let found = collisions(&[("/a.html", "a.html"), ("public", "a.html"), ("/a", "a/index.html")]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("two sources make this file"), "{found:?}");
}
