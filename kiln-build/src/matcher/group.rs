//! The regexes in an entry, which are JavaScript's without flags.
//!
//! Each construct is parsed by JavaScript's rules and written in Rust's syntax. Constructs that JavaScript reads in a
//! way that hardly anybody intends are rejected. Characters are Unicode scalar values, as with JavaScript's flag `u`.

use unicode_normalization::is_nfc;

use super::class::{self, Class};
use super::cursor::Cursor;
use super::escape::{self, Escape};
use super::{Mistake, literal};

/// The most atoms in the regexes of an entry, each multiplied by its repetitions.
const MAX_SIZE: usize = 1000;

/// The deepest nesting of groups.
const MAX_DEPTH: usize = 50;

/// Translates the regex of a group, which starts at `start` in the entry, and adds to the entry's size.
pub(super) fn translate(body: &str, start: usize, size: &mut usize) -> Result<String, Mistake> {
    if !is_nfc(body) {
        let hint = "write letters and their accents as one character each";
        return Err(Mistake::new(start, "a group must be in NFC, as paths are", hint));
    }
    let mut parser = Parser { cursor: Cursor::new(body, start), names: Vec::new(), depth: 0 };
    let node = parser.alternatives()?;
    if let Some(')') = parser.cursor.peek() {
        // A parenthesis opened inside a class: the lexer counts it, and the regex does not.
        let hint = r"write `\(` and `\)` for parentheses in a class";
        return Err(Mistake::new(parser.cursor.at(), "this `)` closes nothing", hint));
    }
    *size = size.saturating_add(node.size);
    check_size(start, *size)?;
    Ok(node.regex)
}

/// A translated part of a regex.
struct Node {
    regex: String,
    /// The number of its atoms after expanding counted repetitions.
    size: usize,
    kind: NodeKind,
}

#[derive(PartialEq, Eq)]
enum NodeKind {
    /// May consume characters.
    Atom,
    /// Consumes none, and can still be repeated: a lookahead, an empty group.
    Nothing,
    /// `^`, `$` and boundaries, which cannot be repeated.
    Assertion,
}

impl Node {
    fn atom(regex: String) -> Self {
        Node { regex, size: 1, kind: NodeKind::Atom }
    }

    /// A class with many ranges is as large as several items.
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
    /// Parses up to the end, or to the parenthesis that closes the group.
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

    /// An atom with its repetition.
    fn term(&mut self) -> Result<Node, Mistake> {
        let at = self.cursor.at();
        let node = self.atom()?;
        let Some((least, most)) = self.repetition()? else { return Ok(node) };
        if node.kind == NodeKind::Assertion {
            return Err(nothing_to_repeat(at));
        }
        // Laziness does not matter: nothing is captured, and the regex has to match the whole path.
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
            '\\' => match escape::parse(&mut self.cursor, at, escape::Position::Outside)? {
                Escape::Character(c) => Node::atom(literal::character(c)),
                Escape::Class(ranges) => Node::class(&Class::of(ranges)),
                Escape::Boundary(regex) => Node { size: 4, ..Node::assertion(regex) },
            },
            '%' if self.cursor.clone().hex(2).is_some() => {
                let hint =
                    r"write the character itself, or `\%` for a percent sign in the decoded path";
                return Err(Mistake::new(at, "a group is matched against the decoded path", hint));
            }
            _ => Node::atom(literal::character(c)),
        })
    }

    /// A brace without a repetition is text, unless it looks like a mistyped one.
    fn brace(&mut self, at: usize) -> Result<Node, Mistake> {
        let mut ahead = self.cursor.clone();
        ahead.take_while(|c| c.is_ascii_digit() || c == ',');
        let inside = self.cursor.rest().len() - ahead.rest().len();
        match ahead.peek() {
            Some('}') if self.cursor.rest().starts_with(',') && inside > 1 => {
                let hint = r"write `{0,…}`, or `\{` for a brace";
                Err(Mistake::new(at, "this repetition has no minimum", hint))
            }
            Some('}')
                if inside > 0 && self.cursor.rest().starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Err(nothing_to_repeat(at))
            }
            _ => Ok(Node::atom(literal::character('{'))),
        }
    }

    /// Parses a group after its parenthesis. The lexer has rejected groups without a `?`.
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
            let hint = r"write `)` after the group, or `\(` for a parenthesis";
            return Err(Mistake::new(at, "this `(` is not closed", hint));
        }
        self.depth -= 1;
        let kind = if is_lookahead { NodeKind::Nothing } else { inner.kind };
        Ok(Node { regex: format!("{opens}{})", inner.regex), size: inner.size, kind })
    }

    /// Parses `?<name>`. The name is ignored, since nothing is captured.
    fn group_name(&mut self, at: usize) -> Result<(), Mistake> {
        if ["?<=", "?<!"].iter().any(|opens| self.cursor.rest().starts_with(opens)) {
            let hint = "use a lookahead instead, `(?=…)` or `(?!…)`";
            return Err(Mistake::new(at, "a group cannot look behind", hint));
        }
        if !self.cursor.eat("?<") {
            let hint = r"write `(?:…)`, `(?=…)` or `(?!…)`, or `\(` for a parenthesis";
            return Err(Mistake::new(at, "unknown kind of group", hint));
        }
        let name = self.cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        if name.is_empty() || name.starts_with(|c: char| c.is_numeric()) || !self.cursor.eat(">") {
            let hint = "write `(?:…)`: the names of groups are not used";
            return Err(Mistake::new(at, "the name of a group is not valid", hint));
        }
        if self.names.contains(&name) {
            let message = format!("two groups have the name `{name}`");
            let hint = "write `(?:…)`: the names of groups are not used";
            return Err(Mistake::new(at, message, hint));
        }
        self.names.push(name);
        Ok(())
    }

    /// Parses `*`, `+`, `?` or a counted repetition: the minimum, and the maximum if there is one.
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
        // A number that overflows exceeds the limit anyway.
        let number = |digits: &str| digits.parse().unwrap_or(usize::MAX);
        let least = number(least);
        let most = match most {
            None => Some(least),
            Some("") => None,
            Some(digits) => Some(number(digits)),
        };
        if most.is_some_and(|most| most < least) {
            let hint = "write the smaller number first";
            return Err(Mistake::new(at, "the numbers of a repetition are out of order", hint));
        }
        Ok(Some((least, most)))
    }
}

fn nothing_to_repeat(at: usize) -> Mistake {
    let hint = r"write what it repeats before it, or a `\` for the character itself";
    Mistake::new(at, "nothing here can be repeated", hint)
}

fn check_size(at: usize, size: usize) -> Result<(), Mistake> {
    if size <= MAX_SIZE {
        return Ok(());
    }
    let message =
        format!("the groups of an entry have more than {MAX_SIZE} items, including repetitions");
    Err(Mistake::new(at, message, "use smaller numbers, or `*` and `+`, which count once"))
}
