//! The hosts that a site is made for, and the names of files that they take for themselves.

#[cfg_attr(not(feature = "hosts"), allow(dead_code, reason = "without a host nothing is written"))]
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
mod own_server;
#[cfg(feature = "hosts")]
mod readers;
#[cfg(feature = "hosts")]
mod redirect_pattern;
#[cfg(feature = "hosts")]
mod redirects_file;
#[cfg(feature = "hosts")]
mod rule_regex;

#[cfg(test)]
#[cfg_attr(
    not(feature = "hosts"),
    allow(dead_code, reason = "most of it is for the tests of hosts")
)]
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

use std::collections::BTreeSet;

use anyhow::Result;

use crate::config::Host;

use self::deployment::{Deployment, HostFiles, Lost, Mistake};

impl Host {
    /// What this host is given, beside all hosts of the site: some of them read files of the same names, and share them.
    #[cfg(feature = "hosts")]
    fn files(self, hosts: &[Host], deployment: &Deployment<'_>) -> Result<HostFiles> {
        match self {
            // What both are given is told once.
            Host::Netlify if hosts.contains(&Host::Cloudflare) => {
                let lost = cloudflare::files_for_netlify_too(deployment)?.lost;
                Ok(HostFiles { lost, ..HostFiles::default() })
            }
            Host::Netlify => netlify::files(deployment),
            Host::Cloudflare if hosts.contains(&Host::Netlify) => {
                cloudflare::files_for_netlify_too(deployment)
            }
            Host::Cloudflare => cloudflare::files(deployment),
            Host::Vercel => vercel::files(deployment),
            Host::Azure => azure::files(deployment),
            Host::Firebase => firebase::files(deployment),
            Host::GithubPages => github_pages::files(deployment),
            Host::Nginx => nginx::files(deployment),
            Host::Caddy => caddy::files(deployment),
            Host::S3 => s3::files(deployment),
        }
    }

    /// Stands in where no site can name a host.
    #[cfg(not(feature = "hosts"))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "it is called as what it stands in for"
    )]
    fn files(self, _: &[Host], _: &Deployment<'_>) -> Result<HostFiles> {
        Ok(HostFiles::default())
    }

    /// The name, as `kiln.toml` has it.
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

    /// Returns true if and only if the host shows one 404 page for the whole site, and none that folders have of their own.
    fn has_one_not_found_page(self) -> bool {
        !matches!(self, Host::Cloudflare | Host::Nginx | Host::Caddy)
    }

    /// The files below the out folder that the host reads, and that are not for pages to make.
    ///
    /// Only those that say how it answers all other files. A `CNAME`, `.nojekyll` or `_worker.js` is for its owner to put
    /// into `public/`; `netlify.toml` is read beside the sources, and is a file as any other in the out folder.
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

/// The status of the error that hosts show a file for: any folder may have a `404.html`, and the root a `500.html`.
pub(crate) fn error_status(file: &str) -> Option<u16> {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    match name {
        "404.html" => Some(404),
        "500.html" if folder.is_empty() => Some(500),
        _ => None,
    }
}

/// The names that some hosts keep, each once and sorted.
pub(crate) fn reserved(hosts: &[Host]) -> Vec<&'static str> {
    let mut names: Vec<&str> = hosts.iter().flat_map(|host| host.reserved()).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What hosts are given together.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Names below the out folder, with contents.
    pub(crate) files: Vec<(String, String)>,
    /// What a host does not take at all.
    pub(crate) mistakes: Vec<Refused>,
    /// What none of the hosts can be told.
    pub(crate) lost: BTreeSet<Lost>,
}

/// A limit that a site exceeds.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The host, as `kiln.toml` has it.
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}

/// The files that hosts read.
///
/// Where a site names no host, the redirects that no HTML file stands for are lost.
///
/// # Errors
///
/// Where the list of the site's files cannot be read.
pub(crate) fn files(hosts: &[Host], deployment: &Deployment<'_>) -> Result<Told> {
    let mut told = Told::default();
    let mut lost: Option<BTreeSet<Lost>> = hosts.is_empty().then(|| deployment.without_a_file());
    for host in hosts {
        let given = host.files(hosts, deployment)?;
        told.files.extend(given.files);
        let refused =
            |Mistake { message, hint }| Refused { subject: host.name().into(), message, hint };
        told.mistakes.extend(given.mistakes.into_iter().map(refused));
        lost = Some(match lost {
            None => given.lost,
            Some(lost) => lost.intersection(&given.lost).cloned().collect(),
        });
    }
    told.files.sort();
    told.files.dedup();
    told.lost = lost.unwrap_or_default();
    Ok(told)
}

/// The names of hosts, in words.
pub(crate) fn names(hosts: &[Host]) -> String {
    let names: Vec<String> = hosts.iter().map(|host| format!("`{}`", host.name())).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Those of the hosts that show one 404 page for the whole site.
pub(crate) fn with_one_not_found_page(hosts: &[Host]) -> Vec<Host> {
    hosts.iter().copied().filter(|host| host.has_one_not_found_page()).collect()
}

/// Those of the hosts that keep a name, in words.
pub(crate) fn keepers(hosts: &[Host], name: &str) -> String {
    let keepers = hosts.iter().filter(|host| host.reserved().contains(&name));
    names(&keepers.copied().collect::<Vec<_>>())
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
        let told = files(&[], &example.deployment()).unwrap();
        let lost = [Lost::Redirect { from: "/a.json".into() }, Lost::Pattern { line: 1 }];
        assert_eq!(told.lost.into_iter().collect::<Vec<_>>(), lost);
        assert!(told.files.is_empty());
    }

    #[test]
    fn a_name_that_two_hosts_keep_is_reserved_once() {
        let hosts = [Host::Cloudflare, Host::Nginx, Host::Netlify];
        assert_eq!(reserved(&hosts), ["_headers", "_redirects", "nginx.conf"]);
        assert_eq!(keepers(&hosts, "_redirects"), "`cloudflare` and `netlify`");
        assert_eq!(keepers(&[Host::Azure], "staticwebapp.config.json"), "`azure`");
        assert_eq!(reserved(&[Host::GithubPages]), [""; 0]);
    }
}
