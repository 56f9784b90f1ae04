use kiln::prelude::*;

use crate::{content::LANGUAGES, layout, routes};

pub fn get() -> Markup {
    let content = html! {
        @for (lang, _) in LANGUAGES {
            a href=(routes::lang::page(lang, "")) lang=(lang) { (lang) }
        }
    };
    layout::page("en", "A blog", &content)
}
