//! Finds the URLs in a stylesheet.

use std::ops::Range;

use cssparser::{ParseError, Parser, Token};

/// A URL in a stylesheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The bytes of the token: a string with its quotes, or the whole of an unquoted `url(…)`.
    pub(super) range: Range<usize>,
    /// The URL, without escapes of CSS.
    pub(super) url: String,
    pub(super) is_quoted: bool,
}

/// Blocks are nested too deeply, at this byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep(pub(super) usize);

/// Finds the URLs in a stylesheet, in order: in `url(…)`, `src(…)`, `image-set(…)` and `@import`. Those of `@namespace`
/// are names, and strings elsewhere are text.
pub(super) fn references(css: &str) -> Result<Vec<Reference>, TooDeep> {
    let mut parser = Parser::new(css);
    let mut found = Vec::new();
    match block(&mut parser, Strings::Text, &mut found) {
        Ok(()) => Ok(found),
        Err(_) => Err(TooDeep(parser.position().byte_index())),
    }
}

/// The meaning of the strings that are directly in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strings {
    Text,
    Urls,
}

/// The at-rule whose start is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Other,
    /// The next token is the URL.
    Import,
    Namespace,
}

/// Collects the URLs of a block, and of the blocks in it.
fn block(
    parser: &mut Parser<'_>,
    strings: Strings,
    found: &mut Vec<Reference>,
) -> Result<(), ParseError<()>> {
    let mut rule = Rule::Other;
    loop {
        let start = parser.position().byte_index();
        // The only error is the end.
        let Ok(token) = parser.next_including_whitespace_and_comments() else { return Ok(()) };
        let token = token.clone();
        let range = start..parser.position().byte_index();
        match &token {
            Token::WhiteSpace(_) | Token::Comment(_) => continue,
            Token::AtKeyword(name) => rule = of_keyword(name),
            Token::Semicolon => rule = Rule::Other,
            Token::UnquotedUrl(url) if rule != Rule::Namespace => {
                found.push(Reference { range, url: url.to_string(), is_quoted: false });
            }
            Token::QuotedString(url) if strings == Strings::Urls || rule == Rule::Import => {
                found.push(Reference { range, url: url.to_string(), is_quoted: true });
            }
            Token::Function(_)
            | Token::ParenthesisBlock
            | Token::SquareBracketBlock
            | Token::CurlyBracketBlock => {
                let inner = match &token {
                    Token::Function(name) if rule != Rule::Namespace => of_function(name),
                    _ => Strings::Text,
                };
                parser.parse_nested_block(|parser| block(parser, inner, found))?;
                rule = after(rule, &token);
            }
            _ => {}
        }
        if rule == Rule::Import && !matches!(token, Token::AtKeyword(_)) {
            rule = Rule::Other;
        }
    }
}

fn of_keyword(name: &str) -> Rule {
    match name {
        _ if name.eq_ignore_ascii_case("import") => Rule::Import,
        _ if name.eq_ignore_ascii_case("namespace") => Rule::Namespace,
        _ => Rule::Other,
    }
}

/// A block of braces ends a rule.
fn after(rule: Rule, token: &Token<'_>) -> Rule {
    if matches!(token, Token::CurlyBracketBlock) { Rule::Other } else { rule }
}

fn of_function(name: &str) -> Strings {
    let with_urls = ["url", "src", "image-set", "-webkit-image-set"];
    match with_urls.iter().any(|function| name.eq_ignore_ascii_case(function)) {
        true => Strings::Urls,
        false => Strings::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(css: &str, expected: &[&str]) {
        let found = references(css).expect("a stylesheet");
        let urls: Vec<&str> = found.iter().map(|reference| &*reference.url).collect();
        assert_eq!(urls, expected, "{css}");
        for Reference { range, is_quoted, .. } in &found {
            let token = &css[range.clone()];
            let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''));
            assert_eq!(quote.is_some(), *is_quoted, "{token}");
            let is_whole = match quote {
                Some(_) => token.len() >= 2,
                None => token.ends_with(')') || token.contains('('),
            };
            assert!(is_whole, "{token}");
        }
    }

    #[test]
    fn urls_are_found_wherever_they_are() {
        check("", &[]);
        check("a { background: url(a.png) }", &["a.png"]);
        check("a { background: url( 'a.png' ) }", &["a.png"]);
        check("a { background: URL(\"a b.png\") no-repeat, url(\tc.png ) }", &["a b.png", "c.png"]);
        check("a{background:url(a\\).png)}b{background:url('\\62 .png')}", &["a).png", "b.png"]);
        check("@media print { @supports (a: b) { a { b: url(a.png) } } }", &["a.png"]);
        check("a { &:hover { cursor: url(a.cur) 2 2, auto } }", &["a.cur"]);
        check("a { --x: { url(a.png) }; --y: [url(b.png)] }", &["a.png", "b.png"]);
        check(
            "@font-face { font-family: \"a.b\"; src: local(\"c.d\"), url(a.woff2) format(\"woff2\") tech(x) }",
            &["a.woff2"],
        );
        check(
            "a { b: image-set('a.png' 1x type('image/png'), url(b.png) 2x) }",
            &["a.png", "b.png"],
        );
        check("a { b: -webkit-image-set(url('a.png') 1x) }", &["a.png"]);
        check("a { b: src('a.png') }", &["a.png"]);
        check("a { b: url(a.png", &["a.png"]);
        check("a { b: url('a.png", &["a.png"]);
    }

    #[test]
    fn imports_are_found() {
        check("@import 'a.css';", &["a.css"]);
        check("@IMPORT/**/url(a.css)layer(x)supports(display: grid) print;", &["a.css"]);
        check(
            "@charset \"utf-8\"; @layer a, b; @import \"a.css\" layer(\"c.css\"); @import url('b.css');",
            &["a.css", "b.css"],
        );
        check("@import 'a.css' supports(background: url(b.png)) screen", &["a.css", "b.png"]);
        check("@import ; a { content: 'b.css' }", &[]);
        check("@import x 'b.css';", &[]);
    }

    #[test]
    fn other_text_is_not_a_url() {
        check(
            "@namespace 'a'; @namespace svg url(b); @namespace c url('d'); a { b: url(e) }",
            &["e"],
        );
        check("@namespace url(a) {} a { b: url(c) }", &["c"]);
        check("/* url(a.png) @import 'b.css' */ a::before { content: 'url(c.png)' }", &[]);
        check("a[href='b.png'] { quotes: 'c' 'd'; content: attr(e) \"f.png\" }", &[]);
        check("@charset 'a.css'; @document url-prefix('b') { }", &[]);
        check("a { b: url(a\"b) } /*# sourceMappingURL=c.css.map */", &[]);
        check("a { b: ur\\6c(a.png) }", &["a.png"]);
        check("a { b: my-url('a.png') }", &[]);
    }

    #[test]
    fn blocks_that_are_nested_too_deeply_are_refused() {
        let nested =
            |depth: usize| format!("a{{b:{}url(c){}}}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(references(&nested(50)).map(|found| found.len()), Ok(1));
        assert!(references(&nested(1_000_000)).is_err());
    }
}
