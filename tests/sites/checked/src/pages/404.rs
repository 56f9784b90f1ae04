use kiln::prelude::*;

use crate::layout::page;

pub fn get() -> Html<String> {
    Html(page("Not found", ""))
}
