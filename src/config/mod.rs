//! The settings of `kiln.toml`. The code generator has parsed and checked them.

pub(crate) mod header_rule;
pub(crate) mod path_pattern;

mod host;
mod markdown;
mod network;

pub use self::host::Host;
#[cfg(not(feature = "content"))]
pub(crate) use self::markdown::Markdown;
#[cfg(feature = "content")]
pub use self::markdown::{Highlight, Markdown};
pub use self::network::Network;
pub use self::path_pattern::PathPattern;

/// The settings of a site.
#[derive(Debug)]
pub struct Config {
    /// The origin of the site, without a trailing slash.
    pub site: Option<&'static str>,
    /// The base path: empty, or with a leading and without a trailing slash.
    pub base: &'static str,
    /// The names of the files of HTML pages.
    pub format: Format,
    /// Whether the URL of a page ends in a slash.
    pub trailing_slash: TrailingSlash,
    /// The out folder, relative to the folder of the package.
    pub out: &'static str,
    /// Whether a build always replaces the old site atomically.
    pub atomic: bool,
    /// The encodings of the compressed variants of files, each once.
    pub precompress: &'static [Encoding],
    /// The sitemap of the site; `None` if it has none.
    pub sitemap: Option<Sitemap>,
    /// The settings of the server.
    pub server: Server,
    /// The settings of Markdown.
    pub markdown: Markdown,
}

/// The sitemap of a site: `sitemap` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sitemap {
    /// The pages that are not listed.
    pub exclude: &'static [PathPattern],
}

/// The settings of the server: `[server]` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// Whether forms from other sites are refused.
    pub check_origin: bool,
    /// The maximum size of a request body in bytes; at least one.
    pub body_limit: usize,
    /// The host names that requests may have, each once and in lower case: `example.com`, `example.com:8080` or
    /// `[::1]:8080`, with IPv6 addresses in their shortest form.
    pub allowed_hosts: &'static [&'static str],
    /// The proxies that are trusted to report the address of a client, each once.
    pub trusted_proxies: &'static [Network],
}

/// A content encoding, from `precompress` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// gzip, in files with the extension `.gz`.
    Gzip,
    /// Brotli, in files with the extension `.br`.
    Brotli,
    /// Zstandard, in files with the extension `.zst`.
    Zstd,
}

/// The naming scheme of the files of HTML pages: `format` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `/about` is `about/index.html`.
    Directory,
    /// `/about` is `about.html`.
    File,
    /// `about/index.rs` is `about/index.html`, and `about.rs` is `about.html`.
    Preserve,
}

/// Whether the URL of a page ends in a slash: `trailing-slash` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailingSlash {
    /// It ends in a slash, unless the pattern ends in a known extension.
    Always,
    /// It does not end in a slash.
    Never,
    /// It does not end in a slash, but the server accepts both forms.
    Ignore,
}

impl Encoding {
    /// The name in HTTP and in kiln.toml.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Brotli => "br",
            Encoding::Zstd => "zstd",
        }
    }

    /// The extension that is appended to the name of a file for its variant.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Encoding::Gzip => "gz",
            Encoding::Brotli => "br",
            Encoding::Zstd => "zst",
        }
    }
}

impl Server {
    /// The default settings, for a site without kiln.toml.
    pub const DEFAULT: Server = Server {
        check_origin: true,
        body_limit: 1 << 20,
        allowed_hosts: &[],
        trusted_proxies: &[],
    };
}

impl Default for Config {
    fn default() -> Self {
        Config::DEFAULT
    }
}

impl Format {
    /// The suffixes that are appended to the path of a page to find its file, in the order in which they are tried.
    /// kiln's server, nginx, Caddy and the check of redirect targets follow this rule.
    ///
    /// With `file`, only folders of `public/` have an index.
    pub(crate) fn suffixes(self) -> &'static [&'static str] {
        match self {
            Format::Directory => &["/index.html"],
            Format::File | Format::Preserve => &[".html", "/index.html"],
        }
    }
}

impl Config {
    /// The names of the files that may answer a path below the base, in the order in which they are tried. nginx and
    /// Caddy have additional rules for some files.
    pub(crate) fn file_names(&self, path: &str) -> Vec<String> {
        let pages = self.format.suffixes().iter().map(|suffix| format!("{path}{suffix}"));
        match path {
            "" => vec!["index.html".to_owned()],
            path => std::iter::once(path.to_owned()).chain(pages).collect(),
        }
    }

    /// The default settings, for a site without kiln.toml.
    pub const DEFAULT: Config = Config {
        site: None,
        base: "",
        format: Format::Directory,
        trailing_slash: TrailingSlash::Ignore,
        out: "dist",
        atomic: false,
        precompress: &[],
        sitemap: None,
        server: Server::DEFAULT,
        markdown: Markdown::DEFAULT,
    };

    /// The origin of absolute URLs.
    pub(crate) fn origin(&self) -> &'static str {
        self.site.unwrap_or("http://localhost:4321")
    }
}

#[cfg(test)]
mod tests {
    use kiln_build::testing::default_settings;

    use super::*;

    /// Generated code omits settings that have their default.
    #[test]
    fn the_defaults_match_those_of_the_code_generator() {
        let fields = default_settings().map(|(name, value)| format!("{name}: {value}"));
        let expected = format!("Config {{ {} }}", fields.join(", "));
        // The settings of Markdown are a type of kiln-content's, under another name.
        let settings = format!("{:?}", Config::default()).replace("Settings {", "Markdown {");
        assert_eq!(settings, expected);
    }
}
