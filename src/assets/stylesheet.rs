//! Loads stylesheets, and the files that they reference.

use std::sync::Arc;

use bytes::Bytes;

use super::asset::{self, Asset};
use super::css::{self, Link};
use super::error::Mistake;
use super::path;
use super::read::{read, unread};
use super::store::{Loaded, Store, is_stylesheet};
use super::trail::Trail;
use crate::assets::digest::Digest;

impl Store {
    /// Loads a stylesheet, unless that is done.
    pub(super) fn stylesheet(&self, path: &str, trail: &mut Trail) -> Loaded {
        let slot = self.slot(path);
        if let Some(loaded) = slot.get() {
            return loaded.clone();
        }
        let loaded = self.load_stylesheet(path, trail);
        slot.get_or_init(|| loaded).clone()
    }

    fn load_stylesheet(&self, path: &str, trail: &mut Trail) -> Loaded {
        let file = path::locate(&self.folder, path)?;
        let mut bytes = Vec::new();
        let (stamp, digest) = read(&file, &mut |chunk| bytes.extend_from_slice(chunk))
            .map_err(|error| unread(path, error))?;
        let css = utf8(path, &bytes)?;
        let mut references = Vec::new();
        let rewritten = css::rewrite(path, css, |link| {
            let reference = self.reference(path, link, trail)?;
            let url = self.url(&reference);
            references.push(reference);
            Ok(url)
        })?;
        let rewritten = Bytes::from(rewritten);
        self.add(Asset {
            name: asset::name(path, Digest::of(&rewritten)),
            source: path.to_owned(),
            path: file,
            digest,
            rewritten: Some(rewritten),
            stamp,
            references,
        })
    }

    /// Requests the file of a link in a stylesheet.
    fn reference(
        &self,
        from: &str,
        link: &Link<'_>,
        trail: &mut Trail,
    ) -> Result<Arc<Asset>, Vec<Mistake>> {
        trail.0.push((from.to_owned(), link.position));
        let loaded = match trail.cycle(&link.path) {
            Some(mistake) => Err(mistake.into()),
            None if is_stylesheet(&link.path) => path::check(&link.path)
                .map_err(Into::into)
                .and_then(|()| self.stylesheet(&link.path, trail)),
            None => self.file(&link.path),
        };
        trail.0.pop();
        loaded.map_err(|error| {
            error.mistakes().iter().map(|mistake| at_link(mistake, from, link)).collect()
        })
    }
}

/// Moves a mistake about a file as a whole to the link that leads to it.
fn at_link(mistake: &Mistake, from: &str, link: &Link<'_>) -> Mistake {
    if mistake.position.is_some() {
        return mistake.clone();
    }
    let mistake = mistake.clone().map_nearest(|nearest| path::relative(from, &nearest));
    Mistake {
        file: from.to_owned(),
        position: Some(link.position),
        message: format!("`{}` {}", link.url, mistake.message),
        ..mistake
    }
}

/// The text of a stylesheet.
fn utf8<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Mistake> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = valid.matches('\n').count() + 1;
        let column = valid.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let mistake = Mistake::of(path, "is not valid UTF-8").hint("save it as UTF-8");
        Mistake { position: Some((line, column)), ..mistake }
    })
}
