//! Names and contents of files never become code, directives or control sequences.

use std::fs;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

use super::site::{Outcome, TestSite};
use crate::diagnostic::printable;
use crate::generate::directives;

/// The tokens of a file with the names and strings removed, which may differ.
fn skeleton(code: &str) -> String {
    fn walk(tokens: TokenStream, into: &mut String) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    into.push('(');
                    walk(group.stream(), into);
                    // Long lines end in a comma.
                    if into.ends_with(',') {
                        into.pop();
                    }
                    into.push(')');
                }
                TokenTree::Ident(_) => into.push('i'),
                TokenTree::Literal(_) => into.push('l'),
                TokenTree::Punct(punct) => into.push(punct.as_char()),
            }
        }
    }
    let mut file = syn::parse_file(code).expect("code that parses");
    file.items.retain(|item| !item.to_token_stream().to_string().contains("compile_error"));
    let mut into = String::new();
    walk(file.to_token_stream(), &mut into);
    into
}

/// All strings in the code.
fn strings(tokens: TokenStream, into: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => strings(group.stream(), into),
            TokenTree::Literal(literal) => {
                into.extend(syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|s| s.value()));
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn outcome(file: &str) -> Outcome {
    let text = "pub const PRERENDER: bool = false;\npub fn get() {}\n";
    let site = TestSite::with([(format!("src/pages/{file}").as_str(), text)]);
    site.expect("a folder with this file").compile()
}

#[track_caller]
fn check_code(outcome: &Outcome, like: &Outcome) {
    assert_eq!(skeleton(&outcome.code), skeleton(&like.code), "{}", outcome.code);
    let lines: Vec<&str> = outcome.code.lines().collect();
    for line in &lines {
        assert_eq!(printable(line), **line, "a character that is not seen");
        assert!(!line.trim_start().starts_with("cargo:"), "{line}");
    }
}

#[test]
fn a_name_is_stored_escaped() {
    let like = outcome("x.rs");
    let names = [
        "\"};…//",
        "\"",
        "'",
        "`",
        "{",
        "}",
        "{}",
        "*",
        "/*",
        "*/x",
        "//",
        "$(id)",
        "&amp;",
        "<script>",
        "-->",
        ";",
        "r\"x\"",
        "\u{202e}txt",
        "\u{2028}",
        "\u{feff}",
        "\u{ad}",
        "\u{200b}",
        "e\u{301}",
        "日本",
        " ",
        "!",
        "fn main",
        "__proto__x",
        "include!()",
        "$crate",
        "a\"b.json",
        "page_x",
    ];
    for name in names.map(|name| name.replace("//", "∕∕").replace('/', "∕")) {
        // A leading `_` excludes files, which this test is not about.
        let name = format!("x{name}");
        let outcome = outcome(&format!("{name}.rs"));
        assert_eq!(outcome.diagnostics, [""; 0], "{name:?}");
        check_code(&outcome, &like);
        let mut held = Vec::new();
        let file = syn::parse_file(&outcome.code).expect("code that parses");
        strings(file.to_token_stream(), &mut held);
        assert!(held.contains(&format!("src/pages/{name}.rs")), "{}", outcome.code);
        assert!(held.contains(&format!("<site>/src/pages/{name}.rs")), "{}", outcome.code);
    }
}

#[test]
fn a_rejected_name_is_stored_escaped_too() {
    let like = outcome("x?.rs");
    let names = [
        "\"];…//",
        "a\n\"];fn evil(){}//",
        "\ncargo::rustc-env=PATH=evil\n",
        "\r",
        "\r\n",
        "\0x",
        "\u{1b}[2J",
        "\u{7f}",
        "\u{85}",
        "\\",
        "\\n",
        "\\\"];fn evil(){}//",
        "[\n]",
        "[\"]",
        "]\n[",
        "a\tb",
    ];
    for name in names.map(|name| name.replace('/', "∕").replace('\0', "\u{1}")) {
        let outcome = outcome(&format!("{name}.rs"));
        assert!(!outcome.diagnostics.is_empty(), "{name:?}");
        check_code(&outcome, &like);
        for diagnostic in &outcome.diagnostics {
            assert_eq!(diagnostic.lines().count(), 5, "{diagnostic}");
            assert!(diagnostic.lines().all(|line| printable(line) == line), "{diagnostic:?}");
        }
    }
}

#[test]
fn a_setting_is_stored_escaped() {
    let site = |out: &str| {
        let toml = format!("out = {out}\n");
        TestSite::with([("kiln.toml", toml.as_str()), ("src/pages/x.rs", "pub fn get() {}\n")])
            .expect("a site")
            .compile()
    };
    let like = site("'x'");
    for out in ["'\"];fn evil(){}//'", "'\"\\'", "\"a\\u202eb\"", "'${HOME}'", "'page_x::'"] {
        let outcome = site(out);
        assert_eq!(outcome.diagnostics, [""; 0], "{out}");
        check_code(&outcome, &like);
    }
}

#[test]
fn cargo_gets_one_directive_for_each_path() {
    let site = TestSite::new();
    site.write("kiln.toml", "").expect("a file");
    site.write("src/pages/\ncargo::rustc-env=A=b\n.rs", "").expect("a file");
    let shown = directives(site.folder()).expect("directives");
    assert_eq!(shown.len(), 2);
    assert!(shown.iter().all(|line| line.starts_with("cargo::rerun-if-changed=")), "{shown:?}");
    assert!(!shown.concat().contains('\n'));

    let folder = site.folder().join("a\ncargo::rustc-env=A=b");
    let error = directives(&folder).expect_err("a newline").to_string();
    assert!(error.contains("contains a control character"), "{error}");
}

#[test]
fn invalid_utf_8_is_reported() {
    let site = TestSite::with([("src/pages/index.rs", "pub fn get() {}\n")]).expect("a site");
    fs::write(site.folder().join("src/pages/odd.rs"), b"// \xff\n").expect("a file");
    fs::write(site.folder().join("kiln.toml"), b"out = '\xff'\n").expect("a file");
    let outcome = site.compile();
    assert_eq!(
        outcome.diagnostics,
        [
            "kiln.toml: cannot be read: it is not valid UTF-8\nhint: save the file as UTF-8",
            "src/pages/odd.rs: cannot be read: it is not valid UTF-8\nhint: save the file as UTF-8",
        ]
    );
    syn::parse_file(&outcome.code).expect("code that parses");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_reported() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let site = TestSite::with([("src/pages/index.rs", "pub fn get() {}\n")]).expect("a site");
    let name = OsStr::from_bytes(b"a\xffb.rs");
    fs::write(site.folder().join("src/pages").join(name), "").expect("a file");
    let outcome = site.compile();
    assert_eq!(outcome.diagnostics.len(), 1);
    let first = outcome.diagnostics[0].lines().next();
    assert_eq!(
        first,
        Some("src/pages/a\u{fffd}b.rs:1:1: the name of a page must be valid UTF-8"),
        "{outcome:?}"
    );
}

#[cfg(unix)]
#[test]
fn broken_links_and_loops_are_reported() {
    use std::os::unix::fs::symlink;

    let site = TestSite::with([("src/pages/index.rs", "pub fn get() {}\n")]).expect("a site");
    let pages = site.folder().join("src/pages");
    symlink(pages.join("nowhere"), pages.join("gone.rs")).expect("a link");
    symlink(&pages, pages.join("again")).expect("a link");
    assert_eq!(
        site.compile().diagnostics,
        [
            "src/pages/again: is a link to a folder that contains it\nhint: remove the link",
            "src/pages/gone.rs: cannot be read: it is a broken link\n\
             hint: repair or remove the link",
        ]
    );
}

/// A link to a file or folder is treated like the file or folder.
#[cfg(unix)]
#[test]
fn links_are_followed() {
    use std::os::unix::fs::symlink;

    let site = TestSite::with([("elsewhere/a.rs", "pub fn get() {}\n")]).expect("a site");
    site.write("src/pages/index.rs", "pub fn get() {}\n").expect("a file");
    symlink(site.folder().join("elsewhere"), site.folder().join("src/pages/b")).expect("a link");
    let outcome = site.compile();
    assert_eq!(outcome.diagnostics, [""; 0]);
    assert!(outcome.code.contains("text: \"/b/a\""), "{}", outcome.code);
}
