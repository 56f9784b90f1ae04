//! The backtrace of a panic or an error, reduced to the frames of the site's own code.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cmp::Ordering;
use std::sync::Arc;
use std::{env, fmt};

/// A backtrace, captured if `RUST_BACKTRACE` is set.
///
/// All backtraces are equal, so that the order of failures does not depend on threads.
#[derive(Debug, Clone)]
pub(crate) enum Trace {
    /// Symbols have not been resolved yet, which takes longer than rendering most pages.
    Captured(Arc<Backtrace>),
    Resolved(Arc<str>),
}

impl Trace {
    /// Captures the stack of this thread; `None` if backtraces are disabled.
    pub(crate) fn capture() -> Option<Self> {
        let backtrace = Backtrace::capture();
        let is_captured = backtrace.status() == BacktraceStatus::Captured;
        is_captured.then(|| Trace::Captured(Arc::new(backtrace)))
    }

    /// The stack at which an error was created; `None` if backtraces are disabled.
    pub(crate) fn of_error(error: &anyhow::Error) -> Option<Self> {
        let backtrace = error.backtrace();
        let is_captured = backtrace.status() == BacktraceStatus::Captured;
        is_captured.then(|| Trace::Resolved(backtrace.to_string().into()))
    }

    fn text(&self) -> String {
        match self {
            Trace::Captured(backtrace) => backtrace.to_string(),
            Trace::Resolved(text) => text.to_string(),
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        if is_full() {
            return write!(f, "backtrace:\n{text}");
        }
        let frames = own_frames(&text, &crate_name());
        if frames.is_empty() {
            return f.write_str(
                "backtrace: no frames in the code of the site (`RUST_BACKTRACE=full` shows all)",
            );
        }
        f.write_str("backtrace in the code of the site (`RUST_BACKTRACE=full` shows all):")?;
        frames.iter().try_for_each(|frame| write!(f, "\n{frame}"))
    }
}

/// Returns true if and only if all frames should be shown, by the variables that the standard library reads.
fn is_full() -> bool {
    let set = env::var_os("RUST_LIB_BACKTRACE").or_else(|| env::var_os("RUST_BACKTRACE"));
    set.is_some_and(|value| value == "full")
}

/// The name of the site's crate, which is also that of its binary.
fn crate_name() -> String {
    let binary = env::current_exe().ok();
    let stem = binary.as_deref().and_then(|path| path.file_stem());
    stem.map(|stem| stem.to_string_lossy().replace('-', "_")).unwrap_or_default()
}

/// The frames of the site's own code, each as `function (file:line:column)`.
///
/// The file is unknown if the binary has no debug information.
fn own_frames(text: &str, crate_name: &str) -> Vec<String> {
    let mut frames: Vec<(&str, Option<&str>)> = Vec::new();
    for line in text.lines().map(str::trim) {
        match (line.strip_prefix("at "), frames.last_mut()) {
            (Some(location), Some((_, place))) => *place = Some(location),
            _ => {
                let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                let symbol = line.split_once(": ").filter(|(before, _)| number(before));
                frames.push((symbol.map_or(line, |(_, symbol)| symbol), None));
            }
        }
    }
    let own = frames.into_iter().filter(|(symbol, place)| is_own(symbol, *place, crate_name));
    own.map(|(symbol, place)| match place {
        Some(place) => format!("{symbol} ({})", place.trim_start_matches("./")),
        None => symbol.to_owned(),
    })
    .collect()
}

fn is_own(symbol: &str, place: Option<&str>, crate_name: &str) -> bool {
    let symbol = symbol.trim_start_matches('<');
    let Some(item) = symbol.strip_prefix(crate_name).and_then(|rest| rest.strip_prefix("::"))
    else {
        // Paths are relative to the current folder, which is the site's.
        return place.is_some_and(|place| place.starts_with("./src/")) && symbol != "main";
    };
    // Generated code only calls pages, and has no logic of its own.
    let is_generated =
        item.starts_with("SITE") || item.starts_with("<impl kiln::") || item == "main";
    // In kiln's own repository, the site and the library have the same name.
    !is_generated && (crate_name != "kiln" || item.starts_with("page_"))
}

impl PartialEq for Trace {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Trace {}

impl PartialOrd for Trace {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Trace {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_of_the_site_are_shown() {
        let text = "   \
   0: std::panicking::panic_with_hook
   1: core::panicking::panic_fmt
             at /rustc/5980/library/core/src/panicking.rs:80:14
   2: my_site::posts::load
             at ./src/posts.rs:12:5
      my_site::posts::all::{{closure}}
             at ./src/posts.rs:9:5
   3: <my_site::page_a::Post as core::fmt::Display>::fmt
   4: <alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter
   5: helper::read
             at ./src/helper/lib.rs:1:1
   6: my_site::SITE::ROUTES::{{closure}}::{{closure}}
             at ./target/debug/build/my-site/out/site.rs:30:9
   7: my_site::<impl kiln::params::TypedParams for my_site::page_a::Params>::from_raw
   8: kiln::build::task::poll
   9: my_site::main
             at ./src/main.rs:1:1
  10: main
";
        let expected = [
            "my_site::posts::load (src/posts.rs:12:5)",
            "my_site::posts::all::{{closure}} (src/posts.rs:9:5)",
            "<my_site::page_a::Post as core::fmt::Display>::fmt",
            "helper::read (src/helper/lib.rs:1:1)",
        ];
        assert_eq!(own_frames(text, "my_site"), expected);
        assert_eq!(own_frames(text, "other").len(), 4);
        let own = "  0: kiln::page_a::get\n  1: kiln::build::task::poll\n  2: kiln::main\n";
        assert_eq!(own_frames(own, "kiln"), ["kiln::page_a::get"]);
    }
}
