//! Reads what a binary was compiled from, as Cargo writes it beside the binary.

use std::path::{Path, PathBuf};

use crate::change::Inputs;

/// Returns the files and folders that a binary was compiled from; nothing if Cargo has not written them.
///
/// Cargo names the files of the package and of its path dependencies, and what their build scripts watch.
pub(super) fn read(executable: &Path) -> Inputs {
    let file = executable.with_extension("d");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut inputs = Inputs::default();
    for path in paths(&text) {
        match path.is_dir() {
            true => inputs.folders.insert(path),
            false => inputs.files.insert(path),
        };
    }
    inputs
}

/// The paths after the colon: separated by spaces, with a backslash before spaces that belong to a path.
fn paths(text: &str) -> Vec<PathBuf> {
    let line = text.lines().next().unwrap_or_default();
    let Some((_, list)) = line.split_once(": ") else { return vec![] };
    let mut paths = vec![String::new()];
    let mut characters = list.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if characters.peek() == Some(&' ') => {
                characters.next();
                paths.last_mut().expect("one at least").push(' ');
            }
            ' ' => paths.push(String::new()),
            c => paths.last_mut().expect("one at least").push(c),
        }
    }
    paths.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_may_contain_spaces() {
        let text =
            "/t/debug/my-site: /a/build.rs /a/my\\ site/src/main.rs /a/src\n\n/a/build.rs:\n";
        let expected = ["/a/build.rs", "/a/my site/src/main.rs", "/a/src"].map(PathBuf::from);
        assert_eq!(paths(text), expected);
        assert_eq!(paths("/t/debug/my-site:\n"), Vec::<PathBuf>::new());
        assert_eq!(paths(""), Vec::<PathBuf>::new());
    }
}
