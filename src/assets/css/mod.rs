//! Rewrites the URLs in a stylesheet to those of requested files.
//!
//! Only the tokens that are URLs change. The rest of the text stays as it is, including comments such as
//! `/*# sourceMappingURL=… */`.

mod references;

use std::fmt::Write;

use percent_encoding::percent_decode_str;

use self::references::{Reference, TooDeep, references};
use super::error::Mistake;
use super::path;

/// A URL in a stylesheet that leads to a file.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// As it is written, without a query and a fragment.
    pub(super) url: &'a str,
    /// The path of the file, from the site's folder.
    pub(super) path: String,
    /// The line and the column of the URL, from 1.
    pub(super) position: (usize, usize),
}

/// Returns a stylesheet with other URLs. `file` is its path from the site's folder, and `resolve` returns the new URL of a
/// link.
///
/// # Errors
///
/// Returns all mistakes of the stylesheet.
pub(super) fn rewrite(
    file: &str,
    css: &str,
    mut resolve: impl FnMut(&Link<'_>) -> Result<String, Vec<Mistake>>,
) -> Result<String, Vec<Mistake>> {
    let found = references(css).map_err(|TooDeep(byte)| {
        let position = Some(position(css, byte));
        vec![Mistake { position, ..Mistake::of(file, "has blocks that are nested too deeply") }]
    })?;
    let (mut rewritten, mut done) = (String::with_capacity(css.len()), 0);
    let mut mistakes = Vec::new();
    for Reference { range, url, is_quoted } in found {
        let url = url.trim_matches(|c: char| c.is_ascii_whitespace());
        let Some((before, rest)) = split(url) else { continue };
        let position = position(css, range.start);
        let new = path_of(file, before)
            .map_err(|message| {
                vec![Mistake { position: Some(position), ..Mistake::of(file, message) }]
            })
            .and_then(|path| resolve(&Link { url: before, path, position }));
        match new {
            Ok(new) => {
                rewritten.push_str(&css[done..range.start]);
                write_url(&mut rewritten, &format!("{new}{rest}"), is_quoted);
                done = range.end;
            }
            Err(found) => mistakes.extend(found),
        }
    }
    rewritten.push_str(&css[done..]);
    if mistakes.is_empty() { Ok(rewritten) } else { Err(mistakes) }
}

/// Splits a URL that leads to a file at its query or fragment. `None` for the URL of another site or of the page, and for
/// a path that starts with a slash.
fn split(url: &str) -> Option<(&str, &str)> {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (path, rest) = url.split_at(end);
    let has_scheme = path.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
    (!path.is_empty() && !path.starts_with('/') && !has_scheme).then_some((path, rest))
}

fn is_scheme(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(is_part)
}

/// The path of the file that a URL in a stylesheet leads to.
fn path_of(file: &str, url: &str) -> Result<String, String> {
    let mut segments = Vec::new();
    for segment in url.split('/') {
        let decoded = percent_decode_str(segment).decode_utf8();
        let decoded = decoded.map_err(|_| format!("`{url}` is not percent-encoded UTF-8"))?;
        if decoded.contains('/') {
            return Err(format!("`{url}` contains an encoded slash"));
        }
        segments.push(decoded);
    }
    path::join(file, segments.iter().map(|segment| &**segment))
        .ok_or_else(|| format!("`{url}` leads out of the site"))
}

fn write_url(css: &mut String, url: &str, is_quoted: bool) {
    css.push_str(if is_quoted { "" } else { "url(" });
    // Writing to a string cannot fail.
    let _ = cssparser::serialize_string(url, css);
    let _ = css.write_str(if is_quoted { "" } else { ")" });
}

/// The line and the column of a byte, from 1. Columns count characters.
fn position(css: &str, byte: usize) -> (usize, usize) {
    let before = &css[..byte];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::random::Random;

    #[track_caller]
    fn check(css: &str, expected: &str) {
        let rewritten = rewrite("assets/css/a.css", css, |link| Ok(format!("</{}>", link.path)));
        assert_eq!(rewritten.as_deref(), Ok(expected), "{css}");
    }

    #[test]
    fn only_urls_change() {
        check(
            "a\t{ b : url( x.png ) /* url(x.png) */ }\r\n/*# sourceMappingURL=a.css.map */",
            "a\t{ b : url(\"</assets/css/x.png>\") /* url(x.png) */ }\r\n/*# sourceMappingURL=a.css.map */",
        );
        check("@import 'x.css'layer(y);", "@import \"</assets/css/x.css>\"layer(y);");
        check("@import url('x.css')print;", "@import url(\"</assets/css/x.css>\")print;");
        check(
            "a{b:url(./x.png)url(../y.png)}",
            "a{b:url(\"</assets/css/x.png>\")url(\"</assets/y.png>\")}",
        );
        check("a{b:url(../../content/x.png)}", "a{b:url(\"</content/x.png>\")}");
        check("a{b:url('%c3%a9%20%23.png')}", "a{b:url(\"</assets/css/\u{e9} #.png>\")}");
        check("\u{feff}a{b:url(\u{e9}.png)}", "\u{feff}a{b:url(\"</assets/css/\u{e9}.png>\")}");
        check("a{b:url(x:y/z.png)}", "a{b:url(x:y/z.png)}");
        check("a{b:url(./x:y.png)}", "a{b:url(\"</assets/css/x:y.png>\")}");
    }

    #[test]
    fn queries_and_fragments_stay() {
        check("a{b:url(x.svg#id)}", "a{b:url(\"</assets/css/x.svg>#id\")}");
        check("a{b:url('x.eot?#iefix')}", "a{b:url(\"</assets/css/x.eot>?#iefix\")}");
        check("a{b:url('x.svg?a=\"b')}", "a{b:url(\"</assets/css/x.svg>?a=\\\"b\")}");
    }

    #[test]
    fn other_urls_stay() {
        for url in [
            "https://a.de/x.png",
            "data:image/png;base64,AAAA",
            "blob:x",
            "about:blank",
            "//a.de/x.png",
            "/x.png",
            "#id",
            "?x",
            "",
        ] {
            let css = format!("a{{b:url({url})}}@import '{url}';");
            check(&css, &css);
        }
    }

    #[test]
    fn all_mistakes_have_their_places() {
        let css = "@import 'x.css';\na { b: url(%ff);\n  \u{e9}: url('../../../y') url(a%2fb) }";
        let mistakes = rewrite("assets/a.css", css, |link| {
            let position = Some(link.position);
            Err(vec![Mistake { position, ..Mistake::of("assets/a.css", link.url) }])
        });
        let shown: Vec<String> = mistakes.unwrap_err().iter().map(ToString::to_string).collect();
        let expected = [
            "assets/a.css:1:9: x.css",
            "assets/a.css:2:8: `%ff` is not percent-encoded UTF-8",
            "assets/a.css:3:10: `../../../y` leads out of the site",
            "assets/a.css:3:24: `a%2fb` contains an encoded slash",
        ];
        assert_eq!(shown, expected);
    }

    /// The text without the URLs that lead to files.
    fn without_links(css: &str) -> String {
        let found = references(css).expect("few blocks");
        let (mut text, mut done) = (String::new(), 0);
        for reference in found {
            let url = reference.url.trim_matches(|c: char| c.is_ascii_whitespace());
            if split(url).is_some() || url.starts_with("/_assets/") {
                text.push_str(&css[done..reference.range.start]);
                text.push_str(if reference.is_quoted { "<>" } else { "url(<>)" });
                done = reference.range.end;
            }
        }
        text + &css[done..]
    }

    #[test]
    fn random_text_changes_in_its_urls_only() {
        const PIECES: [&str; 30] = [
            "@import ",
            "@namespace ",
            "url(",
            "URL(\"",
            "image-set(",
            "src(",
            ")",
            "(",
            "{",
            "}",
            "[",
            "]",
            "'",
            "\"",
            ";",
            ",",
            "a.png",
            "../b.svg#x",
            "/c.png",
            "data:x",
            "\\",
            "\\62 ",
            "/*",
            "*/",
            "\n",
            "\r\n",
            " ",
            "\u{e9}",
            "\u{feff}",
            "\0",
        ];
        for seed in 0..20_000 {
            let mut random = Random::new(seed);
            let css: String = (0..random.below(25)).map(|_| random.one_of(&PIECES)).collect();
            let rewritten = rewrite("assets/a/a.css", &css, |link| {
                Ok(format!("/_assets/{}", link.path.replace('/', "-")))
            });
            let Ok(rewritten) = rewritten else { continue };
            assert_eq!(without_links(&rewritten), without_links(&css), "{css:?}");
        }
    }
}
