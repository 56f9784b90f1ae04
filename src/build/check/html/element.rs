//! A start tag, with the attributes that are checked.

use super::contents::Html;
use super::values;

/// The attributes that are kept.
const ATTRIBUTES: [&str; 17] = [
    "action",
    "alt",
    "content",
    "data",
    "formaction",
    "href",
    "http-equiv",
    "id",
    "imagesrcset",
    "lang",
    "name",
    "poster",
    "property",
    "rel",
    "src",
    "srcset",
    "xlink:href",
];

/// The values of `property` or `name` of a `<meta>` whose content is the URL of an image.
const META_IMAGES: [&str; 4] = ["og:image", "og:image:url", "og:image:secure_url", "twitter:image"];

/// A start tag. It is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Element {
    name: String,
    /// Only those that matter, each once: the first one counts.
    attributes: Vec<(&'static str, String)>,
}

impl Element {
    pub(super) fn start(&mut self, name: &[u8]) {
        self.name.clear();
        self.name.push_str(std::str::from_utf8(name).unwrap_or_default());
        self.attributes.clear();
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Adds an attribute without its value. Returns its name if the value matters.
    pub(super) fn attribute(&mut self, name: &[u8]) -> Option<&'static str> {
        let name = ATTRIBUTES.into_iter().find(|known| known.as_bytes() == name)?;
        if self.value(name).is_some() {
            return None;
        }
        self.attributes.push((name, String::new()));
        Some(name)
    }

    /// Sets the value of the last attribute.
    pub(super) fn set(&mut self, name: &'static str, value: &[u8]) {
        if let Some((last, text)) = self.attributes.last_mut()
            && *last == name
        {
            text.push_str(&String::from_utf8_lossy(value));
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let attribute = self.attributes.iter().find(|(own, _)| *own == name);
        attribute.map(|(_, value)| value.as_str())
    }

    /// Adds what is checked to the page.
    pub(super) fn add_to(&self, html: &mut Html, is_in_template: bool) {
        match self.name.as_str() {
            "html" => html.has_lang |= self.value("lang").is_some_and(|it| !it.trim().is_empty()),
            "base" => {
                if html.base.is_none() {
                    html.base = self.value("href").map(str::to_owned);
                }
                return;
            }
            "img" if self.value("alt").is_none() => {
                html.without_alt.insert(self.value("src").unwrap_or_default().to_owned());
            }
            "a" if !is_in_template => {
                html.names
                    .extend(self.value("name").filter(|it| !it.is_empty()).map(str::to_owned));
            }
            "meta" => self.add_meta(html),
            _ => {}
        }
        if !is_in_template
            && let Some(id) = self.value("id").filter(|id| !id.is_empty())
            && !html.ids.insert(id.to_owned())
        {
            html.duplicate_ids.insert(id.to_owned());
        }
        // Attributes of custom elements mean what their scripts make of them.
        if !self.name.contains('-') && !self.is_hint() {
            self.add_links(html);
        }
    }

    fn add_links(&self, html: &mut Html) {
        for (name, value) in &self.attributes {
            match *name {
                "src" | "href" | "xlink:href" | "poster" | "action" | "formaction" => {
                    add(html, value);
                }
                "data" if self.name == "object" => add(html, value),
                "srcset" | "imagesrcset" => values::srcset(value).for_each(|url| add(html, url)),
                _ => {}
            }
        }
    }

    /// Returns true if and only if it names a host and not a file.
    fn is_hint(&self) -> bool {
        let is_hint = |word: &str| {
            ["preconnect", "dns-prefetch"].iter().any(|it| word.eq_ignore_ascii_case(it))
        };
        let rel = self.value("rel").filter(|_| self.name == "link").unwrap_or_default();
        rel.split_ascii_whitespace().any(is_hint)
    }

    fn add_meta(&self, html: &mut Html) {
        let Some(content) = self.value("content") else { return };
        if self.value("http-equiv").is_some_and(|it| it.trim().eq_ignore_ascii_case("refresh")) {
            add(html, values::refresh(content).unwrap_or_default());
        }
        let name = self.value("property").or_else(|| self.value("name")).unwrap_or_default();
        if META_IMAGES.contains(&name.trim()) {
            add(html, content);
        }
    }
}

/// Adds a URL. An empty one is that of the page itself.
fn add(html: &mut Html, url: &str) {
    let url = values::trimmed(url);
    if !url.is_empty() && !html.links.contains(url) {
        html.links.insert(url.to_owned());
    }
}
