//! Every mistake in front matter and data is a case in `tests/mistakes/<rule>.txt`, with the exact text of the report.

use super::case;
use super::site::{Author, Post, Settings, TestSite};
use crate::Collection;
use crate::registry::Registered;

#[test]
fn mistakes_are_reported() {
    let count = case::run("mistakes", |site| {
        let mistakes = all_mistakes(site);
        for mistake in &mistakes {
            check_form(&mistake.to_string(), mistake.position.is_some());
        }
        mistakes.iter().map(|mistake| format!("{mistake}\n\n")).collect()
    });
    assert!(count >= 30, "{count} cases");
}

/// The mistakes of the collections whose files a case has.
fn all_mistakes(site: &TestSite) -> Vec<crate::Mistake> {
    let posts = site.collection(
        "POSTS",
        Collection::<Post>::markdown("content/posts").filter(|post| !post.draft),
    );
    let mut all: Vec<&'static dyn Registered> = vec![posts];
    let lists = ["content/authors.toml", "content/authors.yaml", "content/authors.json"];
    if let Some(list) = lists.into_iter().find(|list| site.path(list).exists()) {
        all.push(site.collection("AUTHORS", Collection::<Author>::list(list)));
    }
    if site.path("content/settings").exists() {
        all.push(site.collection("SETTINGS", Collection::<Settings>::data("content/settings")));
    }
    all.into_iter().flat_map(Registered::mistakes).cloned().collect()
}

/// The message is lower case and has no full stop. Carets stand below the source.
#[track_caller]
fn check_form(shown: &str, has_position: bool) {
    let lines: Vec<&str> = shown.lines().collect();
    assert!(!lines[0].ends_with('.') && !lines[0].starts_with(char::is_uppercase), "{shown}");
    let hint = lines.last().and_then(|line| line.trim_start().strip_prefix("hint: "));
    assert!(hint.is_none_or(|hint| !hint.is_empty() && !hint.ends_with('.')), "{shown}");
    if has_position {
        let (source, carets) = (lines[3], lines[4]);
        assert!(carets.contains('^'), "{shown}");
        assert!(carets.chars().count() <= source.chars().count() + 1, "{shown}");
    }
}
