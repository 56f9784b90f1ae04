//! Written as it comes: its length is not known beforehand.

use std::convert::Infallible;

use futures_util::stream;
use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    let lines = (1..=16_000).map(|number| Ok::<_, Infallible>(format!("{number}\n")));
    Body::from_stream(stream::iter(lines))
}
