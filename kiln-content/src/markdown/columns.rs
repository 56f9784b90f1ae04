//! The columns of a table, which may be aligned.

use pulldown_cmark::Alignment;

/// The columns of the table that is being written.
#[derive(Debug, Default)]
pub(super) struct Columns {
    alignments: Vec<Alignment>,
    /// The column of the next cell.
    next: usize,
    is_head: bool,
}

impl Columns {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Columns { alignments, next: 0, is_head: false }
    }

    pub(super) fn start_row(&mut self, is_head: bool) {
        self.next = 0;
        self.is_head = is_head;
    }

    /// The start tag of the next cell, if its column is aligned.
    ///
    /// The attribute `align` is what GFM specifies. A `style` would be refused by the policies that refuse inline styles.
    pub(super) fn cell(&mut self) -> Option<String> {
        let alignment = self.alignments.get(self.next);
        self.next += 1;
        let align = match alignment? {
            Alignment::None => return None,
            Alignment::Left => "left",
            Alignment::Center => "center",
            Alignment::Right => "right",
        };
        let name = if self.is_head { "th" } else { "td" };
        Some(format!("<{name} align=\"{align}\">"))
    }
}
