//! Images of pages on request, with the site `images`.

use super::process::{Server, built};
use crate::support::TempFolder;

/// The URLs in a text that end in an extension.
fn urls<'a>(text: &'a str, extension: &'a str) -> Vec<&'a str> {
    let parts = text.split(['"', ' ']);
    parts.filter(|part| part.starts_with("/docs/_assets/") && part.ends_with(extension)).collect()
}

#[test]
fn resized_images_of_pages_on_request_are_served() {
    let nothing = TempFolder::new("images-unbuilt");
    for out in [nothing.to_path_buf(), built("images")] {
        let server = Server::start("images", "serve", &out);
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
}
