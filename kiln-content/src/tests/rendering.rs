//! What becomes of the Markdown of entries, and where their links lead.

use anyhow::{Result, bail};

use super::site::{Post, TestSite};
use crate::markdown::{Memory, Place};
use crate::registry::{self, Registered};
use crate::{Collection, Entry, Mistakes, RenderContext};

/// A page of a site that has no other pages and files.
struct Page {
    memory: Memory<Mistakes>,
}

impl RenderContext for Page {
    fn link(&self, path: &str, _: &dyn Fn() -> Place) -> Result<String> {
        bail!("nothing answers `{path}`")
    }

    fn asset(&self, path: &str) -> Result<String> {
        bail!("there is no {path}")
    }

    fn image(&self, path: &str, _: &str, _: Option<&str>, _: &[u32]) -> Result<String> {
        bail!("there is no {path}")
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

    fn memory(&self) -> Option<&Memory<Mistakes>> {
        Some(&self.memory)
    }

    fn warn(&self, _: &str) {}
}

fn site(text: &str) -> (TestSite, &'static Entry<Post>) {
    let post = |text: &str| format!("---\ntitle: A\n---\n{text}");
    let (a, b, draft) = (post(text), post("## Part\n"), "---\ntitle: D\ndraft: true\n---\n");
    let site = TestSite::with([
        ("content/posts/a.md", a.as_bytes()),
        ("content/posts/sub/b.md", b.as_bytes()),
        ("content/posts/draft.md", draft.as_bytes()),
        ("content/notes/c.md", b.as_bytes()),
        ("content/unread/d.md", b"Text"),
    ]);
    let posts = Collection::<Post>::markdown("content/posts")
        .filter(|post| !post.draft)
        .url(|post| format!("/posts/{}", post.id()));
    let posts = site.collection("POSTS", posts);
    site.collection("NOTES", Collection::<Post>::markdown("content/notes"));
    (site, posts.get("a").expect("an entry"))
}

#[track_caller]
fn render(text: &str) -> Result<String> {
    let (_site, entry) = site(text);
    let page = Page { memory: Memory::new(1_000_000) };
    let rendered = entry.render(&page)?;
    assert_eq!(entry.render(&page)?, rendered, "what is remembered is something else");
    Ok(rendered.to_string())
}

#[test]
fn links_between_files_lead_to_pages() {
    for (link, url) in [
        ("sub/b.md", "/posts/sub/b"),
        ("./sub/b.md#part", "/posts/sub/b#part"),
        ("@/posts/sub/b.md", "/posts/sub/b"),
    ] {
        let html = render(&format!("[x]({link})")).expect(link);
        assert_eq!(html, format!("<p><a href=\"{url}\">x</a></p>\n"));
    }
}

#[test]
fn a_file_in_several_collections_has_the_url_of_one() {
    let (site, entry) = site("[x](../notes/c.md) [y](draft.md)");
    let notes =
        Collection::<Post>::markdown("content/notes").url(|note| format!("/n/{}", note.id()));
    site.collection("NOTES_WITH_PAGES", notes);
    let drafts = Collection::<Post>::markdown("content/posts").filter(|post| post.draft);
    site.collection("DRAFTS", drafts.url(|post| format!("/drafts/{}", post.id())));
    let html = entry.render(&Page { memory: Memory::new(1_000_000) }).expect("HTML").to_string();
    assert_eq!(html, "<p><a href=\"/n/c\">x</a> <a href=\"/drafts/draft\">y</a></p>\n");
}

#[test]
fn links_that_lead_nowhere_are_mistakes() {
    for (link, expected) in [
        ("sub/bb.md", "there is no file content/posts/sub/bb.md"),
        ("sub/b.md#prt", "no heading of content/posts/sub/b.md has the id `prt`"),
        ("draft.md", "content/posts/draft.md is left out by the filter of `POSTS`"),
        ("@/notes/c.md", "the collection `NOTES` does not say where its entries have their pages"),
        ("@/unread/d.md", "no collection has the file content/unread/d.md"),
    ] {
        let error = render(&format!("\n[x]({link})")).expect_err(link).to_string();
        assert!(error.starts_with(expected), "{link}: {error}");
        assert!(error.contains(" --> content/posts/a.md:5:1\n"), "{error}");
        assert!(error.contains("\n  hint: "), "{error}");
    }
}

#[test]
fn the_texts_of_a_collection_with_mistakes_are_checked() {
    let (site, _) = site("");
    let write = |name: &str, text: &str| {
        std::fs::write(site.path(&format!("content/notes/{name}.md")), text).expect("a file");
    };
    write("a", "---\ntitle: A\n---\n[x](gone.md)\n");
    write("b", "---\ntitel: B\n---\n\n[x](c.md) [y](gone.md) [z](b.md) [w](a.md)\n\n<Note />\n");
    let notes =
        Collection::<Post>::markdown("content/notes").url(|note| format!("/n/{}", note.id()));
    let notes: &dyn Registered = site.collection("NOTES", notes);
    assert_eq!(notes.mistakes().len(), 1);
    let mistakes = notes.text_mistakes(&Page { memory: Memory::new(1_000_000) });
    let shown: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    let starts = [
        "there is no file content/notes/gone.md\n --> content/notes/a.md:4:1\n",
        "there is no file content/notes/gone.md\n --> content/notes/b.md:5:11\n",
        "no component is named `Note`\n --> content/notes/b.md:7:1\n",
    ];
    assert_eq!(shown.len(), starts.len(), "{shown:?}");
    assert!(shown.iter().zip(starts).all(|(shown, start)| shown.starts_with(start)), "{shown:?}");
}

#[test]
fn texts_that_nobody_shows_are_checked() {
    let (site, entry) = site("[x](gone.md) [y](@/notes/c.md) [z](@/notes/c.md#prt)");
    let page = Page { memory: Memory::new(1_000_000) };
    let of_site = registry::all().into_iter().filter(|it| it.site() == Some(&site.folder));
    let posts = of_site.filter(|it| it.name() == "POSTS").last().expect("the collection");
    assert_eq!(posts.unshown(), [0, 1]);
    assert!(entry.excerpt(&page).is_err());
    assert_eq!(posts.unshown(), [0, 1], "an excerpt is a part");
    let mistakes = posts.text_mistakes_at(&posts.unshown(), &page);
    let shown: Vec<&str> = mistakes.iter().map(|mistake| &*mistake.message).collect();
    // A text without a page may lead to one without a page.
    let expected = [
        "there is no file content/posts/gone.md",
        "no heading of content/notes/c.md has the id `prt`",
    ];
    assert_eq!(shown, expected);
    assert!(entry.render(&page).is_err());
    assert_eq!(posts.unshown(), [1]);
}

#[test]
fn an_entry_knows_its_text() {
    let text =
        "First *words*.\n\n## One\n\n```\nno word\n```\n\n### Two\n\n<!-- more -->\n\nLast.\n";
    let (_site, entry) = site(text);
    let page = Page { memory: Memory::new(1_000_000) };
    assert_eq!((entry.words(), entry.reading_minutes()), (5, 1));
    let headings = entry.headings().expect("headings");
    let ids: Vec<_> = headings.iter().map(|heading| (heading.level, &*heading.id)).collect();
    assert_eq!(ids, [(2, "one"), (3, "two")]);
    assert!(entry.toc().expect("a list").html().contains("<a href=\"#two\">Two</a>"));
    let plain = entry.plain_text().expect("a text");
    assert!(plain.starts_with("First words.\nOne\n"), "{plain}");
    let excerpt = entry.excerpt(&page).expect("an excerpt").to_string();
    assert!(excerpt.contains("First") && !excerpt.contains("Last"), "{excerpt}");
}

#[test]
fn absolute_urls_have_the_origin() {
    let (_site, entry) = site("[x](sub/b.md)");
    let page = Page { memory: Memory::new(1_000_000) };
    let html = entry.render_absolute(&page).expect("HTML").to_string();
    assert_eq!(html, "<p><a href=\"https://example.com/posts/sub/b\">x</a></p>\n");
    // A feed takes it as text.
    let rendered = entry.render_absolute(&page).expect("HTML");
    assert_eq!((String::from(&rendered), String::from(rendered)), (html.clone(), html));
}
