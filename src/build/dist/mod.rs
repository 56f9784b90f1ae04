//! Writes the out folder: first into a staging folder, which is moved into place once everything is there.
//!
//! If there is no out folder yet, the whole folder is made beside it and renamed. Otherwise only changed files are
//! written, and the two are combined, either by an [`exchange`] of folders, which replaces the site atomically, or file
//! by file, [`in_place`]. A record in the folder names the files that kiln wrote, and no others are ever removed or
//! replaced.
pub(crate) mod out_folder;
pub(crate) mod own_files;

#[cfg(feature = "server")]
pub(crate) mod built;
#[cfg(feature = "server")]
pub(crate) mod view;

mod adopt;
mod change;
mod cleanup;
mod commit;
mod committed;
mod compare;
mod exchange;
mod folder;
mod in_place;
mod journal;
mod permissions;
mod record;
mod recover;
mod replacement;
mod scan;
mod staging;
mod writer;
pub(crate) mod written;

pub(crate) use self::cleanup::Cleanup;
pub(crate) use self::committed::Committed;
pub(crate) use self::folder::Folders;
pub(crate) use self::record::{check_name, is_reserved, reserved_for};
pub(crate) use self::replacement::Replacement;
#[cfg(feature = "check")]
pub(crate) use self::staging::remove_left;
pub(crate) use self::writer::Writer;
pub(crate) use self::written::Written;
