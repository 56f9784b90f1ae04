use kiln::prelude::*;

pub fn get() -> Redirect {
    Redirect::permanent(&format!("/notes/{}", crate::version()))
}
