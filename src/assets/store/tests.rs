use super::*;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::assets::generated::{Body, Generated};

/// A folder of a site, which is removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder =
            std::env::temp_dir().join(format!("kiln-assets-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let folder = Folder(folder);
        for (file, text) in files {
            folder.write(file, text);
        }
        folder
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
        fs::write(path, text).expect("a file to write");
    }

    fn store(&self, lifetime: Lifetime) -> Store {
        Store::new(self.0.clone(), "/docs", lifetime)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn text(asset: &Asset) -> String {
    let bytes = asset.rewritten.as_ref().map(|bytes| bytes.to_vec());
    let bytes = bytes.unwrap_or_else(|| fs::read(&asset.path).expect("a file"));
    assert_eq!(Digest::of(&bytes), asset.written_digest());
    let hash = format!("{:016x}", Digest::of(&bytes).hash);
    assert!(asset.name.contains(&hash[8..]), "{}", asset.name);
    String::from_utf8(bytes).expect("UTF-8")
}

fn names(store: &Store) -> Vec<String> {
    store.requested().iter().map(|asset| asset.name.clone()).collect()
}

#[test]
fn each_file_has_one_entry() {
    let folder = Folder::new(
        "entries",
        &[
            ("assets/a.txt", "a"),
            ("assets/b/a.txt", "b"),
            ("content/a.txt", "a"),
            ("assets/not.txt", ""),
        ],
    );
    let store = folder.store(Lifetime::Once);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    for path in ["assets/a.txt", "assets/b/a.txt", "content/a.txt"] {
                        assert!(store.file(path).is_ok(), "{path}");
                    }
                }
            });
        }
    });
    // Two files with the same name and the same bytes are one in the site.
    assert_eq!(store.requested().len(), 2, "{:?}", names(&store));
    assert_eq!(store.loaded.read().expect("no panic").values().count(), 3);
    let [one, other] = ["a.txt", "b/a.txt"].map(|path| store.asset(path).expect(path));
    assert_ne!(one.name, other.name);
    assert_eq!((&*text(&one), &*text(&other)), ("a", "b"));
    assert_eq!(store.url(&one), format!("/docs/{}", one.name));
    assert_eq!(store.file("content/a.txt").expect("a file").name, one.name);
}

#[test]
fn a_stylesheet_has_the_urls_of_its_files() {
    let folder = Folder::new(
        "css",
        &[
            ("assets/css/a.css", "@import './b.css' screen; a { b: url(../x%20y.svg#id) url(/z) }"),
            ("assets/css/b.css", "a { b: url(../x%20y.svg) }"),
            ("assets/x y.svg", "<svg/>"),
        ],
    );
    let store = folder.store(Lifetime::Once);
    let [a, b] = ["css/a.css", "css/b.css"].map(|path| store.asset(path).expect(path));
    let svg = store.asset("x y.svg").expect("a file");
    let [b_url, svg_url] = [&b, &svg].map(|asset| store.url(asset));
    assert_eq!(
        text(&a),
        format!("@import \"{b_url}\" screen; a {{ b: url(\"{svg_url}#id\") url(/z) }}")
    );
    assert_eq!(text(&b), format!("a {{ b: url(\"{svg_url}\") }}"));
    assert_eq!(names(&store).len(), 3);
    // With the file changes the hash of all that leads to it.
    folder.write("assets/x y.svg", "<svg></svg>");
    let later = folder.store(Lifetime::Once);
    assert_ne!(later.asset("css/a.css").expect("a file").name, a.name);
}

#[track_caller]
fn fails(store: &Store, path: &str, expected: &str) {
    let error = store.asset(path).expect_err(path).to_string();
    assert_eq!(error, expected);
    // It is kept like a file.
    assert_eq!(store.asset(path).expect_err(path).to_string(), expected);
}

#[test]
fn a_missing_file_has_the_nearest_name() {
    let folder = Folder::new(
        "missing",
        &[
            ("assets/app.css", "a { b: url(logo.svg);\n c: url('./imgs/x.png') }"),
            ("assets/images/logo.svg", ""),
            ("assets/img/x.png", ""),
            ("assets/deep/b.css", "@import '../deep/c.css'; a { b: url(d.png) }"),
            ("assets/deep/c.css", "a { b: url(../app.cs) }"),
            ("assets/latin.css", ""),
            ("public/favicon.ico", ""),
        ],
    );
    let store = folder.store(Lifetime::Once);
    fails(&store, "ap.css", "assets/ap.css: does not exist\n  hint: did you mean `app.css`?");
    fails(
        &store,
        "css/app.css",
        "assets/css/app.css: does not exist\n  hint: did you mean `app.css`?",
    );
    fails(
        &store,
        "favicon.ico",
        "assets/favicon.ico: does not exist\n  hint: `public/favicon.ico` exists: move it to `assets/`",
    );
    fails(
        &store,
        "app.css",
        "assets/app.css:1:8: `logo.svg` does not exist\n  hint: did you mean `./images/logo.svg`?\n\
         assets/app.css:2:9: `./imgs/x.png` does not exist\n  hint: did you mean `./img/x.png`?",
    );
    fails(
        &store,
        "deep/b.css",
        "assets/deep/b.css:1:33: `d.png` does not exist\n  hint: put the file into `assets/`, where no file has a similar name\n\
         assets/deep/c.css:1:8: `../app.cs` does not exist\n  hint: did you mean `../app.css`?",
    );
    fails(&store, "img", "assets/img: is not a regular file");
    fails(
        &store,
        "img/x.png/y",
        "assets/img/x.png/y: does not exist\n  hint: did you mean `img/x.png`?",
    );
    fails(
        &store,
        "/app.css",
        "/app.css: starts with a slash\n  hint: paths start in `assets/`: write `app.css`",
    );
    fs::write(folder.0.join("assets/latin.css"), b"/* */\na { content: '\xe9' }").expect("a file");
    fails(
        &store,
        "latin.css",
        "assets/latin.css:2:15: is not valid UTF-8\n  hint: save it as UTF-8",
    );
    let error = store.file("content/x.png").expect_err("no folder").to_string();
    assert_eq!(
        error,
        "content/x.png: does not exist\n  hint: there is no folder `content/` beside `src/`: create it"
    );
}

#[test]
fn a_cycle_is_named_alike_wherever_it_is_entered() {
    let files = [
        ("assets/a.css", "@import 'b.css';"),
        ("assets/b.css", "\n @import 'c.css';"),
        ("assets/c.css", "a {} @import url(a.css);"),
        ("assets/d.css", "@import 'c.css';"),
        ("assets/self.css", "@import './self.css';"),
    ];
    let folder = Folder::new("cycle", &files);
    let expected = "assets/a.css:1:9: stylesheets import each other: \
                    assets/a.css -> assets/b.css -> assets/c.css -> assets/a.css\n  hint: remove one of these imports";
    for first in ["a.css", "b.css", "c.css", "d.css"] {
        let store = folder.store(Lifetime::Once);
        for path in [first, "a.css", "b.css", "c.css", "d.css"] {
            fails(&store, path, expected);
        }
        let alone = "assets/self.css:1:9: stylesheets import each other: assets/self.css -> assets/self.css\n  \
                     hint: remove one of these imports";
        fails(&store, "self.css", alone);
    }
}

#[test]
fn stylesheets_of_many_threads_do_not_wait_for_each_other() {
    let folder = Folder::new("threads", &[("assets/z.css", "")]);
    for at in 0..50 {
        folder.write(
            &format!("assets/{at}.css"),
            &format!("@import '{}.css'; @import 'z.css';", at + 1),
        );
    }
    folder.write("assets/50.css", "a {}");
    let store = folder.store(Lifetime::Once);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for at in 0..=50 {
                    let at = if thread % 2 == 0 { at } else { 50 - at };
                    store.asset(&format!("{at}.css")).expect("a stylesheet");
                }
            });
        }
    });
    assert_eq!(store.requested().len(), 52);
}

#[cfg(unix)]
#[test]
fn links_must_not_lead_out() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new(
        "links",
        &[
            ("assets/a.txt", "a"),
            ("content/b.txt", "b"),
            ("assets-private/x", "x"),
            ("secret", "s"),
        ],
    );
    let link =
        |to: &str, name: &str| symlink(folder.0.join(to), folder.0.join(name)).expect("a link");
    link("assets/a.txt", "assets/inside");
    link("content/b.txt", "assets/content");
    link("assets/a.txt", "content/asset");
    link("secret", "content/out");
    link("secret", "assets/out");
    link("assets-private", "assets/sibling");
    link("gone", "assets/dangling");
    link("assets/loop", "assets/loop");
    symlink("/dev/zero", folder.0.join("assets/zero")).expect("a link");
    let store = folder.store(Lifetime::Once);
    assert_eq!(text(&store.asset("inside").expect("a link")), "a");
    assert_eq!(text(&store.file("content/asset").expect("a link")), "a");
    for (path, part) in [
        ("content", "is a link that leads out of `assets/`"),
        ("out", "is a link that leads out of `assets/`"),
        ("sibling/x", "is a link that leads out of `assets/`"),
        ("zero", "is a link that leads out of `assets/`"),
        ("dangling", "is a link to a file that does not exist"),
        ("loop", "cannot be read: "),
    ] {
        let error = store.asset(path).expect_err(path).to_string();
        assert!(error.contains(part), "{error}");
    }
    let error = store.file("content/out").expect_err("a link").to_string();
    assert!(error.contains("leads out of `content/` and `assets/`"), "{error}");
}

#[test]
fn two_files_with_one_name_are_refused() {
    // Two texts whose hashes end alike, as one pair of 77,000 does.
    let mut seen = BTreeMap::new();
    let pair = (0..).find_map(|at: u32| {
        let hash = Digest::of(at.to_string().as_bytes()).hash & 0xffff_ffff;
        seen.insert(hash, at).map(|other| (other, at))
    });
    let (one, other) = pair.expect("a pair");
    let folder = Folder::new(
        "hash",
        &[("assets/a/x", &one.to_string()), ("assets/b/x", &other.to_string())],
    );
    let store = folder.store(Lifetime::Once);
    assert!(store.asset("b/x").is_ok());
    let error = store.asset("a/x").expect_err("the same name").to_string();
    assert_eq!(
        error,
        "assets/a/x: and assets/b/x have the same name, and by chance the same hash\n  hint: rename one of them"
    );
}

#[test]
fn a_server_loads_changed_files_again() {
    let folder =
        Folder::new("again", &[("assets/a.css", "@import 'b.css';"), ("assets/b.css", "a {}")]);
    let (once, server) = (folder.store(Lifetime::Once), folder.store(Lifetime::UntilChanged));
    let old = server.asset("a.css").expect("a file");
    assert_eq!(once.asset("a.css").expect("a file").name, old.name);
    assert!(!changed(&once.asset("b.css").expect("a file")));
    folder.write("assets/b.css", "a { b: c }");
    let new = server.asset("a.css").expect("a file");
    assert_ne!(new.name, old.name);
    assert_eq!(once.asset("a.css").expect("a file").name, old.name);
    assert!(changed(&once.asset("b.css").expect("a file")));
    // An old URL does not answer with other bytes.
    assert!(server.find(&old.name).is_none());
    assert_eq!(server.requested().len(), 2);
    fs::remove_file(folder.0.join("assets/b.css")).expect("a file to remove");
    assert!(server.asset("a.css").is_err());
    folder.write("assets/b.css", "a {}");
    assert_eq!(server.asset("a.css").expect("a file").name, old.name);
}

#[test]
fn a_url_is_found_without_a_request() {
    let folder = Folder::new(
        "find",
        &[
            ("assets/app.css", "a { b: url(x/\u{e9}.svg) }"),
            ("assets/x/e\u{301}.svg", "1"),
            ("assets/x/\u{e9}.svg", "2"),
            ("assets/y/app.css", "b {}"),
            ("content/draft.md", "secret"),
            ("content/photo.jpg", "photo"),
            ("assets/.hidden", "secret"),
            ("assets/_part.css", "c {}"),
            ("content/_drafts/photo.jpg", "draft"),
        ],
    );
    let earlier = folder.store(Lifetime::Once);
    for (path, is_found) in [
        ("assets/app.css", true),
        ("assets/x/\u{e9}.svg", true),
        ("assets/x/e\u{301}.svg", true),
        ("assets/y/app.css", true),
        ("content/photo.jpg", true),
        ("content/draft.md", false),
        ("assets/.hidden", false),
        ("assets/_part.css", true),
        ("content/_drafts/photo.jpg", false),
    ] {
        let name = &earlier.file(path).expect(path).name;
        let store = folder.store(Lifetime::UntilChanged);
        let found = store.find(name).map(|asset| text(&asset));
        let expected = earlier.file(path).map(|asset| text(&asset)).ok();
        assert_eq!(found, expected.filter(|_| is_found), "{path}");
        // Another hash is another file.
        let (start, end) = name.split_at(name.find('.').expect("a dot") + 1);
        assert!(store.find(&format!("{start}00000000{}", &end[8..])).is_none(), "{path}");
    }
    let store = folder.store(Lifetime::UntilChanged);
    for name in [
        "",
        "_assets",
        "_assets/",
        "_assets/app.css",
        "_assets/../app.00000000.css",
        "app.00000000.css",
    ] {
        assert!(store.find(name).is_none(), "{name}");
    }
}

#[test]
fn files_that_do_not_exist_take_no_memory() {
    let folder = Folder::new("nothing", &[("assets/app.css", "")]);
    for (lifetime, kept) in [(Lifetime::UntilChanged, 0), (Lifetime::Once, MOST_FAILURES)] {
        let store = folder.store(lifetime);
        for at in 0..MOST_FAILURES + 100 {
            assert!(store.asset(&format!("{at}.txt")).is_err());
        }
        assert_eq!(store.loaded.read().expect("no panic").values().count(), kept);
    }
}

#[test]
fn generated_files_are_made_once() {
    let folder = Folder::new("generated", &[("assets/photo.jpg", "photo"), ("cache/1", "small")]);
    let store = folder.store(Lifetime::UntilChanged);
    let mut made = 0;
    // The last one has no cache.
    for key in ["480 1", "480 1", "960 1", "320 1"] {
        let asset = store.generated(key, "assets/photo.jpg", || {
            made += 1;
            let body = match key {
                "320 1" => Body::Bytes("small".into()),
                _ => Body::File(folder.0.join("cache/1")),
            };
            Ok(Generated { file_name: "photo-480.jpg".into(), body })
        });
        let asset = asset.expect("a file");
        assert_eq!((&*text(&asset), &*asset.source), ("small", "assets/photo.jpg"));
        assert!(Path::new(&asset.name).starts_with("_assets") && asset.name.contains("photo-480."));
    }
    assert_eq!((made, store.requested().len()), (3, 1));
}
