use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    Ok(([(header::CONTENT_TYPE, "text/css")], kiln::content::highlight_css(ctx)?))
}
