//! Which file a page becomes, and whether another page or file wants the same one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use super::failure::{Failure, Place};
use crate::config::Format;
use crate::path::RoutePath;
use crate::route::Route;

/// What a response is, as far as the name of its file is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Other,
}

/// The file of a page, below the out folder, with `/` on every system.
///
/// A function of the route, the path and the kind of the response, and of nothing else:
///
/// | pattern | response | directory | file | preserve |
/// |---|---|---|---|---|
/// | ends in a known extension | any | as it is | as it is | as it is |
/// | `/` | HTML | `index.html` | `index.html` | `index.html` |
/// | `/404`, `/500` | HTML | `404.html` | `404.html` | `404.html` |
/// | `/about` by `about.rs` | HTML | `about/index.html` | `about.html` | `about.html` |
/// | `/about` by `about/index.rs` | HTML | `about/index.html` | `about.html` | `about/index.html` |
/// | `/api` | other | `api` | `api` | `api` |
///
/// # Errors
///
/// Where the response is no HTML and the URL ends in a slash. The error is the hint.
pub(super) fn output_file(route: &Route, path: &RoutePath, kind: Kind) -> Result<String, String> {
    let name = path.as_str();
    if route.has_known_extension() {
        return Ok(name.to_owned());
    }
    match kind {
        Kind::Html => Ok(html_file(route, name)),
        Kind::Other if path.url(route).ends_with('/') => Err(format!(
            "the response is no HTML, and its URL ends in a slash: say in the name of the page what it is, \
             for example `{}.json.rs`",
            route.file.trim_end_matches(".rs")
        )),
        Kind::Other => Ok(name.to_owned()),
    }
}

fn html_file(route: &Route, name: &str) -> String {
    match (route.config.format, name) {
        (_, "") => "index.html".to_owned(),
        (_, "404" | "500") => format!("{name}.html"),
        (Format::Directory, _) => format!("{name}/index.html"),
        (Format::Preserve, _) if route.is_index() => format!("{name}/index.html"),
        (Format::File | Format::Preserve, _) => format!("{name}.html"),
    }
}

/// Who writes which file. Two who want the same one is a failure that names both.
#[derive(Debug, Default)]
pub(super) struct Claims {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By what a file system that knows no case takes for the same name.
    claims: BTreeMap<String, Claim>,
    collisions: Vec<Failure>,
}

#[derive(Debug, Clone)]
struct Claim {
    owner: Owner,
    /// The name as it is written.
    name: String,
    is_folder: bool,
}

/// A page, or a file of `public/`.
#[derive(Debug, Clone)]
struct Owner {
    route_index: Option<usize>,
    /// The path of the page and its file.
    shown: String,
}

impl Claims {
    /// Claims a file for a page; false where another has it.
    pub(super) fn claim_page(&self, file: &str, place: &Place) -> bool {
        let path = place.path.as_deref().unwrap_or_default();
        let shown = format!("{path} from {}", place.route.file);
        self.claim(file, &Owner { route_index: Some(place.route_index), shown })
    }

    /// Claims a file for one of `public/`, or for kiln itself; false where another has it.
    pub(super) fn claim_file(&self, file: &str, shown: String) -> bool {
        self.claim(file, &Owner { route_index: None, shown })
    }

    fn claim(&self, file: &str, owner: &Owner) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (slash, _) in file.match_indices('/') {
            let folder = &file[..slash];
            if !state.claim(folder, owner, true) {
                return false;
            }
        }
        state.claim(file, owner, false)
    }

    /// The collisions that were found.
    pub(super) fn collisions(&self) -> Vec<Failure> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.collisions)
    }
}

impl State {
    fn claim(&mut self, name: &str, owner: &Owner, is_folder: bool) -> bool {
        match self.claims.entry(name.to_lowercase()) {
            Entry::Vacant(free) => {
                free.insert(Claim { owner: owner.clone(), name: name.to_owned(), is_folder });
                true
            }
            Entry::Occupied(taken) => {
                let earlier = taken.get();
                if is_folder && earlier.is_folder && earlier.name == name {
                    return true;
                }
                let failure = collision(earlier, name, owner, is_folder);
                self.collisions.push(failure);
                false
            }
        }
    }
}

fn collision(earlier: &Claim, name: &str, owner: &Owner, is_folder: bool) -> Failure {
    // The same words whichever thread came first.
    let mut names = [earlier.name.as_str(), name];
    names.sort_unstable();
    let mut owners = [&earlier.owner, owner];
    owners.sort_by_key(|owner| (owner.route_index, owner.shown.clone()));
    let (message, hint) = match (earlier.is_folder, is_folder) {
        _ if names[0] != names[1] => (
            format!(
                "differs only in case from {}, and many file systems take them for one",
                names[1]
            ),
            "spell both alike, or give one another name",
        ),
        (false, false) => ("two sources make this file".to_owned(), "keep one of the two"),
        _ => (
            "is a file of one source, and another needs a folder of that name".to_owned(),
            "give the file an extension in the name of its page, for example `.json.rs`",
        ),
    };
    let failure = Failure::of(names[0], message).hint(hint);
    owners.into_iter().fold(failure, |failure, owner| failure.place(owner.shown.clone()))
}
