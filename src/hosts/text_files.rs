//! `_redirects` and `_headers`, for Netlify, for Cloudflare, or for both.

use anyhow::Result;

use super::deployment::{Deployment, HostFiles};
use super::text_hosts::TextHosts;
use super::{headers_file, redirects_file};

/// Generates the files for Netlify.
///
/// Redirects are forced (`301!`): Netlify would otherwise serve the HTML file of the redirect.
pub(super) fn for_netlify(deployment: &Deployment<'_>) -> Result<HostFiles> {
    files(deployment, TextHosts::Netlify)
}

/// Generates the files for Cloudflare.
pub(super) fn for_cloudflare(deployment: &Deployment<'_>) -> Result<HostFiles> {
    files(deployment, TextHosts::Cloudflare)
}

/// Generates the files for Cloudflare and Netlify, which read the same names, within the limits of both.
///
/// No redirect is forced: Cloudflare does not know forced redirects and does not need them. Netlify then serves the
/// HTML file of the redirect with status 200, which browsers follow and other clients do not. A redirect without such a
/// file keeps its status there.
pub(super) fn for_both(deployment: &Deployment<'_>) -> Result<HostFiles> {
    files(deployment, TextHosts::Both)
}

fn files(deployment: &Deployment<'_>, hosts: TextHosts) -> Result<HostFiles> {
    let mut output = HostFiles::default();
    redirects_file::add(deployment, hosts, &mut output)?;
    headers_file::add(deployment, hosts, &mut output)?;
    Ok(output)
}
