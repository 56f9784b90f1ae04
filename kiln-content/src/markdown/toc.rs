//! The table of contents.

use pulldown_cmark_escape::{escape_href, escape_html_body_text};

use super::outline::Heading;

/// The headings of level 2 and 3 as nested lists of links, or nothing where there are none.
pub fn toc(headings: &[Heading]) -> String {
    let listed =
        headings.iter().filter(|heading| matches!(heading.level, 2 | 3) && !heading.id.is_empty());
    let (mut html, mut depth) = (String::new(), 1);
    for heading in listed {
        let level = heading.level;
        match (depth, level) {
            (1, 2) => html.push_str("<ul>\n<li>"),
            // A part without a chapter stands where the chapter would.
            (1, _) => html.push_str("<ul>\n<li>\n<ul>\n<li>"),
            (2, 3) => html.push_str("\n<ul>\n<li>"),
            (3, 2) => html.push_str("</li>\n</ul>\n</li>\n<li>"),
            _ => html.push_str("</li>\n<li>"),
        }
        depth = level;
        html.push_str("<a href=\"#");
        let _ = escape_href(&mut html, &heading.id);
        html.push_str("\">");
        let _ = escape_html_body_text(&mut html, &heading.text);
        html.push_str("</a>");
    }
    match depth {
        2 => html.push_str("</li>\n</ul>\n"),
        3 => html.push_str("</li>\n</ul>\n</li>\n</ul>\n"),
        _ => {}
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_nested() {
        for (levels, expected) in [
            (&[1_u8, 4][..], ""),
            (&[2], "<ul>\n<li>2</li>\n</ul>\n"),
            (&[1, 2, 2, 5], "<ul>\n<li>2</li>\n<li>2</li>\n</ul>\n"),
            (
                &[2, 3, 3, 2],
                "<ul>\n<li>2\n<ul>\n<li>3</li>\n<li>3</li>\n</ul>\n</li>\n<li>2</li>\n</ul>\n",
            ),
            (&[3, 2], "<ul>\n<li>\n<ul>\n<li>3</li>\n</ul>\n</li>\n<li>2</li>\n</ul>\n"),
            (&[2, 3], "<ul>\n<li>2\n<ul>\n<li>3</li>\n</ul>\n</li>\n</ul>\n"),
        ] {
            let heading =
                |level: &u8| Heading { level: *level, id: "x".into(), text: level.to_string() };
            let headings: Vec<Heading> = levels.iter().map(heading).collect();
            let html = toc(&headings).replace("<a href=\"#x\">", "").replace("</a>", "");
            assert_eq!(html, expected, "{levels:?}");
        }
    }

    #[test]
    fn texts_are_escaped() {
        let heading = Heading { level: 2, id: "übung".into(), text: "a < b & c".into() };
        assert_eq!(
            toc(&[heading]),
            "<ul>\n<li><a href=\"#%C3%BCbung\">a &lt; b &amp; c</a></li>\n</ul>\n"
        );
    }
}
