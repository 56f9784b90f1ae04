//! An out folder that can be trusted, whatever happens: builds that are killed, disks that are full, readers that
//! come in between, folders that are somebody else's.
//!
//! Most of it is tried with the site `versions`, whose pages depend on a variable that is read when it runs. A folder
//! is compared as a whole, by what it holds and by when its files were written.

#![cfg(unix)]

#[expect(dead_code, reason = "it has what tests/sites.rs needs, too")]
mod support;

#[path = "trust/snapshot.rs"]
mod snapshot;
#[path = "trust/versions.rs"]
mod versions;

#[path = "trust/copies.rs"]
mod copies;
#[path = "trust/disk.rs"]
mod disk;
#[path = "trust/failure.rs"]
mod failure;
#[path = "trust/few.rs"]
mod few;
#[path = "trust/foreign.rs"]
mod foreign;
#[path = "trust/kill.rs"]
mod kill;
#[path = "trust/outside.rs"]
mod outside;
#[path = "trust/permission.rs"]
mod permission;
#[path = "trust/public.rs"]
mod public;
#[path = "trust/reader.rs"]
mod reader;
#[path = "trust/refused.rs"]
mod refused;
#[path = "trust/repository.rs"]
mod repository;
#[path = "trust/same.rs"]
mod same;
#[cfg(target_os = "linux")]
#[path = "trust/threads.rs"]
mod threads;
#[path = "trust/umask.rs"]
mod umask;
