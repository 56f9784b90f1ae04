//! Makes the URLs of HTML independent of the page that shows it.

use super::html_scan;

/// The attributes that hold a URL.
const URLS: [&str; 5] = ["href", "src", "poster", "action", "cite"];

/// What URLs are made absolute with.
pub(super) struct Base<'a> {
    /// What precedes a path: the origin of the site, or nothing.
    pub(super) origin: &'a str,
    /// What precedes a fragment: the URL of the page of the text, or nothing.
    pub(super) page: &'a str,
}

/// Rewrites the URLs in the attributes of HTML that start with `/` or `#`.
pub(super) fn rebase(html: &str, base: &Base<'_>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut copied = 0;
    for tag in html_scan::tags(html) {
        for (name, value) in html_scan::attributes(tag) {
            let rewritten = if URLS.iter().any(|url| name.eq_ignore_ascii_case(url)) {
                base.url(value)
            } else if name.eq_ignore_ascii_case("srcset") {
                Some(base.srcset(value))
            } else {
                None
            };
            if let Some(rewritten) = rewritten {
                let start = offset(html, value);
                out.push_str(&html[copied..start]);
                out.push_str(&rewritten);
                copied = start + value.len();
            }
        }
    }
    out.push_str(&html[copied..]);
    out
}

impl Base<'_> {
    fn url(&self, url: &str) -> Option<String> {
        if url.starts_with("//") {
            None
        } else if url.starts_with('/') {
            Some(format!("{}{url}", self.origin))
        } else {
            url.starts_with('#').then(|| format!("{}{url}", self.page))
        }
    }

    /// Each candidate is a URL and a width: `/a.png 480w, /b.png 960w`. A comma may also stand in a `data:` URL.
    fn srcset(&self, candidates: &str) -> String {
        let mut out = String::with_capacity(candidates.len());
        let mut has_ended = true;
        for part in candidates.split_inclusive(',') {
            let trimmed = part.trim_start();
            let is_url = has_ended || trimmed.len() < part.len();
            out.push_str(&part[..part.len() - trimmed.len()]);
            match self.url(trimmed).filter(|_| is_url) {
                Some(url) => out.push_str(&url),
                None => out.push_str(trimmed),
            }
            has_ended = trimmed.contains(char::is_whitespace);
        }
        out
    }
}

/// Where a part of a text starts.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_fragments_are_rewritten() {
        let base = Base { origin: "https://example.com", page: "https://example.com/a" };
        for (html, expected) in [
            (r#"<a href="/b">/b</a>"#, r#"<a href="https://example.com/b">/b</a>"#),
            (r"<a href='#x' id=y>", r"<a href='https://example.com/a#x' id=y>"),
            (r"<a href=/b>", r"<a href=https://example.com/b>"),
            (r#"<a title="/b" href="//c/d">"#, r#"<a title="/b" href="//c/d">"#),
            (r#"<a HREF="https://d/">"#, r#"<a HREF="https://d/">"#),
            (
                r#"<img src="/a.png" srcset="/a.png 1x, /b.png 2x" alt="a > b"/>"#,
                r#"<img src="https://example.com/a.png" srcset="https://example.com/a.png 1x, https://example.com/b.png 2x" alt="a > b"/>"#,
            ),
            (
                r#"<img srcset="data:image/jpeg;base64,/9j/4 1x,/b.jpg 2x">"#,
                r#"<img srcset="data:image/jpeg;base64,/9j/4 1x,https://example.com/b.jpg 2x">"#,
            ),
            (r#"<!-- <a href="/b"> --><p>a < b</p>"#, r#"<!-- <a href="/b"> --><p>a < b</p>"#),
            ("<a href=\"/ü\">ü</a>", "<a href=\"https://example.com/ü\">ü</a>"),
        ] {
            assert_eq!(rebase(html, &base), expected);
        }
    }
}
