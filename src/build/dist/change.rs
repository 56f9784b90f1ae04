//! The single steps of a change that is made file by file, forwards and backwards.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::folder::{Folder, Folders};
use super::journal::{Step, What};
use crate::site::hash::Fnv;

/// The folders that have a part in a change.
pub(super) struct Change {
    out: Folders,
    staged: Folders,
    undo: Folders,
}

impl Change {
    /// Opens the out folder and the staging folder.
    pub(super) fn open(out: &Path, staging: &Path) -> io::Result<Self> {
        Ok(Change {
            out: Folders::open(out)?,
            staged: Folders::open(staging)?,
            undo: Folders::open(staging)?,
        })
    }

    /// Takes a step.
    pub(super) fn take(&mut self, step: &Step) -> io::Result<()> {
        match &step.what {
            What::Permit { after, .. } => self.permit(&step.name, *after),
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

    /// Gives a folder permissions.
    fn permit(&self, name: &str, permissions: u32) -> io::Result<()> {
        match name {
            "" => self.out.root().set_permissions(permissions),
            _ => self.out.root().folder(name)?.set_permissions(permissions),
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
    pub(super) fn take_back(&mut self, step: &Step) -> io::Result<()> {
        if let What::Permit { before, .. } = step.what {
            return match self.permit(&step.name, before) {
                // Somebody has removed the folder since.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                permitted => permitted,
            };
        }
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
    let part = format!("{above}{slash}.kiln-part-{}", Fnv::of(own.as_bytes()));
    let copied = to.create_new(&part).and_then(|mut file| {
        let mut from = from.read(name)?;
        io::copy(&mut from, &mut file)?;
        file.set_permissions(from.metadata()?.permissions())
    });
    let placed = copied.and_then(|()| to.rename(&part, to, new));
    if placed.is_err() {
        let _ = to.remove_file(&part);
    }
    placed
}
