//! The names of the files that kiln keeps for itself in an out folder.

/// What a shard leaves for `merge`.
pub(crate) const SHARD: &str = ".kiln-shard";

/// The encoders that made the compressed variants: a name and a stamp in each line.
pub(crate) const ENCODERS: &str = ".kiln-encoders";

/// The headers that pages send, for kiln's own server.
pub(crate) const SENT: &str = ".kiln-sent";

/// The record of all that kiln wrote, which shows that a folder is kiln's.
pub(crate) const RECORD: &str = ".kiln-files";

/// All of them, the record last.
pub(super) const ALL: [&str; 4] = [SHARD, ENCODERS, SENT, RECORD];
