//! Reads `kiln.toml`, the settings of a site. Every setting is optional.

pub(crate) mod headers;
mod markdown;
mod path_patterns;
pub(crate) mod redirects;
mod rules;
mod server;
mod settings;
mod sitemap;

use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

pub(crate) use self::markdown::{Highlight, Markdown, THEMES};
use self::rules::{base_path, out_folder, site_origin};
pub(crate) use self::server::{Network, Server};
use self::settings::Settings;
pub(crate) use self::sitemap::Sitemap;
use crate::diagnostic::Diagnostic;
use crate::header_rule::HeaderRule;
use crate::redirect::Redirect;

/// The path of the file, relative to the site's folder.
pub(crate) const FILE: &str = "kiln.toml";

/// The settings of a site. They are validated here and nowhere else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// An origin without a trailing slash: `https://example.com`.
    pub(crate) site: Option<String>,
    /// Empty, or with a leading slash and no trailing slash: `/docs`.
    pub(crate) base: String,
    pub(crate) output: Output,
    pub(crate) format: Format,
    pub(crate) trailing_slash: TrailingSlash,
    /// Relative to the folder of the package that builds the site.
    pub(crate) out: String,
    /// Whether the new site always replaces the old one atomically.
    pub(crate) atomic: bool,
    /// Without duplicates, in the order of the file.
    pub(crate) hosts: Vec<Host>,
    /// Without duplicates, in the order of the file.
    pub(crate) precompress: Vec<Encoding>,
    /// Sorted by source.
    pub(crate) redirects: Vec<Redirect>,
    /// From the least specific to the most.
    pub(crate) headers: Vec<HeaderRule>,
    /// `None` for a site without a sitemap.
    pub(crate) sitemap: Option<Sitemap>,
    pub(crate) server: Server,
    pub(crate) markdown: Markdown,
    /// The text of the file, for the excerpts of diagnostics.
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

/// The default for pages without `PRERENDER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Rendered when the site is built.
    Static,
    /// Rendered on request.
    Server,
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
            output: Output::Static,
            format: Format::Directory,
            trailing_slash: TrailingSlash::Ignore,
            out: "dist".into(),
            atomic: false,
            hosts: vec![],
            precompress: vec![],
            redirects: vec![],
            headers: vec![],
            sitemap: None,
            server: Server::default(),
            markdown: Markdown::default(),
            text: String::new(),
        }
    }
}

/// Reads the settings of the site in a folder. Without a file, they are the defaults.
pub(crate) fn read(site: &Path) -> (Config, Vec<Diagnostic>) {
    match std::fs::read_to_string(site.join(FILE)) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Config::default(), vec![]),
        Err(error) => (Config::default(), vec![Diagnostic::unreadable(FILE, &error)]),
    }
}

const KEYS: [&str; 14] = [
    "site",
    "base",
    "output",
    "format",
    "trailing-slash",
    "out",
    "atomic",
    "hosts",
    "precompress",
    "sitemap",
    "redirects",
    "headers",
    "server",
    "markdown",
];

const OUTPUTS: [(&str, Output); 2] = [("static", Output::Static), ("server", Output::Server)];

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
        read_key(&mut settings, &mut config, key, value);
    }
    if config.sitemap.is_some() && config.site.is_none() {
        sitemap::check_site(&mut settings, table.get_ref());
    }
    (config, settings.diagnostics)
}

fn read_key(
    settings: &mut Settings<'_>,
    config: &mut Config,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) {
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
        "atomic" => {
            settings.boolean(value, "atomic = true").inspect(|v| config.atomic = *v);
        }
        "output" => {
            settings.choice(value, &OUTPUTS).inspect(|v| config.output = *v);
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
        "sitemap" => config.sitemap = sitemap::read(settings, value),
        "redirects" => config.redirects = redirects::read(settings, value),
        "headers" => config.headers = headers::read(settings, value),
        "server" => config.server = server::read(settings, value),
        "markdown" => config.markdown = markdown::read(settings, value),
        _ => settings.unknown_key(key, &KEYS),
    }
}

/// Rewords a message of the TOML parser, and says what to write instead.
fn syntax(text: &str, message: &str) -> (String, &'static str) {
    if message == "duplicate key" {
        return (format!("duplicate key `{text}`"), "keep one of the two lines");
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
mod tests;
