//! Changes a folder file by file, in a way that can be taken back.
//!
//! Each file is replaced by one rename, so that a reader meets the old one or the new one and never none. What is replaced or
//! removed is kept in `undo`, and a journal says which files are touched at all: where a step fails, the folder is put
//! back as it was; where the process is killed, the next build does so before anything else.

#[cfg(feature = "server")]
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::folder::{Folder, Folders};
use super::record::{self, Either};
use super::staging::Staging;
use super::{OWN, Slot};
use crate::build::batches;
use crate::build::manifest::Listing;

/// The files that are touched, one a line; while it is there, the change is not done.
///
/// The first line tells which folder is changed. Then `-a/b` is removed, `=slots/0/7 a/b` takes the place of a file, from
/// where it is staged, and `+slots/0/8 a/c` takes one where nothing is. What a line replaces or removes is kept in
/// [`UNDO`] by the number of the line.
pub(super) const JOURNAL: &str = "journal";
const UNDO: &str = "undo";

/// Puts the new files in their place and removes those of the build before.
///
/// # Errors
///
/// Where a step fails; all before it has been taken back then.
pub(super) fn apply(out: &Path, staging: &Staging, listing: &Listing) -> Result<()> {
    record::write(&staging.files(), listing)?;
    let undo = staging.folder().join(UNDO);
    fs::create_dir(&undo).with_context(|| format!("cannot make the folder {}", undo.display()))?;
    write_journal(out, staging, listing)?;
    staging.flush()?;
    let changed = change(out, staging.folder());
    if let Err(error) = changed {
        return match take_back(staging.folder(), out) {
            Ok(()) => Err(error),
            Err(back) => bail!(
                "{error:#}; and {back:#}\n  hint: {} is partly new: make room and build again, which puts the old files back first, and leave {} in place until then",
                out.display(),
                staging.folder().display()
            ),
        };
    }
    let journal = staging.folder().join(JOURNAL);
    fs::remove_file(&journal).with_context(|| format!("cannot remove {}", journal.display()))
}

fn write_journal(out: &Path, staging: &Staging, listing: &Listing) -> Result<()> {
    // Under another name until it is whole: a journal that is cut short would leave what it does not name.
    let path = staging.folder().join("journal.new");
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        writeln!(file, "{}", identity(out)?)?;
        // What is removed goes first: it may be a file where a folder is needed now.
        for either in record::merged(listing, out)? {
            if let Either::Recorded(name) = either? {
                writeln!(file, "-{name}")?;
            }
        }
        for entry in listing.files()? {
            let entry = entry?;
            if !entry.claim.is_unchanged() {
                let sign = if entry.claim.is_there() { '=' } else { '+' };
                writeln!(file, "{sign}slots/{} {}", entry.slot.name(), entry.name())?;
            }
        }
        let has = |folder: &Path, name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
        for own in OWN {
            match (has(out, own), has(&staging.files(), own)) {
                (true, true) => writeln!(file, "=files/{own} {own}")?,
                (false, true) => writeln!(file, "+files/{own} {own}")?,
                (true, false) => writeln!(file, "-{own}")?,
                (false, false) => {}
            }
        }
        file.flush()?;
        Ok(fs::rename(&path, staging.folder().join(JOURNAL))?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Tells a folder from another one that has its name later, as far as the system tells.
pub(super) fn identity(folder: &Path) -> io::Result<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let data = fs::metadata(folder)?;
        Ok(format!("folder {} {}", data.dev(), data.ino()))
    }
    #[cfg(not(unix))]
    {
        fs::metadata(folder).map(|_| "folder".to_owned())
    }
}

/// A line of the journal.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    number: u32,
    name: String,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    Remove,
    /// From where the new file is staged.
    Replace(String),
    Add(String),
}

impl Step {
    /// Reads a line; `None` where it would lead out of the folders that have a part in the change.
    fn read(number: usize, line: &str) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        let (sign, rest) = line.split_at_checked(1)?;
        let (what, name) = match sign {
            "-" => (What::Remove, rest),
            _ => {
                let (from, name) = rest.split_once(' ')?;
                let is_staged = from.starts_with("slots/") || from.starts_with("files/");
                if !is_staged || record::check_name(from).is_err() {
                    return None;
                }
                match sign {
                    "=" => (What::Replace(from.to_owned()), name),
                    "+" => (What::Add(from.to_owned()), name),
                    _ => return None,
                }
            }
        };
        record::check_name(name).is_ok().then(|| Step { number, name: name.to_owned(), what })
    }

    /// The name below the staging folder of what it replaces or removes.
    fn undo(&self) -> String {
        format!("{UNDO}/{}", Slot(self.number).name())
    }
}

/// The lines of the journal, without the first.
fn journal(staging: &Path) -> Result<impl Iterator<Item = Result<Step>>> {
    let path = staging.join(JOURNAL);
    let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let steps = BufReader::new(file).lines().enumerate().skip(1).map(|(number, line)| {
        let line = line.context("cannot read the journal")?;
        Step::read(number, &line).with_context(|| format!("`{line}` is no line of a journal"))
    });
    Ok(steps)
}

/// Returns true if and only if the journal is of a change of this very folder.
fn is_of(staging: &Path, out: &Path) -> Result<bool> {
    let file = File::open(staging.join(JOURNAL))?;
    let first = BufReader::new(file).lines().next().transpose()?;
    Ok(first == identity(out).ok())
}

/// The folders that have a part in a change.
struct Change {
    out: Folders,
    staged: Folders,
    undo: Folders,
}

impl Change {
    fn open(out: &Path, staging: &Path) -> io::Result<Self> {
        Ok(Change {
            out: Folders::open(out)?,
            staged: Folders::open(staging)?,
            undo: Folders::open(staging)?,
        })
    }

    fn take(&mut self, step: &Step) -> io::Result<()> {
        match &step.what {
            What::Remove => self.remove(step),
            What::Replace(from) | What::Add(from) => self.put(step, from),
        }
    }

    /// Moves a new file to its place; the file that is there keeps its name in the undo folder.
    fn put(&mut self, step: &Step, from: &str) -> io::Result<()> {
        let (staged, staged_name) = self.staged.of(from)?;
        let (out, out_name) = self.out.made_for(&step.name)?;
        if out.is_file(out_name) {
            if matches!(step.what, What::Add(_)) {
                let message = "something else was put in its place while the site was built";
                return Err(io::Error::new(ErrorKind::AlreadyExists, message));
            }
            let undo_name = step.undo();
            let (undo, undo_name) = self.undo.made_for(&undo_name)?;
            out.link(out_name, undo, undo_name)
                .or_else(|_| copy(out, out_name, undo, undo_name))?;
        }
        match move_file(staged, staged_name, out, out_name) {
            Err(error) if error.kind() == ErrorKind::IsADirectory => Err(io::Error::new(
                error.kind(),
                "a folder is in its place, and kiln did not put it there: remove it",
            )),
            moved => moved,
        }
    }

    /// Moves a file that the build before wrote to the undo folder.
    fn remove(&mut self, step: &Step) -> io::Result<()> {
        let Ok((out, out_name)) = self.out.of(&step.name) else { return Ok(()) };
        // What is there now may be somebody else's.
        if !out.is_file(out_name) {
            return Ok(());
        }
        let undo_name = step.undo();
        let (undo, undo_name) = self.undo.made_for(&undo_name)?;
        move_file(out, out_name, undo, undo_name)?;
        self.out.forget();
        self.out.root().remove_empty_above(&step.name);
        Ok(())
    }

    /// Takes a step back, as far as it was done.
    fn take_back(&mut self, step: &Step) -> io::Result<()> {
        let undo_name = step.undo();
        if let Ok((undo, undo_name)) = self.undo.of(&undo_name)
            && undo.is_file(undo_name)
        {
            let (out, out_name) = self.out.made_for(&step.name)?;
            return move_file(undo, undo_name, out, out_name);
        }
        // Where there is nothing to put back, it was not replaced yet, or has been put back by a build that was killed.
        let What::Add(from) = &step.what else { return Ok(()) };
        let is_waiting =
            self.staged.of(from).is_ok_and(|(staged, staged_name)| staged.is_file(staged_name));
        // It is in its place, and nothing was there before; or a folder is there again, that was before.
        if let Ok((out, out_name)) = self.out.of(&step.name)
            && !is_waiting
            && out.is_file(out_name)
        {
            out.remove_file(out_name)?;
        }
        // Its folders may have been made, and no more.
        self.out.forget();
        self.out.root().remove_empty_above(&step.name);
        Ok(())
    }
}

fn change(out: &Path, staging: &Path) -> Result<()> {
    let open =
        || Change::open(out, staging).with_context(|| format!("cannot open {}", out.display()));
    let cannot = |step: &Step| format!("cannot write {}", step.name);
    let mut steps = journal(staging)?.peekable();
    let mut removal = open()?;
    while let Some(step) =
        steps.next_if(|step| step.as_ref().is_ok_and(|step| step.what == What::Remove))
    {
        let step = step?;
        removal.take(&step).with_context(|| format!("cannot remove {}", step.name))?;
    }
    batches::each(steps, |steps| {
        let mut change = open()?;
        steps.iter().try_for_each(|step| change.take(step).with_context(|| cannot(step)))
    })
}

/// The files that a change of a folder replaces or removes, each with its name below the staging folder from then on; `None`
/// where no change of this folder is under way.
#[cfg(feature = "server")]
pub(super) fn old_files(staging: &Path, out: &Path) -> Result<Option<BTreeMap<String, String>>> {
    if !is_under_way(staging) || !is_of(staging, out)? {
        return Ok(None);
    }
    let mut files = BTreeMap::new();
    for step in journal(staging)? {
        let step = step?;
        if !matches!(step.what, What::Add(_)) {
            files.insert(step.name.clone(), step.undo());
        }
    }
    Ok(Some(files))
}

/// Returns true if and only if a change was begun, and neither done nor taken back.
pub(super) fn is_under_way(staging: &Path) -> bool {
    staging.join(JOURNAL).exists()
}

/// Puts a folder back as it was, where a change of it was cut short.
pub(super) fn take_back(staging: &Path, out: &Path) -> Result<()> {
    // Where the folder itself is gone, or is another one by now, there is nothing to put back.
    if !is_under_way(staging) || !out.exists() || !is_of(staging, out)? {
        return Ok(());
    }
    let undone = || -> Result<()> {
        let mut change = Change::open(out, staging)?;
        let mut steps = journal(staging)?.collect::<Result<Vec<Step>>>()?;
        // Backwards: a file may stand where a folder was before.
        while let Some(step) = steps.pop() {
            change.take_back(&step)?;
        }
        Ok(fs::remove_file(staging.join(JOURNAL))?)
    };
    undone().with_context(|| {
        format!("cannot put {} back as it was before a change was cut short", out.display())
    })
}

/// Moves a file, also to where no rename leads, a folder that is mounted for example.
fn move_file(from: &Folder, name: &str, to: &Folder, new: &str) -> io::Result<()> {
    match from.rename(name, to, new) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            copy(from, name, to, new)?;
            from.remove_file(name)
        }
        moved => moved,
    }
}

/// Copies a file, so that its name stands for the whole of it or is not there.
fn copy(from: &Folder, name: &str, to: &Folder, new: &str) -> io::Result<()> {
    let (above, own) = new.rsplit_once('/').map_or(("", new), |(above, own)| (above, own));
    let slash = if above.is_empty() { "" } else { "/" };
    // In the same folder, so that the last step is a rename; and one of the names that kiln keeps for itself.
    let part = format!("{above}{slash}.kiln-part-{own}");
    let copied =
        to.create_new(&part).and_then(|mut file| io::copy(&mut from.read(name)?, &mut file));
    let placed = copied.and_then(|_| to.rename(&part, to, new));
    if placed.is_err() {
        let _ = to.remove_file(&part);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use walkdir::WalkDir;

    use crate::build::digest::Digest;
    use crate::build::manifest::{Manifest, Owner};
    use crate::build::write::Written;

    /// An out folder with files of the build before, and the staging folder of one that changes some of them.
    struct Site {
        parent: PathBuf,
        out: PathBuf,
        staging: Staging,
        listing: Listing,
    }

    const BEFORE: [&str; 5] = ["changed/a.txt", "gone/deep/b.txt", "file", "folder/c.txt", "same"];
    const AFTER: [&str; 5] = ["changed/a.txt", "new/deep/d.txt", "file/e.txt", "folder", "same"];

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

        /// Does all that comes before the first file is touched.
        fn begin(&self) {
            record::write(&self.staging.files(), &self.listing).expect("a record");
            fs::create_dir(self.staging.folder().join(UNDO)).expect("a folder");
            write_journal(&self.out, &self.staging, &self.listing).expect("a journal");
        }

        fn tree(&self) -> BTreeMap<PathBuf, Option<String>> {
            let entries = WalkDir::new(&self.out).into_iter().map(|entry| entry.expect("a folder"));
            let entry = |entry: walkdir::DirEntry| {
                let text = fs::read_to_string(entry.path()).ok();
                (entry.into_path(), text)
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
    fn a_change_puts_every_file_in_its_place() {
        let site = Site::make("whole");
        apply(&site.out, &site.staging, &site.listing).expect("a change");
        let tree = site.tree();
        for name in AFTER {
            let text = if name == "same" { "before" } else { "after" };
            assert_eq!(tree[&site.out.join(name)].as_deref(), Some(text), "{name}");
        }
        let files = tree.values().flatten().count();
        assert_eq!(files, AFTER.len() + 1, "more than the files and the record: {tree:?}");
        assert!(!is_under_way(site.staging.folder()));
    }

    #[test]
    fn a_change_that_is_cut_short_anywhere_is_taken_back() {
        for steps in 0.. {
            let site = Site::make(&format!("cut-{steps}"));
            let before = site.tree();
            site.begin();
            let journal: Vec<Step> =
                journal(site.staging.folder()).and_then(Iterator::collect).expect("a journal");
            let mut change = Change::open(&site.out, site.staging.folder()).expect("folders");
            for step in journal.iter().take(steps) {
                change.take(step).expect("a step");
            }
            // Half of a step: the folders of a new file are made, and it is not there yet.
            if let Some(Step { what: What::Add(_), name, .. }) = journal.get(steps) {
                let above = name.split_once('/').map_or("", |(above, _)| above);
                fs::create_dir_all(site.out.join(above)).expect("a folder to make");
            }
            // The file has a second name, and is not replaced yet.
            if let Some(Step { what: What::Replace(_), name, number }) = journal.get(steps) {
                let undo = site.staging.folder().join(UNDO).join(Slot(*number).name());
                fs::create_dir_all(undo.parent().expect("a folder")).expect("a folder to make");
                fs::hard_link(site.out.join(name), undo).expect("a second name");
            }
            assert!(is_under_way(site.staging.folder()));
            // The way back is cut short anywhere, too.
            for back in journal.iter().rev().take(steps / 2) {
                change.take_back(back).expect("a step back");
            }
            take_back(site.staging.folder(), &site.out).expect("a way back");
            assert_eq!(site.tree(), before, "after {steps} steps of {journal:?}");
            assert!(!is_under_way(site.staging.folder()));
            if steps > journal.len() {
                break;
            }
        }
    }

    #[test]
    fn a_way_back_that_is_cut_short_anywhere_is_gone_again() {
        for steps in 0..8 {
            let site = Site::make(&format!("back-{steps}"));
            let before = site.tree();
            site.begin();
            change(&site.out, site.staging.folder()).expect("a change");
            let journal: Vec<Step> =
                journal(site.staging.folder()).and_then(Iterator::collect).expect("a journal");
            let mut change = Change::open(&site.out, site.staging.folder()).expect("folders");
            for step in journal.iter().rev().take(steps) {
                change.take_back(step).expect("a step back");
            }
            take_back(site.staging.folder(), &site.out).expect("a way back");
            assert_eq!(site.tree(), before, "after {steps} steps back of {journal:?}");
        }
    }

    #[test]
    fn a_journal_reaches_no_other_folder() {
        for line in
            ["-../x", "-/x", "+slots/0/1 ../x", "+../x a", "=slots/../../x a", "+lock a", "*x"]
        {
            assert_eq!(Step::read(1, line), None, "{line}");
        }
        let site = Site::make("other");
        site.begin();
        change(&site.out, site.staging.folder()).expect("a change");
        // The folder was removed, and somebody made another one of its name.
        fs::rename(&site.out, site.parent.join("gone")).expect("a folder to move");
        fs::create_dir(&site.out).expect("a folder");
        fs::create_dir_all(site.out.join("new/deep")).expect("a folder");
        fs::write(site.out.join("new/deep/d.txt"), "mine").expect("a file to write");
        take_back(site.staging.folder(), &site.out).expect("nothing to do");
        assert!(site.out.join("new/deep/d.txt").exists());
    }

    #[test]
    fn a_step_that_fails_takes_back_all_before_it() {
        let site = Site::make("fails");
        let before = site.tree();
        // The last of the new files is missing.
        fs::remove_file(site.staging.slots().join(Slot(3).name())).expect("a file to remove");
        assert!(apply(&site.out, &site.staging, &site.listing).is_err());
        assert_eq!(site.tree(), before);
    }
}
