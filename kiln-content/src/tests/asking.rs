//! Collections that ask for each other while they are loaded.

use std::thread;

use anyhow::Result;

use super::site::{Author, TestSite};
use crate::registry::Registered;
use crate::{Collection, Ref};

/// As many values as another collection has entries.
fn counted<T>(collection: &'static Collection<T>) -> Result<Vec<(String, Author)>>
where
    T: serde::de::DeserializeOwned + Send + Sync,
{
    let count = collection.entries()?.len();
    Ok((0..count).map(|at| (at.to_string(), Author { name: String::new() })).collect())
}

/// The errors of collections, each of which another thread asks for.
fn errors<const N: usize>(collections: [&'static dyn Registered; N]) -> [String; N] {
    thread::scope(|scope| {
        let threads =
            collections.map(|collection| scope.spawn(move || collection.mistakes().to_vec()));
        threads.map(|thread| {
            let mistakes = thread.join().expect("no panic");
            let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            mistakes.join("\n\n")
        })
    })
}

#[test]
fn one_collection_may_ask_for_another() {
    static ONE: Collection<Author> =
        Collection::<Author>::load(|| Ok(vec![("a".to_owned(), Author { name: String::new() })]));
    static OTHER: Collection<Author> = Collection::<Author>::load(|| counted(&ONE));
    static THIRD: Collection<Author> = Collection::<Author>::load(|| counted(&OTHER));
    assert_eq!(errors([&THIRD, &OTHER, &ONE]), ["", "", ""]);
    assert_eq!(THIRD.entries().expect("no mistakes").len(), 1);
}

#[test]
fn a_circle_is_a_mistake() {
    static A: Collection<Author> = Collection::<Author>::load(|| counted(&B));
    static B: Collection<Author> = Collection::<Author>::load(|| counted(&C));
    static C: Collection<Author> = Collection::<Author>::load(|| counted(&A));
    let site = TestSite::with([]);
    for (name, collection) in [("A", &A), ("B", &B), ("C", &C)] {
        collection.place(name, &site.folder, crate::markdown::Settings::DEFAULT);
    }
    let [a, b, c] = errors([&A, &B, &C]);
    assert!(a == b && b == c, "{a}\n{b}\n{c}");
    assert_eq!(
        a,
        "to load the collection `A`, kiln needs the collection `B`, which needs the collection `C`, which needs the \
         collection `A`\n  --> src/content.rs\n  hint: load what both need in a function that both call"
    );
}

#[test]
fn a_collection_does_not_ask_for_itself() {
    static OWN: Collection<Author> = Collection::<Author>::load(|| counted(&OWN));
    let error = OWN.entries().expect_err("a circle").to_string();
    assert!(error.starts_with("to load a collection of `"), "{error}");
    assert!(OWN.entries().is_err(), "and not the second time");
}

#[test]
fn a_reference_may_close_the_circle() {
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "it is only read from the file")]
    struct Book {
        of: Ref<Shelf>,
    }
    #[derive(serde::Deserialize)]
    struct Shelf {}
    static BOOKS: Collection<Book> = Collection::<Book>::list("content/books.toml");
    static SHELVES: Collection<Shelf> =
        Collection::<Shelf>::load(|| Ok(vec![(BOOKS.entries()?.len().to_string(), Shelf {})]));

    let site = TestSite::with([("content/books.toml", &b"[a]\nof = '1'\n"[..])]);
    let collections: [(&'static str, &'static dyn Registered); 2] =
        [("BOOKS", &BOOKS), ("SHELVES", &SHELVES)];
    crate::registry::register(&site.folder, crate::markdown::Settings::DEFAULT, &collections);
    let [books, shelves] = errors([&BOOKS, &SHELVES]);
    assert!(
        shelves.starts_with("to load the collection `BOOKS`, kiln needs the collection `SHELVES`"),
        "{shelves}"
    );
    // A reference to a collection with mistakes is none itself.
    assert!(books.is_empty() || books == shelves, "{books}");
}
