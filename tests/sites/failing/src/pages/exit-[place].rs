//! Ends the process where the test asks for it.

use std::process::exit;
use std::{env, thread};

use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    let place = env::var("EXIT").unwrap_or_default();
    if place == "static_paths" {
        exit(0);
    }
    (!place.is_empty()).then(|| StaticPath::new([("place", place)]))
}

pub async fn get(ctx: &Context) -> String {
    match &ctx.params["place"] {
        "thread" => thread::spawn(|| exit(0)).join().unwrap_or_default(),
        "abort" => std::process::abort(),
        _ => exit(0),
    }
    String::new()
}
