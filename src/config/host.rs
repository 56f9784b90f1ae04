//! The hosts that a site can be built for.

/// A host for static sites, from `hosts` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Netlify.
    Netlify,
    /// Cloudflare Pages, or Cloudflare Workers with static assets.
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
    /// Amazon S3 and compatible services.
    S3,
}
