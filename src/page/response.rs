//! Response types of kiln, in addition to those of axum.

pub mod body;
mod xml;

pub use self::xml::Xml;
