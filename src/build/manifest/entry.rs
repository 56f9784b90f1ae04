//! An entry of the list: a name, its kind, its owner, and the location of its bytes.

use std::borrow::Cow;

use super::key;
use crate::assets::digest::Digest;
use crate::build::dist::written::{Slot, Written};

/// The source of a file: the index of a route in the table and of its page, or one of the constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    pub(super) source: u32,
    /// The index of the page in the list from `static_paths`; 0 without such a list.
    pub(super) item: u32,
}

impl Owner {
    /// A file of `public/`.
    pub(crate) const PUBLIC: Owner = Owner { source: u32::MAX, item: 0 };
    /// A file that kiln makes from all pages, such as the list of redirects.
    pub(crate) const KILN: Owner = Owner { source: u32::MAX - 1, item: 0 };
    /// A file in the out folder that kiln did not write.
    pub(crate) const FOREIGN: Owner = Owner { source: u32::MAX - 2, item: 0 };
    /// A name that a host reserves.
    pub(crate) const HOST: Owner = Owner { source: u32::MAX - 3, item: 0 };

    /// A file that pages have requested.
    pub(crate) const ASSET: Owner = Owner { source: u32::MAX - 4, item: 0 };

    pub(crate) fn route(index: usize) -> Self {
        Owner { source: u32::try_from(index).unwrap_or(u32::MAX - 5), item: 0 }
    }

    /// A page of a route, by its index in the list from `static_paths`.
    pub(crate) fn page(route_index: usize, item: u32) -> Self {
        Owner { item, ..Owner::route(route_index) }
    }

    pub(crate) fn item(self) -> u32 {
        self.item
    }

    /// The index of the route; `None` if it is not a page.
    pub(crate) fn route_index(self) -> Option<usize> {
        (self < Owner::ASSET).then_some(self.source as usize)
    }
}

/// The kind of a name, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameKind(pub(super) u8);

impl NameKind {
    /// A file below the out folder.
    pub(super) const FILE: u8 = 1;
    /// The path of a page, without its leading slash.
    pub(super) const PATH: u8 = 2;
    /// The file is the path with `index.html` appended.
    pub(super) const INDEX: u8 = 4;
    /// The file is the path with `.html` appended.
    pub(super) const HTML: u8 = 8;
    /// The out folder has the file, with the same bytes.
    pub(super) const UNCHANGED: u8 = 16;
    /// The out folder has the file, with other bytes.
    pub(super) const CHANGED: u8 = 32;
    /// The file is a compressed variant of another.
    pub(super) const VARIANT: u8 = 64;
    /// An address at which hosts find a file of another name.
    pub(super) const ADDRESS: u8 = 128;

    /// Restores the result of [`NameKind::bits`]; `None` for other values.
    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        let kind = NameKind(bits);
        let is_known = kind.is_file() || kind.is_path() || kind.is_address();
        (is_known && !kind.is_there()).then_some(kind)
    }

    /// The kind of the name without the state of the out folder.
    pub(crate) fn bits(self) -> u8 {
        self.0 & !(NameKind::UNCHANGED | NameKind::CHANGED)
    }

    pub(crate) fn is_file(self) -> bool {
        self.0 & NameKind::FILE != 0
    }

    pub(crate) fn is_path(self) -> bool {
        self.0 & NameKind::PATH != 0
    }

    /// Whether it is an address of a file with another name, whose page has another path.
    pub(crate) fn is_address(self) -> bool {
        self.0 & NameKind::ADDRESS != 0
    }

    /// Whether it is a compressed variant of the file whose name is this one without its last extension.
    pub(crate) fn is_variant(self) -> bool {
        self.0 & NameKind::VARIANT != 0
    }

    /// Whether the out folder has a file with that name.
    pub(crate) fn is_there(self) -> bool {
        self.0 & (NameKind::UNCHANGED | NameKind::CHANGED) != 0
    }

    /// Whether that file has the same bytes.
    pub(crate) fn is_unchanged(self) -> bool {
        self.0 & NameKind::UNCHANGED != 0
    }
}

impl Written {
    /// The state of the out folder, as bits of a [`NameKind`]; and the location of the new bytes.
    pub(super) fn bits(self) -> (u8, Slot, Digest) {
        match self {
            Written::New(slot, digest) => (0, slot, digest),
            Written::Changed(slot, digest) => (NameKind::CHANGED, slot, digest),
            Written::Unchanged(digest) => (NameKind::UNCHANGED, Slot::default(), digest),
        }
    }
}

/// A name with its kind and its owner. It borrows the name from the list, as long as that is in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, [u8]>,
    pub(crate) kind: NameKind,
    pub(crate) owner: Owner,
    /// The location of the new bytes, if the file is new or changed.
    pub(crate) slot: Slot,
    /// The digest of the file's bytes.
    pub(crate) digest: Digest,
}

impl Entry<'_> {
    /// A file that this build does not make.
    pub(crate) fn not_made(name: &str, owner: Owner) -> Self {
        let (slot, digest) = (Slot::default(), Digest::default());
        Entry { key: key::of(name).into(), kind: NameKind(NameKind::FILE), owner, slot, digest }
    }

    /// The name of the file, or of the path.
    pub(crate) fn name(&self) -> String {
        key::name(&self.key)
    }

    /// The path of the page, without its leading slash.
    pub(crate) fn path(&self) -> String {
        let name = self.name();
        let path = match self.kind.0 {
            kind if kind & NameKind::INDEX != 0 => name.strip_suffix("index.html"),
            kind if kind & NameKind::HTML != 0 => name.strip_suffix(".html"),
            _ => None,
        };
        path.unwrap_or(&name).trim_end_matches('/').to_owned()
    }
}
