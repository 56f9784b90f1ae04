//! The data of the site.

use kiln::content::Collection;
use serde::{Deserialize, Serialize};

/// An item of `content/cities.json`. Another key, or a wrong value, is an error with its place.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    pub id: String,
    pub name: String,
    pub country: String,
    /// In degrees, north of the equator.
    pub latitude: f64,
    /// In degrees, east of Greenwich.
    pub longitude: f64,
}

/// The cities by their ids.
pub static CITIES: Collection<City> = Collection::<City>::list("content/cities.json");

impl City {
    /// The length of the shortest way on the surface of the earth, in kilometers.
    pub fn distance(&self, other: &City) -> f64 {
        const RADIUS: f64 = 6371.0;
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let east = (other.longitude - self.longitude).to_radians();
        let haversine =
            ((to - from) / 2.0).sin().powi(2) + from.cos() * to.cos() * (east / 2.0).sin().powi(2);
        2.0 * RADIUS * haversine.sqrt().asin()
    }
}
