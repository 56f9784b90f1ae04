//! Prints the findings of a check, as they are found: there may be more than fit into memory.

use std::io::stdout;

use crate::build::{Finding, Totals};
use crate::cli::arguments::CheckArguments;
use crate::cli::print;
use crate::text::grouped;

/// The findings that are printed for people. `--json` prints all.
const SHOWN: usize = 200;

/// Prints findings to stdout.
pub(super) struct Output<'a> {
    arguments: &'a CheckArguments,
    /// The number of findings so far.
    count: usize,
}

impl<'a> Output<'a> {
    pub(super) fn new(arguments: &'a CheckArguments) -> Self {
        Output { arguments, count: 0 }
    }

    pub(super) fn finding(&mut self, finding: &Finding) {
        self.count += 1;
        if self.arguments.json {
            let start = if self.count == 1 { "[" } else { "," };
            let text = format!("{:#}", finding.json()).replace('\n', "\n  ");
            print(&mut stdout(), &format!("{start}\n  {text}"));
        } else if self.count <= SHOWN {
            let is_strict = self.arguments.strict;
            print(&mut stdout(), &format!("{}\n\n", finding.shown(is_strict)));
        }
    }

    pub(super) fn end(self, totals: Totals) {
        let text = match self.arguments.json {
            true if self.count == 0 => "[]\n".to_owned(),
            true => "\n]\n".to_owned(),
            false => self.summary(totals),
        };
        print(&mut stdout(), &text);
    }

    fn summary(&self, totals: Totals) -> String {
        let Totals { pages, links, errors, warnings } = totals;
        let hidden = match self.count.saturating_sub(SHOWN) {
            0 => String::new(),
            hidden => format!("and {} more: `--json` prints all\n\n", grouped(hidden)),
        };
        if self.arguments.quiet {
            return hidden;
        }
        let checked = format!("{} with {}", counted(pages, "page"), counted(links, "link"));
        let found = match (errors, warnings) {
            (0, 0) => "no findings".to_owned(),
            (0, warnings) => counted(warnings, "warning"),
            (errors, 0) => counted(errors, "error"),
            (errors, warnings) => {
                format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"))
            }
        };
        format!("{hidden}{checked}: {found}\n")
    }
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}
