//! What a template with mistakes says. What templates write is tested beside maud's own macro, in kiln's `page/html`.

use super::markup;

/// The mistakes of a template, in the order in which they are shown.
#[track_caller]
fn check(template: &str, expected: &[&str]) {
    let found = markup::parse(template.parse().expect("tokens")).mistakes;
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{template}");
}

#[test]
fn templates_without_mistakes_have_none() {
    for template in ["", "p { \"a\" }", "@if a { \"b\" }", "br;", ".a #b {}", ";;"] {
        check(template, &[]);
    }
}

#[test]
fn control_flow_starts_with_an_at_sign() {
    for keyword in ["if", "for", "while", "match", "let", "else"] {
        let message = format!(
            "`{keyword}` is not an element\n  hint: control flow starts with `@`: `@{keyword}`"
        );
        check(&format!("{keyword} x {{}}"), &[&message]);
    }
    check("@if x p {}", &["expected markup in braces: `{ … }`"]);
    check("@loop {}", &["expected `if`, `for`, `while`, `match` or `let` after `@`"]);
}

#[test]
fn text_is_quoted() {
    check("p { 1 }", &["text needs double quotes\n  hint: write `\"1\"`, or `(1)` for a value"]);
    check("p { 'x' }", &["text needs double quotes\n  hint: write `\"x\"`, or `(x)` for a value"]);
    check(
        "input checked=true;",
        &[
            "the value of an attribute is text\n  hint: write `checked` for an attribute without a value, or `checked[condition]`",
        ],
    );
}

#[test]
fn an_element_ends_in_its_body_or_a_semicolon() {
    let end = "expected an attribute of `p`, its body in `{ … }`, or `;` if it has none";
    check("p (x)", &[end]);
    check(
        "br / p {}",
        &["an element without a body ends in `;`\n  hint: write `;` instead of `/`"],
    );
    check("p #a #b {}", &["an element has one id"]);
}

#[test]
fn an_attribute_contains_no_element() {
    check("a href={ p {} } {}", &["expected text in quotes, `(value)`, or `{`"]);
    check("a href=p {}", &["expected text in quotes, `(value)`, or `{`"]);
}

#[test]
fn a_mistake_ends_its_block_and_no_other() {
    let quotes = "text needs double quotes\n  hint: write `\"1\"`, or `(1)` for a value";
    check(
        "p { 1 2 3 } p { (a b) } @if x { 1 } @else { 1 }",
        &[quotes, "expected the end of the value", quotes, quotes],
    );
}
