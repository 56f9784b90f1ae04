//! Suggestions for names that are not known.

/// The known name that was probably meant.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |known: &&&str| strsim::damerau_levenshtein(name, known);
    let best = known.iter().min_by_key(distance)?;
    (distance(&best) <= (best.chars().count() / 3).max(1)).then_some(*best)
}
