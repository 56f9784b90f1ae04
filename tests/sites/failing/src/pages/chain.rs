use kiln::prelude::*;

pub fn get() -> Result<Html<String>> {
    let text = std::fs::read_to_string("content/none.md").context("cannot load the chapter");
    Ok(Html(text.context("the book is not complete")?))
}
