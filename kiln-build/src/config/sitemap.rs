//! Reads `sitemap` of `kiln.toml`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::path_patterns;
use super::settings::Settings;
use crate::path_pattern::PathPattern;

const EXAMPLE: &str = "sitemap = { exclude = [\"/admin/*\"] }";

/// The sitemap of a site.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sitemap {
    /// The pages that are not listed.
    pub(crate) exclude: Vec<PathPattern>,
}

/// Reads `true`, `false`, or a table; `None` for a site without a sitemap.
pub(super) fn read(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Option<Sitemap> {
    match value.get_ref() {
        DeValue::Boolean(true) => Some(Sitemap { exclude: vec![] }),
        DeValue::Boolean(false) => None,
        DeValue::Table(table) => Some(table_of(settings, table)),
        _ => {
            settings.unexpected("`true`, `false` or a table", value, EXAMPLE);
            None
        }
    }
}

fn table_of(settings: &mut Settings<'_>, table: &DeTable<'_>) -> Sitemap {
    let mut sitemap = Sitemap { exclude: vec![] };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "exclude" => {
                let patterns =
                    settings.strings(value, "exclude = [\"/admin/*\"]", path_patterns::parse);
                sitemap.exclude = patterns.unwrap_or_default();
            }
            _ => settings.unknown_key(key, &["exclude"]),
        }
    }
    sitemap
}

/// Reports a sitemap without the origin of its URLs. An invalid origin has been reported already.
pub(super) fn check_site(settings: &mut Settings<'_>, table: &DeTable<'_>) {
    let value = |name: &str| table.iter().find(|(key, _)| key.get_ref() == name);
    if let (Some((_, value)), None) = (value("sitemap"), value("site")) {
        settings.report(
            value.span(),
            "a sitemap needs `site`, because its URLs are absolute".into(),
            "add the origin of the site, for example site = \"https://example.com\"",
        );
    }
}
