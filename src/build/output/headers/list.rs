//! The list of the headers of pages, which kiln's own server reads.
//!
//! Each line is the name of a file, a tab, and its headers as JSON. Like the record, the list has a last line that
//! reveals truncation: otherwise a server would silently omit headers.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::collector::OwnedHeaders;
use crate::hosts::deployment::PageHeaders;
use crate::text::sorted::sorted_by;

pub(crate) use crate::build::dist::own_files::SENT as FILE;

/// The start of the last line, before the number of pages. No file name has this form.
const END: &str = "./";

/// Writes the list, sorted by file. Nothing is written if no page has headers.
pub(crate) fn write(path: &Path, sent: &[OwnedHeaders]) -> Result<()> {
    if sent.is_empty() {
        return Ok(());
    }
    let for_hosts: Vec<&PageHeaders> = sent.iter().map(|sent| &sent.for_hosts).collect();
    let for_hosts = sorted_by(for_hosts, |a, b| a.file.cmp(&b.file));
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        for PageHeaders { file: name, headers, .. } in &for_hosts {
            writeln!(file, "{name}\t{}", json!(headers))?;
        }
        writeln!(file, "{END}{}", for_hosts.len())?;
        file.flush()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The lines of a list without its end; `None` if it is damaged.
#[cfg(feature = "server")]
pub(crate) fn lines(text: &str) -> Option<&str> {
    let whole = text.strip_suffix('\n')?;
    let at = whole.rfind('\n').map_or(0, |at| at + 1);
    let count: usize = whole[at..].strip_prefix(END)?.parse().ok()?;
    let lines = &text[..at];
    (lines.lines().count() == count).then_some(lines)
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    use std::fs;

    use crate::build::manifest::Owner;

    fn sent(path: &str, file: &str, headers: &[(&str, &str)]) -> OwnedHeaders {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let for_hosts =
            PageHeaders { path: path.into(), file: file.into(), headers: headers.collect() };
        OwnedHeaders { for_hosts, owner: Owner::route(0) }
    }

    #[test]
    fn a_written_list_can_be_read_and_truncation_is_detected() {
        let path = std::env::temp_dir().join(format!("kiln-sent-{}", std::process::id()));
        write(&path, &[]).expect("nothing to write");
        assert!(!path.exists());
        let all = [
            sent("/b", "b/index.html", &[("etag", "\"x\""), ("link", "a"), ("link", "b")]),
            sent("/caf%C3%A9", "a\u{e9}", &[("content-type", "a/b")]),
        ];
        write(&path, &all).expect("a list to write");
        let text = fs::read_to_string(&path).expect("a list to read");
        fs::remove_file(&path).expect("a list to remove");
        let first = "a\u{e9}\t[[\"content-type\",\"a/b\"]]\n";
        let second = "b/index.html\t[[\"etag\",\"\\\"x\\\"\"],[\"link\",\"a\"],[\"link\",\"b\"]]\n";
        assert_eq!(lines(&text), Some(&*format!("{first}{second}")));
        for length in 0..text.len() {
            let cut = text.get(..length).unwrap_or_default();
            assert_eq!(lines(cut), None, "{cut:?}");
        }
        assert_eq!(lines(&text.replace(first, "")), None);
    }
}
