use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get() -> Html<&'static str> {
    Html("live")
}
