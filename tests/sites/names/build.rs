//! Makes the site in the target folder: some of its files have names that not every system can check out.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let site = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it")).join("site");
    let _ = fs::remove_dir_all(&site);
    copy(Path::new("src/pages"), &site.join("src/pages"))?;
    if cfg!(unix) {
        for name in ["prn.css", "a /b.txt", "10:30.txt", "console.txt", "_redirects"] {
            let file = site.join("public").join(name);
            fs::create_dir_all(file.parent().expect("a folder"))?;
            fs::write(file, "public\n")?;
        }
    }
    println!("cargo::rerun-if-changed=src/pages");
    #[cfg(unix)]
    set_times(&site)?;
    kiln_build::Site::new(site).generate();
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Gives all files and folders the time of this script: Cargo would run it again for those that are newer than its start.
#[cfg(unix)]
fn set_times(folder: &Path) -> io::Result<()> {
    let time = fs::metadata("build.rs")?.modified()?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => set_times(&path)?,
            false => fs::File::options().append(true).open(path)?.set_modified(time)?,
        }
    }
    fs::File::open(folder)?.set_modified(time)
}
