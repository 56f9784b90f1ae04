//! Which files are compressible: text formats, and binary formats without their own compression.

use crate::routing::media_type;

/// Media types besides `text/*` and those with suffixes such as `+json`.
const TYPES: [&str; 24] = [
    "application/ecmascript",
    "application/font-sfnt",
    "application/graphql",
    "application/javascript",
    "application/json",
    "application/json5",
    "application/postscript",
    "application/rtf",
    "application/toml",
    "application/vnd.ms-fontobject",
    "application/wasm",
    "application/x-javascript",
    "application/x-ndjson",
    "application/x-sh",
    "application/x-yaml",
    "application/xml",
    "application/xml-dtd",
    "application/yaml",
    "font/collection",
    "font/otf",
    "font/ttf",
    "image/bmp",
    "image/vnd.microsoft.icon",
    "image/x-icon",
];

/// The suffixes of media types that are based on text formats.
const SUFFIXES: [&str; 4] = ["+json", "+xml", "+yaml", "+json-seq"];

/// Returns true if and only if a content type is worth compressing.
pub(super) fn is_compressible(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.starts_with("text/")
        || TYPES.binary_search(&&*essence).is_ok()
        || SUFFIXES.iter().any(|suffix| essence.ends_with(suffix))
}

/// Returns true if and only if a file is worth compressing, by its extension.
pub(super) fn is_compressible_by_name(name: &str) -> bool {
    media_type::of_extension(name).is_some_and(is_compressible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_in_order() {
        assert!(TYPES.is_sorted());
    }

    #[test]
    fn content_types_that_gain() {
        for content_type in [
            "text/html; charset=utf-8",
            "text/plain",
            "Application/JSON ;charset=x",
            "application/ld+json",
            "application/atom+xml",
            "image/svg+xml",
            "font/ttf",
        ] {
            assert!(is_compressible(content_type), "{content_type}");
        }
        for content_type in [
            "",
            "text",
            "image/png",
            "font/woff2",
            "application/gzip",
            "application/octet-stream",
            "application/zip; text/html",
        ] {
            assert!(!is_compressible(content_type), "{content_type}");
        }
    }

    #[test]
    fn extensions_that_gain() {
        let gain = [
            "html",
            "css",
            "js",
            "mjs",
            "json",
            "map",
            "xml",
            "rss",
            "atom",
            "svg",
            "SVG",
            "wasm",
            "ico",
            "bmp",
            "ttf",
            "otf",
            "eot",
            "txt",
            "md",
            "csv",
            "webmanifest",
            "xhtml",
            "yaml",
            "toml",
        ];
        for extension in gain {
            assert!(is_compressible_by_name(&format!("a.b/x.{extension}")), "{extension}");
        }
        for extension in
            ["png", "jpg", "webp", "avif", "woff", "woff2", "gz", "br", "zst", "zip", "mp4", "pdf"]
        {
            assert!(!is_compressible_by_name(&format!("a.html/x.{extension}")), "{extension}");
        }
        assert!(!is_compressible_by_name("CNAME"));
    }
}
