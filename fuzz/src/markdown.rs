//! Markdown: rendering finds mistakes, and never panics.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use anyhow::{Result, bail};
use kiln_content::markdown::{
    Attributes, Fault, Links, Markdown, Place, Renderer, Settings, Source,
};
use kiln_content::{Mistake, RenderContext};

/// A site on which every second path exists.
struct Site;

impl RenderContext for Site {
    fn link(&self, path: &str, place: &dyn Fn() -> Place) -> Result<String> {
        place();
        self.asset(path)
    }

    fn asset(&self, path: &str) -> Result<String> {
        match path.len() % 2 {
            0 => Ok(format!("/base/{path}")),
            _ => bail!("nothing answers {path}"),
        }
    }

    fn image(&self, path: &str, _: &str, _: Option<&str>, _: &[u32]) -> Result<String> {
        Ok(format!("<img src=\"{}\">", self.asset(path)?.len()))
    }

    fn origin(&self) -> Option<&str> {
        Some("https://example.com")
    }

    fn cached(
        &self,
        _: &str,
        _: &[&str],
        make: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        make()
    }

    fn warn(&self, _: &str) {}
}

impl Links for Site {
    fn entry(&self, file: &str, _: Option<&str>) -> Result<String, Fault> {
        Ok(self.asset(file)?)
    }

    fn page(&self) -> Option<String> {
        Some("/base/page".to_owned())
    }
}

static RENDERERS: LazyLock<[Renderer; 2]> = LazyLock::new(|| {
    let note =
        |_: &Site, attributes: &Attributes, children: &str| match attributes.parse::<usize>("n") {
            Ok(times) => Ok(children.repeat(times.min(2))),
            Err(error) if attributes.get("n").is_some() => Err(error),
            Err(_) => Ok(children.to_owned()),
        };
    let all = Markdown::new()
        .math(true)
        .smart_punctuation(true)
        .heading_anchors(true)
        .external_links("noopener");
    let all = Renderer::new(Settings::DEFAULT, all.component("Note", note));
    [Renderer::new(Settings::DEFAULT, Markdown::new()), all]
});

/// Renders a text in all ways.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let source =
        Source { file: "content/a.md", folder: "content", text, line: 3, is_in_file: false };
    for renderer in &*RENDERERS {
        let outline = renderer.outline(text);
        let ids: Vec<&str> = outline
            .headings
            .iter()
            .map(|heading| heading.id.as_str())
            .filter(|id| !id.is_empty())
            .collect();
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "two headings have one id: {ids:?}"
        );
        for id in ids {
            assert!(outline.check(id, "content/a.md").is_ok(), "no link leads to {id}");
        }
        renderer.toc(text);
        assert!(renderer.words(text) <= renderer.plain_text(text).split_whitespace().count());
        for rendered in [
            renderer.html(&source, &Site, &Site),
            renderer.excerpt(&source, &Site, &Site),
            renderer.absolute(&source, &Site, &Site),
        ] {
            match rendered {
                Ok(html) => check_html(text, &html),
                Err(mistakes) => check_mistakes(text, &mistakes),
            }
        }
    }
}

/// Without HTML in the text, there is no link that runs code.
fn check_html(text: &str, html: &str) {
    if text.contains('<') {
        return;
    }
    for start in ["href=\"", "src=\""] {
        for (at, _) in html.match_indices(start) {
            let url =
                html[at + start.len()..].split('"').next().unwrap_or_default().to_ascii_lowercase();
            assert!(!url.starts_with("javascript:") && !url.starts_with("vbscript:"), "{url}");
            assert!(!url.contains(char::is_control), "{url:?}");
        }
    }
}

/// Each mistake has a place in the file, and a message of one line.
fn check_mistakes(text: &str, mistakes: &[Mistake]) {
    assert!(!mistakes.is_empty(), "it failed for no reason");
    for mistake in mistakes {
        let place = mistake.position.as_ref().expect("a place");
        let line = text.split('\n').nth(place.line - 3).expect("a line of the file");
        assert_eq!(
            line.trim_end_matches('\r').len(),
            place.source.trim_end_matches('\r').len(),
            "another line"
        );
        assert!(place.column <= line.chars().count() + 1, "{place:?}");
        let _ = mistake.to_string();
    }
}
