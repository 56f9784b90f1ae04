//! The failure of a page, as browsers and the terminal show it.

use std::fmt::Write as _;
use std::fs;

use super::ansi;
use crate::compile::place_in_line;
use crate::layout::Layout;
use crate::messages;
use crate::problem::{Hint, Mistake, Place, Problem};
use crate::site::message::FailedPage;
use crate::terminal::printable;

/// The lines of source before and behind that of a panic.
const AROUND: usize = 2;

/// The line for the terminal.
pub(crate) fn line(page: &FailedPage) -> String {
    let FailedPage { path, chain, is_panic, location, file, hint, .. } = page;
    let panicked = if *is_panic { "panicked: " } else { "" };
    let mut line = format!("{path}: {panicked}{}", chain.join(": "));
    if let Some(place) = location.as_ref().or(file.as_ref()) {
        let _ = write!(line, "\n  --> {place}");
    }
    if let Some(hint) = hint {
        let _ = write!(line, "\n  hint: {hint}");
    }
    printable(&line)
}

/// The problem of a page: its chain, its file and route, and for a panic the source.
pub(super) fn problem(page: &FailedPage, layout: &Layout) -> Problem {
    let (first, causes) =
        page.chain.split_first().map_or(("", &[][..]), |(first, rest)| (&**first, rest));
    let title = match page.is_panic {
        true => "The page panicked",
        false => "The page failed",
    };
    let panic = page.location.as_deref().and_then(|location| place_in_line(location, layout));
    let in_texts = page.chain.iter().filter_map(|text| place_in_line(text, layout));
    let mut places: Vec<Place> = panic.clone().into_iter().chain(in_texts).collect();
    let file = page.file.as_deref().and_then(|file| place_in_line(&format!("{file}:1:1"), layout));
    let names_file =
        |file: &Place| places.iter().any(|place| place.position.file == file.position.file);
    if let Some(file) = file.filter(|file| !names_file(file)) {
        places.push(Place { shown: page.file.clone().unwrap_or_default(), ..file });
    }
    let named = places.first().map_or("", |place| &place.shown);
    let more = messages::of_failure(named);
    let source = panic.or_else(|| places.first().filter(|place| place.position.line > 1).cloned());
    let source = source.and_then(|place| excerpt(&place)).unwrap_or_default();
    // A mistake in content has its hint at its end.
    let (first, own_hint) = match first.rsplit_once("\n  hint: ") {
        Some((text, hint)) if !hint.contains('\n') => (text, Some(hint.to_owned())),
        _ => (first, None),
    };
    let hint = page.hint.clone().or(own_hint);
    let mistake = Mistake {
        message: ansi::stripped(first),
        places,
        causes: causes.iter().map(|cause| ansi::stripped(cause)).collect(),
        details: source,
        hint: hint.map(|text| Hint { text: ansi::stripped(&text), more }),
    };
    Problem { title: title.to_owned(), mistakes: vec![mistake] }
}

/// The lines around a place, with a mark.
fn excerpt(place: &Place) -> Option<String> {
    let text = fs::read_to_string(&place.position.file).ok()?;
    let (line, column) = (place.position.line, place.position.column);
    let first = line.saturating_sub(AROUND).max(1);
    let width = (line + AROUND).to_string().len();
    let mut excerpt = String::new();
    for (number, source) in text.lines().enumerate().map(|(at, source)| (at + 1, source)) {
        if !(first..=line + AROUND).contains(&number) {
            continue;
        }
        let mark = if number == line { '>' } else { ' ' };
        let _ = writeln!(excerpt, "{mark} {number:width$} | {source}");
        if number == line && column > 1 {
            // The mark stands below its character, whatever the width of a tab.
            let before = source.chars().take(column - 1);
            let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let _ = writeln!(excerpt, "  {:width$} | {indent}^", "");
        }
    }
    Some(ansi::stripped(excerpt.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_has_its_source() {
        let folder = std::env::temp_dir().join(format!("kiln-dev-failure-{}", std::process::id()));
        fs::create_dir_all(folder.join("src/pages")).expect("a folder to make");
        let source = "use kiln::prelude::*;\n\npub fn get() -> String {\n    None.unwrap()\n}\n";
        fs::write(folder.join("src/pages/a.rs"), source).expect("a file to write");
        let layout = Layout { site: folder.clone(), package: folder.clone(), target: None };
        let page = FailedPage {
            path: "/a".to_owned(),
            chain: vec!["no value".to_owned()],
            is_panic: true,
            location: Some(format!("{}/src/pages/a.rs:4:10", folder.display())),
            file: Some("src/pages/a.rs".to_owned()),
            route: Some("/a".to_owned()),
            hint: None,
        };
        let problem = problem(&page, &layout);
        let mistake = &problem.mistakes[0];
        assert_eq!(mistake.places.len(), 1);
        assert_eq!(mistake.places[0].shown, "src/pages/a.rs:4:10");
        assert!(
            mistake.details.contains("> 4 |     None.unwrap()\n    |          ^\n  5 | }"),
            "{}",
            mistake.details
        );
        fs::remove_dir_all(folder).expect("a folder to remove");
    }

    #[test]
    fn a_hint_has_the_address_of_its_section() {
        let folder = std::env::temp_dir().join(format!("kiln-dev-hint-{}", std::process::id()));
        fs::create_dir_all(folder.join("content")).expect("a folder to make");
        fs::write(folder.join("content/a.md"), "---\ntitel: A\n---\n").expect("a file to write");
        let layout = Layout { site: folder.clone(), package: folder.clone(), target: None };
        let page = |text: &str, hint: Option<&str>| FailedPage {
            chain: vec![text.to_owned()],
            hint: hint.map(str::to_owned),
            ..FailedPage::default()
        };
        let in_content =
            "unknown key `titel`\n --> content/a.md:2:1\n  hint: did you mean `title`?";
        for (page, text, section) in [
            (page(in_content, None), "did you mean `title`?", "content"),
            (page("it fails", Some("mend it")), "mend it", "build"),
        ] {
            let problem = problem(&page, &layout);
            let hint = problem.mistakes[0].hint.clone().expect("a hint");
            assert_eq!(hint.text, text);
            let more = format!("https://kiln-rs.github.io/kiln/messages/#{section}");
            assert_eq!(hint.more, more);
            assert!(!problem.mistakes[0].message.contains("hint: "));
        }
        fs::remove_dir_all(folder).expect("a folder to remove");
    }

    #[test]
    fn a_failure_has_its_chain() {
        let layout = Layout { site: "/nowhere".into(), package: "/nowhere".into(), target: None };
        let page = FailedPage {
            path: "/a".to_owned(),
            chain: ["cannot read", "no such file", "\x1b[31mred"].map(str::to_owned).into(),
            file: Some("src/pages/a.rs".to_owned()),
            ..FailedPage::default()
        };
        let problem = problem(&page, &layout);
        assert_eq!(problem.mistakes[0].message, "cannot read");
        assert_eq!(problem.mistakes[0].causes, ["no such file", "red"]);
        assert_eq!(
            line(&page),
            "/a: cannot read: no such file: \\u{1b}[31mred\n  --> src/pages/a.rs"
        );
    }
}
