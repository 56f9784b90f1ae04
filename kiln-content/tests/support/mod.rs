//! A site that rendering can ask, with a few pages and files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use anyhow::{Result, bail};
use kiln_content::RenderContext;
use kiln_content::markdown::{
    Attributes, Fault, Highlight, Links, Markdown, Place, Renderer, Settings,
};

/// A site with the page `/about`, the image `photo.jpg` next to the post, and two entries.
#[derive(Default)]
pub(crate) struct Site {
    warnings: Mutex<BTreeSet<String>>,
    requested: Mutex<BTreeSet<String>>,
    cache: Mutex<BTreeMap<Vec<String>, Vec<u8>>>,
}

const FILES: [&str; 3] =
    ["content/posts/photo.jpg", "content/posts/my paper.pdf", "assets/logo.svg"];

impl Site {
    pub(crate) fn warnings(&self) -> String {
        lines(&self.warnings)
    }

    pub(crate) fn requested(&self) -> String {
        lines(&self.requested)
    }

    /// How much the cache has.
    #[cfg(feature = "highlight")]
    pub(crate) fn cached_entries(&self) -> usize {
        self.cache.lock().expect("no panic").len()
    }
}

fn lines(set: &Mutex<BTreeSet<String>>) -> String {
    let set = set.lock().expect("no panic");
    set.iter().flat_map(|line| [line, "\n"]).collect()
}

impl RenderContext for Site {
    fn link(&self, path: &str, _: &dyn Fn() -> Place) -> Result<String> {
        match path {
            "/" | "/about" => Ok(format!("/base{path}")),
            _ => bail!("nothing answers `{path}`\nhint: write `/about`"),
        }
    }

    fn asset(&self, path: &str) -> Result<String> {
        self.requested.lock().expect("no panic").insert(path.to_owned());
        match FILES.contains(&path) {
            true => Ok(format!(
                "/base/_assets/{}",
                path.rsplit('/').next().unwrap_or_default().replace(' ', "%20")
            )),
            false => bail!("there is no file {path}"),
        }
    }

    fn image(&self, path: &str, alt: &str, title: Option<&str>, widths: &[u32]) -> Result<String> {
        let url = self.asset(path)?;
        let title = title.map(|title| format!(" title={title:?}")).unwrap_or_default();
        let widths = if widths.is_empty() { String::new() } else { format!(" widths={widths:?}") };
        Ok(format!("<img src={url:?} alt={alt:?}{title}{widths}>"))
    }

    fn origin(&self) -> Option<&str> {
        Some("https://example.com")
    }

    fn cached(
        &self,
        room: &str,
        key: &[&str],
        make: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let key: Vec<String> = [room].iter().chain(key).map(|part| (*part).to_owned()).collect();
        if let Some(found) = self.cache.lock().expect("no panic").get(&key) {
            return Ok(found.clone());
        }
        let bytes = make()?;
        self.cache.lock().expect("no panic").insert(key, bytes.clone());
        Ok(bytes)
    }

    fn warn(&self, warning: &str) {
        self.warnings.lock().expect("no panic").insert(warning.to_owned());
    }
}

impl Links for Site {
    fn entry(&self, file: &str, fragment: Option<&str>) -> Result<String, Fault> {
        let (url, text) = match file {
            "content/posts/b.md" => ("/base/posts/b", "# B\n## Part two\n"),
            "content/guides/a.md" => ("/base/guides/a", "# Start\n"),
            _ => return Err(Fault::new(format!("no collection has {file}"), "write `b.md`")),
        };
        let outline = renderer("").outline(text);
        fragment.map_or(Ok(()), |fragment| outline.check(fragment, file))?;
        Ok(url.to_owned())
    }

    fn page(&self) -> Option<String> {
        Some("/base/posts/a".to_owned())
    }
}

/// A renderer with options by name, separated by commas.
pub(crate) fn renderer(options: &str) -> Renderer {
    let mut settings = Settings { highlight: Highlight::Off, ..Settings::DEFAULT };
    let mut markdown = Markdown::new();
    for option in options.split(", ").filter(|option| !option.is_empty()) {
        match option {
            "math" => settings.math = true,
            "smart-punctuation" => settings.smart_punctuation = true,
            "heading-anchors" => markdown = markdown.heading_anchors(true),
            "external-links" => markdown = markdown.external_links("noopener nofollow"),
            "image-widths" => settings.image_widths = &[480, 960],
            "highlight" => settings.highlight = Highlight::DEFAULT,
            "components" => {
                markdown = markdown
                    .component("Note", note)
                    .component("Repeat", repeat)
                    .component("Fails", fails);
            }
            "highlighter" => {
                markdown = markdown.highlighter(|block| {
                    Ok((block.language == "art")
                        .then(|| format!("<pre class=\"art\">{}</pre>\n", block.code)))
                });
            }
            _ => panic!("`{option}` is not an option"),
        }
    }
    Renderer::new(settings, markdown)
}

#[expect(clippy::unnecessary_wraps, reason = "components are fallible")]
fn note(_: &Site, attributes: &Attributes, children: &str) -> Result<String> {
    let kind = attributes.get("kind").unwrap_or("note");
    Ok(format!("<aside class=\"{kind}\">\n{children}</aside>"))
}

fn repeat(_: &Site, attributes: &Attributes, children: &str) -> Result<String> {
    Ok(children.repeat(attributes.parse("times")?))
}

fn fails(_: &Site, _: &Attributes, _: &str) -> Result<String> {
    bail!("it always fails")
}
