//! Classes of characters.

use super::cursor::Cursor;
use super::escape::{self, Escape, Position};
use super::{Mistake, literal};

/// Any character.
pub(super) const ANY: &str = "(?s:.)";

/// No character: `[]` in JavaScript.
const NONE: &str = r"[^\x{0}-\x{10FFFF}]";

/// The first and the last character of each range.
pub(super) type Ranges = [(char, char)];

/// The contents of brackets.
#[derive(Debug)]
pub(super) struct Class {
    ranges: Vec<(char, char)>,
    is_negated: bool,
}

impl Class {
    pub(super) fn of(ranges: &Ranges) -> Self {
        Class { ranges: ranges.to_vec(), is_negated: false }
    }

    /// The number of its ranges.
    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The class as a regex.
    pub(super) fn regex(&self) -> String {
        if self.ranges.is_empty() {
            return if self.is_negated { ANY } else { NONE }.to_owned();
        }
        let ranges = self.ranges.iter().map(|&(first, last)| match first == last {
            true => literal::class_character(first),
            false => {
                format!("{}-{}", literal::class_character(first), literal::class_character(last))
            }
        });
        format!("[{}{}]", if self.is_negated { "^" } else { "" }, ranges.collect::<String>())
    }
}

/// An end of a range, or a nested class.
enum Item {
    Character(char),
    Class(&'static Ranges),
}

/// Parses a class after its bracket, which is at `at`.
pub(super) fn parse(cursor: &mut Cursor<'_>, at: usize) -> Result<Class, Mistake> {
    let mut class = Class { ranges: Vec::new(), is_negated: cursor.eat("^") };
    while !cursor.eat("]") {
        let start = cursor.at();
        let first = item(cursor, at)?;
        let is_range = cursor.rest().starts_with('-') && !cursor.rest().starts_with("-]");
        if !is_range {
            class.push(&first);
            continue;
        }
        cursor.next();
        match (first, item(cursor, at)?) {
            (Item::Character(first), Item::Character(last)) if first > last => {
                let message = format!("the range `{first}-{last}` is out of order");
                return Err(Mistake::new(
                    start,
                    message,
                    r"write the lower character first, or `\-`",
                ));
            }
            (Item::Character(first), Item::Character(last)) => class.ranges.push((first, last)),
            // In JavaScript, the hyphen is literal if one side is not a single character.
            (first, last) => {
                class.push(&first);
                class.push(&Item::Character('-'));
                class.push(&last);
            }
        }
    }
    Ok(class)
}

impl Class {
    fn push(&mut self, item: &Item) {
        match *item {
            Item::Character(c) => self.ranges.push((c, c)),
            Item::Class(ranges) => self.ranges.extend(ranges),
        }
    }
}

fn item(cursor: &mut Cursor<'_>, class: usize) -> Result<Item, Mistake> {
    let at = cursor.at();
    match cursor.next() {
        Some('\\') => Ok(match escape::parse(cursor, at, Position::Class)? {
            Escape::Character(c) => Item::Character(c),
            Escape::Class(ranges) => Item::Class(ranges),
            Escape::Boundary(_) => Item::Character('\u{8}'),
        }),
        // Other languages have named classes, `[[:alpha:]]`; JavaScript reads them as two classes.
        Some('[') if cursor.rest().starts_with([':', '.', '=']) => {
            let hint = r"write the characters, as in `[A-Za-z]`, or `\[` for a bracket";
            Err(Mistake::new(at, "JavaScript has no named classes", hint))
        }
        Some(c) => Ok(Item::Character(c)),
        None => {
            let hint =
                r"write `]` after the class; in a class, `)` is written `\)`, and a bracket `\[`";
            Err(Mistake::new(class, "this `[` is not closed", hint))
        }
    }
}
