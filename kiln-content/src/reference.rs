//! A field that refers to an entry of another collection.

use std::fmt;
use std::marker::PhantomData;

use anyhow::Result;
use serde_core::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::entry::Entry;
use crate::{loading, registry};

/// A field with the id of an entry of another collection, such as the author of a post.
///
/// There must be exactly one collection with entries of this type in `src/content.rs`. That it has the id is checked
/// when the collection is loaded; a mistake is reported with its place and the nearest id.
///
/// # Example
///
/// ```
/// use kiln_content::{Collection, Entry, Ref};
///
/// #[derive(serde::Deserialize)]
/// pub struct Author {
///     pub name: String,
/// }
///
/// // `author: ada` in the front matter, where content/authors.toml has a table `[ada]`.
/// #[derive(serde::Deserialize)]
/// pub struct Post {
///     pub author: Ref<Author>,
/// }
///
/// pub static AUTHORS: Collection<Author> = Collection::<Author>::list("content/authors.toml");
///
/// fn byline(post: &Entry<Post>) -> anyhow::Result<String> {
///     Ok(format!("by {}", post.author.get()?.name))
/// }
/// # fn main() {}
/// ```
pub struct Ref<A> {
    id: Box<str>,
    to: PhantomData<fn() -> A>,
}

impl<A> Ref<A> {
    /// The id of the entry.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl<A: DeserializeOwned + Send + Sync + 'static> Ref<A> {
    /// The entry.
    ///
    /// # Errors
    ///
    /// Fails if its collection has mistakes, and if this reference was not read from a file of a collection and no entry
    /// has its id.
    pub fn get(&self) -> Result<&'static Entry<A>> {
        registry::of_type::<A>()?.get(&self.id)
    }
}

impl<'de, A: DeserializeOwned + Send + Sync + 'static> Deserialize<'de> for Ref<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        loading::refer(&id, |id| registry::of_type::<A>()?.prove(id));
        Ok(Ref { id: id.into_boxed_str(), to: PhantomData })
    }
}

impl<A> Clone for Ref<A> {
    fn clone(&self) -> Self {
        Ref { id: self.id.clone(), to: PhantomData }
    }
}

impl<A> PartialEq for Ref<A> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<A> Eq for Ref<A> {}

impl<A> fmt::Debug for Ref<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ref").field(&self.id).finish()
    }
}
