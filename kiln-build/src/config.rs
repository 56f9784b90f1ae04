//! Reads `kiln.toml`: the settings of a site, every one of them optional.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;

/// The file, relative to the site's folder.
pub(crate) const FILE: &str = "kiln.toml";

/// The settings of a site. Values are checked once, here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// An origin without a trailing slash: `https://example.com`.
    pub(crate) site: Option<String>,
    /// Empty, or with a leading and without a trailing slash: `/docs`.
    pub(crate) base: String,
    pub(crate) format: Format,
    pub(crate) trailing_slash: TrailingSlash,
    /// Relative to the folder of the package that builds.
    pub(crate) out: String,
    /// Each once, in the order in which they stand there.
    pub(crate) hosts: Vec<Host>,
}

/// A host of static sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    Netlify,
    Cloudflare,
    Vercel,
    Azure,
    Firebase,
    GithubPages,
    Nginx,
    Caddy,
    S3,
}

/// How the path of a page becomes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Directory,
    File,
    Preserve,
}

/// Whether the URL of a page ends in a slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrailingSlash {
    Always,
    Never,
    Ignore,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            site: None,
            base: String::new(),
            format: Format::Directory,
            trailing_slash: TrailingSlash::Ignore,
            out: "dist".into(),
            hosts: vec![],
        }
    }
}

/// Reads the settings of the site in a folder; where there is no file, the defaults.
pub(crate) fn read(site: &Path) -> (Config, Vec<Diagnostic>) {
    match std::fs::read_to_string(site.join(FILE)) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Config::default(), vec![]),
        Err(error) => (Config::default(), vec![Diagnostic::unreadable(FILE, &error)]),
    }
}

const KEYS: [&str; 6] = ["site", "base", "format", "trailing-slash", "out", "hosts"];

const HOSTS: [(&str, Host); 9] = [
    ("netlify", Host::Netlify),
    ("cloudflare", Host::Cloudflare),
    ("vercel", Host::Vercel),
    ("azure", Host::Azure),
    ("firebase", Host::Firebase),
    ("github-pages", Host::GithubPages),
    ("nginx", Host::Nginx),
    ("caddy", Host::Caddy),
    ("s3", Host::S3),
];

fn parse(text: &str) -> (Config, Vec<Diagnostic>) {
    let mut config = Config::default();
    let mut settings = Settings { text, diagnostics: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let bytes = error.span().unwrap_or(0..0);
        let (message, hint) = syntax(text.get(bytes.clone()).unwrap_or_default(), error.message());
        settings.report(bytes, message, hint);
    }
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "site" => {
                settings
                    .string(value, "site = \"https://example.com\"", site_origin)
                    .inspect(|v| config.site = Some(v.clone()));
            }
            "base" => {
                settings
                    .string(value, "base = \"/docs\"", base_path)
                    .inspect(|v| config.base.clone_from(v));
            }
            "out" => {
                settings
                    .string(value, "out = \"dist\"", out_folder)
                    .inspect(|v| config.out.clone_from(v));
            }
            "format" => {
                let spellings = [
                    ("directory", Format::Directory),
                    ("file", Format::File),
                    ("preserve", Format::Preserve),
                ];
                settings.choice(value, &spellings).inspect(|v| config.format = *v);
            }
            "trailing-slash" => {
                let spellings = [
                    ("ignore", TrailingSlash::Ignore),
                    ("always", TrailingSlash::Always),
                    ("never", TrailingSlash::Never),
                ];
                settings.choice(value, &spellings).inspect(|v| config.trailing_slash = *v);
            }
            "hosts" => {
                settings
                    .choices(value, "hosts = [\"netlify\"]", &HOSTS)
                    .inspect(|v| config.hosts.clone_from(v));
            }
            unknown => {
                let hint = match nearest(unknown, &KEYS) {
                    Some(known) => format!("write `{known}`"),
                    None => format!("the keys are {}", list(&KEYS)),
                };
                settings.report(key.span(), format!("unknown key `{unknown}`"), hint);
            }
        }
    }
    (config, settings.diagnostics)
}

/// What the parser says of a piece of text, and what to write instead.
fn syntax(text: &str, message: &str) -> (String, &'static str) {
    if message == "duplicate key" {
        return (format!("the key `{text}` is there twice"), "keep one of the two lines");
    }
    let hint = if message.contains("must be quoted") {
        "put the value in quotes: \"...\""
    } else if message.contains("string") {
        "end the string with the quote that it starts with, on the same line"
    } else {
        "write one setting a line, as key = \"value\""
    };
    (message.replace('\n', "; "), hint)
}

/// The text of `kiln.toml`, and the mistakes found in it.
struct Settings<'a> {
    text: &'a str,
    diagnostics: Vec<Diagnostic>,
}

impl Settings<'_> {
    fn report(&mut self, bytes: Range<usize>, message: String, hint: impl Into<String>) {
        self.diagnostics.push(Diagnostic::at_bytes(FILE, self.text, bytes, message).hint(hint));
    }

    /// A string that a rule accepts. The rule gives what is kept, or the message and the hint.
    fn string(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        example: &str,
        rule: fn(&str) -> Result<String, (String, String)>,
    ) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            let message = format!("expected a string, found {}", kind(value.get_ref()));
            self.report(value.span(), message, format!("write for example {example}"));
            return None;
        };
        match rule(text) {
            Ok(kept) => Some(kept),
            Err((message, hint)) => {
                self.report(value.span(), message, hint);
                None
            }
        }
    }

    /// One of a few words.
    fn choice<T: Copy>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        spellings: &[(&str, T)],
    ) -> Option<T> {
        let words: Vec<&str> = spellings.iter().map(|(word, _)| *word).collect();
        let text = value.get_ref().as_str();
        let found = spellings.iter().find(|(word, _)| Some(*word) == text);
        if let Some((_, choice)) = found {
            return Some(*choice);
        }
        let message = match text {
            Some(text) => format!("`{text}` is none of {}", list(&words)),
            None => format!("expected a string, found {}", kind(value.get_ref())),
        };
        let hint = match text.and_then(|text| nearest(text, &words)) {
            Some(known) => format!("write \"{known}\""),
            None => format!("write one of {}", list(&words)),
        };
        self.report(value.span(), message, hint);
        None
    }

    /// A list of some of a few words, each of them once.
    fn choices<T: Copy + PartialEq>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        example: &str,
        spellings: &[(&str, T)],
    ) -> Option<Vec<T>> {
        let Some(elements) = value.get_ref().as_array() else {
            let message = format!("expected an array, found {}", kind(value.get_ref()));
            self.report(value.span(), message, format!("write for example {example}"));
            return None;
        };
        let mut choices = Vec::new();
        for element in elements {
            let Some(choice) = self.choice(element, spellings) else { continue };
            if choices.contains(&choice) {
                let word = element.get_ref().as_str().unwrap_or_default();
                self.report(element.span(), format!("`{word}` is there twice"), "write it once");
            } else {
                choices.push(choice);
            }
        }
        Some(choices)
    }
}

fn site_origin(text: &str) -> Result<String, (String, String)> {
    let origin = text.strip_suffix('/').unwrap_or(text);
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let Some(host) = host else {
        return Err((
            format!("`{text}` is no origin"),
            match text.contains(':') {
                true => "write an address of `https://` or `http://`, for example \"https://example.com\"".into(),
                false => format!("write the scheme too: \"https://{text}\""),
            },
        ));
    };
    if let Some((name, path)) = host.split_once('/') {
        let scheme = &origin[..origin.len() - host.len()];
        return Err((
            "`site` is an origin, and has no path".into(),
            format!("write site = \"{scheme}{name}\" and base = \"/{path}\""),
        ));
    }
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
    if name.is_empty() || !name.chars().all(is_name) || port.parse::<u16>().is_err() {
        return Err((
            format!("`{host}` is no host name"),
            "write ASCII letters, digits, dots and hyphens, and a port if need be: \"https://example.com:8080\"".into(),
        ));
    }
    Ok(origin.to_owned())
}

fn base_path(text: &str) -> Result<String, (String, String)> {
    let Some(path) = text.strip_prefix('/') else {
        let path = if text.contains(':') { "docs" } else { text };
        return Err(("`base` must start with `/`".into(), format!("write \"/{path}\"")));
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok(String::new());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=@/".contains(c);
    let is_segment = |segment: &str| !matches!(segment, "" | "." | "..");
    if !path.chars().all(is_plain) || !path.split('/').all(is_segment) {
        return Err((
            format!("`{text}` is no path that URLs can start with"),
            "write segments of ASCII letters, digits and `-._~`, for example \"/team/docs\"".into(),
        ));
    }
    Ok(format!("/{path}"))
}

fn out_folder(text: &str) -> Result<String, (String, String)> {
    if text.is_empty() || text.contains(char::is_control) {
        return Err((
            "`out` must name a folder".into(),
            "write a path beside Cargo.toml, for example \"dist\"".into(),
        ));
    }
    let hint = "write a folder of its own, for example \"dist\"".to_owned();
    let folders = out_folders(text);
    match folders.as_slice() {
        [] => Err((format!("`{text}` is the folder of the site, or one that it lies in"), hint)),
        [first, ..]
            if ["src", "content", "public"].contains(first)
                && !is_absolute(text)
                && !text.contains("..") =>
        {
            Err((format!("`{text}` is a folder that the site is made from"), hint))
        }
        _ => Ok(text.to_owned()),
    }
}

/// The folders of a path that remain when each `..` has taken one away; those that lead out of the site stay out.
fn out_folders(text: &str) -> Vec<&str> {
    let mut folders = Vec::new();
    for folder in text.split(['/', '\\']) {
        match folder {
            "" | "." => {}
            ".." => {
                folders.pop();
            }
            folder => folders.push(folder),
        }
    }
    folders
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\'])
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// The known word that was probably meant.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    let distance = |known: &&&str| strsim::damerau_levenshtein(&word, known);
    let best = known.iter().min_by_key(distance)?;
    (distance(&best) <= (best.len() / 3).max(1)).then_some(*best)
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn accepts(text: &str) -> Config {
        let (config, diagnostics) = parse(text);
        assert_eq!(diagnostics, [], "{text}");
        config
    }

    #[test]
    fn every_key_is_optional() {
        assert_eq!(accepts(""), Config::default());
    }

    #[test]
    fn values_take_one_form() {
        assert_eq!(accepts("base = '/'").base, "");
        assert_eq!(accepts("base = '/docs'").base, "/docs");
        assert_eq!(accepts("base = '/a/b/'").base, "/a/b");
        assert_eq!(accepts("site = 'https://a.de/'").site.as_deref(), Some("https://a.de"));
        assert_eq!(
            accepts("site = 'http://localhost:80'").site.as_deref(),
            Some("http://localhost:80")
        );
        assert_eq!(accepts("format = 'preserve'").format, Format::Preserve);
        assert_eq!(accepts("trailing-slash = 'never'").trailing_slash, TrailingSlash::Never);
        assert_eq!(accepts("hosts = []").hosts, []);
        assert_eq!(accepts("hosts = ['s3', 'azure']").hosts, [Host::S3, Host::Azure]);
    }

    #[track_caller]
    fn refuses(text: &str, head: &str, hint: &str) {
        let shown: Vec<String> = parse(text).1.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), 1, "{text}: {shown:?}");
        assert!(shown[0].starts_with(&format!("kiln.toml:{head}\n")), "{}", shown[0]);
        assert!(shown[0].ends_with(&format!("\nhint: {hint}")), "{}", shown[0]);
    }

    #[test]
    fn mistakes_have_a_place_and_a_hint() {
        refuses("\nsiet = ''", "2:1: unknown key `siet`", "write `site`");
        refuses(
            "trailing_slash = 'never'",
            "1:1: unknown key `trailing_slash`",
            "write `trailing-slash`",
        );
        refuses(
            "theme = 1",
            "1:1: unknown key `theme`",
            "the keys are `site`, `base`, `format`, `trailing-slash`, `out`, `hosts`",
        );
        refuses(
            "out = 1",
            "1:7: expected a string, found a number",
            "write for example out = \"dist\"",
        );
        refuses(
            "format = 'dir'",
            "1:10: `dir` is none of `directory`, `file`, `preserve`",
            "write one of `directory`, `file`, `preserve`",
        );
        refuses(
            "format = 'files'",
            "1:10: `files` is none of `directory`, `file`, `preserve`",
            "write \"file\"",
        );
        refuses(
            "hosts = 's3'",
            "1:9: expected an array, found a string",
            "write for example hosts = [\"netlify\"]",
        );
        refuses("hosts = ['s3', 's3']", "1:16: `s3` is there twice", "write it once");
        refuses("base = 'docs'", "1:8: `base` must start with `/`", "write \"/docs\"");
        refuses(
            "base = '/a/../b'",
            "1:8: `/a/../b` is no path that URLs can start with",
            "write segments of ASCII letters, digits and `-._~`, for example \"/team/docs\"",
        );
        refuses(
            "site = 'https://a.de/docs'",
            "1:8: `site` is an origin, and has no path",
            "write site = \"https://a.de\" and base = \"/docs\"",
        );
        refuses(
            "site = 'a.de'",
            "1:8: `a.de` is no origin",
            "write the scheme too: \"https://a.de\"",
        );
    }

    #[test]
    fn a_mistake_in_the_syntax_has_a_place() {
        let shown = parse("site = \n").1[0].to_string();
        assert!(shown.starts_with("kiln.toml:1:"), "{shown}");
    }
}
