use kiln::prelude::*;

use crate::layout::page;

pub fn get() -> Html<String> {
    Html(page("About", "<h2 id='team'>Team</h2><a name='caf&eacute;'></a>"))
}
