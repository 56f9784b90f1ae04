//! The files that a host looks for at a path.

use crate::config::Host;
use crate::config::{Config, Format};

/// The file names that are tried for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// In order. The first one is the path itself, if it can be the name of a file.
    pub(crate) names: Vec<String>,
    /// Whether the order of the names after the first is known.
    pub(crate) is_ordered: bool,
}

impl Host {
    /// The names that the host tries for a decoded path below the base, without a slash at its end. `None` for hosts
    /// whose settings from kiln name the file of each path.
    ///
    /// The order was [observed on the hosts](https://github.com/slorber/trailing-slash-guide). If a host redirects to
    /// another form of the path, it is the order for that form.
    pub(crate) fn lookup(self, config: &Config, path: &str, has_slash: bool) -> Option<Lookup> {
        let (index, page) = (index_of(path), format!("{path}.html"));
        let (behind, is_ordered) = match self {
            Host::Nginx | Host::Caddy => return None,
            Host::GithubPages if has_slash => (vec![index], true),
            Host::Netlify | Host::Cloudflare if has_slash => (vec![index, page], true),
            Host::Netlify | Host::Cloudflare | Host::GithubPages => (vec![page, index], true),
            Host::Azure => (vec![page, index], false),
            Host::Vercel | Host::Firebase if self.strips_html(config) => (vec![page, index], false),
            Host::Vercel | Host::Firebase | Host::S3 => (vec![index], true),
        };
        let exact = (!has_slash && !path.is_empty()).then(|| path.to_owned());
        Some(Lookup { names: exact.into_iter().chain(behind).collect(), is_ordered })
    }

    /// Returns true if and only if the host redirects from the name of an HTML file to the path without its extension.
    pub(crate) fn strips_html(self, config: &Config) -> bool {
        // This is what the settings that kiln writes for them say.
        matches!(self, Host::Vercel | Host::Firebase) && config.format != Format::Directory
    }
}

impl Lookup {
    /// The names that kiln's own server tries.
    pub(crate) fn of_kiln(config: &Config, path: &str) -> Lookup {
        Lookup { names: config.file_names(path), is_ordered: true }
    }
}

fn index_of(path: &str) -> String {
    match path {
        "" => "index.html".to_owned(),
        path => format!("{path}/index.html"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::CONFIG;

    #[test]
    fn clean_urls_find_pages_without_their_extension() {
        use Format::{Directory, File, Preserve};
        for (host, format, names, with_slash) in [
            (Host::Netlify, Directory, "a a.html a/index.html", "a/index.html a.html"),
            (Host::Cloudflare, File, "a a.html a/index.html", "a/index.html a.html"),
            (Host::GithubPages, Directory, "a a.html a/index.html", "a/index.html"),
            (Host::Azure, Directory, "a a.html a/index.html", "a.html a/index.html"),
            (Host::Vercel, Directory, "a a/index.html", "a/index.html"),
            (Host::Vercel, Preserve, "a a.html a/index.html", "a.html a/index.html"),
            (Host::Firebase, Directory, "a a/index.html", "a/index.html"),
            (Host::S3, File, "a a/index.html", "a/index.html"),
        ] {
            let config = Config { format, ..CONFIG };
            let found = [false, true].map(|has_slash| host.lookup(&config, "a", has_slash));
            let found = found.map(|lookup| lookup.expect("a lookup").names.join(" "));
            assert_eq!(found, [names, with_slash], "{host:?} {format:?}");
        }
        assert_eq!(Host::Nginx.lookup(&CONFIG, "a", false), None);
    }

    #[test]
    fn the_root_is_an_index() {
        let names = |lookup: Option<Lookup>| lookup.expect("a lookup").names.join(" ");
        assert_eq!(names(Host::S3.lookup(&CONFIG, "", false)), "index.html");
        assert_eq!(names(Some(Lookup::of_kiln(&CONFIG, ""))), "index.html");
        let config = Config { format: Format::Preserve, ..CONFIG };
        assert_eq!(names(Some(Lookup::of_kiln(&config, "a"))), "a a.html a/index.html");
    }
}
