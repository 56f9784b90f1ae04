//! Compares content types with the extensions of files.

/// Names of the same type that differ in more than an `x-` prefix.
const SAME: [(&str, &str); 2] = [("vnd.microsoft.icon", "icon"), ("ecmascript", "javascript")];

/// Returns true if and only if a content type has this media type, and no other charset than UTF-8.
pub(crate) fn is_type(media_type: &str, content_type: impl AsRef<[u8]>) -> bool {
    let content_type = content_type.as_ref();
    let Some((head, rest)) = content_type.split_at_checked(media_type.len()) else { return false };
    let rest = rest.strip_prefix(b";").unwrap_or(rest).trim_ascii();
    head.eq_ignore_ascii_case(media_type.as_bytes())
        && (rest.is_empty() || rest.eq_ignore_ascii_case(b"charset=utf-8"))
        && content_type.get(media_type.len()).is_none_or(|byte| *byte == b';')
}

/// Returns true if and only if a content type is plausible for a file with this name.
///
/// It can be an alias of the type of the extension, such as `application/xml` for `.xml`; a more specific type, such as
/// `application/rss+xml`; or a more general one, such as `application/json` for `.webmanifest`. With an unknown
/// extension, every type is plausible.
pub(crate) fn agrees(name: &str, content_type: &str) -> bool {
    let Some((_, extension)) = name.rsplit('/').next().and_then(|name| name.rsplit_once('.'))
    else {
        return true;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let guesses = mime_guess::from_ext(extension);
    guesses.is_empty() || guesses.iter_raw().any(|guess| fits(guess, &essence))
}

fn fits(guess: &str, essence: &str) -> bool {
    let (Some((kind, name)), Some((other_kind, other))) =
        (guess.split_once('/'), essence.split_once('/'))
    else {
        return false;
    };
    let (name, other) = (common_form(name), common_form(other));
    let is_general = |kind: &str| matches!(kind, "text" | "application");
    let are_of_one_kind = kind == other_kind || (is_general(kind) && is_general(other_kind));
    let is_kind_of = |name: &str, general: &str| {
        name.rsplit_once('+').is_some_and(|(_, suffix)| suffix == general)
    };
    (are_of_one_kind && (name == other || is_kind_of(name, other)))
        || (is_general(kind) && is_kind_of(other, name))
}

fn common_form(name: &str) -> &str {
    let name = name.strip_prefix("x-").unwrap_or(name);
    SAME.iter().find(|(same, _)| *same == name).map_or(name, |(_, common)| common)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn content_types_are_compared_with_media_types() {
        for (media_type, content_type, expected) in [
            ("application/json", "application/json", true),
            ("application/json", "application/json; charset=utf-8", true),
            ("text/plain", "text/plain; charset=UTF-8", true),
            ("text/plain", "text/plain;charset=utf-8", true),
            ("text/plain", "text/plain; charset=latin1", false),
            ("text/plain", "text/plainer", false),
            ("text/plain", "text/plai", false),
            ("text/html", "TEXT/HTML", true),
            ("text/xml", "application/rss+xml", false),
            ("image/svg+xml", "image/svg+xml", true),
        ] {
            let value = HeaderValue::from_static(content_type);
            assert_eq!(is_type(media_type, &value), expected, "{media_type} {content_type}");
        }
    }

    #[test]
    fn content_types_are_compared_with_extensions() {
        for (name, content_type, expected) in [
            ("a.css", "text/css", true),
            ("a.css", "TEXT/CSS ; charset=latin1", true),
            ("a.css", "text/plain; charset=utf-8", false),
            ("a.csv", "text/plain", false),
            ("LOGO.PNG", "image/png", true),
            ("logo.png", "image/webp", false),
            ("logo.png", "application/octet-stream", false),
            ("favicon.ico", "image/vnd.microsoft.icon", true),
            ("favicon.ico", "image/x-icon", true),
            ("a.js", "application/javascript", true),
            ("a.mjs", "text/javascript", true),
            ("a.js", "application/x-javascript", true),
            ("a.js", "application/json", false),
            ("feed.xml", "application/xml", true),
            ("feed.xml", "application/atom+xml; charset=utf-8", true),
            ("feed.xml", "application/json", false),
            ("feed.atom", "application/xml", true),
            ("a.json", "application/geo+json", true),
            ("a.json", "text/html", false),
            ("site.webmanifest", "application/json", true),
            ("icon.svg", "application/xml", false),
            ("icon.svg", "image/svg+xml", true),
            ("a.tar.gz", "application/x-gzip", true),
            ("a.yaml", "application/yaml", true),
            ("a.html", "text/plain", false),
            ("a.html", "html", false),
            ("a.html", "", false),
            ("v1.2", "text/plain", true),
            ("users", "application/json", true),
            ("a.json/users", "text/plain", true),
            ("data.xyzzy", "text/plain", true),
        ] {
            assert_eq!(agrees(name, content_type), expected, "{name} {content_type}");
        }
    }
}
