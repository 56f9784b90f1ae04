//! kiln and all that it depends on, linked once for many binaries of the site.
//!
//! The linker would copy them into each binary, which takes half of the time from an edit in Rust to the new page. So rustc makes a
//! dynamic library of them, once the site has compiled, and the next compilation uses it. Whatever speaks against that, such as a
//! target without dynamic libraries, leads back to a binary that contains everything.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::Mutex;

use crate::layout::Layout;
use crate::site::group::Group;

/// The name of the library's crate, and of the `cfg` with which `kiln::site!` links it.
pub(super) const NAME: &str = "kiln_dylib";

/// Where it has been measured. benches/README.md has figures.
const IS_SUPPORTED: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

/// All of the library's source: its dependencies are what it is for. A name would be one more by which rustc's messages may call kiln.
const SOURCE: &[u8] = b"extern crate kiln as _;\n";

/// The library of one compiled kiln.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dylib {
    /// kiln, as Cargo has compiled it.
    rlib: PathBuf,
    /// The folder of Rust's standard library, which is a dynamic library then, too.
    std: PathBuf,
}

impl Dylib {
    /// The library for the next compilation of a site; `None` if there is none, or if kiln has changed since.
    pub(super) fn of_last(layout: &Layout) -> Option<Self> {
        Dylib::recorded(layout).filter(|dylib| dylib.is_current() && !dylib.is_rejected())
    }

    fn recorded(layout: &Layout) -> Option<Self> {
        serde_json::from_slice(&fs::read(record(layout)?).ok()?).ok()
    }

    /// Makes the library of the kiln that a site was compiled with, and remembers it for the next compilation.
    ///
    /// If it cannot be made, that is remembered, too, and compilations do without.
    pub(super) async fn make(rlib: PathBuf, layout: Layout) {
        // Two compilations may want the same library.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
        let _guard = ONE_AT_A_TIME.lock().await;
        let is_made = |dylib: Dylib| dylib.rlib == rlib && dylib.is_current();
        if !IS_SUPPORTED || Dylib::recorded(&layout).is_some_and(is_made) {
            return;
        }
        let Some(std) = standard_library(&layout).await else { return };
        let dylib = Dylib { rlib, std };
        if !dylib.is_current() && dylib.link(&layout).await.is_err() {
            dylib.reject();
        }
        // Without a record, the next compilation does without.
        let _ = dylib.remember(&layout);
    }

    /// What rustc gets for the binary of the site.
    pub(super) fn flags(&self) -> Vec<OsString> {
        let library = self.library();
        let mut external = OsString::from(format!("{NAME}="));
        external.push(&library);
        let mut flags = vec!["--cfg".into(), NAME.into(), "--extern".into(), external];
        for folder in [library.parent(), Some(self.std.as_path())].into_iter().flatten() {
            let mut path = OsString::from("link-arg=-Wl,-rpath,");
            path.push(folder);
            flags.extend(["-C".into(), path]);
        }
        flags
    }

    /// Marks the library as one that no compilation should use: it is empty.
    pub(super) fn reject(&self) {
        let reject = || {
            // A process of the site before may use the file, and is killed if its bytes are gone.
            let _ = fs::remove_file(self.library());
            File::create(self.library())?.set_modified(self.modified()?)
        };
        // Without the mark, the next compilation fails with it, and is tried again without it.
        let _: io::Result<()> = reject();
    }

    /// Returns true if and only if the library is that of kiln as Cargo has compiled it last: it has the same time.
    pub(super) fn is_current(&self) -> bool {
        let made = fs::metadata(self.library()).and_then(|metadata| metadata.modified());
        matches!((made, self.modified()), (Ok(made), Ok(time)) if made == time)
    }

    fn is_rejected(&self) -> bool {
        fs::metadata(self.library()).is_ok_and(|metadata| metadata.len() == 0)
    }

    fn modified(&self) -> io::Result<std::time::SystemTime> {
        fs::metadata(&self.rlib)?.modified()
    }

    /// Cargo's folder of compiled dependencies, which has kiln's own.
    fn dependencies(&self) -> PathBuf {
        let folder = self.rlib.parent().unwrap_or(Path::new(""));
        // A library of the site's own workspace lies above.
        if folder.ends_with("deps") { folder.to_path_buf() } else { folder.join("deps") }
    }

    /// The file of the library: `libkiln_dylib-0f.so` for `libkiln-0f.rlib`.
    fn library(&self) -> PathBuf {
        let stem = self.rlib.file_stem().unwrap_or_default().to_string_lossy();
        let name = stem.replacen("kiln", NAME, 1);
        self.dependencies().join(name).with_extension("so")
    }

    /// Links the library beside its place, so that processes that use the one before keep it.
    async fn link(&self, layout: &Layout) -> io::Result<()> {
        let time = self.modified()?;
        let library = self.library();
        // The linker writes the name of the file into the library and into binaries that use it.
        let folder = layout.own_folder().ok_or(io::ErrorKind::NotFound)?.join("new");
        let new = folder.join(library.file_name().unwrap_or_default());
        fs::create_dir_all(&folder)?;
        self.run_rustc(&new, layout).await?;
        File::options().append(true).open(&new)?.set_modified(time)?;
        fs::rename(&new, &library)?;
        fs::remove_dir_all(&folder)
    }

    async fn run_rustc(&self, library: &Path, layout: &Layout) -> io::Result<()> {
        let mut command = rustc(layout);
        command.args(["--edition", "2024", "--crate-type", "dylib", "--crate-name", NAME, "-"]);
        // Otherwise rustc would find the standard library twice for the binary: in this library, and as one of its own.
        command.args(["-C", "prefer-dynamic"]);
        // What the library calls in itself needs no search for symbols at the start of a process.
        command.args(["-C", "link-arg=-Wl,-Bsymbolic"]);
        let mut external = OsString::from("kiln=");
        external.push(&self.rlib);
        command.arg("--extern").arg(external);
        let mut dependencies = OsString::from("dependency=");
        dependencies.push(self.dependencies());
        command.arg("-L").arg(dependencies).arg("-o").arg(library);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn()?;
        // It ends when this function is dropped.
        let _group = Group::of(&child);
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(SOURCE).await?;
        }
        let status = child.wait().await?;
        if status.success() { Ok(()) } else { Err(io::Error::other("rustc failed")) }
    }

    fn remember(&self, layout: &Layout) -> io::Result<()> {
        let file = record(layout).ok_or(io::ErrorKind::NotFound)?;
        fs::create_dir_all(file.parent().unwrap_or(Path::new("")))?;
        fs::write(file, serde_json::to_vec(self)?)
    }
}

/// The file that remembers the library from one start of this program to the next.
fn record(layout: &Layout) -> Option<PathBuf> {
    Some(layout.own_folder()?.join("dylib.json"))
}

/// The folder of Rust's standard library.
async fn standard_library(layout: &Layout) -> Option<PathBuf> {
    let output = rustc(layout).args(["--print", "target-libdir"]).output().await.ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    folder.is_dir().then_some(folder)
}

/// The rustc that Cargo calls.
fn rustc(layout: &Layout) -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(&layout.package).stdin(Stdio::null()).stderr(Stdio::null());
    Group::start(&mut command);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TempFolder;

    fn compiled(folder: &TempFolder) -> (Dylib, Layout) {
        folder.write("target/debug/deps/libkiln-0f.rlib", "kiln");
        let rlib = folder.join("target/debug/deps/libkiln-0f.rlib");
        let site = folder.join("site");
        let target = Some(folder.join("target"));
        (
            Dylib { rlib, std: folder.to_path_buf() },
            Layout { site: site.clone(), package: site, target },
        )
    }

    fn set_time(dylib: &Dylib) {
        let file = File::options().append(true).open(dylib.library()).expect("a library");
        file.set_modified(dylib.modified().expect("a time")).expect("a time to set");
    }

    #[test]
    fn a_library_is_used_until_kiln_is_compiled_again() {
        let folder = TempFolder::new();
        let (dylib, layout) = compiled(&folder);
        assert_eq!(Dylib::of_last(&layout), None, "nothing is remembered");
        dylib.remember(&layout).expect("a record");
        assert_eq!(Dylib::of_last(&layout), None, "there is no library");
        folder.write("target/debug/deps/libkiln_dylib-0f.so", "all of it");
        set_time(&dylib);
        assert_eq!(Dylib::of_last(&layout), Some(dylib.clone()));

        let rlib = File::options().append(true).open(&dylib.rlib).expect("a file");
        rlib.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("a time to set");
        assert_eq!(Dylib::of_last(&layout), None, "it is that of another kiln");
        set_time(&dylib);
        assert_eq!(Dylib::of_last(&layout), Some(dylib.clone()));
        let mut used = File::open(dylib.library()).expect("a library");
        dylib.reject();
        assert!(dylib.is_current(), "it is not made again");
        assert_eq!(io::read_to_string(&mut used).expect("a library"), "all of it");
        assert_eq!(Dylib::of_last(&layout), None, "it is not used");
    }

    #[test]
    fn the_library_lies_beside_the_dependencies_of_kiln() {
        for (rlib, expected) in [
            ("/t/debug/deps/libkiln-0f.rlib", "/t/debug/deps/libkiln_dylib-0f.so"),
            ("/t/debug/libkiln.rlib", "/t/debug/deps/libkiln_dylib.so"),
        ] {
            let dylib = Dylib { rlib: rlib.into(), std: "/std".into() };
            assert_eq!(dylib.library(), Path::new(expected));
            let flags = dylib.flags();
            assert!(flags.contains(&format!("{NAME}={expected}").into()), "{flags:?}");
            assert!(flags.contains(&"link-arg=-Wl,-rpath,/t/debug/deps".into()), "{flags:?}");
        }
    }
}
