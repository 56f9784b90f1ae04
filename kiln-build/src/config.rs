//! Reads `kiln.toml`: the settings of a site, every one of them optional.

mod headers;
mod redirects;
mod rules;
mod settings;

use std::path::Path;

use toml::de::DeTable;

use self::rules::{base_path, out_folder, site_origin};
use self::settings::{Settings, list, nearest};
use crate::diagnostic::Diagnostic;
use crate::header_rule::HeaderRule;
use crate::redirect::Redirect;

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
    /// Each once, in the order in which they stand there.
    pub(crate) precompress: Vec<Encoding>,
    /// In the order of their sources.
    pub(crate) redirects: Vec<Redirect>,
    /// From the least specific to the most.
    pub(crate) headers: Vec<HeaderRule>,
    /// The text of the file, which mistakes show a line of.
    pub(crate) text: String,
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

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Gzip,
    Brotli,
    Zstd,
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
            precompress: vec![],
            redirects: vec![],
            headers: vec![],
            text: String::new(),
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

const KEYS: [&str; 9] = [
    "site",
    "base",
    "format",
    "trailing-slash",
    "out",
    "hosts",
    "precompress",
    "redirects",
    "headers",
];

const FORMATS: [(&str, Format); 3] =
    [("directory", Format::Directory), ("file", Format::File), ("preserve", Format::Preserve)];

const TRAILING_SLASHES: [(&str, TrailingSlash); 3] = [
    ("ignore", TrailingSlash::Ignore),
    ("always", TrailingSlash::Always),
    ("never", TrailingSlash::Never),
];

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

const ENCODINGS: [(&str, Encoding); 3] =
    [("gzip", Encoding::Gzip), ("br", Encoding::Brotli), ("zstd", Encoding::Zstd)];

fn parse(text: &str) -> (Config, Vec<Diagnostic>) {
    let mut config = Config { text: text.to_owned(), ..Config::default() };
    let mut settings = Settings::new(text);
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
                settings.choice(value, &FORMATS).inspect(|v| config.format = *v);
            }
            "trailing-slash" => {
                settings.choice(value, &TRAILING_SLASHES).inspect(|v| config.trailing_slash = *v);
            }
            "hosts" => {
                settings
                    .choices(value, "hosts = [\"netlify\"]", &HOSTS)
                    .inspect(|v| config.hosts.clone_from(v));
            }
            "precompress" => {
                let list = settings.choices(value, "precompress = [\"gzip\", \"br\"]", &ENCODINGS);
                config.precompress = list.unwrap_or_default();
            }
            "redirects" => config.redirects = redirects::read(&mut settings, value),
            "headers" => config.headers = headers::read(&mut settings, value),
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
        assert_eq!(accepts("precompress = []").precompress, []);
        let both = [Encoding::Zstd, Encoding::Brotli];
        assert_eq!(accepts("precompress = ['zstd', 'br']").precompress, both);
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
            "the keys are `site`, `base`, `format`, `trailing-slash`, `out`, `hosts`, `precompress`, `redirects`, `headers`",
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
