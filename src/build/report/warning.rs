//! Problems that fail the build only with `--strict`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::diagnostic::{Diagnostic, Merged};
use crate::text::sorted::SortedMap;

/// The subject of a warning. Warnings with the same subject in the same route are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A source that changed after the site was compiled.
    Source,
    /// A file name that other systems do not allow.
    Name,
    /// A redirect that could be faster, or leads out of the site.
    Redirect,
    /// A content type that contradicts the extension of the file.
    Type,
    /// A header or a redirect that no host supports.
    Header,
    /// Two files that some hosts find at one address.
    Address,
    /// A file of `public/` that should not be published.
    Private,
    /// A file whose compressed variant cannot be made.
    Variant,
    /// A file that kiln did not write.
    Foreign,
    /// Something in Markdown that is probably a mistake.
    #[cfg(feature = "content")]
    Content,
    /// Text of a social image that has no glyphs.
    #[cfg(feature = "og")]
    Card,
    /// A leftover that could not be removed.
    Leftover,
}

impl Kind {
    /// The most warnings that are shown for a route.
    fn most_shown(self) -> usize {
        match self {
            // These files are unrelated to each other.
            Kind::Foreign | Kind::Private => 10,
            #[cfg(feature = "content")]
            Kind::Content => 10,
            // Titles of pages differ.
            #[cfg(feature = "og")]
            Kind::Card => 5,
            // All pages of a route have the same line of code.
            Kind::Type => 1,
            // The others are the same mistake again.
            Kind::Source
            | Kind::Name
            | Kind::Redirect
            | Kind::Header
            | Kind::Address
            | Kind::Variant
            | Kind::Leftover => 5,
        }
    }
}

/// The warnings of a build, from all threads.
///
/// Its size does not grow with the site, and its contents do not depend on the order of threads.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    found: Mutex<Groups>,
}

/// The warnings of each kind and route.
type Groups = SortedMap<(Option<usize>, Kind), Merged>;

impl Warnings {
    pub(crate) fn add(&self, kind: Kind, warning: Diagnostic) {
        let mut found = self.found();
        let group = found.get_or_default((warning.route_index(), kind));
        group.add(warning.into_warning(), kind.most_shown());
    }

    /// Takes the warnings: in table order, and by name within each kind.
    pub(crate) fn take(&self) -> Vec<Diagnostic> {
        let groups = std::mem::take(&mut *self.found());
        let mut all = Vec::new();
        for (_, group) in groups {
            let (mut shown, others) = group.take();
            let last = shown.pop().map(|last| last.and_others(others));
            all.append(&mut shown);
            all.extend(last);
        }
        all
    }

    fn found(&self) -> MutexGuard<'_, Groups> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_kind_are_shown_and_the_others_counted() {
        let of = |order: &mut dyn Iterator<Item = usize>| {
            let warnings = Warnings::default();
            for at in order {
                warnings.add(Kind::Name, Diagnostic::of(format!("page-{at:05}"), "is odd"));
            }
            warnings.add(Kind::Source, Diagnostic::of("kiln.toml", "is old"));
            let shown = warnings.take();
            assert_eq!(warnings.take(), []);
            shown.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let shown = of(&mut (0..1239));
        assert_eq!(shown, of(&mut (0..1239).rev()));
        assert_eq!(shown.len(), 1 + 5);
        assert_eq!(shown[..2], ["warning: kiln.toml: is old", "warning: page-00000: is odd"]);
        assert_eq!(shown[5], "warning: page-00004: is odd\n  and 1,234 more like this");
    }

    #[test]
    fn few_warnings_are_all_shown() {
        let warnings = Warnings::default();
        for at in 0..10 {
            warnings.add(Kind::Foreign, Diagnostic::of(format!("{at}"), "is foreign"));
        }
        let shown = warnings.take();
        assert_eq!(shown.len(), 10);
        assert!(!shown.iter().any(|warning| warning.to_string().contains("more")), "{shown:?}");
    }
}
