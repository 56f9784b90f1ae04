//! Rust identifiers made from the names of files.

use unicode_normalization::UnicodeNormalization;

/// Converts a name to snake case, as source text: `r#type` for a keyword.
///
/// The result is never empty, and always a valid identifier.
pub(crate) fn snake_case(name: &str) -> String {
    let plain = plain_snake_case(name);
    match syn::parse_str::<syn::Ident>(&plain) {
        // A keyword since the 2024 edition, which syn does not know.
        Ok(_) if plain == "gen" => format!("r#{plain}"),
        Ok(_) => plain,
        // `self`, `super`, `crate` and `_` cannot be raw.
        Err(_) if syn::parse_str::<syn::Ident>(&format!("r#{plain}")).is_ok() => {
            format!("r#{plain}")
        }
        Err(_) => format!("{plain}_"),
    }
}

/// Lower-case letters and digits of a name, with `_` for everything else and before each inner capital.
///
/// A leading digit gets a `_`; a name without letters and digits becomes `page`.
pub(crate) fn plain_snake_case(name: &str) -> String {
    let mut ident = String::new();
    let mut previous_is_lower = false;
    // rustc normalizes identifiers to NFC.
    for c in name.nfc() {
        if !is_ident_char(c) {
            previous_is_lower = false;
            push_separator(&mut ident);
            continue;
        }
        if c.is_uppercase() && previous_is_lower {
            push_separator(&mut ident);
        }
        ident.extend(c.to_lowercase().filter(|&c| is_ident_char(c)));
        previous_is_lower = !c.is_uppercase();
    }
    let ident = ident.trim_end_matches('_');
    match ident.chars().next() {
        None => "page".into(),
        Some(c) if c.is_numeric() || syn::parse_str::<syn::Ident>(&format!("{c}x")).is_err() => {
            format!("_{ident}")
        }
        Some(_) => ident.into(),
    }
}

fn push_separator(ident: &mut String) {
    if !ident.is_empty() && !ident.ends_with('_') {
        ident.push('_');
    }
}

/// Returns true if and only if an identifier can contain the character, apart from `_`.
fn is_ident_char(c: char) -> bool {
    // syn accepts white space around an identifier.
    let is_inside =
        |text: &str| syn::parse_str::<syn::Ident>(text).is_ok_and(|ident| ident == text);
    c.is_ascii_alphanumeric() || !c.is_ascii() && is_inside(&format!("x{c}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let table = [
            ("about", "about"),
            ("aboutUs", "about_us"),
            ("FAQ", "faq"),
            ("HTMLPage", "htmlpage"),
            ("a-b", "a_b"),
            ("a.b", "a_b"),
            ("a--b", "a_b"),
            ("data.json", "data_json"),
            ("[slug]", "slug"),
            ("[...path]", "path"),
            ("[id].json", "id_json"),
            ("v[major].[minor]", "v_major_minor"),
            (".well-known", "well_known"),
            ("404", "_404"),
            ("2fa", "_2fa"),
            ("type", "r#type"),
            ("async", "r#async"),
            ("gen", "r#gen"),
            ("self", "self_"),
            ("Self", "self_"),
            ("crate", "crate_"),
            ("super", "super_"),
            ("über uns", "über_uns"),
            ("日本", "日本"),
            ("$a", "a"),
            ("(x)", "x"),
            ("!!!", "page"),
            ("\"];evil//", "evil"),
            ("cafe\u{301}", "caf\u{e9}"),
            ("a\u{85}b\u{200e}\u{2028}", "a_b"),
        ];
        for (name, ident) in table {
            assert_eq!(snake_case(name), ident, "{name}");
        }
    }
}
