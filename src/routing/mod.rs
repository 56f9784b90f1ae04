//! Routing: matches URL paths against routes, and makes paths and URLs from routes.

pub(crate) mod matching;
pub(crate) mod media_type;
pub(crate) mod page_path;
pub(crate) mod params;
pub(crate) mod pattern;
pub(crate) mod redirect_rule;
pub(crate) mod request_path;
pub(crate) mod url;
