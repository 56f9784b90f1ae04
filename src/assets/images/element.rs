//! The element that shows an image.

use std::fmt::{self, Display, Formatter, Write};

/// A file that a browser may choose, by its width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) url: String,
    /// In pixels.
    pub(crate) width: u32,
}

/// All that the element of an image says.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    pub(crate) url: &'a str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) alt: &'a str,
    pub(crate) title: Option<&'a str>,
    pub(crate) is_lazy: bool,
    pub(crate) sizes: &'a str,
    /// In the format of the original, from the narrowest.
    pub(crate) own: &'a [Candidate],
    /// In WebP, from the narrowest.
    pub(crate) webp: &'a [Candidate],
}

impl Display for Element<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.webp.is_empty() {
            return self.write_img(f);
        }
        f.write_str("<picture><source type=\"image/webp\"")?;
        self.write_srcset(f, self.webp)?;
        f.write_char('>')?;
        self.write_img(f)?;
        f.write_str("</picture>")
    }
}

impl Element<'_> {
    fn write_img(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "<img src=\"{}\"", Escaped(self.url))?;
        if !self.own.is_empty() {
            self.write_srcset(f, self.own)?;
        }
        write!(f, " width=\"{}\" height=\"{}\"", self.width, self.height)?;
        write!(f, " alt=\"{}\"", Escaped(self.alt))?;
        if let Some(title) = self.title {
            write!(f, " title=\"{}\"", Escaped(title))?;
        }
        // Browsers fetch images late that they do not know to be in sight. This one is.
        f.write_str(if self.is_lazy { " loading=\"lazy\"" } else { " fetchpriority=\"high\"" })?;
        f.write_str(" decoding=\"async\">")
    }

    fn write_srcset(&self, f: &mut Formatter<'_>, candidates: &[Candidate]) -> fmt::Result {
        f.write_str(" srcset=\"")?;
        for (at, candidate) in candidates.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            // The URL has no spaces, which kiln encodes, and ends in an extension, not in a comma.
            write!(f, "{} {}w", Escaped(&candidate.url), candidate.width)?;
        }
        write!(f, "\" sizes=\"{}\"", Escaped(self.sizes))
    }
}

/// A text as the value of an attribute in double quotes.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '"', '<', '>']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'"' => "&quot;",
                b'<' => "&lt;",
                _ => "&gt;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element<'a>(own: &'a [Candidate], webp: &'a [Candidate]) -> Element<'a> {
        Element {
            url: "/_assets/a.1.jpg",
            width: 1200,
            height: 800,
            alt: "A cat",
            title: None,
            is_lazy: true,
            sizes: "100vw",
            own,
            webp,
        }
    }

    fn candidates(extension: &str) -> Vec<Candidate> {
        let candidate = |width| Candidate { url: format!("/a-{width}.{extension}"), width };
        [480, 960].map(candidate).into()
    }

    #[track_caller]
    fn check(element: &Element<'_>, expected: &str) {
        assert_eq!(element.to_string(), expected);
    }

    #[test]
    fn an_image_without_widths_is_an_img() {
        check(
            &element(&[], &[]),
            r#"<img src="/_assets/a.1.jpg" width="1200" height="800" alt="A cat" loading="lazy" decoding="async">"#,
        );
    }

    #[test]
    fn an_image_with_widths_is_a_picture() {
        check(
            &element(&candidates("jpg"), &candidates("webp")),
            concat!(
                r#"<picture><source type="image/webp" srcset="/a-480.webp 480w, /a-960.webp 960w" sizes="100vw">"#,
                r#"<img src="/_assets/a.1.jpg" srcset="/a-480.jpg 480w, /a-960.jpg 960w" sizes="100vw" width="1200" height="800" alt="A cat" loading="lazy" decoding="async"></picture>"#
            ),
        );
    }

    #[test]
    fn a_webp_image_with_widths_needs_no_other_source() {
        check(
            &element(&candidates("webp"), &[]),
            r#"<img src="/_assets/a.1.jpg" srcset="/a-480.webp 480w, /a-960.webp 960w" sizes="100vw" width="1200" height="800" alt="A cat" loading="lazy" decoding="async">"#,
        );
    }

    #[test]
    fn an_image_that_is_not_lazy_comes_first() {
        check(
            &Element { is_lazy: false, ..element(&[], &[]) },
            r#"<img src="/_assets/a.1.jpg" width="1200" height="800" alt="A cat" fetchpriority="high" decoding="async">"#,
        );
    }

    #[test]
    fn every_text_is_escaped() {
        let hostile = r#""><script>alert('&amp;')</script>"#;
        let escaped = "&quot;&gt;&lt;script&gt;alert('&amp;amp;')&lt;/script&gt;";
        let own = [Candidate { url: hostile.to_owned(), width: 1 }];
        let element = Element {
            url: hostile,
            alt: hostile,
            title: Some(hostile),
            sizes: hostile,
            ..element(&own, &own)
        };
        let html = element.to_string();
        assert_eq!(html.matches(escaped).count(), 7, "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}
