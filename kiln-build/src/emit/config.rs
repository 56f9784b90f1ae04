//! The settings of the site as one static.

use proc_macro2::TokenStream;
use quote::quote;

use super::markdown::markdown;
use super::routes::{part, pattern};
use super::server::server;
use crate::config::{self, Config, Encoding, Format, Host, TrailingSlash};
use crate::diagnostic::position;
use crate::header_rule::HeaderRule;
use crate::page::Source;
use crate::path_pattern::PathPattern;
use crate::redirect::{Redirect, Target};
use crate::table;

/// The settings that differ from the defaults, which kiln has as `Config::DEFAULT`.
pub(super) fn settings(config: &Config) -> TokenStream {
    let default = Config::default();
    let fields = [
        (config.site == default.site, site(config)),
        (config.base == default.base, base(config)),
        (config.format == default.format, format(config.format)),
        (config.trailing_slash == default.trailing_slash, trailing_slash(config.trailing_slash)),
        (config.out == default.out, out(config)),
        (config.atomic == default.atomic, atomic(config)),
        (config.precompress == default.precompress, precompress(&config.precompress)),
        (config.sitemap == default.sitemap, sitemap(config)),
        (config.server == default.server, server(&config.server)),
        (config.markdown == default.markdown, markdown(&config.markdown)),
    ];
    let set: Vec<_> =
        fields.into_iter().filter(|(is_default, _)| !is_default).map(|(_, field)| field).collect();
    let value = match set.as_slice() {
        [] => quote!(Config::DEFAULT),
        set => quote!(Config { #(#set,)* ..Config::DEFAULT }),
    };
    quote!(static CONFIG: Config = #value;)
}

fn site(config: &Config) -> TokenStream {
    match &config.site {
        Some(origin) => quote!(site: Some(#origin)),
        None => quote!(site: None),
    }
}

fn atomic(Config { atomic, .. }: &Config) -> TokenStream {
    quote!(atomic: #atomic)
}

fn base(Config { base, .. }: &Config) -> TokenStream {
    quote!(base: #base)
}

fn format(format: Format) -> TokenStream {
    let format = match format {
        Format::Directory => quote!(Directory),
        Format::File => quote!(File),
        Format::Preserve => quote!(Preserve),
    };
    quote!(format: Format::#format)
}

fn trailing_slash(trailing_slash: TrailingSlash) -> TokenStream {
    let trailing_slash = match trailing_slash {
        TrailingSlash::Always => quote!(Always),
        TrailingSlash::Never => quote!(Never),
        TrailingSlash::Ignore => quote!(Ignore),
    };
    quote!(trailing_slash: TrailingSlash::#trailing_slash)
}

fn out(Config { out, .. }: &Config) -> TokenStream {
    quote!(out: #out)
}

/// The hosts, through a function of kiln's that compiles where kiln has what writes their files.
pub(super) fn hosts(hosts: &[Host]) -> TokenStream {
    let names = hosts.iter().map(|host| match host {
        Host::Netlify => quote!(Host::Netlify),
        Host::Cloudflare => quote!(Host::Cloudflare),
        Host::Vercel => quote!(Host::Vercel),
        Host::Azure => quote!(Host::Azure),
        Host::Firebase => quote!(Host::Firebase),
        Host::GithubPages => quote!(Host::GithubPages),
        Host::Nginx => quote!(Host::Nginx),
        Host::Caddy => quote!(Host::Caddy),
        Host::S3 => quote!(Host::S3),
    });
    quote!(::kiln::private::hosts(&[#(#names),*]))
}

/// The redirects, in the order in which they are tried.
pub(super) fn redirects(config: &Config, routes: &[&Source]) -> TokenStream {
    let rules = sorted(&config.redirects).into_iter().map(|rule| redirect(rule, config, routes));
    quote!(&[#(#rules),*])
}

/// Rules of headers, the least specific first.
pub(super) fn headers(config: &Config, rules: &[HeaderRule]) -> TokenStream {
    let rules = rules.iter().map(|rule| header_rule(rule, config));
    quote!(&[#(#rules),*])
}

/// In the order in which routes with their sources would be tried.
fn sorted(redirects: &[Redirect]) -> Vec<&Redirect> {
    let mut sorted: Vec<&Redirect> = redirects.iter().collect();
    sorted.sort_by(|a, b| table::compare(&a.source, &b.source));
    sorted
}

fn redirect(rule: &Redirect, config: &Config, routes: &[&Source]) -> TokenStream {
    let after = table::routes_before(routes, &rule.source);
    let (line, column) = position_of(config, rule.source_bytes.start);
    let position = format!("{}:{line}:{column}", config::FILE);
    let source = pattern(&rule.source);
    let target = match &rule.target {
        Target::External(parts) => {
            let parts = parts.iter().map(part);
            quote!(RedirectTarget::External(&[#(#parts),*]))
        }
        Target::Internal { path: target, tail } => {
            let path = pattern(target);
            quote!(RedirectTarget::Internal { path: #path, tail: #tail })
        }
    };
    let status = match rule.status {
        Some(status) => quote!(Some(#status)),
        None => quote!(None),
    };
    quote! {
        RedirectRule {
            source: #source,
            target: #target,
            status: #status,
            after: #after,
            line: #line,
            place: #position,
        }
    }
}

fn header_rule(rule: &HeaderRule, config: &Config) -> TokenStream {
    let before = format!("{}{}", config.base, rule.before);
    let after = option(rule.after.as_deref());
    let headers = rule.headers.iter().map(|(name, value)| quote!((#name, #value)));
    let line = rule.bytes.as_ref().map_or(0, |bytes| position_of(config, bytes.start).0);
    quote! {
        HeaderRule {
            before: #before,
            after: #after,
            headers: &[#(#headers),*],
            line: #line,
        }
    }
}

fn position_of(config: &Config, byte: usize) -> (u32, u32) {
    let (line, column) = position(&config.text, byte);
    let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (number(line), number(column))
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

fn sitemap(config: &Config) -> TokenStream {
    let Some(sitemap) = &config.sitemap else { return quote!(sitemap: None) };
    let exclude = sitemap.exclude.iter().map(|PathPattern { before, after }| {
        let (before, after) = (format!("{}{before}", config.base), option(after.as_deref()));
        quote!(::kiln::private::PathPattern { before: #before, after: #after })
    });
    quote!(sitemap: Some(::kiln::private::Sitemap { exclude: &[#(#exclude),*] }))
}

/// The encodings, through a function of kiln's that compiles where kiln has what makes them.
fn precompress(encodings: &[Encoding]) -> TokenStream {
    let names = encodings.iter().map(|encoding| match encoding {
        Encoding::Gzip => quote!(Gzip),
        Encoding::Brotli => quote!(Brotli),
        Encoding::Zstd => quote!(Zstd),
    });
    quote!(precompress: ::kiln::private::precompress(&[#(::kiln::private::Encoding::#names),*]))
}
