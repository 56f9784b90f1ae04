//! A line of the changes, as JSON.

use serde_json::json;

use super::Change;
use super::sent::Sent;
use crate::assets::digest::Digest;

/// The line of a file to upload.
pub(super) fn of_file(name: &str, change: Change, digest: Digest, sent: &Sent) -> String {
    let Digest { length, hash } = digest;
    format!(
        "{{{},\"hash\":\"{hash:016x}\",\"bytes\":{length},\"type\":{},\"headers\":{}}}\n",
        start(name, change),
        json!(sent.content_type),
        sent.headers_as_json(),
    )
}

/// The line of a file to remove.
pub(super) fn of_removed(name: &str) -> String {
    format!("{{{}}}\n", start(name, Change::Removed))
}

/// The members of all lines. They are written by hand to have the path first.
fn start(name: &str, change: Change) -> String {
    format!("\"path\":{},\"change\":\"{}\"", json!(name), change.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::deployment::joined;

    #[test]
    fn a_line_is_json_with_the_path_first() {
        let headers = [("cache-control", "no-cache"), ("link", "<a>; rel=\"next\"")];
        let sent = Sent { content_type: "text/plain".into(), headers: joined(headers) };
        let digest = Digest { length: 12, hash: 0xabc };
        assert_eq!(
            of_file("a \"b\"/caf\u{e9}", Change::Changed, digest, &sent),
            "{\"path\":\"a \\\"b\\\"/caf\u{e9}\",\"change\":\"changed\",\"hash\":\"0000000000000abc\",\"bytes\":12,\
             \"type\":\"text/plain\",\"headers\":{\"cache-control\":\"no-cache\",\"link\":\"<a>; rel=\\\"next\\\"\"}}\n"
        );
        assert_eq!(of_removed("a"), "{\"path\":\"a\",\"change\":\"removed\"}\n");
    }
}
