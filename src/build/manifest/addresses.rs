//! Detects files with different names at the same address.
//!
//! Hosts with clean URLs find `about.html` and `about/index.html` at `/about`, and serve one instead of the other.
//! Which one depends on the host and on its settings, so each pair is looked up as each host does.

use crate::build::report::diagnostic::Diagnostic;
use crate::config::{Config, Host};
use crate::hosts;
use crate::hosts::lookup::Lookup;
use crate::site::Site;
use crate::text::names::Names;
use crate::text::sorted::sorted;

/// All hosts, for sites that name none.
const ALL: [Host; 9] = [
    Host::Netlify,
    Host::Cloudflare,
    Host::Vercel,
    Host::Azure,
    Host::Firebase,
    Host::GithubPages,
    Host::Nginx,
    Host::Caddy,
    Host::S3,
];

/// The name of a file without a trailing `.html` and `index`. Files that can share an address have the same one.
pub(crate) fn address(file: &str) -> &str {
    let mut address = file;
    loop {
        let shorter = match address {
            "index" => Some(""),
            address => address.strip_suffix(".html").or_else(|| address.strip_suffix("/index")),
        };
        match shorter {
            Some(shorter) => address = shorter,
            None => return address,
        }
    }
}

/// A file at an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Contender {
    pub(crate) file: String,
    /// The path of the page, without its leading slash; `None` for a file of `public/`.
    pub(crate) path: Option<String>,
    /// For messages.
    pub(crate) shown: String,
}

/// The files at some addresses.
#[derive(Debug, Default)]
pub(crate) struct Contenders {
    by_address: Names<Vec<Contender>>,
}

impl Contenders {
    pub(crate) fn add(&mut self, contender: Contender) {
        let address = address(&contender.file).to_owned();
        self.by_address.get_or_insert_with(&address, Vec::new).push(contender);
    }

    /// Returns the failures for which a host of the site or kiln's own server would confuse files; and if the site
    /// names no host, warnings for the other hosts.
    pub(crate) fn check(self, site: &Site) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        let (mut failures, mut warnings) = (Vec::new(), Vec::new());
        for files in self.by_address.into_values() {
            let files = sorted(files);
            let is_one_file = files.windows(2).any(|pair| pair[0].file == pair[1].file);
            // Two sources of one file are reported as such.
            if files.len() < 2 || is_one_file {
                continue;
            }
            let contest = Contest { files: &files, config: site.config };
            let own = contest.confused_by_kiln();
            let hosts = contest.confused_by(site.hosts);
            let others = match site.hosts.is_empty() && own.is_empty() {
                true => contest.confused_by(&ALL),
                false => Confusion::default(),
            };
            if !own.is_empty() || !hosts.is_empty() {
                failures.push(contest.failure(&hosts, &own));
            } else if !others.is_empty() {
                warnings.push(contest.warning(&others));
            }
        }
        (failures, warnings)
    }
}

/// Paths at which one file is served instead of another, with the hosts that do so.
#[derive(Debug, Default)]
struct Confusion {
    hosts: Vec<Host>,
    paths: Vec<String>,
}

impl Confusion {
    fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}

/// The files that share an address.
struct Contest<'a> {
    files: &'a [Contender],
    config: &'a Config,
}

impl Contest<'_> {
    fn confused_by(&self, hosts: &[Host]) -> Confusion {
        let mut confused = Confusion::default();
        for host in hosts {
            let paths = self.confused_paths(*host);
            if !paths.is_empty() {
                confused.hosts.push(*host);
                confused.paths.extend(paths);
            }
        }
        confused
    }

    fn confused_paths(&self, host: Host) -> Vec<String> {
        let mut confused = Vec::new();
        for file in self.files {
            for (path, has_slash) in paths(file, host, self.config) {
                let lookup = host.lookup(self.config, &path, has_slash);
                if lookup.is_some_and(|lookup| self.takes_another(file, &path, &lookup)) {
                    confused.push(path);
                }
            }
        }
        confused
    }

    fn confused_by_kiln(&self) -> Confusion {
        let mut confused = Confusion::default();
        for file in self.files {
            let path = file.path.as_ref().unwrap_or(&file.file);
            if self.takes_another(file, path, &Lookup::of_kiln(self.config, path)) {
                confused.paths.push(path.clone());
            }
        }
        confused
    }

    /// Returns true if one of the file's paths leads to another file.
    fn takes_another(&self, file: &Contender, path: &str, lookup: &Lookup) -> bool {
        let found = lookup.names.iter().filter(|name| self.files.iter().any(|f| f.file == **name));
        let found: Vec<&String> = found.collect();
        let first = found.first().map(|name| name.as_str());
        let is_certain = lookup.is_ordered || first == Some(path) || found.len() < 2;
        match first {
            Some(first) => first != file.file || !is_certain,
            None => false,
        }
    }

    fn failure(&self, hosts: &Confusion, own: &Confusion) -> Diagnostic {
        let mut by: Vec<String> = Vec::new();
        if !hosts.is_empty() {
            by.push(hosts::names(&hosts.hosts));
        }
        if !own.is_empty() {
            by.push("kiln's own server".to_owned());
        }
        let paths = hosts.paths.iter().chain(&own.paths);
        let message = format!(
            "two files share this address, and {} would serve one instead of the other",
            by.join(" and ")
        );
        self.described(paths.min(), message)
    }

    fn warning(&self, others: &Confusion) -> Diagnostic {
        let message = format!(
            "two files share this address on hosts with clean URLs, and {} would serve one instead of \
             the other",
            hosts::names(&others.hosts)
        );
        self.described(others.paths.iter().min(), message)
    }

    fn described(&self, path: Option<&String>, message: String) -> Diagnostic {
        let address = format!("/{}", path.map_or("", String::as_str));
        let failure = Diagnostic::of(address, message);
        let failure = self.files.iter().fold(failure, |failure, file| failure.place(&*file.shown));
        failure.hint("keep one of them, or rename one")
    }
}

/// The paths at which people expect a file, with or without a slash at their end.
fn paths(file: &Contender, host: Host, config: &Config) -> Vec<(String, bool)> {
    let name = file.path.as_ref().unwrap_or(&file.file);
    let folder = match file.file.strip_suffix("index.html") {
        Some("") => Some(""),
        Some(folder) => folder.strip_suffix('/'),
        None => None,
    };
    let page = file.path.as_deref().filter(|path| *path != file.file);
    let mut paths: Vec<(String, bool)> = Vec::new();
    match host.strips_html(config) {
        true => {
            let clean = name.strip_suffix(".html").filter(|_| page.is_none());
            let clean = clean.map(|clean| folder.unwrap_or(clean));
            paths.push((clean.unwrap_or(name).to_owned(), false));
        }
        false => paths.push((name.clone(), false)),
    }
    // Folders and pages are requested with and without a slash.
    for path in page.into_iter().chain(folder.filter(|_| file.path.is_none())) {
        paths.extend([false, true].map(|has_slash| (path.to_owned(), has_slash)));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Format;
    use crate::support::CONFIG;

    #[test]
    fn an_address_has_no_extension_and_no_index() {
        for (file, expected) in [
            ("about.html", "about"),
            ("about/index.html", "about"),
            ("about", "about"),
            ("index.html", ""),
            ("index/index.html", ""),
            ("a/index", "a"),
            ("a/index.html.html", "a"),
            ("myindex.html", "myindex"),
            ("a.json", "a.json"),
            ("a/index.css", "a/index.css"),
        ] {
            assert_eq!(address(file), expected, "{file}");
        }
    }

    /// Pages as `/path file`, and files of `public/` by name. Returns the hosts that confuse them, `kiln` among them.
    fn confused(config: &Config, files: &[&str]) -> String {
        let contender = |text: &&str| match text.strip_prefix('/').and_then(|t| t.split_once(' ')) {
            Some((path, file)) => {
                Contender { file: file.into(), path: Some(path.into()), shown: (*text).into() }
            }
            None => Contender { file: (*text).into(), path: None, shown: (*text).into() },
        };
        let mut files: Vec<Contender> = files.iter().map(contender).collect();
        files.sort();
        let contest = Contest { files: &files, config };
        let own = if contest.confused_by_kiln().is_empty() { "" } else { "kiln " };
        format!("{own}{}", hosts::names(&contest.confused_by(&ALL).hosts).replace(['`'], ""))
            .replace(" and ", " ")
            .replace(", ", " ")
            .trim()
            .to_owned()
    }

    #[test]
    fn hosts_confuse_files_at_one_address() {
        use Format::{Directory, File, Preserve};
        const CLEAN: &str = "netlify cloudflare azure github-pages";
        const ALL_BUT_OWN: &str = "netlify cloudflare vercel azure firebase github-pages s3";
        const ALL_CLEAN: &str = "netlify cloudflare vercel azure firebase github-pages";
        for (format, files, expected) in [
            (Directory, &["/about about/index.html", "about.html"][..], CLEAN),
            (Directory, &["/about about/index.html", "/about.html about.html"], CLEAN),
            (File, &["/about about.html", "about/index.html"], ALL_BUT_OWN),
            (Directory, &["a.html", "a/index.html"], CLEAN),
            (File, &["a.html", "a/index.html"], ALL_CLEAN),
            (Directory, &["/ index.html", "/index index/index.html"], CLEAN),
            (File, &["/a a.html", "/a/index a/index.html"], ALL_BUT_OWN),
            (
                File,
                &["/a a.html", "/a.html a.html.html"],
                "kiln netlify cloudflare vercel azure firebase github-pages s3",
            ),
            (
                Preserve,
                &["/a a/index.html", "a.html"],
                "kiln netlify cloudflare vercel azure firebase github-pages",
            ),
            (Preserve, &["/a a.html", "a/index.html"], ALL_BUT_OWN),
            (Directory, &["/api api", "api.html"], ""),
            (File, &["/api api", "api.html"], "vercel firebase"),
            (Directory, &["/a a/index.html", "a/index"], ""),
        ] {
            let config = Config { format, ..CONFIG };
            assert_eq!(confused(&config, files), expected, "{format:?} {files:?}");
        }
    }
}
