//! Explains in a warning why a host cannot express a redirect.

use super::deployment::{Deployment, Redirect, Unsupported};
use crate::config::Host;

/// Why none of the hosts of a site supports a redirect.
pub(crate) fn reasons(
    hosts: &[Host],
    deployment: &Deployment<'_>,
    unsupported: &Unsupported,
) -> String {
    if hosts.is_empty() {
        return "`hosts` in kiln.toml is empty".to_owned();
    }
    let reason = |host: &Host| match unsupported {
        Unsupported::Redirect { from } => {
            let redirects = deployment.redirects;
            let at = redirects.binary_search_by(|redirect| redirect.from.as_str().cmp(from)).ok();
            at.map(|at| of_redirect(*host, &redirects[at]))
        }
        Unsupported::Pattern { .. } => Some(of_pattern(*host)),
        Unsupported::Header { .. } | Unsupported::RuleHeader { .. } | Unsupported::NotFoundPage => {
            None
        }
    };
    let reasons = hosts.iter().filter_map(|host| Some((host, reason(host)?)));
    let reasons: Vec<String> =
        reasons.map(|(host, reason)| format!("`{}` {reason}", host.name())).collect();
    reasons.join(", ")
}

fn of_redirect(host: Host, redirect: &Redirect) -> String {
    let Redirect { from, to, status, .. } = redirect;
    match host {
        Host::GithubPages => "has no redirects".to_owned(),
        Host::S3 => format!("redirects with status 301 and not {status}"),
        Host::Cloudflare | Host::Netlify if to.starts_with("http://") => {
            "does not redirect to `http://`".to_owned()
        }
        Host::Firebase => format!("would change the target `{to}`"),
        Host::Vercel if from.strip_suffix(".html").is_none() => {
            format!("would read the target `{to}` as a pattern")
        }
        _ => format!("would read `{from}` as a pattern"),
    }
}

fn of_pattern(host: Host) -> String {
    match host {
        Host::GithubPages => "has no redirects",
        Host::S3 => "has no redirects with params",
        Host::Azure => "cannot repeat a param in the target",
        _ => "cannot express the pattern, or would hide a file of the site with it",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::example::Example;
    use crate::support::CONFIG;

    #[test]
    fn each_host_has_its_reason() {
        let example = Example::new(CONFIG).redirect("/*.json", "/b", 302).redirect(
            "/a.json",
            "http://a.de/",
            302,
        );
        let deployment = example.deployment();
        let redirect = |from: &str| Unsupported::Redirect { from: from.into() };
        let pattern = Unsupported::Pattern { line: 1 };
        for (hosts, unsupported, expected) in [
            (&[][..], redirect("/a.json"), "`hosts` in kiln.toml is empty"),
            (
                &[Host::GithubPages, Host::S3],
                redirect("/a.json"),
                "`github-pages` has no redirects, `s3` redirects with status 301 and not 302",
            ),
            (
                &[Host::Cloudflare],
                redirect("/a.json"),
                "`cloudflare` does not redirect to `http://`",
            ),
            (&[Host::Azure], redirect("/*.json"), "`azure` would read `/*.json` as a pattern"),
            (&[Host::Azure], pattern.clone(), "`azure` cannot repeat a param in the target"),
            (&[Host::S3], pattern, "`s3` has no redirects with params"),
        ] {
            assert_eq!(reasons(hosts, &deployment, &unsupported), expected, "{hosts:?}");
        }
    }
}
