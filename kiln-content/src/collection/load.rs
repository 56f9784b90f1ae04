//! Loads a collection: find the files, read them on all cores, compare ids, filter, sort.

use std::path::Path;
use std::sync::OnceLock;

use serde_core::de::DeserializeOwned;

use super::read::{self, Broken, Draft, Failed, Items};
use super::scan::{self, SourceFile};
use super::{Collection, Source, asking, untyped};
use crate::data::{Format, Problem};
use crate::entry::{Body, Entry};
use crate::front_matter::without_mark;
use crate::loading::Reference;
use crate::mistake::{Mistake, Mistakes};
use crate::order;

/// A collection whose files have been read.
pub(super) struct Parsed<T: 'static> {
    /// In the order of the collection; incomplete if there are mistakes.
    pub(super) entries: Vec<Entry<T>>,
    /// The indexes of the entries, sorted by id.
    by_id: Vec<usize>,
    /// The indexes of the entries, sorted by file.
    by_file: Vec<usize>,
    /// The id and the file of each entry that the filter leaves out.
    pub(super) left_out: Vec<(String, String)>,
    /// By file and position.
    pub(super) mistakes: Vec<Mistake>,
    /// Each with the index of its entry.
    references: Vec<(usize, Reference)>,
    /// The entries with mistakes.
    pub(super) broken: Vec<Broken>,
    /// Whether the ids of all entries are known, also of those with mistakes.
    has_all_ids: bool,
}

impl<T> Parsed<T> {
    pub(super) fn find(&self, id: &str) -> Option<&Entry<T>> {
        let at = self.by_id.binary_search_by(|&at| self.entries[at].id().cmp(id)).ok()?;
        Some(&self.entries[self.by_id[at]])
    }

    /// The ids of all entries that are not left out, also of those with mistakes.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(Entry::id).chain(self.broken.iter().map(|broken| &*broken.id))
    }

    /// Returns true if and only if an entry has an id, as far as mistakes leave that open.
    pub(super) fn may_have(&self, id: &str) -> bool {
        self.find(id).is_some()
            || !self.has_all_ids
            || self.broken.iter().any(|broken| broken.id == id)
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
    let Items { mut drafts, broken, mut mistakes, has_all_ids } = read(collection, site);
    remove_repeated(&mut drafts, &mut mistakes, &collection.subject());
    let mut left_out = Vec::new();
    if let Some(filter) = collection.filter {
        drafts.retain(|draft| {
            let is_kept = filter(&draft.value);
            if !is_kept {
                left_out.push((draft.id.clone(), draft.file.clone()));
            }
            is_kept
        });
    }
    order::sort(&mut mistakes, Mistake::cmp);
    let mut entries: Vec<(Entry<T>, Vec<Reference>)> = drafts
        .into_iter()
        .map(|Draft { id, file, value, body, references }| {
            (Entry::new(collection, id, file, value, body), references)
        })
        .collect();
    let mut places: Vec<usize> = (0..entries.len()).collect();
    if let Some(order) = collection.order {
        let order = order::sorted(entries.len(), &|a, b| order(&entries[a].0, &entries[b].0));
        places = untyped::places(&order);
        order::arrange(&mut entries, order);
    }
    Parsed { left_out, mistakes, broken, has_all_ids, ..indexed(entries, places) }
}

/// Gives each entry its position. `places` are where the entries are that were read first, second and so on, which is mostly in
/// the order of their ids and files.
fn indexed<T>(loaded: Vec<(Entry<T>, Vec<Reference>)>, places: Vec<usize>) -> Parsed<T> {
    let (mut entries, mut references) = (Vec::with_capacity(loaded.len()), Vec::new());
    for (position, (mut entry, of_entry)) in loaded.into_iter().enumerate() {
        entry.position = position;
        references.extend(of_entry.into_iter().map(|reference| (position, reference)));
        entries.push(entry);
    }
    let by_id = order::resorted(places, &|a, b| entries[a].id().cmp(entries[b].id()));
    let by_file = order::resorted(by_id.clone(), &|a, b| entries[a].file().cmp(entries[b].file()));
    let (left_out, mistakes, broken) = (vec![], vec![], vec![]);
    Parsed { entries, by_id, by_file, left_out, mistakes, references, broken, has_all_ids: true }
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
                Items { drafts: items.into_iter().map(draft).collect(), ..Items::default() }
            }
            Err(error) => Items::unreadable(not_loaded(error, &collection.subject())),
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
    read: impl Fn(&SourceFile) -> Result<Draft<T>, Failed> + Send + Sync,
) -> Items<T> {
    let has_all_ids = mistakes.is_empty();
    let found: Vec<OnceLock<_>> = files.iter().map(|_| OnceLock::new()).collect();
    untyped::for_each(files.len(), &|at| {
        found[at].get_or_init(|| asking::loading(collection, || read(&files[at])));
    });
    let (mut drafts, mut broken) = (Vec::with_capacity(found.len()), Vec::new());
    for (file, found) in files.iter().zip(found) {
        match found.into_inner() {
            Some(Ok(draft)) => drafts.push(draft),
            Some(Err(mut failed)) => {
                mistakes.append(&mut failed.mistakes);
                broken.push(failed.into_entry(collection.id_of(&file.stem), file));
            }
            None => {}
        }
    }
    order::sort(&mut drafts, |a: &Draft<T>, b| (&a.id, &a.file).cmp(&(&b.id, &b.file)));
    Items { drafts, broken, mistakes, has_all_ids }
}

/// Reports and removes entries whose id another entry has.
fn remove_repeated<T>(drafts: &mut Vec<Draft<T>>, mistakes: &mut Vec<Mistake>, subject: &str) {
    let names: Vec<_> = drafts.iter().map(|draft| (&*draft.id, &*draft.file)).collect();
    let mut are_new = untyped::first_of_each_id(&names, subject, mistakes).into_iter();
    drafts.retain(|_| are_new.next().unwrap_or(true));
}

/// All mistakes of a collection: those of its files, and those in references to other entries.
pub(super) fn prove<T>(parsed: &Parsed<T>, site: &Path) -> Vec<Mistake> {
    let of_entries = parsed.references.iter();
    let of_entries = of_entries.map(|(at, reference)| (parsed.entries[*at].file(), reference));
    let of_broken = parsed.broken.iter();
    let of_broken = of_broken
        .flat_map(|broken| broken.references.iter().map(|reference| (&*broken.file, reference)));
    let mut mistakes = parsed.mistakes.clone();
    for (file, reference) in of_entries.chain(of_broken) {
        let Err(error) = (reference.prove)(&reference.id) else { continue };
        match error.downcast_ref::<Mistakes>() {
            Some(others) => mistakes.extend(others.all().iter().cloned()),
            None => mistakes.push(broken(site, file, reference, &error)),
        }
    }
    order::sort(&mut mistakes, Mistake::cmp);
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
