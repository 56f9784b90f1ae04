//! The pages of the documentation, and their order.

use kiln::content::{Collection, Ref};
use kiln::prelude::*;

use crate::{markdown, routes};

/// A page. It has no front matter, so that it reads well on GitHub: its heading and its first paragraph say what it is.
#[derive(serde::Deserialize)]
pub struct Doc {}

pub static DOCS: Collection<Doc> = Collection::<Doc>::markdown("content")
    .url(|doc| routes::path(doc.id()))
    .markdown_options(markdown::options);

/// A group of pages in the sidebar.
#[derive(serde::Deserialize)]
pub struct Section {
    pub title: String,
    pub pages: Vec<Ref<Doc>>,
}

pub static SECTIONS: Collection<Section> = Collection::<Section>::list("content/nav.yaml");

/// All pages in the order of the sidebar.
pub fn in_order() -> Result<Vec<&'static Entry<Doc>>> {
    let pages = SECTIONS.entries()?.iter().flat_map(|section| &section.pages);
    pages.map(Ref::get).collect()
}

/// The text of the first heading.
pub fn title(doc: &Entry<Doc>) -> Result<String> {
    let headings = doc.headings()?;
    let first = headings.iter().find(|heading| heading.level == 1);
    let first = first.with_context(|| format!("{} has no heading `# …`", doc.file()))?;
    Ok(first.text.clone())
}

/// The first paragraph, which says what the page is about.
pub fn summary(doc: &Entry<Doc>) -> Result<String> {
    let text = doc.plain_text()?;
    let paragraph = text.lines().nth(1).with_context(|| format!("{} is empty", doc.file()))?;
    Ok(paragraph.trim_end_matches(':').to_owned())
}
