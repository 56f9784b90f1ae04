//! The files of `benches/sites/posts` and `benches/sites/content`: reads and renders Markdown, and writes posts, lists and a
//! feed.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::sync::Mutex;

use super::markdown;
use super::threads;

/// The number of posts in the feed.
const IN_FEED: usize = 20;

/// What differs between the two sites.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// The number of posts in a list.
    listed: usize,
    /// The end of a URL.
    slash: &'static str,
    render: fn(&str, origin: &str, out: &mut String),
}

/// The style of `benches/sites/posts`.
pub(crate) const POSTS: Style = Style { listed: 20, slash: "", render: markdown::plain };

/// The style of `benches/sites/content`.
pub(crate) const CONTENT: Style = Style { listed: 50, slash: "/", render: markdown::with_ids };

struct Post {
    slug: String,
    title: String,
    date: String,
    description: String,
    markdown: String,
}

/// Reads `content` and writes the whole site into `folder`.
pub(crate) fn write_site(style: Style, content: &str, folder: &str) -> io::Result<()> {
    let posts = read_all(content)?;
    fs::create_dir_all(format!("{folder}/posts"))?;
    threads::in_parts(posts.len(), |part| {
        posts[part].iter().try_for_each(|post| style.write_post(folder, post))
    })?;
    let lists = posts.len().div_ceil(style.listed);
    threads::in_parts(lists, |part| {
        part.into_iter().try_for_each(|list| style.write_list(folder, &posts, list, lists))
    })?;
    fs::write(format!("{folder}/feed.xml"), style.feed(&posts[..IN_FEED.min(posts.len())]))
}

fn read_all(content: &str) -> io::Result<Vec<Post>> {
    let names: Vec<_> =
        fs::read_dir(content)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let posts = Mutex::new(Vec::with_capacity(names.len()));
    threads::in_parts(names.len(), |part| {
        for path in &names[part] {
            let slug = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let post = parse(slug, &fs::read_to_string(path)?).ok_or(io::ErrorKind::InvalidData)?;
            posts.lock().expect("no work panics").push(post);
        }
        Ok(())
    })?;
    let mut posts = posts.into_inner().expect("no work panics");
    posts.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.slug.cmp(&b.slug)));
    Ok(posts)
}

fn parse(slug: String, text: &str) -> Option<Post> {
    let (front_matter, markdown) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let value = |key| {
        let value = front_matter.lines().find_map(|line| line.strip_prefix(key));
        value.map(|value| value.trim().to_owned())
    };
    Some(Post {
        slug,
        title: value("title:")?,
        date: value("date:")?,
        description: value("description:")?,
        markdown: markdown.to_owned(),
    })
}

impl Style {
    fn write_post(self, folder: &str, post: &Post) -> io::Result<()> {
        let Post { slug, title, date, markdown, .. } = post;
        let mut text = head(title, &format!("/posts/{slug}{}", self.slash), self.slash);
        let _ = write!(text, r#"<article><h1>{title}</h1><time datetime="{date}">{date}</time>"#);
        (self.render)(markdown, "", &mut text);
        text.push_str("</article>");
        text.push_str(FOOT);
        let folder = format!("{folder}/posts/{slug}");
        fs::create_dir(&folder)?;
        fs::write(folder + "/index.html", text)
    }

    fn write_list(self, folder: &str, posts: &[Post], list: usize, lists: usize) -> io::Result<()> {
        let Style { listed, slash, .. } = self;
        let path = |list| match list {
            0 => format!("/list{slash}"),
            _ => format!("/list/{}{slash}", list + 1),
        };
        let mut text = head("The blog", &path(list), slash);
        text.push_str("<ul>");
        for Post { slug, title, description, .. } in posts.iter().skip(list * listed).take(listed) {
            let _ = write!(
                text,
                r#"<li><a href="/posts/{slug}{slash}">{title}</a><p>{description}</p></li>"#
            );
        }
        text.push_str("</ul><nav>");
        if list > 0 {
            let _ = write!(text, r#"<a href="{}">Newer</a>"#, path(list - 1));
        }
        if list + 1 < lists {
            let _ = write!(text, r#"<a href="{}">Older</a>"#, path(list + 1));
        }
        text.push_str("</nav>");
        text.push_str(FOOT);
        let folder = format!("{folder}{}", path(list));
        fs::create_dir_all(&folder)?;
        fs::write(format!("{folder}/index.html"), text)
    }

    fn feed(self, posts: &[Post]) -> String {
        let mut text = String::from(
            r#"<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The blog</title>"#,
        );
        for Post { slug, title, date, markdown, .. } in posts {
            let _ = write!(
                text,
                r#"<entry><id>{ORIGIN}/posts/{slug}{}</id><title>{title}</title><updated>{date}T00:00:00Z</updated><content type="html">"#,
                self.slash
            );
            let mut rendered = String::new();
            (self.render)(markdown, ORIGIN, &mut rendered);
            text.push_str(&escape(&rendered));
            text.push_str("</content></entry>");
        }
        text.push_str("</feed>");
        text
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn head(title: &str, path: &str, slash: &str) -> String {
    let mut text = String::with_capacity(8 << 10);
    let _ = write!(
        text,
        r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="canonical" href="{ORIGIN}{path}"><link rel="alternate" type="application/atom+xml" href="/feed.xml"></head><body><header><a href="/list{slash}">The blog</a></header><main>"#
    );
    text
}

const ORIGIN: &str = "https://example.com";

const FOOT: &str = "</main><footer><p>Made with kiln.</p></footer></body></html>";
