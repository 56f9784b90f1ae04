use kiln::prelude::*;

pub fn get() -> Result<Html<String>> {
    let text = std::fs::read_to_string("content/text.md").context("cannot read the text")?;
    let text = text.trim();
    Ok(Html(format!(
        "<!DOCTYPE html><html lang=en><head><title>edited</title><link rel=stylesheet href=/style.css></head>\
         <body><h1>first version</h1><p>{text}</p><p>development: {}</p></body></html>",
        kiln::is_dev()
    )))
}
