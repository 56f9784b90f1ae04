//! The distance between two cities: `POST /distance` with `{ "from": "oslo", "to": "lima" }`.

use kiln::prelude::*;
use serde::Deserialize;

use crate::content::{CITIES, City};

pub const PRERENDER: bool = false;

/// The body of a request. Another one is answered with 400.
#[derive(Deserialize)]
struct Question {
    from: String,
    to: String,
}

pub fn post(ctx: &Context) -> Result<impl IntoResponse> {
    let Question { from, to } = ctx.json()?;
    let kilometers = city(&from)?.distance(city(&to)?);
    Ok(Json(json!({ "kilometers": kilometers.round() })))
}

fn city(id: &str) -> Result<&'static City> {
    let city = CITIES.get(id);
    let city = city.map_err(|error| kiln::error(StatusCode::NOT_FOUND, format!("{error:#}")))?;
    Ok(city)
}
