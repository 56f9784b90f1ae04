use kiln::prelude::*;

use crate::{
    content::{self, DOCS, Doc},
    layout, routes,
};

pub struct Params {
    pub path: String,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, &'static Entry<Doc>>>> {
    let listed = content::in_order()?;
    let is_listed = |doc: &Entry<Doc>| listed.iter().any(|other| other.id() == doc.id());
    if let Some(doc) = DOCS.entries()?.iter().find(|doc| !is_listed(doc)) {
        bail!("{} is not in the sidebar\nhint: add it to content/nav.yaml", doc.file());
    }
    let path =
        |doc: &'static Entry<Doc>| StaticPath::new(Params { path: doc.id().to_owned() }).props(doc);
    Ok(listed.into_iter().map(path))
}

pub fn get(ctx: &Context, doc: &Entry<Doc>) -> Result<Markup> {
    let title = content::title(doc)?;
    let toc = doc.toc()?;
    let source = format!("{}/edit/main/docs/{}", layout::REPOSITORY, doc.file());
    let content = html! {
        div.docs {
            (layout::sidebar(doc)?)
            main #_main data-pagefind-body="" {
                article.prose {
                    (doc.render(ctx)?)
                }
                (layout::neighbors(doc)?)
                p.edit { a href=(source) { "Edit this page on GitHub" } }
            }
            @if !toc.html().is_empty() {
                nav.toc aria-labelledby="_toc" {
                    h2 #_toc { "On this page" }
                    (toc)
                    p { a href="#_main" { "Back to the top" } }
                }
            }
        }
    };
    let home = routes::index();
    layout::page(ctx, &title, &content::summary(doc)?, &home, &content)
}
