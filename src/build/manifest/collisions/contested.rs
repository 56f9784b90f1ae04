//! Finds the names in the sorted list that collide.

use std::borrow::Cow;

use anyhow::Result;

use crate::build::manifest::key::{self, folded};
use crate::build::manifest::{Entry, Listing, Owner};
use crate::config::Host;
use crate::hosts;
use crate::text::names::NameSet;
use crate::text::sorted::sorted_by;

pub(super) type Entries<'a> = Box<dyn Iterator<Item = Result<Entry<'a>>> + 'a>;

/// All files that are made, that exist, and that hosts reserve, sorted.
pub(super) fn all<'a>(
    listing: &'a Listing,
    foreign: &'a [String],
    hosts: &[Host],
) -> Result<Entries<'a>> {
    let foreign = foreign.iter().map(|name| Entry::not_made(name, Owner::FOREIGN));
    let names = hosts::reserved(hosts);
    let reserved = names.iter().map(|name| Entry::not_made(name, Owner::HOST)).collect();
    let reserved = sorted_by(reserved, |a: &Entry<'_>, b| a.key.cmp(&b.key));
    // A file that kiln makes for the host does not collide with the reserved name.
    let is_for_host =
        move |entry: &Entry<'_>| entry.owner == Owner::KILN && names.contains(&&*entry.name());
    let made = listing.entries()?.filter(move |entry| !entry.as_ref().is_ok_and(&is_for_host));
    let made = merged(Box::new(made), foreign);
    Ok(merged(made, reserved.into_iter()))
}

fn merged<'a>(one: Entries<'a>, other: impl Iterator<Item = Entry<'a>> + 'a) -> Entries<'a> {
    let mut other = other.peekable();
    // The list of files can be long, and mostly there is no other.
    if other.peek().is_none() {
        return one;
    }
    let mut one = one.peekable();
    Box::new(std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(Ok(entry)), Some(next)) if next.key < entry.key => other.next().map(Ok),
        (None, Some(_)) => other.next().map(Ok),
        _ => one.next(),
    }))
}

/// Finds the names that collide.
///
/// Equal names and addresses are adjacent in the list; the files of a folder directly follow its name; and names that
/// only differ in spelling meet where the spelling changes.
pub(super) fn contested(entries: Entries<'_>) -> Result<Contested> {
    let mut contested = Contested::default();
    let (mut last_file, mut last_path) = (Last::default(), Last::default());
    // The previous name of any kind, and whether it was an address.
    let (mut last, mut is_address) = (Cow::default(), false);
    for entry in entries {
        let Entry { key, kind, .. } = entry?;
        is_address = kind.is_address() || (is_address && key == last);
        if is_address && key == last {
            contested.addresses.insert(key::name(&key));
        }
        let has_spelling = key::has_spelling(&key);
        if kind.is_file() {
            let is_folder = !last_file.key.is_empty() && key.starts_with(&last_file.key);
            contested.add_name(last_file.shared(&key, is_folder, has_spelling));
        }
        if kind.is_path() {
            let is_same = key == last_path.key;
            contested.add_name(last_path.shared(&key, is_same, has_spelling));
        }
        last = key;
    }
    Ok(contested)
}

/// Names that collide, possibly with some false positives.
#[derive(Debug, Default)]
pub(super) struct Contested {
    /// Paths and files, folded.
    pub(super) names: NameSet,
    /// As returned by [`addresses::address`].
    pub(super) addresses: NameSet,
}

impl Contested {
    fn add_name(&mut self, name: Option<String>) {
        if let Some(name) = name {
            self.names.insert(name);
        }
    }
}

/// The last key of a file, or of a path.
#[derive(Debug, Default)]
struct Last<'a> {
    key: Cow<'a, [u8]>,
    has_spelling: bool,
}

impl<'a> Last<'a> {
    /// The folded name that two successive keys share; the second key becomes the last.
    #[expect(clippy::ptr_arg, reason = "an owned key is copied into the memory of the last one")]
    fn shared(&mut self, key: &Cow<'a, [u8]>, is_last: bool, has_spelling: bool) -> Option<String> {
        let shared = match is_last {
            true => Some(folded(&key::name(&self.key)).into_owned()),
            false if !self.has_spelling && !has_spelling => None,
            false => key::spelled_in_two_ways(&self.key, key),
        };
        self.key.clone_from(key);
        self.has_spelling = has_spelling;
        shared
    }
}
