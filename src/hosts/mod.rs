//! The hosts of a site: the files that they read, and the file names that they reserve.
//!
//! The input of all hosts is one value. [`Deployment`] holds redirects, headers and rules in one form, and an iterator
//! over the files of the site, so that a million of them are never a list. Each host is a function of it and returns
//! files, exceeded limits, and unsupported features. A feature that no host of the site supports is a warning.
//! `tests/README.md` says which parsers and servers test each host.

#[cfg_attr(not(feature = "hosts"), allow(dead_code, reason = "only used if there are hosts"))]
pub(crate) mod deployment;

#[cfg(feature = "hosts")]
mod azure;
#[cfg(feature = "hosts")]
mod caddy;
#[cfg(feature = "hosts")]
mod cloudflare;
#[cfg(feature = "hosts")]
mod firebase;
#[cfg(feature = "hosts")]
mod github_pages;
#[cfg(feature = "hosts")]
mod netlify;
#[cfg(feature = "hosts")]
mod nginx;
#[cfg(feature = "hosts")]
mod s3;
#[cfg(feature = "hosts")]
mod vercel;

pub(crate) mod lookup;
pub(crate) mod reason;

#[cfg(feature = "hosts")]
mod base;
#[cfg(feature = "hosts")]
mod captures;
#[cfg(feature = "hosts")]
mod headers_file;
#[cfg(feature = "hosts")]
mod redirect_pattern;
#[cfg(feature = "hosts")]
mod redirects_file;
#[cfg(feature = "hosts")]
mod self_hosted;
#[cfg(feature = "hosts")]
mod text_files;
#[cfg(feature = "hosts")]
mod text_hosts;

#[cfg(test)]
#[cfg_attr(not(feature = "hosts"), allow(dead_code, reason = "mostly used by the tests of hosts"))]
mod example;
#[cfg(all(test, feature = "hosts"))]
mod golden;
#[cfg(all(test, feature = "hosts"))]
mod headers_at_random;
#[cfg(all(test, feature = "hosts"))]
mod sample;
#[cfg(all(test, feature = "hosts"))]
mod samples;
#[cfg(all(test, feature = "hosts", feature = "server"))]
mod served;

use anyhow::Result;

use crate::config::Host;
use crate::text::sorted::{sorted, sorted_set};

use self::deployment::{Deployment, HostFiles, Mistake, Unsupported};

impl Host {
    /// Generates the output for this host. Some hosts read files with the same names and share them, hence the list of
    /// all hosts.
    #[cfg(feature = "hosts")]
    fn files(self, hosts: &[Host], deployment: &Deployment<'_>) -> Result<HostFiles> {
        match self {
            // Cloudflare's output already contains the shared files.
            Host::Netlify if hosts.contains(&Host::Cloudflare) => {
                let unsupported = text_files::for_both(deployment)?.unsupported;
                Ok(HostFiles { unsupported, ..HostFiles::default() })
            }
            Host::Netlify => text_files::for_netlify(deployment),
            Host::Cloudflare if hosts.contains(&Host::Netlify) => text_files::for_both(deployment),
            Host::Cloudflare => text_files::for_cloudflare(deployment),
            Host::Vercel => vercel::files(deployment),
            Host::Azure => azure::files(deployment),
            Host::Firebase => firebase::files(deployment),
            Host::GithubPages => github_pages::files(deployment),
            Host::Nginx => nginx::files(deployment),
            Host::Caddy => caddy::files(deployment),
            Host::S3 => s3::files(deployment),
        }
    }

    /// Replaces the function above if no site can name a host.
    #[cfg(not(feature = "hosts"))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "it has the signature of the real function"
    )]
    fn files(self, _: &[Host], _: &Deployment<'_>) -> Result<HostFiles> {
        Ok(HostFiles::default())
    }

    /// The name in `kiln.toml`.
    fn name(self) -> &'static str {
        match self {
            Host::Netlify => "netlify",
            Host::Cloudflare => "cloudflare",
            Host::Vercel => "vercel",
            Host::Azure => "azure",
            Host::Firebase => "firebase",
            Host::GithubPages => "github-pages",
            Host::Nginx => "nginx",
            Host::Caddy => "caddy",
            Host::S3 => "s3",
        }
    }

    /// Returns true if and only if the host has one 404 page for the whole site, and ignores those of folders.
    fn has_one_not_found_page(self) -> bool {
        !matches!(self, Host::Cloudflare | Host::Nginx | Host::Caddy)
    }

    /// Names in the out folder that the host reads itself, so pages must not have them.
    ///
    /// These are only the files that configure how the host serves all others. `CNAME`, `.nojekyll` and `_worker.js`
    /// are for users to put into `public/`. `netlify.toml` is read beside the sources, and is an ordinary file in the
    /// out folder.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Host::Netlify | Host::Cloudflare => &["_headers", "_redirects"],
            Host::Vercel => &["vercel.json"],
            Host::Azure => &["staticwebapp.config.json"],
            Host::Firebase => &["firebase.json"],
            Host::GithubPages => &[],
            Host::Nginx => &["nginx.conf"],
            Host::Caddy => &["Caddyfile"],
            Host::S3 => &["s3.json"],
        }
    }
}

/// The status of the error for which hosts show a file. Any folder may have a `404.html`, and the root a `500.html`.
pub(crate) fn error_status(file: &str) -> Option<u16> {
    // Nearly all names return here.
    if !file.ends_with("04.html") && !file.ends_with("00.html") {
        return None;
    }
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    match name {
        "404.html" => Some(404),
        "500.html" if folder.is_empty() => Some(500),
        _ => None,
    }
}

/// The names that some hosts reserve, sorted and unique.
pub(crate) fn reserved(hosts: &[Host]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for host in hosts {
        names.extend(host.reserved());
    }
    sorted_set(names)
}

/// Output for all configured hosts.
#[derive(Debug, Default)]
pub(crate) struct HostOutput {
    /// Names relative to the out folder, with contents.
    pub(crate) files: Vec<(String, String)>,
    /// Limits of a host that the site exceeds.
    pub(crate) mistakes: Vec<HostMistake>,
    /// Features that none of the hosts supports, sorted and unique.
    pub(crate) unsupported: Vec<Unsupported>,
}

/// A limit of a host that a site exceeds.
#[derive(Debug)]
pub(crate) struct HostMistake {
    /// The name of the host in `kiln.toml`.
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}

/// Generates the files for all hosts.
///
/// If a site names no host, redirects without an HTML file are unsupported.
///
/// # Errors
///
/// Fails if the files of the site cannot be listed.
pub(crate) fn files(hosts: &[Host], deployment: &Deployment<'_>) -> Result<HostOutput> {
    let mut output = HostOutput::default();
    let mut unsupported: Option<Vec<Unsupported>> =
        hosts.is_empty().then(|| sorted_set(deployment.without_a_file()));
    for host in hosts {
        let HostFiles { files, mistakes, unsupported: by_host } = host.files(hosts, deployment)?;
        output.files.extend(files);
        let subject = host.name();
        output.mistakes.extend(mistakes.into_iter().map(|Mistake { message, hint }| HostMistake {
            subject: subject.into(),
            message,
            hint,
        }));
        let by_host = sorted_set(by_host);
        match &mut unsupported {
            None => unsupported = Some(by_host),
            Some(by_others) => by_others.retain(|one| by_host.binary_search(one).is_ok()),
        }
    }
    output.files = sorted(output.files);
    output.files.dedup();
    output.unsupported = unsupported.unwrap_or_default();
    Ok(output)
}

/// The names of hosts as prose.
pub(crate) fn names(hosts: &[Host]) -> String {
    let names: Vec<String> = hosts.iter().map(|host| format!("`{}`", host.name())).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// The hosts that have one 404 page for the whole site.
pub(crate) fn with_one_not_found_page(hosts: &[Host]) -> Vec<Host> {
    hosts.iter().copied().filter(|host| host.has_one_not_found_page()).collect()
}

/// The hosts that reserve a file name, as prose.
pub(crate) fn reserved_by(hosts: &[Host], name: &str) -> String {
    let reserved_by = hosts.iter().filter(|host| host.reserved().contains(&name));
    names(&reserved_by.copied().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_host_redirects_are_their_html_files() {
        let example = example::Example::new(crate::support::CONFIG)
            .redirect("/a.json", "/b", 301)
            .redirect("/c", "/b", 301)
            .pattern("/go/[a]", "https://x.com/[a]", None);
        let output = files(&[], &example.deployment()).unwrap();
        let unsupported =
            [Unsupported::Redirect { from: "/a.json".into() }, Unsupported::Pattern { line: 1 }];
        assert_eq!(sorted_set(output.unsupported), unsupported);
        assert!(output.files.is_empty());
    }

    #[test]
    fn a_name_that_two_hosts_keep_is_reserved_once() {
        let hosts = [Host::Cloudflare, Host::Nginx, Host::Netlify];
        assert_eq!(reserved(&hosts), ["_headers", "_redirects", "nginx.conf"]);
        assert_eq!(reserved_by(&hosts, "_redirects"), "`cloudflare` and `netlify`");
        assert_eq!(reserved_by(&[Host::Azure], "staticwebapp.config.json"), "`azure`");
        assert_eq!(reserved(&[Host::GithubPages]), [""; 0]);
    }
}
