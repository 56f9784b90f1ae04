//! A city: `dist/cities/oslo.json` and so on.

use kiln::prelude::*;

use crate::content::{CITIES, City};

pub struct Params {
    pub id: String,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, &'static City>>> {
    let cities = CITIES.entries()?.iter();
    Ok(cities.map(|city| {
        StaticPath::new(Params {
            id: city.id.clone(),
        })
        .props(&**city)
    }))
}

pub fn get(city: &'static City) -> impl IntoResponse {
    Json(city)
}
