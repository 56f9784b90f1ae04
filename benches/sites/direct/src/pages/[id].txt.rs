//! Small pages; `KILN_BENCH_COUNT` sets their number.

use kiln::prelude::*;

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<RawParams, u32>>> {
    let count: u32 = std::env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(|id| StaticPath::new([("id", id)]).props(id)))
}

pub fn get(id: u32) -> String {
    id.to_string()
}
