use kiln::prelude::*;

pub fn get() -> Redirect {
    Redirect::permanent("/about")
}
