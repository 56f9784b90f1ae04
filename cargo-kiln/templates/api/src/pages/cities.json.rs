//! All cities: `dist/cities.json`.

use kiln::prelude::*;

use crate::content::{CITIES, City};

pub fn get() -> Result<impl IntoResponse> {
    let cities: Vec<&City> = CITIES.entries()?.iter().map(|city| &**city).collect();
    Ok(Json(cities))
}
