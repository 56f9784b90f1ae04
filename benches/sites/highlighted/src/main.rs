//! The site `content`, with the feature that highlights code.

kiln::site!();
