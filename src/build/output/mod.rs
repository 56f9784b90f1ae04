//! The files of a build: their names, their headers, and files that do not belong to pages.

pub(crate) mod host_files;
pub(crate) mod site_files;

pub(crate) mod precompress;

pub(crate) mod assets;
pub(crate) mod content;
pub(crate) mod headers;
pub(crate) mod page_file;
pub(crate) mod public;

pub(crate) mod file_name;
pub(crate) mod naming;
pub(crate) mod windows_names;
