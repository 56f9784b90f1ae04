//! Out folders that are a repository, or a checkout of one.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use super::copies::Order;
use super::snapshot::Snapshot;
use super::versions::{Few, One, Two, Version};
use crate::support::{Run, TempFolder};

#[test]
fn a_repository_in_the_out_folder_is_left_alone() {
    let out = TempFolder::new("repository");
    fs::create_dir(&*out).expect("a folder");
    git(&out, &["init", "--quiet"]);
    commit_each(&out, [One, Few, Two, Two, One]);
}

#[test]
fn a_worktree_is_adopted_and_stays_one() {
    let out = TempFolder::new("worktree");
    let repository = out.with_file_name("repository");
    fs::create_dir(&repository).expect("a folder");
    git(&repository, &["init", "--quiet"]);
    git(&repository, &["commit", "--quiet", "--allow-empty", "--message", "Begin"]);
    git(&repository, &["worktree", "add", "--quiet", "-b", "pages", out.to_str().expect("UTF-8")]);
    commit_each(&out, [One, Few, Two, Two, One]);
    let Run { stdout, .. } =
        Run::of(Command::new("git").arg("-C").arg(&repository).args(["worktree", "list"]));
    assert!(stdout.contains("[pages]") && !stdout.contains("prunable"), "{stdout}");
    // Another checkout of the commit belongs to kiln too: it contains the record.
    let second = out.with_file_name("second");
    git(
        &repository,
        &["worktree", "add", "--quiet", "--detach", second.to_str().expect("UTF-8"), "pages"],
    );
    check_build(Two, &second);
}

#[test]
fn the_default_out_folder_may_be_a_worktree() {
    let out = TempFolder::new("worktree-dist");
    let site = out.with_file_name("site");
    Order::Forwards.make_site(&site);
    git(&site, &["init", "--quiet"]);
    git(&site, &["commit", "--quiet", "--allow-empty", "--message", "Begin"]);
    git(&site, &["worktree", "add", "--quiet", "-b", "gh-pages", "dist"]);
    for version in ["1", "2", "few"] {
        let run = Run::of(Order::Forwards.command(&site).env("VERSION", version));
        assert_eq!((run.status, &*run.stderr), (0, ""), "version {version}");
        git(&site.join("dist"), &["add", "--all"]);
        git(&site.join("dist"), &["commit", "--quiet", "--message", version]);
    }
}

#[test]
fn a_checkout_of_other_files_is_refused_with_the_way_out() {
    let out = TempFolder::new("checkout");
    fs::create_dir(&*out).expect("a folder");
    git(&out, &["init", "--quiet"]);
    fs::write(out.join("index.html"), "of another generator").expect("a file");
    git(&out, &["add", "--all"]);
    git(&out, &["commit", "--quiet", "--message", "Old"]);
    let run = One.build(&out);
    assert_eq!(run.status, 2, "{}", run.stderr);
    let hint = format!("`git -C {} rm -r --quiet .`", out.display());
    assert!(run.stderr.contains(&hint), "{}", run.stderr);
    git(&out, &["rm", "-r", "--quiet", "."]);
    check_build(One, &out);
}

/// Builds and commits one version after the other.
#[track_caller]
fn commit_each(out: &TempFolder, versions: [Version; 5]) {
    let git_file = out.join(".git");
    let inode = fs::metadata(&git_file).expect("a repository").ino();
    for version in versions {
        check_build(version, out);
        assert_eq!(fs::metadata(&git_file).expect("a repository").ino(), inode, "{version:?}");
        git(out, &["add", "--all"]);
        git(out, &["commit", "--quiet", "--allow-empty", "--message", "Build"]);
        git(out, &["fsck", "--strict"]);
    }
}

/// Builds without a message about the repository, and without changing it.
#[track_caller]
fn check_build(version: Version, out: &Path) {
    let git_file = out.join(".git");
    let before = Snapshot::of(&git_file);
    let run = version.build(out);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{version:?}");
    Snapshot::of(&git_file).assert_never_written(&before, "the repository");
    for name in version.pages().files() {
        assert_eq!(fs::read(out.join(name)).ok().as_deref(), version.pages().bytes(name), "{name}");
    }
}

/// After a commit, Git would look after the repository in the background, and change it while a build runs.
const SETTINGS: [&str; 4] = [
    "user.name=nobody",
    "user.email=nobody@example.com",
    "commit.gpgsign=false",
    "maintenance.auto=false",
];

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder);
    for setting in SETTINGS {
        git.args(["-c", setting]);
    }
    git.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    Run::of(&mut git).succeeds();
}
