//! The files that a host looks for when it is asked for a path.

use crate::config::Host;
use crate::config::{Config, Format};

/// The names that are tried for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// From the first to the last. The first is the path itself, where that is a name.
    pub(crate) names: Vec<String>,
    /// Whether the order of those behind the first is known.
    pub(crate) is_ordered: bool,
}

impl Host {
    /// What the host looks for at a path below the base, decoded and without a slash at its end. `None` for those that kiln tells the
    /// file of each path.
    ///
    /// It is what [the hosts are seen to do](https://github.com/slorber/trailing-slash-guide); where they redirect to another form of
    /// the path, it is what they find there.
    pub(crate) fn lookup(self, config: &Config, path: &str, has_slash: bool) -> Option<Lookup> {
        let (index, page) = (index_of(path), format!("{path}.html"));
        let (behind, is_ordered) = match self {
            Host::Nginx | Host::Caddy => return None,
            Host::GithubPages if has_slash => (vec![index], true),
            Host::Netlify | Host::Cloudflare if has_slash => (vec![index, page], true),
            Host::Netlify | Host::Cloudflare | Host::GithubPages => (vec![page, index], true),
            Host::Azure => (vec![page, index], false),
            Host::Vercel | Host::Firebase if self.takes_html_off(config) => {
                (vec![page, index], false)
            }
            Host::Vercel | Host::Firebase | Host::S3 => (vec![index], true),
        };
        let exact = (!has_slash && !path.is_empty()).then(|| path.to_owned());
        Some(Lookup { names: exact.into_iter().chain(behind).collect(), is_ordered })
    }

    /// Returns true if and only if the host redirects from the name of an HTML file to the path without its extension.
    pub(crate) fn takes_html_off(self, config: &Config) -> bool {
        // So the settings say that kiln writes for them.
        matches!(self, Host::Vercel | Host::Firebase) && config.format != Format::Directory
    }
}

impl Lookup {
    /// What kiln's own server looks for.
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
