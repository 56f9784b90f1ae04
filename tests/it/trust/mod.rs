//! The out folder after builds that are killed, on full disks, with readers and with foreign files.
//!
//! Most tests build the site `versions`, whose pages depend on an environment variable. They compare whole folders, by content and
//! by when files were written.

mod snapshot;
mod versions;

mod copies;
mod disk;
mod failure;
mod few;
mod foreign;
mod kill;
mod outside;
mod permission;
mod public;
mod reader;
mod refused;
mod repository;
mod same;
#[cfg(target_os = "linux")]
mod threads;
mod umask;
