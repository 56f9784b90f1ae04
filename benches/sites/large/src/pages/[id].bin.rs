//! Responses of 100 MB; `KILN_BENCH_COUNT` sets their number.

use std::env;

use kiln::prelude::*;

pub struct Params {
    pub id: u8,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params>>> {
    let count: u8 = env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(|id| StaticPath::new(Params { id })))
}

pub fn get(params: &Params) -> impl IntoResponse {
    vec![params.id; 100_000_000]
}
