//! The files of the out folder that clients may have: those in kiln's record, and no others.

pub(super) mod asset;
mod conditional;
mod encoding;
mod file;
pub(super) mod file_body;
mod lines;
mod record;
mod reply;
mod validators;

#[cfg(test)]
pub(in crate::server) mod sample;

pub(crate) use self::file::{File, Form};
pub(crate) use self::record::Files;

#[cfg(test)]
mod tests;
