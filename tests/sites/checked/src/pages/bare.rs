use kiln::prelude::*;

use crate::layout::{has_mistakes, page};

/// Has neither a title nor a language.
pub fn get() -> Html<String> {
    match has_mistakes() {
        true => Html(
            "<!doctype html><base href='/docs/posts/'><a href='a/'>A</a> <a href='z/'>Z</a>"
                .to_owned(),
        ),
        false => Html(page("Bare", "")),
    }
}
