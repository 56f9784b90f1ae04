//! What is kept of all pages until the end: definitions of paths and ids, and references to them, as lines that are sorted
//! together, so that those of a path are adjacent.

use anyhow::Result;

use super::Check;
use super::finding::field;
use super::link::TargetPath;
use crate::build::manifest::addresses::address;
use crate::config::{Config, TrailingSlash};

/// What answers at a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Definition {
    /// An HTML page, whose ids are known.
    Page(Slash),
    /// An HTML file of `public/`, whose ids are known.
    PublicPage,
    /// A redirect to this URL.
    Redirect(String),
    /// Another page, or a folder of `public/` with an index.
    Other(Slash),
    /// A file with exactly this name, after which a slash is wrong.
    File,
}

/// Whether the URL ends in a slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slash {
    Without,
    With,
    /// Both forms are answered.
    Any,
}

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record<'a> {
    Definition(Definition),
    Id(&'a str),
    Reference(Reference<'a>),
}

/// A link to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// As written.
    pub(super) link: &'a str,
    /// Empty if it has none.
    pub(super) fragment: &'a str,
    pub(super) has_slash: bool,
    pub(super) is_below_base: bool,
    /// Whether the link names the file of the page, and only its fragment remains to be checked.
    pub(super) is_of_file: bool,
}

impl Check {
    /// Keeps what answers at a path, and its ids.
    pub(super) fn define<'a>(
        &self,
        path: &str,
        definition: &Definition,
        ids: impl Iterator<Item = &'a String>,
    ) -> Result<()> {
        self.references.add_alone(definition.line(path))?;
        ids.map(|id| format!("{path}\t1\t{}", field(id)))
            .try_for_each(|line| self.references.add_alone(line))
    }
}

impl Definition {
    /// Lines of definitions are first, and the first one counts.
    fn line(&self, path: &str) -> String {
        let definition = match self {
            Definition::Page(slash) => &format!("0{}", slash.letter()),
            Definition::PublicPage => "1",
            Definition::Redirect(to) => &format!("2{}", field(to)),
            Definition::Other(slash) => &format!("3{}", slash.letter()),
            Definition::File => "4",
        };
        format!("{path}\t0\t{definition}")
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text.split_at_checked(1)? {
            ("0", slash) => Definition::Page(Slash::of(slash)),
            ("1", _) => Definition::PublicPage,
            ("2", to) => Definition::Redirect(to.to_owned()),
            ("3", slash) => Definition::Other(Slash::of(slash)),
            _ => Definition::File,
        })
    }
}

impl Slash {
    /// The form of a canonical URL.
    pub(super) fn of_url(config: &Config, url: &str) -> Self {
        match config.trailing_slash {
            TrailingSlash::Ignore => Slash::Any,
            _ if url.ends_with('/') => Slash::With,
            _ => Slash::Without,
        }
    }

    fn letter(self) -> char {
        match self {
            Slash::Without => 'n',
            Slash::With => 'y',
            Slash::Any => 'a',
        }
    }

    fn of(letter: &str) -> Self {
        match letter {
            "n" => Slash::Without,
            "y" => Slash::With,
            _ => Slash::Any,
        }
    }
}

impl Reference<'_> {
    /// Adds the lines of a link: one, and a second one if it names the file of a page instead of its path.
    pub(super) fn add(lines: &mut Vec<String>, link: &str, target: TargetPath) {
        let TargetPath { path, has_slash, is_below_base, fragment } = target;
        let fragment = fragment.unwrap_or_default();
        let fragment = field(&fragment);
        let record = |path: &str, is_of_file: bool| {
            let flags =
                [has_slash, is_below_base, is_of_file].map(|flag| if flag { '1' } else { '0' });
            let [slash, base, file] = flags;
            format!("{path}\t2\t{slash}{base}{file}\t{fragment}\t{}", field(link))
        };
        if !fragment.is_empty() && address(&path) != path {
            lines.push(record(address(&path), true));
        }
        lines.push(record(&path, false));
    }
}

/// Parses a line: the path, and what it says of it.
pub(super) fn parse(text: &str) -> Option<(&str, Record<'_>)> {
    let (path, record) = text.split_once('\t')?;
    let (class, rest) = record.split_once('\t')?;
    Some((
        path,
        match class {
            "0" => Record::Definition(Definition::parse(rest)?),
            "1" => Record::Id(rest),
            _ => {
                let mut fields = rest.split('\t');
                let flags = fields.next()?.as_bytes();
                let (fragment, link) = (fields.next()?, fields.next()?);
                let &[slash, base, file] = flags else { return None };
                let [has_slash, is_below_base, is_of_file] =
                    [slash, base, file].map(|flag| flag == b'1');
                Record::Reference(Reference {
                    link,
                    fragment,
                    has_slash,
                    is_below_base,
                    is_of_file,
                })
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sorted_by_path_with_what_answers_first() {
        let mut lines = Vec::new();
        let target = TargetPath {
            path: "a/index.html".to_owned(),
            has_slash: false,
            is_below_base: true,
            fragment: Some("x\ty".to_owned()),
        };
        Reference::add(&mut lines, "/a/index.html#x%09y", target);
        lines.extend([
            "a\t1\tx".to_owned(),
            Definition::File.line("a"),
            Definition::Page(Slash::With).line("a"),
        ]);
        lines.extend([
            Definition::Redirect("/b".to_owned()).line("a b"),
            Definition::PublicPage.line(""),
        ]);
        lines.sort();
        let reference = |is_of_file| Reference {
            link: "/a/index.html#x%09y",
            fragment: "x\u{fffd}y",
            has_slash: false,
            is_below_base: true,
            is_of_file,
        };
        let expected = [
            ("", Record::Definition(Definition::PublicPage)),
            ("a", Record::Definition(Definition::Page(Slash::With))),
            ("a", Record::Definition(Definition::File)),
            ("a", Record::Id("x")),
            ("a", Record::Reference(reference(true))),
            ("a b", Record::Definition(Definition::Redirect("/b".to_owned()))),
            ("a/index.html", Record::Reference(reference(false))),
        ];
        assert_eq!(lines.iter().map(|line| parse(line).expect(line)).collect::<Vec<_>>(), expected);
        assert_eq!(parse("a"), None);
    }
}
