//! Suggestions for mistyped names.

/// The known name that is nearest to another, if it is near enough.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let mut nearest = None;
    for known in known {
        nearest = nearer(&lower, nearest, known);
    }
    let (distance, nearest) = nearest?;
    (distance <= (nearest.chars().count() / 3).max(1)).then_some(nearest)
}

/// A name with its distance, if it is nearer than the nearest before.
fn nearer<'a>(
    lower: &str,
    nearest: Option<(usize, &'a str)>,
    known: &'a str,
) -> Option<(usize, &'a str)> {
    let distance = strsim::damerau_levenshtein(lower, &known.to_lowercase());
    match nearest {
        Some((least, _)) if least <= distance => nearest,
        _ => Some((distance, known)),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_suggested_if_it_is_near() {
        let known = ["title", "date", "tags"];
        for (name, expected) in [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("tag", Some("tags")),
            ("dat", Some("date")),
            ("summary", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!(nearest("title", []), None);
    }
}
