//! An out folder that can be trusted, whatever happens: builds that are killed, disks that are full, readers that
//! come in between, folders that are somebody else's.
//!
//! Most of it is tried with the site `versions`, whose pages depend on a variable that is read when it runs. A folder
//! is compared as a whole, by what it holds and by when its files were written.

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
