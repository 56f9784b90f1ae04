use kiln::manifest::Manifest;
use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Manifest::new("Tom & <Jerry>")
        .short_name("Tom")
        .id("/")
        .start_url("/?from=app")
        .scope("/")
        .display("standalone")
        .orientation("portrait")
        .theme_color("#b7410e")
        .background_color("#ffffff")
        .lang("en-GB")
        .dir("ltr")
        .icon("/icon.png", "192x192", "image/png")
        .maskable_icon("/icon.svg", "any", "image/svg+xml")
        .shortcut("Posts", "/posts/")
}
