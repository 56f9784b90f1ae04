use kiln::prelude::*;

use crate::content::{GUIDES, Guide};

pub fn static_paths()
-> Result<impl IntoIterator<Item = StaticPath<RawParams, &'static Entry<Guide>>>> {
    Ok(GUIDES.entries()?.iter().map(|guide| StaticPath::new([("slug", guide.id())]).props(guide)))
}

pub fn get(ctx: &Context, guide: &Entry<Guide>) -> Result<impl IntoResponse> {
    Ok(Html(format!("{}\n{}", guide.title, guide.render(ctx)?)))
}
