//! `cargo dev` over plain connections, in copies of `tests/sites/edited`. `tests/browser` has what needs a browser.

mod changes;
mod options;
mod requests;
mod site;

use self::site::{DevServer, EditedSite, is_running};
