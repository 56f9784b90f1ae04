//! Where the links and images of Markdown lead.

use std::path::Path;

use percent_encoding::percent_decode_str;

use super::source::Fault;

/// What rendering asks of the site's content.
pub trait Links {
    /// The URL of the page of the entry in a file of Markdown, without the fragment.
    ///
    /// `file` is the path from the site's folder, with `/`. `fragment` is decoded and without `#`.
    ///
    /// # Errors
    ///
    /// Fails if no collection has the file, if its collection has no URLs, or if the text has no such fragment:
    /// [`Outline::check`](super::Outline::check) says that.
    fn entry(&self, file: &str, fragment: Option<&str>) -> Result<String, Fault>;

    /// The URL of the page of the entry that is rendered, if it has one. Where other pages show a part of it, links to
    /// its own headings lead there.
    fn page(&self) -> Option<String>;
}

/// Where a link or image leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination<'a> {
    /// To the same text.
    Fragment(String),
    /// To a path of the site. The suffix is the query and the fragment, as written.
    Route { path: &'a str, suffix: &'a str },
    /// To a file of Markdown: its path from the site's folder, and its fragment.
    Entry { file: String, suffix: &'a str, fragment: Option<String> },
    /// To another file: its path from the site's folder.
    File { file: String, suffix: &'a str },
    /// Elsewhere.
    External,
}

/// What is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Link,
    Image,
}

const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

impl<'a> Destination<'a> {
    /// Reads the destination of a link or image in a folder.
    pub(super) fn parse(url: &'a str, folder: &str, used_as: Use) -> Result<Self, Fault> {
        if url.contains(char::is_control) {
            return Err(Fault::new("the link contains a control character", "remove it"));
        }
        // Browsers ignore spaces around a URL.
        let url = url.trim();
        if let Some(scheme) = scheme(url) {
            return allowed(&scheme, url, used_as).map(|()| Destination::External);
        }
        let (path, suffix) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
        let fragment = suffix.split_once('#').map(|(_, fragment)| fragment);
        match path {
            "" => Ok(Destination::Fragment(decode(fragment.unwrap_or_default())?)),
            _ if path.contains('\\') => {
                Err(Fault::new("the link contains a backslash", "write `/` between folders"))
            }
            _ if path.starts_with("//") => Ok(Destination::External),
            _ if path.starts_with('/') => Ok(Destination::Route { path, suffix }),
            _ => {
                let file = file(path, folder)?;
                let is_markdown =
                    used_as == Use::Link && Path::new(&file).extension() == Some("md".as_ref());
                Ok(match is_markdown {
                    true => Destination::Entry {
                        file,
                        suffix,
                        fragment: fragment.map(decode).transpose()?,
                    },
                    false => Destination::File { file, suffix },
                })
            }
        }
    }
}

/// The scheme of a URL in lower case: what precedes the first colon, if it can be one.
fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_of_scheme);
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn allowed(scheme: &str, url: &str, used_as: Use) -> Result<(), Fault> {
    let is_image = || url.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
    match used_as {
        _ if matches!(scheme, "http" | "https") => Ok(()),
        Use::Link if SCHEMES.contains(&scheme) => Ok(()),
        Use::Link => Err(Fault::new(
            format!("a link cannot have the scheme `{scheme}`"),
            format!(
                "the schemes are {}; for a file whose name has a colon, write `./` before it",
                quoted(&SCHEMES)
            ),
        )),
        Use::Image if scheme == "data" && is_image() => Ok(()),
        Use::Image => Err(Fault::new(
            format!("an image cannot have the scheme `{scheme}`"),
            "the schemes are `http`, `https`, and `data:image/…`; for a file whose name has a colon, write `./` before it",
        )),
    }
}

/// The path of a file from the site's folder.
fn file(path: &str, folder: &str) -> Result<String, Fault> {
    let path = decode(path)?;
    let (folder, path) = match path.strip_prefix("@/") {
        Some(path) => ("content", path),
        None => (folder, path.as_str()),
    };
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            ".." if segments.pop().is_none() => {
                return Err(Fault::new(
                    format!("`{path}` leads out of the site's folder"),
                    "link to files below `content/` or `assets/`",
                ));
            }
            "" | "." | ".." => {}
            segment => segments.push(segment),
        }
    }
    Ok(segments.join("/"))
}

fn decode(text: &str) -> Result<String, Fault> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.ok().filter(|decoded| !decoded.contains(char::is_control));
    let fault = || {
        Fault::new(
            format!("`{text}` is not valid percent-encoding"),
            "write `%25` for a percent sign",
        )
    };
    decoded.map(Into::into).ok_or_else(fault)
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        let shown = match Destination::parse(url, "content/posts", Use::Link) {
            Ok(destination) => format!("{destination:?}"),
            Err(fault) => fault.message,
        };
        assert_eq!(shown, expected, "{url}");
    }

    #[test]
    fn destinations_are_told_apart() {
        check("", r#"Fragment("")"#);
        check("#a%20b", r#"Fragment("a b")"#);
        check("/about?x#y", r#"Route { path: "/about", suffix: "?x#y" }"#);
        check("//example.com", "External");
        check("HTTPS://example.com", "External");
        check("mailto:a@example.com", "External");
        check("tel:+49", "External");
        check("b.md", r#"Entry { file: "content/posts/b.md", suffix: "", fragment: None }"#);
        check(
            "./b.md#%C3%A4",
            r##"Entry { file: "content/posts/b.md", suffix: "#%C3%A4", fragment: Some("ä") }"##,
        );
        check("../a/b.md?q", r#"Entry { file: "content/a/b.md", suffix: "?q", fragment: None }"#);
        check(
            "@/guides/a.md",
            r#"Entry { file: "content/guides/a.md", suffix: "", fragment: None }"#,
        );
        check("my%20paper.pdf", r#"File { file: "content/posts/my paper.pdf", suffix: "" }"#);
        check("../../assets/a.css#x", r##"File { file: "assets/a.css", suffix: "#x" }"##);
        check("./a:b.md", r#"Entry { file: "content/posts/a:b.md", suffix: "", fragment: None }"#);
        check("../../../a.md", "`../../../a.md` leads out of the site's folder");
        check("%ff.md", "`%ff.md` is not valid percent-encoding");
        check("a%00.md", "`a%00.md` is not valid percent-encoding");
        check("a\\b.md", "the link contains a backslash");
        check("/\\example.com", "the link contains a backslash");
    }

    #[test]
    fn schemes_that_run_code_are_refused() {
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "vbscript:x",
            "data:text/html,x",
            "data:image/png;base64,x",
            "file:///etc/passwd",
            "ftp://example.com",
            "blob:x",
            "C:\\a",
            "notes:1.md",
        ] {
            let fault = Destination::parse(url, "content", Use::Link).unwrap_err();
            assert!(fault.message.contains("scheme"), "{url}: {fault:?}");
        }
        for url in [
            "java\tscript:alert(1)",
            "java\nscript:x",
            "\u{1}javascript:x",
            "javascript\u{85}:x",
            "a\u{7f}",
        ] {
            let fault = Destination::parse(url, "content", Use::Link).unwrap_err();
            assert_eq!(fault.message, "the link contains a control character", "{url:?}");
        }
    }

    #[test]
    fn images_may_be_data() {
        for (url, is_allowed) in [
            ("data:image/png;base64,x", true),
            ("DATA:Image/svg+xml,x", true),
            ("data:text/html,x", false),
            ("data:image", false),
            ("mailto:a@example.com", false),
            ("javascript:x", false),
            ("https://example.com/a.png", true),
        ] {
            assert_eq!(Destination::parse(url, "content", Use::Image).is_ok(), is_allowed, "{url}");
        }
    }
}
