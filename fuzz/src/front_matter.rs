//! Front matter and data: reading finds mistakes with their places, and never panics.

use kiln_content::fuzzing::{data, front_matter};
use kiln_content::{Date, Mistake};

/// What a site reads.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are only read from the text")]
struct Post {
    title: String,
    date: Option<Date>,
    #[serde(default)]
    tags: Vec<String>,
    rating: Option<u8>,
    kind: Option<Kind>,
    nested: Option<Box<Post>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "the fields are only read from the text")]
enum Kind {
    Plain,
    Numbered(i32),
    Sized { width: f64 },
}

/// Reads a text as the front matter of a file, and as data.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    check_mistakes(text, front_matter::<Post>(text));
    check_mistakes(text, front_matter::<serde::de::IgnoredAny>(text));
    for extension in ["yaml", "toml", "json"] {
        check_mistakes(text, data::<Post>(text, extension));
    }
}

/// Each mistake has a place in the text.
fn check_mistakes<T>(text: &str, read: Result<T, Vec<Mistake>>) {
    let Err(mistakes) = read else { return };
    assert!(!mistakes.is_empty(), "it failed for no reason");
    for mistake in mistakes {
        let place = mistake.position.as_ref().expect("a place");
        let line = text.split('\n').nth(place.line - 1).expect("a line of the text");
        assert!(place.column <= line.chars().count() + 1, "{place:?}");
        let _ = mistake.to_string();
    }
}
