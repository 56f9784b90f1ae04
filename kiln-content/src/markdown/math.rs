//! Formulas: LaTeX to `MathML`.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, mathml::write_mathml};

use super::source::Fault;

/// Renders a formula as a `<math>` element.
pub(super) fn mathml(formula: &str, display_mode: DisplayMode) -> Result<String, Fault> {
    let storage = Storage::new();
    let events: Result<Vec<_>, _> = Parser::new(formula, &storage).collect();
    let events = events.map_err(|error| fault(&error.to_string()))?;
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut html = Vec::new();
    let events = events.into_iter().map(Ok::<_, std::fmt::Error>);
    write_mathml(&mut html, events, config).map_err(|error| fault(&error.to_string()))?;
    let html = String::from_utf8(html).map_err(|error| fault(&error.to_string()))?;
    // The crate escapes texts, but not these operators.
    Ok(html.replace("><</", ">&lt;</").replace(">></", ">&gt;</").replace(">&</", ">&amp;</"))
}

/// The first line of the parser's message says what is wrong; the others draw the place.
fn fault(message: &str) -> Fault {
    let first = message.lines().next().unwrap_or_default();
    let first = first.strip_prefix("parsing error: ").unwrap_or(first).trim_end_matches([':', '.']);
    let hint = "write the formula as LaTeX does, or `\\$` for a dollar sign that starts none";
    Fault::new(format!("this is no formula: {first}"), hint)
}
