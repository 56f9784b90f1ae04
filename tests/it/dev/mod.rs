//! `cargo dev` over plain connections, in a copy of `tests/sites/edited`. `tests/browser` has what needs a browser.

mod changes;
mod guard;
mod site;

use self::site::{DevServer, EditedSite};
