//! Structured data for search engines, in a script element.

use serde_core::Serialize;

/// Returns a `<script type="application/ld+json">` element with a value as JSON, for the head of a page.
///
/// No text in the value can end the element: `<`, `>` and `&` are written as escapes of JSON, which mean the same.
/// A value that JSON cannot represent, such as a map whose keys are lists, is written as `null`.
///
/// # Example
///
/// ```
/// use kiln::prelude::*;
///
/// let script = kiln::json_ld(&json!({ "@type": "Article", "headline": "</script>" }));
/// assert_eq!(
///     script,
///     r#"<script type="application/ld+json">{"@type":"Article","headline":"\u003c/script\u003e"}</script>"#,
/// );
/// ```
pub fn json_ld(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    let mut script = String::with_capacity(json.len() + 48);
    script.push_str("<script type=\"application/ld+json\">");
    for c in json.chars() {
        match c {
            '<' => script.push_str("\\u003c"),
            '>' => script.push_str("\\u003e"),
            '&' => script.push_str("\\u0026"),
            // Line ends in JavaScript before 2019.
            '\u{2028}' => script.push_str("\\u2028"),
            '\u{2029}' => script.push_str("\\u2029"),
            c => script.push(c),
        }
    }
    script.push_str("</script>");
    script
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn no_value_ends_the_element() {
        for text in [
            "</script>",
            "<!-- <script>",
            "]]>",
            "\u{2028}\u{2029}",
            "a\"b\\",
            "&lt;/script&gt;",
            "\0\u{1f}",
        ] {
            let value = json!({ text: [text] });
            let script = json_ld(&value);
            let inner = script
                .strip_prefix("<script type=\"application/ld+json\">")
                .and_then(|rest| rest.strip_suffix("</script>"))
                .expect("an element");
            assert!(!inner.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{inner}");
            assert_eq!(serde_json::from_str::<Value>(inner).expect("JSON"), value);
        }
    }
}
