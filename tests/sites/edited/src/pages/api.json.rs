use kiln::prelude::*;

pub const PRERENDER: bool = false;

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    Ok(Json(json!({ "client": ctx.client_address()?.to_string() })))
}

pub fn post(ctx: &Context) -> Vec<u8> {
    ctx.request.body().to_vec()
}
