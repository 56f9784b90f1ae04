//! Changes a folder file by file, in a way that can be reverted.
//!
//! Each file is replaced by one rename, so a reader gets the old or the new one as a whole. Replaced and removed files
//! are kept, and a journal lists all files of the change: if a step fails, the folder is restored; if the process is
//! killed, the next build restores it first.
//!
//! Files whose place is needed are removed first; then files are added, then replaced, then removed, and the record is
//! the last. After a kill, the next build of that folder reverts the change before anything else, unless the record was
//! in place already. Reverting can be interrupted and resumed, too.

use std::fs;
use std::iter::Peekable;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::change::Change;
use super::journal::{self, Action, Changes, Phase, Step, UNDO};
use super::record;
use super::staging::Staging;
use crate::build::parallel;

/// Moves the new files into place and removes those of the previous build.
///
/// # Errors
///
/// Fails if a step fails; all previous steps have been reverted then.
pub(super) fn apply(out: &Path, staging: &Staging, changes: &Changes<'_>) -> Result<()> {
    record::write(&staging.files(), changes.listing)?;
    let undo = staging.folder().join(UNDO);
    fs::create_dir(&undo)
        .with_context(|| format!("cannot create the folder {}", undo.display()))?;
    journal::write(out, staging, changes)?;
    staging.flush()?;
    if let Err(error) = change(out, staging.folder()) {
        return match revert(staging.folder(), out) {
            Ok(()) => Err(error),
            Err(back) => bail!(
                "{error:#}; and {back:#}\n  hint: {} contains some new files: free some space and build again, which restores the old files first; keep {} until then",
                out.display(),
                staging.folder().display()
            ),
        };
    }
    journal::remove(staging.folder())
}

/// Returns true if and only if the last step of a change was applied and not reverted.
fn is_complete(out: &Path, staging: &Path, last: Option<&Step>) -> bool {
    let Some(step) = last.filter(|step| step.name == record::FILE) else { return false };
    let is_file = |folder: &Path, name: &str| folder.join(name).is_file();
    match &step.action {
        Action::Replace(from) => !is_file(staging, from) && is_file(staging, &step.undo()),
        Action::Add(from) => !is_file(staging, from) && is_file(out, &step.name),
        Action::Permit { .. } | Action::Remove => false,
    }
}

fn change(out: &Path, staging: &Path) -> Result<()> {
    let open =
        || Change::open(out, staging).with_context(|| format!("cannot open {}", out.display()));
    let cannot = |step: &Step| match step.action {
        Action::Remove => format!("cannot remove {}", step.name),
        Action::Permit { .. } => format!("cannot change the permissions of {}", step.name),
        Action::Add(_) | Action::Replace(_) => format!("cannot write {}", step.name),
    };
    let mut steps = journal::steps(staging)?.peekable();
    while let Some(phase) = next_phase(&mut steps) {
        let of_phase = std::iter::from_fn(|| {
            steps.next_if(|step| step.as_ref().map_or(true, |step| step.phase() == phase))
        });
        parallel::in_batches(of_phase, |steps| {
            let mut change = open()?;
            steps.iter().try_for_each(|step| change.take(step).with_context(|| cannot(step)))
        })?;
    }
    Ok(())
}

/// The phase of the next step. An invalid line fails in any phase.
fn next_phase(steps: &mut Peekable<impl Iterator<Item = Result<Step>>>) -> Option<Phase> {
    steps.peek().map(|step| step.as_ref().map_or(Phase::Own, Step::phase))
}

/// Reverts a change that was interrupted; a change whose last step was applied is complete.
pub(super) fn revert(staging: &Path, out: &Path) -> Result<()> {
    // If the folder itself is missing or has been replaced, there is nothing to restore.
    if !journal::is_there(staging) || !out.exists() || !journal::is_of(staging, out)? {
        return Ok(());
    }
    let undone = || -> Result<()> {
        let mut steps = journal::steps(staging)?.collect::<Result<Vec<Step>>>()?;
        if is_complete(out, staging, steps.last()) {
            return journal::remove(staging);
        }
        let mut change = Change::open(out, staging)?;
        // In reverse order, since a file may be in the place of a previous folder.
        while let Some(step) = steps.pop() {
            change.revert(&step)?;
        }
        journal::remove(staging)
    };
    undone()
        .with_context(|| format!("cannot restore {} after an interrupted change", out.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use walkdir::WalkDir;

    use crate::assets::digest::Digest;
    use crate::build::dist::scan::Scan;
    use crate::build::dist::written::Slot;
    use crate::build::dist::{Committed, Written};
    use crate::build::manifest::{Listing, Manifest, Owner};

    /// An out folder with files of the previous build, and the staging folder of a build that changes some of them.
    struct Site {
        parent: PathBuf,
        out: PathBuf,
        staging: Staging,
        listing: Listing,
    }

    const BEFORE: [&str; 6] =
        ["changed/a.txt", "gone/deep/b.txt", "file", "folder/c.txt", "Case/f.txt", "same"];
    const AFTER: [&str; 6] =
        ["changed/a.txt", "new/deep/d.txt", "file/e.txt", "folder", "case/g.txt", "same"];

    impl Site {
        fn make(name: &str) -> Self {
            let parent = std::env::temp_dir().join(format!("kiln-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&parent);
            let out = parent.join("out");
            let write = |path: PathBuf, text: &str| {
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
                fs::write(path, text).expect("a file to write");
            };
            for name in BEFORE {
                write(out.join(name), "before");
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let permissions = fs::Permissions::from_mode(0o700);
                fs::set_permissions(out.join("changed"), permissions).expect("a folder");
            }
            let staging = Staging::open(parent.join("staging"), true, false).expect("a folder");
            let manifest = |names: &[&str], staged: bool| {
                let manifest = Manifest::new(parent.clone());
                for (slot, name) in (0..).map(Slot).zip(names) {
                    let written = match *name {
                        "same" => Written::Unchanged(Digest::default()),
                        "changed/a.txt" => Written::Changed(slot, Digest::default()),
                        _ => Written::New(slot, Digest::default()),
                    };
                    if staged && !matches!(written, Written::Unchanged(_)) {
                        write(staging.slots().join(slot.name()), "after");
                    }
                    manifest.add_file(name, Owner::PUBLIC, written).expect("memory");
                }
                manifest.close()
            };
            record::write(&out, &manifest(&BEFORE, false)).expect("a record");
            let listing = manifest(&AFTER, true);
            Site { parent, out, staging, listing }
        }

        /// Does everything that precedes the first change.
        fn begin(&self) {
            record::write(&self.staging.files(), &self.listing).expect("a record");
            fs::create_dir(self.staging.folder().join(UNDO)).expect("a folder");
            self.with_changes(|changes| journal::write(&self.out, &self.staging, changes))
                .expect("a journal");
        }

        /// The first file has other bytes, the last one the same, and the others are new.
        fn with_changes<T>(&self, work: impl FnOnce(&Changes<'_>) -> T) -> T {
            let mut other_permissions = vec![("changed".to_owned(), 0o700)];
            other_permissions.retain(|_| cfg!(unix));
            let scan = Scan { other_permissions, ..Scan::default() };
            let counts =
                Committed { written: 5, added: 4, is_record_stale: true, ..Committed::default() };
            let listing = &self.listing;
            work(&Changes { listing, scan: &scan, counts: &counts, folder_permissions: 0o755 })
        }

        fn apply(&self) -> Result<()> {
            self.with_changes(|changes| apply(&self.out, &self.staging, changes))
        }

        fn steps(&self) -> Vec<Step> {
            let steps = journal::steps(self.staging.folder()).and_then(Iterator::collect);
            steps.expect("a journal")
        }

        /// The text of each file, and the permissions of files and folders.
        fn tree(&self) -> BTreeMap<PathBuf, (Option<String>, fs::Permissions)> {
            let entries = WalkDir::new(&self.out).into_iter().map(|entry| entry.expect("a folder"));
            let entry = |entry: walkdir::DirEntry| {
                let text = fs::read_to_string(entry.path()).ok();
                let permissions = entry.metadata().expect("a file to look at").permissions();
                (entry.into_path(), (text, permissions))
            };
            entries.map(entry).collect()
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.parent);
        }
    }

    #[test]
    fn a_change_moves_every_file_into_place() {
        let site = Site::make("whole");
        site.apply().expect("a change");
        let tree = site.tree();
        for name in AFTER {
            let text = if name == "same" { "before" } else { "after" };
            assert_eq!(tree[&site.out.join(name)].0.as_deref(), Some(text), "{name}");
        }
        let files = tree.values().filter(|(text, _)| text.is_some()).count();
        assert_eq!(files, AFTER.len() + 1, "more than the files and the record: {tree:?}");
        assert!(!journal::is_there(site.staging.folder()));
    }

    #[test]
    fn an_interrupted_change_is_reverted() {
        for steps in 0.. {
            let site = Site::make(&format!("cut-{steps}"));
            let before = site.tree();
            site.begin();
            let journal = site.steps();
            let mut change = Change::open(&site.out, site.staging.folder()).expect("folders");
            for step in journal.iter().take(steps) {
                change.take(step).expect("a step");
            }
            // Half a step: the folders of a new file exist, but not the file.
            if let Some(Step { action: Action::Add(_), name, .. }) = journal.get(steps) {
                let above = name.split_once('/').map_or("", |(above, _)| above);
                fs::create_dir_all(site.out.join(above)).expect("a folder to make");
            }
            // The file has a link, and is not replaced yet.
            if let Some(Step { action: Action::Replace(_), name, number }) = journal.get(steps) {
                let undo = site.staging.folder().join(UNDO).join(Slot(*number).name());
                fs::create_dir_all(undo.parent().expect("a folder")).expect("a folder to make");
                fs::hard_link(site.out.join(name), undo).expect("a second name");
            }
            assert!(journal::is_there(site.staging.folder()));
            // Reverting can be interrupted anywhere, too.
            for back in journal.iter().rev().take(steps / 2) {
                change.revert(back).expect("a step back");
            }
            revert(site.staging.folder(), &site.out).expect("a way back");
            assert!(!journal::is_there(site.staging.folder()));
            assert_eq!(site.tree(), before, "after {steps} steps of {journal:?}");
            if steps > journal.len() {
                break;
            }
        }
    }

    #[test]
    fn an_interrupted_revert_is_repeated() {
        for steps in 1..12 {
            let site = Site::make(&format!("back-{steps}"));
            let before = site.tree();
            site.begin();
            change(&site.out, site.staging.folder()).expect("a change");
            let journal = site.steps();
            let mut change = Change::open(&site.out, site.staging.folder()).expect("folders");
            for step in journal.iter().rev().take(steps) {
                change.revert(step).expect("a step back");
            }
            revert(site.staging.folder(), &site.out).expect("a way back");
            assert_eq!(site.tree(), before, "after {steps} steps back of {journal:?}");
        }
    }

    #[test]
    fn a_completed_change_is_kept() {
        let site = Site::make("complete");
        site.begin();
        change(&site.out, site.staging.folder()).expect("a change");
        let after = site.tree();
        revert(site.staging.folder(), &site.out).expect("nothing to take back");
        assert!(!journal::is_there(site.staging.folder()));
        assert_eq!(site.tree(), after);
    }

    #[test]
    fn files_are_added_before_others_are_replaced_and_removed() {
        let site = Site::make("order");
        site.begin();
        let steps = site.steps();
        let shown = |step: &Step| match &step.action {
            Action::Permit { before, after } => format!("~{before:o}:{after:o} {}", step.name),
            Action::Remove => format!("-{}", step.name),
            Action::Add(_) => format!("+{}", step.name),
            Action::Replace(_) => format!("={}", step.name),
        };
        let shown: Vec<String> = steps.iter().map(shown).collect();
        // Files that are in the place of a folder, in a folder that is in their place, or have an equivalent name, come
        // first.
        let expected = [
            "~700:755 changed",
            "-Case/f.txt",
            "-file",
            "-folder/c.txt",
            "+case/g.txt",
            "+file/e.txt",
            "+folder",
            "+new/deep/d.txt",
            "=changed/a.txt",
            "-gone/deep/b.txt",
            "=.kiln-files",
        ];
        assert_eq!(shown, if cfg!(unix) { &expected[..] } else { &expected[1..] });
    }

    #[test]
    fn a_journal_reaches_no_other_folder() {
        for line in
            ["-../x", "-/x", "+slots/0/1 ../x", "+../x a", "=slots/../../x a", "+lock a", "*x"]
        {
            assert_eq!(Step::read(1, line), None, "{line}");
        }
        for line in ["~755:700 ../x", "~755:700 /", "~4755:755 a", "~755 a", "~9:755 a"] {
            assert_eq!(Step::read(1, line), None, "{line}");
        }
        let site = Site::make("other");
        site.begin();
        change(&site.out, site.staging.folder()).expect("a change");
        // The folder was removed and created again by somebody else.
        fs::rename(&site.out, site.parent.join("gone")).expect("a folder to move");
        fs::create_dir(&site.out).expect("a folder");
        fs::create_dir_all(site.out.join("new/deep")).expect("a folder");
        fs::write(site.out.join("new/deep/d.txt"), "mine").expect("a file to write");
        revert(site.staging.folder(), &site.out).expect("nothing to do");
        assert!(site.out.join("new/deep/d.txt").exists());
    }

    #[test]
    fn a_failed_step_reverts_all_previous_ones() {
        let site = Site::make("fails");
        let before = site.tree();
        // The last of the new files is missing.
        fs::remove_file(site.staging.slots().join(Slot(3).name())).expect("a file to remove");
        assert!(site.apply().is_err());
        assert_eq!(site.tree(), before);
    }
}
