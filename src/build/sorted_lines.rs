//! Lines of text, sorted; in memory if there are few, and on disk otherwise.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

/// The bytes of lines that are kept in memory before they are sorted and written.
const IN_MEMORY: usize = 4 << 20;

/// Collects lines without line breaks, from any thread, as an external sort.
#[derive(Debug)]
pub(crate) struct SortedLines {
    folder: PathBuf,
    /// The start of the names of files in the folder.
    name: &'static str,
    /// The bytes of lines that are kept in memory.
    in_memory: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<String>,
    /// The bytes of the lines in memory.
    bytes: usize,
    /// The number of files, each with sorted lines.
    files: usize,
}

impl SortedLines {
    /// An empty list. If it becomes long, it is written to files in this folder.
    pub(crate) fn new(folder: PathBuf, name: &'static str) -> Self {
        SortedLines { folder, name, in_memory: IN_MEMORY, state: Mutex::default() }
    }

    /// The same list with another number of bytes in memory.
    #[cfg(test)]
    pub(crate) fn with_memory(self, in_memory: usize) -> Self {
        SortedLines { in_memory, ..self }
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// Fails if the lines cannot be written to the folder.
    pub(crate) fn add(&self, line: String) -> Result<()> {
        debug_assert!(!line.contains('\n'));
        let mut state = self.state();
        state.bytes += line.len() + size_of::<String>();
        state.lines.push(line);
        if state.bytes < self.in_memory {
            return Ok(());
        }
        // Other threads wait: a second list would take too much memory.
        let path = self.file(state.files);
        state.lines.sort_unstable();
        let written = write(&path, &state.lines);
        written.with_context(|| format!("cannot write {}", path.display()))?;
        *state = State { files: state.files + 1, ..State::default() };
        Ok(())
    }

    /// Calls a function with each line, in order. It may be called again.
    ///
    /// # Errors
    ///
    /// Fails if the files cannot be read, or if the function fails.
    pub(crate) fn for_each(&self, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let mut state = self.state();
        state.lines.sort_unstable();
        let mut readers: Vec<BufReader<File>> = Vec::new();
        for at in 0..state.files {
            let path = self.file(at);
            let file = File::open(&path).with_context(|| cannot_read(&path))?;
            readers.push(BufReader::new(file));
        }
        // The first remaining line of each source. The lines in memory are the last source.
        let mut next = BinaryHeap::new();
        let mut in_memory = state.lines.iter();
        for source in 0..=readers.len() {
            next.extend(self.line(&mut readers, &mut in_memory, source)?);
        }
        while let Some(Reverse((line, source))) = next.pop() {
            each(&line)?;
            next.extend(self.line(&mut readers, &mut in_memory, source)?);
        }
        Ok(())
    }

    /// The next line of a source.
    fn line<'a>(
        &self,
        readers: &mut [BufReader<File>],
        in_memory: &mut impl Iterator<Item = &'a String>,
        source: usize,
    ) -> Result<Option<Reverse<(String, usize)>>> {
        let line = match readers.get_mut(source) {
            None => in_memory.next().cloned(),
            Some(reader) => {
                let line = reader.lines().next().transpose();
                line.with_context(|| cannot_read(&self.file(source)))?
            }
        };
        Ok(line.map(|line| Reverse((line, source))))
    }

    fn file(&self, at: usize) -> PathBuf {
        self.folder.join(format!("{}-{at}", self.name))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(path: &Path, lines: &[String]) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create_new(path)?);
    for line in lines {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn lines_are_sorted_in_memory_and_on_disk() {
        for count in [0_u32, 1, 1_000, 10_009] {
            let folder = std::env::temp_dir().join(format!("kiln-lines-{}", std::process::id()));
            fs::create_dir_all(&folder).expect("a folder");
            let lines = SortedLines::new(folder.clone(), "lines").with_memory(64 << 10);
            for at in 0..count {
                lines.add(format!("line {:07}", u64::from(at) * 7_919 % 10_009)).expect("room");
            }
            let mut expected: Vec<String> = (0..count)
                .map(|at| format!("line {:07}", u64::from(at) * 7_919 % 10_009))
                .collect();
            expected.sort();
            for _ in 0..2 {
                let mut found = Vec::new();
                let each = |line: &str| {
                    found.push(line.to_owned());
                    Ok(())
                };
                lines.for_each(each).expect("lines");
                assert!(found == expected, "{count}");
            }
            let files = fs::read_dir(&folder).expect("a folder").count();
            assert_eq!(files > 1, count > 1_000, "{files} files for {count} lines");
            fs::remove_dir_all(&folder).expect("a folder to remove");
        }
    }
}
