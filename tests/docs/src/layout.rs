use kiln::prelude::*;

/// The signature of the layout in the template.
pub fn page(_: &Context, title: &str, _: &str, content: &Markup) -> Result<Markup> {
    Ok(html! { title { (title) } (content) })
}
