//! The regexes in an entry, which are JavaScript's without flags.
//!
//! Each construct is read by JavaScript's rules and written anew; what JavaScript reads in a way that hardly anybody
//! means is refused. Characters are those of Unicode, as with its flag `u`.

use unicode_normalization::is_nfc;

use super::class::{self, Class};
use super::cursor::Cursor;
use super::escape::{self, Escape};
use super::{Mistake, literal};

/// How many atoms the regexes of an entry may have, each counted as often as it is repeated.
const MAX_SIZE: usize = 1000;

/// How deep groups may stand in groups.
const MAX_DEPTH: usize = 50;

/// Translates the regex of a group, which starts at that byte of the entry, and adds to the entry's size.
pub(super) fn translate(body: &str, start: usize, size: &mut usize) -> Result<String, Mistake> {
    if !is_nfc(body) {
        let hint = "write letters and their accents as one character each";
        return Err(Mistake::new(start, "a group is not in NFC, in which paths are", hint));
    }
    let mut parser = Parser { cursor: Cursor::new(body, start), names: Vec::new(), depth: 0 };
    let node = parser.alternatives()?;
    if let Some(')') = parser.cursor.peek() {
        // A parenthesis that opens inside of a class: it counts where the group ends, and not for the regex.
        let hint = r"write `\(` and `\)` for parentheses in a class";
        return Err(Mistake::new(parser.cursor.at(), "this `)` closes nothing", hint));
    }
    *size = size.saturating_add(node.size);
    check_size(start, *size)?;
    Ok(node.regex)
}

/// A part of a regex, translated.
struct Node {
    regex: String,
    /// How many atoms it has once counted repetition is written out.
    size: usize,
    kind: NodeKind,
}

#[derive(PartialEq, Eq)]
enum NodeKind {
    /// Takes characters, or may.
    Atom,
    /// Takes none, and may be repeated all the same: a lookahead, an empty group.
    Nothing,
    /// `^`, `$` and boundaries, which it does not.
    Assertion,
}

impl Node {
    fn atom(regex: String) -> Self {
        Node { regex, size: 1, kind: NodeKind::Atom }
    }

    /// A class of many ranges is as large as several items.
    fn class(class: &Class) -> Self {
        Node { size: 1 + class.len() / 16, ..Node::atom(class.regex()) }
    }

    fn assertion(regex: &str) -> Self {
        Node { regex: regex.to_owned(), size: 1, kind: NodeKind::Assertion }
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    /// The names of groups.
    names: Vec<&'a str>,
    depth: usize,
}

impl Parser<'_> {
    /// Reads up to the end, or to the parenthesis that closes the group.
    fn alternatives(&mut self) -> Result<Node, Mistake> {
        let mut all = Node { regex: String::new(), size: 1, kind: NodeKind::Nothing };
        loop {
            match self.cursor.peek() {
                None | Some(')') => return Ok(all),
                Some('|') => {
                    self.cursor.next();
                    all.regex.push('|');
                    all.size += 1;
                }
                Some(_) => {
                    let at = self.cursor.at();
                    let term = self.term()?;
                    all.regex += &term.regex;
                    all.size = all.size.saturating_add(term.size);
                    if term.kind == NodeKind::Atom {
                        all.kind = NodeKind::Atom;
                    }
                    check_size(at, all.size)?;
                }
            }
        }
    }

    /// An atom with what repeats it.
    fn term(&mut self) -> Result<Node, Mistake> {
        let at = self.cursor.at();
        let node = self.atom()?;
        let Some((least, most)) = self.repetition()? else { return Ok(node) };
        if node.kind == NodeKind::Assertion {
            return Err(nothing_to_repeat(at));
        }
        // Nothing is captured, and the regex matches as a whole or not at all: it does not matter which is tried first.
        self.cursor.eat("?");
        if self.cursor.peek() == Some('+') {
            let hint = "write a repetition without the second `+`";
            return Err(Mistake::new(
                self.cursor.at(),
                "JavaScript has no possessive repetition",
                hint,
            ));
        }
        let size = node.size.saturating_mul(most.unwrap_or(least).max(1));
        check_size(at, size)?;
        let kind = if most == Some(0) { NodeKind::Nothing } else { node.kind };
        let regex = match (least, most, &kind) {
            (0, _, NodeKind::Nothing) => String::new(),
            (_, _, NodeKind::Nothing) => node.regex,
            (0, None, _) => node.regex + "*",
            (1, None, _) => node.regex + "+",
            (0, Some(1), _) => node.regex + "?",
            (least, None, _) => format!("{}{{{least},}}", node.regex),
            (least, Some(most), _) if least == most => format!("{}{{{least}}}", node.regex),
            (least, Some(most), _) => format!("{}{{{least},{most}}}", node.regex),
        };
        Ok(Node { regex, size, kind })
    }

    fn atom(&mut self) -> Result<Node, Mistake> {
        let at = self.cursor.at();
        let c = self.cursor.next().unwrap_or_default();
        Ok(match c {
            '(' => return self.group(at),
            '[' => Node::class(&class::parse(&mut self.cursor, at)?),
            '.' => Node::atom(class::ANY.to_owned()),
            '^' => Node::assertion("^"),
            '$' => Node::assertion("$"),
            '*' | '+' | '?' => return Err(nothing_to_repeat(at)),
            '{' => return self.brace(at),
            '\\' => match escape::parse(&mut self.cursor, at, escape::Place::Outside)? {
                Escape::Character(c) => Node::atom(literal::character(c)),
                Escape::Class(ranges) => Node::class(&Class::of(ranges)),
                Escape::Boundary(regex) => Node { size: 4, ..Node::assertion(regex) },
            },
            '%' if self.cursor.clone().hex(2).is_some() => {
                let hint =
                    r"write the character itself, or `\%` for a percent sign of the decoded path";
                return Err(Mistake::new(at, "a group is matched with the decoded path", hint));
            }
            _ => Node::atom(literal::character(c)),
        })
    }

    /// A brace that repeats nothing is text, unless it looks as if it was meant to repeat.
    fn brace(&mut self, at: usize) -> Result<Node, Mistake> {
        let mut ahead = self.cursor.clone();
        ahead.take_while(|c| c.is_ascii_digit() || c == ',');
        let inside = self.cursor.rest().len() - ahead.rest().len();
        match ahead.peek() {
            Some('}') if self.cursor.rest().starts_with(',') && inside > 1 => {
                let hint = r"write `{0,…}`, or `\{` for a brace";
                Err(Mistake::new(at, "this repetition has no least number", hint))
            }
            Some('}')
                if inside > 0 && self.cursor.rest().starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Err(nothing_to_repeat(at))
            }
            _ => Ok(Node::atom(literal::character('{'))),
        }
    }

    /// A group behind its parenthesis; the lexer lets none pass that has no `?` there.
    fn group(&mut self, at: usize) -> Result<Node, Mistake> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let hint = "split the entry into several entries";
            let message = format!("groups are nested more than {MAX_DEPTH} deep");
            return Err(Mistake::new(at, message, hint));
        }
        let (opens, is_lookahead) = if self.cursor.eat("?:") {
            ("(?:", false)
        } else if self.cursor.eat("?=") {
            ("(?=", true)
        } else if self.cursor.eat("?!") {
            ("(?!", true)
        } else {
            self.group_name(at)?;
            ("(?:", false)
        };
        let inner = self.alternatives()?;
        if !self.cursor.eat(")") {
            let hint = r"write `)` behind the group, or `\(` for a parenthesis";
            return Err(Mistake::new(at, "this `(` is not closed", hint));
        }
        self.depth -= 1;
        let kind = if is_lookahead { NodeKind::Nothing } else { inner.kind };
        Ok(Node { regex: format!("{opens}{})", inner.regex), size: inner.size, kind })
    }

    /// Reads `?<name>`; a name says nothing, since nothing is captured.
    fn group_name(&mut self, at: usize) -> Result<(), Mistake> {
        if ["?<=", "?<!"].iter().any(|opens| self.cursor.rest().starts_with(opens)) {
            let hint = "say what may follow instead, with `(?=…)` or `(?!…)`";
            return Err(Mistake::new(at, "a group looks behind", hint));
        }
        if !self.cursor.eat("?<") {
            let hint = r"write `(?:…)`, `(?=…)` or `(?!…)`, or `\(` for a parenthesis";
            return Err(Mistake::new(at, "this kind of group is not known", hint));
        }
        let name = self.cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        if name.is_empty() || name.starts_with(|c: char| c.is_numeric()) || !self.cursor.eat(">") {
            let hint = "write `(?:…)`: nothing reads the name of a group";
            return Err(Mistake::new(at, "the name of a group is not right", hint));
        }
        if self.names.contains(&name) {
            let message = format!("two groups have the name `{name}`");
            let hint = "write `(?:…)`: nothing reads the name of a group";
            return Err(Mistake::new(at, message, hint));
        }
        self.names.push(name);
        Ok(())
    }

    /// Reads `*`, `+`, `?` or a counted repetition: the least number, and the most where there is one.
    fn repetition(&mut self) -> Result<Option<(usize, Option<usize>)>, Mistake> {
        let at = self.cursor.at();
        for (sign, range) in [("*", (0, None)), ("+", (1, None)), ("?", (0, Some(1)))] {
            if self.cursor.eat(sign) {
                return Ok(Some(range));
            }
        }
        let mut ahead = self.cursor.clone();
        if !ahead.eat("{") {
            return Ok(None);
        }
        let least = ahead.take_while(|c| c.is_ascii_digit());
        let most = ahead.eat(",").then(|| ahead.take_while(|c| c.is_ascii_digit()));
        if least.is_empty() || !ahead.eat("}") {
            return Ok(None);
        }
        self.cursor = ahead;
        // A number that is too large for the type is too large for the limit of sizes.
        let number = |digits: &str| digits.parse().unwrap_or(usize::MAX);
        let least = number(least);
        let most = match most {
            None => Some(least),
            Some("") => None,
            Some(digits) => Some(number(digits)),
        };
        if most.is_some_and(|most| most < least) {
            let hint = "write the least number first";
            return Err(Mistake::new(at, "the numbers of a repetition are out of order", hint));
        }
        Ok(Some((least, most)))
    }
}

fn nothing_to_repeat(at: usize) -> Mistake {
    let hint = r"write what it repeats before it, or a `\` for the character itself";
    Mistake::new(at, "nothing stands here that can be repeated", hint)
}

fn check_size(at: usize, size: usize) -> Result<(), Mistake> {
    if size <= MAX_SIZE {
        return Ok(());
    }
    let message =
        format!("the groups of an entry match more than {MAX_SIZE} items, repetitions counted");
    Err(Mistake::new(at, message, "write smaller numbers, or `*` and `+`, which count once"))
}
