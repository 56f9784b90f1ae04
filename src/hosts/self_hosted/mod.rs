//! Servers that users run themselves, nginx and Caddy: kiln writes a snippet that they include in their settings.

pub(super) mod answers;
pub(super) mod rule_regex;
pub(super) mod text;
