//! Written as it comes: its length is not known beforehand.

use std::convert::Infallible;

use futures_util::stream;
use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    let lines = (1..=700).map(|number| Ok::<_, Infallible>(format!("{number:0100}\n")));
    Body::from_stream(stream::iter(lines))
}
