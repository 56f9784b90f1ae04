//! What a collection contains, and in which order.

use std::fs;

use super::site::{Author, Post, Settings, TestSite};
use crate::registry::Registered;
use crate::{Collection, Entry, Mistakes};

fn ids<T>(entries: &[Entry<T>]) -> Vec<&str> {
    entries.iter().map(Entry::id).collect()
}

fn texts<'a>(files: &[(&'a str, &'a str)]) -> TestSite {
    TestSite::with(files.iter().map(|(name, text)| (*name, text.as_bytes())))
}

#[test]
fn ids_are_the_paths_below_the_folder() {
    let site = texts(&[
        ("content/posts/hello.md", "---\ntitle: Hello\n---\nText\n"),
        ("content/posts/2026/a.md", "+++\ntitle = 'A'\n+++\n"),
        ("content/posts/album/index.md", "---\ntitle: Album\n---\n"),
        ("content/posts/album/photo.jpg", "no picture"),
        ("content/posts/index.md", "---\ntitle: Top\n---\n"),
        ("content/posts/cafe\u{301}.md", "---\ntitle: Café\n---\n"),
        ("content/posts/_draft.md", "no title"),
        ("content/posts/.hidden/a.md", "no title"),
        ("content/posts/backup.md~", "no title"),
        ("content/posts/notes.txt", "no title"),
    ]);
    let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
    let entries = posts.entries().expect("no mistakes");
    assert_eq!(ids(entries), ["2026/a", "album", "caf\u{e9}", "hello", "index"]);
    assert_eq!(posts.get("album").expect("an entry").file(), "content/posts/album/index.md");
    let hello = posts.get("hello").expect("an entry");
    assert_eq!((&*hello.title, hello.body()), ("Hello", "Text\n"));
}

#[test]
fn a_build_reports_the_mistakes_of_what_is_registered() {
    let are_reported = |collection: &'static Collection<Post>| {
        let error = collection.entries().expect_err("a mistake");
        error.downcast_ref::<Mistakes>().expect("mistakes").are_reported()
    };
    let site = texts(&[("content/posts/a.md", "no title")]);
    assert!(are_reported(site.collection("POSTS", Collection::<Post>::markdown("content/posts"))));
    let other: &'static _ = Box::leak(Box::new(Collection::<Post>::markdown("content/nowhere")));
    assert!(!are_reported(other));
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_those_of_editors_are_skipped() {
    use std::os::unix::fs::symlink;

    let site = texts(&[
        ("content/posts/a.md", "---\ntitle: A\n---\n"),
        ("elsewhere/b.md", "---\ntitle: B\n---\n"),
    ]);
    symlink("user@host.1234", site.path("content/posts/.#a.md")).expect("a link");
    symlink("../../elsewhere", site.path("content/posts/more")).expect("a link");
    let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
    assert_eq!(ids(posts.entries().expect("no mistakes")), ["a", "more/b"]);

    symlink("nowhere", site.path("content/posts/c.md")).expect("a link");
    symlink(".", site.path("content/posts/again")).expect("a link");
    let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
    let shown = posts.entries().expect_err("two mistakes").to_string();
    for expected in [
        "this is a link to a folder that contains it\n  --> content/posts/again\n  hint: remove",
        "this is a link to a file that does not exist\n  --> content/posts/c.md\n  hint: repair",
    ] {
        assert!(shown.contains(expected), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    let site = texts(&[("content/posts/a.md", "---\ntitle: A\n---\n")]);
    let socket = site.path("content/posts/b.md");
    let _socket = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
    let shown = posts.entries().expect_err("a mistake").to_string();
    assert!(
        shown.starts_with("this is neither a file nor a folder\n  --> content/posts/b.md"),
        "{shown}"
    );
}

#[test]
fn every_ending_and_every_fence_is_read() {
    let files = [
        ("bom", "\u{feff}---\ntitle: T\n---\nText\n"),
        ("crlf", "---\r\ntitle: T\r\n---\r\nText\n"),
        ("spaces", "---  \ntitle: T\n--- \t\nText\n"),
        ("toml", "+++\ntitle = \"T\"\n+++\nText\n"),
        ("json-like", "---\n{\"title\": \"T\"}\n---\nText\n"),
    ];
    for (name, text) in files {
        let site = texts(&[("content/posts/a.md", text)]);
        let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
        let entry = posts.get("a").unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((&*entry.title, entry.body()), ("T", "Text\n"), "{name}");
    }
    let site = texts(&[("content/posts/a.md", "---\ntitle: T\n---")]);
    let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
    assert_eq!(posts.get("a").expect("no newline at the end").body(), "");
}

#[test]
fn front_matter_may_be_absent() {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    let site = texts(&[("content/notes/a.md", "Text"), ("content/notes/b.md", "---\n---\nText")]);
    let notes = site.collection("NOTES", Collection::<Nothing>::markdown("content/notes"));
    assert_eq!(notes.entries().expect("no mistakes").len(), 2);
    let texts = site.collection("TEXTS", Collection::<()>::markdown("content/notes"));
    assert_eq!(texts.entries().expect("no mistakes").len(), 2);
}

#[test]
fn an_empty_folder_is_an_empty_collection() {
    let site = texts(&[("content/other.md", "")]);
    fs::create_dir_all(site.path("content/posts")).expect("a folder");
    let posts = site.collection("POSTS", Collection::<Post>::markdown("content/posts"));
    assert_eq!(posts.entries().expect("no mistakes").len(), 0);
}

#[test]
fn entries_are_filtered_sorted_and_grouped() {
    let post = |date: &str, tags: &str, draft: bool| {
        format!("---\ntitle: T\ndate: {date}\ntags: [{tags}]\ndraft: {draft}\n---\n")
    };
    let (a, b, c, d) = (
        post("2026-01-01", "rust, web", false),
        post("2026-03-01", "rust, rust", false),
        post("2026-03-01", "", false),
        post("2026-02-01", "rust", true),
    );
    let site = texts(&[
        ("content/posts/a.md", &a),
        ("content/posts/b.md", &b),
        ("content/posts/c.md", &c),
        ("content/posts/d.md", &d),
    ]);
    let posts = site.collection(
        "POSTS",
        Collection::<Post>::markdown("content/posts")
            .filter(|post| !post.draft)
            .sort_by(|a, b| b.date.cmp(&a.date))
            .url(|post| format!("/posts/{}", post.id())),
    );
    let entries = posts.entries().expect("no mistakes");
    assert_eq!(ids(entries), ["b", "c", "a"]);
    assert_eq!(entries[0].url().expect("a URL"), "/posts/b");
    let groups = posts.group_by(|post| &post.tags).expect("groups");
    let groups: Vec<_> = groups.iter().map(|(tag, posts)| (*tag, posts.len())).collect();
    assert_eq!(groups, [("rust", 2), ("web", 1)]);
    let neighbors = |at: usize| {
        let (before, after) = posts.neighbors(&entries[at]).expect("neighbors");
        (before.map(Entry::id), after.map(Entry::id))
    };
    assert_eq!(neighbors(0), (None, Some("c")));
    assert_eq!(neighbors(1), (Some("b"), Some("a")));
    assert_eq!(neighbors(2), (Some("c"), None));
    for (id, expected) in [
        ("d", "the entry `d` of the collection `POSTS` is left out by its filter"),
        ("bb", "there is no entry `bb` in the collection `POSTS`\nhint: did you mean `b`?"),
    ] {
        let error = posts.get(id).expect_err(id).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let others = site.collection("OTHERS", Collection::<Post>::markdown("content/posts"));
    let error = others.neighbors(&entries[0]).expect_err("an entry of another collection");
    assert_eq!(error.to_string(), "the entry `b` is not one of the collection `OTHERS`");
    assert!(others.entries().expect("no mistakes")[0].url().is_err());
}

#[test]
fn data_files_are_entries_in_every_format() {
    let site = texts(&[
        ("content/settings/a.toml", "title = 'A'\n"),
        ("content/settings/b.yaml", "title: B\n"),
        ("content/settings/c.yml", "title: C\n"),
        ("content/settings/sub/d.json", "{\"title\": \"D\\u00e9\"}"),
        ("content/settings/readme.md", "no data"),
    ]);
    let settings = site.collection("SETTINGS", Collection::<Settings>::data("content/settings"));
    let entries = settings.entries().expect("no mistakes");
    let titles: Vec<_> = entries.iter().map(|entry| (entry.id(), &*entry.title)).collect();
    assert_eq!(titles, [("a", "A"), ("b", "B"), ("c", "C"), ("sub/d", "D\u{e9}")]);
    assert_eq!(entries[3].body(), "");
}

#[test]
fn a_list_has_an_entry_for_each_item() {
    for (name, text, expected) in [
        ("content/a.toml", "[zoe]\nname = 'Zoe'\n[ada]\nname = 'Ada'\n", ["ada", "zoe"]),
        (
            "content/a.json",
            "{\"zoe\": {\"name\": \"Zoe\"}, \"ada\": {\"name\": \"Ada\"}}",
            ["ada", "zoe"],
        ),
        ("content/a.yaml", "zoe:\n  name: Zoe\nada:\n  name: Ada\n", ["ada", "zoe"]),
        ("content/b.yaml", "- id: zoe\n  name: Zoe\n- {id: ada, name: Ada}\n", ["zoe", "ada"]),
        (
            "content/b.json",
            "[{\"id\": \"zoe\", \"name\": \"Zoe\"}, {\"id\": 7, \"name\": \"Ada\"}]",
            ["zoe", "7"],
        ),
    ] {
        let site = texts(&[(name, text)]);
        let authors = site.collection("AUTHORS", Collection::<Author>::list(name));
        assert_eq!(ids(authors.entries().expect(name)), expected, "{name}");
    }
}

#[test]
fn a_list_gives_its_id_to_a_field_of_that_name() {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Named {
        id: String,
    }

    let site = texts(&[("content/a.json", "[{\"id\": \"zoe\"}]")]);
    let named = site.collection("NAMED", Collection::<Named>::list("content/a.json"));
    assert_eq!(named.entries().expect("no mistakes")[0].id, "zoe");
}

#[test]
fn values_from_anywhere_keep_their_order() {
    static AUTHORS: Collection<Author> = Collection::<Author>::load(|| {
        let author = |id: &str| (id.to_owned(), Author { name: id.to_uppercase() });
        Ok(vec![author("b"), author("a")])
    });
    static TWICE: Collection<Author> = Collection::<Author>::load(|| {
        let author = |id: &str| (id.to_owned(), Author { name: id.to_uppercase() });
        Ok(vec![author("b"), author("b")])
    });
    static BROKEN: Collection<Author> =
        Collection::<Author>::load(|| Err(anyhow::anyhow!("no database")));
    let entries = AUTHORS.entries().expect("no mistakes");
    assert_eq!(ids(entries), ["b", "a"]);
    assert_eq!((&*entries[0].name, entries[0].file()), ("B", ""));
    let error = TWICE.entries().expect_err("a repeated id").to_string();
    assert!(error.contains("have the id `b`"), "{error}");
    let error = BROKEN.entries().expect_err("a failure").to_string();
    assert!(error.contains("cannot be loaded: no database"), "{error}");
}

#[test]
fn references_lead_to_entries_of_other_collections() {
    #[derive(serde::Deserialize)]
    struct Person {
        name: String,
    }
    #[derive(serde::Deserialize)]
    struct Article {
        author: crate::Ref<Person>,
        cover: crate::Asset,
    }

    let site = texts(&[
        ("content/posts/a.md", "---\ntitle: A\nauthor: ada\ncover: ../img/a.png\n---\n"),
        ("content/img/a.png", "no picture"),
        ("content/people.toml", "[ada]\nname = 'Ada'\n"),
    ]);
    let posts = site.collection("POSTS", Collection::<Article>::markdown("content/posts"));
    site.collection("PEOPLE", Collection::<Person>::list("content/people.toml"));
    let post = posts.get("a").expect("an entry");
    assert_eq!(post.author.id(), "ada");
    assert_eq!(post.author.get().expect("an author").name, "Ada");
    assert_eq!(post.cover.path(), "content/img/a.png");
    assert_eq!(Registered::mistakes(posts), []);
}

#[test]
fn a_site_may_have_its_own_front_matter() {
    fn parse(text: &str) -> anyhow::Result<(Author, &str)> {
        let Some((name, body)) = text.split_once('\n') else {
            anyhow::bail!("the name is missing\nhint: write it in the first line");
        };
        Ok((Author { name: name.to_owned() }, body))
    }
    let site = texts(&[("content/notes/a.md", "Ada\nText\n"), ("content/broken/a.md", "Ada")]);
    let notes = Collection::<Author>::markdown("content/notes").parse_with(parse);
    let entry = site.collection("NOTES", notes).get("a").expect("an entry");
    assert_eq!((&*entry.name, entry.body()), ("Ada", "Text\n"));
    let broken = Collection::<Author>::markdown("content/broken").parse_with(parse);
    let shown = site.collection("BROKEN", broken).entries().expect_err("a mistake").to_string();
    assert_eq!(
        shown,
        "the name is missing\n  --> content/broken/a.md\n  hint: write it in the first line"
    );
}

#[test]
fn a_large_text_is_read_again() {
    let site = texts(&[("content/a.md", "---\ntitle: A\n---\nText\n")]);
    let body = crate::entry::Body::in_file(4);
    assert_eq!(body.with(&site.path("content/a.md"), str::to_owned).expect("a text"), "Text\n");
    assert_eq!(body.keep(&site.path("content/a.md")).expect("a text"), "Text\n");
    assert!(crate::entry::Body::in_file(4).with(&site.path("content/b.md"), str::len).is_err());
}
