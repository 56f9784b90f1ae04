//! The settings of `kiln.toml`. The code generator has read and checked them.

pub(crate) mod header_rule;

mod host;
mod network;

pub use self::host::Host;
pub use self::network::Network;

/// The settings of a site.
#[derive(Debug)]
pub struct Config {
    /// An origin without a trailing slash.
    pub site: Option<&'static str>,
    /// Empty, or with a leading and without a trailing slash.
    pub base: &'static str,
    /// How the path of a page becomes a file.
    pub format: Format,
    /// Whether the URL of a page ends in a slash.
    pub trailing_slash: TrailingSlash,
    /// Relative to the folder of the package that builds.
    pub out: &'static str,
    /// Whether a build always replaces the old site in one step.
    pub atomic: bool,
    /// The compressed variants that are written beside a file, each once.
    pub precompress: &'static [Encoding],
    /// The settings of the server.
    pub server: Server,
}

/// The settings of the server that renders pages on request: `[server]` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// Whether forms that another site sends are refused.
    pub check_origin: bool,
    /// The bytes that the body of a request may have; at least one.
    pub body_limit: usize,
    /// The hosts that the site answers for, each once: in lower case, as `example.com`, `example.com:8080` or
    /// `[::1]:8080`, an IPv6 address in its shortest form.
    pub allowed_hosts: &'static [&'static str],
    /// The proxies that are trusted to name the address of a client, each once.
    pub trusted_proxies: &'static [Network],
}

/// A content coding, one of `precompress` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// gzip, in files that end in `.gz`.
    Gzip,
    /// Brotli, in files that end in `.br`.
    Brotli,
    /// Zstandard, in files that end in `.zst`.
    Zstd,
}

/// How the path of an HTML page becomes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `/about` is `about/index.html`.
    Directory,
    /// `/about` is `about.html`.
    File,
    /// `about/index.rs` is `about/index.html`, and `about.rs` is `about.html`.
    Preserve,
}

/// Whether the URL of a page ends in a slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailingSlash {
    /// It does, unless the pattern ends in an extension.
    Always,
    /// It does not.
    Never,
    /// It does not, and the other form is answered as well.
    Ignore,
}

impl Encoding {
    /// Its name in HTTP and in kiln.toml.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Brotli => "br",
            Encoding::Zstd => "zstd",
        }
    }

    /// The extension that the variant of a file has after its name.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Encoding::Gzip => "gz",
            Encoding::Brotli => "br",
            Encoding::Zstd => "zst",
        }
    }
}

impl Server {
    /// The settings of a site without a kiln.toml.
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
    /// The suffixes that are added to the path of a page to find its file, in the order in which they are tried. kiln's server,
    /// nginx and Caddy find files by this rule, and so does the check of the targets of redirects.
    ///
    /// With `file`, an index is one of a folder of `public/`.
    pub(crate) fn suffixes(self) -> &'static [&'static str] {
        match self {
            Format::Directory => &["/index.html"],
            Format::File | Format::Preserve => &[".html", "/index.html"],
        }
    }
}

impl Config {
    /// The names of the files that may answer a path below the base, in the order in which they are tried. nginx and Caddy have
    /// rules of their own for some files.
    pub(crate) fn file_names(&self, path: &str) -> Vec<String> {
        let pages = self.format.suffixes().iter().map(|suffix| format!("{path}{suffix}"));
        match path {
            "" => vec!["index.html".to_owned()],
            path => std::iter::once(path.to_owned()).chain(pages).collect(),
        }
    }

    /// The settings of a site without a kiln.toml.
    pub const DEFAULT: Config = Config {
        site: None,
        base: "",
        format: Format::Directory,
        trailing_slash: TrailingSlash::Ignore,
        out: "dist",
        atomic: false,
        precompress: &[],
        server: Server::DEFAULT,
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

    /// Generated code leaves out the settings that have their default.
    #[test]
    fn the_default_is_that_of_the_code_generator() {
        let fields = default_settings().map(|(name, value)| format!("{name}: {value}"));
        let expected = format!("Config {{ {} }}", fields.join(", "));
        assert_eq!(format!("{:?}", Config::default()), expected);
    }
}
