//! How the Markdown of the documentation differs from Markdown elsewhere.

use kiln::content::Markdown;
use kiln::content::markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

pub fn options() -> Markdown {
    Markdown::new().events(|mut events| {
        for at in 1..events.len() {
            let (before, after) = events.split_at_mut(at);
            if let (
                Some((Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), _)),
                Some((Event::Text(code), _)),
            ) = (before.last_mut(), after.first_mut())
                && let Some((file, rest)) = file_name(code)
            {
                *info = format!("{info} title=\"{file}\"").into();
                *code = rest.to_owned().into();
            }
        }
        // Without a space, the search would see the cells of a row as one word.
        let cells = events.into_iter().flat_map(|(event, range)| {
            let space = matches!(event, Event::End(TagEnd::TableCell))
                .then(|| (Event::Text(" ".into()), range.clone()));
            space.into_iter().chain([(event, range)])
        });
        cells.collect()
    })
}

/// The file that a comment in the first line names, and the lines below it. On GitHub it is a comment, here a caption.
fn file_name(code: &str) -> Option<(&str, &str)> {
    let (first, rest) = code.split_once('\n')?;
    let (mark, file) = first.split_once(' ')?;
    let is_name = |text: &str| text.contains('.') && !text.contains([' ', '"']);
    let heads =
        |line: &&str| line.strip_prefix(mark).is_some_and(|line| is_name(line.trim_start()));
    // A block with several files keeps its comments.
    let is_alone = rest.lines().filter(heads).count() == 0;
    (matches!(mark, "//" | "#") && is_name(file) && is_alone).then_some((file, rest))
}
