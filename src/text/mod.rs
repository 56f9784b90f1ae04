//! Text helpers: suggestions for mistyped names, and numbers for people; and small collections that all rooms use.

pub(crate) mod names;
pub(crate) mod sorted;

/// The known name that is nearest to a word, if it is near enough.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut nearest = Nearest::to(word);
    known.for_each(|name| nearest.offer(&letters(name), || name));
    nearest.found()
}

/// The nearest one of the names that were offered so far.
#[derive(Debug)]
pub(crate) struct Nearest<T> {
    word: Vec<char>,
    best: Option<Candidate<T>>,
}

#[derive(Debug)]
struct Candidate<T> {
    distance: usize,
    length: usize,
    value: T,
}

/// The letters of a name, without case.
pub(crate) fn letters(name: &str) -> Vec<char> {
    name.to_lowercase().chars().collect()
}

impl<T> Nearest<T> {
    pub(crate) fn to(word: &str) -> Self {
        Nearest { word: letters(word), best: None }
    }

    /// Compares a name, which stands for a value.
    pub(crate) fn offer(&mut self, letters: &[char], value: impl FnOnce() -> T) {
        let best = self.best.as_ref().map_or(usize::MAX, |best| best.distance);
        // The distance is at least the difference of the lengths.
        if self.word.len().abs_diff(letters.len()) >= best {
            return;
        }
        let distance = distance(&self.word, letters);
        if distance < best {
            self.best = Some(Candidate { distance, length: letters.len(), value: value() });
        }
    }

    /// The value of the nearest name, if it is near enough.
    pub(crate) fn found(self) -> Option<T> {
        let Candidate { distance, length, value } = self.best?;
        (distance <= (length / 3).max(1)).then_some(value)
    }
}

/// The number of letters to insert, delete, replace or swap with the next to get one word from the other.
fn distance(a: &[char], b: &[char]) -> usize {
    // The two previous rows of the table.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, &letter) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in b.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut fewest = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && letter == b[column - 1] && a[row - 1] == other {
                fewest = fewest.min(before_last[column - 1] + 1);
            }
            current.push(fewest);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[b.len()]
}

/// A number with a comma between thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A number with what it counts: `1 page`, `2 pages`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let known = ["user", "theme", "is_admin", "ü"];
        let cases = [
            ("usr", Some("user")),
            ("User", Some("user")),
            ("uesr", Some("user")),
            ("users", Some("user")),
            ("isAdmin", Some("is_admin")),
            ("admin", None),
            ("session", None),
            ("", Some("ü")),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
        }
        assert_eq!(nearest("user", std::iter::empty()), None);
    }

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1_000, 12_345, 123_456, 1_000_007].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "123,456", "1,000,007"]);
    }
}
