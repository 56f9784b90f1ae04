//! What rendering Markdown asks of a page.

use std::path::PathBuf;

use anyhow::{Result, bail};
use kiln_content::RenderContext;

use crate::page::context::Context;

impl RenderContext for Context {
    fn link(&self, path: &str) -> Result<String> {
        let Some(engine) = &self.engine else { bail!("cannot link to `{path}`: {OUTSIDE}") };
        match engine.link(path) {
            Some(url) => Ok(url),
            None => bail!(
                "nothing answers `{path}`\nhint: link to a page, a file of `public/`, or a file next to this one"
            ),
        }
    }

    fn asset(&self, path: &str) -> Result<String> {
        bail!("cannot request `{path}`: {OUTSIDE}")
    }

    fn image(&self, path: &str, _: &str, _: Option<&str>, _: &[u32]) -> Result<String> {
        bail!("cannot request `{path}`: {OUTSIDE}")
    }

    fn origin(&self) -> Option<&str> {
        self.site
    }

    fn cached(
        &self,
        _: &str,
        _: &[&str],
        make: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        make()
    }

    fn site_folder(&self) -> Option<PathBuf> {
        self.engine.as_ref().map(|engine| engine.site_folder())
    }

    fn warn(&self, _: &str) {}
}

const OUTSIDE: &str = "a context from `Context::create` is outside of a site";
