//! The cities whose name contains a text: `GET /search?name=os`.

use kiln::prelude::*;
use serde::Deserialize;

use crate::content::{CITIES, City};

pub const PRERENDER: bool = false;

/// The query of a request. One without `name` is answered with 400.
#[derive(Deserialize)]
struct Query {
    name: String,
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let Query { name } = ctx.query()?;
    let name = name.to_lowercase();
    let cities = CITIES.entries()?.iter().map(|city| &**city);
    let found = cities.filter(|city| city.name.to_lowercase().contains(&name));
    Ok(Json(found.collect::<Vec<&City>>()))
}
