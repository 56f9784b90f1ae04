use kiln::prelude::*;
use serde::{Deserialize, Serialize};

pub const PRERENDER: bool = false;

pub struct Params {
    pub id: u32,
}

#[derive(Serialize, Deserialize)]
struct User {
    name: String,
}

pub fn get(params: Params) -> Result<impl IntoResponse> {
    match params.id {
        7 => Ok(Json(User { name: "Ada".into() })),
        id => Err(kiln::error(StatusCode::GONE, format!("user {id} has left"))),
    }
}

pub fn put(ctx: &Context, params: Params) -> Result<impl IntoResponse> {
    let user: User = ctx.json()?;
    Ok((StatusCode::CREATED, format!("{} is {}", params.id, user.name)))
}
