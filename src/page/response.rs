//! What a page may return, besides what axum has.

pub mod body;
mod xml;

pub use self::xml::Xml;
