//! The steps of a change file by file, forwards and backwards.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::folder::{Folder, Folders};
use super::journal::{Action, Step};
use crate::site::hash::Fnv;

/// The folders of a change.
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

    /// Applies a step.
    pub(super) fn take(&mut self, step: &Step) -> io::Result<()> {
        match &step.action {
            Action::Permit { after, .. } => self.permit(&step.name, *after),
            Action::Remove => self.remove(step),
            Action::Replace(from) | Action::Add(from) => self.put(step, from),
        }
    }

    /// Moves a new file into place; the file there is kept in the undo folder.
    fn put(&mut self, step: &Step, from: &str) -> io::Result<()> {
        let (staged, staged_name) = self.staged.of(from)?;
        let (out, out_name) = self.out.made_for(&step.name)?;
        if out.is_file(out_name) {
            if matches!(step.action, Action::Add(_)) {
                let message = "it was replaced while the site was built";
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
                "there is a folder in its place that kiln did not create: remove it",
            )),
            moved => moved,
        }
    }

    /// Sets the permissions of a folder.
    fn permit(&self, name: &str, permissions: u32) -> io::Result<()> {
        match name {
            "" => self.out.root().set_permissions(permissions),
            _ => self.out.root().folder(name)?.set_permissions(permissions),
        }
    }

    /// Moves a file of the previous build to the undo folder.
    fn remove(&mut self, step: &Step) -> io::Result<()> {
        let Ok((out, out_name)) = self.out.of(&step.name) else { return Ok(()) };
        // Another process may have replaced it.
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

    /// Reverts a step, as far as it was applied.
    pub(super) fn revert(&mut self, step: &Step) -> io::Result<()> {
        if let Action::Permit { before, .. } = step.action {
            return match self.permit(&step.name, before) {
                // Another process has removed the folder.
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
        // If nothing was kept, the file was not replaced yet, or a killed build has already restored it.
        let Action::Add(from) = &step.action else { return Ok(()) };
        let is_waiting =
            self.staged.of(from).is_ok_and(|(staged, staged_name)| staged.is_file(staged_name));
        // The new file is in place, and there was none before; or there is a folder again, as before.
        if let Ok((out, out_name)) = self.out.of(&step.name)
            && !is_waiting
            && out.is_file(out_name)
        {
            out.remove_file(out_name)?;
        }
        // Perhaps only its folders were created.
        self.out.forget();
        self.out.root().remove_empty_above(&step.name);
        Ok(())
    }
}

/// Moves a file, even to another file system, such as a mounted folder.
fn move_file(from: &Folder, name: &str, to: &Folder, new: &str) -> io::Result<()> {
    match from.rename(name, to, new) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            copy(from, name, to, new)?;
            from.remove_file(name)
        }
        moved => moved,
    }
}

/// Copies a file atomically: under its name there is the whole file or nothing.
fn copy(from: &Folder, name: &str, to: &Folder, new: &str) -> io::Result<()> {
    let (above, own) = new.rsplit_once('/').map_or(("", new), |(above, own)| (above, own));
    let slash = if above.is_empty() { "" } else { "/" };
    // In the same folder, so that the last step is a rename; the name is one of those that kiln reserves.
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
