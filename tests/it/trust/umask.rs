//! Files that builds under different umasks made.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

use super::snapshot::Snapshot;
use super::versions::{Few, One, REPOSITORY, Version, write_files};
use crate::support::{Run, TempFolder, binary, scratch};

#[test]
fn another_umask_gives_every_file_and_folder_other_permissions() {
    // A folder with a repository is changed file by file.
    for files in [&[][..], &REPOSITORY] {
        let out = TempFolder::new("umask");
        build(One, &out, "077");
        check_modes(&out, 0o600, 0o700);
        write_files(&out, files);
        let modes = |out: &Path| {
            WalkDir::new(out.join(".git"))
                .into_iter()
                .flatten()
                .map(|entry| mode(entry.path()))
                .collect::<Vec<_>>()
        };
        let before = modes(&out);
        for (umask, file, folder) in
            [("022", 0o644, 0o755), ("027", 0o640, 0o750), ("022", 0o644, 0o755)]
        {
            build(One, &out, umask);
            check_modes(&out, file, folder);
            Snapshot::of(&out).assert_same(&One.fresh().clone().with(files), umask);
            assert_eq!(modes(&out), before, "the repository was touched");
        }
        let before = Snapshot::of(&out);
        build(One, &out, "022");
        Snapshot::of(&out).assert_never_written(&before, "nothing differs");
    }
}

#[test]
fn single_files_and_folders_get_the_permissions_of_new_ones() {
    for version in [One, Few] {
        let out = TempFolder::new("modes-of-some");
        build(One, &out, "022");
        fs::write(out.join("mine.txt"), "mine").expect("a file");
        for (name, mode) in [
            ("index.html", 0o600),
            ("robots.txt", 0o755),
            ("docs", 0o700),
            ("mine.txt", 0o604),
            (".kiln-files", 0o600),
        ] {
            fs::set_permissions(out.join(name), Permissions::from_mode(mode)).expect("permissions");
        }
        let inode = fs::metadata(out.join("same/3/index.html")).expect("a file").ino();
        build(version, &out, "022");
        assert_eq!(mode(&out.join("mine.txt")), 0o604, "a foreign file was touched");
        fs::remove_file(out.join("mine.txt")).expect("a file");
        check_modes(&out, 0o644, 0o755);
        Snapshot::of(&out).assert_same(version.fresh(), "after permissions were changed");
        assert_eq!(fs::metadata(out.join("same/3/index.html")).expect("a file").ino(), inode);
    }
}

#[test]
fn merged_shards_get_the_permissions_of_new_files() {
    let out = TempFolder::new("umask-merged");
    let shards = [1, 2].map(|number| {
        let shard = out.with_file_name(format!("shard-{number}"));
        let mut command = under("077", &mut One.command(&shard));
        Run::of(command.args(["--shard", &format!("{number}/2")])).succeeds();
        shard
    });
    for (umask, file, folder) in [("077", 0o600, 0o700), ("022", 0o644, 0o755)] {
        let mut merge = Command::new(binary("versions"));
        merge.arg("merge").args(&shards).arg("--out").arg(&*out).current_dir(scratch());
        Run::of(&mut under(umask, &mut merge)).succeeds();
        check_modes(&out, file, folder);
    }
}

fn build(version: Version, out: &Path, umask: &str) {
    Run::of(&mut under(umask, &mut version.command(out))).succeeds();
}

/// The same command under another umask.
fn under(umask: &str, command: &mut Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask \"$0\"; exec \"$@\"", umask]).arg(command.get_program());
    shell.args(command.get_args());
    for (name, value) in command.get_envs() {
        shell.env(name, value.expect("a value"));
    }
    shell.current_dir(command.get_current_dir().expect("a folder"));
    shell
}

#[track_caller]
fn check_modes(out: &Path, file: u32, folder: u32) {
    let entries = WalkDir::new(out).into_iter().filter_entry(|entry| entry.file_name() != ".git");
    for entry in entries.flatten() {
        let expected = if entry.file_type().is_dir() { folder } else { file };
        let mode = mode(entry.path());
        assert_eq!(mode, expected, "{mode:o} of {}", entry.path().display());
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("a file").permissions().mode() & 0o7777
}
