//! A feed with all that a feed can have, and with text that has to be escaped. Validators read it in each format.

use kiln::content::Date;
use kiln::feed::{Feed, Item};
use kiln::prelude::*;

pub fn feed() -> Result<Feed> {
    let hostile = "Tom & <Jerry> \"]]>\" caf\u{e9} \u{1f600} \u{1}\u{b}";
    let full = Item::new(hostile, "https://blog.example/posts/a b?c=1&d=2#e")
        .published(&Date::new(2026, 11, 26)?)
        .updated(&"2026-11-27T10:00:00+02:00".parse()?)
        .summary(hostile)
        .content_html("<p>One &amp; <b>two</b>]]&gt;</p>")
        .author(hostile)
        .category("cats & mice")
        .enclosure("https://blog.example/a.mp3?x=1&y=2", 1_234, "audio/mpeg");
    let short =
        Item::new("Short", "https://blog.example/posts/b").published(&Date::new(2026, 11, 20)?);
    Ok(Feed::new(hostile, "https://blog.example/")
        .description(hostile)
        .author(hostile)
        .language("en-GB")
        .items([full, short]))
}
