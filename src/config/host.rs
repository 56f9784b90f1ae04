//! The hosts that a site is made for.

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
