//! Reads the diagnostics of rustc, and those of kiln-build, which rustc reports as `compile_error!`.

use serde_json::Value;

use crate::browser::ansi;
use crate::layout::Layout;
use crate::messages;
use crate::problem::{Hint, Mistake, Place, Position};

/// Returns the mistake of a diagnostic; `None` for warnings, and for the last line of rustc, which counts errors.
pub(super) fn mistake(diagnostic: &Value, layout: &Layout) -> Option<Mistake> {
    let message = diagnostic["message"].as_str()?;
    let is_error = diagnostic["level"].as_str()?.starts_with("error");
    let spans = diagnostic["spans"].as_array().map_or(&[][..], Vec::as_slice);
    if !is_error || (spans.is_empty() && message.starts_with("aborting due to")) {
        return None;
    }
    let message = ansi::stripped(message);
    if let Some(mistake) = mistake_of_kiln(&message, layout) {
        return Some(mistake);
    }
    let code = diagnostic["code"]["code"].as_str();
    let rendered = ansi::stripped(diagnostic["rendered"].as_str().unwrap_or_default());
    // The first line repeats the message.
    let details = rendered.split_once('\n').map_or("", |(_, rest)| rest);
    let place = place(spans, layout);
    let details = without_place(layout.shortened(details.trim_end()), place.as_ref());
    Some(Mistake {
        message: code.map_or(message.clone(), |code| format!("{message} ({code})")),
        places: place.into_iter().collect(),
        details,
        ..Mistake::default()
    })
}

/// An excerpt without its first line, if that is the place, which is shown anyway.
fn without_place(excerpt: String, place: Option<&Place>) -> String {
    let Some((first, rest)) = excerpt.split_once('\n') else { return excerpt };
    let named = first.trim_start().strip_prefix("--> ");
    match place.is_some_and(|place| named == Some(&*place.shown)) {
        true => rest.to_owned(),
        false => excerpt,
    }
}

/// The place of the primary span that lies in a file of the site: an error in a macro is at its call.
fn place(spans: &[Value], layout: &Layout) -> Option<Place> {
    let primary = spans.iter().find(|span| span["is_primary"] == true)?;
    let mut spans = vec![primary];
    while let Some(outer) = spans.last().map(|span| &span["expansion"]["span"])
        && outer.is_object()
    {
        spans.push(outer);
    }
    spans.into_iter().find_map(|span| {
        let name = span["file_name"].as_str()?;
        let number = |field: &str| usize::try_from(span[field].as_u64()?).ok();
        at(name, number("line_start")?, number("column_start")?, layout)
    })
}

/// A mistake that kiln-build found: `file:line:column: message`, the source lines, and a hint.
fn mistake_of_kiln(text: &str, layout: &Layout) -> Option<Mistake> {
    let first = text.lines().next()?;
    let (place, message) = split_place(first, layout)?;
    let mut details = Vec::new();
    let mut hint: Option<String> = None;
    for line in text.lines().skip(1).take_while(|line| !line.starts_with(messages::LINE)) {
        match (line.strip_prefix("hint: "), &mut hint) {
            (Some(first), None) => hint = Some(first.to_owned()),
            (_, Some(hint)) => {
                hint.push('\n');
                hint.push_str(line);
            }
            (None, None) => details.push(line),
        }
    }
    let details = details.join("\n").trim_end().to_owned();
    let more = messages::of_source(&text[..text.find(':').unwrap_or_default()]);
    Some(Mistake {
        message: message.to_owned(),
        places: vec![place],
        details,
        hint: hint.map(|text| Hint { text: text.trim_end().to_owned(), more }),
        ..Mistake::default()
    })
}

/// The first place that a line of text names.
pub(crate) fn place_in_line(line: &str, layout: &Layout) -> Option<Place> {
    line.split([' ', '(', ')', '`', ','])
        .find_map(|word| split_place(word, layout).map(|(place, _)| place))
}

/// Splits `file:line:column: text`, where column and text may be missing, if there is such a file.
fn split_place<'a>(text: &'a str, layout: &Layout) -> Option<(Place, &'a str)> {
    text.match_indices(':').find_map(|(colon, _)| {
        let (line, rest) = number(&text[colon + 1..])?;
        let column = rest.strip_prefix(':').and_then(number);
        let (column, rest) = column.unwrap_or((1, rest));
        let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
        at(&text[..colon], line, column, layout).map(|place| (place, rest))
    })
}

/// The number at the start of a text, and the rest.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// A place in a file that exists. Files of the standard library and of the target folder are not the site's.
fn at(name: &str, line: usize, column: usize, layout: &Layout) -> Option<Place> {
    let file = layout.file(name)?;
    if !layout.is_source(&file) {
        return None;
    }
    let shown = format!("{}:{line}:{column}", layout.shown(&file));
    Some(Place::new(shown, Position { file, line, column }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::support::TempFolder;

    fn with_site(test: impl FnOnce(&Layout)) {
        let folder = TempFolder::new();
        for name in ["src/pages/[slug].rs", "kiln.toml", "target/site.rs"] {
            folder.write(name, "");
        }
        let target = Some(folder.join("target"));
        test(&Layout { site: folder.to_path_buf(), package: folder.to_path_buf(), target });
    }

    fn span(file: &str, expansion: &Value) -> Value {
        json!({
            "is_primary": true, "file_name": file, "line_start": 3, "column_start": 5,
            "expansion": expansion,
        })
    }

    #[test]
    fn an_error_of_rustc_has_its_place_and_source() {
        with_site(|layout| {
            let diagnostic = json!({
                "level": "error",
                "message": "mismatched types",
                "code": { "code": "E0308" },
                "spans": [span("src/pages/[slug].rs", &Value::Null)],
                // Generated code includes pages by their absolute paths.
                "rendered": format!(
                    "\u{1b}[1merror[E0308]\u{1b}[0m: mismatched types\n --> {}:3:5\n  |\n3 | 7\n",
                    layout.site.join("src/pages/[slug].rs").display()
                ),
            });
            let mistake = mistake(&diagnostic, layout).expect("a mistake");
            assert_eq!(mistake.message, "mismatched types (E0308)");
            assert_eq!(mistake.places[0].shown, "src/pages/[slug].rs:3:5");
            assert_eq!(mistake.details, "  |\n3 | 7");
        });
    }

    #[test]
    fn an_error_in_a_macro_is_at_its_call() {
        with_site(|layout| {
            let call = json!({ "span": span("src/pages/[slug].rs", &Value::Null) });
            let diagnostic = json!({
                "level": "error", "message": "no", "rendered": "error: no\n",
                "spans": [span("/rustc/library/core/src/macros.rs", &call)],
            });
            let mistake = mistake(&diagnostic, layout).expect("a mistake");
            assert_eq!(mistake.places[0].shown, "src/pages/[slug].rs:3:5");
        });
    }

    #[test]
    fn a_mistake_that_kiln_found_has_its_own_place_and_hint() {
        with_site(|layout| {
            let text = "kiln.toml:1:1: unknown key `titel`\n  |\n1 | titel = 1\n  | ^^^^^\nhint: the keys are\n  `site`\n\nfor more about these messages: https://kiln-rs.github.io/kiln/messages/#settings";
            let diagnostic = json!({
                "level": "error", "message": text, "rendered": format!("error: {text}\n --> target/site.rs:1:1\n"),
                "spans": [span("target/site.rs", &Value::Null)],
            });
            let mistake = mistake(&diagnostic, layout).expect("a mistake");
            assert_eq!(mistake.message, "unknown key `titel`");
            assert_eq!(mistake.places[0].shown, "kiln.toml:1:1");
            assert_eq!(mistake.details, "  |\n1 | titel = 1\n  | ^^^^^");
            let hint = mistake.hint.expect("a hint");
            assert_eq!(hint.text, "the keys are\n  `site`");
            assert_eq!(hint.more, "https://kiln-rs.github.io/kiln/messages/#settings");
        });
    }

    #[test]
    fn warnings_and_summaries_are_no_mistakes() {
        with_site(|layout| {
            for (level, message) in
                [("warning", "unused"), ("error", "aborting due to 1 previous error")]
            {
                let diagnostic = json!({ "level": level, "message": message, "spans": [] });
                assert_eq!(mistake(&diagnostic, layout), None);
            }
        });
    }

    #[test]
    fn places_are_found_in_text() {
        with_site(|layout| {
            for (line, expected) in [
                ("src/pages/[slug].rs:12: no title", Some("src/pages/[slug].rs:12:1")),
                ("  --> src/pages/[slug].rs:3:7", Some("src/pages/[slug].rs:3:7")),
                ("in (kiln.toml:2:1)", Some("kiln.toml:2:1")),
                ("kiln.toml: no", None),
                ("src/missing.rs:1:1", None),
                ("target/site.rs:1:1", None),
                ("at 12:30", None),
            ] {
                let place = place_in_line(line, layout).map(|place| place.shown);
                assert_eq!(place.as_deref(), expected, "{line}");
            }
        });
    }
}
