//! The files of the out folder that clients may have: those in kiln's record, and no others.

pub(super) mod asset;
mod conditional;
mod encoding;
mod file;
pub(super) mod file_body;
mod lines;
pub(super) mod range;
mod reply;
mod validators;

#[cfg(test)]
pub(in crate::server) mod sample;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use http::StatusCode;
use tokio::sync::Semaphore;
use unicode_normalization::{UnicodeNormalization, is_nfc};

pub(crate) use self::file::{File, Form, headers_of_rules};
use self::lines::Lines;
use super::redirect_list::RedirectList;
use crate::build::built::{self, Digest, View};
use crate::hosts;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// How many files are opened at the same time. Each takes a thread: tokio would start up to 512, and more do not make a disk
/// faster.
const AT_ONCE: usize = 32;

/// How often an out folder is read again if it changes in the meantime.
const ATTEMPTS: usize = 100;

/// The files that a build wrote into a folder.
///
/// The path of a request is never joined to the folder. Only names of kiln's record are opened.
#[derive(Debug)]
pub(crate) struct Files {
    pub(super) site: &'static Site,
    pub(super) view: Arc<View>,
    index: Arc<Index>,
    /// Permits to open a file.
    turns: Semaphore,
}

/// What a build recorded of its files.
#[derive(Debug, Default)]
struct Index {
    /// By name in NFC, like the paths of requests. The text is the digest and, if the file has another form of the name, a tab and
    /// that name.
    names: Lines,
    /// The headers of pages as JSON, by file.
    sent: Lines,
    redirects: RedirectList,
    is_built: bool,
}

impl Files {
    /// Reads the record of a folder. If that fails, there are no files, and the error says why.
    pub(crate) fn open(site: &'static Site, out: &Path) -> (Self, Result<()>) {
        let files = |view, index: Arc<Index>| {
            let turns = Semaphore::new(AT_ONCE);
            Files { site, view: Arc::new(view), index, turns }
        };
        let mut attempts = 0;
        loop {
            let view = View::open(out);
            let index = Index::read(site, &view);
            attempts += 1;
            if !view.is_current() && attempts < ATTEMPTS {
                continue;
            }
            return match index {
                Ok(index) => (files(view, Arc::new(index)), Ok(())),
                Err(error) => (files(view, Arc::default()), Err(error)),
            };
        }
    }

    /// The current files. Those of the same build are not read again.
    pub(crate) fn open_again(&self) -> (Self, Result<()>) {
        let view = View::open(self.view.out());
        if self.is_built() && view.has_site_of(&self.view) && view.is_current() {
            let (index, turns) = (Arc::clone(&self.index), Semaphore::new(AT_ONCE));
            return (Files { site: self.site, view: Arc::new(view), index, turns }, Ok(()));
        }
        Files::open(self.site, self.view.out())
    }

    /// Returns true if and only if the folder has not changed since it was read. This may wait for the disk.
    pub(crate) fn are_current(&self) -> bool {
        self.view.is_current()
    }

    /// Returns true if and only if the folder has a build with a valid record.
    pub(crate) fn is_built(&self) -> bool {
        self.index.is_built
    }

    /// How long ago the build finished; the longest time if that is unknown.
    pub(crate) fn age(&self) -> Duration {
        let age = self.view.written().and_then(|written| written.elapsed().ok());
        age.unwrap_or(Duration::MAX)
    }

    /// Returns true if and only if both are of the same build.
    pub(crate) fn are_those_of(&self, others: &Files) -> bool {
        Arc::ptr_eq(&self.index, &others.index)
    }

    /// The redirects of the build.
    pub(crate) fn redirects(&self) -> &RedirectList {
        &self.index.redirects
    }

    /// The file that answers a path: the one with that name, or the file of a page. Error pages have no path.
    pub(crate) fn find<'a>(&'a self, path: &'a RoutePath) -> Option<File<'a>> {
        let path = path.as_str();
        let file = |name, form| File { files: self, name, path, form, status: StatusCode::OK };
        let page = |name: &str| self.name(name).filter(|name| hosts::error_status(name).is_none());
        if let Some(name) = page(path) {
            return Some(file(name, Form::Exact));
        }
        let mut suffixes = self.site.config.format.suffixes().iter();
        let name = match path {
            "" => self.name("index.html"),
            _ => suffixes.find_map(|suffix| page(&format!("{path}{suffix}"))),
        };
        name.map(|name| file(name, Form::Page))
    }

    /// The page of an error at its own path, such as `docs/404`. It answers with the status of the error.
    pub(crate) fn error_page<'a>(&'a self, path: &'a str, status: StatusCode) -> Option<File<'a>> {
        let name = self.name(&format!("{path}.html"))?;
        let is_it = hosts::error_status(name) == Some(status.as_u16());
        is_it.then_some(File { files: self, name, path, form: Form::Page, status })
    }

    /// A name as in the record.
    pub(super) fn name(&self, name: &str) -> Option<&str> {
        self.index.find(name).map(|(name, _)| name)
    }

    /// The recorded digest of a file.
    pub(super) fn digest(&self, name: &str) -> Option<Digest> {
        Digest::parse(self.index.find(name)?.1)
    }

    /// The headers that the page of a file has set, beside those that follow from the name of the file.
    pub(super) fn sent(&self, name: &str) -> Vec<(String, String)> {
        let sent = self.index.sent.find(name).and_then(|(_, text)| read_headers(text?));
        sent.unwrap_or_default()
    }
}

impl Index {
    fn read(site: &Site, view: &View) -> Result<Self> {
        let of_hosts = hosts::reserved(site.hosts);
        let mut names = String::new();
        for recorded in built::names(&built::record(view)?) {
            let (name, digest) = recorded?;
            if of_hosts.contains(&&*name) {
                continue;
            }
            let digest = digest.map_or_else(String::new, |digest| digest.to_string());
            if is_nfc(&name) {
                names.extend([&name, "\t", &digest]);
            } else {
                names.extend(name.nfc());
                names.extend(["\t", &digest, "\t", &name]);
            }
            names.push('\n');
        }
        let sent = Lines::new(built::sent(view)?)?;
        let is_readable = |text: Option<&str>| text.and_then(read_headers).is_some();
        if !sent.iter().all(|(_, text)| is_readable(text)) {
            bail!(built::damaged_list(view.out()));
        }
        let redirects = RedirectList::read(view)?;
        Ok(Index { names: Lines::new(names)?, sent, redirects, is_built: true })
    }

    /// The recorded form of a name, and the text of its digest.
    fn find(&self, name: &str) -> Option<(&str, &str)> {
        let name = match is_nfc(name) {
            true => Cow::Borrowed(name),
            false => name.nfc().collect(),
        };
        let (key, text) = self.names.find(&name)?;
        let text = text.unwrap_or_default();
        Some(text.split_once('\t').map_or((key, text), |(digest, name)| (name, digest)))
    }
}

/// The error of a file that another build has replaced: the files must be read again.
#[derive(Debug)]
struct Stale;

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the site has been built again")
    }
}

impl Error for Stale {}

pub(super) fn stale() -> io::Error {
    io::Error::other(Stale)
}

/// Returns true if and only if the error says that another build has replaced the file.
pub(crate) fn is_stale(error: &io::Error) -> bool {
    error.get_ref().and_then(|error| error.downcast_ref::<Stale>()).is_some()
}

fn read_headers(text: &str) -> Option<Vec<(String, String)>> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    use crate::config::Host;
    use crate::config::{Config, Format};
    use crate::server::files::sample::{Sample, path_of};
    use crate::server::served;
    use crate::support::{CONFIG, leak};

    #[track_caller]
    fn finds(files: &Files, path: &str, expected: Option<(&str, Form)>) {
        let path = path_of(path);
        let found = files.find(&path).map(|file| (file.name, file.form()));
        assert_eq!(found, expected, "{path:?}");
    }

    #[test]
    fn a_path_has_the_file_of_its_name_or_of_its_page() {
        use Form::{Exact, Page};
        let sample = Sample::of(Site { hosts: &[Host::Netlify], ..Site::EMPTY });
        let files = sample.files();
        for (path, expected) in [
            ("", Some(("index.html", Page))),
            ("index.html", Some(("index.html", Exact))),
            ("about", Some(("about/index.html", Page))),
            ("about/index.html", Some(("about/index.html", Exact))),
            ("about.html", None),
            ("About", None),
            ("about/index", None),
            ("api", None),
            ("api/users", Some(("api/users", Exact))),
            ("404", None),
            ("404.html", None),
            ("assets/a.css", Some(("assets/a.css", Exact))),
            ("assets", None),
            ("caf\u{e9}.txt", Some(("cafe\u{301}.txt", Exact))),
            (".kiln-files", None),
            (".kiln-sent", None),
            ("_redirects", None),
            ("_headers", None),
            ("a\tb", None),
        ] {
            finds(&files, path, expected);
        }
        assert!(
            sample.out().join("_headers").is_file() && sample.out().join(".kiln-sent").is_file()
        );
        let page = files.error_page("404", StatusCode::NOT_FOUND).expect("a page");
        assert_eq!((page.name, page.status), ("404.html", StatusCode::NOT_FOUND));
        assert!(files.error_page("500", StatusCode::INTERNAL_SERVER_ERROR).is_none());
        assert!(files.error_page("404", StatusCode::INTERNAL_SERVER_ERROR).is_none());
        assert!(files.error_page("about", StatusCode::NOT_FOUND).is_none());
    }

    #[test]
    fn the_files_of_pages_follow_the_format() {
        for format in [Format::File, Format::Preserve] {
            let sample = Sample::new(Config { format, ..CONFIG });
            let files = sample.files();
            finds(&files, "", Some(("index.html", Form::Page)));
            finds(&files, "about", Some(("about.html", Form::Page)));
            finds(&files, "about/index.html", None);
        }
    }

    #[test]
    fn what_kiln_did_not_record_is_not_there() {
        let sample = Sample::new(CONFIG);
        fs::write(sample.out().join("foreign.txt"), "secret").expect("a file to write");
        fs::create_dir(sample.out().join("foreign")).expect("a folder to make");
        fs::write(sample.out().join("foreign/index.html"), "secret").expect("a file to write");
        for path in ["foreign.txt", "foreign", "foreign/index.html"] {
            finds(&sample.files(), path, None);
        }
        // A record that somebody has changed gives access to none of kiln's own files, and to nothing outside of the folder.
        let record = sample.out().join(".kiln-files");
        let text = fs::read_to_string(&record).expect("a record");
        let evil = format!(".kiln-sent\n../site/public/a\n/etc/passwd\n{text}");
        fs::write(&record, evil).expect("a record to write");
        let files = sample.files();
        for path in [".kiln-sent", "../site/public/a", "/etc/passwd"] {
            assert_eq!(files.name(path), None, "{path}");
        }
        finds(&files, "", Some(("index.html", Form::Page)));
    }

    #[test]
    fn a_site_that_sends_nothing_more_has_no_list_of_it() {
        let mut sample = Sample::new(CONFIG);
        let list = sample.out().join(".kiln-sent");
        let before = fs::read(&list).expect("a list");
        sample.build();
        assert_eq!(fs::read(&list).expect("a list"), before);
        let routes = &sample.site.routes[..1];
        sample.site = leak(Site { routes, middleware: None, ..*sample.site });
        sample.build();
        assert!(!list.exists());
        assert_eq!(sample.send("GET", "", &[]).bytes, "home");
    }

    #[track_caller]
    fn refuses(sample: &Sample, message: &str) {
        let (_, opened) = Files::open(sample.site, &sample.out());
        let error = opened.expect_err("no site");
        assert!(format!("{error:#}").contains(message), "{error:#}");
    }

    #[test]
    fn a_folder_without_a_whole_record_is_refused() {
        let sample = Sample::new(CONFIG);
        let change = |name: &str, change: &dyn Fn(&str) -> String| {
            let text = fs::read_to_string(sample.out().join(name)).expect("a file to read");
            fs::write(sample.out().join(name), change(&text)).expect("a file to write");
        };
        for damage in [
            |text: &str| text.trim_end().to_owned(),
            |text: &str| text.split_inclusive('\n').skip(1).collect(),
            |text: &str| text.replace("[[", "["),
        ] {
            change(".kiln-sent", &damage);
            refuses(&sample, ".kiln-sent is damaged, so the headers of pages are unknown");
            fs::remove_file(sample.out().join(".kiln-sent")).expect("a file to remove");
            sample.build();
        }
        change(".kiln-files", &|text| text.replace("./", ""));
        refuses(&sample, ".kiln-files is damaged, so kiln cannot tell which files it wrote");
        fs::remove_file(sample.out().join(".kiln-files")).expect("a record to remove");
        refuses(
            &sample,
            "does not contain a site built by kiln\n  hint: build it first: `cargo run",
        );
        fs::remove_dir_all(sample.out()).expect("a folder to remove");
        refuses(&sample, "does not contain a site built by kiln");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use crate::server::files::sample::put_link;

        let sample = Sample::new(CONFIG);
        let secret = sample.out().with_file_name("secret");
        fs::create_dir(&secret).expect("a folder to make");
        for name in ["index.html", "a.css"] {
            fs::write(secret.join(name), "secret").expect("a file to write");
        }
        put_link(&sample.out().join("index.html"), &secret.join("index.html"));
        put_link(&sample.out().join("about"), &secret);
        put_link(&sample.out().join("assets"), &secret);
        let (head, ()) = http::Request::new(()).into_parts();
        let runtime = served::runtime();
        let files = sample.files();
        for path in ["", "about", "about/index.html", "assets/a.css"] {
            let path = path_of(path);
            let file = files.find(&path).expect("a name of the record");
            let response = runtime.block_on(file.respond(&head));
            assert!(response.is_err(), "{path:?}: {response:?}");
        }
    }
}
