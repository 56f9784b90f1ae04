//! The exports of a page file, as data. Other modules create and use it.

use std::collections::BTreeSet;

use proc_macro2::Span;

use crate::config::Output;
use crate::diagnostic::Diagnostic;
use crate::parse::Misspelt;
use crate::pattern::RoutePattern;
use crate::scan::PageFile;

/// A page file, which becomes a module of the site.
///
/// A file with mistakes is a module too, so that the compiler and the editor point into the file itself.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: PageFile,
    /// The name of its module in the site's crate: `page_posts_slug`.
    pub(crate) module: String,
    /// The hash of the file's content.
    pub(crate) hash: u64,
    /// `None` if the name of the file breaks a rule.
    pub(crate) pattern: Option<RoutePattern>,
    /// Whether it is rendered on request: [`Page::is_on_demand`], also known for a page with mistakes.
    pub(crate) is_on_demand: bool,
    /// Set if the file cannot be split into tokens: rustc then stops, and reports nothing else.
    pub(crate) stops_rustc: Option<Diagnostic>,
    /// `None` if the file does not parse or has mistakes.
    pub(crate) page: Option<Page>,
}

/// What a page file exports.
#[derive(Debug)]
pub(crate) struct Page {
    /// In the order of [`Method`].
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) static_paths: Option<StaticPaths>,
    pub(crate) params: Option<ParamsStruct>,
    /// The value of `PRERENDER`, if the page has it.
    pub(crate) prerender: Option<bool>,
    /// The name of `REVALIDATE`, if the page has it.
    pub(crate) revalidate: Option<Span>,
    /// The names of exports that cannot be read. They have been reported, so they are not missing.
    pub(crate) refused: BTreeSet<String>,
    /// Items that were probably meant as exports.
    pub(crate) misspelt: Vec<Misspelt>,
}

/// A function that handles requests with one method, or with all.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) shape: Shape,
    /// Its name in the page.
    pub(crate) span: Span,
}

/// The type around the value that a page's function returns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) is_async: bool,
    /// Whether the last segment of the return type ends in `Result`.
    pub(crate) is_fallible: bool,
}

/// The methods that a page can export, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    All,
}

/// An argument of an endpoint, by type.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) kind: ArgumentKind,
    /// Whether the type is `&T`.
    pub(crate) by_reference: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArgumentKind {
    Context,
    Params,
    Props,
}

/// The function that lists the paths of a dynamic route.
#[derive(Debug)]
pub(crate) struct StaticPaths {
    pub(crate) takes_route: bool,
    pub(crate) shape: Shape,
}

/// The page's `struct Params`.
#[derive(Debug)]
pub(crate) struct ParamsStruct {
    pub(crate) fields: Vec<Field>,
    pub(crate) span: Span,
}

/// A field of `struct Params`.
#[derive(Debug)]
pub(crate) struct Field {
    /// Without `r#`.
    pub(crate) name: String,
    pub(crate) container: Container,
    /// The name of the type if it is one of Rust's types with a single value: `u32`, `bool`.
    pub(crate) primitive: Option<String>,
    pub(crate) span: Span,
}

/// The container of a field's type, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// `T`
    One,
    /// `Vec<T>`
    Vec,
    /// `Option<T>`
    Option,
    /// `Option<Vec<T>>`
    OptionVec,
}

impl Page {
    /// Returns true if and only if the page is rendered on request, according to `PRERENDER` or else to kiln.toml.
    pub(crate) fn is_on_demand(&self, output: Output) -> bool {
        match self.prerender {
            Some(prerender) => !prerender,
            // The value of an invalid `PRERENDER` is unknown.
            None if self.refused.contains("PRERENDER") => false,
            None => output == Output::Server,
        }
    }
}

impl Method {
    pub(crate) const ALL: [Method; 8] = [
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
        Method::Options,
        Method::All,
    ];

    /// The name of the function that a page exports for the method.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Head => "head",
            Method::Post => "post",
            Method::Put => "put",
            Method::Patch => "patch",
            Method::Delete => "delete",
            Method::Options => "options",
            Method::All => "all",
        }
    }

    pub(crate) fn from_function(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.function() == name)
    }

    /// Returns true if and only if a static build can call it.
    pub(crate) fn can_prerender(self) -> bool {
        matches!(self, Method::Get | Method::All)
    }
}
