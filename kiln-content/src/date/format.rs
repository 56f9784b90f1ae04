//! Formats dates with the directives of `strftime`, as the crate jiff defines them.

use std::fmt::Write as _;

use super::civil::Civil;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Writes a date in a format.
///
/// # Errors
///
/// Returns what is wrong with the format.
pub(super) fn format(format: &str, civil: &Civil, offset: i64) -> Result<String, String> {
    let mut text = Text { civil, offset, out: String::new() };
    text.format(format)?;
    Ok(text.out)
}

struct Text<'a> {
    civil: &'a Civil,
    /// In seconds.
    offset: i64,
    out: String,
}

/// What stands between the percent sign and the letter of a directive.
#[derive(Clone, Copy)]
struct Options {
    /// One of `_0-^#`.
    flag: Option<char>,
    width: Option<u8>,
    colons: usize,
}

impl Text<'_> {
    fn format(&mut self, format: &str) -> Result<(), String> {
        let mut rest = format;
        while let Some((text, directive)) = rest.split_once('%') {
            self.out.push_str(text);
            rest = self.directive(directive)?;
        }
        self.out.push_str(rest);
        Ok(())
    }

    /// Writes the directive at the start of a text, and returns what follows it.
    fn directive<'f>(&mut self, text: &'f str) -> Result<&'f str, String> {
        let flag = text.chars().next().filter(|first| "_0-^#".contains(*first));
        let (width, text) = width(&text[usize::from(flag.is_some())..])?;
        let colons = text.bytes().take(3).take_while(|byte| *byte == b':').count();
        let rest = &text[colons..];
        let options = Options { flag, width, colons };
        if let Some(fraction) = rest.strip_prefix('.') {
            return self.dot_fraction(fraction);
        }
        let Some(letter) = rest.chars().next() else {
            return Err("it ends within a directive; write %% for a percent sign".into());
        };
        self.write(letter, options)?;
        Ok(&rest[letter.len_utf8()..])
    }

    fn write(&mut self, letter: char, options: Options) -> Result<(), String> {
        match letter {
            '%' => self.out.push('%'),
            'n' => self.out.push('\n'),
            't' => self.out.push('\t'),
            'A' | 'a' | 'B' | 'b' | 'h' => self.name(letter, options),
            'P' | 'p' => self.half(letter, options),
            'c' | 'D' | 'F' | 'R' | 'r' | 'T' | 'X' | 'x' => self.composed(letter, options)?,
            'f' | 'N' => self.fraction(letter, options.width)?,
            'Q' | 'Z' | 'z' => self.zone(letter, options)?,
            _ => {
                let (fill, width, number) = self.number_of(letter)?;
                self.number(options, fill, width, number);
            }
        }
        Ok(())
    }

    fn name(&mut self, letter: char, options: Options) {
        let name = match letter {
            'A' | 'a' => DAYS.get(index(self.civil.weekday())),
            _ => MONTHS.get(index(self.civil.month - 1)),
        };
        let name = name.copied().unwrap_or_default();
        let name = if matches!(letter, 'A' | 'B') { name } else { &name[..3] };
        match options.flag {
            Some('^') => self.out.push_str(&name.to_ascii_uppercase()),
            _ => self.out.push_str(name),
        }
    }

    /// Before or after noon.
    fn half(&mut self, letter: char, options: Options) {
        let half = if self.hour() < 12 { "am" } else { "pm" };
        let is_lower = match letter {
            'P' => options.flag != Some('^'),
            _ => options.flag == Some('#'),
        };
        match is_lower {
            true => self.out.push_str(half),
            false => self.out.push_str(&half.to_ascii_uppercase()),
        }
    }

    /// Directives that stand for several others.
    fn composed(&mut self, letter: char, options: Options) -> Result<(), String> {
        let is_upper = options.flag == Some('^');
        self.format(match letter {
            'c' if is_upper => "%Y M%m %-d, %^a %H:%M:%S",
            'c' => "%Y M%m %-d, %a %H:%M:%S",
            'D' => "%m/%d/%y",
            'F' if self.civil.year < 0 => "%5Y-%m-%d",
            'F' => "%Y-%m-%d",
            'R' => "%H:%M",
            'r' => "%-I:%M:%S %p",
            'x' => "%Y M%m %-d",
            _ => "%H:%M:%S",
        })
    }

    /// A fraction of a second: with as many digits as it has, or as are asked for.
    fn fraction(&mut self, letter: char, width: Option<u8>) -> Result<(), String> {
        let all = format!("{:09}", self.civil.nanosecond);
        let digits = match (letter, width) {
            (_, Some(0)) => return Err(format!("%0{letter} has no digits")),
            (_, Some(width)) => usize::from(width).min(9),
            ('N', None) => 9,
            _ => all.trim_end_matches('0').len().max(1),
        };
        self.out.push_str(&all[..digits]);
        Ok(())
    }

    /// `%.f`: a fraction with its point, or nothing.
    fn dot_fraction<'f>(&mut self, text: &'f str) -> Result<&'f str, String> {
        let (width, rest) = width(text)?;
        let Some(rest) = rest.strip_prefix('f') else {
            return Err("only %.f has a dot".into());
        };
        let is_empty = width == Some(0) || width.is_none() && self.civil.nanosecond == 0;
        if !is_empty {
            self.out.push('.');
            self.fraction('f', width)?;
        }
        Ok(rest)
    }

    /// The offset from UTC, or a name for it.
    fn zone(&mut self, letter: char, options: Options) -> Result<(), String> {
        match (letter, options.colons) {
            ('Q', 0..=1) | ('Z', _) if self.offset == 0 => {
                let is_lower = letter == 'Z' && options.flag == Some('#');
                self.out.push_str(if is_lower { "utc" } else { "UTC" });
            }
            ('Q', 2..) => return Err("%Q has one colon at most".into()),
            ('Z', _) => self.offset(true, false, false),
            (_, colons) => self.offset(colons > 0, colons < 3, colons == 2),
        }
        Ok(())
    }

    /// Minutes and seconds are written where they are not 0, too.
    fn offset(&mut self, has_colons: bool, with_minutes: bool, with_seconds: bool) {
        let colon = if has_colons { ":" } else { "" };
        let (seconds, sign) = (self.offset.abs(), if self.offset < 0 { '-' } else { '+' });
        self.push(format_args!("{sign}{:02}", seconds / 3600));
        if with_minutes || seconds % 3600 != 0 {
            self.push(format_args!("{colon}{:02}", seconds / 60 % 60));
        }
        if with_seconds {
            self.push(format_args!("{colon}00"));
        }
    }

    /// The number of a directive, what fills it up, and to which width.
    fn number_of(&self, letter: char) -> Result<(char, u8, i64), String> {
        let Civil { year, month, day, second, .. } = *self.civil;
        let hour = self.hour();
        // Of twelve hours, the first is 12.
        let of_twelve = (hour + 11) % 12 + 1;
        // The weekday from 0, a Sunday, on.
        let from_sunday = (self.civil.weekday() + 1) % 7;
        let (iso_year, iso_week) = self.civil.iso_week();
        Ok(match letter {
            'C' => (' ', 0, year / 100),
            'd' => ('0', 2, day),
            'e' => (' ', 2, day),
            'G' => ('0', 4, iso_year),
            'g' => ('0', 2, iso_year % 100),
            'H' => ('0', 2, hour),
            'I' => ('0', 2, of_twelve),
            'j' => ('0', 3, self.civil.day_of_year()),
            'k' => (' ', 2, hour),
            'l' => (' ', 2, of_twelve),
            'M' => ('0', 2, second / 60 % 60),
            'm' => ('0', 2, month),
            'q' => ('0', 0, (month + 2) / 3),
            'S' => ('0', 2, second % 60),
            's' => (' ', 0, self.timestamp()),
            'U' => ('0', 2, (self.civil.day_of_year() + 6 - from_sunday) / 7),
            'u' => (' ', 0, self.civil.weekday() + 1),
            'V' => ('0', 2, iso_week),
            'W' => ('0', 2, (self.civil.day_of_year() + 6 - self.civil.weekday()) / 7),
            'w' => (' ', 0, from_sunday),
            'Y' => ('0', 4, year),
            'y' => ('0', 2, year % 100),
            _ => return Err(format!("there is no directive %{letter}")),
        })
    }

    /// The seconds since 1970, with the fraction cut off: before 1970, they count down to it.
    fn timestamp(&self) -> i64 {
        let seconds = self.civil.seconds() - self.offset;
        seconds + i64::from(seconds < 0 && self.civil.nanosecond > 0)
    }

    fn hour(&self) -> i64 {
        self.civil.second / 3600
    }

    fn number(&mut self, options: Options, fill: char, width: u8, number: i64) {
        let width = match options.flag {
            Some('-') => 0,
            _ => usize::from(options.width.unwrap_or(width)).min(20),
        };
        let has_zeros = match options.flag {
            Some('0') => true,
            Some('_') => false,
            _ => fill == '0',
        };
        match has_zeros {
            true => self.push(format_args!("{number:0width$}")),
            false => self.push(format_args!("{number:width$}")),
        }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = self.out.write_fmt(text);
    }
}

/// The number at the start of a text, and what follows it.
fn width(text: &str) -> Result<(Option<u8>, &str), String> {
    let rest = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let digits = &text[..text.len() - rest.len()];
    match digits.is_empty() {
        true => Ok((None, rest)),
        false => match digits.parse() {
            Ok(width) => Ok((Some(width), rest)),
            Err(_) => Err(format!("the width {digits} is over 255")),
        },
    }
}

fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
