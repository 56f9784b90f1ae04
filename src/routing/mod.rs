//! Routing: from a URL path to a route with its params, and back to a path, a file name or a URL.

pub(crate) mod matching;
pub(crate) mod media_type;
pub(crate) mod page_path;
pub(crate) mod params;
pub(crate) mod pattern;
pub(crate) mod redirect_rule;
pub(crate) mod request_path;
pub(crate) mod url;
