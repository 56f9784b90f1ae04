//! Images of pages on request, with the site `images`.

use std::process::Command;

use super::process::{Server, built};
use crate::support::{TempFolder, binary_with_cache};

/// The URLs in a text that end in an extension.
fn urls<'a>(text: &'a str, extension: &'a str) -> Vec<&'a str> {
    let parts = text.split(['"', ' ']);
    parts.filter(|part| part.starts_with("/docs/_assets/") && part.ends_with(extension)).collect()
}

#[test]
fn resized_images_of_pages_on_request_are_served() {
    let server = Server::start("images", "serve", &built("images"));
    let page = server.get("/docs/live").text();
    for (extension, kind) in [(".png", "image/png"), (".webp", "image/webp")] {
        let urls = urls(&page, extension);
        assert!(!urls.is_empty(), "{page}");
        for url in urls {
            let answer = server.get(url);
            assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)));
            assert!(answer.body.len() > 20, "{url}");
        }
    }
}

#[test]
fn a_server_that_was_restarted_knows_the_images_of_earlier_pages() {
    // A build of another test would remove what no build has used.
    let target = TempFolder::on_disk("images-served");
    let binary = binary_with_cache("images", &target);
    let start = || Server::start_program(Command::new(&binary), "serve", &built("images"));
    let page = start().get("/docs/live").text();
    let server = start();
    for url in urls(&page, ".webp") {
        assert_eq!(server.get(url).status, 200, "{url}");
        // Nothing is resized for a URL alone.
        let (start, end) = url.rsplit_once('-').expect("a width");
        let other = format!("{start}-1{end}");
        assert_eq!(server.get(&other).status, 404, "{other}");
    }
}
