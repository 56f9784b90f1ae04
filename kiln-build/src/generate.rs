//! The pipeline of a build script, from the folder of a site to `OUT_DIR/site.rs`.
//!
//! All of `src` is watched, `content/` and `public/` are not: each rerun of a build script compiles the site again,
//! which a change in `src` causes anyway. Only errors that make generation impossible fail the build script.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::config::Output;
use crate::diagnostic::Diagnostic;
use crate::middleware::{self, Middleware};
use crate::page::Source;
use crate::parse::Mistakes;
use crate::pattern::{self, RoutePattern};
use crate::scan::PageFile;
use crate::{check, config, content, emit, ident, links, modules, parse, redirect, scan, table};

/// Generates the site of the package whose build script calls it.
///
/// Writes `site.rs` into `OUT_DIR`, where `kiln::site!()` finds it, and asks Cargo to run the build script again when
/// something in `src` or `kiln.toml` changes. `content/` and `public/` are read when the site runs, so changes there
/// compile nothing.
///
/// # Example
///
/// ```no_run
/// // build.rs
/// fn main() {
///     kiln_build::generate();
/// }
/// ```
///
/// # Panics
///
/// Panics if no file can be generated: outside a build script, or if `OUT_DIR` cannot be written. Mistakes in the site
/// do not panic; the compiler reports them.
pub fn generate() {
    Site::new(".").generate();
}

/// A site in a folder, which need not be that of the package that builds it.
///
/// # Example
///
/// ```no_run
/// // build.rs of a package that builds a site next to it
/// fn main() {
///     kiln_build::Site::new("../my-site").generate();
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Site {
    folder: PathBuf,
}

impl Site {
    /// Creates a site from its folder, absolute or relative to the package whose build script calls it.
    ///
    /// The folder only needs `src/pages`. If it belongs to another package, the generated file also declares the
    /// modules of that package's `src/main.rs`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Site { folder: folder.into() }
    }

    /// Generates the site, as [`generate`](generate()) does for the package itself.
    ///
    /// # Panics
    ///
    /// Panics if no file can be generated: outside a build script, if the folder does not exist, or if `OUT_DIR` cannot
    /// be written.
    pub fn generate(&self) {
        if let Err(error) = self.try_generate() {
            panic!("kiln cannot generate the site: {error:#}");
        }
    }

    fn try_generate(&self) -> Result<()> {
        let variable = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .with_context(|| format!("{name} is not set: call kiln_build from a build script"))
        };
        let (package, out) = (variable("CARGO_MANIFEST_DIR")?, variable("OUT_DIR")?);
        let folder = without_dots(&package.join(&self.folder));
        ensure!(folder.is_dir(), "there is no folder {}", folder.display());
        let is_own = fs::canonicalize(&folder)? == fs::canonicalize(&package)?;
        for directive in directives(&folder)? {
            println!("{directive}");
        }
        // `kiln::site!` asks whether `cargo dev` sets the first. The second keeps a page that does not parse for the editor alone.
        println!("cargo::rustc-check-cfg=cfg(kiln_dylib, rust_analyzer)");
        let main = if is_own { MainFile::Included } else { MainFile::Elsewhere };
        let Generated { code, warnings, .. } = compile(&folder, main)?;
        for warning in &warnings {
            println!("cargo::warning={}", warning.in_one_line());
        }
        write_if_changed(&out.join("site.rs"), &code)
    }
}

/// Removes `.` and `..` from a path that messages and `mod` lines show.
///
/// Links are not resolved: the compiler and the editor know a page by the path that its author uses.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            component => plain.push(component),
        }
    }
    plain
}

/// Whether the site's own `src/main.rs` is the one that includes the generated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MainFile {
    Included,
    Elsewhere,
}

/// The result of generating a site.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) code: String,
    /// The mistakes of the site, which are also in the code.
    #[cfg_attr(not(test), expect(dead_code, reason = "rustc reports them"))]
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Legal code that is probably a mistake.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Runs the steps in order.
pub(crate) fn compile(folder: &Path, main: MainFile) -> Result<Generated> {
    let (config, mut diagnostics) = config::read(folder);
    let (items, found) = match main {
        MainFile::Included => (vec![], vec![]),
        MainFile::Elsewhere => modules::items(folder),
    };
    diagnostics.extend(found);
    let mut warnings = Vec::new();
    let (middleware, found) = middleware::read(folder, &mut warnings);
    diagnostics.extend(found);
    let (content, found) = content::read(folder);
    diagnostics.extend(found);
    let (files, found) = scan::pages(folder);
    diagnostics.extend(found);
    let sources = read_sources(files, config.output, &mut diagnostics, &mut warnings);
    let routes = table::sort(&sources);
    diagnostics.extend(table::conflicts(&routes));
    diagnostics.extend(redirect::check(&config, &routes));
    let (links, found) = links::name(&routes);
    diagnostics.extend(found);
    if !diagnostics.is_empty() {
        // On its own, such a file is left to rustc. Next to other mistakes it would hide them.
        diagnostics.extend(sources.iter().filter_map(|source| source.stops_rustc.clone()));
        diagnostics.extend(middleware.iter().filter_map(|file| file.stops_rustc.clone()));
    }
    diagnostics.sort();
    warnings.sort();
    let code = emit::site(&emit::SiteFile {
        folder: path_text(folder)?,
        config: &config,
        items: &items,
        middleware: middleware.as_ref(),
        content: &content,
        declares_middleware: !modules::declares(folder, "middleware"),
        sources: &sources,
        routes: &routes,
        links: &links,
        hashes: &hashes(folder, &sources, middleware.as_ref()),
        diagnostics: &diagnostics,
    })?;
    Ok(Generated { code, diagnostics, warnings })
}

fn path_text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not valid UTF-8", path.display()))
}

/// Parses and checks every page file.
fn read_sources(
    files: Vec<PageFile>,
    output: Output,
    diagnostics: &mut Vec<Diagnostic>,
    warnings: &mut Vec<Diagnostic>,
) -> Vec<Source> {
    let mut modules = BTreeSet::new();
    let mut sources = Vec::new();
    for file in files {
        match fs::read_to_string(&file.path) {
            Ok(text) => {
                let module = module_name(&file, &mut modules);
                sources.push(read_source(file, module, &text, output, diagnostics, warnings));
            }
            Err(error) => diagnostics.push(Diagnostic::unreadable(&file.name, &error)),
        }
    }
    sources
}

/// A page with mistakes keeps its module, its route and its links, so that it causes no further mistakes; but nothing
/// calls it.
fn read_source(
    file: PageFile,
    module: String,
    text: &str,
    output: Output,
    diagnostics: &mut Vec<Diagnostic>,
    warnings: &mut Vec<Diagnostic>,
) -> Source {
    let pattern = match RoutePattern::parse(file.stem()) {
        Ok(pattern) => Some(pattern),
        Err(mistakes) => {
            diagnostics.extend(mistakes.into_iter().map(|mistake| in_name(&file, mistake)));
            None
        }
    };
    let mut mistakes = Mistakes { file: &file.name, text, found: Vec::new() };
    let page = parse::page(&mut mistakes);
    let is_on_demand = page.as_ref().is_some_and(|page| page.is_on_demand(output));
    if let (Some(page), Some(pattern)) = (&page, &pattern) {
        check::page(page, pattern, is_on_demand, &mut mistakes);
    }
    let page = page.filter(|_| mistakes.found.is_empty());
    diagnostics.append(&mut mistakes.found);
    if let Some(page) = &page {
        check::warnings(page, &mut mistakes);
        warnings.append(&mut mistakes.found);
    }
    let hash = fnv1a(text.as_bytes());
    let stops_rustc = parse::broken_tokens(&file.name, text);
    Source { file, module, hash, pattern, is_on_demand, stops_rustc, page }
}

fn in_name(file: &PageFile, mistake: pattern::Mistake) -> Diagnostic {
    let start = scan::PAGES.len() + 1;
    let bytes = start + mistake.bytes.start..start + mistake.bytes.end;
    Diagnostic::in_name(&file.name, bytes, mistake.message).hint(mistake.hint)
}

/// A unique name for the module of a page: `page_posts_slug`.
fn module_name(file: &PageFile, taken: &mut BTreeSet<String>) -> String {
    let name = format!("page_{}", ident::plain_snake_case(file.stem()).trim_start_matches('_'));
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// The directives for Cargo: the files that the generated file depends on.
///
/// All of `src` is watched, not only the pages. A change there compiles the site anyway, and a new `src/middleware.rs`
/// or `kiln.toml` is then noticed, too.
pub(crate) fn directives(folder: &Path) -> Result<Vec<String>> {
    let mut paths = vec![folder.join("src")];
    // Cargo always treats a missing file as changed.
    paths.extend(Some(folder.join(config::FILE)).filter(|path| path.exists()));
    let directive = |path: PathBuf| {
        let path = path_text(&path)?;
        // A directive ends with its line: text after a newline would be a second directive.
        ensure!(!path.contains(char::is_control), "the path {path:?} contains a control character");
        Ok(format!("cargo::rerun-if-changed={path}"))
    };
    paths.into_iter().map(directive).collect()
}

/// Hashes of the sources, so that the binary can tell whether they have changed since.
///
/// `src/main.rs` and its modules are left out, because the compiler reads them itself.
fn hashes(
    folder: &Path,
    sources: &[Source],
    middleware: Option<&Middleware>,
) -> Vec<(String, Option<u64>)> {
    let settings = fs::read(folder.join(config::FILE)).ok().map(|content| fnv1a(&content));
    let pages = sources.iter().map(|source| (source.file.name.clone(), Some(source.hash)));
    let middleware =
        middleware.map(|file| (middleware::FILE.to_owned(), Some(fnv1a(file.text.as_bytes()))));
    std::iter::once((config::FILE.to_owned(), settings)).chain(middleware).chain(pages).collect()
}

/// 64-bit FNV-1a, as in kiln. Collision resistance does not matter for one's own sources.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Leaves a file with the same content alone, so that a newer time stamp does not cause a rebuild.
fn write_if_changed(path: &Path, content: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|existing| existing == content) {
        return Ok(());
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}
