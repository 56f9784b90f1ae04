//! Colors for code blocks, by syntect with the syntaxes and themes of two-face.

mod colors;
mod css;
mod languages;
mod lines;

use anyhow::Result;
use pulldown_cmark_escape::escape_html_body_text;

use self::colors::Palette;
use self::languages::Language;
use super::code::CodeBlock;
use crate::RenderContext;

pub(super) use self::css::css;

/// What is cached depends on the versions of the syntaxes and of the markup. Another number forgets it.
const VERSION: &str = "1 two-face 0.5.2";

/// A rendered code block, and the warning about its language, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Colored {
    html: String,
    warning: String,
}

/// Renders the code blocks of a text with the colors of two themes.
///
/// They are one thing in the cache: a text changes as a whole, and a file for each block would take longer to read than
/// most blocks take to parse.
pub(super) fn codes(
    blocks: &[&CodeBlock],
    light: &str,
    dark: &str,
    ctx: &dyn RenderContext,
) -> Result<Vec<String>> {
    let colored = match blocks.iter().all(|block| languages::is_text(&block.language)) {
        true => color_all(blocks, light, dark)?,
        false => cached(blocks, light, dark, ctx)?,
    };
    let mut html = Vec::with_capacity(colored.len());
    for block in colored {
        if !block.warning.is_empty() {
            ctx.warn(&block.warning);
        }
        html.push(block.html);
    }
    Ok(html)
}

fn cached(
    blocks: &[&CodeBlock],
    light: &str,
    dark: &str,
    ctx: &dyn RenderContext,
) -> Result<Vec<Colored>> {
    let parts: Vec<[String; 3]> = blocks.iter().map(|block| block.key()).collect();
    let mut key = vec![VERSION, light, dark];
    for part in &parts {
        key.extend(part.each_ref().map(String::as_str));
    }
    let bytes = ctx.cached("markdown", &key, &mut || Ok(pack(&color_all(blocks, light, dark)?)))?;
    match unpack(&bytes).filter(|colored| colored.len() == blocks.len()) {
        Some(colored) => Ok(colored),
        // Another program wrote to the file.
        None => color_all(blocks, light, dark),
    }
}

fn color_all(blocks: &[&CodeBlock], light: &str, dark: &str) -> Result<Vec<Colored>> {
    let palette = Palette::of(light, dark)?;
    Ok(blocks.iter().map(|block| color(block, palette)).collect())
}

fn color(block: &CodeBlock, palette: &'static Palette) -> Colored {
    let language = &block.language;
    let (lines, warning) = match languages::find(language) {
        Language::Text => (lines::plain(block), String::new()),
        Language::Unknown => {
            let warning =
                format!("code blocks in `{language}` have no colors: the language is not known");
            (lines::plain(block), format!("{warning}\nhint: {}", languages::hint(language)))
        }
        Language::Known(syntax) => match lines::colored(block, syntax, palette) {
            Ok(lines) => (lines, String::new()),
            // The patterns of a syntax may give up on long lines.
            Err(error) => {
                let warning = format!("a code block in `{language}` has no colors: {error:#}");
                (
                    lines::plain(block),
                    format!("{warning}\nhint: write `text`, or make its lines shorter"),
                )
            }
        },
    };
    Colored { html: framed(block, &lines), warning }
}

/// The block around its lines, with its title.
fn framed(block: &CodeBlock, lines: &str) -> String {
    let mut html = String::with_capacity(lines.len() + 100);
    if let Some(title) = &block.title {
        html.push_str("<figure>\n<figcaption>");
        let _ = escape_html_body_text(&mut html, title);
        html.push_str("</figcaption>\n");
    }
    html.push_str("<pre class=\"code\"><code");
    block.push_class(&mut html);
    html.push('>');
    html.push_str(lines);
    html.push_str("</code></pre>\n");
    if block.title.is_some() {
        html.push_str("</figure>\n");
    }
    html
}

fn pack(colored: &[Colored]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in colored.iter().flat_map(|colored| [&colored.html, &colored.warning]) {
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn unpack(mut bytes: &[u8]) -> Option<Vec<Colored>> {
    let mut colored = Vec::new();
    while !bytes.is_empty() {
        let (html, rest) = unpack_text(bytes)?;
        let (warning, rest) = unpack_text(rest)?;
        colored.push(Colored { html, warning });
        bytes = rest;
    }
    Some(colored)
}

fn unpack_text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (text, rest) = rest.split_at_checked(length)?;
    Some((String::from_utf8(text.to_vec()).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let colored =
            |html: &str, warning: &str| Colored { html: html.into(), warning: warning.into() };
        let all = vec![colored("<pre>ü</pre>", ""), colored("", "unknown")];
        let bytes = pack(&all);
        assert_eq!(unpack(&bytes), Some(all));
        assert_eq!(unpack(&[]), Some(vec![]));
        for end in 1..bytes.len() {
            let cut = unpack(&bytes[..end]);
            assert!(cut.is_none_or(|cut| cut.len() < 2), "{end}");
        }
        assert_eq!(unpack(&[255; 20]), None);
    }
}
