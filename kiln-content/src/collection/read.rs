//! Reads a file of a collection: its bytes, its values, and its text.

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde_core::de::DeserializeOwned;

use super::ahead::{self, Front};
use super::scan::SourceFile;
use crate::data::{self, Format, Node, Problem, Source, Value};
use crate::entry::Body;
use crate::front_matter::{self, Split, without_mark};
use crate::loading::{self, Reference};
use crate::mistake::Mistake;
use crate::order;

/// An entry that has not been filtered and sorted yet.
pub(super) struct Draft<T> {
    pub(super) id: String,
    pub(super) file: String,
    pub(super) value: T,
    pub(super) body: Body,
    /// With places in the text of the file.
    pub(super) references: Vec<Reference>,
}

/// Why a text is not an entry.
#[derive(Debug, Default)]
pub(crate) struct Failed {
    pub(crate) mistakes: Vec<Mistake>,
    /// Those that were found nevertheless.
    pub(crate) references: Vec<Reference>,
    /// The Markdown of a file whose front matter has mistakes.
    body: Option<Body>,
}

impl Failed {
    pub(super) fn into_entry(self, id: String, file: &SourceFile) -> Broken {
        Broken { id, file: file.name.clone(), references: self.references, body: self.body }
    }
}

impl From<Mistake> for Failed {
    fn from(mistake: Mistake) -> Self {
        Failed { mistakes: vec![mistake], ..Failed::default() }
    }
}

/// An entry with mistakes, to which others may refer.
pub(super) struct Broken {
    pub(super) id: String,
    pub(super) file: String,
    pub(super) references: Vec<Reference>,
    pub(super) body: Option<Body>,
}

/// Reads a Markdown file.
pub(super) fn markdown<T: DeserializeOwned>(
    site: &Path,
    file: &SourceFile,
) -> Result<Draft<T>, Failed> {
    if let Some(draft) = ahead::take(file).and_then(|front| of_front(site, file, front)) {
        return Ok(draft);
    }
    let text = text(&file.name, &file.path)?;
    let text = without_mark(&text);
    let (value, references, body) = markdown_text(site, &file.name, text)?;
    let body = body_at(text, body);
    Ok(Draft { id: markdown_id(&file.stem), file: file.name.clone(), value, body, references })
}

/// Reads a Markdown file whose front matter is known; `None` if there is a mistake in it.
fn of_front<T: DeserializeOwned>(
    site: &Path,
    file: &SourceFile,
    Front { mut node, start, line }: Front,
) -> Option<Draft<T>> {
    let (value, references) = value(site, &file.name, &mut node, &Source::default());
    let (id, body) = (markdown_id(&file.stem), Body::in_file(line));
    let references = moved(references, start);
    Some(Draft { id, file: file.name.clone(), value: value.ok()?, body, references })
}

/// The Markdown that is a part of a text.
fn body_at(text: &str, at: Range<usize>) -> Body {
    let line = line_of(text, at.start);
    Body::of_file(&text[at], line)
}

/// The line of a position, counted from 1.
pub(super) fn line_of(text: &str, position: usize) -> usize {
    text[..position].matches('\n').count() + 1
}

/// The id of a Markdown file.
pub(super) fn markdown_id(stem: &str) -> String {
    stem.strip_suffix("/index").unwrap_or(stem).to_owned()
}

/// Reads a Markdown file with the parser of the site.
pub(super) fn parsed<T>(
    site: &Path,
    file: &SourceFile,
    parser: fn(&str) -> anyhow::Result<(T, &str)>,
) -> Result<Draft<T>, Failed> {
    let text = text(&file.name, &file.path)?;
    let text = without_mark(&text);
    let (parsed, references) = loading::within(site, &file.name, || parser(text));
    let (value, body) = parsed.map_err(|error| {
        let error = format!("{error:#}");
        let (message, hint) = error.split_once("\nhint: ").unwrap_or((&error, ""));
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        Mistake { hint, ..Mistake::of(&file.name, message) }
    })?;
    let before = text.strip_suffix(body).unwrap_or_default();
    let body = Body::kept(body, before.matches('\n').count() + 1);
    Ok(Draft { id: markdown_id(&file.stem), file: file.name.clone(), value, body, references })
}

/// Reads the text of a Markdown file: the value of its front matter, the references in it, and where the body is.
pub(crate) fn markdown_text<T: DeserializeOwned>(
    site: &Path,
    name: &str,
    text: &str,
) -> Result<(T, Vec<Reference>, Range<usize>), Failed> {
    let in_text = |problem| Mistake::in_text(name, text, problem);
    let Split { front, body } = front_matter::split(text).map_err(in_text)?;
    let (value, references) = front_value(site, name, text, front.as_ref());
    match value {
        Ok(value) => Ok((value, references, body)),
        Err(problems) => {
            let problems =
                problems.into_iter().map(|problem| without_front(problem, text, front.is_some()));
            let (mistakes, body) = (problems.map(in_text).collect(), Some(body_at(text, body)));
            Err(Failed { mistakes, references, body })
        }
    }
}

/// Reads the front matter. Problems and references have their place in the whole text.
fn front_value<T: DeserializeOwned>(
    site: &Path,
    file: &str,
    text: &str,
    front: Option<&(Format, Range<usize>)>,
) -> (Result<T, Vec<Problem>>, Vec<Reference>) {
    let start = front.map_or(0, |(_, range)| range.start);
    let mut node = match front_node(text, front) {
        Ok(node) => node,
        Err(problems) => return (Err(problems), vec![]),
    };
    // What is missing is missing between the fences: the mistake is shown at the first of them.
    let whole = node.range.clone();
    let (value, references) = value(site, file, &mut node, &Source::default());
    let value = value.map_err(|problems| {
        let at_fence = |problem: Problem| match problem.range == whole && start > 0 {
            true => Problem { range: 0..3, ..problem },
            false => problem.moved(start),
        };
        problems.into_iter().map(at_fence).collect::<Vec<_>>()
    });
    (value, moved(references, start))
}

/// Parses the front matter. Problems have their place in the whole text, and the tree has it in the front matter.
pub(super) fn front_node<'t>(
    text: &'t str,
    front: Option<&(Format, Range<usize>)>,
) -> Result<Node<'t>, Vec<Problem>> {
    let (format, range) = front.cloned().unwrap_or((Format::Toml, 0..0));
    let start = range.start;
    let moved = |problems: Vec<Problem>| -> Vec<Problem> {
        problems.into_iter().map(|problem| problem.moved(start)).collect()
    };
    let mut node = data::parse(&text[range], format).map_err(moved)?;
    if node.value == Value::Null {
        node.value = Value::Map(Vec::new());
    }
    Ok(node)
}

/// References with their place in the whole text.
fn moved(mut references: Vec<Reference>, start: usize) -> Vec<Reference> {
    for reference in &mut references {
        reference.place = reference.place.start + start..reference.place.end + start;
    }
    references
}

/// Says of a key that is missing in a file without front matter how it begins.
fn without_front(problem: Problem, text: &str, has_front: bool) -> Problem {
    if has_front {
        return problem;
    }
    let begins_late = text.trim_start().starts_with("---") || text.trim_start().starts_with("+++");
    let hint = match begins_late {
        true => "front matter starts in the first line: remove the empty lines before it",
        false => "start the file with front matter: keys and values between two lines `---`",
    };
    Problem { range: 0..0, ..problem }.hint(hint)
}

/// Reads a file of data as one entry.
pub(super) fn data<T: DeserializeOwned>(
    site: &Path,
    file: &SourceFile,
) -> Result<Draft<T>, Failed> {
    let text = text(&file.name, &file.path)?;
    let format = Format::of_extension(&file.extension).unwrap_or(Format::Json);
    let (value, references) = data_text(site, &file.name, without_mark(&text), format)?;
    Ok(Draft {
        id: file.stem.clone(),
        file: file.name.clone(),
        value,
        body: Body::default(),
        references,
    })
}

/// Reads the text of a file of data: its value, and the references in it.
pub(crate) fn data_text<T: DeserializeOwned>(
    site: &Path,
    name: &str,
    text: &str,
    format: Format,
) -> Result<(T, Vec<Reference>), Failed> {
    let failed = |problems: Vec<Problem>, references| {
        let mistakes = problems.into_iter().map(|problem| Mistake::in_text(name, text, problem));
        Failed { mistakes: mistakes.collect(), references, body: None }
    };
    let mut node = data::parse(text, format).map_err(|problems| failed(problems, vec![]))?;
    if node.value == Value::Null && format != Format::Json {
        node.value = Value::Map(Vec::new());
    }
    match value(site, name, &mut node, &Source::default()) {
        (Ok(value), references) => Ok((value, references)),
        (Err(problems), references) => Err(failed(problems, references)),
    }
}

/// What a collection has been read into.
pub(super) struct Items<T> {
    pub(super) drafts: Vec<Draft<T>>,
    pub(super) broken: Vec<Broken>,
    pub(super) mistakes: Vec<Mistake>,
    /// Whether the ids of all entries are known, also of those with mistakes.
    pub(super) has_all_ids: bool,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Items { drafts: vec![], broken: vec![], mistakes: vec![], has_all_ids: true }
    }
}

impl<T> Items<T> {
    /// Of a source that cannot be read at all.
    pub(super) fn unreadable(mistakes: Vec<Mistake>) -> Self {
        Items { mistakes, has_all_ids: false, ..Items::default() }
    }
}

/// Reads a file with an entry for each item.
pub(super) fn list<T: DeserializeOwned>(site: &Path, name: &str) -> Items<T> {
    let text = match text(name, &site.join(name)) {
        Ok(text) => text,
        Err(mistake) => return Items::unreadable(vec![mistake]),
    };
    let text = without_mark(&text);
    let in_text = |problem| Mistake::in_text(name, text, problem);
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    let Some(format) = extension.and_then(Format::of_extension) else {
        let hint = "the name of a list ends in .json, .yaml, .yml or .toml";
        let mistake = Mistake::of(name, "the format of this file is unknown").hint(hint);
        return Items::unreadable(vec![mistake]);
    };
    let list = data::parse(text, format).and_then(|node| items(node).map_err(|one| vec![one]));
    let list = match list {
        Ok(list) => list,
        Err(problems) => return Items::unreadable(problems.into_iter().map(in_text).collect()),
    };
    let mut items = Items::default();
    let source = Source { optional_key: Some("id") };
    for item in list {
        let (file, body) = (name.to_owned(), Body::default());
        let problems = match item {
            Ok((id, mut node)) => match value(site, name, &mut node, &source) {
                (Ok(value), references) => {
                    items.drafts.push(Draft { id, file, value, body, references });
                    continue;
                }
                (Err(problems), references) => {
                    items.broken.push(Broken { id, file, references, body: None });
                    problems
                }
            },
            Err(problems) => {
                items.has_all_ids = false;
                problems
            }
        };
        items.mistakes.extend(problems.into_iter().map(in_text));
    }
    items
}

/// An item with its id, or what is wrong with its id.
type Item<'t> = Result<(String, Node<'t>), Vec<Problem>>;

/// The items of a list: those of an array in its order, and those of a table sorted by key.
fn items(node: Node<'_>) -> Result<Vec<Item<'_>>, Problem> {
    match node.value {
        Value::Null => Ok(vec![]),
        Value::List(items) => Ok(items.into_iter().map(with_own_id).collect()),
        Value::Map(mut entries) => {
            order::sort(&mut entries, |(a, _), (b, _)| a.name.cmp(&b.name));
            let items = entries.into_iter().map(|(key, node)| match node.value {
                Value::Map(_) => Ok((key.name.into_owned(), node)),
                _ => {
                    let message = format!("`{}` is not an entry: it has no keys of its own", key.name);
                    let hint = "a list is an array, or a table whose keys are the ids and whose values are tables";
                    Err(vec![Problem::at(key.range, message).hint(hint)])
                }
            });
            Ok(items.collect())
        }
        _ => {
            let problem = Problem::at(node.range, "expected a list of entries");
            Err(problem.hint("write an array, or a table of tables whose keys are the ids"))
        }
    }
}

fn with_own_id(node: Node<'_>) -> Item<'_> {
    let missing = || {
        let problem = Problem::at(node.range.clone(), "the key `id` is missing");
        vec![problem.hint(
            "give each item of the array a key `id`, or write a table whose keys are the ids",
        )]
    };
    let Value::Map(entries) = &node.value else { return Err(missing()) };
    let id = entries.iter().find(|(key, _)| key.name == "id").ok_or_else(missing)?;
    let text = match &id.1.value {
        Value::Text(text) if !text.is_empty() => text.clone().into_owned(),
        Value::Integer(number) => number.to_string(),
        _ => {
            let problem = Problem::at(id.1.range.clone(), "an id is text or a whole number");
            return Err(vec![problem.hint("write it in quotes")]);
        }
    };
    Ok((text, node))
}

/// Reads a value, whose fields may ask for the file that they are in.
fn value<T: DeserializeOwned>(
    site: &Path,
    file: &str,
    node: &mut Node<'_>,
    source: &Source,
) -> (Result<T, Vec<Problem>>, Vec<Reference>) {
    loading::within(site, file, || data::read(node, source))
}

/// The text of a file.
pub(crate) fn text(name: &str, path: &Path) -> Result<String, Mistake> {
    let bytes = fs::read(path).map_err(|error| {
        let mistake = Mistake::of(name, format!("this file cannot be read: {error}"));
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                mistake.hint("create it, or correct the path in src/content.rs")
            }
            _ => mistake.hint("make it readable for the user who builds the site"),
        }
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let message = format!("this file is not valid UTF-8: byte {valid} belongs to no character");
        let problem = Problem::at(valid..valid, message).hint("save the file as UTF-8");
        Mistake::in_text(name, &text, problem)
    })
}
