//! The paths of requested files: which are valid, where they are on disk, and which are similar.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::{Hint, Mistake};
use super::published::{self, Verdict};
use crate::text;

/// The folders with files that can be requested.
pub(super) const ROOTS: [&str; 2] = ["assets", "content"];

/// The most files that are searched for a similar name.
const MOST: usize = 20_000;

/// Checks a path from the site's folder. There is one valid spelling for each file, so that each is loaded once.
pub(super) fn check(path: &str) -> Result<(), Mistake> {
    let segments = || path.split('/');
    if path.contains(char::is_control) {
        return Err(Mistake::of(&path.escape_debug().to_string(), "contains a control character"));
    }
    if path.contains('\\') {
        let hint = format!("write `{}`", path.replace('\\', "/"));
        return Err(Mistake::of(path, "contains a backslash").hint(hint));
    }
    if segments().any(|segment| segment == "..") {
        let hint = "name the file by its path without `..`";
        return Err(
            Mistake::of(path, "contains `..`, which could lead out of the folder").hint(hint)
        );
    }
    if segments().any(|segment| matches!(segment, "" | ".")) {
        let parts: Vec<&str> = segments().filter(|part| !matches!(*part, "" | ".")).collect();
        let hint = format!("write `{}`", parts.join("/"));
        return Err(Mistake::of(path, "contains an empty segment or `.`").hint(hint));
    }
    if !segments().next().is_some_and(|first| ROOTS.contains(&first)) {
        let hint = "move the file to `assets/`";
        return Err(Mistake::of(path, "is outside of `assets/` and `content/`").hint(hint));
    }
    for segment in segments() {
        if let Verdict::Private(reason) = published::verdict(segment) {
            let message = format!("is not published: a file with this name {reason}");
            return Err(Mistake::of(path, message).hint("rename it if it is meant to be public"));
        }
    }
    Ok(())
}

/// Finds a file on disk. Links are followed: one in `assets/` must stay there, and one in `content/` may also lead to `assets/`.
pub(super) fn locate(folder: &Path, path: &str) -> Result<PathBuf, Mistake> {
    let full = folder.join(path);
    let real = match fs::canonicalize(&full) {
        Ok(real) => real,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Err(missing(folder, path, &full));
        }
        Err(error) => return Err(Mistake::of(path, format!("cannot be read: {error}"))),
    };
    let (roots, message) = match path.starts_with("assets/") {
        true => (&ROOTS[..1], "is a link that leads out of `assets/`"),
        false => (&ROOTS[..], "is a link that leads out of `content/` and `assets/`"),
    };
    let mut roots = roots.iter().filter_map(|root| fs::canonicalize(folder.join(root)).ok());
    if !roots.any(|root| real.starts_with(root)) {
        return Err(Mistake::of(path, message).hint("put the file itself there"));
    }
    // A pipe or a device would be read forever.
    match real.is_file() {
        true => Ok(real),
        false => Err(Mistake::of(path, "is not a regular file")),
    }
}

fn missing(folder: &Path, path: &str, full: &Path) -> Mistake {
    if full.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        return Mistake::of(path, "is a link to a file that does not exist");
    }
    let mistake = Mistake::of(path, "does not exist");
    if let Some(nearest) = nearest(folder, path) {
        return Mistake { hint: Some(Hint::Nearest(nearest)), ..mistake };
    }
    let (root, rest) = path.split_once('/').unwrap_or((path, ""));
    if folder.join("public").join(rest).is_file() {
        return mistake.hint(format!("`public/{rest}` exists: move it to `{root}/`"));
    }
    if !folder.join(root).is_dir() {
        return mistake.hint(format!("there is no folder `{root}/` beside `src/`: create it"));
    }
    mistake.hint(format!("put the file into `{root}/`, where no file has a similar name"))
}

/// The path of an existing file that is similar: the same name in another folder, or nearly the same path.
fn nearest(folder: &Path, path: &str) -> Option<String> {
    let (root, rest) = path.split_once('/')?;
    let top = folder.join(root);
    let entries = WalkDir::new(&top).min_depth(1).sort_by_file_name().into_iter().take(MOST);
    let files: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| slashed(entry.path().strip_prefix(&top).ok()?))
        .filter(|file| published::is_published(file))
        .collect();
    let own = |file: &str| file.rsplit('/').next().unwrap_or_default().to_lowercase();
    let moved = files.iter().find(|file| own(file) == own(rest)).map(String::as_str);
    let found = moved.or_else(|| text::nearest(rest, files.iter().map(String::as_str)))?;
    Some(format!("{root}/{found}"))
}

/// A relative path with slashes; `None` if it is not UTF-8.
pub(super) fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// Joins segments to the folder of a file; `None` if they lead out of the site's folder.
pub(super) fn join<'a>(file: &'a str, segments: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut joined: Vec<&str> = file.split('/').collect();
    joined.pop();
    for segment in segments {
        match segment {
            "." => {}
            ".." => drop(joined.pop()?),
            segment => joined.push(segment),
        }
    }
    Some(joined.join("/"))
}

/// The path to a file from the folder of another one: `./b.css`, `../images/a.png`.
pub(super) fn relative(from: &str, to: &str) -> String {
    let folders: Vec<&str> = from.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let to: Vec<&str> = to.split('/').collect();
    let shared = folders.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = match folders.len() - shared {
        0 => "./".to_owned(),
        up => "../".repeat(up),
    };
    format!("{up}{}", to[shared..].join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_one_valid_path() {
        for path in
            ["assets/a.css", "content/a/b c/\u{e9}.png", "assets/a..b", "assets/.x", "assets/~"]
        {
            assert_eq!(check(path), Ok(()), "{path}");
        }
        for (path, part) in [
            ("assets/../a", "contains `..`"),
            ("assets/a/..", "contains `..`"),
            ("../assets/a", "contains `..`"),
            ("assets//a", "contains an empty segment"),
            ("assets/./a", "contains an empty segment"),
            ("assets/a/", "contains an empty segment"),
            ("/etc/passwd", "contains an empty segment"),
            ("", "contains an empty segment"),
            ("etc/passwd", "outside of"),
            ("assets.txt", "outside of"),
            ("public/a.css", "outside of"),
            ("C:/a.css", "outside of"),
            ("assets\\a.css", "contains a backslash"),
            ("assets/a\0.css", "contains a control character"),
            ("assets/a\n", "contains a control character"),
            ("assets/.env", "is not published"),
            ("assets/.git/config", "is not published"),
        ] {
            let mistake = check(path).expect_err(path).to_string();
            assert!(mistake.contains(part), "{mistake}");
            assert!(!mistake.contains('\0'), "{mistake}");
        }
    }

    #[test]
    fn relative_paths_lead_back() {
        for (from, to, expected) in [
            ("assets/a.css", "assets/b.css", "./b.css"),
            ("assets/css/a.css", "assets/b.png", "../b.png"),
            ("assets/css/a.css", "assets/img/b.png", "../img/b.png"),
            ("assets/a.css", "content/b.png", "../content/b.png"),
            ("assets/a.css", "assets/x/y/b.png", "./x/y/b.png"),
        ] {
            assert_eq!(relative(from, to), expected);
            assert_eq!(join(from, expected.split('/')).as_deref(), Some(to));
        }
        assert_eq!(join("assets/a.css", ["..", "..", "x"].into_iter()), None);
    }
}
