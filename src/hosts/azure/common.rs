//! Settings of Azure that apply to many files at once.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::config::header_rule::HeaderRule;
use crate::hosts::deployment::{Deployment, SiteFile, joined};

/// Names and values of headers.
pub(super) type Headers = BTreeMap<String, String>;

/// Settings that apply to many files at once.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// The headers of every path of the site.
    pub(super) headers: Headers,
    /// Content types by extension, with the dot, for extensions whose files all have the same type.
    pub(super) types: BTreeMap<String, String>,
    pub(super) has_not_found_page: bool,
}

impl Common {
    pub(super) fn of(deployment: &Deployment<'_>) -> Result<Self> {
        let base = deployment.config.base;
        let for_all = |rule: &&HeaderRule| {
            rule.after == Some("") && rule.before.strip_suffix('/') == Some(base)
        };
        let mut common = Common::default();
        for rule in deployment.rules.iter().filter(for_all) {
            common.headers.extend(joined(rule.headers.iter().copied()));
        }
        common.headers.retain(|_, value| !value.is_empty());
        // Each extension with its type, or `None` once two files differ.
        let mut types: BTreeMap<String, Option<String>> = BTreeMap::new();
        for page in deployment.headers {
            let sent = page.headers.iter().find(|(name, _)| name == "content-type");
            if let (Some(extension), Some((_, value))) = (extension(&page.file), sent) {
                types.insert(extension, Some(value.clone()));
            }
        }
        deployment.files.for_each(&mut |SiteFile { name, path }| {
            common.has_not_found_page |= name == "404.html";
            if let Some(agreed) = extension(&name).and_then(|extension| types.get_mut(&extension)) {
                let headers = deployment.headers_of(&path);
                let sent = headers.iter().find(|(name, _)| *name == "content-type");
                if sent.map(|(_, value)| *value) != agreed.as_deref() {
                    *agreed = None;
                }
            }
            Ok(())
        })?;
        let agreed = types.into_iter().filter_map(|(extension, value)| Some((extension, value?)));
        common.types = agreed.collect();
        Ok(common)
    }
}

/// The extension of a file with its dot, as Azure sees it.
pub(super) fn extension(file: &str) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then(|| format!(".{extension}"))
}
