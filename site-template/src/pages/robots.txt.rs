use kiln::prelude::*;
use kiln::robots::Robots;

use crate::routes;

/// Crawlers may read everything, and find the sitemap.
pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let site = ctx.site.context("robots.txt needs `site` in kiln.toml")?;
    let home = routes::index();
    Ok(Robots::new()
        .allow(&["*"], "/")
        .sitemap(format!("{site}{home}sitemap.xml")))
}
