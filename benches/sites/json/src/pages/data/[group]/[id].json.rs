//! JSON pages of about 300 bytes, a hundred in each group. `KILN_BENCH_COUNT` says how many there are; one of a hundred
//! tells `KILN_BENCH_VERSION`, and changes with it.

use std::env;

use kiln::prelude::*;

const TEXT: &str = "A description of two hundred bytes or so, as an API has it beside each of its records: \
                    long enough to be no mere number, and short enough that the file system, not the text, \
                    is what costs time here.";

pub struct Params {
    pub group: usize,
    pub id: usize,
}

pub struct User {
    number: usize,
    version: u32,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, User>>> {
    let count: usize = env::var("KILN_BENCH_COUNT")?.parse()?;
    let changed: u32 = env::var("KILN_BENCH_VERSION")?.parse()?;
    Ok((0..count).map(move |number| {
        let params = Params { group: number / 100, id: number % 100 };
        let version = if params.id == 0 { changed } else { 0 };
        StaticPath::new(params).props(User { number, version })
    }))
}

pub fn get(params: &Params, user: &User) -> impl IntoResponse {
    Json(json!({
        "name": format!("User {}", user.number),
        "email": format!("user-{}@example.com", user.number),
        "group": params.group,
        "id": params.id,
        "text": TEXT,
        "version": user.version,
    }))
}
