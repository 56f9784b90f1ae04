use kiln::prelude::*;

/// The signature of the layout in the template.
pub fn page(_: &Context, title: &str, _: &str, content: &Markup) -> Result<Html<String>> {
    Ok(Html(html! { title { (title) } (content) }.into_string()))
}
