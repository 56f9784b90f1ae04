//! Values in `html!`: written with maud's `Render` if the type implements it, and otherwise with `Display`, escaped.

use std::fmt::Display;

use maud::Render;

/// A value in a template.
///
/// `(&Value(&x)).write_html(…)` finds [`ByRender`] first, because [`ByDisplay`] needs one more reference. So a type may
/// implement both traits, as `str` does, and the choice is made at compile time.
#[derive(Debug)]
pub struct Value<'a, T: ?Sized>(pub &'a T);

/// Writes a value with its `Render`.
pub trait ByRender {
    /// Appends the HTML of the value.
    fn write_html(&self, buffer: &mut String);
}

impl<T: Render + ?Sized> ByRender for Value<'_, T> {
    fn write_html(&self, buffer: &mut String) {
        self.0.render_to(buffer);
    }
}

/// Writes a value with its `Display`, escaped.
pub trait ByDisplay {
    /// Appends the text of the value.
    fn write_html(&self, buffer: &mut String);
}

impl<T: Display + ?Sized> ByDisplay for &Value<'_, T> {
    fn write_html(&self, buffer: &mut String) {
        maud::display(self.0).render_to(buffer);
    }
}

#[cfg(test)]
mod tests;
