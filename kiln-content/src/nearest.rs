//! Suggestions for mistyped names.

/// The known name that is nearest to another, if it is near enough.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let with_distance = known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&lower, &known.to_lowercase()), known));
    let (distance, nearest) = with_distance.min_by_key(|(distance, _)| *distance)?;
    (distance <= (nearest.chars().count() / 3).max(1)).then_some(nearest)
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
