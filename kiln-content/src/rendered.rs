//! HTML that Markdown has become.

use std::fmt;
use std::sync::Arc;

/// HTML that Markdown has become. It displays as it is, and maud's `html!` writes it without escaping it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    html: Arc<str>,
}

impl Rendered {
    pub(crate) fn new(html: impl Into<Arc<str>>) -> Self {
        Rendered { html: html.into() }
    }

    /// The HTML.
    pub fn html(&self) -> &str {
        &self.html
    }
}

impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html)
    }
}

/// For functions such as `content_html` of an item of a feed, which take any text.
impl From<Rendered> for String {
    fn from(rendered: Rendered) -> Self {
        rendered.html.as_ref().to_owned()
    }
}

impl From<&Rendered> for String {
    fn from(rendered: &Rendered) -> Self {
        rendered.html.as_ref().to_owned()
    }
}

#[cfg(feature = "maud")]
impl maud::Render for Rendered {
    fn render_to(&self, buffer: &mut String) {
        buffer.push_str(&self.html);
    }
}
