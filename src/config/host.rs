//! The hosts that a site can be made for.

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
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
    /// Amazon S3, and services with its protocol.
    S3,
}
