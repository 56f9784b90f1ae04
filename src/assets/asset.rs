//! A requested file: its name in the site, and its bytes.

use std::fs::File;
use std::io::{self, Seek};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use unicode_normalization::UnicodeNormalization;

use super::read::Stamp;
use crate::assets::digest::{Digest, HashingReader};
use crate::routing::url;

/// The folder of requested files in the out folder. All other names in it are refused.
pub(crate) const FOLDER: &str = "_assets";

/// Returns true if and only if a name in the out folder belongs to requested files.
pub(crate) fn is_below_folder(name: &str) -> bool {
    name.strip_prefix(FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A requested file. Its name contains a hash of its bytes, so the same name always means the same bytes.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Relative to the out folder: `_assets/app.3f9a1c2b.css`. Unicode is in NFC, as in the paths of requests.
    pub(crate) name: String,
    /// The path of the file from the site's folder, or that of the file that it was generated from.
    pub(crate) source: String,
    /// The file on disk, with links resolved.
    pub(crate) path: PathBuf,
    /// The digest of the file on disk.
    pub(crate) digest: Digest,
    /// The new bytes of a stylesheet. Other files are copied as they are.
    pub(crate) rewritten: Option<Bytes>,
    /// The state of the file on disk when it was read.
    pub(super) stamp: Stamp,
    /// The files that a stylesheet references.
    pub(super) references: Vec<Arc<Asset>>,
}

impl Asset {
    /// Its URL path, with the base.
    pub(crate) fn url(&self, base: &str) -> String {
        let mut url = format!("{base}/");
        url::push_encoded(&mut url, &self.name);
        url
    }

    /// The digest of its bytes in the site.
    pub(crate) fn written_digest(&self) -> Digest {
        self.rewritten.as_ref().map_or(self.digest, |bytes| Digest::of(bytes))
    }

    /// Opens the file on disk, if it has the bytes that were hashed. They are those of a rewritten file before that.
    ///
    /// Another process may have written the same bytes again since then, as those do that share a cache. So a file with another time is
    /// hashed again.
    pub(crate) fn open(&self) -> io::Result<Option<File>> {
        let mut file = File::open(&self.path)?;
        if Stamp::new(&file.metadata()?) == self.stamp {
            return Ok(Some(file));
        }
        let is_same = HashingReader::new(&mut file).finish()? == self.digest;
        file.rewind()?;
        Ok(is_same.then_some(file))
    }

    /// Returns true if and only if neither the file nor what it references has changed, by size and time.
    pub(super) fn is_fresh(&self) -> bool {
        Stamp::of(&self.path) == Some(self.stamp)
            && self.references.iter().all(|reference| reference.is_fresh())
    }
}

/// The name in the out folder of a file, which may have a path, with these bytes.
pub(super) fn name(file: &str, digest: Digest) -> String {
    let own = file.rsplit('/').next().unwrap_or(file);
    let hash = digest.hash & 0xffff_ffff;
    let name = match own.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            format!("{FOLDER}/{stem}.{hash:08x}.{extension}")
        }
        _ => format!("{FOLDER}/{own}.{hash:08x}"),
    };
    name.nfc().collect()
}

/// The names that a file may have had before [`name`] added a hash, without `_assets/`.
pub(super) fn names_without_hash(name: &str) -> Vec<String> {
    let is_hash = |part: &str| {
        part.len() == 8 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut names = Vec::new();
    if let Some((rest, last)) = name.rsplit_once('.') {
        if is_hash(last) {
            names.push(rest.to_owned());
        }
        if let Some((stem, hash)) = rest.rsplit_once('.').filter(|(_, hash)| is_hash(hash)) {
            debug_assert!(is_hash(hash));
            names.push(format!("{stem}.{last}"));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_before_the_extension() {
        let digest = Digest { length: 1, hash: 0x1234_5678_0a0b_0c0d };
        for (file, expected) in [
            ("assets/app.css", "_assets/app.0a0b0c0d.css"),
            ("assets/a/b/app.min.css", "_assets/app.min.0a0b0c0d.css"),
            ("assets/LICENSE", "_assets/LICENSE.0a0b0c0d"),
            ("assets/.well-known", "_assets/.well-known.0a0b0c0d"),
            ("assets/a.0a0b0c0d", "_assets/a.0a0b0c0d.0a0b0c0d"),
            ("assets/a b\u{e9}.svg", "_assets/a b\u{e9}.0a0b0c0d.svg"),
            ("assets/e\u{301}.svg", "_assets/\u{e9}.0a0b0c0d.svg"),
        ] {
            let name = name(file, digest);
            assert_eq!(name, expected);
            let own: String = file.rsplit('/').next().unwrap_or_default().nfc().collect();
            let below = name.strip_prefix("_assets/").expect("a folder");
            assert!(names_without_hash(below).contains(&own), "{name}");
        }
        for name in ["app.css", "app.0A0B0C0D.css", "app.0a0b0c.css", "0a0b0c0d", ""] {
            assert!(names_without_hash(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn urls_are_encoded_and_have_the_base() {
        let digest = Digest { length: 1, hash: 1 };
        let asset = |file: &str| Asset {
            name: name(file, digest),
            source: file.to_owned(),
            path: PathBuf::new(),
            digest,
            rewritten: None,
            stamp: Stamp::default(),
            references: vec![],
        };
        let url = asset("assets/50% #\u{e9}?.svg").url("/docs");
        assert_eq!(url, "/docs/_assets/50%25%20%23%C3%A9%3F.00000001.svg");
        assert_eq!(asset("assets/a.css").url(""), "/_assets/a.00000001.css");
    }
    #[test]
    fn a_file_is_opened_if_its_bytes_are_those_that_were_hashed() {
        let path = std::env::temp_dir().join(format!("kiln-asset-{}", std::process::id()));
        let of_file = |stamp: Stamp| Asset {
            name: String::new(),
            source: String::new(),
            path: path.clone(),
            digest: Digest::of(b"same"),
            rewritten: None,
            stamp,
            references: vec![],
        };
        for (bytes, is_opened) in [("same", true), ("other", false)] {
            std::fs::write(&path, bytes).expect("a file to write");
            let opened = of_file(Stamp::default()).open().expect("a file");
            assert_eq!(opened.is_some(), is_opened, "{bytes}");
            let text = opened.map(|file| io::read_to_string(file).expect("text"));
            assert_eq!(text.as_deref(), is_opened.then_some(bytes));
        }
        std::fs::remove_file(&path).expect("a file to remove");
    }
}
