//! The names of kiln's own files in an out folder.

/// The data of a shard for `merge`.
pub(crate) const SHARD: &str = ".kiln-shard";

/// The encoders of the compressed variants: a name and a stamp on each line.
pub(crate) const ENCODERS: &str = ".kiln-encoders";

/// The headers of pages, for kiln's own server.
pub(crate) const SENT: &str = ".kiln-sent";

/// The record of all files that kiln wrote, which marks a folder as an out folder of kiln.
pub(crate) const RECORD: &str = ".kiln-files";

/// All these names. The record is the last one.
pub(super) const ALL: [&str; 4] = [SHARD, ENCODERS, SENT, RECORD];
