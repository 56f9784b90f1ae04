//! Loads a collection: find the files, read them on all cores, compare ids, filter, sort.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use serde_core::de::DeserializeOwned;

use super::read::{self, Draft, Items};
use super::scan::{self, SourceFile};
use super::{Collection, Source, asking};
use crate::data::{Format, Problem};
use crate::entry::{Body, Entry};
use crate::front_matter::without_mark;
use crate::loading::Reference;
use crate::mistake::{Mistake, Mistakes};

/// A collection whose files have been read.
pub(super) struct Parsed<T: 'static> {
    /// In the order of the collection; incomplete if there are mistakes.
    pub(super) entries: Vec<Entry<T>>,
    /// The indexes of the entries, sorted by id.
    by_id: Vec<usize>,
    /// The indexes of the entries, sorted by file.
    by_file: Vec<usize>,
    /// The file of each entry that the filter leaves out, by id.
    pub(super) left_out: BTreeMap<String, String>,
    /// By file and position.
    pub(super) mistakes: Vec<Mistake>,
    /// Each with the index of its entry.
    references: Vec<(usize, Reference)>,
}

impl<T> Parsed<T> {
    pub(super) fn find(&self, id: &str) -> Option<&Entry<T>> {
        let at = self.by_id.binary_search_by(|&at| self.entries[at].id().cmp(id)).ok()?;
        Some(&self.entries[self.by_id[at]])
    }

    pub(super) fn find_file(&self, file: &str) -> Option<&Entry<T>> {
        let at = self.by_file.binary_search_by(|&at| self.entries[at].file().cmp(file)).ok()?;
        Some(&self.entries[self.by_file[at]])
    }
}

/// Reads a collection of a site.
pub(super) fn load<T>(collection: &'static Collection<T>, site: &Path) -> Parsed<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let (mut drafts, mut mistakes) = read(collection, site);
    report_repeated(&mut drafts, &mut mistakes, &collection.subject());
    let mut left_out = BTreeMap::new();
    if let Some(filter) = collection.filter {
        drafts.retain(|draft| {
            let is_kept = filter(&draft.value);
            if !is_kept {
                left_out.insert(draft.id.clone(), draft.file.clone());
            }
            is_kept
        });
    }
    mistakes.sort();
    let mut entries: Vec<(Entry<T>, Vec<Reference>)> = drafts
        .into_iter()
        .map(|Draft { id, file, value, body, references }| {
            (Entry::new(collection, id, file, value, body), references)
        })
        .collect();
    if let Some(order) = collection.order {
        entries.sort_by(|(a, _), (b, _)| order(a, b));
    }
    indexed(entries, left_out, mistakes)
}

/// Gives each entry its position.
fn indexed<T>(
    loaded: Vec<(Entry<T>, Vec<Reference>)>,
    left_out: BTreeMap<String, String>,
    mistakes: Vec<Mistake>,
) -> Parsed<T> {
    let (mut entries, mut references) = (Vec::with_capacity(loaded.len()), Vec::new());
    for (position, (mut entry, of_entry)) in loaded.into_iter().enumerate() {
        entry.position = position;
        references.extend(of_entry.into_iter().map(|reference| (position, reference)));
        entries.push(entry);
    }
    let mut by_id: Vec<usize> = (0..entries.len()).collect();
    let mut by_file = by_id.clone();
    by_id.sort_by_key(|&at| entries[at].id());
    by_file.sort_by_key(|&at| entries[at].file());
    Parsed { entries, by_id, by_file, left_out, mistakes, references }
}

/// The entries, sorted by id unless their source has an order, and the mistakes.
fn read<T>(collection: &'static Collection<T>, site: &Path) -> Items<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    match collection.source {
        Source::Markdown(folder) => {
            let files = scan::files(site, folder, |extension| extension == "md");
            each(collection, files, |file| match collection.parser {
                None => read::markdown(site, file),
                Some(parser) => read::parsed(site, file, parser),
            })
        }
        Source::Data(folder) => {
            let is_data = |extension: &str| Format::of_extension(extension).is_some();
            each(collection, scan::files(site, folder, is_data), |file| read::data(site, file))
        }
        Source::List(file) => read::list(site, file),
        Source::Load(load) => match load() {
            Ok(items) => {
                let draft = |(id, value)| Draft {
                    id,
                    file: String::new(),
                    value,
                    body: Body::default(),
                    references: vec![],
                };
                (items.into_iter().map(draft).collect(), vec![])
            }
            Err(error) => (vec![], not_loaded(error, &collection.subject())),
        },
    }
}

/// The mistakes of a collection whose `load` has failed. Those of a collection that it asked for say enough.
fn not_loaded(error: anyhow::Error, subject: &str) -> Vec<Mistake> {
    match error.downcast::<Mistakes>() {
        Ok(mistakes) => mistakes.all().to_vec(),
        Err(error) => {
            let message = format!("{subject} cannot be loaded: {error:#}");
            vec![Mistake::of("src/content.rs", message)]
        }
    }
}

/// Reads files in parallel. The entries are sorted by id.
fn each<T: Send + Sync>(
    collection: &'static Collection<T>,
    (files, mut mistakes): (Vec<SourceFile>, Vec<Mistake>),
    read: impl Fn(SourceFile) -> Result<Draft<T>, Vec<Mistake>> + Send + Sync,
) -> Items<T> {
    let read = |file| asking::loading(collection, || read(file));
    let found: Vec<_> = files.into_par_iter().map(read).collect();
    let mut drafts = Vec::with_capacity(found.len());
    for found in found {
        match found {
            Ok(draft) => drafts.push(draft),
            Err(found) => mistakes.extend(found),
        }
    }
    drafts.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.file.cmp(&b.file)));
    (drafts, mistakes)
}

/// Reports and removes entries whose id another entry has.
fn report_repeated<T>(drafts: &mut Vec<Draft<T>>, mistakes: &mut Vec<Mistake>, subject: &str) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    drafts.retain(|draft| {
        let Some(other) = first.get(&draft.id) else {
            first.insert(draft.id.clone(), draft.file.clone());
            return true;
        };
        mistakes.push(match draft.file.is_empty() || draft.file == *other {
            true => {
                let file = if draft.file.is_empty() { "src/content.rs" } else { &draft.file };
                let message = format!("two entries of {subject} have the id `{}`", draft.id);
                Mistake::of(file, message).hint("give one of them another id")
            }
            false => {
                let message = format!("this file has the id `{}`, like {other}", draft.id);
                Mistake::of(&draft.file, message).hint("rename or remove one of the two files")
            }
        });
        false
    });
}

/// The mistakes in references to other entries.
pub(super) fn prove<T>(parsed: &Parsed<T>, site: &Path) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = parsed
        .references
        .iter()
        .flat_map(|(at, reference)| match (reference.prove)(&reference.id) {
            Ok(()) => vec![],
            Err(error) => match error.downcast_ref::<Mistakes>() {
                Some(mistakes) => mistakes.all().to_vec(),
                None => vec![broken(site, parsed.entries[*at].file(), reference, &error)],
            },
        })
        .collect();
    mistakes.sort();
    mistakes.dedup();
    mistakes
}

fn broken(site: &Path, file: &str, reference: &Reference, error: &anyhow::Error) -> Mistake {
    let error = error.to_string();
    let (message, hint) = error.split_once("\nhint: ").unwrap_or((&error, ""));
    let hint = (!hint.is_empty()).then(|| hint.to_owned());
    match read::text(file, &site.join(file)) {
        Ok(text) => {
            let problem = Problem { range: reference.place.clone(), message: message.into(), hint };
            Mistake::in_text(file, without_mark(&text), problem)
        }
        Err(_) => Mistake { hint, ..Mistake::of(file, message) },
    }
}
