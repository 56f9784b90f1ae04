//! Collections: the entries of a folder or a file, as values of a type of the site.

mod ahead;
mod asking;
mod load;
pub(crate) mod read;
mod scan;
mod untyped;

use std::any::{Any, type_name};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use serde_core::de::DeserializeOwned;

use self::load::Parsed;
use crate::entry::{self, Entry};
use crate::markdown::{Markdown, Renderer, Settings};
use crate::mistake::{Mistake, Mistakes};
use crate::nearest::nearest;
use crate::registry::{FileEntry, Registered};
use crate::render_context::RenderContext;

/// Markdown or data files with a type: a static of `src/content.rs`.
///
/// It is loaded once for a process, on first use and on all cores. Files are read below the folder of the site. Every
/// build reports the mistakes of all collections of `src/content.rs`, also if no page reads them.
///
/// # Example
///
/// ```
/// # use kiln_content::{Collection, Date};
/// // src/content.rs, declared by `mod content;` in src/main.rs
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// pub struct Post {
///     pub title: String,
///     pub date: Date,
///     #[serde(default)]
///     pub draft: bool,
/// }
///
/// pub static POSTS: Collection<Post> = Collection::<Post>::markdown("content/posts")
///     .filter(|post| !post.draft)
///     .sort_by(|a, b| b.date.cmp(&a.date))
///     .url(|post| format!("/posts/{}", post.id()));
/// # fn main() {}
/// ```
pub struct Collection<T: 'static> {
    source: Source<T>,
    filter: Option<fn(&T) -> bool>,
    order: Option<Order<T>>,
    pub(crate) url: Option<fn(&Entry<T>) -> String>,
    markdown: Option<fn() -> Markdown>,
    parser: Option<Parser<T>>,
    renderer: OnceLock<Renderer>,
    site: OnceLock<Place>,
    parsed: OnceLock<Parsed<T>>,
    /// All mistakes. Some are only found once all collections are parsed.
    proven: OnceLock<Vec<Mistake>>,
}

/// Where the entries come from.
#[derive(Clone, Copy)]
enum Source<T> {
    Markdown(&'static str),
    Data(&'static str),
    List(&'static str),
    Load(fn() -> Result<Vec<(String, T)>>),
}

/// Where a collection belongs.
#[derive(Debug)]
struct Place {
    /// The name of the static.
    name: &'static str,
    site: PathBuf,
    settings: Settings,
}

/// Turns the text of a file into the value and the Markdown.
type Parser<T> = fn(&str) -> Result<(T, &str)>;

/// Compares two entries.
type Order<T> = fn(&Entry<T>, &Entry<T>) -> Ordering;

/// What `load` returns.
type Loaded<T> = Result<Vec<(String, T)>>;

impl<T: DeserializeOwned + Send + Sync + 'static> Collection<T> {
    /// Every `.md` file below a folder of the site, such as `content/posts`: front matter and Markdown.
    ///
    /// Front matter is YAML between two lines `---`, or TOML between two lines `+++`, or absent. Names that start with
    /// `_` or `.`, or end in `~`, are skipped.
    pub const fn markdown(folder: &'static str) -> Self {
        Self::new(Source::Markdown(folder))
    }

    /// Every `.toml`, `.yaml`, `.yml` and `.json` file below a folder of the site, one entry for each file.
    pub const fn data(folder: &'static str) -> Self {
        Self::new(Source::Data(folder))
    }

    /// A single file of the site with one entry for each item: an array (JSON, YAML), or a table of tables (TOML, JSON,
    /// YAML).
    ///
    /// The id of an entry is its key, or the field `id` of its item.
    pub const fn list(file: &'static str) -> Self {
        Self::new(Source::List(file))
    }

    /// Ids and values from anywhere, such as a database.
    pub const fn load(load: fn() -> Loaded<T>) -> Self {
        Self::new(Source::Load(load))
    }

    const fn new(source: Source<T>) -> Self {
        Collection {
            source,
            filter: None,
            order: None,
            url: None,
            markdown: None,
            parser: None,
            renderer: OnceLock::new(),
            site: OnceLock::new(),
            parsed: OnceLock::new(),
            proven: OnceLock::new(),
        }
    }

    /// Keeps the entries for which a function returns true. What it leaves out is checked like the others.
    #[must_use]
    pub const fn filter(mut self, filter: fn(&T) -> bool) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sets the order of the entries. Without it, and for ties, they are sorted by id; the items of an array and of
    /// [`load`](Self::load) keep their order.
    #[must_use]
    pub const fn sort_by(mut self, order: fn(&Entry<T>, &Entry<T>) -> Ordering) -> Self {
        self.order = Some(order);
        self
    }

    /// Says where the page of an entry is. Links between files lead there.
    #[must_use]
    pub const fn url(mut self, url: fn(&Entry<T>) -> String) -> Self {
        self.url = Some(url);
        self
    }

    /// Says how the Markdown of the entries is rendered, where that differs from `[markdown]` of kiln.toml.
    #[must_use]
    pub const fn markdown_options(mut self, options: fn() -> Markdown) -> Self {
        self.markdown = Some(options);
        self
    }

    /// Replaces the parser of Markdown files: the function turns the text of a file into the value and the Markdown.
    ///
    /// If it fails, the message of its error is the mistake in the file. It may end in a line `hint: …`.
    #[must_use]
    pub const fn parse_with(mut self, parser: fn(&str) -> Result<(T, &str)>) -> Self {
        self.parser = Some(parser);
        self
    }

    /// All entries, in order.
    ///
    /// # Errors
    ///
    /// Fails with all mistakes of the collection, and if it is called while another collection is loaded that this one asks for
    /// its entries.
    pub fn entries(&'static self) -> Result<&'static [Entry<T>]> {
        let mistakes = match self.proven.get() {
            Some(mistakes) => mistakes,
            None => asking::ask(self, || self.all_mistakes())?,
        };
        match mistakes {
            [] => Ok(&self.parsed().entries),
            mistakes => Err(Mistakes::of_collection(mistakes, self.site.get().is_some()).into()),
        }
    }

    /// The entry with an id.
    ///
    /// # Errors
    ///
    /// Fails if there is none, with the nearest id, and like [`entries`](Self::entries).
    pub fn get(&'static self, id: &str) -> Result<&'static Entry<T>> {
        self.entries()?;
        self.parsed().find(id).ok_or_else(|| self.missing(id))
    }

    /// The error for an id that no entry has.
    fn missing(&'static self, id: &str) -> anyhow::Error {
        let parsed = self.parsed();
        let of = self.subject();
        if let Some((_, file)) = parsed.left_out.iter().find(|(left_out, _)| left_out == id) {
            return anyhow!(
                "the entry `{id}` of {of} is left out by its filter\nhint: it is {file}"
            );
        }
        match nearest(id, parsed.ids()) {
            Some(near) => anyhow!("there is no entry `{id}` in {of}\nhint: did you mean `{near}`?"),
            None => anyhow!(
                "there is no entry `{id}` in {of}\nhint: the id is the path without its extension"
            ),
        }
    }

    /// The entries by a text of each, such as a category, or by several, such as tags. Entries keep their order.
    ///
    /// # Errors
    ///
    /// Like [`entries`](Self::entries).
    ///
    /// # Example
    ///
    /// ```
    /// # use kiln_content::Collection;
    /// # #[derive(serde::Deserialize)]
    /// # pub struct Post { tags: Vec<String> }
    /// # fn load() -> anyhow::Result<Vec<(String, Post)>> {
    /// #     Ok(vec![("a".into(), Post { tags: vec!["rust".into()] })])
    /// # }
    /// # static POSTS: Collection<Post> = Collection::<Post>::load(load);
    /// # fn main() -> anyhow::Result<()> {
    /// for (tag, posts) in POSTS.group_by(|post| &post.tags)? {
    ///     println!("{tag}: {} posts", posts.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn group_by<I>(
        &'static self,
        texts: impl Fn(&'static Entry<T>) -> I,
    ) -> Result<BTreeMap<&'static str, Vec<&'static Entry<T>>>>
    where
        I: IntoIterator<Item = &'static String>,
    {
        let mut groups: BTreeMap<&'static str, Vec<&'static Entry<T>>> = BTreeMap::new();
        for entry in self.entries()? {
            for text in texts(entry) {
                let group = groups.entry(text).or_default();
                // A post that has a tag twice is in its list once.
                if !group.last().is_some_and(|last| std::ptr::eq(*last, entry)) {
                    group.push(entry);
                }
            }
        }
        Ok(groups)
    }

    /// The entry before an entry, and the entry after it, in order.
    ///
    /// # Errors
    ///
    /// Fails if the entry belongs to another collection, and like [`entries`](Self::entries).
    #[expect(clippy::type_complexity, reason = "two neighbors, either of which may be missing")]
    pub fn neighbors(
        &'static self,
        entry: &Entry<T>,
    ) -> Result<(Option<&'static Entry<T>>, Option<&'static Entry<T>>)> {
        let entries = self.entries()?;
        let at = entry.position;
        if !entries.get(at).is_some_and(|own| std::ptr::eq(own, entry)) {
            return Err(anyhow!("the entry `{}` is not one of {}", entry.id(), self.subject()));
        }
        Ok((at.checked_sub(1).and_then(|at| entries.get(at)), entries.get(at + 1)))
    }

    fn parsed(&'static self) -> &'static Parsed<T> {
        let load = || asking::loading(self, || load::load(self, &self.site_folder()));
        self.parsed.get_or_init(load)
    }

    /// Checks an id of a reference to this collection. An entry that has mistakes is there.
    pub(crate) fn prove(&'static self, id: &str) -> Result<()> {
        let parsed = match self.parsed.get() {
            Some(parsed) => parsed,
            None => asking::ask(self, || self.parsed())?,
        };
        match parsed.may_have(id) {
            true => Ok(()),
            false => Err(self.missing(id)),
        }
    }

    /// The mistakes of the files, and those of references to other entries.
    fn all_mistakes(&'static self) -> &'static [Mistake] {
        let parsed = self.parsed();
        self.proven
            .get_or_init(|| asking::loading(self, || load::prove(parsed, &self.site_folder())))
    }
}

impl<T> Collection<T> {
    /// The folder of the site. A collection that no site has registered is read below the current folder, which is that
    /// of the site in its own unit tests.
    pub(crate) fn site_folder(&self) -> PathBuf {
        self.site.get().map_or_else(PathBuf::new, |place| place.site.clone())
    }

    /// What renders the Markdown of the entries.
    pub(crate) fn renderer(&'static self) -> &'static Renderer {
        self.renderer.get_or_init(|| {
            let settings = self.site.get().map_or(Settings::DEFAULT, |place| place.settings);
            Renderer::new(settings, self.markdown.map_or_else(Markdown::new, |options| options()))
        })
    }

    /// The id of a file, by its path below the folder without its extension.
    fn id_of(&self, stem: &str) -> String {
        match self.source {
            Source::Markdown(_) => read::markdown_id(stem),
            _ => stem.to_owned(),
        }
    }

    /// Whether the site reads the files itself.
    pub(crate) fn has_own_parser(&self) -> bool {
        self.parser.is_some()
    }

    /// The collection in messages.
    pub(crate) fn subject(&self) -> String {
        match (self.site.get(), self.source_name()) {
            (Some(place), _) => format!("the collection `{}`", place.name),
            (None, Some(source)) => format!("the collection of {source}"),
            (None, None) => format!("a collection of `{}`", type_name::<T>()),
        }
    }

    /// The folder or the file.
    fn source_name(&self) -> Option<&'static str> {
        match self.source {
            Source::Markdown(name) | Source::Data(name) | Source::List(name) => Some(name),
            Source::Load(_) => None,
        }
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> Registered for Collection<T> {
    fn place(&'static self, name: &'static str, site: &Path, settings: Settings) {
        self.site.get_or_init(|| Place { name, site: site.to_path_buf(), settings });
    }

    fn name(&self) -> &'static str {
        self.site.get().map(|place| place.name).or(self.source_name()).unwrap_or_default()
    }

    fn site(&self) -> Option<&Path> {
        self.site.get().map(|place| &*place.site)
    }

    fn mistakes(&'static self) -> &'static [Mistake] {
        self.all_mistakes()
    }

    fn text_mistakes(&'static self, ctx: &dyn RenderContext) -> Vec<Mistake> {
        // A parser of the site may leave the rendering to the site, too.
        if self.has_own_parser() {
            return Vec::new();
        }
        let parsed = self.parsed();
        let of_entries = parsed.entries.iter().flat_map(|entry| entry.text_mistakes(ctx));
        let of_broken = parsed.broken.iter().flat_map(|broken| {
            let body = broken.body.iter();
            body.flat_map(|body| entry::text_mistakes(self, &broken.file, body, ctx))
        });
        of_entries.chain(of_broken).collect()
    }

    fn unshown(&'static self) -> Vec<usize> {
        if self.has_own_parser() || !matches!(self.source, Source::Markdown(_)) {
            return Vec::new();
        }
        let entries = self.parsed().entries.iter();
        entries.filter(|entry| !entry.is_shown()).map(|entry| entry.position).collect()
    }

    fn text_mistakes_at(
        &'static self,
        positions: &[usize],
        ctx: &dyn RenderContext,
    ) -> Vec<Mistake> {
        let entries = &self.parsed().entries;
        positions.iter().flat_map(|&at| entries[at].text_mistakes(ctx)).collect()
    }

    fn read_ahead(&'static self, stops: &(dyn Fn() -> bool + Sync)) {
        if let Source::Markdown(folder) = self.source
            && self.parser.is_none()
        {
            ahead::read(&self.site_folder(), folder, stops);
        }
    }

    fn as_any(&'static self) -> &'static dyn Any {
        self
    }

    fn entry_of(&'static self, file: &str) -> Option<FileEntry> {
        if !matches!(self.source, Source::Markdown(_)) {
            return None;
        }
        let parsed = self.parsed();
        if parsed.left_out.iter().any(|(_, left_out)| left_out == file) {
            return Some(FileEntry::LeftOut);
        }
        Some(FileEntry::Entry(parsed.find_file(file)?))
    }

    fn files(&'static self) -> Vec<&'static str> {
        match self.source {
            Source::Markdown(_) => self.parsed().entries.iter().map(Entry::file).collect(),
            _ => Vec::new(),
        }
    }
}

impl<T> fmt::Debug for Collection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collection")
            .field("type", &type_name::<T>())
            .field("source", &self.source_name())
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}
