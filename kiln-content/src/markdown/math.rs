//! Formulas: LaTeX to `MathML`.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, mathml::write_mathml};

use super::source::Fault;

/// Longer and deeper formulas take too long to parse.
const LONGEST: usize = 10_000;
const DEEPEST: usize = 100;

/// Commands without braces nest too, such as `\sqrt\sqrt x`, and the parser calls itself for each. Formulas that may have many
/// of them are read on a stack of their own.
const SHORT: usize = 200;
const STACK: usize = 256 << 20;

/// Renders a formula as a `<math>` element.
pub(super) fn mathml(formula: &str, display_mode: DisplayMode) -> Result<String, Fault> {
    if formula.len() > LONGEST || depth(formula) > DEEPEST {
        let message =
            format!("a formula has {LONGEST} bytes and {DEEPEST} levels of braces at most");
        return Err(Fault::new(message, "write several formulas"));
    }
    if formula.len() <= SHORT {
        return convert(formula, display_mode);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || convert(formula, display_mode));
        let thread = thread.map_err(|error| fault(&format!("no thread can read it: {error}")))?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn convert(formula: &str, display_mode: DisplayMode) -> Result<String, Fault> {
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

/// How many braces are open at most.
fn depth(formula: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in formula.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The first line of the parser's message says what is wrong; the others draw the place.
fn fault(message: &str) -> Fault {
    let first = message.lines().next().unwrap_or_default();
    let first = first.strip_prefix("parsing error: ").unwrap_or(first).trim_end_matches([':', '.']);
    let hint = "write the formula as LaTeX does, or `\\$` for a dollar sign that starts none";
    Fault::new(format!("this is not a valid formula: {first}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many levels of one kind, as many as fit.
    #[test]
    fn deep_formulas_are_mistakes() {
        for (before, after) in [
            ("{", "}"),
            ("\\frac{1}{", "}"),
            ("\\sqrt ", ""),
            ("\\hat", ""),
            ("\\text{", "}"),
            ("x^", ""),
            ("x^{", "}"),
            ("\\left(", "\\right)"),
            ("\\begin{matrix}", "\\end{matrix}"),
            ("\\mathbf{", "}"),
            ("\\not", ""),
        ] {
            for levels in [DEEPEST, LONGEST / (before.len() + after.len()) - 1] {
                let formula = format!("{}x{}", before.repeat(levels), after.repeat(levels));
                // It ends, and does not overflow the stack.
                let _ = mathml(&formula, DisplayMode::Block);
            }
        }
        assert!(mathml(&"x".repeat(LONGEST + 1), DisplayMode::Inline).is_err());
    }

    #[test]
    fn what_formulas_write_is_escaped() {
        for (formula, expected) in [
            ("a<b", "<math display=\"inline\"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>"),
            ("a>\\&", "<math display=\"inline\"><mi>a</mi><mo>&gt;</mo><mi>&amp;</mi></math>"),
            (
                "\\text{<b>&amp;}",
                "<math display=\"inline\"><mtext>&lt;b&gt;&amp;amp;</mtext></math>",
            ),
        ] {
            assert_eq!(mathml(formula, DisplayMode::Inline).unwrap(), expected, "{formula}");
        }
    }
}
