//! Breaks text into lines of a width.

use unicode_linebreak::{BreakOpportunity, linebreaks};

/// A part of a text that stays in one line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Whether a space follows, unless the line ends.
    pub(crate) is_spaced: bool,
}

/// The widths of what stands between pieces, and at the end of a text that is cut.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gaps {
    pub(crate) space: f32,
    /// Between pieces without a space: nothing but the spacing of letters.
    pub(crate) joint: f32,
    pub(crate) ellipsis: f32,
}

/// How lines are filled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) width: f32,
    /// The most lines. If there are more, the last one ends in `…`.
    pub(crate) clamp: usize,
    /// Whether lines have nearly the same width, instead of each being as long as it can.
    pub(crate) is_balanced: bool,
}

/// Divides a text where Unicode allows a line to end.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, opportunity) in linebreaks(text) {
        let part = &text[start..end];
        let is_spaced = part.ends_with(' ') && opportunity == BreakOpportunity::Allowed;
        pieces.push(Piece { text: part.trim_end().to_owned(), is_spaced });
        start = end;
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// Divides a piece that is wider than a line between its characters.
pub(crate) fn characters(piece: &Piece) -> Vec<Piece> {
    let mut characters: Vec<Piece> = piece
        .text
        .chars()
        .map(|character| Piece { text: character.to_string(), is_spaced: false })
        .collect();
    if let Some(last) = characters.last_mut() {
        last.is_spaced = piece.is_spaced;
    }
    characters
}

/// The lines of a text. `pieces` are given with their widths.
pub(crate) fn lines(pieces: &[(Piece, f32)], gaps: Gaps, setting: Setting) -> Vec<String> {
    let mut lines = filled(pieces, gaps, setting.width);
    if lines.len() > setting.clamp {
        let start = lines[..setting.clamp - 1].iter().map(|line| line.len()).sum();
        lines.truncate(setting.clamp - 1);
        let mut texts: Vec<String> = lines.into_iter().map(joined).collect();
        texts.push(cut(&pieces[start..], gaps, setting.width));
        return texts;
    }
    if setting.is_balanced && lines.len() > 1 {
        lines = balanced(pieces, gaps, setting.width, lines.len());
    }
    lines.into_iter().map(joined).collect()
}

/// Fills each line as far as possible.
fn filled(pieces: &[(Piece, f32)], gaps: Gaps, width: f32) -> Vec<&[(Piece, f32)]> {
    let mut lines = Vec::new();
    let (mut start, mut filled) = (0, 0.0);
    for (at, (_, own)) in pieces.iter().enumerate() {
        let gap = if at == start { 0.0 } else { gap(&pieces[at - 1].0, gaps) };
        if at > start && filled + gap + own > width {
            lines.push(&pieces[start..at]);
            (start, filled) = (at, *own);
        } else {
            filled += gap + own;
        }
    }
    lines.push(&pieces[start..]);
    lines
}

/// Fills the same number of lines in the smallest width that is enough for them.
fn balanced(pieces: &[(Piece, f32)], gaps: Gaps, width: f32, count: usize) -> Vec<&[(Piece, f32)]> {
    let (mut too_small, mut enough) = (0.0, width);
    while enough - too_small > 0.5 {
        let middle = f32::midpoint(too_small, enough);
        match filled(pieces, gaps, middle).len() > count {
            true => too_small = middle,
            false => enough = middle,
        }
    }
    filled(pieces, gaps, enough)
}

/// The last line of a text that goes on.
fn cut(pieces: &[(Piece, f32)], gaps: Gaps, width: f32) -> String {
    let line = filled(pieces, gaps, width - gaps.ellipsis - gaps.joint)[0];
    let text = joined(line);
    format!("{}\u{2026}", text.trim_end_matches([',', ';', ':', '.', '\u{2013}', '\u{2014}', ' ']))
}

fn joined(line: &[(Piece, f32)]) -> String {
    let mut text = String::new();
    for (piece, _) in line {
        text.push_str(&piece.text);
        if piece.is_spaced {
            text.push(' ');
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn gap(piece: &Piece, gaps: Gaps) -> f32 {
    if piece.is_spaced { gaps.space } else { gaps.joint }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a text whose characters all have the width 1.
    fn wrapped(text: &str, width: f32, clamp: usize, is_balanced: bool) -> Vec<String> {
        let measure = |piece: &Piece| u8::try_from(piece.text.chars().count()).map(f32::from);
        let all = pieces(text).into_iter().flat_map(|piece| {
            match measure(&piece).is_ok_and(|own| own > width) {
                true => characters(&piece),
                false => vec![piece],
            }
        });
        let measured: Vec<_> = all.map(|it| (it.clone(), measure(&it).expect("short"))).collect();
        let gaps = Gaps { space: 1.0, joint: 0.0, ellipsis: 1.0 };
        lines(&measured, gaps, Setting { width, clamp, is_balanced })
    }

    #[test]
    fn lines_are_filled_where_unicode_allows_them_to_end() {
        for (text, width, expected) in [
            ("one", 10.0, &["one"][..]),
            ("one two three", 7.0, &["one two", "three"]),
            ("one two three", 6.0, &["one", "two", "three"]),
            ("one two three", 13.0, &["one two three"]),
            ("a well-known fact", 7.0, &["a well-", "known", "fact"]),
            ("1,000.50 or 2", 9.0, &["1,000.50", "or 2"]),
            (
                "\u{65e5}\u{672c}\u{8a9e}\u{3001}\u{306e}",
                3.0,
                &["\u{65e5}\u{672c}", "\u{8a9e}\u{3001}\u{306e}"],
            ),
            ("caf\u{e9}\u{a0}noir now", 9.0, &["caf\u{e9}\u{a0}noir", "now"]),
            ("unbreakable", 5.0, &["unbre", "akabl", "e"]),
            ("an unbreakable", 5.0, &["an un", "break", "able"]),
        ] {
            assert_eq!(wrapped(text, width, 99, false), expected, "{text} in {width}");
        }
    }

    #[test]
    fn a_text_with_too_many_lines_is_cut() {
        for (clamp, expected) in [
            (3, &["one two", "three", "four"][..]),
            (2, &["one two", "three\u{2026}"]),
            (1, &["one\u{2026}"]),
        ] {
            assert_eq!(wrapped("one two three four", 7.0, clamp, false), expected);
        }
        assert_eq!(wrapped("so, on, and on", 5.0, 1, false), ["so\u{2026}"]);
    }

    #[test]
    fn balanced_lines_have_nearly_the_same_width() {
        assert_eq!(wrapped("aaa bbb ccc d", 11.0, 9, false), ["aaa bbb ccc", "d"]);
        assert_eq!(wrapped("aaa bbb ccc d", 11.0, 9, true), ["aaa bbb", "ccc d"]);
        assert_eq!(wrapped("aaa", 11.0, 9, true), ["aaa"]);
    }
}
