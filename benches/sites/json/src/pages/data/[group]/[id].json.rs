//! JSON pages of about 300 bytes, a hundred in each group. `KILN_BENCH_COUNT` sets their number; one of a hundred
//! contains `KILN_BENCH_VERSION`.

use std::env;

use kiln::prelude::*;
use serde::Serialize;

const TEXT: &str = "A description of two hundred bytes or so, as an API has it beside each of its records: \
                    long enough to be no mere number, and short enough that the file system, not the text, \
                    is what costs time here.";

pub struct Params {
    pub group: usize,
    pub id: usize,
}

/// A record, as it is served.
#[derive(Serialize)]
pub struct User {
    email: String,
    group: usize,
    id: usize,
    name: String,
    text: &'static str,
    version: u32,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, usize>>> {
    let count: usize = env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(|number| {
        StaticPath::new(Params { group: number / 100, id: number % 100 }).props(number)
    }))
}

pub fn get(params: &Params, number: usize) -> Result<impl IntoResponse> {
    let changed = params.id == 0;
    Ok(Json(User {
        email: format!("user-{number}@example.com"),
        group: params.group,
        id: params.id,
        name: format!("User {number}"),
        text: TEXT,
        version: if changed { env::var("KILN_BENCH_VERSION")?.parse()? } else { 0 },
    }))
}
