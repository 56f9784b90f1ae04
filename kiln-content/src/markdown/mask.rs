//! Gives the tags of components blocks of their own.
//!
//! To `CommonMark`, a tag on a line of its own starts a block of HTML that ends at the next blank line, so the Markdown
//! below it would not be rendered. Before a text is parsed, each line that is a tag is replaced by a processing
//! instruction of the same length, `<? … ?>`, which is a block of one line for `CommonMark` wherever it stands. Afterwards
//! the tags are put back; those that turn out to stand in code are no tags.

use std::borrow::Cow;
use std::ops::Range;

use super::tag::{self, Tag};

/// A text whose tags are masked, and the tags.
pub(super) struct Masked<'a> {
    pub(super) original: &'a str,
    pub(super) text: Cow<'a, str>,
    /// In the order of the text.
    pub(super) tags: Vec<(Range<usize>, Tag)>,
}

/// Masks each line that is a tag of a component.
pub(super) fn mask(original: &str) -> Masked<'_> {
    let mut masked = Masked { original, text: Cow::Borrowed(original), tags: vec![] };
    let mut end = 0;
    for (at, _) in original.match_indices('<') {
        // The first one of each line.
        if at >= end {
            let start = original[..at].rfind('\n').map_or(0, |newline| newline + 1);
            end = original[at..].find('\n').map_or(original.len(), |newline| at + newline + 1);
            if let Some((at, tag)) = tag_of_line(&original[start..end]) {
                masked.tags.push((start + at.start..start + at.end, tag));
            }
        }
    }
    if !masked.tags.is_empty() {
        let (mut text, mut copied) = (String::with_capacity(original.len()), 0);
        for (at, _) in &masked.tags {
            text.push_str(&original[copied..at.start]);
            text.push_str("<?");
            text.extend(std::iter::repeat_n(' ', at.len() - 4));
            text.push_str("?>");
            copied = at.end;
        }
        text.push_str(&original[copied..]);
        masked.text = Cow::Owned(text);
    }
    masked
}

/// The tag that a line consists of, behind the markers of quotes and lists.
fn tag_of_line(line: &str) -> Option<(Range<usize>, Tag)> {
    let start = line.find('<')?;
    tag::name(&line[start..])?;
    let is_of_marker = |c: char| c.is_ascii_digit() || " \t>-*+.)".contains(c);
    if !line[..start].chars().all(is_of_marker) {
        return None;
    }
    let text = line[start..].trim_end();
    Some((start..start + text.len(), Tag::parse(text)?))
}

impl Masked<'_> {
    /// The tag that stands at a range of the text.
    pub(super) fn tag(&self, at: &Range<usize>) -> Option<&(Range<usize>, Tag)> {
        self.tags_in(at).next()
    }

    /// The tags that stand in a range of the text.
    pub(super) fn tags_in(&self, at: &Range<usize>) -> impl Iterator<Item = &(Range<usize>, Tag)> {
        let first = self.tags.partition_point(|(tag, _)| tag.start < at.start);
        self.tags[first..].iter().take_while(|(tag, _)| tag.end <= at.end)
    }
}
