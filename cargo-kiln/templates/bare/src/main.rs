//! A site made with kiln: each file in `src/pages` is one endpoint, and its name is its address.

kiln::site!();
