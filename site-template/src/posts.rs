//! The posts: Markdown files in `content/posts`, read whenever the site is built.

use std::{ffi::OsStr, fs, path::Path};

use kiln::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, html};

use crate::{date::Date, layout};

const FOLDER: &str = "content/posts";

/// How a post leads to the files in `assets/`.
const ASSETS: &str = "../../assets/";

pub struct Post {
    /// The name of the file without `.md`, and the last part of the post's address.
    pub slug: String,
    pub title: String,
    pub date: Date,
    pub summary: String,
    markdown: String,
}

/// All posts, the newest first.
pub fn all() -> Result<Vec<Post>> {
    let mut posts = Vec::new();
    let folder = crate::SITE.folder().join(FOLDER);
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {FOLDER}"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            posts.push(read(&path)?);
        }
    }
    posts.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.slug.cmp(&b.slug)));
    Ok(posts)
}

impl Post {
    /// The post as HTML. `origin` is put in front of every link and picture of this site: it is
    /// empty, or `https://example.com` for a text that is read elsewhere.
    pub fn html(&self, ctx: &Context, origin: &str) -> Result<String> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_SMART_PUNCTUATION;
        let base = layout::base();
        let events = Parser::new_ext(&self.markdown, options).map(|mut event| {
            if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) =
                &mut event
            {
                if let Some(path) = dest_url.strip_prefix(ASSETS) {
                    *dest_url = format!("{origin}{}", ctx.asset(path)?).into();
                } else if dest_url.starts_with('/') && !dest_url.starts_with("//") {
                    *dest_url = format!("{origin}{base}{dest_url}").into();
                }
            }
            Ok(event)
        });
        let events: Vec<Event> = events.collect::<Result<_>>()?;

        let mut out = String::new();
        html::push_html(&mut out, events.into_iter());
        // Long lines of code scroll sideways, and this lets the keyboard do it too.
        Ok(out.replace("<pre>", r#"<pre tabindex="0">"#))
    }
}

fn read(path: &Path) -> Result<Post> {
    let file = format!(
        "{FOLDER}/{}",
        path.file_name().unwrap_or_default().display()
    );
    let slug = path.file_stem().and_then(OsStr::to_str);
    let slug = slug.with_context(|| format!("the name of {file} is not UTF-8"))?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {file}"))?;
    // Git on Windows may have made every line end in `\r\n`.
    parse(&file, slug, &text.replace("\r\n", "\n"))
}

/// A post begins with front matter, which is lines `key: value` between two lines `---`.
fn parse(file: &str, slug: &str, text: &str) -> Result<Post> {
    let text = text.strip_prefix("---\n");
    let text = text.with_context(|| format!("{file}:1: a post begins with a line `---`"))?;
    let (front_matter, markdown) = text
        .split_once("\n---\n")
        .with_context(|| format!("{file}:1: no second line `---` ends the front matter"))?;

    let (mut title, mut date, mut summary) = (None, None, None);
    for (number, line) in (2..).zip(front_matter.lines()) {
        let place = || format!("{file}:{number}");
        let Some((key, value)) = line.split_once(':') else {
            bail!("{}: expected `key: value`, found `{line}`", place());
        };
        let value = value.trim();
        match key {
            "title" => title = Some(value.to_owned()),
            "date" => date = Some(value.parse().with_context(place)?),
            "summary" => summary = Some(value.to_owned()),
            _ => bail!(
                "{}: unknown key `{key}`, expected title, date or summary",
                place()
            ),
        }
    }

    let missing = |key| move || format!("{file}:1: the front matter has no `{key}`");
    Ok(Post {
        slug: slug.to_owned(),
        title: title.with_context(missing("title"))?,
        date: date.with_context(missing("date"))?,
        summary: summary.with_context(missing("summary"))?,
        markdown: markdown.to_owned(),
    })
}
