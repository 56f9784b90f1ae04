//! The files that editors and systems write beside those that a person saves.

/// Returns true if and only if a name is one that an editor gives to a backup, a lock, a swap file or a half-written file.
pub(crate) fn is_editor_file(name: &str) -> bool {
    let is_between = |start: &str, end: &str| {
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    };
    // Vim tests with it whether it can write to a folder.
    name == "4913"
        || name == ".DS_Store"
        || name.ends_with('~')
        || [".#", "~$", ".goutputstream-", ".nfs0", ".fuse_hidden"]
            .iter()
            .any(|start| name.starts_with(start))
        || [".swp~", ".crswap", ".kate-swp", ".tmp", ".temp", ".part", ".bak", ".orig"]
            .iter()
            .any(|end| name.ends_with(end))
        || is_between("#", "#")
        || is_between(".~lock.", "#")
        || ["___jb_tmp___", "___jb_old___", "___jb_bak___"].iter().any(|end| name.ends_with(end))
        || is_swap(name)
        || is_numbered(name)
}

/// Swap files of Vim, which counts down from `.swp`, and uses `.swx` as a test.
fn is_swap(name: &str) -> bool {
    let Some((start, extension)) = name.rsplit_once('.') else { return false };
    let is_extension =
        matches!(extension.as_bytes(), [b's', b'w', b'a'..=b'e' | b'g'..=b'p' | b'x']);
    is_extension && (start.is_empty() || start.starts_with('.'))
}

/// Files that are renamed once they are written: `a.md.tmp.4711`, `sedAbCdEf`.
fn is_numbered(name: &str) -> bool {
    let is_tmp = name.rsplit_once(".tmp.").is_some_and(|(_, end)| {
        end.contains(|c: char| c.is_ascii_digit())
            && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let is_sed = name
        .strip_prefix("sed")
        .is_some_and(|end| end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    is_tmp || is_sed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_editors_are_known() {
        for name in [
            "4913",
            "a.md~",
            ".a.md.swp",
            ".a.md.swx",
            ".#a.md",
            "#a.md#",
            "~$a.docx",
            ".goutputstream-AB12",
            "a.md___jb_tmp___",
            "a.md.tmp",
            "a.md.tmp.123",
            "sedQ1w2e3",
            ".a.md.kate-swp",
            "a.crswap",
            ".~lock.a.odt#",
            ".DS_Store",
        ] {
            assert!(is_editor_file(name), "{name}");
        }
        for name in [
            "a.md",
            "sedation",
            "sedan.md",
            ".htaccess",
            "a.swf",
            "tmp",
            "4913.md",
            "#1.html",
            "a.tmp.md",
        ] {
            assert!(!is_editor_file(name), "{name}");
        }
    }
}
