//! The files of `public/`, which are listed once: each change starts another process.
//!
//! The path of a request is never joined to the folder. Only listed names are opened.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use tokio::task::spawn_blocking;
use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use crate::assets::published::{Verdict, verdict};
use crate::config::Config;
use crate::page::content_type;
use crate::request::range::{self, Part};
use crate::routing::page_path::RoutePath;
use crate::server::files::file_body;

/// The published files below a folder.
#[derive(Debug)]
pub(super) struct PublicFiles {
    folder: PathBuf,
    /// The paths of the files by their names with `/`, in NFC like the paths of requests.
    files: OnceLock<BTreeMap<String, PathBuf>>,
}

/// A listed file.
#[derive(Debug, Clone)]
pub(super) struct PublicFile {
    name: String,
    path: PathBuf,
}

impl PublicFiles {
    pub(super) fn of(folder: PathBuf) -> Self {
        PublicFiles { folder, files: OnceLock::new() }
    }

    /// Lists the files, if that has not been done. This may wait for the disk.
    pub(super) fn list(&self) -> &BTreeMap<String, PathBuf> {
        self.files.get_or_init(|| listed(&self.folder))
    }

    pub(super) fn is_listed(&self) -> bool {
        self.files.get().is_some()
    }

    pub(super) fn file(&self, name: &str) -> Option<PublicFile> {
        let path = self.list().get(name)?.clone();
        Some(PublicFile { name: name.to_owned(), path })
    }

    /// The name of the file that answers a path. Error pages have no path.
    pub(super) fn find(&self, config: &Config, path: &RoutePath) -> Option<String> {
        let is_error_page = |name: &str| {
            let file = name.rsplit('/').next().unwrap_or(name);
            matches!(file, "404.html" | "500.html")
        };
        let mut names = config.file_names(path.as_str()).into_iter();
        names.find(|name| !is_error_page(name) && self.list().contains_key(name))
    }
}

fn listed(folder: &Path) -> BTreeMap<String, PathBuf> {
    let is_published = |entry: &DirEntry| {
        entry.depth() == 0 || verdict(&entry.file_name().to_string_lossy()) == Verdict::Published
    };
    // Links are not followed: a build refuses them.
    let entries = WalkDir::new(folder).into_iter().filter_entry(is_published).flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let with_name = files.filter_map(|entry| {
        let name = entry.path().strip_prefix(folder).ok()?;
        let parts: Option<Vec<&str>> = name.iter().map(|part| part.to_str()).collect();
        Some((parts?.join("/").nfc().collect(), entry.into_path()))
    });
    with_name.collect()
}

impl PublicFile {
    /// Answers a request with the file.
    pub(super) async fn respond(self, head: &Parts, status: StatusCode) -> Response {
        let answered = match head.method {
            Method::GET | Method::HEAD => {
                let headers = head.headers.clone();
                spawn_blocking(move || self.read(&headers, status)).await
            }
            _ => {
                let refused = match head.method {
                    Method::OPTIONS => StatusCode::NO_CONTENT,
                    _ => StatusCode::METHOD_NOT_ALLOWED,
                };
                let allow = HeaderValue::from_static("GET, HEAD, OPTIONS");
                return (refused, [(header::ALLOW, allow)]).into_response();
            }
        };
        match answered.map_err(io::Error::other).flatten() {
            Ok(response) => response,
            // It was removed, and another process will answer.
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        }
    }

    fn read(&self, headers: &http::HeaderMap, status: StatusCode) -> io::Result<Response> {
        let in_file =
            |error| io::Error::other(format!("cannot read public/{}: {error}", self.name));
        let mut file = File::open(&self.path).map_err(in_file)?;
        let length = fs::File::metadata(&file).map_err(in_file)?.len();
        let part = if status.is_success() { range::asked(headers, length) } else { Part::Whole };
        let (status, first, count) = match part {
            Part::Whole => (status, 0, length),
            Part::Range(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
            Part::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
        };
        file.seek(SeekFrom::Start(first)).map_err(in_file)?;
        let body = if count == 0 { Body::empty() } else { file_body::body(file, count)? };
        let mut response = (status, body).into_response();
        let kind = content_type::header_value(content_type::of_file(&self.name));
        response.headers_mut().extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
        let range = match part {
            Part::Whole => None,
            Part::Range(first, last) => Some(format!("bytes {first}-{last}/{length}")),
            Part::Unsatisfiable => Some(format!("bytes */{length}")),
        };
        let range = range.and_then(|range| HeaderValue::try_from(range).ok());
        response.headers_mut().extend(range.map(|range| (header::CONTENT_RANGE, range)));
        Ok(response)
    }
}
