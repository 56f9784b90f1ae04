//! Opens the places of errors in an editor. A browser asks for them by number, and never by path.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use super::open;
use crate::layout::Layout;
use crate::problem::{Place, Position};
use crate::secret::secret;

/// How many places are remembered: those of the last errors.
const MOST: usize = 500;

/// What `KILN_EDITOR` is without that variable.
const DEFAULT: &str = "vscode://file/{file}:{line}:{column}";

/// The editor, and the places that it can open.
#[derive(Debug)]
pub(crate) struct Editor {
    pub(crate) layout: Layout,
    /// The secret that pages of this program contain.
    pub(crate) token: String,
    template: String,
    next: AtomicUsize,
    positions: Mutex<BTreeMap<usize, Position>>,
}

/// The result of opening a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// Follow an address, which opens the editor on the machine of the browser.
    Address(String),
    /// Nothing: a program was started.
    Started,
}

impl Editor {
    pub(crate) fn new(layout: Layout) -> Result<Self> {
        let template = env::var("KILN_EDITOR").ok().filter(|template| !template.trim().is_empty());
        Ok(Editor {
            layout,
            token: secret()?,
            template: template.unwrap_or_else(|| DEFAULT.to_owned()),
            next: AtomicUsize::new(1),
            positions: Mutex::default(),
        })
    }

    /// Gives each place the number by which it can be opened.
    pub(crate) fn add<'a>(&self, places: impl Iterator<Item = &'a mut Place>) {
        let mut positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        for place in places {
            place.entry = self.next.fetch_add(1, Ordering::Relaxed);
            positions.insert(place.entry, place.position.clone());
        }
        while positions.len() > MOST {
            positions.pop_first();
        }
    }

    /// Opens a place; `None` if there is no such place.
    ///
    /// # Errors
    ///
    /// Fails if the program of `KILN_EDITOR` cannot be started.
    pub(super) fn open(&self, entry: usize) -> Result<Option<Opened>> {
        let positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(position) = positions.get(&entry).cloned() else { return Ok(None) };
        drop(positions);
        if self.template.contains("://") {
            return Ok(Some(Opened::Address(address(&self.template, &position))));
        }
        let words = words(&self.template, &position);
        open::start(&words)
            .with_context(|| format!("cannot start `{}` of KILN_EDITOR", words[0]))?;
        Ok(Some(Opened::Started))
    }
}

/// The address of a place, with the path percent-encoded.
fn address(template: &str, position: &Position) -> String {
    let file = escaped(&position.file);
    // `vscode://file/` and an absolute path have a slash in common.
    let template = template.replace("/{file}", "{file}");
    filled(&template, &file, position)
}

/// The words of a command. No shell reads them, so a name cannot contain a command.
fn words(template: &str, position: &Position) -> Vec<String> {
    let file = position.file.display().to_string();
    template.split_whitespace().map(|word| filled(word, &file, position)).collect()
}

fn filled(template: &str, file: &str, position: &Position) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let (value, length) = match rest {
            _ if rest.starts_with("{file}") => (file.to_owned(), 6),
            _ if rest.starts_with("{line}") => (position.line.to_string(), 6),
            _ if rest.starts_with("{column}") => (position.column.to_string(), 8),
            _ => ("{".to_owned(), 1),
        };
        filled.push_str(&value);
        rest = &rest[length..];
    }
    filled + rest
}

fn escaped(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let start = if path.starts_with('/') { "" } else { "/" };
    let bytes = path.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b':' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    start.chars().map(String::from).chain(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(file: &str) -> Position {
        Position { file: file.into(), line: 3, column: 7 }
    }

    #[test]
    fn a_place_is_an_address_or_a_command() {
        let file = position("/my site/[slug].rs");
        assert_eq!(address(DEFAULT, &file), "vscode://file/my%20site/%5Bslug%5D.rs:3:7");
        assert_eq!(
            address("idea://open?file={file}&line={line}", &file),
            "idea://open?file=/my%20site/%5Bslug%5D.rs&line=3"
        );
        assert_eq!(
            words("emacsclient +{line}:{column} {file}", &position("/a/x;rm -rf.rs")),
            ["emacsclient", "+3:7", "/a/x;rm -rf.rs"]
        );
        assert_eq!(words("edit {file}", &position("/a/{line}.rs")), ["edit", "/a/{line}.rs"]);
    }

    #[test]
    fn only_remembered_places_are_opened() {
        let layout = Layout { site: "/site".into(), package: "/site".into(), target: None };
        let mut editor = Editor::new(layout).expect("an editor");
        editor.template = DEFAULT.to_owned();
        let mut places = vec![Place::new("a.rs:3:7".to_owned(), position("/a.rs")); MOST + 1];
        editor.add(places.iter_mut());
        assert_eq!(editor.open(places[0].entry).expect("no command"), None);
        assert_eq!(editor.open(0).expect("no command"), None);
        let opened = editor.open(places[MOST].entry).expect("no command");
        assert_eq!(opened, Some(Opened::Address("vscode://file/a.rs:3:7".to_owned())));
    }
}
