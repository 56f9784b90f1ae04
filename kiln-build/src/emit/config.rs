//! The settings of the site as one static.

use proc_macro2::TokenStream;
use quote::quote;

use super::routes::{part, segment};
use super::server::server;
use crate::config::{self, Config, Encoding, Format, Host, TrailingSlash};
use crate::diagnostic::position;
use crate::header_rule::HeaderRule;
use crate::page::Source;
use crate::pattern::RoutePattern;
use crate::redirect::{Redirect, Target};
use crate::table;

pub(super) fn settings(config: &Config, routes: &[&Source]) -> TokenStream {
    let Config { site: origin, base, format, trailing_slash, out, atomic, hosts, .. } = config;
    let precompress = encodings(&config.precompress);
    let origin = match origin {
        Some(origin) => quote!(Some(#origin)),
        None => quote!(None),
    };
    let format = match format {
        Format::Directory => quote!(Directory),
        Format::File => quote!(File),
        Format::Preserve => quote!(Preserve),
    };
    let trailing_slash = match trailing_slash {
        TrailingSlash::Always => quote!(Always),
        TrailingSlash::Never => quote!(Never),
        TrailingSlash::Ignore => quote!(Ignore),
    };
    let hosts = hosts.iter().map(|host| match host {
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
    let redirects =
        sorted(&config.redirects).into_iter().map(|rule| redirect(rule, config, routes));
    let headers = config.headers.iter().map(|rule| header_rule(rule, config));
    let server = server(&config.server);
    quote! {
        static CONFIG: Config = Config {
            site: #origin,
            base: #base,
            format: Format::#format,
            trailing_slash: TrailingSlash::#trailing_slash,
            out: #out,
            atomic: #atomic,
            hosts: &[#(#hosts),*],
            redirects: &[#(#redirects),*],
            headers: &[#(#headers),*],
            precompress: #precompress,
            server: #server,
        };
    }
}

/// In the order in which routes with their sources would be tried.
fn sorted(redirects: &[Redirect]) -> Vec<&Redirect> {
    let mut sorted: Vec<&Redirect> = redirects.iter().collect();
    sorted.sort_by(|a, b| table::compare(&a.source, &b.source));
    sorted
}

fn redirect(rule: &Redirect, config: &Config, routes: &[&Source]) -> TokenStream {
    let after = table::routes_before(routes, &rule.source);
    let (line, column) = place(config, rule.source_bytes.start);
    let file = format!("{}:{line}:{column}", config::FILE);
    let source = path(&rule.source, &file);
    let target = match &rule.target {
        Target::External(parts) => {
            let parts = parts.iter().map(part);
            quote!(RedirectTarget::External(&[#(#parts),*]))
        }
        Target::Internal { path: target, tail } => {
            let path = path(target, &file);
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
        }
    }
}

/// A path of kiln.toml, as a route that nothing answers; the file is the place in kiln.toml.
fn path(pattern: &RoutePattern, file: &str) -> TokenStream {
    let text = pattern.to_string();
    let segments = pattern.segments.iter().map(segment);
    quote! {
        Route {
            config: &CONFIG,
            pattern: #text,
            file: #file,
            segments: &[#(#segments),*],
            prerender: true,
            revalidate: None,
            accepts: None,
            endpoints: &[],
        }
    }
}

fn header_rule(rule: &HeaderRule, config: &Config) -> TokenStream {
    let before = format!("{}{}", config.base, rule.before);
    let after = match &rule.after {
        Some(after) => quote!(Some(#after)),
        None => quote!(None),
    };
    let headers = rule.headers.iter().map(|(name, value)| quote!((#name, #value)));
    let (line, _) = place(config, rule.bytes.start);
    quote! {
        HeaderRule {
            before: #before,
            after: #after,
            headers: &[#(#headers),*],
            line: #line,
        }
    }
}

fn place(config: &Config, byte: usize) -> (u32, u32) {
    let (line, column) = position(&config.text, byte);
    let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (number(line), number(column))
}

/// The encodings, through a function of kiln's that compiles where kiln has what makes them.
fn encodings(encodings: &[Encoding]) -> TokenStream {
    let names = encodings.iter().map(|encoding| match encoding {
        Encoding::Gzip => quote!(Gzip),
        Encoding::Brotli => quote!(Brotli),
        Encoding::Zstd => quote!(Zstd),
    });
    match encodings {
        [] => quote!(&[]),
        _ => quote!(::kiln::private::precompress(&[#(::kiln::private::Encoding::#names),*])),
    }
}
