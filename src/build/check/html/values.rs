//! URLs in the values of attributes.

/// Removes what browsers remove around a URL.
pub(super) fn trimmed(url: &str) -> &str {
    url.trim_matches(|c: char| c <= ' ')
}

/// The URLs of a `srcset`. The URL of a candidate ends at a space, and may contain commas.
pub(super) fn srcset(value: &str) -> impl Iterator<Item = &str> {
    let is_space = |c: char| c.is_ascii_whitespace();
    let mut rest = value;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| is_space(c) || c == ',');
        if rest.is_empty() {
            return None;
        }
        let (url, behind) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
        let without_comma = url.trim_end_matches(',');
        rest = match without_comma.len() == url.len() {
            // The descriptor, such as `2x`, up to the comma.
            true => behind.split_once(',').map_or("", |(_, next)| next),
            false => behind,
        };
        Some(without_comma)
    })
}

/// The URL of a `<meta http-equiv="refresh">`, such as `0; url=/new`; `None` if it loads the same page again.
pub(super) fn refresh(value: &str) -> Option<&str> {
    let is_space = |c: char| c.is_ascii_whitespace();
    let number = value.trim_start_matches(is_space);
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(is_space).trim_start_matches([';', ',']);
    let rest = rest.trim_start_matches(is_space);
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url"));
    let assigned = named.and_then(|_| rest[3..].trim_start_matches(is_space).strip_prefix('='));
    let url = assigned.map_or(rest, |url| url.trim_start_matches(is_space));
    let url = match url.chars().next() {
        Some(quote @ ('"' | '\'')) => url[1..].split(quote).next().unwrap_or_default(),
        _ => url,
    };
    (!url.is_empty()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_of_a_srcset_are_separated_by_commas_after_spaces() {
        for (value, expected) in [
            ("", &[][..]),
            (" , ", &[]),
            ("/a.png", &["/a.png"]),
            ("/a.png 1x, /b.png 2x", &["/a.png", "/b.png"]),
            ("/a.png 480w,/b.png 960w", &["/a.png", "/b.png"]),
            ("/a.png, /b.png", &["/a.png", "/b.png"]),
            ("/a,b.png 1x", &["/a,b.png"]),
            ("data:image/png;base64,AA== 1x, /b.png 2x", &["data:image/png;base64,AA==", "/b.png"]),
            ("\n  /a.png\t2x  ,\n/b.png", &["/a.png", "/b.png"]),
        ] {
            assert_eq!(srcset(value).collect::<Vec<_>>(), expected, "{value:?}");
        }
    }

    #[test]
    fn a_refresh_may_have_a_url() {
        for (value, expected) in [
            ("0; url=/new", Some("/new")),
            ("5;URL='/new'", Some("/new")),
            ("0,url = \"/new\" x", Some("/new")),
            ("0 /new", Some("/new")),
            ("1.5; /url", Some("/url")),
            ("5", None),
            ("5;", None),
            ("0; url=", None),
        ] {
            assert_eq!(refresh(value), expected, "{value:?}");
        }
    }
}
