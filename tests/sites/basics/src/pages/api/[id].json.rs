use kiln::prelude::*;

const USERS: [&str; 4] = ["Sarah", "Chris", "Yan", "Elian"];

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..USERS.len()).map(|id| StaticPath::new([("id", id)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let id: usize = ctx.params.parse("id")?;
    Ok(Json(json!({ "name": USERS[id] })))
}
