//! Decides whether two failures have the same root cause.
//!
//! A mistake in one file of `content/` fails every page that reads it, and should be reported once. Two errors have the
//! same root cause if their chains are equal from the innermost text up to the first that names a file; if no text
//! names a file, the whole chains have to be equal. Two panics have the same root cause if place and message are equal.
//! A rule of kiln's that pages break is one failure for each route. The first page of each cause is kept, so the report
//! does not depend on threads.

/// The root cause of a failure. Failures with the same cause are reported as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    /// The route, if the same message in another route is a different failure.
    pub(super) route_index: Option<usize>,
    pub(super) texts: Vec<String>,
}

/// The part of an error's chain, from the outermost text to the innermost, that contains its reason.
///
/// Text around a file name is dropped: pages that read the same file describe themselves differently. So is text that
/// names the page. If no file is named, the whole chain is the reason: an innermost text such as `invalid digit found
/// in string` is common to unrelated mistakes.
pub(super) fn reason(chain: &[String], subject: &str) -> Vec<String> {
    let is_enough = |at: usize| match at {
        0 => true,
        _ if names_file(&chain[at], subject) => true,
        // An error of the system is meaningless without its context.
        _ => mentions(&chain[at - 1], subject) && !chain[at].contains("(os error "),
    };
    let start = (0..chain.len()).rev().find(|&at| is_enough(at)).unwrap_or_default();
    chain[start..].to_vec()
}

/// Returns true if and only if a text names a file other than the page itself: `content/a.md`, `a.toml:3:7`.
fn names_file(text: &str, subject: &str) -> bool {
    // The lines after the first are often an excerpt of the file.
    words(text.lines().next().unwrap_or_default()).any(|word| word != subject && is_file(word))
}

fn mentions(text: &str, subject: &str) -> bool {
    words(text).any(|word| word == subject)
}

/// The words of a text, without surrounding punctuation.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_around = |c: char| !c.is_alphanumeric() && !matches!(c, '/' | '.' | '_' | '[' | ']');
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '`' | '(' | ')'));
    words.map(move |word| word.trim_matches(is_around).trim_end_matches('.'))
}

fn is_file(word: &str) -> bool {
    let is_position = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // Drops the position after a name, as in `a.toml:3:7`.
    let name = word.split(':').take_while(|part| part.is_empty() || !is_position(part));
    let Some(path) = name.last() else { return false };
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    // `page.title` is a field.
    let is_alone = path == word && path == name;
    if is_alone && mime_guess::from_ext(extension).is_empty() {
        return false;
    }
    let is_extension = (1..=8).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.starts_with(|c: char| c.is_ascii_alphabetic());
    is_extension && stem.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(subject: &str, chain: &[&str], expected: &[&str]) {
        let chain: Vec<String> = chain.iter().map(ToString::to_string).collect();
        assert_eq!(reason(&chain, subject), expected);
    }

    #[test]
    fn a_text_that_names_a_file_is_the_reason() {
        let wrong = "content/a.md:3:7: unknown field `titel`";
        check("/blog", &[wrong], &[wrong]);
        check("/blog", &["cannot list the posts", wrong], &[wrong]);
        check("/tags/rust", &["the page of a tag", "cannot list the posts", wrong], &[wrong]);
        let missing = ["cannot read content/a.md", "No such file or directory (os error 2)"];
        check("/blog", &missing, &missing);
        check("/blog", &["cannot list the posts", missing[0], missing[1]], &missing);
    }

    #[test]
    fn text_that_names_the_page_is_left_out() {
        let reason = ["cannot list the posts", "the tag `rsut` is unknown"];
        check("/tags/go", &["cannot show /tags/go", reason[0], reason[1]], &reason);
        check("/tags/go", &["cannot show `/tags/go`:", reason[1]], &reason[1..]);
        check("/feed.xml", &["cannot show /feed.xml", reason[1]], &reason[1..]);
    }

    #[test]
    fn without_a_file_the_whole_chain_is_the_reason() {
        for chain in [
            ["the param `n` = \"x\" is not a valid `u8`", "invalid digit found in string"],
            ["cannot show the post of Ada", "the tag `rsut` is unknown"],
            ["cannot show /a", "No such file or directory (os error 2)"],
        ] {
            check("/a", &chain, &chain);
        }
    }

    #[test]
    fn files_are_distinguished_from_other_words() {
        for text in ["content/a.md", "`a.toml`:", "a.toml:3:7: no", "(src/x.rs:1)", "no a.json."] {
            assert!(names_file(text, "/"), "{text}");
        }
        for text in [
            "a Tokio 1.x runtime",
            "missing field `page.title`",
            "e.g. a tag",
            "line 1\nimage = \"cover.png\"",
            "version 1.2.3",
            "and so on ...",
            "a/b",
            "no",
            "3.5",
        ] {
            assert!(!names_file(text, "/"), "{text}");
        }
        assert!(!names_file("cannot write /feed.xml", "/feed.xml"));
    }
}
