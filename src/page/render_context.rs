//! What rendering Markdown asks of a page.

use std::path::PathBuf;

use anyhow::{Error, Result, anyhow, bail};
use kiln_content::markdown::{Fault, Memory, Settings};
use kiln_content::{Mistake, Mistakes, RenderContext};

use crate::assets::{AssetError, Hint};
use crate::page::context::Context;
use crate::page::rewrite::Answer;

impl RenderContext for Context {
    fn link(&self, path: &str) -> Result<String> {
        let Some(engine) = &self.engine else { bail!("cannot link to `{path}`: {OUTSIDE}") };
        match engine.answer(path) {
            Answer::Url(url) | Answer::Perhaps { url, .. } => Ok(url),
            Answer::Nothing { nearest } => Err(unanswered(path, nearest)),
        }
    }

    fn linked(&self, path: &str, mistake: &dyn Fn(Fault) -> Mistake) {
        let Some(engine) = &self.engine else { return };
        if let Answer::Perhaps { path: of_page, .. } = engine.answer(path) {
            let mistake = mistake(unanswered(path, None).into());
            engine.assets().rendered.note_link(&of_page, mistake);
        }
    }

    fn asset(&self, path: &str) -> Result<String> {
        let assets = self.assets(path)?;
        let asset = assets.file(path).map_err(|error| in_words(&error))?;
        Ok(assets.url(&asset))
    }

    fn image(&self, path: &str, alt: &str, title: Option<&str>, _: &[u32]) -> Result<String> {
        let url = RenderContext::asset(self, path)?;
        let title = title.map(|title| format!(r#" title="{}""#, escaped(title)));
        Ok(format!(
            r#"<img src="{}" alt="{}"{} loading="lazy" decoding="async">"#,
            escaped(&url),
            escaped(alt),
            title.unwrap_or_default()
        ))
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

    fn settings(&self) -> Settings {
        self.engine.as_ref().map_or(Settings::DEFAULT, |engine| engine.config().markdown.settings())
    }

    fn memory(&self) -> Option<&Memory<Mistakes>> {
        self.engine.as_ref().map(|engine| &engine.assets().rendered.memory)
    }

    fn site_folder(&self) -> Option<PathBuf> {
        self.engine.as_ref().map(|engine| engine.site_folder())
    }

    fn warn(&self, _: &str) {}
}

fn unanswered(path: &str, nearest: Option<&str>) -> Error {
    let hint = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "link to a page, a file of `public/`, or a file next to this one".to_owned(),
    };
    anyhow!("nothing answers `{path}`\nhint: {hint}")
}

/// The first mistake of a request, with a hint as content shows it.
fn in_words(error: &AssetError) -> Error {
    let Some(mistake) = error.mistakes().first() else { return anyhow!("{error}") };
    let place =
        mistake.position.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
    let hint = match &mistake.hint {
        Some(Hint::Nearest(path)) => format!("\nhint: did you mean {path}?"),
        Some(Hint::Text(hint)) => format!("\nhint: {hint}"),
        None => String::new(),
    };
    anyhow!("{}{place} {}{hint}", mistake.file, mistake.message)
}

/// A text inside of an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

const OUTSIDE: &str = "a context from `Context::create` is outside of a site";
