//! The hosts that a site is made for, and the names of files that they take for themselves.

pub(crate) mod deployment;

#[cfg_attr(not(test), expect(dead_code, reason = "called once the host files are written"))]
pub(crate) mod vercel;

#[cfg_attr(not(test), expect(dead_code, reason = "called once the host files are written"))]
pub(crate) mod azure;

#[cfg_attr(not(test), expect(dead_code, reason = "called once the host files are written"))]
pub(crate) mod firebase;

mod base;
mod captures;

#[cfg(test)]
mod example;
#[cfg(test)]
mod samples;

/// A host of static sites, one of `hosts` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Netlify.
    Netlify,
    /// Cloudflare, as Pages or as Workers with static assets.
    Cloudflare,
    /// Vercel.
    Vercel,
    /// Azure Static Web Apps.
    Azure,
    /// Firebase Hosting.
    Firebase,
    /// GitHub Pages.
    GithubPages,
    /// A server of one's own that runs nginx.
    Nginx,
    /// A server of one's own that runs Caddy.
    Caddy,
    /// Amazon S3, and what speaks its protocol.
    S3,
}

impl Host {
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
            Host::GithubPages | Host::Nginx | Host::Caddy | Host::S3 => &[],
        }
    }
}

/// The names that some hosts keep, each once and sorted.
pub(crate) fn reserved(hosts: &[Host]) -> Vec<&'static str> {
    let mut names: Vec<&str> = hosts.iter().flat_map(|host| host.reserved()).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Those of the hosts that keep a name, in words.
pub(crate) fn keepers(hosts: &[Host], name: &str) -> String {
    let keepers = hosts.iter().filter(|host| host.reserved().contains(&name));
    keepers.map(|host| format!("`{}`", host.name())).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_hosts_keep_is_reserved_once() {
        let hosts = [Host::Cloudflare, Host::Nginx, Host::Netlify];
        assert_eq!(reserved(&hosts), ["_headers", "_redirects"]);
        assert_eq!(keepers(&hosts, "_redirects"), "`cloudflare` and `netlify`");
        assert_eq!(keepers(&[Host::Azure], "staticwebapp.config.json"), "`azure`");
        assert_eq!(reserved(&[Host::Caddy, Host::S3]), [""; 0]);
    }
}
