//! A copy of the site's binary that only this package replaces.

use std::env::consts::EXE_SUFFIX;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{fs, process};

use crate::layout::Layout;

/// Copies a binary, and returns where the copy is; the binary itself if it cannot be copied.
///
/// Several sites may share a target folder, and two packages with one name have one binary there: each compilation of one replaces
/// that of the other, which this program starts again and again.
pub(super) fn of(executable: &Path, layout: &Layout) -> PathBuf {
    copy(executable, layout).unwrap_or_else(|_| executable.to_path_buf())
}

fn copy(executable: &Path, layout: &Layout) -> io::Result<PathBuf> {
    let folder = layout.own_folder().ok_or(ErrorKind::NotFound)?;
    let name = executable.file_stem().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
    fs::create_dir_all(&folder)?;
    let copy = folder.join(format!("{name}{EXE_SUFFIX}"));
    let new = folder.join(format!("{name}-{}", process::id()));
    // A link takes no time and no space.
    fs::hard_link(executable, &new).or_else(|_| fs::copy(executable, &new).map(drop))?;
    let renamed = fs::rename(&new, &copy);
    // A link to what the copy is already a link to keeps its name.
    let _ = fs::remove_file(&new);
    renamed.map(|()| copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TempFolder;

    #[test]
    fn a_copy_is_not_replaced_by_that_of_another_package() {
        let folder = TempFolder::new();
        folder.write("debug/my-site", "first");
        let layout = |package: &str| Layout {
            site: folder.join(package),
            package: folder.join(package),
            target: Some(folder.to_path_buf()),
        };
        let binary = folder.join("debug/my-site");
        let first = of(&binary, &layout("first"));
        assert_eq!(of(&binary, &layout("first")), first, "nothing has changed");
        fs::remove_file(&binary).expect("a file to remove");
        folder.write("debug/my-site", "second");
        let second = of(&binary, &layout("second"));
        assert_eq!(fs::read_to_string(&first).expect("a copy"), "first");
        assert_eq!(fs::read_to_string(second).expect("a copy"), "second");
        assert_eq!(of(&binary, &layout("first")), first);
        assert_eq!(fs::read_to_string(&first).expect("a copy"), "second");
        let names = fs::read_dir(first.parent().expect("a folder")).expect("a folder");
        assert_eq!(names.count(), 1);
    }

    #[test]
    fn without_a_target_folder_the_binary_itself_is_started() {
        let layout = Layout { site: "/site".into(), package: "/site".into(), target: None };
        assert_eq!(of(Path::new("/t/my-site"), &layout), Path::new("/t/my-site"));
    }
}
