//! The sites in `tests/sites`, built as users build theirs.

mod assets;
mod blog;
mod changes;
mod check;
mod command_line;
mod content;
mod images;
mod messages;
mod out_folder;
